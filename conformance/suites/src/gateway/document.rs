//! Links to documents: what they lead to, and how long.

mod expiry;
mod given;
pub(crate) mod links;

use doublure_fixtures::{
    Contract,
    contract::{AnswerKind, Operation},
};
use doublure_journal::Hop;
use doublure_rules::{Capability, Exchange, History, Level, Proof, Role, Rule, Verdict};

use self::{
    given::is_given,
    links::{Link, Promise, TWO_HOPS},
};
use crate::{
    judging::{each, operation},
    trials::names,
};

pub use expiry::LINK_IS_LIVE_THEN_EXPIRES;

/// A document's link.
///
/// A history keeps the first 64 KiB of a body: of a longer document the rest is held by its length alone.
pub static LINK_IS_LIVE: Rule = Rule {
    id: "gw.document.link-is-live",
    sentence: "An answer that promises a document has a link that gives it, a PDF or a ZIP archive, to who has the \
               link and nothing else, also where it leads to another link first: byte for byte the one that its \
               provider gave, and under no media type of anything else.",
    source: "000:157, 000:270, facts 83, 85, 86, 88",
    reasons: &[
        NO_LINK,
        DEAD_LINK,
        NOT_WHAT_IT_PROMISES,
        OTHER_BYTES,
        OTHER_MEDIA_TYPE,
    ],
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
        Some(200) => judge_links(history, probe, probe, &sent),
        _ => Verdict::inconclusive(format!(
            "{} was answered {}",
            probe.asked(),
            probe.summary()
        )),
    });
    let contract = Contract::built_in();
    let served = &history.profile.gateway.operations;
    let mut known = contract.operations().iter();
    let mut given = given.peekable();
    if given.peek().is_none()
        && !known.any(|one| served.contains_key(&one.id) && gives_documents(one))
    {
        return Verdict::not_applicable("no operation that this target serves gives a document");
    }
    each(given, "nobody asked for a document")
}

/// Whether the answer of an operation has links to documents.
pub(crate) fn gives_documents(operation: &Operation) -> bool {
    operation.answer == AnswerKind::Document || operation.id == TWO_HOPS
}

/// What is said of the links of an answer that were followed, and of those that they lead to; all began with a probe.
fn judge_links(
    history: &History,
    probe: &Exchange<'_>,
    giver: &Exchange<'_>,
    sent: &[Exchange<'_>],
) -> Verdict {
    let followed = links_of(giver).into_iter().filter_map(|link| {
        let first = *followings(giver, &link, sent).first()?;
        Some((first, link))
    });
    let judged = followed.map(|(first, link)| {
        let proof = giver.proof().and(first.proof());
        let expected = format!("{} gives {}", link.url, link.promise.words());
        match first.status() {
            Some(200) if link.promise == Promise::Link && link.promise.is_kept_by(first) => {
                Verdict::all([
                    Verdict::pass(proof),
                    judge_links(history, probe, first, sent),
                ])
            }
            Some(200) if link.promise.is_kept_by(first) => {
                let given = is_given(history, probe, first);
                judge_document(&link, first, given, proof)
            }
            Some(200) => Verdict::fail(NOT_WHAT_IT_PROMISES, expected, beginning(first), proof),
            _ => Verdict::fail(DEAD_LINK, expected, first.summary(), proof),
        }
    });
    each(judged, NOT_FOLLOWED)
}

/// What is said of a document, of which it may be known whether a provider gave it.
fn judge_document(
    link: &Link,
    got: &Exchange<'_>,
    is_given: Option<bool>,
    proof: Proof,
) -> Verdict {
    let media = got.header("Content-Type").unwrap_or_default();
    if is_of_something_else(media) {
        let expected = format!("{} is told as {}", link.url, link.promise.words());
        return Verdict::fail(OTHER_MEDIA_TYPE, expected, media, proof);
    }
    if is_given == Some(false) {
        let expected = format!("{} gives what its provider gave", link.url);
        return Verdict::fail(OTHER_BYTES, expected, "another document", proof);
    }
    Verdict::pass(proof)
}

/// Whether a media type says that something is no document: what says nothing of it may be one.
fn is_of_something_else(media: &str) -> bool {
    let media = media.to_ascii_lowercase();
    let is_of = |kind: &&str| media.starts_with(*kind);
    OTHERS.iter().any(is_of)
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
const OTHER_BYTES: &str = "other-bytes";
const OTHER_MEDIA_TYPE: &str = "other-media-type";
/// How media types of what is no document begin.
const OTHERS: [&str; 6] = [
    "text/",
    "image/",
    "audio/",
    "video/",
    "application/json",
    "application/xml",
];
const NOT_FOLLOWED: &str =
    "no link was followed: where one leads to another machine, nobody goes there";
const BEGINNING: usize = 40;

#[cfg(test)]
mod tests {
    use doublure_journal::Failure;
    use doublure_rules::{
        Outcome,
        testing::{HistoryBuilder, in_a_word},
    };

    use super::*;

    fn said(told: HistoryBuilder) -> String {
        in_a_word(&judge(&told.end()))
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

    /// A document that a provider gives, and what its link gives under a media type.
    fn relayed(given: &str, got: &str, media: &str) -> String {
        let body = r#"{"data":{"document_url":"http://g/a.pdf","expires_in":60}}"#;
        let told = HistoryBuilder::gateway()
            .ask("probe", "op", "111")
            .provider_call("call", "insee", "unite-legale", "another key")
            .reply("call", 200, given)
            .answer("probe", 200, body)
            .follow("link", "http://g/a.pdf");
        said(told.answer_with("link", 200, &[("content-type", media)], got))
    }

    #[test]
    fn a_link_gives_the_very_document_of_the_provider() {
        let judged = |given, got| relayed(given, got, "application/pdf");

        assert_eq!(judged("%PDF-1.7 a", "%PDF-1.7 a"), "pass");
        assert_eq!(judged("%PDF-1.7 a", "%PDF-1.7 b"), OTHER_BYTES);
        assert_eq!(judged("JVBERi0xLjcgYQ==", "%PDF-1.7 a"), "pass");
        assert_eq!(judged("JVBERi0xLjcgYQ==", "%PDF-1.7 b"), OTHER_BYTES);
        assert_eq!(judged("kept elsewhere", "%PDF-1.7 a"), "pass");
    }

    #[test]
    fn a_document_is_told_as_nothing_else() {
        let judged = |media| relayed("", "%PDF-1.7", media);

        assert_eq!(judged("Text/HTML; charset=utf-8"), OTHER_MEDIA_TYPE);
        assert_eq!(judged("application/json"), OTHER_MEDIA_TYPE);
        assert_eq!(judged("application/octet-stream"), "pass");
        assert_eq!(judged(""), "pass");
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

    #[test]
    fn a_target_without_documents_has_a_gap_and_no_doubt() {
        let none = HistoryBuilder::gateway();
        let some = HistoryBuilder::gateway().declaring(|profile| {
            let operations = &mut profile.gateway.operations;
            operations.insert(TWO_HOPS.to_owned(), operations["op"].clone());
        });

        assert_eq!(judge(&none.end()).outcome(), Outcome::NotApplicable);
        assert_eq!(judge(&some.end()).outcome(), Outcome::Inconclusive);
    }
}
