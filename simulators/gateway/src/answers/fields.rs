//! Reading a provider's JSON, and writing lists.

use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::{
    sources::Raw,
    trouble::{Class, Trouble},
};

/// What a provider gave, in its own words; unknown where it has another form.
pub(crate) fn record<T: DeserializeOwned>(raw: &Raw) -> Result<T, Trouble> {
    serde_json::from_slice(&raw.body).map_err(|_| Trouble::said(Class::Unknown, &raw.body))
}

/// A text with single spaces where runs of them stand, and none at its ends (000:157).
pub(crate) fn tidy(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// An answer that lists, each entry with nothing besides its data.
pub(crate) fn collection(items: impl Iterator<Item = Value>, meta: Value) -> Value {
    let entries = entries(items.map(|data| (data, json!({}))));
    json!({"data": entries, "links": {}, "meta": meta})
}

/// Entries of a list: data and meta of each.
pub(crate) fn entries(items: impl Iterator<Item = (Value, Value)>) -> Vec<Value> {
    let entry = |(data, meta)| json!({"data": data, "links": {}, "meta": meta});
    items.map(entry).collect()
}

/// The text of a field; none: missing, null or empty.
pub(crate) fn text<'a>(record: &'a Value, name: &str) -> Option<&'a str> {
    record.get(name)?.as_str().filter(|text| !text.is_empty())
}

/// The text of a field with single spaces where runs of them stand; none as with [`text`].
pub(crate) fn squeezed(record: &Value, name: &str) -> Option<String> {
    Some(tidy(text(record, name)?)).filter(|text| !text.is_empty())
}

/// Whether a field says yes (`O`); none: it says nothing.
pub(crate) fn yes(record: &Value, name: &str) -> Option<bool> {
    match text(record, name)? {
        "O" => Some(true),
        "N" => Some(false),
        _ => None,
    }
}

/// The latest of the periods under a name, which come latest first; the record itself where it has none.
pub(crate) fn current<'a>(record: &'a Value, periods: &str) -> &'a Value {
    record
        .get(periods)
        .and_then(|periods| periods.get(0))
        .unwrap_or(record)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_missing_null_or_empty_is_none() {
        let record = json!({"a": "x", "b": "", "c": null, "yes": "O", "no": "N", "what": "?"});

        assert_eq!(text(&record, "a"), Some("x"));
        assert_eq!(["b", "c", "d"].map(|name| text(&record, name)), [None; 3]);
        assert_eq!(
            ["yes", "no", "what", "d"].map(|name| yes(&record, name)),
            [Some(true), Some(false), None, None]
        );
    }

    #[test]
    fn runs_of_spaces_are_one_space() {
        let record = json!({"a": "  x   y ", "b": "   "});

        assert_eq!(squeezed(&record, "a").as_deref(), Some("x y"));
        assert_eq!(["b", "c"].map(|name| squeezed(&record, name)), [None, None]);
    }

    #[test]
    fn runs_of_spaces_become_one() {
        assert_eq!(tidy(" a  b\u{a0} c "), "a b c");
    }

    #[test]
    fn each_entry_of_a_list_has_data_links_and_meta_of_its_own() {
        let list = collection([json!({"n": 1})].into_iter(), json!({"total": 1}));

        assert_eq!(
            list,
            json!({
                "data": [{"data": {"n": 1}, "links": {}, "meta": {}}],
                "links": {},
                "meta": {"total": 1},
            })
        );
    }

    #[test]
    fn the_first_period_is_the_current_one() {
        let record = json!({"periods": [{"n": 2}, {"n": 1}]});

        assert_eq!(current(&record, "periods")["n"], 2);
        assert_eq!(current(&record, "nothing"), &record);
    }
}
