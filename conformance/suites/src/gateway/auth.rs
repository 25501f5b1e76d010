//! Who may call what.

mod life;

use doublure_journal::Hop;
use doublure_rules::{Capability, Exchange, History, Level, Proof, Role, Rule, Verdict};
use serde_json::Value;

use crate::{
    judging::{codes, each, operation},
    probe::shown,
    trials::names,
};

/// No token, or one of somebody else's making.
///
/// Two more ways to show a good token are shown and not judged, since the sources do not agree on them. Behind `bearer`
/// in lower case the service takes it for none (facts 10, read from its code), while HTTP has such a word in any case
/// (RFC 9110, 11.1). In the query the documents have it (000:235, 002:349, 002:410) and the service takes it (facts 10,
/// 11), while its OpenAPI document has the header alone.
pub static MISSING_OR_FORGED_GIVES_401: Rule = Rule {
    id: "gw.auth.missing-or-forged-gives-401",
    sentence: "A call without a token, or with one that was not signed here as it stands (another key, no signature, \
               another algorithm, cut, altered, not behind `Bearer`), is refused with 401 and code 00101.",
    source: "002:139, facts 5, 10, 13",
    reasons: &[NOT_401, WRONG_CODE],
    judge: |history| refused(history, NO_TOKEN, 401, "00101", NOT_401),
    ..COMMON
};

/// A token whose life is over.
pub static EXPIRED_GIVES_401: Rule = Rule {
    id: "gw.auth.expired-gives-401",
    sentence: "A token whose life is over is refused with 401 and code 00103 from the second on at which it ends, \
               and not before.",
    source: "002:139, 000:466",
    reasons: &[NOT_401, WRONG_CODE, life::ENDED_EARLY],
    judge: life::expired,
    ..COMMON
};

/// A token that was withdrawn.
pub static REVOKED_GIVES_401: Rule = Rule {
    id: "gw.auth.revoked-gives-401",
    sentence: "A token that was revoked is refused with 401 and code 00105.",
    source: "002:139, facts 13",
    reasons: &[NOT_401, WRONG_CODE],
    judge: |history| refused(history, &[Some("revoked")], 401, "00105", NOT_401),
    ..COMMON
};

/// A good token without the right.
pub static NO_RIGHT_GIVES_403: Rule = Rule {
    id: "gw.auth.no-right-gives-403",
    sentence: "A token without a right to the operation is refused with 403 and code 00100.",
    source: "002:140",
    reasons: &[NOT_403, WRONG_CODE],
    judge: |history| refused(history, &[Some("unprivileged")], 403, "00100", NOT_403),
    ..COMMON
};

/// What a token opens is what it is told to open.
pub static PRIVILEGES_ARE_LISTED: Rule = Rule {
    id: "gw.auth.privileges-are-listed",
    sentence: "The list of rights names the scopes of the token that asks: an operation that accepts a listed \
               one is open, one whose scopes are all absent is refused with 403.",
    source: "002:345",
    reasons: &[NO_LIST, LISTED_AND_REFUSED, NOT_LISTED_AND_OPEN],
    judge: privileges,
    ..COMMON
};

/// A token is a secret.
///
/// The redirects of the running service's version 2 held it, a named difference; edition `observed` has no version 2.
pub static NEVER_ECHOED: Rule = Rule {
    id: "gw.token.never-echoed",
    theme: "token",
    sentence: "No answer contains the token of the call, in a header or in its body: no error, no list, no link to a \
               document and no redirect, wherever the token was shown.",
    source: "000:318",
    reasons: &[ECHOED],
    judge: echo,
    ..COMMON
};

const COMMON: Rule = Rule {
    id: "",
    role: Role::Gateway,
    theme: "auth",
    level: Level::Must,
    sentence: "",
    source: "",
    needs: &[Capability::Providers],
    trial: names::TOKENS,
    reasons: &[],
    judge: echo,
};

/// Calls with these tokens (none: without one) of operations that demand one must be refused so.
fn refused(
    history: &History,
    tokens: &[Option<&str>],
    status: u16,
    code: &str,
    other_status: &'static str,
) -> Verdict {
    let probes = history.sent(Hop::Client);
    let mut judged = probes
        .iter()
        .filter(|probe| tokens.contains(&probe.request.token.as_deref()))
        .filter(|probe| !scopes(history, probe).is_empty())
        .map(|probe| {
            let expected = format!("{} is refused with {status} and {code}", probe.asked());
            match probe.status() {
                Some(given) if given != status => {
                    Verdict::fail(other_status, expected, probe.summary(), probe.proof())
                }
                // Version 2 has no codes.
                Some(_) if probe.request.target.starts_with("/v2") => Verdict::pass(probe.proof()),
                Some(_) if codes(probe).iter().any(|given| given == code) => {
                    Verdict::pass(probe.proof())
                }
                Some(_) => {
                    let actual = format!("{} with the codes {:?}", probe.summary(), codes(probe));
                    Verdict::fail(WRONG_CODE, expected, actual, probe.proof())
                }
                None => Verdict::inconclusive(format!("{}: {}", probe.asked(), probe.summary())),
            }
        })
        .peekable();
    match judged.peek() {
        Some(_) => Verdict::all(judged),
        None => Verdict::not_applicable(unnamed(tokens)),
    }
}

/// That no token of these names stands in the target file, and where it would.
fn unnamed(tokens: &[Option<&str>]) -> String {
    let names: Vec<String> = tokens
        .iter()
        .flatten()
        .map(|name| format!("`{name}`"))
        .collect();
    format!(
        "this target names no token {}: `gateway.tokens` or `gateway.mint` would",
        names.join(", ")
    )
}

fn privileges(history: &History) -> Verdict {
    let probes = history.sent(Hop::Client);
    let lists = probes
        .iter()
        .filter(|probe| operation(probe) == Some(RIGHTS) && is_valid(probe))
        .filter(|probe| probe.status().is_some());
    each(
        lists.flat_map(|list| {
            let token = &list.request.token;
            let Some(listed) = listed(list) else {
                let expected = "the scopes of the token that asks";
                return vec![Verdict::fail(
                    NO_LIST,
                    expected,
                    list.summary(),
                    list.proof(),
                )];
            };
            let calls = probes.iter().filter(|probe| {
                probe.request.token == *token && !scopes(history, probe).is_empty()
            });
            calls
                .filter_map(|call| {
                    let open = scopes(history, call)
                        .iter()
                        .any(|scope| listed.contains(scope));
                    judge_right(call, open, list.proof())
                })
                .collect()
        }),
        "no token asked for its rights and used them",
    )
}

/// Whether a call was let in as the list says; none: it was not answered.
fn judge_right(call: &Exchange<'_>, open: bool, list: Proof) -> Option<Verdict> {
    let proof = list.and(call.proof());
    Some(match (open, call.status()?) {
        (true, 403) => {
            let expected = format!("{} is open: one of its scopes is listed", call.asked());
            Verdict::fail(LISTED_AND_REFUSED, expected, call.summary(), proof)
        }
        (false, status) if status != 403 => {
            let expected = format!("{} is refused: none of its scopes is listed", call.asked());
            Verdict::fail(NOT_LISTED_AND_OPEN, expected, call.summary(), proof)
        }
        _ => Verdict::pass(proof),
    })
}

/// The scopes that a list of rights names, wrapped in `data` or not (facts 17).
fn listed(list: &Exchange<'_>) -> Option<Vec<String>> {
    let body = list.json();
    let scopes = [&body["privileges"], &body["data"]["privileges"]]
        .into_iter()
        .find_map(Value::as_array)?;
    let text = |scope: &Value| scope.as_str().map(str::to_owned);
    Some(scopes.iter().filter_map(text).collect())
}

/// The scopes of which one opens the operation of a probe.
fn scopes<'a>(history: &'a History, probe: &Exchange<'_>) -> &'a [String] {
    let declared = operation(probe).and_then(|id| history.profile.gateway.operations.get(id));
    declared.map_or(&[][..], |declared| declared.scopes.as_slice())
}

fn is_valid(probe: &Exchange<'_>) -> bool {
    let token = probe.request.token.as_deref();
    token.is_some_and(|token| !BAD.contains(&token))
}

fn echo(history: &History) -> Verdict {
    let probes = history.sent(Hop::Client);
    each(
        probes.iter().filter_map(|probe| {
            let answer = probe.response()?;
            probe.request.token.as_ref()?;
            let in_header = answer
                .headers
                .iter()
                .find(|(_, value)| holds_token(value))
                .map(|(name, _)| format!("in {name}"));
            let in_body = holds_token(probe.text()).then(|| "in the body".to_owned());
            Some(match in_header.or(in_body) {
                None => Verdict::pass(probe.proof()),
                Some(place) => {
                    let expected =
                        format!("the answer to {} does not hold its token", probe.asked());
                    Verdict::fail(ECHOED, expected, place, probe.proof())
                }
            })
        }),
        "no call with a token was answered",
    )
}

/// Whether a text holds a token: as such, or as the journal masks it.
fn holds_token(text: &str) -> bool {
    MARKS.iter().any(|mark| text.contains(mark))
}

const MARKS: [&str; 2] = ["⟦token", "eyJ"];
const RIGHTS: &str = "api_entreprise_privileges";
const BAD: [&str; 3] = ["expired", "revoked", "forged"];
/// None at all, and each that was not signed here as it stands.
const NO_TOKEN: &[Option<&str>] = &[
    None,
    Some("forged"),
    Some(shown::UNSIGNED),
    Some(shown::OTHER_ALGORITHM),
    Some(shown::CUT),
    Some(shown::ALTERED),
    Some(shown::TWICE),
    Some(shown::BARE),
    Some(shown::EMPTY),
];
const NOT_401: &str = "not-401";
const NOT_403: &str = "not-403";
const WRONG_CODE: &str = "wrong-code";
const NO_LIST: &str = "no-list";
const LISTED_AND_REFUSED: &str = "listed-and-refused";
const NOT_LISTED_AND_OPEN: &str = "not-listed-and-open";
const ECHOED: &str = "echoed";

#[cfg(test)]
mod tests {
    use doublure_rules::{
        Outcome,
        testing::{HistoryBuilder, in_a_word},
    };

    use super::*;

    fn gateway() -> HistoryBuilder {
        HistoryBuilder::gateway().declaring(|profile| {
            let operation = profile.gateway.operations.get_mut("op").unwrap();
            operation.scopes = vec!["entreprises".to_owned(), "open_data".to_owned()];
        })
    }

    fn refused_with(token: &str, status: u16, code: &str) -> History {
        let body = format!(r#"{{"errors":[{{"code":"{code}"}}]}}"#);
        let told = gateway().with_token(token).ask("probe", "op", "1");
        told.answer("probe", status, &body).end()
    }

    #[test]
    fn each_bad_token_has_its_status_and_its_code() {
        let judged = |rule: &Rule, token, status, code| {
            in_a_word(&(rule.judge)(&refused_with(token, status, code)))
        };

        for (rule, token, status, code) in [
            (&MISSING_OR_FORGED_GIVES_401, "forged", 401, "00101"),
            (&EXPIRED_GIVES_401, "expired", 401, "00103"),
            (&REVOKED_GIVES_401, "revoked", 401, "00105"),
            (&NO_RIGHT_GIVES_403, "unprivileged", 403, "00100"),
        ] {
            assert_eq!(judged(rule, token, status, code), Outcome::Pass.to_string());
            assert_eq!(judged(rule, token, 200, code), rule.reasons[0]);
            assert_eq!(judged(rule, token, status, "00999"), WRONG_CODE);
        }
    }

    #[test]
    fn each_spoilt_token_is_none() {
        for token in NO_TOKEN.iter().flatten() {
            let judged = |status| {
                in_a_word(&(MISSING_OR_FORGED_GIVES_401.judge)(&refused_with(
                    token, status, "00101",
                )))
            };

            assert_eq!(judged(401), Outcome::Pass.to_string());
            assert_eq!(judged(200), NOT_401, "{token}");
        }
    }

    #[test]
    fn a_target_without_such_a_token_has_a_gap() {
        let history = refused_with("standard", 200, "");

        assert_eq!(
            (EXPIRED_GIVES_401.judge)(&history).outcome(),
            Outcome::NotApplicable
        );
    }

    /// A token's list, and what its call is answered.
    fn list(list: &str, status: u16) -> String {
        let told = gateway().ask("list", RIGHTS, "1").answer("list", 200, list);
        in_a_word(&privileges(
            &told
                .ask("probe", "op", "1")
                .answer("probe", status, "{}")
                .end(),
        ))
    }

    #[test]
    fn what_is_listed_is_open_and_what_is_not_is_refused() {
        assert_eq!(
            list(r#"{"privileges":["open_data"]}"#, 200),
            Outcome::Pass.to_string()
        );
        assert_eq!(
            list(r#"{"data":{"privileges":[]}}"#, 403),
            Outcome::Pass.to_string()
        );
        assert_eq!(
            list(r#"{"privileges":["open_data"]}"#, 403),
            LISTED_AND_REFUSED
        );
        assert_eq!(
            list(r#"{"privileges":["autre"]}"#, 200),
            NOT_LISTED_AND_OPEN
        );
        assert_eq!(list("[]", 200), NO_LIST);
    }

    #[test]
    fn a_token_in_a_header_or_a_body_is_echoed() {
        let told = |headers: &[(&str, &str)], body| {
            let told = gateway().ask("probe", "op", "1");
            in_a_word(&echo(&told.answer_with("probe", 401, headers, body).end()))
        };

        assert_eq!(told(&[], "{}"), Outcome::Pass.to_string());
        assert_eq!(told(&[("Location", "/?token=⟦token:1⟧")], "{}"), ECHOED);
        assert_eq!(told(&[], "bad token eyJhbGciOiJIUzI1NiJ9.e30.x"), ECHOED);
    }
}
