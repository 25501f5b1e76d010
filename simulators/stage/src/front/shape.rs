//! A schema that is drawn from values: it describes each of them, and what is like them.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

/// What values of one place are like.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Shape {
    null: bool,
    boolean: bool,
    integer: bool,
    number: bool,
    string: bool,
    items: Option<Box<Shape>>,
    members: Option<Members>,
}

/// The members of objects of one place, in the order they were first seen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Members {
    /// How many objects there were.
    objects: u32,
    order: Vec<String>,
    known: BTreeMap<String, (u32, Shape)>,
}

impl Shape {
    /// One more value of this place.
    pub(crate) fn see(&mut self, value: &Value) {
        match value {
            Value::Null => self.null = true,
            Value::Bool(_) => self.boolean = true,
            Value::Number(number) if number.is_f64() => self.number = true,
            Value::Number(_) => self.integer = true,
            Value::String(_) => self.string = true,
            Value::Array(values) => {
                let items = self.items.get_or_insert_default();
                values.iter().for_each(|value| items.see(value));
            }
            Value::Object(object) => self.members.get_or_insert_default().see(object),
        }
    }

    /// As a JSON schema. Of what was never there nothing is said.
    pub(crate) fn schema(&self) -> Value {
        let kinds = self.kinds();
        let is_silent = kinds.iter().all(|kind| *kind == "null");
        if is_silent {
            return json!({});
        }
        let mut schema = Map::new();
        let kind = match kinds.as_slice() {
            [one] => json!(one),
            several => json!(several),
        };
        schema.insert("type".to_owned(), kind);
        if let Some(items) = &self.items {
            schema.insert("items".to_owned(), items.schema());
        }
        if let Some(members) = &self.members {
            members.describe(&mut schema);
        }
        Value::Object(schema)
    }

    fn kinds(&self) -> Vec<&'static str> {
        let number = if self.number { "number" } else { "integer" };
        [
            (self.members.is_some(), "object"),
            (self.items.is_some(), "array"),
            (self.string, "string"),
            (self.integer || self.number, number),
            (self.boolean, "boolean"),
            (self.null, "null"),
        ]
        .into_iter()
        .filter_map(|(seen, kind)| seen.then_some(kind))
        .collect()
    }
}

impl Members {
    fn see(&mut self, object: &Map<String, Value>) {
        self.objects += 1;
        for (name, value) in object {
            if !self.known.contains_key(name) {
                self.order.push(name.clone());
            }
            let (seen, shape) = self.known.entry(name.clone()).or_default();
            *seen += 1;
            shape.see(value);
        }
    }

    fn describe(&self, schema: &mut Map<String, Value>) {
        let known = || self.order.iter().map(|name| (name, &self.known[name]));
        let required: Vec<&String> = known()
            .filter(|(_, (seen, _))| *seen == self.objects)
            .map(|(name, _)| name)
            .collect();
        let properties: Map<String, Value> = known()
            .map(|(name, (_, shape))| (name.clone(), shape.schema()))
            .collect();
        if !required.is_empty() {
            schema.insert("required".to_owned(), json!(required));
        }
        schema.insert("properties".to_owned(), Value::Object(properties));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn drawn(values: &[Value]) -> Value {
        let mut shape = Shape::default();
        values.iter().for_each(|value| shape.see(value));
        shape.schema()
    }

    #[test]
    fn what_is_always_there_is_required_and_what_may_be_missing_is_not() {
        let schema = drawn(&[
            json!({"a": 1, "b": null}),
            json!({"a": 2.5, "b": "x", "c": []}),
        ]);

        insta::assert_snapshot!(format!("{schema:#}"), @r#"
        {
          "type": "object",
          "required": [
            "a",
            "b"
          ],
          "properties": {
            "a": {
              "type": "number"
            },
            "b": {
              "type": [
                "string",
                "null"
              ]
            },
            "c": {
              "type": "array",
              "items": {}
            }
          }
        }
        "#);
    }

    #[test]
    fn of_what_was_never_there_nothing_is_said() {
        assert_eq!(drawn(&[Value::Null]), json!({}));
        assert_eq!(drawn(&[]), json!({}));
    }

    fn values() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i32>().prop_map(Value::from),
            "[a-z]{0,3}".prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 20, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::btree_map("[a-c]", inner, 0..3)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn every_value_it_was_drawn_from_fits(values in prop::collection::vec(values(), 1..5)) {
            let schema = jsonschema::validator_for(&drawn(&values)).unwrap();

            for value in &values {
                prop_assert!(schema.is_valid(value), "{} {value}", drawn(&values));
            }
        }
    }
}
