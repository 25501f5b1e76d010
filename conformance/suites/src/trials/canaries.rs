//! Providers fail in words that can be told from all others.

use std::collections::BTreeMap;

use doublure_journal::CaptureLevel;
use doublure_scenarios::{Answer, Effect};

use super::{COMPANY, REGISTER, TAXES, Trial, VIGILANCE, fault, names, operation, serves};
use crate::{Bench, TrialError, cast::Cast, gateway::leak::CANARY, probe::Ask, runner::Boxed};

pub(super) const TRIAL: Trial = Trial {
    name: names::CANARIES,
    about: "Providers answer with several statuses in words of their own, in a header and in the body.",
    capture: CaptureLevel::Full,
    act,
};

fn act(bench: &Bench) -> Boxed<'_, Result<(), TrialError>> {
    Box::pin(async {
        let cast = Cast::new(bench.seed());
        let mut faults = Vec::new();
        let mut asks = Vec::new();
        let spoken_of = |(id, ..): &(&str, &str, &str, u16)| serves(bench, id);
        let spoken_ones = SPOKEN.into_iter().filter(spoken_of);
        for (place, (id, provider, call, status)) in spoken_ones.enumerate() {
            let ask = cast.ask(&*operation(id)?)?;
            faults.push(spoken(place, &ask, provider, call, status));
            asks.push(ask);
        }
        bench.play(faults).await?;
        for ask in asks {
            bench.probe(ask).await?;
        }
        Ok(())
    })
}

/// A page as servers write them in distress, each with a word of its own.
fn spoken(
    place: usize,
    ask: &Ask,
    provider: &str,
    call: &str,
    status: u16,
) -> doublure_scenarios::Fault {
    let word = format!("{CANARY}{place}");
    let answer = Answer {
        status,
        headers: BTreeMap::from([
            (
                "Content-Type".to_owned(),
                "text/html; charset=utf-8".to_owned(),
            ),
            ("X-Served-By".to_owned(), format!("{word}-host")),
        ]),
        body: format!(
            "<html><h1>{word}</h1><pre>java.sql.SQLException: {word}\n  at fr.{word}.Main</pre></html>"
        ),
    };
    let entity = ask.entity.as_deref().unwrap_or_default();
    let name = format!("speaks-{place}");
    fault(&name, provider, call, entity, Effect::Answer(answer))
}

/// Operation, provider, its call, and the status it speaks with.
const SPOKEN: [(&str, &str, &str, u16); 8] = [
    (COMPANY, "insee", "unite-legale", 500),
    (COMPANY, "insee", "unite-legale", 503),
    (COMPANY, "insee", "unite-legale", 404),
    (COMPANY, "insee", "unite-legale", 400),
    (COMPANY, "insee", "unite-legale", 200),
    (REGISTER, "infogreffe", "extrait", 200),
    (VIGILANCE, "urssaf", "attestation", 400),
    (TAXES, "dgfip", "attestation-fiscale", 500),
];
