//! The JSON Schema of scenario files, for editors.
//!
//! Made from the lists by which files are read: reading keeps the place of every word, which no derived reader does, so
//! there are no types to derive a schema from. What only the lint knows (impossible pairs) it does not say.

use serde_json::{Map, Value, json};

use crate::{
    Names, Overrides, Symptom,
    file::{CONDITIONS, DAMAGES, DELAYS, DRIP, EFFECTS, FAULT_FIELDS, FILE_FIELDS, OVERRIDES},
    library,
};

/// The schema; with `names` it lists the operations, providers, calls and tokens that there are.
pub fn schema(names: Option<&dyn Names>) -> Value {
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Scenario file of Doublure",
        "description": "What should go wrong, and when.",
        "type": "object",
        "properties": properties(&FILE_FIELDS, file_field),
        "additionalProperties": false,
        "anyOf": [{"required": ["faults"]}, {"required": ["include"]}, {"required": ["overrides"]}],
        "definitions": {
            "duration": {
                "description": "A whole number and its unit: 500ms, 9s, 1min, 12h.",
                "type": "string",
                "pattern": "^[0-9]+ ?(ms|s|min|h)$",
            },
            "delay": delay(),
            "pointer": {
                "description": "The way to a field of the JSON: /data/siren.",
                "type": "string",
                "pattern": "^/",
            },
            "fault": {
                "description": "One thing that goes wrong; the first that fits an exchange strikes it, alone.",
                "type": "object",
                "properties": properties(&FAULT_FIELDS, fault_field),
                "additionalProperties": false,
                "anyOf": [{"required": ["then"]}, {"required": ["delay"]}, {"required": ["enters"]}],
            },
            "when": {
                "description": "Which exchanges: all conditions together.",
                "type": "object",
                "properties": properties(&CONDITIONS, |field| condition(field, names)),
                "additionalProperties": false,
            },
            "then": then(),
            "damage": damage(),
            "overrides": overrides(),
        },
    })
}

fn properties(fields: &[&str], schema: impl Fn(&str) -> Value) -> Value {
    let entry = |field: &&str| ((*field).to_owned(), schema(field));
    Value::Object(fields.iter().map(entry).collect())
}

fn file_field(field: &str) -> Value {
    let library: Vec<&str> = library::all().iter().map(|entry| entry.name).collect();
    match field {
        "about" => text("What it plays, in a sentence or two."),
        "serves" => json!({
            "description": "Ids of the rules that it serves.",
            "type": "array",
            "items": {"type": "string", "pattern": r"^(gw|cl|pr|ld)\.[a-z0-9.-]+$"},
        }),
        "include" => json!({
            "description": "Scenarios whose faults come after those of this file: of the library, or files beside this one.",
            "type": "array",
            "items": {"anyOf": [{"enum": library}, {"type": "string", "pattern": r"/|\.ya?ml$"}]},
        }),
        "overrides" => json!({"$ref": "#/definitions/overrides"}),
        _ => json!({
            "description": "The faults, in the order in which they are asked. [] where nothing is meant to go wrong.",
            "type": "array",
            "items": {"$ref": "#/definitions/fault"},
        }),
    }
}

fn fault_field(field: &str) -> Value {
    match field {
        "name" => named("How the journal calls it."),
        "on" => json!({
            "description": "The hop: between gateway and provider, or between caller and gateway.",
            "enum": ["provider", "client"],
            "default": "provider",
        }),
        "when" => json!({"$ref": "#/definitions/when"}),
        "delay" => json!({"$ref": "#/definitions/delay"}),
        "then" => json!({"$ref": "#/definitions/then"}),
        _ => named(
            "The state that the session is in from then on, for faults with `when: { state: … }`.",
        ),
    }
}

fn condition(field: &str, names: Option<&dyn Names>) -> Value {
    let count = |description| json!({"description": description, "type": "integer", "minimum": 1});
    match field {
        "provider" => known("Calls to this provider.", names.map(Names::providers)),
        "call" => known("This call of a provider.", names.map(calls)),
        "operation" => known(
            "Calls of this operation (client hop).",
            names.map(Names::operations),
        ),
        "token" => known(
            "Calls with the token of this name (client hop).",
            names.map(Names::tokens),
        ),
        "address" => text("Calls from this address (client hop)."),
        "entity" => json!({
            "description": "Exchanges about this SIREN or SIRET.",
            "type": ["string", "integer"],
        }),
        "header" => json!({
            "description": "Calls with all of these headers, each of exactly this value (client hop).",
            "type": "object",
            "additionalProperties": {"type": ["string", "number", "boolean"]},
            "minProperties": 1,
        }),
        "window" => json!({
            "description": "What is asked from then on, and before then.",
            "type": "object",
            "properties": {"from": text("2026-01-15T10:00:00Z"), "to": text("2026-01-15T11:00:00Z")},
            "additionalProperties": false,
            "minProperties": 1,
        }),
        "hours" => json!({
            "description": "What is asked at these hours of any day, in Paris.",
            "type": "string",
            "pattern": "^[0-9]{2}:[0-9]{2}-[0-9]{2}:[0-9]{2}$",
        }),
        "nth" => count("Only the nth that fits all else."),
        "every" => count("Only every nth that fits all else."),
        "first" => count("Only the first so many that fit all else."),
        "sequence" => json!({
            "description": "Only these of those that fit all else, rising.",
            "type": "array",
            "items": {"type": "integer", "minimum": 1},
            "minItems": 1,
            "uniqueItems": true,
        }),
        "state" => named("Only while the session is in this state; it begins in `initial`."),
        _ => json!({
            "description": "This share of those that fit all else, drawn from the seed.",
            "type": "number",
            "minimum": 0,
            "maximum": 1,
        }),
    }
}

fn calls<'a>(names: &'a (dyn Names + 'a)) -> Vec<&'a str> {
    let providers = names.providers().into_iter();
    let mut calls: Vec<&str> = providers
        .flat_map(|provider| names.calls(provider))
        .collect();
    calls.sort_unstable();
    calls.dedup();
    calls
}

fn delay() -> Value {
    let duration = json!({"$ref": "#/definitions/duration"});
    let part = |fields: &[&str]| {
        json!({
            "type": "object",
            "properties": properties(fields, |_| json!({"$ref": "#/definitions/duration"})),
            "required": fields,
            "additionalProperties": false,
        })
    };
    let drawn = |field: &str| match field {
        "uniform" => json!({"type": "array", "items": duration, "minItems": 2, "maxItems": 2}),
        "normal" => part(&["mean", "sd"]),
        "log-normal" => part(&["median", "p99"]),
        "table" => json!({
            "type": "object",
            "patternProperties": {r"^p[0-9]+(\.[0-9]{1,3})?$": duration},
            "additionalProperties": false,
            "minProperties": 2,
        }),
        _ => duration.clone(),
    };
    json!({
        "description": "How long to wait: always as long, or drawn anew each time.",
        "anyOf": [
            duration,
            {"type": "object", "properties": properties(&DELAYS, drawn), "additionalProperties": false},
        ],
    })
}

fn then() -> Value {
    let (words, valued) = EFFECTS;
    json!({
        "description": "What happens.",
        "anyOf": [
            {"enum": words},
            {
                "type": "object",
                "properties": properties(&valued, effect),
                "additionalProperties": false,
                "minProperties": 1,
                "maxProperties": 1,
            },
        ],
    })
}

fn effect(field: &str) -> Value {
    match field {
        "symptom" => json!({
            "description": "The provider says so in its own dialect; on the client hop the gateway itself fails: `internal-error`.",
            "enum": Symptom::ALL.map(Symptom::name),
        }),
        "cut" => json!({
            "description": "The answer ends after so many bytes of its body.",
            "type": "integer",
            "minimum": 0,
        }),
        "wrong-length" => json!({
            "description": "How many bytes more are promised than come; below zero: fewer.",
            "type": "integer",
            "not": {"const": 0},
        }),
        "damage" => json!({"$ref": "#/definitions/damage"}),
        "drip" => drip(),
        _ => answer(),
    }
}

fn drip() -> Value {
    let part = |field: &str| match field {
        "bytes" => json!({"type": "integer", "minimum": 1}),
        _ => json!({"$ref": "#/definitions/delay"}),
    };
    json!({
        "description": "The answer comes a byte at a time, or in pieces of so many bytes.",
        "anyOf": [
            {"$ref": "#/definitions/delay"},
            {
                "type": "object",
                "properties": properties(&DRIP, part),
                "required": ["every"],
                "additionalProperties": false,
            },
        ],
    })
}

fn answer() -> Value {
    json!({
        "description": "This answer instead.",
        "type": "object",
        "properties": {
            "status": {"type": "integer", "minimum": 200, "maximum": 599},
            "headers": {"type": "object", "additionalProperties": {"type": ["string", "number"]}},
            "body": {"type": "string"},
        },
        "required": ["status"],
        "additionalProperties": false,
    })
}

fn damage() -> Value {
    let (words, valued) = DAMAGES;
    let way = |field: &str| match field {
        "media-type" => text("The media type that is announced."),
        _ => json!({"$ref": "#/definitions/pointer"}),
    };
    let mut ways = match properties(&valued, way) {
        Value::Object(ways) => ways,
        _ => Map::new(),
    };
    ways.insert("to".to_owned(), text("The other name, beside `rename`."));
    ways.insert(
        "value".to_owned(),
        json!({
            "description": "What it holds, beside `add`: JSON in quotes; what is none is a text.",
            "type": ["string", "number", "boolean"],
        }),
    );
    json!({
        "description": "What is wrong with an answer that is otherwise faithful.",
        "anyOf": [
            {"enum": words},
            {"type": "object", "properties": ways, "additionalProperties": false, "minProperties": 1},
        ],
    })
}

/// As the session's own, under the names of a file: `-` for `_`, lengths of time with their unit.
fn overrides() -> Value {
    let derived = schemars::schema_for!(Overrides);
    let described = |name: &str| {
        let property = derived.get("properties")?.get(name)?;
        property.get("description").cloned()
    };
    let field = |name: &str| {
        let plain = name.replace('-', "_");
        let timed = format!("{plain}_ms");
        let (is_time, description) = match described(&plain) {
            Some(description) => (false, Some(description)),
            None => (true, described(&timed)),
        };
        let mut schema = match (is_time, name) {
            (true, "provider-deadlines") => {
                json!({"type": "object", "additionalProperties": {"$ref": "#/definitions/duration"}})
            }
            (true, _) => json!({"allOf": [{"$ref": "#/definitions/duration"}]}),
            (false, _) => json!({}),
        };
        if let (Some(description), Some(object)) = (description, schema.as_object_mut()) {
            object.insert("description".to_owned(), description);
        }
        schema
    };
    json!({
        "description": "Numbers and manners of the gateway, in a session that is made with this scenario.",
        "type": "object",
        "properties": properties(&OVERRIDES, field),
        "additionalProperties": false,
    })
}

fn text(description: &str) -> Value {
    json!({"description": description, "type": "string"})
}

fn named(description: &str) -> Value {
    json!({"description": description, "type": "string", "pattern": "^[A-Za-z0-9._-]+$"})
}

fn known(description: &str, names: Option<Vec<&str>>) -> Value {
    match names {
        Some(names) => json!({"description": description, "enum": names}),
        None => text(description),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::Sample;

    #[test]
    fn every_field_condition_and_effect_says_what_it_is() {
        let schema = schema(Some(&Sample));

        let silent: Vec<String> = ["fault", "when", "overrides"]
            .into_iter()
            .flat_map(|name| {
                let properties = &schema["definitions"][name]["properties"];
                let entries = properties.as_object().unwrap().iter();
                let silent = entries.filter(|(_, property)| {
                    property.get("description").is_none() && property.get("$ref").is_none()
                });
                silent
                    .map(move |(field, _)| format!("{name}.{field}"))
                    .collect::<Vec<_>>()
            })
            .collect();

        assert_eq!(silent, [""; 0]);
    }

    #[test]
    fn with_names_an_editor_can_complete_them_and_without_any_is_taken() {
        let (with, without) = (schema(Some(&Sample)), schema(None));
        let provider =
            |schema: &Value| schema["definitions"]["when"]["properties"]["provider"].clone();

        assert_eq!(provider(&with)["enum"][0], "insee");
        assert_eq!(provider(&without)["type"], "string");
    }

    fn verdict(text: &str) -> bool {
        let value: Value = serde_saphyr::from_str(text).unwrap();
        jsonschema::validator_for(&schema(Some(&Sample)))
            .unwrap()
            .is_valid(&value)
    }

    #[test]
    fn every_file_of_the_library_fits_the_schema() {
        for entry in library::all() {
            assert!(verdict(entry.text), "{}", entry.name);
        }
    }

    #[test]
    fn what_is_refused_in_reading_does_not_fit_the_schema_either() {
        for text in [
            "about: nothing\n",
            "fautls: []\n",
            "faults:\n  - dealy: 9s\n",
            "faults:\n  - when: { provider: inse }\n    then: silence\n",
            "faults:\n  - when: { share: 2 }\n    then: silence\n",
            "faults:\n  - delay: 9\n",
            "faults:\n  - then: silent\n",
            "faults:\n  - then: { symptom: tired }\n",
            "faults:\n  - then: { cut: 3, drip: 1s }\n",
            "overrides: { ban-term: 10 }\n",
            "include: [storm]\n",
        ] {
            assert!(!verdict(text), "{text}");
        }
    }

    #[test]
    fn the_file_that_is_checked_in_is_the_schema() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/schema.json");

        let checked_in = std::fs::read_to_string(file).unwrap();

        let generated = serde_json::to_string_pretty(&schema(None)).unwrap();
        assert!(
            checked_in.trim_end() == generated,
            "write it anew: doublure scenarios schema --any-name > scenarios/schema.json"
        );
    }
}
