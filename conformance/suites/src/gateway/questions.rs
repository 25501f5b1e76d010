//! What questions that cannot be answered are answered.

use doublure_journal::Hop;
use doublure_rules::{Capability, Exchange, History, Level, Role, Rule, Verdict};

use crate::{
    judging::{each, edges, in_time, is_behind, relayed, sole},
    trials::names,
};

/// What cannot be read.
pub static BAD_SYNTAX_IS_400: Rule = Rule {
    id: "gw.error.bad-syntax-is-400",
    sentence: "A request that cannot be read is refused with 400.",
    source: "002:138",
    reasons: &[NOT_400],
    needs: &[],
    judge: bad_syntax,
    ..COMMON
};

/// What can be no identifier.
pub static MALFORMED_IS_422: Rule = Rule {
    id: "gw.error.malformed-is-422",
    sentence: "An identifier that can be none is refused with 422, and the parameter is named.",
    source: "002:142",
    reasons: &[NOT_422, NOT_AT_ITS_PARAMETER],
    needs: &[],
    judge: malformed,
    ..COMMON
};

/// What no provider knows.
pub static NOT_FOUND_IS_404: Rule = Rule {
    id: "gw.error.not-found-is-404",
    sentence: "A well-formed identifier that the provider does not know is answered 404.",
    source: "002:141",
    reasons: &[NOT_404],
    judge: |history| {
        judge(
            history,
            "no provider said that it does not know an entity",
            404,
            NOT_404,
            |_, call| call.status() == Some(404),
        )
    },
    ..COMMON
};

/// What is known elsewhere.
pub static OUT_OF_PERIMETER_IS_404: Rule = Rule {
    id: "gw.error.out-of-perimeter-is-404",
    sentence: "An entity that is known elsewhere but outside an operation's perimeter is answered 404.",
    source: "002:141",
    reasons: &[NOT_404],
    judge: |history| {
        judge(
            history,
            "no entity was known to one provider and unknown to another",
            404,
            NOT_404,
            is_known_elsewhere,
        )
    },
    ..COMMON
};

/// What nobody may see.
pub static UNDISCLOSED_IS_451: Rule = Rule {
    id: "gw.error.undisclosed-is-451",
    sentence: "An entity that INSEE discloses to nobody is answered 451.",
    source: "002:143, facts 95",
    reasons: &[NOT_451],
    judge: |history| {
        judge(
            history,
            "INSEE withheld no entity",
            451,
            NOT_451,
            |_, call| {
                (call.request.provider.as_deref(), call.status()) == (Some("insee"), Some(403))
            },
        )
    },
    ..COMMON
};

const COMMON: Rule = Rule {
    id: "",
    role: Role::Gateway,
    theme: "error",
    level: Level::Must,
    sentence: "",
    source: "",
    needs: &[Capability::Providers],
    trial: names::BAD_QUESTIONS,
    reasons: &[],
    judge: bad_syntax,
};

/// Probes of which a provider's answer is of a kind must have a status.
fn judge(
    history: &History,
    none: &str,
    wanted: u16,
    reason: &'static str,
    is_of_kind: fn(&History, &Exchange<'_>) -> bool,
) -> Verdict {
    let pairs = relayed(history);
    each(
        pairs
            .iter()
            .filter(|(probe, calls)| {
                let own =
                    sole(history, probe, calls).filter(|call| is_behind(history, probe, call));
                own.is_some_and(|call| in_time(history, probe, call) && is_of_kind(history, call))
            })
            .map(|(probe, calls)| match probe.status() {
                Some(status) if status == wanted => Verdict::pass(edges(probe, calls)),
                _ => {
                    let expected = format!("{} is answered {wanted}", probe.asked());
                    Verdict::fail(reason, expected, probe.summary(), edges(probe, calls))
                }
            }),
        none,
    )
}

/// Whether a provider has nothing about an entity that another one answered well about.
fn is_known_elsewhere(history: &History, call: &Exchange<'_>) -> bool {
    let entity = call.request.entity.as_deref().unwrap_or_default();
    let calls = history.provider_calls(entity);
    call.text().contains(NO_RECORD)
        && calls.iter().any(|other| {
            other.request.provider != call.request.provider && other.status() == Some(200)
        })
}

fn bad_syntax(history: &History) -> Verdict {
    let probes = history.sent(Hop::Client);
    each(
        probes
            .iter()
            .filter(|probe| !is_well_encoded(&probe.request.target))
            .map(|probe| match probe.status() {
                Some(400) => Verdict::pass(probe.proof()),
                _ => {
                    let expected = format!(
                        "{} with a broken encoding is refused with 400",
                        probe.asked()
                    );
                    Verdict::fail(NOT_400, expected, probe.summary(), probe.proof())
                }
            }),
        "no request with a broken encoding was sent",
    )
}

fn malformed(history: &History) -> Verdict {
    let probes = history.sent(Hop::Client);
    each(
        probes
            .iter()
            .filter(|probe| probe.request.entity.as_deref() == Some(NO_COMPANY))
            .map(judge_malformed),
        "no malformed identifier was asked about",
    )
}

fn judge_malformed(probe: &Exchange<'_>) -> Verdict {
    let body = probe.json();
    let source = &body["errors"][0]["source"]["parameter"];
    match (probe.status(), source.as_str()) {
        (Some(422), Some(_)) => Verdict::pass(probe.proof()),
        (Some(422), None) => Verdict::fail(
            NOT_AT_ITS_PARAMETER,
            "the parameter that is malformed is named",
            source.to_string(),
            probe.proof(),
        ),
        _ => {
            let expected = format!("{} is refused with 422", probe.asked());
            Verdict::fail(NOT_422, expected, probe.summary(), probe.proof())
        }
    }
}

fn is_well_encoded(target: &str) -> bool {
    let after = target.split('%').skip(1);
    after.into_iter().all(|rest| {
        let code = rest.as_bytes().get(..2);
        code.is_some_and(|code| code.iter().all(u8::is_ascii_hexdigit))
    })
}

/// Twenty digits (002:142).
pub(crate) const NO_COMPANY: &str = "12345678901234567890";
/// What Infogreffe says of an entity that it has nothing about (facts 145).
const NO_RECORD: &str = "DOSSIER NON TROUVE";
const NOT_400: &str = "not-400";
const NOT_422: &str = "not-422";
const NOT_404: &str = "not-404";
const NOT_451: &str = "not-451";
const NOT_AT_ITS_PARAMETER: &str = "not-at-its-parameter";

#[cfg(test)]
mod tests {
    use doublure_rules::{
        Outcome,
        testing::{HistoryBuilder, in_a_word},
    };

    use super::*;

    /// A probe whose provider answers so, answered with a status.
    fn relayed_as(provider: &str, status: u16, body: &str, answered: u16) -> HistoryBuilder {
        HistoryBuilder::gateway()
            .declaring(|profile| {
                let operation = profile.gateway.operations.get_mut("op").unwrap();
                operation.providers = vec![provider.to_owned()];
            })
            .ask("probe", "op", "111")
            .provider_call("call", provider, "call", "111")
            .reply("call", status, body)
            .answer("probe", answered, "{}")
    }

    #[test]
    fn what_the_provider_does_not_know_is_404() {
        let judged = |answered| {
            in_a_word(&(NOT_FOUND_IS_404.judge)(
                &relayed_as("insee", 404, "{}", answered).end(),
            ))
        };

        assert_eq!(judged(404), Outcome::Pass.to_string());
        assert_eq!(judged(502), NOT_404);
        assert_eq!(
            in_a_word(&(NOT_FOUND_IS_404.judge)(
                &relayed_as("insee", 200, "{}", 200).end()
            )),
            Outcome::Inconclusive.to_string()
        );
    }

    #[test]
    fn what_insee_withholds_is_451() {
        let judged = |answered| {
            in_a_word(&(UNDISCLOSED_IS_451.judge)(
                &relayed_as("insee", 403, "{}", answered).end(),
            ))
        };

        assert_eq!(judged(451), Outcome::Pass.to_string());
        assert_eq!(judged(404), NOT_451);
    }

    #[test]
    fn what_another_provider_knows_is_404_where_there_is_no_record_of_it() {
        let judged = |answered| {
            let told = relayed_as("infogreffe", 200, "006 -DOSSIER NON TROUVE-", answered)
                .provider_call("other", "insee", "unite-legale", "111")
                .reply("other", 200, "{}");
            in_a_word(&(OUT_OF_PERIMETER_IS_404.judge)(&told.end()))
        };

        assert_eq!(judged(404), Outcome::Pass.to_string());
        assert_eq!(judged(200), NOT_404);
    }

    #[test]
    fn a_malformed_identifier_is_422_at_its_parameter() {
        let judged = |status, body: &str| {
            let told = HistoryBuilder::gateway().ask("probe", "op", NO_COMPANY);
            in_a_word(&malformed(&told.answer("probe", status, body).end()))
        };
        let named = r#"{"errors":[{"source":{"parameter":"siren"}}]}"#;

        assert_eq!(judged(422, named), Outcome::Pass.to_string());
        assert_eq!(judged(422, "{}"), NOT_AT_ITS_PARAMETER);
        assert_eq!(judged(404, named), NOT_422);
    }

    #[test]
    fn a_broken_encoding_is_400() {
        let judged = |status| {
            let told = HistoryBuilder::gateway().ask("probe", "op%", "111");
            in_a_word(&bad_syntax(&told.answer("probe", status, "{}").end()))
        };

        assert_eq!(judged(400), Outcome::Pass.to_string());
        assert_eq!(judged(404), NOT_400);
        assert!(is_well_encoded("/a%20b"));
    }
}
