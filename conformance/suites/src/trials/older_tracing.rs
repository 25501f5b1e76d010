//! The older version is called with tracing of all kinds.

use doublure_journal::CaptureLevel;

use super::{AGGREGATE, Trial, names, operation};
use crate::{Bench, TrialError, cast::Cast, probe::Ask, runner::Boxed};

pub(super) const TRIAL: Trial = Trial {
    name: names::OLDER_TRACING,
    about: "Asks for an aggregate with usual tracing parameters, then for a recipient that is no SIRET, in a context of \
            one letter, and with an object that is long and says nothing.",
    capture: CaptureLevel::Heads,
    act,
};

fn act(bench: &Bench) -> Boxed<'_, Result<(), TrialError>> {
    Box::pin(async {
        let operation = operation(AGGREGATE)?;
        let cast = Cast::new(bench.seed());
        bench.probe(cast.ask(&operation)?).await?;
        for query in UNUSUAL {
            let usual = cast.ask(&operation)?;
            let path = usual.target.split('?').next().unwrap_or_default();
            let target = format!("{path}?{query}");
            bench.probe(Ask { target, ..usual }).await?;
        }
        Ok(())
    })
}

/// Values that a later version refuses, or that say nothing to anybody.
const UNUSUAL: [&str; 3] = [
    "context=Essai+de+conformite&recipient=SGMAP&object=Doublure",
    "context=a&recipient=0&object=-",
    "context=Essai+de+conformite&recipient=Une+mairie&object=Une+demarche+dont+le+nom+est+plus+long+que+cinquante+lettres",
];
