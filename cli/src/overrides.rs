//! Numbers of the gateway that differ from the edition's, from the command line.

use std::str::FromStr;

use doublure_control::Overrides;
use jiff::SignedDuration;
use serde_json::{Map, Value};

use crate::exit::Failure;

/// `50`, or `json=50` for one group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct QuotaLimit {
    group: Option<String>,
    limit: u32,
}

/// `second=500`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TokenQuotaLimit {
    /// Name of the token.
    pub(crate) token: String,
    /// Calls that it may make in a window.
    pub(crate) limit: u32,
}

/// `field=value`, a field of [`Overrides`]; `-` and `_` are alike, and `_ms` may be left out where the value has a unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Override {
    field: String,
    value: String,
}

impl FromStr for QuotaLimit {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (group, limit) = match text.split_once('=') {
            Some((group, limit)) => (Some(group.to_owned()), limit),
            None => (None, text),
        };
        let limit = limit
            .parse()
            .map_err(|_| format!("`{limit}` is no number of calls: write 50, or json=50"))?;
        Ok(Self { group, limit })
    }
}

impl FromStr for TokenQuotaLimit {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let refused = || format!("`{text}` is no token and number of calls: write second=500");
        let (token, limit) = text.split_once('=').ok_or_else(refused)?;
        Ok(Self {
            token: token.to_owned(),
            limit: limit.parse().map_err(|_| refused())?,
        })
    }
}

impl FromStr for Override {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (field, value) = text.split_once('=').ok_or_else(|| {
            format!("`{text}` is no field=value: write it as ban-term=10m or cache=false")
        })?;
        Ok(Self {
            field: field.replace('-', "_"),
            value: value.to_owned(),
        })
    }
}

impl Override {
    /// The field's name and value as they stand in [`Overrides`].
    fn resolved(&self) -> (String, Value) {
        let parsed = serde_json::from_str(&self.value);
        if let (Err(_), Ok(duration)) = (&parsed, self.value.parse::<SignedDuration>()) {
            let field = self.field.strip_suffix("_ms").unwrap_or(&self.field);
            let milliseconds = u64::try_from(duration.as_millis()).unwrap_or_default();
            return (format!("{field}_ms"), milliseconds.into());
        }
        let value = parsed.unwrap_or_else(|_| Value::String(self.value.clone()));
        (self.field.clone(), value)
    }
}

/// All of them together.
///
/// # Errors
/// A field that does not exist, or a value that does not fit it; the field is named.
pub(crate) fn overrides(limits: &[QuotaLimit], fields: &[Override]) -> Result<Overrides, Failure> {
    let mut overrides = Overrides::default();
    let mut object = Map::new();
    for field in fields {
        let (name, value) = field.resolved();
        // One by one first, so that the one at fault can be named.
        check(field, &name, &value)?;
        object.insert(name, value);
    }
    if !object.is_empty() {
        overrides = serde_json::from_value(Value::Object(object)).map_err(Failure::new)?;
    }
    for limit in limits {
        match &limit.group {
            Some(group) => {
                overrides.quota_limits.insert(group.clone(), limit.limit);
            }
            None => overrides.quota_limit = Some(limit.limit),
        }
    }
    Ok(overrides)
}

fn check(field: &Override, name: &str, value: &Value) -> Result<(), Failure> {
    let alone = Value::Object(Map::from_iter([(name.to_owned(), value.clone())]));
    serde_json::from_value::<Overrides>(alone)
        .map(drop)
        .map_err(|error| {
            let told = error.to_string().replace("_ms`", "`").replace('_', "-");
            let Override { field, value } = field;
            Failure::new(format!("--override {field}={value}: {told}"))
                .help("for example --override provider-deadline=2s --override cache=false")
        })
}

#[cfg(test)]
mod tests {
    use doublure_control::BanManner;

    use super::*;

    fn of(fields: &[&str]) -> Result<Overrides, Failure> {
        let fields: Vec<Override> = fields.iter().map(|field| field.parse().unwrap()).collect();
        overrides(&[], &fields)
    }

    #[test]
    fn a_duration_with_a_unit_fills_the_field_in_milliseconds() {
        let overrides = of(&["provider-deadline=2s", "ban_term_ms=10m"]).unwrap();

        assert_eq!(overrides.provider_deadline_ms, Some(2_000));
        assert_eq!(overrides.ban_term_ms, Some(600_000));
    }

    #[test]
    fn numbers_words_and_yes_or_no_are_taken_as_they_are() {
        let overrides = of(&["address-limit=20", "ban-manner=refusal", "cache=false"]).unwrap();

        assert_eq!(overrides.address_limit, Some(20));
        assert_eq!(overrides.ban_manner, Some(BanManner::Refusal));
        assert_eq!(overrides.cache, Some(false));
    }

    #[test]
    fn a_limit_is_for_one_group_or_for_all() {
        let limits = ["7".parse().unwrap(), "json=3".parse().unwrap()];

        let overrides = overrides(&limits, &[]).unwrap();

        assert_eq!(overrides.quota_limit, Some(7));
        assert_eq!(overrides.quota_limits["json"], 3);
    }

    #[test]
    fn a_field_that_does_not_exist_is_named_beside_those_that_do() {
        let failure = of(&["cache=false", "ban-trem=1s"]).unwrap_err().to_string();

        assert!(failure.contains("ban_trem=1s"), "{failure}");
        assert!(failure.contains("`ban-term`"), "{failure}");
    }

    #[test]
    fn a_text_without_an_equals_sign_is_refused_with_an_example() {
        let refusal = "cache".parse::<Override>().unwrap_err();

        assert!(refusal.contains("`cache`") && refusal.contains("cache=false"));
    }
}
