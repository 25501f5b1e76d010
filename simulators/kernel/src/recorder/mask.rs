//! What a token looks like, and what stands in its place.

use std::{borrow::Cow, collections::HashMap, fmt, ops::Range, sync::Mutex};

use crate::lock::locked;

/// The masks of a journal's tokens, numbered as they are met.
#[derive(Debug, Default)]
pub(super) struct Masks {
    numbers: Mutex<Numbers>,
}

/// A token's number, from 1 on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Mask(usize);

/// By the end of the token: it tells signed tokens apart, and is quicker to look up than the whole.
#[derive(Debug, Default)]
struct Numbers {
    known: HashMap<[u8; END], Vec<(Box<str>, Mask)>>,
    last: usize,
}

impl Masks {
    /// The same token, the same mask.
    pub(super) fn of(&self, raw: &str) -> Mask {
        locked(&self.numbers).of(raw)
    }

    /// The text with every token in it masked.
    pub(super) fn applied<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let Some(mut secret) = next_secret(text, 0) else {
            return Cow::Borrowed(text);
        };
        let mut masked = String::with_capacity(text.len());
        let mut done = 0;
        loop {
            masked.push_str(&text[done..secret.start]);
            masked.push_str(&self.of(&text[secret.clone()]).to_string());
            done = secret.end;
            match next_secret(text, done) {
                Some(next) => secret = next,
                None => break,
            }
        }
        masked.push_str(&text[done..]);
        Cow::Owned(masked)
    }
}

/// Every token that stands in a text.
pub(super) fn tokens_in(text: &str) -> impl Iterator<Item = &str> {
    let mut done = 0;
    std::iter::from_fn(move || {
        let secret = next_secret(text, done)?;
        done = secret.end;
        Some(&text[secret])
    })
}

impl Numbers {
    fn of(&mut self, raw: &str) -> Mask {
        let alike = self.known.entry(end_of(raw)).or_default();
        let known = alike.iter().find(|(token, _)| **token == *raw);
        if let Some((_, mask)) = known {
            return *mask;
        }
        self.last += 1;
        alike.push((raw.into(), Mask(self.last)));
        Mask(self.last)
    }
}

/// `⟦token:n⟧`.
impl fmt::Display for Mask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{OPENING}token:{}⟧", self.0)
    }
}

fn end_of(raw: &str) -> [u8; END] {
    let mut end = [0; END];
    for (place, byte) in end.iter_mut().zip(raw.bytes().rev()) {
        *place = byte;
    }
    end
}

/// Where the next token stands: anything that looks like a JWT, and whatever is named as a token.
fn next_secret(text: &str, from: usize) -> Option<Range<usize>> {
    let named = NAMES
        .iter()
        .filter_map(|name| named_secret(text, from, name));
    named
        .chain(jwt(text, from))
        .min_by_key(|secret| (secret.start, usize::MAX - secret.end))
}

/// `eyJ….….…`: three parts of base64url, the first a JSON object.
fn jwt(text: &str, from: usize) -> Option<Range<usize>> {
    let mut from = from;
    while let Some(start) = named(text, from, "eyJ") {
        let head = part(text, start);
        let claims = after_dot(text, head).map(|start| part(text, start));
        if let Some(signature) = claims.and_then(|end| after_dot(text, end)) {
            return Some(start..part(text, signature));
        }
        from = head;
    }
    None
}

fn part(text: &str, start: usize) -> usize {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    ends(text, start, |byte| !is_part(byte))
}

fn after_dot(text: &str, end: usize) -> Option<usize> {
    (text.as_bytes().get(end) == Some(&b'.')).then_some(end + 1)
}

/// The value that follows a name by which tokens are handed over.
fn named_secret(text: &str, from: usize, name: &str) -> Option<Range<usize>> {
    let mut from = from;
    loop {
        let start = named(text, from, name)? + name.len();
        let start =
            start + text[start..].len() - text[start..].trim_start_matches([' ', ':', '"']).len();
        let end = ends(text, start, |byte| {
            byte <= b' ' || b"&\"'#,;<>\\".contains(&byte)
        });
        if start < end && !text[start..].starts_with(OPENING) {
            return Some(start..end);
        }
        from = end;
    }
}

fn ends(text: &str, start: usize, is_end: impl Fn(u8) -> bool) -> usize {
    let rest = &text.as_bytes()[start..];
    start
        + rest
            .iter()
            .position(|byte| is_end(*byte))
            .unwrap_or(rest.len())
}

/// Where a name begins, letter case aside. Its last character is rare: looking for that is quick.
fn named(text: &str, from: usize, name: &str) -> Option<usize> {
    let last = char::from(*name.as_bytes().last()?);
    let mut ends = text[from..]
        .match_indices(last)
        .map(|(place, _)| from + place + 1);
    ends.find_map(|end| {
        let start = end.checked_sub(name.len()).filter(|start| *start >= from)?;
        let met = &text.as_bytes()[start..end];
        met.eq_ignore_ascii_case(name.as_bytes()).then_some(start)
    })
}

const END: usize = 16;
const OPENING: char = '⟦';
const NAMES: [&str; 3] = ["token=", "bearer ", "\"access_token\""];

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const JWT: &str = "eyJhbGciOiJIUzI1NiJ9.eyJqdGkiOiIxIn0.c2lnbmF0dXJl";

    fn masked(text: &str) -> String {
        Masks::default().applied(text).into_owned()
    }

    #[test]
    fn a_token_is_masked_wherever_it_stands() {
        let texts = [
            format!("/v3/a?token={JWT}&object=x"),
            "/v3/a?object=x&token=opaque-7".to_owned(),
            format!("Bearer {JWT}"),
            "bearer opaque/7+=".to_owned(),
            format!(r#"{{"detail":"the token {JWT} is over"}}"#),
            r#"{"access_token": "opaque", "expires_in": 3600}"#.to_owned(),
            format!("{JWT} and again {JWT}"),
            "/v3/a?token=&object=x".to_owned(),
            "eyJ is no token, nor is eyJhbGci.x".to_owned(),
        ];

        let masked = texts.map(|text| masked(&text)).join("\n");

        insta::assert_snapshot!(masked, @r#"
        /v3/a?token=⟦token:1⟧&object=x
        /v3/a?object=x&token=⟦token:1⟧
        Bearer ⟦token:1⟧
        bearer ⟦token:1⟧
        {"detail":"the token ⟦token:1⟧ is over"}
        {"access_token": "⟦token:1⟧", "expires_in": 3600}
        ⟦token:1⟧ and again ⟦token:1⟧
        /v3/a?token=&object=x
        eyJ is no token, nor is eyJhbGci.x
        "#);
    }

    #[test]
    fn the_same_token_has_the_same_mask_and_another_has_another() {
        let masks = Masks::default();

        assert_eq!(masks.of("a").to_string(), "⟦token:1⟧");
        assert_eq!(masks.of("b").to_string(), "⟦token:2⟧");
        assert_eq!(masks.applied("?token=a"), "?token=⟦token:1⟧");
    }

    proptest! {
        #[test]
        fn no_part_of_a_token_survives(before in "[^⟦]{0,12}", after in r#"([ "&<][^⟦]{0,12})?"#) {
            let text = format!("{before} {JWT}{after}");

            prop_assert!(!masked(&text).contains("eyJqdGkiOiIxIn0"), "{}", masked(&text));
        }

        #[test]
        fn a_masked_text_is_not_masked_again(text in r#"(token=|Bearer |eyJ[a-z]{0,2}\.?|[a-z&" .=]){0,20}"#) {
            let masks = Masks::default();
            let once = masks.applied(&text).into_owned();

            prop_assert_eq!(masks.applied(&once), once.as_str());
        }
    }
}
