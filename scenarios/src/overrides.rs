//! Numbers and manners of the gateway that differ from the edition's, as data.
//!
//! What a session is made from carries them, and so may whatever else sets a scene. Every field may be missing: then
//! the edition has its way.

use std::{collections::BTreeMap, net::IpAddr};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Numbers and manners of the gateway that differ from the edition's: tests shorten them, mutants break them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Overrides {
    /// Limit of every quota group, in calls a window.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quota_limit: Option<u32>,
    /// Limit of one quota group, by its name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub quota_limits: BTreeMap<String, u32>,
    /// What holds for one token only, by its name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub tokens: BTreeMap<String, TokenTerms>,
    /// Length of a quota window, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quota_window_ms: Option<u64>,
    /// Where a window starts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quota_window_start: Option<WindowStart>,
    /// How long the gateway waits for a provider, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider_deadline_ms: Option<u64>,
    /// The same for one operation, by its id.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub provider_deadlines_ms: BTreeMap<String, u64>,
    /// Requests an address may make in one window.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address_limit: Option<u32>,
    /// Length of the address window, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address_window_ms: Option<u64>,
    /// Addresses that are never banned (000:506).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub never_banned: Vec<IpAddr>,
    /// Whether a caller's address is the last one of `X-Forwarded-For`, where there is one: who stands behind a proxy of
    /// their own. No documented gateway believes callers that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trust_forwarded_for: Option<bool>,
    /// How many ignored 429 an address may have in one window; the documents give no number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ignored_429_limit: Option<u32>,
    /// How long a ban lasts, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ban_term_ms: Option<u64>,
    /// Whether a call made under a ban starts its term anew (the documented gateway does not).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ban_prolonged_by_calls: Option<bool>,
    /// What a banned address meets.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ban_manner: Option<BanManner>,
    /// How long a document link lives, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document_life_ms: Option<u64>,
    /// Whether a provider's own words stand in the error's detail (the documented gateway never lets them).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub leaks_provider_words: Option<bool>,
    /// Whether answers are cached at all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache: Option<bool>,
}

impl Overrides {
    /// These, and those beneath for every field that these leave to the edition. Of a mapping, entry by entry.
    #[must_use]
    pub fn over(&self, beneath: &Self) -> Self {
        let object = |overrides: &Self| match serde_json::to_value(overrides) {
            Ok(Value::Object(fields)) => fields,
            _ => Map::new(),
        };
        let mut merged = object(beneath);
        for (name, value) in object(self) {
            match (merged.get_mut(&name), value) {
                (Some(Value::Object(under)), Value::Object(upper)) => under.extend(upper),
                (_, value) => {
                    merged.insert(name, value);
                }
            }
        }
        // Every field is one of theirs.
        serde_json::from_value(Value::Object(merged)).unwrap_or_else(|_| self.clone())
    }
}

/// What holds for one token only (facts 21).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct TokenTerms {
    /// Calls that it may make in one window, over all operations that have a quota; takes the place of its groups' limits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quota_limit: Option<u32>,
    /// The only addresses that it may be used from; missing: any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allowed_addresses: Option<Vec<IpAddr>>,
}

/// Where a quota window starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum WindowStart {
    /// At the first call (002:58).
    FirstCall,
    /// At a multiple of its length since the epoch (facts 60).
    Aligned,
}

/// What a banned address meets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum BanManner {
    /// No answer at all (002:87): connections come about, and nothing is ever said on them.
    Silence,
    /// No connection comes about from there: what would open one is left without an answer, as behind a firewall. Only
    /// Linux lets a listener do that, for 200 addresses at once; elsewhere, beyond them, and where callers are told by
    /// `X-Forwarded-For`, it is silence. No call is seen meanwhile, so none prolongs the ban.
    Unreachable,
    /// A 403; no documented gateway does that.
    Refusal,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_overridden_is_an_empty_object_both_ways() {
        let written = serde_json::to_string(&Overrides::default()).unwrap();

        assert_eq!(written, "{}");
        assert_eq!(
            serde_json::from_str::<Overrides>(&written).unwrap(),
            Overrides::default()
        );
    }

    #[test]
    fn what_is_over_holds_and_what_it_leaves_open_comes_from_beneath() {
        let of = |text: &str| serde_json::from_str::<Overrides>(text).unwrap();
        let upper = of(r#"{"address_limit":5,"quota_limits":{"json":1}}"#);
        let lower =
            of(r#"{"address_limit":9,"ban_term_ms":7,"quota_limits":{"json":2,"document":3}}"#);

        let merged = upper.over(&lower);

        let expected =
            r#"{"quota_limits":{"document":3,"json":1},"address_limit":5,"ban_term_ms":7}"#;
        assert_eq!(serde_json::to_string(&merged).unwrap(), expected);
        assert_eq!(upper.over(&Overrides::default()), upper);
    }

    #[test]
    fn what_holds_for_one_token_is_told_by_its_name() {
        let text = r#"{"tokens":{"second":{"quota_limit":500,"allowed_addresses":["127.0.0.2"]}}}"#;

        let overrides: Overrides = serde_json::from_str(text).unwrap();

        assert_eq!(overrides.tokens["second"].quota_limit, Some(500));
        assert_eq!(serde_json::to_string(&overrides).unwrap(), text);
    }

    #[test]
    fn a_field_that_does_not_exist_is_refused() {
        for text in [r#"{"quota":1}"#, r#"{"tokens":{"second":{"limit":1}}}"#] {
            let refusal = serde_json::from_str::<Overrides>(text).unwrap_err();

            assert!(refusal.to_string().contains("unknown field"), "{refusal}");
        }
    }
}
