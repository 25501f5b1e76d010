//! Links to documents: what they lead to, and how long.

mod expiry;
pub(crate) mod links;

use doublure_journal::Hop;
use doublure_rules::{Capability, Exchange, History, Level, Role, Rule, Verdict};

use self::links::{Link, Promise};
use crate::{
    judging::{each, operation},
    trials::names,
};

pub use expiry::LINK_IS_LIVE_THEN_EXPIRES;

/// A document's link.
pub static LINK_IS_LIVE: Rule = Rule {
    id: "gw.document.link-is-live",
    sentence: "An answer that promises a document has a link that gives it, a PDF or a ZIP archive, to who has the \
               link and nothing else, also where it leads to another link first.",
    source: "000:270, facts 83, 85, 86",
    reasons: &[NO_LINK, DEAD_LINK, NOT_WHAT_IT_PROMISES],
    judge,
    ..COMMON
};

const COMMON: Rule = Rule {
    id: "",
    role: Role::Gateway,
    theme: "document",
    level: Level::Must,
    sentence: "",
    source: "",
    needs: &[Capability::Providers],
    trial: names::DOCUMENT_LINKS,
    reasons: &[],
    judge: |_| Verdict::inconclusive("no judge"),
};

fn judge(history: &History) -> Verdict {
    let sent = history.sent(Hop::Client);
    let asked = sent.iter().filter(|probe| operation(probe).is_some());
    let given = asked.map(|probe| match probe.status() {
        Some(200) if links_of(probe).is_empty() => Verdict::fail(
            NO_LINK,
            format!("{} has a link to a document", probe.asked()),
            "it has none",
            probe.proof(),
        ),
        Some(200) => judge_links(probe, &sent),
        _ => Verdict::inconclusive(format!(
            "{} was answered {}",
            probe.asked(),
            probe.summary()
        )),
    });
    each(given, "nobody asked for a document")
}

/// What is said of the links of an answer that were followed, and of those that they lead to.
fn judge_links(giver: &Exchange<'_>, sent: &[Exchange<'_>]) -> Verdict {
    let followed = links_of(giver).into_iter().filter_map(|link| {
        let first = *followings(giver, &link, sent).first()?;
        Some((first, link))
    });
    let judged = followed.map(|(first, link)| {
        let proof = giver.proof().and(first.proof());
        let expected = format!("{} gives {}", link.url, link.promise.words());
        match first.status() {
            Some(200) if link.promise.is_kept_by(first) => {
                let further = (link.promise == Promise::Link).then(|| judge_links(first, sent));
                Verdict::all([Verdict::pass(proof)].into_iter().chain(further))
            }
            Some(200) => Verdict::fail(NOT_WHAT_IT_PROMISES, expected, beginning(first), proof),
            _ => Verdict::fail(DEAD_LINK, expected, first.summary(), proof),
        }
    });
    each(judged, NOT_FOLLOWED)
}

/// The links of an answer.
fn links_of(giver: &Exchange<'_>) -> Vec<Link> {
    match giver.status() {
        Some(200) => links::links(operation(giver), giver.text()),
        _ => Vec::new(),
    }
}

/// The requests that followed a link once it was given, in their order.
fn followings<'a, 'b>(
    giver: &Exchange<'_>,
    link: &Link,
    sent: &'b [Exchange<'a>],
) -> Vec<&'b Exchange<'a>> {
    let given = giver.ended.map_or(u64::MAX, |entry| entry.index);
    let follows =
        |other: &&Exchange<'_>| other.opened.index > given && other.request.target == link.url;
    sent.iter().filter(follows).collect()
}

/// The beginning of what came, for people.
fn beginning(answer: &Exchange<'_>) -> String {
    let kind = answer.header("Content-Type").unwrap_or("no Content-Type");
    let text: String = answer.text().chars().take(BEGINNING).collect();
    format!("{kind}: {text}")
}

const NO_LINK: &str = "no-link";
const DEAD_LINK: &str = "dead-link";
const NOT_WHAT_IT_PROMISES: &str = "not-what-it-promises";
const NOT_FOLLOWED: &str =
    "no link was followed: where one leads to another machine, nobody goes there";
const BEGINNING: usize = 40;

#[cfg(test)]
mod tests {
    use doublure_journal::Failure;
    use doublure_rules::testing::HistoryBuilder;

    use super::*;

    fn said(told: HistoryBuilder) -> String {
        let verdict = judge(&told.end());
        verdict
            .reason()
            .map_or_else(|| verdict.outcome().to_string(), ToString::to_string)
    }

    fn given() -> HistoryBuilder {
        let body = r#"{"data":{"document_url":"http://g/a.pdf","expires_in":60}}"#;
        HistoryBuilder::gateway()
            .ask("probe", "op", "111")
            .answer("probe", 200, body)
    }

    fn followed(status: u16, body: &str) -> String {
        let told = given().follow("link", "http://g/a.pdf");
        said(told.answer("link", status, body))
    }

    #[test]
    fn a_link_gives_the_pdf_that_it_promises() {
        assert_eq!(followed(200, "%PDF-1.7 …"), "pass");
        assert_eq!(followed(404, ""), DEAD_LINK);
        assert_eq!(followed(401, "{}"), DEAD_LINK);
        assert_eq!(followed(200, "<html>"), NOT_WHAT_IT_PROMISES);
        assert_eq!(followed(200, "PK\u{3}\u{4}…"), NOT_WHAT_IT_PROMISES);
    }

    #[test]
    fn a_link_that_does_not_answer_is_dead() {
        let told = given().follow("link", "http://g/a.pdf");

        assert_eq!(said(told.fail("link", Failure::GaveUp)), DEAD_LINK);
    }

    #[test]
    fn an_answer_without_a_link_fails_and_one_that_nobody_followed_does_not_tell() {
        let without = HistoryBuilder::gateway().ask("probe", "op", "111").answer(
            "probe",
            200,
            r#"{"data":{}}"#,
        );
        let refused = HistoryBuilder::gateway()
            .ask("probe", "op", "111")
            .answer("probe", 502, "{}");

        assert_eq!(said(without), NO_LINK);
        assert_eq!(said(refused), "inconclusive");
        assert_eq!(said(given()), "inconclusive");
    }

    /// A link to a link, followed.
    fn two_hops(second: &str) -> HistoryBuilder {
        let filed = r#"{"data":{"actes":[{"url":"http://g/d/1"}]}}"#;
        HistoryBuilder::gateway()
            .ask("probe", links::TWO_HOPS, "111")
            .answer("probe", 200, filed)
            .follow("first", "http://g/d/1")
            .answer("first", 200, second)
    }

    #[test]
    fn of_two_hops_both_are_judged() {
        let second = r#"{"data":{"document_url":"http://g/f/1","expires_in":60}}"#;
        let arrived = |body| {
            let told = two_hops(second).follow("second", "http://g/f/1");
            said(told.answer("second", 200, body))
        };

        assert_eq!(arrived("%PDF-1.7"), "pass");
        assert_eq!(arrived("<html>"), NOT_WHAT_IT_PROMISES);
        assert_eq!(said(two_hops("%PDF-1.7")), NOT_WHAT_IT_PROMISES);
        assert_eq!(said(two_hops(second)), "inconclusive");
    }
}
