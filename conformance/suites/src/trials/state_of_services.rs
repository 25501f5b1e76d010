//! The state of services is asked for while one provider is down.

use doublure_journal::CaptureLevel;
use doublure_scenarios::{Effect, Fault, On, Symptom, When};

use super::{Trial, names};
use crate::{
    Bench, TrialError,
    gateway::status::{ALL, CURRENT, PING},
    probe::Ask,
    runner::Boxed,
};

pub(super) const TRIAL: Trial = Trial {
    name: names::STATE_OF_SERVICES,
    about: "INSEE is out of service. Without a token: asks for the list of pings, for those of INSEE and Infogreffe, \
            and for the state of all.",
    capture: CaptureLevel::Full,
    act,
};

fn act(bench: &Bench) -> Boxed<'_, Result<(), TrialError>> {
    Box::pin(async {
        bench.play(vec![out_of_service("insee")]).await?;
        for target in [PING, "/ping/infogreffe/rcs", ALL, CURRENT] {
            bench.probe(Ask::without_token(target)).await?;
        }
        Ok(())
    })
}

fn out_of_service(provider: &str) -> Fault {
    Fault {
        name: "out-of-service".to_owned(),
        on: On::Provider,
        when: When {
            provider: Some(provider.to_owned()),
            ..When::default()
        },
        then: Effect::Symptom(Symptom::Unavailable),
        ..Fault::default()
    }
}
