//! Documents are asked for and their links followed.

use std::{collections::BTreeMap, time::Duration};

use doublure_fixtures::Contract;
use doublure_journal::{CaptureLevel, Moment};

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
        let first = bench.now().await?;
        for operation in Contract::built_in().operations() {
            if serves(bench, &operation.id) && gives_documents(operation) {
                let answer = bench.probe(cast.ask(operation)?).await?;
                follow(bench, Some(&operation.id), answer.text(), &mut known).await?;
            }
        }
        if bench.moves_clock() {
            let given = (first, bench.now().await?);
            until_their_end(bench, given, known).await?;
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

/// Follows each link before its end, and when that has come; links were given between these two moments.
async fn until_their_end(
    bench: &Bench,
    (first, last): (Moment, Moment),
    known: ByTerm,
) -> Result<(), TrialError> {
    let (before, beyond) = match bench.stands_still() {
        true => (BEFORE, Duration::ZERO),
        false => (EARLY, BEYOND),
    };
    for (term, urls) in known {
        for (moment, before) in [
            (first + term, before),
            (last + term + beyond, Duration::ZERO),
        ] {
            let left = moment.since(bench.now().await?);
            bench.skip(left.saturating_sub(before)).await?;
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
/// Where time passes while links are followed.
const EARLY: Duration = Duration::from_secs(10);
/// Where a clock is moved by whole seconds.
const BEYOND: Duration = Duration::from_secs(1);
