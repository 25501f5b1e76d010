//! Who calls without saying why, for whom or in what frame.

use doublure_journal::Hop;
use doublure_rules::{Exchange, History, Rule, Verdict};

use super::{COMMON, PARAMETERS, named, parameter};
use crate::judging::{each, operation};

/// Nobody calls without saying why.
///
/// Whether blanks alone are a value nobody says: a gateway may take them or not, but names what it does not take. Of
/// one that stands twice, once empty and once not, nobody says either which of both is meant, so that no trial asks.
pub static MISSING_PARAMETER_IS_REFUSED: Rule = Rule {
    id: "gw.trace.missing-parameter-is-refused",
    theme: "trace",
    sentence: "A call without `context`, `recipient` or `object`, or with one that is empty wherever it stands, is \
               refused in every version; from version 3 on each missing one is named.",
    source: "002:184, 002:194, facts 26",
    reasons: &[ACCEPTED, NOT_NAMED],
    judge,
    ..COMMON
};

fn judge(history: &History) -> Verdict {
    let probes = history.sent(Hop::Client);
    each(
        probes
            .iter()
            .filter_map(|probe| judge_probe(history, probe)),
        "no call was made without tracing parameters",
    )
}

/// What is said of a call to providers that lacks a parameter, or has one of blanks that was not taken; none of others.
fn judge_probe(history: &History, probe: &Exchange<'_>) -> Option<Verdict> {
    let declared = history.profile.gateway.operations.get(operation(probe)?)?;
    // Who has spent a quota is refused for that.
    if declared.providers.is_empty() || probe.status() == Some(429) {
        return None;
    }
    let of = |is_such: fn(Option<&str>) -> bool| -> Vec<&str> {
        let mut names = PARAMETERS.to_vec();
        names.retain(|name| is_such(parameter(probe, name)));
        names
    };
    let lacks = of(|value| value.is_none());
    if !lacks.is_empty() {
        return Some(judge_lacking(probe, &lacks, declared.version > 2));
    }
    let blank = of(|value| value.is_some_and(is_blank));
    let is_refused = probe.status() == Some(422) && !blank.is_empty();
    (is_refused && declared.version > 2).then(|| judge_names(probe, &blank))
}

fn judge_lacking(probe: &Exchange<'_>, lacks: &[&str], are_named: bool) -> Verdict {
    match probe.status() {
        Some(400..500) if are_named => judge_names(probe, lacks),
        // The errors of version 2 are texts.
        Some(400..500) => Verdict::pass(probe.proof()),
        _ => {
            let expected = format!("{} without {} is refused", probe.asked(), lacks.join(", "));
            Verdict::fail(ACCEPTED, expected, probe.summary(), probe.proof())
        }
    }
}

fn judge_names(probe: &Exchange<'_>, lacks: &[&str]) -> Verdict {
    let named = named(probe);
    let unnamed = lacks
        .iter()
        .find(|lacking| !named.iter().any(|name| name == *lacking));
    let proof = probe.proof();
    match unnamed {
        None => Verdict::pass(proof),
        Some(name) => {
            let expected = format!("`{name}` is named as missing");
            Verdict::fail(NOT_NAMED, expected, format!("{named:?} are named"), proof)
        }
    }
}

/// Whether a value of a query is made of blanks alone.
fn is_blank(value: &str) -> bool {
    value.replace("%20", "+").bytes().all(|byte| byte == b'+')
}

const ACCEPTED: &str = "accepted";
const NOT_NAMED: &str = "not-named";

#[cfg(test)]
mod tests {
    use doublure_rules::{
        Outcome,
        testing::{HistoryBuilder, in_a_word},
    };

    use super::*;

    /// What is said of a call in a version with this query that is answered so.
    fn judged(version: u8, query: &str, status: u16, body: &str) -> String {
        let told = HistoryBuilder::gateway().declaring(|profile| {
            let operation = profile.gateway.operations.get_mut("op").unwrap();
            operation.version = version;
        });
        let told = told.ask("probe", "op", &format!("1?{query}"));
        in_a_word(&judge(&told.answer("probe", status, body).end()))
    }

    fn pass() -> String {
        Outcome::Pass.to_string()
    }

    fn unclear() -> String {
        Outcome::Inconclusive.to_string()
    }

    const ALL_NAMED: &str = r#"{"errors":[{"source":{"parameter":"context"}},
        {"source":{"parameter":"recipient"}},{"source":{"parameter":"object"}}]}"#;
    const ONE_NAMED: &str = r#"{"errors":[{"source":{"parameter":"context"}}]}"#;

    #[test]
    fn each_missing_parameter_is_named() {
        assert_eq!(judged(3, "", 422, ALL_NAMED), pass());
        assert_eq!(judged(4, "", 422, ONE_NAMED), NOT_NAMED);
        assert_eq!(judged(4, "", 200, "{}"), ACCEPTED);
    }

    #[test]
    fn what_is_empty_wherever_it_stands_is_missing() {
        for query in [
            "context=a&recipient=b",
            "context=a&recipient=&object=c",
            "object=&context=a&recipient=b&object=",
            "object&context=a&recipient=b",
        ] {
            assert_eq!(judged(3, query, 200, "{}"), ACCEPTED, "{query}");
            assert_eq!(judged(3, query, 422, ALL_NAMED), pass(), "{query}");
        }
    }

    #[test]
    fn what_is_there_is_not_judged_also_where_it_stands_twice() {
        for query in [
            "context=a&recipient=b&object=c",
            "context=&context=a&recipient=b&object=c",
        ] {
            assert_eq!(judged(3, query, 200, "{}"), unclear(), "{query}");
            assert_eq!(judged(3, query, 422, "{}"), unclear(), "{query}");
        }
    }

    #[test]
    fn version_two_refuses_and_names_nothing() {
        assert_eq!(judged(2, "context=a", 422, r#"{"errors":["a"]}"#), pass());
        assert_eq!(judged(2, "context=a", 200, "{}"), ACCEPTED);
    }

    #[test]
    fn blanks_may_be_taken_and_who_does_not_names_them() {
        for blanks in ["+", "%20+", "%20"] {
            let query = format!("context=a&recipient=b&object={blanks}");

            assert_eq!(judged(3, &query, 200, "{}"), unclear());
            assert_eq!(judged(3, &query, 422, ALL_NAMED), pass());
            assert_eq!(judged(3, &query, 422, ONE_NAMED), NOT_NAMED);
        }
    }
}
