//! An OpenAPI document and what it says of each answer: the one that is served, or the official one.

use std::{collections::BTreeMap, env, fs, path::Path};

use doublure_fixtures::contract::Operation;
use jsonschema::Validator;
use serde_json::{Map, Value, json};

use crate::{
    caller::{Answer, Caller},
    house::House,
};

/// A document, each of its schemas read once.
pub(crate) struct Described {
    document: Value,
    read: BTreeMap<(String, u16), Validator>,
}

impl Described {
    /// The one that is served.
    pub(crate) async fn by(house: &House) -> Self {
        let url = format!("{}/v3/openapi.json", house.doublure.gateway());
        Self::of(Caller::LOCAL.get(&url, None).await.json())
    }

    /// The official one; none where there is no reference data.
    pub(crate) fn officially() -> Option<Self> {
        let Ok(folder) = env::var("DOUBLURE_REFERENCE") else {
            println!("skipped: DOUBLURE_REFERENCE is not set");
            return None;
        };
        let file = Path::new(&folder).join("openapi/api_entreprise.yaml");
        let document = serde_saphyr::from_str(&fs::read_to_string(file).unwrap()).unwrap();
        Some(Self::of(today(document)))
    }

    fn of(document: Value) -> Self {
        Self {
            document,
            read: BTreeMap::new(),
        }
    }

    pub(crate) fn document(&self) -> &Value {
        &self.document
    }

    /// Whether the document has such an answer of an operation.
    pub(crate) fn has(&self, operation: &Operation, status: u16) -> bool {
        self.response(operation, status).is_object()
    }

    /// What an answer has against the document, each with its place; empty: nothing.
    pub(crate) fn wrong(&mut self, operation: &Operation, answer: &Answer) -> Vec<String> {
        let place = (operation.path.clone(), answer.status);
        if !self.read.contains_key(&place) {
            let response = self.response(operation, answer.status);
            if !response.is_object() {
                return vec![format!("{} is not described", answer.status)];
            }
            let schema = &response["content"]["application/json"]["schema"];
            // Of some answers nothing but their status is told.
            let mut schema = schema.as_object().cloned().unwrap_or_default();
            let components = self.document["components"].clone();
            schema.insert("components".to_owned(), components);
            let schema = Value::Object(schema);
            let validator = jsonschema::validator_for(&schema).unwrap();
            self.read.insert(place.clone(), validator);
        }
        let body = answer.json();
        let errors = self.read[&place].iter_errors(&body);
        errors
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect()
    }

    fn response(&self, operation: &Operation, status: u16) -> &Value {
        &self.document["paths"][&operation.path]["get"]["responses"][status.to_string()]
    }
}

/// Schemas of OpenAPI 3.0 as JSON schemas of today: what may be null says so in its type.
fn today(value: Value) -> Value {
    match value {
        Value::Array(values) => values.into_iter().map(today).collect(),
        Value::Object(object) => {
            let object = object.into_iter();
            schema(object.map(|(name, value)| (name, today(value))).collect())
        }
        other => other,
    }
}

fn schema(mut object: Map<String, Value>) -> Value {
    let kind = object.get("type").and_then(Value::as_str);
    // Written so by hand in one place; it is a text.
    let kind = kind.map(|kind| if kind == "date" { "string" } else { kind }.to_owned());
    let nullable = object.remove("nullable") == Some(json!(true));
    if let Some(kind) = kind {
        let kinds = if nullable {
            json!([kind, "null"])
        } else {
            json!(kind)
        };
        object.insert("type".to_owned(), kinds);
    }
    // Where the description says that a value may be withheld, its list of values leaves that out.
    let told = object.get("description").and_then(Value::as_str);
    let withheld = told.is_some_and(|told| told.contains("[ND]"));
    if let Some(Value::Array(values)) = object.get_mut("enum") {
        values.extend(nullable.then_some(Value::Null));
        values.extend(withheld.then(|| json!("[ND]")));
    }
    Value::Object(object)
}
