//! Questions that cannot be answered, each for a reason of its own.

mod tracing;

use std::collections::BTreeMap;

use doublure_fixtures::contract::Whom;
use doublure_journal::CaptureLevel;
use doublure_rules::Capability;
use doublure_scenarios::{Effect, Symptom};

use super::{AGGREGATE, COMPANY, LATER_COMPANY, REGISTER, Trial, fault, names, operation, serves};
use crate::{
    Bench, TrialError,
    cast::Cast,
    gateway::{
        questions::NO_COMPANY,
        trace::{NO_VERSION, WELL},
    },
    probe::Ask,
    runner::Boxed,
};

pub(super) const TRIAL: Trial = Trial {
    name: names::BAD_QUESTIONS,
    about: "Asks two versions well, then about nobody, about a company that is withheld, about one that is in no \
            register, about no company at all, of a version that is none, on a path that leads nowhere, in a broken \
            encoding, and from a browser; without a token, without a right, without each tracing parameter or with \
            one that is empty or no SIRET, in each version, and while INSEE fails.",
    capture: CaptureLevel::Full,
    act,
};

fn act(bench: &Bench) -> Boxed<'_, Result<(), TrialError>> {
    Box::pin(async {
        let cast = Cast::new(bench.seed());
        for ask in questions(&cast)? {
            bench.probe(ask).await?;
        }
        for ask in refusals(bench, &cast)? {
            bench.probe(ask).await?;
        }
        for ask in tracing::asks(bench, &cast)? {
            bench.probe(ask).await?;
        }
        if !bench.offers(Capability::Providers) {
            return Ok(());
        }
        let failing = cast.ask(&*operation(COMPANY)?)?;
        let entity = failing.entity.clone().unwrap_or_default();
        let fails = Effect::Symptom(Symptom::InternalError);
        let fault = fault("fails", "insee", "unite-legale", &entity, fails);
        bench.play(vec![fault]).await?;
        bench.probe(failing).await.map(drop)
    })
}

fn questions(cast: &Cast) -> Result<Vec<Ask>, TrialError> {
    let (company, later, register) = (
        operation(COMPANY)?,
        operation(LATER_COMPANY)?,
        operation(REGISTER)?,
    );
    let good = || cast.ask(&company);
    let withheld = Whom::of(Cast::well_known("never-diffusible")?);
    let unregistered = cast.unregistered()?;
    let malformed = good()?;
    let entity = malformed.entity.clone().unwrap_or_default();
    let malformed = Ask {
        entity: Some(NO_COMPANY.to_owned()),
        ..changed(malformed, &entity, NO_COMPANY)
    };
    let elsewhere = |ask: Ask| Ask {
        operation: None,
        ..ask
    };
    let browser = |method: &str, ask: Ask| Ask {
        method: method.to_owned(),
        headers: BTreeMap::from([
            ("Origin".to_owned(), "https://exemple.fr".to_owned()),
            ("Access-Control-Request-Method".to_owned(), "GET".to_owned()),
        ]),
        ..ask
    };
    Ok(vec![
        changed(good()?, CONTEXT, WELL),
        changed(cast.ask(&later)?, CONTEXT, WELL),
        Ask::operation(&company, cast.nobody()),
        Ask::operation(&company, withheld),
        Ask::operation(&company, unregistered),
        Ask::operation(&register, unregistered),
        malformed,
        elsewhere(changed(good()?, "/v3/", NO_VERSION)),
        elsewhere(changed(good()?, "/v3/", "/v3/nulle-part/")),
        changed(good()?, "object=Doublure", "object=100%"),
        browser("GET", good()?),
        elsewhere(browser("OPTIONS", good()?)),
    ])
}

/// What is refused for its token, or in the words of version 2.
fn refusals(bench: &Bench, cast: &Cast) -> Result<Vec<Ask>, TrialError> {
    let company = operation(COMPANY)?;
    let mut asks = vec![Ask {
        token: None,
        ..cast.ask(&company)?
    }];
    if bench.has_token("unprivileged") {
        asks.push(Ask {
            token: Some("unprivileged".to_owned()),
            ..cast.ask(&company)?
        });
    }
    if serves(bench, AGGREGATE) {
        asks.push(Ask::operation(&*operation(AGGREGATE)?, cast.nobody()));
    }
    Ok(asks)
}

fn changed(ask: Ask, from: &str, to: &str) -> Ask {
    Ask {
        target: ask.target.replace(from, to),
        ..ask
    }
}

/// The context that probes give.
const CONTEXT: &str = "Essai+de+conformite";
