//! Can the request be understood at all (002:138, facts 47)?

use http::{HeaderMap, header};

use crate::{
    call::{Call, Flow, unless},
    query,
    refusal::Refusal,
};

/// Keeps out targets whose encoding is broken, and callers who accept what is no media type.
pub(crate) fn step(call: &mut Call) -> Flow {
    let request = &call.exchange.request;
    let target = request.uri().path_and_query();
    unless(decide(
        target.map_or("", |target| target.as_str()),
        request.headers(),
    ))
}

fn decide(target: &str, headers: &HeaderMap) -> Option<Refusal> {
    let fits = query::is_well_encoded(target) && accepts_media_types(headers);
    (!fits).then(|| Refusal::of("00401"))
}

/// Whether all that is accepted has the form of a media type. A list with `*/*` in it is not looked at.
fn accepts_media_types(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(header::ACCEPT).iter();
    let accepted: Vec<&[u8]> = accepted
        .flat_map(|value| value.as_bytes().split(|byte| *byte == b','))
        .map(|one| one.split(|byte| *byte == b';').next().unwrap_or_default())
        .map(<[u8]>::trim_ascii)
        .filter(|one| !one.is_empty())
        .collect();
    accepted.contains(&b"*/*".as_slice()) || accepted.iter().all(|one| is_media_type(one))
}

fn is_media_type(text: &[u8]) -> bool {
    let mut parts = text.split(|byte| *byte == b'/');
    let is_name = |part: Option<&[u8]>| {
        part.is_some_and(|part| !part.is_empty() && part.iter().all(is_of_a_name))
    };
    is_name(parts.next()) && is_name(parts.next()) && parts.next().is_none()
}

/// RFC 6838 4.2, and the star of ranges.
fn is_of_a_name(byte: &u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$&-^_.+*".contains(byte)
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn a_broken_encoding_is_wrong_syntax() {
        let of = |target| decide(target, &HeaderMap::new());

        assert_eq!(of("/v3/a?object=100%"), Some(Refusal::of("00401")));
        assert_eq!(of("/v3/a?object=100%25"), None);
    }

    #[test]
    fn what_is_accepted_has_the_form_of_a_media_type() {
        let of = |accept: &'static str| {
            let value = HeaderValue::from_static(accept);
            accepts_media_types(&[(header::ACCEPT, value)].into_iter().collect())
        };

        assert!(of("application/json") && of("text/html;q=0.9, application/*") && of(""));
        assert!(of("image/avif, json, */*;q=0.8"));
        assert!(!of("json") && !of("application/json/x") && !of("a/b, ../etc/passwd"));
    }
}
