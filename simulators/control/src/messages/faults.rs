//! What goes over the control API of one-off faults.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, de::Error as _};
use serde_json::Value;

/// A fault beside the scenario: it strikes the next exchanges that it fits, so many times, and is gone. A log-in is
/// struck only where `call: login` names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewFault {
    /// The fault as it stands in the list of a scenario file: its text, or an object with the same fields.
    #[serde(deserialize_with = "text_or_object")]
    #[schemars(schema_with = "text_or_object_schema")]
    pub fault: String,
    /// How many exchanges it strikes; 1 when missing.
    #[serde(default = "once")]
    pub times: u64,
}

/// A one-off fault that has not struck often enough yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OneOffView {
    /// How the journal calls it.
    pub name: String,
    /// The fault as it stands in the list of a scenario file.
    pub fault: String,
    /// How many exchanges it still strikes.
    pub left: u64,
}

impl NewFault {
    /// A fault that strikes once.
    pub fn once(fault: impl Into<String>) -> Self {
        Self {
            fault: fault.into(),
            times: once(),
        }
    }
}

const fn once() -> u64 {
    1
}

/// JSON is YAML: an object is read as its own text is.
fn text_or_object<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    match Value::deserialize(deserializer)? {
        Value::String(text) => Ok(text),
        object @ Value::Object(_) => Ok(object.to_string()),
        other => Err(D::Error::custom(format!(
            "`{other}` is no fault: write an object with `when`, `delay`, `then`, or the text of one"
        ))),
    }
}

fn text_or_object_schema(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": ["string", "object"] })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_is_a_text_or_an_object_and_strikes_once() {
        let text: NewFault = serde_json::from_str(r#"{"fault":"then: silence"}"#).unwrap();
        let object: NewFault =
            serde_json::from_str(r#"{"fault":{"then":"silence"},"times":3}"#).unwrap();

        assert_eq!(text, NewFault::once("then: silence"));
        assert_eq!(
            (object.fault.as_str(), object.times),
            (r#"{"then":"silence"}"#, 3)
        );
    }

    #[test]
    fn what_is_neither_is_refused_with_what_would_be_right() {
        let refusal = serde_json::from_str::<NewFault>(r#"{"fault":3}"#).unwrap_err();

        assert!(refusal.to_string().contains("`then`"), "{refusal}");
    }
}
