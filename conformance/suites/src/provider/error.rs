//! In what words a provider says what went wrong.

use doublure_journal::Hop;
use doublure_rules::{Exchange, History, Level, ProviderProfile, Role, Rule, Verdict};

use super::{
    kind::{Kind, media_type, or_none},
    names, readable,
};
use crate::judging::each;

/// Errors are for programs.
pub static MACHINE_READABLE: Rule = Rule {
    id: "pr.error.machine-readable",
    role: Role::Provider,
    theme: "error",
    level: Level::Must,
    sentence: "What says that something went wrong is no page for people, and its media type says what it is.",
    source: "facts 164",
    needs: &[],
    trial: names::THREE_QUESTIONS,
    reasons: &[HTML, UNDECLARED_MEDIA_TYPE, NOT_WHAT_IT_SAYS],
    judge,
};

fn judge(history: &History) -> Verdict {
    if let Err(verdict) = history.end() {
        return verdict;
    }
    let provider = &history.profile.provider;
    let asked = history.sent(Hop::Client);
    each(
        asked
            .iter()
            .filter(|call| says_what_went_wrong(provider, call))
            .map(|call| judge_error(provider, call)),
        "it was not seen to say that anything went wrong",
    )
}

/// A whole answer about an entity that is no good one.
fn says_what_went_wrong(provider: &ProviderProfile, call: &Exchange<'_>) -> bool {
    let kind = Kind::of(provider, call);
    call.request.entity.is_some() && !matches!(kind, Kind::Good | Kind::Missing(_))
}

fn judge_error(provider: &ProviderProfile, call: &Exchange<'_>) -> Verdict {
    let named = media_type(call);
    let fail = |reason, actual: &str| {
        let expected = format!("one of {}", provider.error_media_types.join(", "));
        let actual = format!(
            "{} was answered {} with {actual}",
            call.asked(),
            call.summary()
        );
        Verdict::fail(reason, expected, actual, call.proof())
    };
    if readable::is_html(&named) || readable::looks_like_html(call.text()) {
        return fail(HTML, "a page for people");
    }
    // Where there is no body, there is nothing to be said of it: the status says it all.
    if call.text().is_empty() && named.is_empty() {
        return Verdict::pass(call.proof());
    }
    let declared = |known: &String| known.eq_ignore_ascii_case(&named);
    if !provider.error_media_types.iter().any(declared) {
        return fail(UNDECLARED_MEDIA_TYPE, or_none(&named));
    }
    if call
        .response()
        .and_then(|seen| seen.body.as_ref())
        .is_some_and(|body| body.cut)
    {
        return Verdict::inconclusive(format!("{} was answered more than is kept", call.asked()));
    }
    match readable::contradiction(&named, call.text()) {
        Some(actual) => fail(NOT_WHAT_IT_SAYS, &format!("{named}, but it is {actual}")),
        None => Verdict::pass(call.proof()),
    }
}

const HTML: &str = "html";
const UNDECLARED_MEDIA_TYPE: &str = "undeclared-media-type";
const NOT_WHAT_IT_SAYS: &str = "not-what-it-says";

#[cfg(test)]
mod tests {
    use doublure_rules::{Outcome, testing::HistoryBuilder};

    use super::*;

    /// The unknown entity, answered like this.
    fn error(media_type: &str, body: &str) -> History {
        let headers = [("content-type", media_type)];
        let headers = if media_type.is_empty() {
            &[][..]
        } else {
            &headers[..]
        };
        HistoryBuilder::provider()
            .ask("ask", "data", "222")
            .answer_with("ask", 404, headers, body)
            .end()
    }

    fn reason(media_type: &str, body: &str) -> String {
        judge(&error(media_type, body))
            .reason()
            .unwrap()
            .to_string()
    }

    #[test]
    fn an_error_in_a_declared_media_type_passes() {
        let history = error("Application/JSON;charset=utf-8", r#"{"message":"inconnu"}"#);

        assert_eq!(judge(&history).outcome(), Outcome::Pass);
    }

    #[test]
    fn a_page_for_people_fails_also_in_disguise() {
        assert_eq!(reason("text/html", "<p>404</p>"), HTML);
        assert_eq!(
            reason("application/json", "<!doctype html><p>404</p>"),
            HTML
        );
    }

    #[test]
    fn a_media_type_that_was_not_declared_fails() {
        assert_eq!(reason("text/plain", "inconnu"), UNDECLARED_MEDIA_TYPE);
        assert_eq!(reason("", "inconnu"), UNDECLARED_MEDIA_TYPE);
    }

    #[test]
    fn a_body_that_is_not_what_it_says_fails() {
        assert_eq!(reason("application/json", "inconnu"), NOT_WHAT_IT_SAYS);
        assert_eq!(reason("application/json", ""), NOT_WHAT_IT_SAYS);
    }

    #[test]
    fn an_error_without_a_body_is_said_by_its_status() {
        assert_eq!(judge(&error("", "")).outcome(), Outcome::Pass);
    }

    #[test]
    fn a_refusal_with_status_200_is_an_error_too() {
        let history = HistoryBuilder::provider()
            .declaring(|profile| {
                profile.provider.not_found.status = Some(200);
                profile.provider.not_found.contains = Some("NON TROUVE".to_owned());
            })
            .ask("ask", "data", "222")
            .answer_with("ask", 200, &[("content-type", "text/plain")], "NON TROUVE")
            .end();

        assert_eq!(
            judge(&history).reason().unwrap().as_str(),
            UNDECLARED_MEDIA_TYPE
        );
    }

    #[test]
    fn good_answers_say_nothing_of_errors() {
        let json = [("content-type", "application/json")];
        let history = HistoryBuilder::provider()
            .ask("ask", "data", "111")
            .answer_with("ask", 200, &json, "{}")
            .end();

        assert_eq!(judge(&history).outcome(), Outcome::Inconclusive);
    }
}
