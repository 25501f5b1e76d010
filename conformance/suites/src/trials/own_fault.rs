//! The gateway fails by itself.

use doublure_fixtures::contract::Whom;
use doublure_journal::CaptureLevel;
use doublure_scenarios::{Effect, Fault, On, Symptom, When};

use super::{COMPANY, Trial, names, operation};
use crate::{Bench, TrialError, cast::Cast, gateway::own_fault::NOBODY, probe::Ask, runner::Boxed};

pub(super) const TRIAL: Trial = Trial {
    name: names::OWN_FAULT,
    about: "Calls one operation well, then where the gateway fails by itself, then well again.",
    capture: CaptureLevel::Full,
    act,
};

fn act(bench: &Bench) -> Boxed<'_, Result<(), TrialError>> {
    Box::pin(async {
        let operation = operation(COMPANY)?;
        let cast = Cast::new(bench.seed());
        let doomed = Ask::operation(&operation, nobody()?);
        let doomed = match &bench.profile().gateway.own_fault_path {
            Some(path) => Ask {
                target: path.clone(),
                operation: None,
                ..doomed
            },
            None => {
                bench.play(vec![failing()]).await?;
                doomed
            }
        };
        for ask in [cast.ask(&operation)?, doomed, cast.ask(&operation)?] {
            bench.probe(ask).await?;
        }
        Ok(())
    })
}

fn nobody() -> Result<Whom, TrialError> {
    let siren = NOBODY.parse().map_err(|_| TrialError::Cast("is nobody"))?;
    Ok(Whom::of(siren))
}

/// Our own gateway fails where it is asked about nobody.
fn failing() -> Fault {
    Fault {
        name: "gateway-fails".to_owned(),
        on: On::Client,
        when: When {
            entity: Some(NOBODY.to_owned()),
            ..When::default()
        },
        then: Effect::Symptom(Symptom::InternalError),
        ..Fault::default()
    }
}
