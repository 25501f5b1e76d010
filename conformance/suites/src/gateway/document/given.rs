//! The documents that providers give: as they are, or in base64 somewhere in what they say.

use base64::{Engine, prelude::BASE64_STANDARD};
use bytes::Bytes;
use doublure_journal::{Body, Hop};
use doublure_rules::{Exchange, History};

use super::links::is_document;
use crate::{gateway::relay::strings, judging::is_behind, probe::captured};

/// Whether what a link gave is one of the documents that the sources of an operation gave since it was called; none
/// where none was seen to be given: it may be one that was kept.
pub(super) fn is_given(
    history: &History,
    probe: &Exchange<'_>,
    following: &Exchange<'_>,
) -> Option<bool> {
    let since = probe.opened.index..following.ended?.index;
    let calls = history.got(Hop::Provider).into_iter();
    let bodies = calls
        .filter(|call| since.contains(&call.opened.index) && is_behind(history, probe, call))
        .filter(|call| call.status() == Some(200))
        .filter_map(|call| call.response()?.body.as_ref());
    let given: Vec<Body> = bodies.flat_map(documents).collect();
    let got = following.response()?.body.as_ref()?;
    let same = given.iter().any(|given| are_alike(given, got));
    (!given.is_empty()).then_some(same)
}

/// The documents in a provider's body.
fn documents(body: &Body) -> Vec<Body> {
    if is_document(&body.text) {
        return vec![body.clone()];
    }
    if body.cut {
        return Vec::new();
    }
    let texts = strings(&body.text).into_iter();
    let decoded = texts.filter_map(|text| {
        let letters: String = text.split_whitespace().collect();
        BASE64_STANDARD.decode(letters).ok()
    });
    let kept = decoded.map(|bytes| captured(&Bytes::from(bytes)));
    kept.filter(|body| is_document(&body.text)).collect()
}

/// Whether two bodies are one, as far as their texts were kept.
fn are_alike(one: &Body, other: &Body) -> bool {
    let shorter = one.text.len().min(other.text.len());
    let kept = match one.cut || other.cut {
        true => shorter.saturating_sub(LETTER),
        false => one.text.len().max(other.text.len()),
    };
    let beginning = |body: &Body| body.text.as_bytes().get(..kept).map(<[u8]>::to_vec);
    one.length == other.length && beginning(one) == beginning(other)
}

/// What the last letter before a cut may have become, at most, in bytes.
const LETTER: usize = 4;

#[cfg(test)]
mod tests {
    use super::*;

    const PDF: &[u8] = b"%PDF-1.7 \xe9 end";

    fn body(bytes: &[u8]) -> Body {
        captured(&Bytes::copy_from_slice(bytes))
    }

    #[test]
    fn a_document_is_found_bare_in_base64_and_within_json_and_xml() {
        let encoded = BASE64_STANDARD.encode(PDF);
        let (start, end) = encoded.split_at(8);

        for said in [
            encoded.clone(),
            format!("\"{encoded}\""),
            format!("{start}\r\n{end}\n"),
            format!(r#"{{"a":[{{"b":"{encoded}"}}]}}"#),
            format!("<a><b>{encoded}</b></a>"),
        ] {
            let found = documents(&body(said.as_bytes()));

            assert_eq!(found, [body(PDF)], "{said}");
        }
        assert_eq!(documents(&body(PDF)), [body(PDF)]);
        assert!(documents(&body(br#"{"url":"http://p/a.pdf"}"#)).is_empty());
    }

    #[test]
    fn documents_are_alike_byte_for_byte_as_far_as_they_were_kept() {
        let long = [PDF, &[b'a'; 70_000]].concat();
        let other = [PDF, &[b'a'; 69_999]].concat();

        assert!(are_alike(&body(PDF), &body(PDF)));
        assert!(!are_alike(&body(PDF), &body(b"%PDF-1.7 \xe9 END")));
        assert!(!are_alike(&body(PDF), &body(b"%PDF-1.7 \xe9 end\n")));
        assert!(are_alike(&body(&long), &body(&long)));
        assert!(!are_alike(&body(&long), &body(&other)));
    }
}
