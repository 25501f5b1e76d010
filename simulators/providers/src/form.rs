//! Names and values as forms and queries carry them.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

/// The pairs of `a=1&b=2`, decoded. What is no UTF-8 stands as U+FFFD.
pub(crate) fn pairs(text: &str) -> impl Iterator<Item = (Cow<'_, str>, Cow<'_, str>)> {
    text.split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (decoded(name), decoded(value)))
}

/// The first value of that name that is not empty.
pub(crate) fn value<'a>(text: &'a str, wanted: &str) -> Option<Cow<'a, str>> {
    pairs(text)
        .find(|(name, value)| name == wanted && !value.is_empty())
        .map(|(_, value)| value)
}

fn decoded(text: &str) -> Cow<'_, str> {
    if text.contains('+') {
        let spaced = text.replace('+', " ");
        return Cow::Owned(percent_decode_str(&spaced).decode_utf8_lossy().into_owned());
    }
    percent_decode_str(text).decode_utf8_lossy()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn plus_and_percent_are_decoded() {
        let query = "q=etablissementSiege%3Atrue+AND%20siren:1&empty=&flag";

        assert_eq!(
            value(query, "q").unwrap(),
            "etablissementSiege:true AND siren:1"
        );
        assert_eq!(value(query, "empty"), None);
        assert_eq!(value(query, "flag"), None);
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_panic(text in ".*") {
            prop_assert!(pairs(&text).count() <= text.len());
        }
    }
}
