//! The tokens of a journal, made anew: it holds none.

use std::{collections::BTreeMap, str::FromStr};

use doublure_control::{JournalFile, ShownToken};
use doublure_fixtures::{
    Contract,
    tokens::{self, Claims, NamedToken},
};
use doublure_kernel::{Clock, ClockKind};

/// `standard=eyJ…`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct GivenToken {
    name: String,
    raw: String,
}

/// What is shown in the place of each mask.
pub(super) struct Tokens(BTreeMap<String, String>);

impl Tokens {
    /// The very same on the same clock; else fresh ones of the same names, and those given in their place.
    pub(super) fn new(journal: &JournalFile, given: Vec<GivenToken>, same_clock: bool) -> Self {
        let mut named = BTreeMap::new();
        if !same_clock {
            let now = Clock::new(ClockKind::Real).now().unix_seconds();
            let scopes = scopes(journal);
            let fresh = tokens::starter_set(now, tokens::DEFAULT_SECRET, &scopes).into_iter();
            named.extend(fresh.map(|token| (token.name.to_owned(), token.raw)));
        }
        named.extend(given.into_iter().map(|given| (given.name, given.raw)));
        let (starters, shown) = (starters(journal), journal.tokens().into_iter());
        Self(
            shown
                .map(|(mask, shown)| (mask, made_anew(&shown, &named, &starters)))
                .collect(),
        )
    }

    /// The text with tokens in the places of their masks.
    pub(super) fn unmasked(&self, text: &str) -> String {
        let masks = self.0.iter();
        masks.fold(text.to_owned(), |text, (mask, raw)| text.replace(mask, raw))
    }
}

/// The tokens that the recorded session started with.
fn starters(journal: &JournalFile) -> Vec<NamedToken> {
    let contract = Contract::built_in();
    let scopes = contract.scopes().into_iter();
    let scopes: Vec<String> = scopes.map(str::to_owned).collect();
    let started = journal.header.started.unix_seconds();
    tokens::starter_set(started, tokens::DEFAULT_SECRET, &scopes)
}

fn made_anew(
    shown: &ShownToken,
    named: &BTreeMap<String, String>,
    starters: &[NamedToken],
) -> String {
    if let Some(raw) = shown.name.as_ref().and_then(|name| named.get(name)) {
        return raw.clone();
    }
    let claims = shown.claims.clone();
    let claims = claims.and_then(|claims| serde_json::from_value::<Claims>(claims).ok());
    match (claims, shown.name.as_deref()) {
        (Some(claims), _) => tokens::mint(&claims, tokens::DEFAULT_SECRET),
        // What another key signed is known by all of it.
        (None, Some(name)) => starters
            .iter()
            .find(|token| token.name == name)
            .map_or_else(|| OPAQUE.to_owned(), |token| token.raw.clone()),
        (None, None) => OPAQUE.to_owned(),
    }
}

/// What the recorded standard token opened is what there was.
fn scopes(journal: &JournalFile) -> Vec<String> {
    let shown = journal.tokens().into_values();
    let claims = shown.filter_map(|shown| serde_json::from_value::<Claims>(shown.claims?).ok());
    let most = claims.max_by_key(|claims| claims.scopes.len());
    most.map(|claims| claims.scopes).unwrap_or_default()
}

impl FromStr for GivenToken {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let refused = || format!("`{text}` is no name and token: write it as standard=eyJ…");
        let (name, raw) = text.split_once('=').ok_or_else(refused)?;
        Ok(Self {
            name: name.to_owned(),
            raw: raw.to_owned(),
        })
    }
}

/// In the place of a token that nobody knows anything of.
const OPAQUE: &str = "a-token-that-nobody-knows";
