//! For whom a call is made.

use doublure_journal::Hop;
use doublure_rules::{Exchange, History, Level, Rule, Verdict};

use super::{COMMON, named, parameter};
use crate::judging::{each, operation};

/// A recipient is a public body.
pub static RECIPIENT_IS_A_SIRET: Rule = Rule {
    id: "gw.trace.recipient-is-a-siret",
    theme: "trace",
    level: Level::Should,
    sentence: "From version 3 on a `recipient` that is no SIRET is refused with 422 at `recipient`: fourteen digits of \
               which the last one proves the others.",
    source: "facts 35, 38",
    reasons: &[NOT_422, NOT_AT_RECIPIENT, ANY_FOURTEEN_DIGITS],
    judge,
    ..COMMON
};

fn judge(history: &History) -> Verdict {
    if history.profile.edition == "documented-v2" {
        return Verdict::not_applicable("this edition judges no value of `recipient`");
    }
    let probes = history.sent(Hop::Client);
    let is_of_later = |probe: &Exchange<'_>| {
        let declared = operation(probe).and_then(|id| history.profile.gateway.operations.get(id));
        declared.is_none_or(|declared| declared.version > 2)
    };
    each(
        probes.iter().filter_map(|probe| {
            let recipient = parameter(probe, "recipient").filter(|_| is_of_later(probe))?;
            judge_probe(probe, recipient)
        }),
        "no call was made for a recipient that is no SIRET",
    )
}

/// What is said of a call for a recipient that is none; none of any other.
fn judge_probe(probe: &Exchange<'_>, recipient: &str) -> Option<Verdict> {
    let is_number = recipient.bytes().all(|byte| byte.is_ascii_digit());
    let other_status = match (is_number, recipient.len()) {
        (true, 14) if recipient != DISPROVED => return None,
        (true, 14) => ANY_FOURTEEN_DIGITS,
        _ => NOT_422,
    };
    let named = named(probe);
    let proof = probe.proof();
    Some(match probe.status() {
        // Who has spent a quota is refused for that.
        Some(429) => return None,
        Some(422) if named.iter().any(|name| name == "recipient") => Verdict::pass(proof),
        Some(422) => {
            let actual = format!("{named:?} are named");
            Verdict::fail(NOT_AT_RECIPIENT, "`recipient` is named", actual, proof)
        }
        _ => {
            let expected = format!("422 for {recipient}, which is no SIRET");
            Verdict::fail(other_status, expected, probe.summary(), proof)
        }
    })
}

/// Fourteen digits that are no SIRET: the last one of a SIRET is changed.
pub(crate) const DISPROVED: &str = "13002526500014";
const NOT_422: &str = "not-422";
const NOT_AT_RECIPIENT: &str = "not-at-recipient";
const ANY_FOURTEEN_DIGITS: &str = "any-fourteen-digits";

#[cfg(test)]
mod tests {
    use doublure_rules::{
        Outcome,
        testing::{HistoryBuilder, in_a_word},
    };

    use super::*;

    /// What is said of a call for a recipient that is answered so.
    fn judged(recipient: &str, status: u16, body: &str) -> String {
        let query = format!("1?context=a&recipient={recipient}&object=c");
        let told = HistoryBuilder::gateway().ask("probe", "op", &query);
        in_a_word(&judge(&told.answer("probe", status, body).end()))
    }

    const NAMED: &str = r#"{"errors":[{"source":{"parameter":"recipient"}}]}"#;

    #[test]
    fn a_recipient_that_is_no_siret_is_422_at_recipient() {
        for (recipient, reason) in [
            ("SGMAP", NOT_422),
            ("130025265", NOT_422),
            ("130025265000130", NOT_422),
            (DISPROVED, ANY_FOURTEEN_DIGITS),
        ] {
            let pass = Outcome::Pass.to_string();

            assert_eq!(judged(recipient, 422, NAMED), pass, "{recipient}");
            assert_eq!(judged(recipient, 422, "{}"), NOT_AT_RECIPIENT);
            assert_eq!(judged(recipient, 200, "{}"), reason, "{recipient}");
        }
    }

    #[test]
    fn a_siret_is_not_judged() {
        let unclear = Outcome::Inconclusive.to_string();

        assert_eq!(judged("13002526500013", 422, NAMED), unclear);
    }

    #[test]
    fn version_two_judges_no_value() {
        let told = HistoryBuilder::gateway().declaring(|profile| {
            let operation = profile.gateway.operations.get_mut("op").unwrap();
            operation.version = 2;
        });
        let told = told.ask("probe", "op", "1?context=a&recipient=SGMAP&object=c");

        let verdict = judge(&told.answer("probe", 200, "{}").end());

        assert_eq!(verdict.outcome(), Outcome::Inconclusive);
    }
}
