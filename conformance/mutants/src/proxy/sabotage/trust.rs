//! A proxy that takes tokens for good which are not, or good ones for bad: it shows the gateway another.

use doublure_fixtures::tokens::{self, Claims, DEFAULT_SECRET};
use http::{HeaderMap, HeaderValue, header};

/// Which tokens are taken for what they are not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trust {
    /// Those that say they were not signed.
    Unsigned,
    /// Those that name any algorithm, checked by none.
    Algorithms,
    /// All that say what a token says: no signature is checked.
    Claims,
    /// Those whose end is missing.
    Beginnings,
    /// Those without a word before them.
    Bare,
    /// Good ones for this many seconds more than they live; less than zero: fewer.
    Longer(i64),
}

impl Trust {
    /// Puts a good token in the place of the one that is shown, where it is taken for good.
    pub(crate) fn show(self, headers: &mut HeaderMap) {
        let shown = headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok());
        let value = shown.and_then(|shown| self.instead_of(shown));
        if let Some(value) = value.and_then(|value| HeaderValue::try_from(value).ok()) {
            headers.insert(header::AUTHORIZATION, value);
        }
    }

    fn instead_of(self, shown: &str) -> Option<String> {
        let raw = match (self, shown.strip_prefix("Bearer ")) {
            (Self::Bare, None) => shown,
            (Self::Bare, Some(_)) | (_, None) => return None,
            (_, Some(raw)) => raw,
        };
        let claims = tokens::claims_of(raw).or_else(|| said_by(raw))?;
        let signature = raw.rsplit('.').next().unwrap_or_default();
        let taken = match self {
            Self::Unsigned => signature.is_empty(),
            Self::Algorithms => !raw.starts_with(OURS) && !signature.is_empty(),
            Self::Beginnings => !signature.is_empty() && signature.len() < WHOLE,
            Self::Claims | Self::Bare => true,
            Self::Longer(_) => tokens::verify(raw, DEFAULT_SECRET).is_ok(),
        };
        let other = match self {
            Self::Longer(seconds) => Claims {
                exp: claims.exp.saturating_add_signed(seconds),
                ..claims
            },
            _ => claims,
        };
        taken.then(|| format!("Bearer {}", tokens::mint(&other, DEFAULT_SECRET)))
    }
}

/// What the claims of a token say that names no algorithm that is known.
fn said_by(raw: &str) -> Option<Claims> {
    let (header, rest) = raw.split_once('.')?;
    let (claims, _) = rest.split_once('.')?;
    (!header.is_empty()).then(|| tokens::claims_of(&format!("{OURS}.{claims}.AAAA")))?
}

/// `{"typ":"JWT","alg":"HS256"}`, as tokens of ours begin.
const OURS: &str = "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9";
/// Letters of a signature with HS256.
const WHOLE: usize = 43;

#[cfg(test)]
mod tests {
    use super::*;

    fn standard() -> String {
        let set = tokens::starter_set(1_768_471_217, DEFAULT_SECRET, &["a".to_owned()]);
        set.into_iter().next().unwrap().raw
    }

    /// What a gateway would make of what is shown in place of this.
    fn seen(trust: Trust, shown: &str) -> Option<Claims> {
        let mut headers = HeaderMap::new();
        headers.insert(header::AUTHORIZATION, shown.parse().unwrap());
        trust.show(&mut headers);
        let value = headers[header::AUTHORIZATION]
            .to_str()
            .unwrap()
            .strip_prefix("Bearer ");
        tokens::verify(value?, DEFAULT_SECRET).ok()
    }

    #[test]
    fn each_takes_for_good_what_it_says_and_nothing_else() {
        let good = standard();
        let [_, claims, signature]: [&str; 3] =
            good.split('.').collect::<Vec<_>>().try_into().unwrap();
        let unsigned = format!("Bearer eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{claims}.");
        let other = format!("Bearer eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.{claims}.{signature}");
        let cut = format!("Bearer {OURS}.{claims}.{}", &signature[..20]);

        assert!(seen(Trust::Unsigned, &unsigned).is_some());
        assert!(seen(Trust::Unsigned, &other).is_none());
        assert!(seen(Trust::Algorithms, &other).is_some());
        assert!(seen(Trust::Algorithms, &unsigned).is_none());
        assert!(seen(Trust::Beginnings, &cut).is_some());
        assert!(seen(Trust::Beginnings, &unsigned).is_none());
        assert!(seen(Trust::Claims, &cut).is_some());
        assert!(seen(Trust::Bare, &good).is_some());
        assert!(seen(Trust::Bare, &cut).is_none());
    }

    #[test]
    fn a_life_is_longer_or_shorter() {
        let good = format!("Bearer {}", standard());
        let end = tokens::claims_of(&standard()).unwrap().exp;

        assert_eq!(seen(Trust::Longer(60), &good).unwrap().exp, end + 60);
        assert_eq!(seen(Trust::Longer(-60), &good).unwrap().exp, end - 60);
    }
}
