//! Whether a provider tells what it knows, what it does not know, and what it does not understand.

use doublure_rules::{Capability, History, Level, Role, Rule, Verdict};

use super::{
    kind::{Kind, asked_about},
    names,
};
use crate::judging::each;

/// An entity that it holds.
pub static KNOWN_ENTITY: Rule = Rule {
    id: "pr.works.known-entity",
    role: Role::Provider,
    theme: "works",
    level: Level::Must,
    sentence: "An entity that it holds is answered with a good answer of the declared media type, always.",
    source: "002:141",
    needs: &[Capability::KnownEntity],
    trial: names::THREE_QUESTIONS,
    reasons: REASONS,
    judge: |history| judge(history, &history.profile.provider.known, &Kind::Good),
};

/// An entity that it does not hold.
pub static UNKNOWN_ENTITY: Rule = Rule {
    id: "pr.works.unknown-entity",
    role: Role::Provider,
    theme: "works",
    level: Level::Must,
    sentence: "An entity that it does not hold is answered as declared for that, always, and like nothing else.",
    source: "002:141",
    needs: &[Capability::UnknownEntity],
    trial: names::THREE_QUESTIONS,
    reasons: REASONS,
    judge: |history| judge(history, &history.profile.provider.unknown, &Kind::NotFound),
};

/// An identifier that is none.
pub static MALFORMED_IDENTIFIER: Rule = Rule {
    id: "pr.works.malformed-identifier",
    role: Role::Provider,
    theme: "works",
    level: Level::Must,
    sentence: "A malformed identifier is refused as declared for that, always, and like nothing else.",
    source: "002:142",
    needs: &[Capability::MalformedEntity],
    trial: names::THREE_QUESTIONS,
    reasons: REASONS,
    judge: |history| judge(history, &history.profile.provider.malformed, &Kind::Refused),
};

fn judge(history: &History, entity: &str, wanted: &Kind) -> Verdict {
    if let Err(verdict) = history.end() {
        return verdict;
    }
    let provider = &history.profile.provider;
    let asked = asked_about(history, entity);
    let kinds: Vec<Kind> = asked.iter().map(|call| Kind::of(provider, call)).collect();
    if let Some(other) = kinds.iter().position(|kind| *kind != kinds[0]) {
        let actual = format!("first {}, later {}", kinds[0], kinds[other]);
        let proof = asked[0].proof().and(asked[other].proof());
        return Verdict::fail(NOT_ALWAYS_THE_SAME, wanted.to_string(), actual, proof);
    }
    let parts = asked.iter().zip(&kinds).map(|(call, kind)| {
        let reason = match kind {
            kind if kind == wanted => return Verdict::pass(call.proof()),
            Kind::Missing(_) => NO_ANSWER,
            Kind::Good | Kind::NotFound | Kind::Refused | Kind::Either => NOT_TOLD_APART,
            Kind::Other(_) => NOT_AS_DECLARED,
        };
        Verdict::fail(reason, wanted.to_string(), kind.to_string(), call.proof())
    });
    each(parts, "it was not asked")
}

const NO_ANSWER: &str = "no-answer";
const NOT_AS_DECLARED: &str = "not-as-declared";
const NOT_TOLD_APART: &str = "not-told-apart";
const NOT_ALWAYS_THE_SAME: &str = "not-always-the-same";
const REASONS: &[&str] = &[
    NO_ANSWER,
    NOT_AS_DECLARED,
    NOT_TOLD_APART,
    NOT_ALWAYS_THE_SAME,
];

#[cfg(test)]
mod tests {
    use doublure_journal::Failure;
    use doublure_rules::{Outcome, testing::HistoryBuilder};

    use super::*;

    const JSON: &[(&str, &str)] = &[("Content-Type", "application/json; charset=utf-8")];

    /// The same entity asked about, answered with these statuses.
    fn answered(entity: &str, statuses: &[u16]) -> History {
        let told = statuses
            .iter()
            .fold(HistoryBuilder::provider(), |told, status| {
                told.ask("ask", "data", entity)
                    .answer_with("ask", *status, JSON, "{}")
            });
        told.end()
    }

    fn reason(rule: &Rule, history: &History) -> String {
        (rule.judge)(history).reason().unwrap().to_string()
    }

    #[test]
    fn the_three_told_apart_and_always_the_same_pass() {
        for (rule, entity, status) in [
            (&KNOWN_ENTITY, "111", 200),
            (&UNKNOWN_ENTITY, "222", 404),
            (&MALFORMED_IDENTIFIER, "x", 400),
        ] {
            let history = answered(entity, &[status, status, status]);

            assert_eq!(
                (rule.judge)(&history).outcome(),
                Outcome::Pass,
                "{}",
                rule.id
            );
        }
    }

    #[test]
    fn a_good_answer_about_nobody_is_not_told_apart() {
        assert_eq!(
            reason(&UNKNOWN_ENTITY, &answered("222", &[200])),
            NOT_TOLD_APART
        );
        assert_eq!(
            reason(&MALFORMED_IDENTIFIER, &answered("x", &[404])),
            NOT_TOLD_APART
        );
        assert_eq!(
            reason(&KNOWN_ENTITY, &answered("111", &[404])),
            NOT_TOLD_APART
        );
    }

    #[test]
    fn an_answer_that_fits_both_refusals_is_not_told_apart() {
        let told = HistoryBuilder::provider()
            .declaring(|profile| profile.provider.refused = profile.provider.not_found.clone())
            .ask("ask", "data", "222")
            .answer("ask", 404, "{}");

        assert_eq!(reason(&UNKNOWN_ENTITY, &told.end()), NOT_TOLD_APART);
    }

    #[test]
    fn what_was_not_declared_fails() {
        assert_eq!(
            reason(&UNKNOWN_ENTITY, &answered("222", &[410])),
            NOT_AS_DECLARED
        );
        assert_eq!(
            reason(&KNOWN_ENTITY, &answered("111", &[500])),
            NOT_AS_DECLARED
        );
    }

    #[test]
    fn a_good_answer_of_another_media_type_fails() {
        let html = [("content-type", "text/html")];
        let history = HistoryBuilder::provider()
            .ask("ask", "data", "111")
            .answer_with("ask", 200, &html, "<html>")
            .end();

        assert_eq!(reason(&KNOWN_ENTITY, &history), NOT_AS_DECLARED);
    }

    #[test]
    fn one_answer_that_differs_fails() {
        assert_eq!(
            reason(&UNKNOWN_ENTITY, &answered("222", &[404, 404, 400])),
            NOT_ALWAYS_THE_SAME
        );
    }

    #[test]
    fn no_answer_at_all_fails() {
        let history = HistoryBuilder::provider()
            .ask("ask", "data", "111")
            .fail("ask", Failure::Refused)
            .end();

        assert_eq!(reason(&KNOWN_ENTITY, &history), NO_ANSWER);
    }

    #[test]
    fn what_was_not_asked_does_not_tell() {
        let history = answered("111", &[200]);

        assert_eq!(
            (UNKNOWN_ENTITY.judge)(&history).outcome(),
            Outcome::Inconclusive
        );
    }
}
