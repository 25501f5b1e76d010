//! Names and values of a query string.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

/// The parameters of a call, decoded, in the order they came in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    /// Reads the part of a target behind its `?`. What is no UTF-8 stands as U+FFFD.
    pub(crate) fn of(text: Option<&str>) -> Self {
        Self(pairs(text.unwrap_or_default()).collect())
    }

    /// The last value of that name, as the real service takes it.
    pub(crate) fn value(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .rev()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    /// The last value of that name, if there is more in it than spaces.
    pub(crate) fn filled(&self, name: &str) -> Option<&str> {
        self.value(name).filter(|value| !value.trim().is_empty())
    }

    /// Every name and value.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

/// Whether every `%` of a target is followed by two hexadecimal digits.
pub(crate) fn is_well_encoded(target: &str) -> bool {
    let bytes = target.as_bytes();
    bytes.iter().enumerate().all(|(at, &byte)| {
        let is_digit = |offset| bytes.get(at + offset).is_some_and(u8::is_ascii_hexdigit);
        byte != b'%' || (is_digit(1) && is_digit(2))
    })
}

/// One part of a target, decoded.
pub(crate) fn decoded(text: &str) -> Cow<'_, str> {
    percent_decode_str(text).decode_utf8_lossy()
}

fn pairs(text: &str) -> impl Iterator<Item = (String, String)> {
    text.split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (form_decoded(name), form_decoded(value)))
}

fn form_decoded(text: &str) -> String {
    if text.contains('+') {
        return decoded(&text.replace('+', " ")).into_owned();
    }
    decoded(text).into_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn plus_and_percent_are_decoded_and_the_last_of_a_name_counts() {
        let query = Query::of(Some("object=un+essai&object=march%C3%A9%20public&context="));

        assert_eq!(query.value("object"), Some("marché public"));
        assert_eq!(query.value("context"), Some(""));
        assert_eq!(query.filled("context"), None);
        assert_eq!(query.value("recipient"), None);
    }

    #[test]
    fn a_percent_without_two_digits_is_wrong_syntax() {
        assert!(is_well_encoded("/v3/a%20b?c=%C3%A9"));
        assert!(!is_well_encoded("/v3/a?object=%zz"));
        assert!(!is_well_encoded("/v3/a?object=100%"));
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_panic(text in ".*") {
            let query = Query::of(Some(&text));
            prop_assert!(query.iter().count() <= text.len());
        }
    }
}
