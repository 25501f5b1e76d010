//! What must hold under load (`ld.`).

use doublure_journal::Hop;
use doublure_rules::{Capability, Exchange, History, Level, Proof, Role, Rule, Verdict};

use crate::{names, plan::Tally};

/// Every rule that the plans put to the test.
pub const CATALOGUE: [Rule; 2] = [
    Rule {
        id: "ld.accepted-exact-per-window",
        role: Role::Gateway,
        theme: "load",
        level: Level::Must,
        sentence: "Of more calls at once than the limit of a window exactly as many as the limit are accepted; all others get 429.",
        source: "002:66",
        needs: &[Capability::Quota],
        trial: names::QUOTA_EDGE,
        reasons: &[
            "too-many-accepted",
            "too-few-accepted",
            "neither-accepted-nor-429",
        ],
        judge: accepted_exact_per_window,
    },
    Rule {
        id: "ld.counts-agree",
        role: Role::Gateway,
        theme: "load",
        level: Level::Must,
        sentence: "What the loader counted is what the journal shows.",
        source: "house",
        needs: &[],
        trial: names::QUOTA_EDGE,
        reasons: &["loader-and-journal-differ"],
        judge: counts_agree,
    },
];

fn accepted_exact_per_window(history: &History) -> Verdict {
    let Some((limit, calls)) = edge(history) else {
        return Verdict::inconclusive("no call of an operation with a declared quota was seen");
    };
    let with = |status| {
        calls
            .iter()
            .filter(move |call| call.status() == Some(status))
    };
    let Some(proof) = proof_of(&calls) else {
        return Verdict::inconclusive("no call was seen");
    };
    if calls.len() <= limit {
        return Verdict::inconclusive(format!(
            "{} calls do not go over a limit of {limit}",
            calls.len()
        ));
    }
    let (accepted, refused) = (with(200).count(), with(429).count());
    let expected = format!("{limit} accepted, {} refused with 429", calls.len() - limit);
    let actual = format!("{accepted} accepted, {refused} refused with 429");
    let reason = match accepted.cmp(&limit) {
        _ if accepted + refused != calls.len() => "neither-accepted-nor-429",
        std::cmp::Ordering::Greater => "too-many-accepted",
        std::cmp::Ordering::Less => "too-few-accepted",
        std::cmp::Ordering::Equal => return Verdict::pass(proof),
    };
    Verdict::fail(reason, expected, actual, proof)
}

fn counts_agree(history: &History) -> Verdict {
    let Some((said, entry)) = Tally::said_in(history) else {
        return Verdict::inconclusive("the loader said nothing");
    };
    let calls = history.got(Hop::Client);
    let with = |status| {
        calls
            .iter()
            .filter(|call| call.status() == Some(status))
            .count()
    };
    let seen = Tally {
        calls: calls.len(),
        accepted: with(200),
        refused: with(429),
    };
    if said == seen {
        return Verdict::pass(Proof::of(entry));
    }
    Verdict::fail(
        "loader-and-journal-differ",
        format!("{seen:?} as in the journal"),
        format!("{said:?} as the loader counted"),
        Proof::of(entry),
    )
}

/// The calls of the operation that was pressed on, and its limit.
fn edge(history: &History) -> Option<(usize, Vec<Exchange<'_>>)> {
    let calls = history.got(Hop::Client);
    let operation = calls.first()?.request.operation.clone()?;
    let (_, limit) = history.profile.gateway.quota(&operation)?;
    Some((usize::try_from(limit).ok()?, calls))
}

/// First and last call: all between them are in the same history.
fn proof_of(calls: &[Exchange<'_>]) -> Option<Proof> {
    Some(calls.first()?.proof().and(calls.last()?.proof()))
}

#[cfg(test)]
mod tests {
    use doublure_journal::{Entry, Event, ExchangeId, Moment, RequestSeen, ResponseSeen};
    use doublure_rules::Outcome;

    use super::*;
    use crate::quota_edge::{self, profile};

    const OPERATION: &str = quota_edge::OPERATION;

    /// So many calls with these statuses, and what the loader says of them.
    fn history(statuses: &[(u16, usize)], said: Tally) -> History {
        let mut events = Vec::new();
        let all = statuses
            .iter()
            .flat_map(|(status, times)| std::iter::repeat_n(*status, *times));
        for (nth, status) in all.enumerate() {
            let exchange = ExchangeId(nth as u64 + 1);
            events.push(Event::RequestGot {
                exchange,
                hop: Hop::Client,
                request: RequestSeen {
                    operation: Some(OPERATION.into()),
                    ..RequestSeen::default()
                },
            });
            let response = ResponseSeen {
                status,
                ..ResponseSeen::default()
            };
            events.push(Event::ResponseSent {
                exchange,
                hop: Hop::Client,
                response,
            });
        }
        events.push(Event::DriverSaid {
            line: serde_json::to_string(&said).unwrap(),
        });
        let entry = |(index, event)| Entry {
            index,
            at: Moment::from_unix_seconds(1),
            event,
        };
        History {
            profile: profile("documented", "json", 250),
            entries: (1..).zip(events).map(entry).collect(),
        }
    }

    fn reason(verdict: &Verdict) -> Option<&str> {
        verdict.reason().map(doublure_rules::Reason::as_str)
    }

    #[test]
    fn exactly_the_limit_accepted_and_all_others_429_passes() {
        let verdict =
            accepted_exact_per_window(&history(&[(200, 250), (429, 70)], Tally::default()));

        assert_eq!(verdict.outcome(), Outcome::Pass);
    }

    #[test]
    fn one_accepted_too_many_one_too_few_or_one_of_another_kind_fails_for_its_reason() {
        let judged = |statuses: &[(u16, usize)]| {
            let verdict = accepted_exact_per_window(&history(statuses, Tally::default()));
            reason(&verdict).map(str::to_owned)
        };

        assert_eq!(
            judged(&[(200, 251), (429, 69)]).as_deref(),
            Some("too-many-accepted")
        );
        assert_eq!(
            judged(&[(200, 249), (429, 71)]).as_deref(),
            Some("too-few-accepted")
        );
        assert_eq!(
            judged(&[(200, 250), (429, 69), (500, 1)]).as_deref(),
            Some("neither-accepted-nor-429")
        );
    }

    #[test]
    fn calls_that_stay_under_the_limit_tell_nothing() {
        let verdict = accepted_exact_per_window(&history(&[(200, 250)], Tally::default()));

        assert_eq!(verdict.outcome(), Outcome::Inconclusive);
    }

    #[test]
    fn the_loader_must_have_counted_what_the_journal_shows() {
        let true_tally = Tally {
            calls: 3,
            accepted: 2,
            refused: 1,
        };
        let false_tally = Tally {
            accepted: 3,
            ..true_tally
        };

        let agreed = counts_agree(&history(&[(200, 2), (429, 1)], true_tally));
        let differed = counts_agree(&history(&[(200, 2), (429, 1)], false_tally));

        assert_eq!(agreed.outcome(), Outcome::Pass);
        assert_eq!(reason(&differed), Some("loader-and-journal-differ"));
    }
}
