//! A byte that UTF-8 does not have.

use bytes::Bytes;

/// The same bytes with one letter, as near to the middle as there is one, as a program that thinks in Latin-1 writes `é`.
pub(super) fn spoilt(body: &Bytes) -> Bytes {
    let middle = body.len() / 2;
    let letters = body
        .iter()
        .enumerate()
        .filter(|(_, byte)| byte.is_ascii_alphabetic());
    let nearest = letters.min_by_key(|(place, _)| place.abs_diff(middle));
    let mut spoilt = body.to_vec();
    match nearest {
        Some((place, _)) => spoilt[place] = LATIN_E,
        None => spoilt.push(LATIN_E),
    }
    spoilt.into()
}

/// `é` in Latin-1. In UTF-8 two more bytes of another kind would have to follow.
const LATIN_E: u8 = 0xe9;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_letter_nearest_to_the_middle_is_spoilt() {
        let body = Bytes::from_static(br#"{"n":"abc"}"#);

        assert_eq!(&spoilt(&body)[..], b"{\"n\":\"\xe9bc\"}");
    }

    proptest! {
        #[test]
        fn no_text_is_utf_8_afterwards(body: String) {
            let spoilt = spoilt(&Bytes::from(body));

            prop_assert!(std::str::from_utf8(&spoilt).is_err());
        }
    }
}
