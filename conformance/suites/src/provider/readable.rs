//! Whether a body is what its media type says.

use quick_xml::{Reader, events::Event};

/// What a body that is not what its media type says is instead; none if it is what it says.
///
/// JSON must parse. XML must have one root, and every element must be closed. Of other types nothing is known.
pub(super) fn contradiction(media_type: &str, body: &str) -> Option<String> {
    if media_type == "application/json" || media_type.ends_with("+json") {
        let parsed: Result<serde_json::Value, _> = serde_json::from_str(body);
        parsed.err().map(|error| format!("no JSON: {error}"))
    } else if is_xml(media_type) {
        well_formed(body).err().map(|why| format!("no XML: {why}"))
    } else {
        looks_like_html(body).then(|| "HTML".to_owned())
    }
}

/// Whether a body is a page for people, whatever its media type says.
pub(super) fn looks_like_html(body: &str) -> bool {
    let start: String = body.trim_start().chars().take(14).collect();
    let start = start.to_ascii_lowercase();
    start.starts_with("<!doctype html") || start.starts_with("<html")
}

/// Whether a media type is one for pages for people.
pub(super) fn is_html(media_type: &str) -> bool {
    matches!(media_type, "text/html" | "application/xhtml+xml")
}

fn is_xml(media_type: &str) -> bool {
    matches!(media_type, "text/xml" | "application/xml") || media_type.ends_with("+xml")
}

fn well_formed(body: &str) -> Result<(), String> {
    let mut reader = Reader::from_str(body);
    let (mut depth, mut roots) = (0_usize, 0_usize);
    loop {
        match reader.read_event().map_err(|error| error.to_string())? {
            Event::Start(_) => {
                roots += usize::from(depth == 0);
                depth += 1;
            }
            // The reader itself refuses an end that closes another element.
            Event::End(_) => depth = depth.saturating_sub(1),
            Event::Empty(_) => roots += usize::from(depth == 0),
            Event::Eof => break,
            _ => {}
        }
    }
    match (roots, depth) {
        (1, 0) => Ok(()),
        (0, _) => Err("there is no element".to_owned()),
        (_, 0) => Err("there is more than one root".to_owned()),
        _ => Err("an element is not closed".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_that_is_what_it_says_is_not_contradicted() {
        for (media_type, body) in [
            ("application/json", r#"{"header":{"statut":404}}"#),
            ("application/problem+json", "[]"),
            ("text/xml", "<?xml version='1.0'?><a><b/>text</a>"),
            (
                "application/soap+xml",
                "<a xmlns:s=\"urn:x\"><s:b>1 &lt; 2</s:b></a>",
            ),
            ("text/plain", "not found"),
            ("application/pdf", "%PDF-1.7"),
        ] {
            assert_eq!(contradiction(media_type, body), None, "{media_type}");
        }
    }

    #[test]
    fn a_body_that_is_something_else_is_told() {
        for (media_type, body) in [
            ("application/json", "<html>"),
            ("application/json", ""),
            ("text/xml", "006 -DOSSIER NON TROUVE-"),
            ("text/xml", "<a><b></a>"),
            ("text/xml", "<a>"),
            ("text/xml", "<a/><b/>"),
            ("text/plain", "\n<!DOCTYPE HTML><title>Oops</title>"),
        ] {
            assert!(
                contradiction(media_type, body).is_some(),
                "{media_type}: {body}"
            );
        }
    }
}
