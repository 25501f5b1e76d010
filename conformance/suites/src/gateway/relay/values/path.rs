//! The way to a value in an answer, or to one in each element of its lists.

use serde_json::Value;

/// One value that a path leads to.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Place<'a> {
    /// Which element of each list that was passed, counted among those that were wanted.
    pub(super) nth: Vec<usize>,
    /// Where it stands (RFC 6901).
    pub(super) pointer: String,
    /// The value; null where there is none.
    pub(super) value: &'a Value,
}

/// Every value of a document that a path leads to.
///
/// A path is a JSON pointer. `*` is each element of a list, and what is no list is one of itself, as single elements
/// of XML are; `*[name=text]` is each that says so (`!=`: that does not), where `@` stands for the one asked about;
/// `?[name=text]` is the first of those and counts for no list. `one|other` is the first of two names that is there,
/// and `$` is the text of an element of XML.
pub(super) fn places<'a>(document: &'a Value, path: &str, entity: &str) -> Vec<Place<'a>> {
    let start = Place {
        nth: Vec::new(),
        pointer: String::new(),
        value: document,
    };
    let segments = path.split('/').skip(1);
    segments.fold(vec![start], |places, segment| {
        let steps = places
            .into_iter()
            .map(|place| match segment.split_at_checked(1) {
                Some(("*", filters)) => place.each(filters, entity),
                Some(("?", filters)) => vec![place.first(filters, entity)],
                _ => vec![place.named(segment)],
            });
        steps.flatten().collect()
    })
}

impl Place<'_> {
    fn named(self, segment: &str) -> Self {
        let is_text = |value: &Value| !value.is_object() && !value.is_array();
        if segment == TEXT && is_text(self.value) {
            return self;
        }
        let found = segment.split('|').find_map(|name| {
            let value = match self.value {
                Value::Array(list) => list.get(name.parse::<usize>().ok()?),
                other => other.get(name),
            };
            Some((name, value?))
        });
        let (name, value) = found.unwrap_or((segment, &Value::Null));
        Self {
            pointer: format!("{}/{name}", self.pointer),
            value,
            ..self
        }
    }

    fn first(self, filters: &str, entity: &str) -> Self {
        let (nth, pointer) = (self.nth.clone(), format!("{}/?", self.pointer));
        let first = self.each(filters, entity).into_iter().next();
        let value = first.as_ref().map_or(&Value::Null, |place| place.value);
        let pointer = first.map_or(pointer, |place| place.pointer);
        Self {
            nth,
            pointer,
            value,
        }
    }

    fn each(self, filters: &str, entity: &str) -> Vec<Self> {
        let wanted = |place: &Self| {
            let filters = filters
                .split(['[', ']'])
                .filter_map(|filter| filter.split_once('='));
            filters.into_iter().all(|(name, text)| {
                let text = if text == THE_ONE_ASKED_ABOUT {
                    entity
                } else {
                    text
                };
                match name.strip_suffix('!') {
                    Some(name) => !says(&place.value[name], text),
                    None => says(&place.value[name], text),
                }
            })
        };
        let elements: Vec<Self> = match self.value {
            Value::Array(list) => list
                .iter()
                .enumerate()
                .map(|(place, value)| Self {
                    pointer: format!("{}/{place}", self.pointer),
                    nth: self.nth.clone(),
                    value,
                })
                .collect(),
            Value::Null => Vec::new(),
            Value::String(text) if text.trim().is_empty() => Vec::new(),
            _ => vec![self],
        };
        let mut elements: Vec<Self> = elements.into_iter().filter(wanted).collect();
        for (place, element) in elements.iter_mut().enumerate() {
            element.nth.push(place);
        }
        elements
    }
}

fn says(value: &Value, text: &str) -> bool {
    let said = value.as_str().map(str::to_owned);
    said.unwrap_or_else(|| value.to_string()) == text
}

const TEXT: &str = "$";
const THE_ONE_ASKED_ABOUT: &str = "@";

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn found(document: &Value, path: &str) -> Vec<(Vec<usize>, String, Value)> {
        let places = places(document, path, "418166096");
        let owned = |place: Place<'_>| (place.nth, place.pointer, place.value.clone());
        places.into_iter().map(owned).collect()
    }

    #[test]
    fn a_plain_pointer_leads_to_one_value_or_to_null() {
        let document = json!({"a": [{"b": 1}]});

        assert_eq!(
            found(&document, "/a/0/b"),
            [(vec![], "/a/0/b".to_owned(), json!(1))]
        );
        assert_eq!(found(&document, "/a/1/b")[0].2, json!(null));
    }

    #[test]
    fn a_star_leads_to_each_element_and_what_is_no_list_is_one() {
        let several = json!({"a": [{"b": 1}, {"b": 2}]});
        let single = json!({"a": {"b": 1}});

        assert_eq!(
            found(&several, "/a/*/b")[1],
            (vec![1], "/a/1/b".to_owned(), json!(2))
        );
        assert_eq!(
            found(&single, "/a/*/b"),
            [(vec![0], "/a/b".to_owned(), json!(1))]
        );
        assert_eq!(found(&json!({"a": ""}), "/a/*/b"), []);
    }

    #[test]
    fn elements_are_counted_among_those_that_are_wanted() {
        let document = json!([
            {"deleted": true, "id": 1, "of": "418166096"},
            {"deleted": false, "id": 2, "of": "1"},
            {"deleted": false, "id": 3, "of": "418166096"},
        ]);

        let kept = found(&document, "/*[deleted=false]/id");
        let ours = found(&document, "/*[deleted=false][of=@]/id");

        assert_eq!(
            found(&document, "/?[id=2]/of"),
            [(vec![], "/1/of".to_owned(), json!("1"))]
        );
        assert_eq!(
            found(&document, "/*[deleted!=true]/id"),
            found(&document, "/*[deleted=false]/id")
        );
        assert_eq!(found(&document, "/?[id=4]/of")[0].2, json!(null));
        assert_eq!(kept[1], (vec![1], "/2/id".to_owned(), json!(3)));
        assert_eq!(ours, [(vec![0], "/2/id".to_owned(), json!(3))]);
    }

    #[test]
    fn one_of_two_names_and_the_text_of_an_element_are_found() {
        let document = json!({"pp": {"nom": "A"}, "greffe": {"$": "LYON"}, "plain": "PARIS"});

        assert_eq!(found(&document, "/pm|pp/nom")[0].1, "/pp/nom");
        assert_eq!(found(&document, "/greffe/$")[0].2, json!("LYON"));
        assert_eq!(found(&document, "/plain/$")[0].1, "/plain");
    }
}
