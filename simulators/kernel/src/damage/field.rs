//! A field of a JSON answer that is missing, null, renamed, too many.

use bytes::Bytes;
use doublure_scenarios::{Damage, Pointer};
use serde_json::{Map, Value};

/// The JSON without that field, or with that one; none where the body is no JSON or has no such field.
pub(super) fn changed(damage: &Damage, body: &Bytes) -> Option<Bytes> {
    let mut json: Value = serde_json::from_slice(body).ok()?;
    match damage {
        Damage::Remove(field) => remove(&mut json, field),
        Damage::Nullify(field) => nullify(&mut json, field),
        Damage::Rename { field, to } => rename(&mut json, field, to),
        Damage::Add { field, value } => add(&mut json, field, value),
        Damage::Empty | Damage::InvalidUtf8 | Damage::NotWhatItSays | Damage::MediaType(_) => None,
    }?;
    serde_json::to_vec(&json).ok().map(Bytes::from)
}

fn remove(json: &mut Value, field: &Pointer) -> Option<()> {
    match json.pointer_mut(field.parent())? {
        Value::Object(fields) => fields.shift_remove(field.name()).map(drop),
        Value::Array(items) => {
            let index = index(field, items)?;
            items.remove(index);
            Some(())
        }
        _ => None,
    }
}

fn nullify(json: &mut Value, field: &Pointer) -> Option<()> {
    let value = match json.pointer_mut(field.parent())? {
        Value::Object(fields) => fields.get_mut(field.name())?,
        Value::Array(items) => {
            let index = index(field, items)?;
            &mut items[index]
        }
        _ => return None,
    };
    *value = Value::Null;
    Some(())
}

/// The field keeps its place.
fn rename(json: &mut Value, field: &Pointer, to: &str) -> Option<()> {
    let fields = json.pointer_mut(field.parent())?.as_object_mut()?;
    if !fields.contains_key(field.name()) {
        return None;
    }
    let renamed = |(name, value)| {
        if name == field.name() {
            (to.to_owned(), value)
        } else {
            (name, value)
        }
    };
    *fields = std::mem::take(fields)
        .into_iter()
        .map(renamed)
        .collect::<Map<_, _>>();
    Some(())
}

fn add(json: &mut Value, field: &Pointer, value: &str) -> Option<()> {
    let value = serde_json::from_str(value).unwrap_or_else(|_| Value::from(value));
    match json.pointer_mut(field.parent())? {
        Value::Object(fields) => {
            fields.insert(field.name().to_owned(), value);
        }
        Value::Array(items) if field.name() == "-" => items.push(value),
        Value::Array(items) => {
            let index = index(field, items)?;
            items.insert(index, value);
        }
        _ => return None,
    }
    Some(())
}

fn index(field: &Pointer, items: &[Value]) -> Option<usize> {
    let index = field.name().parse().ok()?;
    (index < items.len()).then_some(index)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &str = r#"{"data":{"siren":"418166096","noms":["A","B"]},"meta":{}}"#;

    fn pointer(text: &str) -> Pointer {
        Pointer::parse(text).unwrap()
    }

    fn told(damage: &Damage, body: &'static str) -> Option<String> {
        let changed = changed(damage, &Bytes::from_static(body.as_bytes()))?;
        Some(String::from_utf8(changed.to_vec()).unwrap())
    }

    #[test]
    fn each_damage_changes_its_field_and_nothing_else() {
        let rename = Damage::Rename {
            field: pointer("/data/siren"),
            to: "numero".into(),
        };
        let add = |field, value: &str| Damage::Add {
            field: pointer(field),
            value: value.into(),
        };
        let damages = [
            Damage::Remove(pointer("/data/siren")),
            Damage::Remove(pointer("/data/noms/0")),
            Damage::Nullify(pointer("/data")),
            Damage::Nullify(pointer("/data/noms/1")),
            rename,
            add("/meta/neuf", "[1, 2]"),
            add("/data/siren", "bonjour"),
            add("/data/noms/-", "\"C\""),
            add("/data/noms/0", "true"),
        ];

        let told = damages.map(|damage| format!("{damage}: {}", told(&damage, BODY).unwrap()));

        insta::assert_snapshot!(told.join("\n"));
    }

    #[test]
    fn what_is_not_there_cannot_be_damaged() {
        for field in ["/data/nom", "/siren/x", "/data/noms/2", "/data/siren/x"] {
            assert_eq!(told(&Damage::Remove(pointer(field)), BODY), None, "{field}");
            assert_eq!(
                told(&Damage::Nullify(pointer(field)), BODY),
                None,
                "{field}"
            );
            let rename = Damage::Rename {
                field: pointer(field),
                to: "x".into(),
            };
            assert_eq!(told(&rename, BODY), None, "{field}");
        }
        assert_eq!(told(&Damage::Remove(pointer("/data")), "<xml/>"), None);
    }
}
