//! The links of an answer, and what each promises.

use std::time::Duration;

use doublure_rules::Exchange;
use serde_json::Value;

/// The operation whose links lead to links (facts 86).
pub(crate) const TWO_HOPS: &str = "api_entreprise_v3_inpi_rne_actes_bilans";

/// A link that an answer gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Link {
    /// Where it leads.
    pub(crate) url: String,
    /// How long it lives from then on; none: the answer does not tell.
    pub(crate) term: Option<Duration>,
    /// What it leads to.
    pub(crate) promise: Promise,
}

/// What a link leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Promise {
    /// A PDF, as its name says.
    Pdf,
    /// An archive of documents, as its name says.
    Zip,
    /// One of both: its name does not say which.
    Either,
    /// Another link.
    Link,
}

/// The links in the body of an answer to an operation, or to a link where there is none.
pub(crate) fn links(operation: Option<&str>, body: &str) -> Vec<Link> {
    let body = serde_json::from_str(body).unwrap_or(Value::Null);
    let mut found = Vec::new();
    gather(&body, operation == Some(TWO_HOPS), &mut found);
    found
}

impl Link {
    fn of(object: &Value, hops: bool) -> Option<Self> {
        let member = |names: &[&str]| names.iter().find_map(|name| object.get(name)).cloned();
        let named = member(&["expires_in", "document_url_expires_in"]);
        let url = match member(&["document_url"]) {
            Some(url) => url,
            // A page elsewhere is a link too, but none that ends.
            None => member(&["url"]).filter(|_| hops || named.is_some())?,
        };
        let url = url.as_str().filter(|url| url.starts_with("http"))?;
        let term = named.and_then(|named| named.as_u64().map(Duration::from_secs));
        Some(Self {
            url: url.to_owned(),
            term: if hops { Some(FIRST_HOP) } else { term },
            promise: Promise::of(url, hops),
        })
    }
}

impl Promise {
    fn of(url: &str, hops: bool) -> Self {
        let path = url.split(['?', '#']).next().unwrap_or_default();
        let ending = path
            .rsplit_once('.')
            .map(|(_, ending)| ending.to_lowercase());
        match ending.as_deref() {
            _ if hops => Self::Link,
            Some("pdf") => Self::Pdf,
            Some("zip") => Self::Zip,
            _ => Self::Either,
        }
    }

    /// Whether an answer is what was promised.
    pub(crate) fn is_kept_by(self, answer: &Exchange<'_>) -> bool {
        let text = answer.text();
        let (pdf, zip) = (text.starts_with(PDF), text.starts_with(ZIP));
        match self {
            Self::Pdf => pdf,
            Self::Zip => zip,
            Self::Either => pdf || zip,
            Self::Link => !links(None, text).is_empty(),
        }
    }

    /// For people.
    pub(crate) const fn words(self) -> &'static str {
        match self {
            Self::Pdf => "a PDF",
            Self::Zip => "a ZIP archive",
            Self::Either => "a PDF or a ZIP archive",
            Self::Link => "a link to the document",
        }
    }
}

/// Whether a text begins as documents do.
pub(super) fn is_document(text: &str) -> bool {
    text.starts_with(PDF) || text.starts_with(ZIP)
}

fn gather(value: &Value, hops: bool, found: &mut Vec<Link>) {
    found.extend(Link::of(value, hops));
    match value {
        Value::Object(members) => members.values().for_each(|one| gather(one, hops, found)),
        Value::Array(items) => items.iter().for_each(|one| gather(one, hops, found)),
        _ => {}
    }
}

/// Facts 86: such an answer does not name it.
const FIRST_HOP: Duration = Duration::from_secs(3_600);
/// How the documents begin.
const PDF: &str = "%PDF-";
const ZIP: &str = "PK\u{3}\u{4}";

#[cfg(test)]
mod tests {
    use super::*;

    fn told(operation: Option<&str>, body: &str) -> Vec<String> {
        let told = |link: Link| {
            let term = link.term.map(|term| term.as_secs());
            format!("{} {term:?} {:?}", link.url, link.promise)
        };
        links(operation, body).into_iter().map(told).collect()
    }

    #[test]
    fn a_link_is_found_under_each_of_its_names() {
        let third = r#"{"data":{"document_url":"http://g/a.pdf","expires_in":60}}"#;
        let fourth = r#"{"data":{"document_url":"http://g/a.ZIP","document_url_expires_in":60}}"#;
        let listed = r#"{"data":[{"data":{"url":"http://g/a?b=.pdf","expires_in":60}}]}"#;

        assert_eq!(told(Some("op"), third), ["http://g/a.pdf Some(60) Pdf"]);
        assert_eq!(told(Some("op"), fourth), ["http://g/a.ZIP Some(60) Zip"]);
        assert_eq!(
            told(Some("op"), listed),
            ["http://g/a?b=.pdf Some(60) Either"]
        );
    }

    #[test]
    fn a_link_without_a_term_is_one_and_a_page_or_nothing_is_none() {
        let endless = r#"{"data":{"document_url":"http://g/a.pdf"}}"#;

        assert_eq!(told(Some("op"), endless), ["http://g/a.pdf None Pdf"]);
        assert!(told(Some("op"), r#"{"data":{"url":"http://page"}}"#).is_empty());
        assert!(
            told(
                Some("op"),
                r#"{"data":{"document_url":null,"expires_in":1}}"#
            )
            .is_empty()
        );
        assert!(told(Some("op"), "%PDF-1.7").is_empty());
    }

    #[test]
    fn a_link_to_a_link_lives_an_hour() {
        let filed =
            r#"{"data":{"actes":[{"url":"http://g/d/1"}],"bilans":[{"url":"http://g/d/2"}]}}"#;

        assert_eq!(
            told(Some(TWO_HOPS), filed),
            [
                "http://g/d/1 Some(3600) Link",
                "http://g/d/2 Some(3600) Link"
            ]
        );
    }
}
