//! Documents are asked for and their links followed.

use std::{collections::BTreeMap, time::Duration};

use doublure_fixtures::Contract;
use doublure_journal::CaptureLevel;

use super::{Trial, names, serves};
use crate::{
    Bench, TrialError,
    cast::Cast,
    gateway::document::{
        gives_documents,
        links::{Promise, links},
    },
    runner::Boxed,
};

pub(super) const TRIAL: Trial = Trial {
    name: names::DOCUMENT_LINKS,
    about: "Asks for each kind of document and follows the links at once, without a token; where the clock can be \
            moved, also a second before each ends and when it does.",
    capture: CaptureLevel::Full,
    act,
};

/// Links by how long they live.
type ByTerm = BTreeMap<Duration, Vec<String>>;

fn act(bench: &Bench) -> Boxed<'_, Result<(), TrialError>> {
    Box::pin(async {
        let cast = Cast::new(bench.seed());
        let mut known = ByTerm::new();
        for operation in Contract::built_in().operations() {
            if serves(bench, &operation.id) && gives_documents(operation) {
                let answer = bench.probe(cast.ask(operation)?).await?;
                follow(bench, Some(&operation.id), answer.text(), &mut known).await?;
            }
        }
        if bench.moves_clock() {
            until_their_end(bench, known).await?;
        }
        Ok(())
    })
}

/// Follows the first links of an answer, and those that they lead to.
async fn follow(
    bench: &Bench,
    operation: Option<&str>,
    body: &str,
    known: &mut ByTerm,
) -> Result<(), TrialError> {
    for link in links(operation, body).into_iter().take(OF_EACH) {
        let Some(ask) = bench.following(&link.url) else {
            continue;
        };
        let answer = bench.probe(ask).await?;
        let term = link.term.unwrap_or_default();
        known.entry(term).or_default().push(link.url);
        if link.promise == Promise::Link {
            Box::pin(follow(bench, None, answer.text(), known)).await?;
        }
    }
    Ok(())
}

/// Follows each link a second before its end and at its end.
async fn until_their_end(bench: &Bench, known: ByTerm) -> Result<(), TrialError> {
    let mut passed = Duration::ZERO;
    for (term, urls) in known {
        for moment in [term.saturating_sub(BEFORE), term] {
            bench.let_pass(moment.saturating_sub(passed)).await?;
            passed = moment.max(passed);
            for ask in urls.iter().filter_map(|url| bench.following(url)) {
                bench.probe(ask).await?;
            }
        }
    }
    Ok(())
}

/// An answer may have dozens of links, one like the other.
const OF_EACH: usize = 2;
const BEFORE: Duration = Duration::from_secs(1);
