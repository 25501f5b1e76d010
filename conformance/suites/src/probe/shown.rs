//! How a probe shows a token: as it should be, or spoilt in one way.

use std::collections::BTreeMap;

use doublure_fixtures::{Contract, tokens};

use super::STANDARD;

/// What is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Shown {
    /// Headers `Authorization`, each with this value.
    Headers(Vec<String>),
    /// In the query, as version 2 has it.
    InUrl(String),
}

impl Shown {
    /// What stands for a name: one of the target's tokens, or its standard one spoilt in the way that the name says.
    pub(crate) fn by_name(name: &str, known: &BTreeMap<String, String>) -> Option<Self> {
        if let Some(raw) = known.get(name) {
            return Some(Self::bearer(raw));
        }
        let standard = known.get(STANDARD)?;
        if name.starts_with(ENDS_AT) {
            return Some(Self::bearer(standard));
        }
        let (_, spoil) = SPOILT.iter().find(|(spoilt, _)| *spoilt == name)?;
        spoil(standard)
    }

    /// A token as it should be shown.
    fn bearer(raw: &str) -> Self {
        Self::Headers(vec![format!("Bearer {raw}")])
    }
}

/// The standard token under a name that says when its life ends: judges know nothing else of it.
pub(crate) fn ends_at(second: u64) -> String {
    format!("{ENDS_AT}{second}")
}

/// When the life of a token ends, where its name says so.
pub(crate) fn end_of(name: &str) -> Option<u64> {
    name.strip_prefix(ENDS_AT)?.parse().ok()
}

/// When the life of a token ends by its own words.
pub(crate) fn life_of(raw: &str) -> Option<u64> {
    Some(tokens::claims_of(raw)?.exp)
}

/// A token with every scope of the standard one but those that open one operation; none where its secret is not the
/// one of play.
fn lacking(standard: &str) -> Option<Shown> {
    let contract = Contract::built_in();
    let operation = contract.operation(CLOSED)?;
    let mut claims = tokens::verify(standard, tokens::DEFAULT_SECRET).ok()?;
    claims
        .scopes
        .retain(|scope| !operation.scopes.contains(scope));
    Some(Shown::bearer(&tokens::mint(
        &claims,
        tokens::DEFAULT_SECRET,
    )))
}

/// Its three parts: header, claims, signature.
fn parts(raw: &str) -> Option<[&str; 3]> {
    let parts: Vec<&str> = raw.split('.').collect();
    parts.try_into().ok()
}

/// A token of which nobody says that it was signed.
fn unsigned(raw: &str) -> Option<Shown> {
    let [_, claims, _] = parts(raw)?;
    Some(Shown::bearer(&format!("{ALGORITHM_NONE}.{claims}.")))
}

/// A token that says it was signed in another way than it was.
fn of_another_algorithm(raw: &str) -> Option<Shown> {
    let [_, claims, signature] = parts(raw)?;
    Some(Shown::bearer(&format!(
        "{ALGORITHM_RS256}.{claims}.{signature}"
    )))
}

/// The beginning of a token.
fn cut(raw: &str) -> Option<Shown> {
    let [header, claims, signature] = parts(raw)?;
    let half = signature.get(..signature.len() / 2)?;
    Some(Shown::bearer(&format!("{header}.{claims}.{half}")))
}

/// A token that says one letter otherwise than what was signed.
fn altered(raw: &str) -> Option<Shown> {
    let mut claims = tokens::claims_of(raw)?;
    claims.sub.push('e');
    let other = tokens::mint(&claims, "");
    let ([header, _, signature], [_, claims, _]) = (parts(raw)?, parts(&other)?);
    Some(Shown::bearer(&format!("{header}.{claims}.{signature}")))
}

/// Two tokens, none of them good.
fn twice(raw: &str) -> Option<Shown> {
    let [header, claims, _] = parts(raw)?;
    let bad = format!("Bearer {header}.{claims}.AAAA");
    Some(Shown::Headers(vec![bad.clone(), bad]))
}

/// Makes of a good token what is shown; none where that cannot be made of it.
type Spoil = fn(&str) -> Option<Shown>;

/// Each way of spoiling the standard token, by the name that judges see.
const SPOILT: &[(&str, Spoil)] = &[
    (UNSIGNED, unsigned),
    (OTHER_ALGORITHM, of_another_algorithm),
    (CUT, cut),
    (ALTERED, altered),
    (TWICE, twice),
    (LACKING, lacking),
    (BARE, |raw| Some(Shown::Headers(vec![raw.to_owned()]))),
    (EMPTY, |_| Some(Shown::Headers(vec!["Bearer ".to_owned()]))),
    (LOWER_CASE, |raw| {
        Some(Shown::Headers(vec![format!("bearer {raw}")]))
    }),
    (IN_URL, |raw| Some(Shown::InUrl(raw.to_owned()))),
];

/// Says that it was not signed at all.
pub(crate) const UNSIGNED: &str = "unsigned";
/// Says that it was signed in another way than it was.
pub(crate) const OTHER_ALGORITHM: &str = "other-algorithm";
/// Half its signature is missing.
pub(crate) const CUT: &str = "cut";
/// One letter of what it says is another.
pub(crate) const ALTERED: &str = "altered";
/// Two headers, each with a bad token.
pub(crate) const TWICE: &str = "twice-bad";
/// A good one without `Bearer` before it.
pub(crate) const BARE: &str = "bare";
/// `Bearer` and no token.
pub(crate) const EMPTY: &str = "empty";
/// A good one behind `bearer`, which some gateways take and some do not: nobody judges that.
pub(crate) const LOWER_CASE: &str = "lower-case";
/// A good one in the query, where version 2 had it: nobody judges whether it opens anything.
pub(crate) const IN_URL: &str = "in-url";
/// A good one that lacks the scopes of one operation.
pub(crate) const LACKING: &str = "one-scope-less";
/// What that one does not open.
const CLOSED: &str = "api_entreprise_v3_insee_unites_legales";
const ENDS_AT: &str = "ends-at-";
/// `{"alg":"none","typ":"JWT"}`.
const ALGORITHM_NONE: &str = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0";
/// `{"alg":"RS256","typ":"JWT"}`.
const ALGORITHM_RS256: &str = "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9";

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: u64 = 1_768_471_217;

    fn known() -> BTreeMap<String, String> {
        let scopes = ["entreprises".to_owned(), "open_data".to_owned()];
        let set = tokens::starter_set(NOW, tokens::DEFAULT_SECRET, &scopes);
        set.into_iter()
            .map(|token| (token.name.to_owned(), token.raw))
            .collect()
    }

    fn raw(shown: &Shown) -> &str {
        match shown {
            Shown::Headers(values) => values[0].trim_start_matches("Bearer "),
            Shown::InUrl(raw) => raw,
        }
    }

    #[test]
    fn no_spoilt_token_is_good_where_it_should_not_be() {
        for name in [UNSIGNED, OTHER_ALGORITHM, CUT, ALTERED, TWICE, EMPTY] {
            let shown = Shown::by_name(name, &known()).unwrap();

            assert!(
                tokens::verify(raw(&shown), tokens::DEFAULT_SECRET).is_err(),
                "{name}"
            );
        }
    }

    #[test]
    fn what_was_altered_still_says_what_a_token_says() {
        let shown = Shown::by_name(ALTERED, &known()).unwrap();

        let good = tokens::claims_of(&known()[STANDARD]).unwrap();
        let altered = tokens::claims_of(raw(&shown)).unwrap();
        assert_eq!(altered.jti, good.jti);
        assert_ne!(altered.sub, good.sub);
    }

    #[test]
    fn a_good_token_is_shown_in_other_places_and_words_too() {
        let by_name = |name| Shown::by_name(name, &known()).unwrap();
        let good = &known()[STANDARD];

        assert_eq!(by_name(BARE), Shown::Headers(vec![good.clone()]));
        assert_eq!(by_name(IN_URL), Shown::InUrl(good.clone()));
        assert_eq!(by_name(&ends_at(7)), Shown::bearer(good));
        assert_eq!(end_of(&ends_at(7)), Some(7));
        assert_eq!(Shown::by_name("nobody", &known()), None);
    }

    #[test]
    fn a_token_may_lack_one_scope_of_many() {
        let shown = Shown::by_name(LACKING, &known()).unwrap();

        let claims = tokens::verify(raw(&shown), tokens::DEFAULT_SECRET).unwrap();
        assert_eq!(claims.scopes, ["open_data"]);
        assert!(life_of(raw(&shown)).unwrap() > NOW);
    }
}
