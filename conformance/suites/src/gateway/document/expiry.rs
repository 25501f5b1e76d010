//! How long a link lives.

use std::time::Duration;

use doublure_journal::Hop;
use doublure_rules::{Capability, Exchange, History, Rule, Verdict};

use super::{COMMON, followings, links::Link, links_of};
use crate::judging::each;

/// A link ends when it says.
pub static LINK_IS_LIVE_THEN_EXPIRES: Rule = Rule {
    id: "gw.document.link-is-live-then-expires",
    sentence: "A link to a document names its term in seconds, gives the document until then and nothing from then \
               on; a link to a link lives an hour.",
    source: "facts 76, 83, 85, 86",
    needs: &[Capability::Clock, Capability::Providers],
    reasons: &[NO_TERM, ENDS_EARLY, OUTLIVES_ITS_TERM],
    judge,
    ..COMMON
};

fn judge(history: &History) -> Verdict {
    let sent = history.sent(Hop::Client);
    let followed = sent.iter().flat_map(|giver| {
        links_of(giver).into_iter().filter_map(|link| {
            let followings = followings(giver, &link, &sent);
            (!followings.is_empty()).then(|| judge_link(giver, &link, &followings))
        })
    });
    each(followed, "no link was followed")
}

fn judge_link(giver: &Exchange<'_>, link: &Link, followed: &[&Exchange<'_>]) -> Verdict {
    let Some(term) = link.term else {
        let expected = format!("{} is said to live so many seconds", link.url);
        return Verdict::fail(NO_TERM, expected, "no number of seconds", giver.proof());
    };
    if followed.first().and_then(|first| first.status()) != Some(200) {
        return Verdict::inconclusive(format!("{} was dead from the first", link.url));
    }
    let ends = followed.iter().copied().filter_map(|following| {
        let verdict = judge_following(giver, term, following);
        Some((is_over(giver, term, following)?, verdict))
    });
    let (over, live): (Vec<_>, Vec<_>) = ends.partition(|(over, _)| *over);
    if over.is_empty() || live.is_empty() {
        let why = format!(
            "{} was not followed both before and after its end",
            link.url
        );
        return Verdict::inconclusive(why);
    }
    Verdict::all(live.into_iter().chain(over).map(|(_, verdict)| verdict))
}

/// Whether a link was followed when it was over; none: about when it ended.
fn is_over(giver: &Exchange<'_>, term: Duration, following: &Exchange<'_>) -> Option<bool> {
    let certainly_over = following.began_at() >= giver.ended_at()? + term;
    let certainly_live = following.ended_at()? < giver.began_at() + term;
    (certainly_over || certainly_live).then_some(certainly_over)
}

fn judge_following(giver: &Exchange<'_>, term: Duration, following: &Exchange<'_>) -> Verdict {
    let proof = giver.proof().and(following.proof());
    let age = following.began_at().since(giver.began_at());
    let actual = || format!("{} after {age:?}", following.summary());
    match (is_over(giver, term, following), following.status()) {
        (Some(false), status) if status != Some(200) => {
            let expected = format!("the document until {term:?} are over");
            Verdict::fail(ENDS_EARLY, expected, actual(), proof)
        }
        (Some(true), Some(200)) => {
            let expected = format!("no document once {term:?} are over");
            Verdict::fail(OUTLIVES_ITS_TERM, expected, actual(), proof)
        }
        _ => Verdict::pass(proof),
    }
}

const NO_TERM: &str = "no-term";
const ENDS_EARLY: &str = "ends-early";
const OUTLIVES_ITS_TERM: &str = "outlives-its-term";

#[cfg(test)]
mod tests {
    use doublure_rules::testing::{HistoryBuilder, in_a_word};

    use super::*;

    fn said(told: HistoryBuilder) -> String {
        in_a_word(&judge(&told.end()))
    }

    fn given(body: &str) -> HistoryBuilder {
        HistoryBuilder::gateway()
            .ask("probe", "op", "111")
            .answer("probe", 200, body)
    }

    /// A link of a minute that is followed after so many milliseconds, with what came each time.
    fn followed(times: &[(u64, u16)]) -> String {
        let body = r#"{"data":{"document_url":"http://g/a.pdf","expires_in":60}}"#;
        let mut passed = 0;
        let told = times.iter().fold(given(body), |told, (at, status)| {
            let told = told.wait_ms(at - passed);
            passed = *at;
            let name = at.to_string();
            let told = told.follow(&name, "http://g/a.pdf");
            told.answer(&name, *status, "%PDF-1.7")
        });
        said(told)
    }

    #[test]
    fn a_link_lives_until_its_term_and_not_longer() {
        assert_eq!(followed(&[(0, 200), (59_999, 200), (60_000, 404)]), "pass");
        assert_eq!(
            followed(&[(0, 200), (59_999, 404), (60_000, 404)]),
            ENDS_EARLY
        );
        assert_eq!(
            followed(&[(0, 200), (59_999, 200), (60_000, 200)]),
            OUTLIVES_ITS_TERM
        );
    }

    #[test]
    fn a_link_that_was_not_followed_at_both_ends_does_not_tell() {
        assert_eq!(followed(&[(0, 200), (59_999, 200)]), "inconclusive");
        assert_eq!(followed(&[(0, 404), (60_000, 404)]), "inconclusive");
        assert_eq!(followed(&[]), "inconclusive");
    }

    #[test]
    fn a_link_has_a_term() {
        let endless = r#"{"data":{"document_url":"http://g/a.pdf"}}"#;
        let told = given(endless).follow("link", "http://g/a.pdf");

        assert_eq!(said(told.answer("link", 200, "%PDF-1.7")), NO_TERM);
    }

    #[test]
    fn a_link_that_is_slow_to_answer_is_judged_where_it_is_certain() {
        let body = r#"{"data":{"document_url":"http://g/a.pdf","expires_in":60}}"#;
        let late = HistoryBuilder::gateway()
            .ask("probe", "op", "111")
            .wait_ms(500)
            .answer("probe", 200, body)
            .follow("first", "http://g/a.pdf")
            .answer("first", 200, "%PDF-1.7")
            .wait_ms(59_700)
            .follow("about-then", "http://g/a.pdf")
            .answer("about-then", 200, "%PDF-1.7")
            .wait_ms(300)
            .follow("over", "http://g/a.pdf")
            .answer("over", 404, "");

        assert_eq!(said(late), "pass");
    }
}
