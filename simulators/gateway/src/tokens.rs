//! Which token came with a call, and what it is worth.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, RwLock},
};

use doublure_fixtures::tokens::{self, Claims, NamedToken};
use doublure_journal::Moment;
use doublure_scenarios::TokenTerms;
use http::{HeaderMap, HeaderName, header};
use quick_cache::sync::Cache;

use crate::query::Query;

/// What tokens are checked against, and those that were checked already.
pub(crate) struct Keyring {
    secret: String,
    /// By id, where the token was signed here; by its text where it was not: anybody may forge another of that id.
    names: RwLock<HashMap<String, Name>>,
    checked: Cache<Arc<str>, Arc<Token>>,
}

/// A text that was presented as a token.
#[derive(Debug, PartialEq)]
pub(crate) struct Token {
    /// The text.
    pub(crate) raw: Arc<str>,
    /// Its name, where it is one of the session's own.
    pub(crate) name: Option<Arc<str>>,
    /// What it says, if it was signed here.
    pub(crate) valid: Option<Valid>,
}

/// What a token that was signed here says.
#[derive(Debug, PartialEq)]
pub(crate) struct Valid {
    /// Its claims.
    pub(crate) claims: Claims,
    /// Its id: quotas count by it.
    pub(crate) jti: Arc<str>,
    /// Whether it was revoked.
    pub(crate) revoked: bool,
    /// What holds for it alone.
    pub(crate) terms: Arc<TokenTerms>,
}

/// What the tokens of a call give access to.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Access {
    /// None was presented, or none that was signed here.
    Nobody,
    /// To a token that was revoked.
    Revoked,
    /// To a token whose life is over.
    Expired,
    /// To a token that is good.
    Holder(Arc<Token>),
}

/// The texts presented as tokens, by place (facts 10).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Presented<'a> {
    bearer: Option<&'a str>,
    key: Option<&'a str>,
    query: Option<&'a str>,
}

#[derive(Clone, Debug)]
struct Name {
    name: Arc<str>,
    revoked: bool,
    terms: Arc<TokenTerms>,
}

impl Keyring {
    /// A keyring that knows these tokens by name, and what holds for some of them alone.
    pub(crate) fn new(
        secret: String,
        named: Vec<NamedToken>,
        terms: &BTreeMap<String, TokenTerms>,
    ) -> Self {
        let keyring = Self {
            secret,
            names: RwLock::default(),
            checked: Cache::new(REMEMBERED),
        };
        for token in named {
            let terms = terms.get(token.name).cloned().unwrap_or_default();
            keyring.learn(token, terms);
        }
        keyring
    }

    /// Makes a token known under a name, and what holds for it alone.
    pub(crate) fn learn(&self, token: NamedToken, terms: TokenTerms) {
        let name = Name {
            name: token.name.into(),
            revoked: token.name == REVOKED,
            terms: Arc::new(terms),
        };
        let known_by = match tokens::verify(&token.raw, &self.secret) {
            Ok(claims) => claims.jti,
            Err(_) => token.raw,
        };
        crate::locked_write(&self.names).insert(known_by, name);
        // Forgotten only then: who checks it meanwhile must not be remembered.
        self.checked.clear();
    }

    /// Puts a token that is known by name on the list of revoked ones; whether it is known.
    pub(crate) fn revoke(&self, jti: &str) -> bool {
        let known = match crate::locked_write(&self.names).get_mut(jti) {
            Some(name) => {
                name.revoked = true;
                true
            }
            None => false,
        };
        self.checked.clear();
        known
    }

    /// What a text is worth; remembered, since checking a signature costs more than all the rest of a call.
    pub(crate) fn read(&self, raw: &str) -> Arc<Token> {
        if let Some(known) = self.checked.get(raw) {
            return known;
        }
        let token = Arc::new(self.check(raw));
        self.checked
            .insert(Arc::clone(&token.raw), Arc::clone(&token));
        token
    }

    /// What the tokens of a call give access to: the one presented first in the order of places,
    /// else the one in the query, else the bearer (facts 10).
    pub(crate) fn access(&self, presented: Presented<'_>, now: Moment) -> Access {
        [presented.first(), presented.query, presented.bearer]
            .into_iter()
            .flatten()
            .map(|raw| self.read(raw))
            .find(|token| token.valid.is_some())
            .map_or(Access::Nobody, |token| Access::of(token, now))
    }

    fn check(&self, raw: &str) -> Token {
        let claims = tokens::verify(raw, &self.secret).ok();
        let known_by = claims.as_ref().map_or(raw, |claims| &claims.jti);
        let named = crate::locked_read(&self.names).get(known_by).cloned();
        let revoked = named.as_ref().is_some_and(|known| known.revoked);
        let terms = named.as_ref().map(|known| Arc::clone(&known.terms));
        Token {
            raw: raw.into(),
            name: named.map(|known| known.name),
            valid: claims.map(|claims| Valid {
                jti: claims.jti.as_str().into(),
                claims,
                revoked,
                terms: terms.unwrap_or_default(),
            }),
        }
    }
}

impl Access {
    fn of(token: Arc<Token>, now: Moment) -> Self {
        match &token.valid {
            None => Self::Nobody,
            Some(valid) if valid.revoked => Self::Revoked,
            Some(valid) if now.unix_seconds() >= valid.claims.exp => Self::Expired,
            Some(_) => Self::Holder(token),
        }
    }

    /// What the holder's token says, if it is good.
    pub(crate) fn holder(&self) -> Option<&Valid> {
        match self {
            Self::Holder(token) => token.valid.as_ref(),
            Self::Nobody | Self::Revoked | Self::Expired => None,
        }
    }
}

impl<'a> Presented<'a> {
    /// Those of a request.
    pub(crate) fn in_request(headers: &'a HeaderMap, query: &'a Query) -> Self {
        let text = |name: &HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
        Self {
            bearer: text(&header::AUTHORIZATION)
                .and_then(|value| value.strip_prefix("Bearer "))
                .filter(|token| !token.is_empty()),
            key: text(&API_KEY).filter(|token| !token.is_empty()),
            query: query.filled("token"),
        }
    }

    /// The one that counts, if it is good.
    pub(crate) fn first(&self) -> Option<&'a str> {
        self.bearer.or(self.key).or(self.query)
    }
}

/// Name of the session's own token that is on the black list.
const REVOKED: &str = "revoked";

/// Where an API key stands.
static API_KEY: HeaderName = HeaderName::from_static("x-api-key");
/// Tokens whose check is remembered.
const REMEMBERED: usize = 4_096;

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    const SECRET: &str = "a secret that is long enough for a test of signatures";
    const NOW: u64 = 1_768_471_200;

    fn starter() -> Vec<NamedToken> {
        tokens::starter_set(NOW, SECRET, &["entreprises".to_owned()])
    }

    fn raw(name: &str) -> String {
        let mut starter = starter().into_iter();
        starter.find(|token| token.name == name).unwrap().raw
    }

    fn access(headers: &[(&'static str, String)], query: &str, now: u64) -> Access {
        let keyring = Keyring::new(SECRET.to_owned(), starter(), &BTreeMap::new());
        let headers: HeaderMap = headers
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_str(value).unwrap()))
            .collect();
        let query = Query::of(Some(query));
        let presented = Presented::in_request(&headers, &query);
        keyring.access(presented, Moment::from_unix_seconds(now))
    }

    fn bearer(name: &str) -> [(&'static str, String); 1] {
        [("authorization", format!("Bearer {}", raw(name)))]
    }

    #[test]
    fn a_token_is_taken_from_bearer_from_key_and_from_query() {
        let key = [("x-api-key", raw("standard"))];
        let query = format!("token={}", raw("standard"));

        assert!(access(&bearer("standard"), "", NOW).holder().is_some());
        assert!(access(&key, "", NOW).holder().is_some());
        assert!(access(&[], &query, NOW).holder().is_some());
    }

    #[test]
    fn a_bad_bearer_and_a_good_query_give_access() {
        let query = format!("token={}", raw("standard"));

        let access = access(&bearer("forged"), &query, NOW);

        assert!(access.holder().is_some());
    }

    #[test]
    fn no_token_a_forged_one_and_another_scheme_are_nobody() {
        let basic = [("authorization", format!("bearer {}", raw("standard")))];

        assert_eq!(access(&[], "", NOW), Access::Nobody);
        assert_eq!(access(&bearer("forged"), "", NOW), Access::Nobody);
        assert_eq!(access(&basic, "", NOW), Access::Nobody);
    }

    #[test]
    fn a_revoked_token_is_known_by_its_name() {
        assert_eq!(access(&bearer("revoked"), "", NOW), Access::Revoked);
    }

    #[test]
    fn a_token_is_good_until_the_second_before_its_end() {
        let end = starter()[0].claims.exp;

        let before = access(&bearer("standard"), "", end - 1);
        let after = access(&bearer("standard"), "", end);

        assert!(before.holder().is_some());
        assert_eq!(after, Access::Expired);
    }

    #[test]
    fn a_token_that_was_read_before_it_was_learnt_gets_its_name() {
        let keyring = Keyring::new(SECRET.to_owned(), Vec::new(), &BTreeMap::new());
        let standard = raw("standard");

        let before = keyring.read(&standard).name.clone();
        keyring.learn(starter().remove(0), TokenTerms::default());

        assert_eq!(before, None);
        assert_eq!(keyring.read(&standard).name.as_deref(), Some("standard"));
    }

    #[test]
    fn a_token_is_known_again_by_its_id_and_a_forged_one_by_all_of_it() {
        let keyring = Keyring::new(SECRET.to_owned(), starter(), &BTreeMap::new());
        let mut claims = starter()[0].claims.clone();
        claims.exp += 1;
        let prolonged = tokens::mint(&claims, SECRET);
        let forged = tokens::mint(&claims, "another secret, as long as those that are good");

        let name = |raw: &str| keyring.read(raw).name.as_deref().map(str::to_owned);

        assert_eq!(name(&prolonged).as_deref(), Some("standard"));
        assert_eq!(name(&raw("forged")).as_deref(), Some("forged"));
        assert_eq!(name(&forged), None);
    }

    #[test]
    fn a_token_that_was_good_is_revoked_from_then_on_and_no_other_is() {
        let keyring = Keyring::new(SECRET.to_owned(), starter(), &BTreeMap::new());
        let (standard, second) = (raw("standard"), raw("second"));
        let revoked = |raw: &str| keyring.read(raw).valid.as_ref().unwrap().revoked;
        assert!(!revoked(&standard));

        let id = keyring.read(&standard).valid.as_ref().unwrap().jti.clone();
        let known = [&*id, "nobody's"].map(|jti| keyring.revoke(jti));

        assert_eq!(known, [true, false]);
        assert_eq!((revoked(&standard), revoked(&second)), (true, false));
    }
}
