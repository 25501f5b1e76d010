//! Answers made of several sources.

mod whole;

use doublure_journal::Hop;
use doublure_rules::{Capability, Exchange, History, Level, Role, Rule, Verdict};
use serde_json::Value;

use super::relay::{marked_falsely, unmarked};
use crate::{
    judging::{deadline, each, edges, in_time, keeps_waiting, operation, relayed},
    trials::names,
};

pub use whole::{ALL_WELL_GIVES_200, MAIN_SOURCE_FAILS_GIVES_ITS_ERROR};

/// An aggregate of which a source is missing.
///
/// Which values are whose is read in the table of relayed values; a value that is in no answer which lacks nothing is
/// not looked for.
pub static ONE_SOURCE_FAILS_GIVES_206: Rule = Rule {
    id: "gw.partial.one-source-fails-gives-206",
    role: Role::Gateway,
    theme: "partial",
    level: Level::Must,
    sentence: "An aggregate of which one source fails, says nothing that can be read or is late gives 206, the missing \
               values read \"Donnée indisponible\", all of them and no others, gateway_error is true.",
    source: "000:559, 000:583, facts 122, 123",
    needs: &[Capability::Providers, Capability::VersionTwo],
    trial: names::ONE_SOURCE_DOWN,
    reasons: &[
        NOT_206,
        NOT_MARKED,
        MARKED_IN_PART,
        MARKED_ELSEWHERE,
        GATEWAY_ERROR_NOT_TRUE,
    ],
    judge,
};

fn judge(history: &History) -> Verdict {
    let pairs = relayed(history);
    each(
        pairs.iter().filter_map(|(probe, calls)| {
            let failed = lesser_that_failed(history, probe, calls)?;
            Some(judge_probe(history, probe, calls, &failed))
        }),
        "of no aggregate the main source answered and another one failed",
    )
}

/// The lesser sources of an aggregate that failed, where its main source answered well; none where none did.
fn lesser_that_failed<'a>(
    history: &'a History,
    probe: &Exchange<'_>,
    calls: &[Exchange<'_>],
) -> Option<Vec<&'a str>> {
    let declared = history.profile.gateway.operations.get(operation(probe)?)?;
    let [main, lesser @ ..] = declared.providers.as_slice() else {
        return None;
    };
    let of = |provider: &String| {
        let by = move |call: &&Exchange<'_>| call.request.provider.as_ref() == Some(provider);
        calls.iter().filter(by).collect::<Vec<_>>()
    };
    let well = |call: &&Exchange<'_>| call.status() == Some(200) && in_time(history, probe, call);
    if !of(main).iter().any(well) {
        return None;
    }
    let failed = |call: &&Exchange<'_>| has_failed(history, probe, call);
    let failed: Vec<&str> = lesser
        .iter()
        .filter(|provider| of(provider).iter().any(failed))
        .map(String::as_str)
        .collect();
    (!failed.is_empty()).then_some(failed)
}

/// Whether a source certainly failed: it said so, its connection ended, or it said nothing until the deadline.
fn has_failed(history: &History, probe: &Exchange<'_>, call: &Exchange<'_>) -> bool {
    let says_so = call.status().is_some_and(|status| status >= 500);
    let is_late = || {
        let answered = call.ended_at();
        let unheard = answered.is_none_or(|answered| Some(answered) > probe.ended_at());
        let due = deadline(history, probe).map(|limit| call.began_at() + limit);
        unheard && due.is_some() && probe.ended_at() >= due
    };
    says_so || !keeps_waiting(history, call) || is_late()
}

fn judge_probe(
    history: &History,
    probe: &Exchange<'_>,
    calls: &[Exchange<'_>],
    failed: &[&str],
) -> Verdict {
    let proof = edges(probe, calls);
    let body = probe.json();
    let amiss = |reason, expected: &str, actual: String| {
        Verdict::fail(reason, expected, actual, proof.clone())
    };
    if probe.status() != Some(206) {
        return amiss(NOT_206, "206", probe.summary());
    }
    let expected = format!("the values of the missing source read \"{UNAVAILABLE}\"");
    if !holds(&body, UNAVAILABLE) {
        return amiss(NOT_MARKED, &expected, "no value reads so".to_owned());
    }
    let id = operation(probe).unwrap_or_default();
    let probes = history.sent(Hop::Client);
    let is_whole =
        |other: &&Exchange<'_>| (operation(other), other.status()) == (operation(probe), Some(200));
    let whole: Vec<&Exchange<'_>> = probes.iter().filter(is_whole).collect();
    if let Some(field) = unmarked(id, failed, probe, &whole, UNAVAILABLE) {
        let actual = format!("`{field}` does not");
        return amiss(MARKED_IN_PART, &expected, actual);
    }
    if let Some(field) = marked_falsely(id, calls, probe, UNAVAILABLE) {
        let expected = "what a source said is not told as missing";
        return amiss(MARKED_ELSEWHERE, expected, format!("`{field}` is"));
    }
    match &body["gateway_error"] {
        Value::Bool(true) => Verdict::pass(proof),
        other => amiss(
            GATEWAY_ERROR_NOT_TRUE,
            "gateway_error is true",
            other.to_string(),
        ),
    }
}

/// Whether a value somewhere in a body is this text.
fn holds(body: &Value, text: &str) -> bool {
    match body {
        Value::String(value) => value == text,
        Value::Array(items) => items.iter().any(|item| holds(item, text)),
        Value::Object(members) => members.values().any(|member| holds(member, text)),
        _ => false,
    }
}

const UNAVAILABLE: &str = "Donnée indisponible";
const NOT_206: &str = "not-206";
const NOT_MARKED: &str = "not-marked";
const MARKED_IN_PART: &str = "marked-in-part";
const MARKED_ELSEWHERE: &str = "marked-elsewhere";
const GATEWAY_ERROR_NOT_TRUE: &str = "gateway-error-not-true";

#[cfg(test)]
mod tests {
    use doublure_rules::{Outcome, testing::HistoryBuilder};

    use super::*;

    const MARKED: &str =
        r#"{"entreprise":{"mandataires_sociaux":"Donnée indisponible"},"gateway_error":true}"#;

    /// An aggregate of insee (main) and infogreffe that asks both.
    fn asking() -> HistoryBuilder {
        HistoryBuilder::gateway()
            .declaring(|profile| {
                let operation = profile.gateway.operations.get_mut("op").unwrap();
                operation.providers = vec!["insee".to_owned(), "infogreffe".to_owned()];
            })
            .ask("probe", "op", "111")
            .provider_call("main", "insee", "unite-legale", "111")
            .provider_call("lesser", "infogreffe", "extrait", "111")
    }

    /// The same, answered by them with these statuses.
    pub(super) fn aggregate(insee: u16, infogreffe: u16) -> HistoryBuilder {
        asking()
            .reply("main", insee, "{}")
            .reply("lesser", infogreffe, "")
    }

    fn reason(verdict: &Verdict) -> &str {
        verdict.reason().unwrap().as_str()
    }

    #[test]
    fn a_206_with_its_mark_and_its_flag_passes() {
        let history = aggregate(200, 503).answer("probe", 206, MARKED).end();

        assert_eq!(judge(&history).outcome(), Outcome::Pass);
    }

    #[test]
    fn a_200_with_a_source_missing_fails() {
        let history = aggregate(200, 503).answer("probe", 200, MARKED).end();

        assert_eq!(reason(&judge(&history)), NOT_206);
    }

    #[test]
    fn a_206_whose_values_are_null_fails() {
        let body = r#"{"entreprise":{"mandataires_sociaux":null},"gateway_error":true}"#;
        let history = aggregate(200, 503).answer("probe", 206, body).end();

        assert_eq!(reason(&judge(&history)), NOT_MARKED);
    }

    #[test]
    fn a_206_that_denies_its_gateway_error_fails() {
        let denied = MARKED.replace("true", "false");
        let in_letters = MARKED.replace("true", "\"true\"");

        for body in [denied, in_letters] {
            let history = aggregate(200, 503).answer("probe", 206, &body).end();
            assert_eq!(reason(&judge(&history)), GATEWAY_ERROR_NOT_TRUE);
        }
    }

    const AGGREGATE: &str = "v2_entreprises_restored";

    /// An aggregate that lacks nothing, then one whose lesser source is down and that reads so.
    fn beside_a_whole_one(partial: &str) -> Verdict {
        let whole = r#"{"entreprise":{"capital_social":1,"mandataires_sociaux":[{"nom":"N"}]}}"#;
        let told = HistoryBuilder::gateway().declaring(|profile| {
            let mut operation = profile.gateway.operations["op"].clone();
            operation.providers = vec!["insee".to_owned(), "infogreffe".to_owned()];
            let operations = &mut profile.gateway.operations;
            operations.insert(AGGREGATE.to_owned(), operation);
        });
        let said = r#"{"uniteLegale":{"siren":"222","categorieEntreprise":"PME"}}"#;
        let told = told
            .ask("whole", AGGREGATE, "111")
            .answer("whole", 200, whole)
            .ask("probe", AGGREGATE, "222")
            .provider_call("main", "insee", "unite-legale", "222")
            .provider_call("lesser", "infogreffe", "extrait", "222")
            .reply("main", 200, said)
            .reply("lesser", 503, "");
        judge(&told.answer("probe", 206, partial).end())
    }

    #[test]
    fn each_value_of_the_missing_source_reads_so_and_none_of_another() {
        let marked = |mark: &str, category: &str| {
            let unavailable = "\"Donnée indisponible\"";
            let body = format!(
                r#"{{"entreprise":{{"capital_social":{mark},"mandataires_sociaux":{unavailable},
                "categorie_entreprise":{category}}},"gateway_error":true}}"#
            );
            beside_a_whole_one(&body)
        };
        let unavailable = "\"Donnée indisponible\"";

        assert_eq!(marked(unavailable, "\"PME\"").outcome(), Outcome::Pass);
        assert_eq!(reason(&marked("null", "\"PME\"")), MARKED_IN_PART);
        assert_eq!(reason(&marked("2", "\"PME\"")), MARKED_IN_PART);
        assert_eq!(reason(&marked(unavailable, unavailable)), MARKED_ELSEWHERE);
    }

    #[test]
    fn a_source_that_is_late_has_failed_and_one_that_has_nothing_has_not() {
        let late = asking()
            .reply("main", 200, "{}")
            .wait_ms(10_000)
            .answer("probe", 200, "{}");

        assert_eq!(reason(&judge(&late.end())), NOT_206);
        let nothing = aggregate(200, 404).answer("probe", 200, "{}").end();
        assert_eq!(judge(&nothing).outcome(), Outcome::Inconclusive);
    }

    #[test]
    fn an_aggregate_without_its_main_source_is_another_rule_s() {
        let history = aggregate(503, 200).answer("probe", 503, "{}").end();

        assert_eq!(judge(&history).outcome(), Outcome::Inconclusive);
    }

    #[test]
    fn an_aggregate_of_healthy_sources_does_not_tell() {
        let history = aggregate(200, 200).answer("probe", 200, "{}").end();

        assert_eq!(judge(&history).outcome(), Outcome::Inconclusive);
    }
}
