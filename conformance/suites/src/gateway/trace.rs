//! The parameters that say for whom and why a call is made, the versions of a path, and calls from browsers.

mod lacking;
mod older;
mod recipient;

use doublure_journal::Hop;
use doublure_rules::{Capability, Exchange, History, Level, Role, Rule, Verdict};

use crate::{judging::each, trials::names};

pub use lacking::MISSING_PARAMETER_IS_REFUSED;
pub use older::V_TWO_VALUES_ARE_NOT_JUDGED;
pub(crate) use recipient::DISPROVED;
pub use recipient::RECIPIENT_IS_A_SIRET;

/// Versions live side by side.
pub static OLD_AND_NEW_LIVE_TOGETHER: Rule = Rule {
    id: "gw.version.old-and-new-live-together",
    theme: "version",
    sentence: "Two versions of an operation are answered side by side, and a version that is none is refused.",
    source: "002:198, 002:206",
    // Who is known is known to our providers.
    needs: &[Capability::Providers],
    reasons: &[VERSION_GONE, UNKNOWN_VERSION],
    judge: versions,
    ..COMMON
};

/// No browser calls.
pub static NO_BROWSER_CALL: Rule = Rule {
    id: "gw.cors.no-browser-call",
    theme: "cors",
    sentence: "No answer allows another origin, also not to a preflight.",
    source: "002:18, facts 22",
    reasons: &[ALLOWS_ANOTHER_ORIGIN],
    judge: origins,
    ..COMMON
};

const COMMON: Rule = Rule {
    id: "",
    role: Role::Gateway,
    theme: "",
    level: Level::Must,
    sentence: "",
    source: "",
    needs: &[],
    trial: names::BAD_QUESTIONS,
    reasons: &[],
    judge: origins,
};

fn versions(history: &History) -> Verdict {
    let probes = history.sent(Hop::Client);
    let judged = probes.iter().filter_map(|probe| {
        let known = VERSIONS
            .iter()
            .any(|id| probe.request.operation.as_deref() == Some(id));
        let unknown = probe.request.target.starts_with(NO_VERSION);
        match probe.status() {
            Some(404) if unknown => Some(Verdict::pass(probe.proof())),
            _ if unknown => {
                let expected = "a version that is none is refused with 404";
                Some(Verdict::fail(
                    UNKNOWN_VERSION,
                    expected,
                    probe.summary(),
                    probe.proof(),
                ))
            }
            Some(200) if known => Some(Verdict::pass(probe.proof())),
            _ if known && is_asked_well(probe) => {
                let expected = format!("{} is answered beside the other version", probe.asked());
                Some(Verdict::fail(
                    VERSION_GONE,
                    expected,
                    probe.summary(),
                    probe.proof(),
                ))
            }
            _ => None,
        }
    });
    each(judged, "no two versions of an operation were called")
}

fn origins(history: &History) -> Verdict {
    let probes = history.sent(Hop::Client);
    each(
        probes
            .iter()
            .filter(|probe| probe.response().is_some())
            .map(|probe| {
                let allowed = probe.header("Access-Control-Allow-Origin");
                match allowed.filter(|allowed| is_another(probe, allowed)) {
                    None => Verdict::pass(probe.proof()),
                    Some(allowed) => {
                        let expected = format!("{} allows no other origin", probe.asked());
                        Verdict::fail(ALLOWS_ANOTHER_ORIGIN, expected, allowed, probe.proof())
                    }
                }
            }),
        "nothing was answered",
    )
}

/// Whether an origin is anybody's, or that of the page which asks. One that is told whoever asks is the gateway's own.
fn is_another(probe: &Exchange<'_>, allowed: &str) -> bool {
    let origin = probe.request.headers.iter();
    let mut origin = origin.filter(|(name, _)| name.eq_ignore_ascii_case("Origin"));
    ["*", "null"].contains(&allowed) || origin.any(|(_, origin)| origin == allowed)
}

/// A question that the providers know an answer to: it is told by a header of the trial's.
fn is_asked_well(probe: &Exchange<'_>) -> bool {
    PARAMETERS
        .iter()
        .all(|name| parameter(probe, name).is_some())
        && parameter(probe, "context") == Some(WELL)
}

/// A parameter of a probe's query that is not empty.
fn parameter<'a>(probe: &Exchange<'a>, name: &str) -> Option<&'a str> {
    let query = probe.request.target.split_once('?')?.1;
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let mut values = pairs.filter(|(key, value)| *key == name && !value.is_empty());
    values.next().map(|(_, value)| value)
}

/// The parameters that a refusal names.
fn named(probe: &Exchange<'_>) -> Vec<String> {
    let body = probe.json();
    let errors = body["errors"].as_array().map_or(&[][..], Vec::as_slice);
    let name = |error: &serde_json::Value| error["source"]["parameter"].as_str().map(str::to_owned);
    errors.iter().filter_map(name).collect()
}

const PARAMETERS: [&str; 3] = ["context", "recipient", "object"];
/// Two versions of one operation.
const VERSIONS: [&str; 2] = [
    "api_entreprise_v3_insee_unites_legales",
    "api_entreprise_v4_insee_unites_legales",
];
/// A version that no operation has.
pub(crate) const NO_VERSION: &str = "/v9/";
/// The context that trials give with questions which must be answered well.
pub(crate) const WELL: &str = "Bonne+question";
const VERSION_GONE: &str = "version-gone";
const UNKNOWN_VERSION: &str = "unknown-version";
const ALLOWS_ANOTHER_ORIGIN: &str = "allows-another-origin";

#[cfg(test)]
mod tests {
    use doublure_rules::{
        Outcome,
        testing::{HistoryBuilder, in_a_word},
    };

    use super::*;

    /// A probe of an operation with this query, answered so; the builder writes the entity behind the operation.
    fn asked(id: &str, query: &str, status: u16, body: &str) -> History {
        let told = HistoryBuilder::gateway()
            .declaring(|profile| {
                let operation = profile.gateway.operations["op"].clone();
                for id in VERSIONS {
                    profile
                        .gateway
                        .operations
                        .insert(id.to_owned(), operation.clone());
                }
            })
            .ask("probe", id, query);
        told.answer("probe", status, body).end()
    }

    #[test]
    fn both_versions_are_answered_and_a_third_is_not() {
        let query = format!("1?context={WELL}&recipient=13002526500013&object=c");
        let of = |id, status| in_a_word(&versions(&asked(id, &query, status, "{}")));

        assert_eq!(of(VERSIONS[0], 200), Outcome::Pass.to_string());
        assert_eq!(of(VERSIONS[1], 410), VERSION_GONE);
        assert_eq!(of("v9/op", 200), UNKNOWN_VERSION);
        assert_eq!(of("v9/op", 404), Outcome::Pass.to_string());
    }

    #[test]
    fn no_answer_allows_another_origin() {
        let told = |headers: &[(&str, &str)]| {
            let told = HistoryBuilder::gateway().ask_with("probe", "op", "1", &[ORIGIN]);
            in_a_word(&origins(
                &told.answer_with("probe", 200, headers, "{}").end(),
            ))
        };
        let allowing = |origin| told(&[("access-control-allow-origin", origin)]);

        assert_eq!(told(&[]), Outcome::Pass.to_string());
        for origin in ["*", "null", ORIGIN.1] {
            assert_eq!(allowing(origin), ALLOWS_ANOTHER_ORIGIN);
        }
        assert_eq!(allowing("https://gateway.fr"), Outcome::Pass.to_string());
    }

    const ORIGIN: (&str, &str) = ("Origin", "https://page.fr");
}
