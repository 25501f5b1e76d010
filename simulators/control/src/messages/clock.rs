//! What goes over the control API of clocks.

use std::{borrow::Cow, fmt, str::FromStr};

use doublure_journal::Moment;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

/// How a session's clock runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ClockSetting {
    /// With the machine's, further on by as much as it is set forward.
    #[default]
    Real,
    /// By hand, from this moment on; from 2026-01-15T10:00:00Z when none is given.
    Manual(Option<Moment>),
}

/// A clock as it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ClockView {
    /// What time it is.
    pub now: Moment,
    /// Whether it is moved by hand.
    pub manual: bool,
    /// Calls of foreign callers in progress.
    pub calls_in_progress: usize,
}

/// Moves a manual clock on, or sets a real one forward, which runs on from there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Advance {
    /// By how long, in milliseconds.
    pub by_ms: u64,
    /// Only when at least so many calls are in progress and all of them wait; of a manual clock only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parked: Option<usize>,
    /// How long to wait for that, in milliseconds of real time; 10 000 when missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub patience_ms: Option<u64>,
}

impl fmt::Display for ClockSetting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Real => f.write_str("real"),
            Self::Manual(None) => f.write_str("manual"),
            Self::Manual(Some(start)) => write!(f, "manual={start}"),
        }
    }
}

impl FromStr for ClockSetting {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once('=') {
            None if text == "real" => Ok(Self::Real),
            None if text == "manual" => Ok(Self::Manual(None)),
            Some(("manual", start)) => match start.parse() {
                Ok(start) => Ok(Self::Manual(Some(start))),
                Err(refusal) => Err(format!("{refusal}")),
            },
            _ => Err(format!(
                "`{text}` is no clock: use real, manual, or manual=2026-01-15T10:00:00Z"
            )),
        }
    }
}

impl Serialize for ClockSetting {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ClockSetting {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

impl JsonSchema for ClockSetting {
    fn schema_name() -> Cow<'static, str> {
        "ClockSetting".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "pattern": "^(real|manual(=.+)?)$",
            "description": "How a session's clock runs: with the machine's, or by hand, from an instant on.",
            "examples": ["real", "manual", "manual=2026-01-15T10:00:00Z"],
        })
    }
}
