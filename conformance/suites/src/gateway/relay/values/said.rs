//! What a provider said, in JSON or XML: as one tree, and with other values in it.

use std::{collections::BTreeMap, ops::Range};

use quick_xml::{
    Reader,
    escape::{escape, unescape},
    events::{BytesStart, Event},
};
use serde_json::{Map, Value};

/// A body of a provider.
#[derive(Debug)]
pub(crate) struct Said<'a> {
    tree: Value,
    source: Source<'a>,
}

/// What the tree was read from.
#[derive(Debug)]
enum Source<'a> {
    Json,
    /// The text, and where in it the value at each pointer stands.
    Xml(&'a str, BTreeMap<String, Range<usize>>),
}

/// An element of XML.
#[derive(Debug, Default)]
struct Element {
    name: String,
    /// Attributes, `@` before their names.
    attributes: Vec<(String, Range<usize>)>,
    children: Vec<Element>,
    /// What stands between its tags.
    inside: Range<usize>,
}

/// Every text in a body of a provider; the body itself where it is no whole JSON or XML.
pub(crate) fn strings(body: &str) -> Vec<String> {
    fn gather(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::String(text) => found.push(text.clone()),
            Value::Array(items) => items.iter().for_each(|item| gather(item, found)),
            Value::Object(members) => members.values().for_each(|item| gather(item, found)),
            _ => {}
        }
    }
    let Some(said) = Said::read(body) else {
        let bare = serde_json::from_str(body).unwrap_or_else(|_| body.to_owned());
        return vec![bare];
    };
    let mut found = Vec::new();
    gather(said.tree(), &mut found);
    found
}

impl<'a> Said<'a> {
    /// Reads a body; none where it is no whole JSON or XML.
    ///
    /// An element of XML is an object of its attributes (`@name`) and elements, several of one name a list; one that
    /// has neither is its text. Namespaces are left out.
    pub(crate) fn read(body: &'a str) -> Option<Self> {
        if body.trim_start().starts_with('<') {
            let root = parse(body)?;
            let mut places = BTreeMap::new();
            let mut tree = Map::new();
            let pointer = format!("/{}", root.name);
            tree.insert(root.name.clone(), root.value(body, &pointer, &mut places));
            return Some(Self {
                tree: Value::Object(tree),
                source: Source::Xml(body, places),
            });
        }
        let tree: Value = serde_json::from_str(body).ok()?;
        (tree.is_object() || tree.is_array()).then_some(Self {
            tree,
            source: Source::Json,
        })
    }

    /// All of it.
    pub(crate) const fn tree(&self) -> &Value {
        &self.tree
    }

    /// The body with other values at some pointers; what it has no value at stays as it is.
    pub(crate) fn with(&self, others: &BTreeMap<String, Value>) -> String {
        match &self.source {
            Source::Json => {
                let mut tree = self.tree.clone();
                for (pointer, other) in others {
                    if let Some(place) = tree.pointer_mut(pointer) {
                        *place = other.clone();
                    }
                }
                tree.to_string()
            }
            Source::Xml(text, places) => {
                let other = |(pointer, other): (&String, &Value)| {
                    let text = other
                        .as_str()
                        .map_or_else(|| other.to_string(), str::to_owned);
                    Some((places.get(pointer)?.clone(), escape(text).into_owned()))
                };
                let mut others: Vec<_> = others.iter().filter_map(other).collect();
                // From behind, so that what stands before keeps its place.
                others.sort_by_key(|(range, _)| std::cmp::Reverse(range.start));
                let mut text = (*text).to_owned();
                for (range, other) in others {
                    text.replace_range(range, &other);
                }
                text
            }
        }
    }
}

impl Element {
    /// It as JSON; where its texts stand is written down by pointer.
    fn value(
        &self,
        text: &str,
        pointer: &str,
        places: &mut BTreeMap<String, Range<usize>>,
    ) -> Value {
        let mut said = |pointer: String, range: &Range<usize>| {
            let raw = text.get(range.clone()).unwrap_or_default();
            places.insert(pointer, range.clone());
            Value::String(unescape(raw).map_or_else(|_| raw.to_owned(), |text| text.into_owned()))
        };
        if self.attributes.is_empty() && self.children.is_empty() {
            return said(pointer.to_owned(), &self.inside);
        }
        let mut object = Map::new();
        for (name, range) in &self.attributes {
            object.insert(name.clone(), said(format!("{pointer}/{name}"), range));
        }
        if self.children.is_empty() {
            let text = said(format!("{pointer}/$"), &self.inside);
            object.insert("$".to_owned(), text);
        }
        for child in &self.children {
            let name = &child.name;
            let several = self
                .children
                .iter()
                .filter(|other| other.name == *name)
                .count()
                > 1;
            let list = several.then(|| {
                object
                    .entry(name)
                    .or_insert_with(|| Value::Array(Vec::new()))
            });
            match list {
                Some(Value::Array(list)) => {
                    let pointer = format!("{pointer}/{name}/{}", list.len());
                    list.push(child.value(text, &pointer, places));
                }
                _ => {
                    let value = child.value(text, &format!("{pointer}/{name}"), places);
                    object.insert(name.clone(), value);
                }
            }
        }
        Value::Object(object)
    }
}

/// The root of a document; none where it is no XML.
fn parse(text: &str) -> Option<Element> {
    let mut reader = Reader::from_str(text);
    let mut open: Vec<Element> = Vec::new();
    loop {
        let before = position(&reader)?;
        let event = reader.read_event().ok()?;
        let after = position(&reader)?;
        let ended = match event {
            Event::Start(tag) => {
                open.push(element(&tag, text, before..after)?);
                continue;
            }
            Event::Empty(tag) => element(&tag, text, before..after)?,
            Event::End(_) => {
                let mut ended = open.pop()?;
                ended.inside.end = before;
                ended
            }
            Event::Eof => return None,
            _ => continue,
        };
        match open.last_mut() {
            Some(parent) => parent.children.push(ended),
            None => return Some(ended),
        }
    }
}

fn position(reader: &Reader<&[u8]>) -> Option<usize> {
    usize::try_from(reader.buffer_position()).ok()
}

/// An element as its tag begins it.
fn element(tag: &BytesStart<'_>, text: &str, place: Range<usize>) -> Option<Element> {
    let written = text.get(place.clone())?;
    let attributes = tag
        .attributes()
        .filter_map(Result::ok)
        .filter_map(|attribute| {
            let key = attribute.key.as_ref();
            let assigned = format!("{key}=");
            let value = written.find(&format!(" {assigned}"))? + assigned.len() + 2;
            let length = attribute.value.len();
            let local = key.rsplit(':').next()?;
            let is_namespace = key.starts_with("xmlns");
            let start = place.start + value;
            (!is_namespace).then(|| (format!("@{local}"), start..start + length))
        });
    let name = tag.local_name();
    Some(Element {
        name: name.as_ref().to_owned(),
        attributes: attributes.collect(),
        children: Vec::new(),
        inside: place.end..place.end,
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_text_is_found_in_json_and_xml_and_bare() {
        assert_eq!(strings(r#"{"a":["b",{"c":"d"}],"e":1}"#), ["b", "d"]);
        assert_eq!(strings("<a><b>c</b></a>"), ["c"]);
        assert_eq!(strings("bare"), ["bare"]);
        assert_eq!(strings(r#""bare""#), ["bare"]);
    }

    use serde_json::json;

    use super::*;

    const XML: &str = "<?xml version=\"1.0\"?>\n<s:asso xmlns:s=\"urn:x\"><nom>Lilas &amp; Cie</nom>\
        <capital devise=\"EUR\">1 000,00</capital><membre><nom>A</nom></membre><membre><nom>É</nom></membre>\
        <vide/></s:asso>";

    fn others(of: &[(&str, Value)]) -> BTreeMap<String, Value> {
        of.iter()
            .map(|(pointer, value)| ((*pointer).to_owned(), value.clone()))
            .collect()
    }

    #[test]
    fn xml_is_a_tree_of_its_elements_and_attributes() {
        let said = Said::read(XML).unwrap();

        assert_eq!(
            *said.tree(),
            json!({"asso": {
                "nom": "Lilas & Cie",
                "capital": {"@devise": "EUR", "$": "1 000,00"},
                "membre": [{"nom": "A"}, {"nom": "É"}],
                "vide": "",
            }})
        );
    }

    #[test]
    fn other_values_stand_where_the_old_ones_stood() {
        let said = Said::read(XML).unwrap();
        let body = said.with(&others(&[
            ("/asso/nom", json!("Œuvre & Fils")),
            ("/asso/capital/@devise", json!("CHF")),
            ("/asso/capital/$", json!(7)),
            ("/asso/membre/1/nom", json!("B")),
            ("/asso/nowhere", json!("C")),
        ]));

        let again = Said::read(&body).unwrap();
        assert_eq!(again.tree()["asso"]["nom"], "Œuvre & Fils");
        assert_eq!(
            again.tree()["asso"]["capital"],
            json!({"@devise": "CHF", "$": "7"})
        );
        assert_eq!(again.tree()["asso"]["membre"][1]["nom"], "B");
        assert_eq!(body.matches('<').count(), XML.matches('<').count());
    }

    #[test]
    fn json_keeps_what_is_not_another() {
        let said = Said::read(r#"[{"a": 1, "b": "x"}]"#).unwrap();

        let body = said.with(&others(&[("/0/a", json!(2.5)), ("/1", json!(3))]));

        assert_eq!(body, r#"[{"a":2.5,"b":"x"}]"#);
    }

    #[test]
    fn what_is_neither_is_not_read() {
        for body in ["", "%PDF-1.7", "\"JVBERi0\"", "<html><p></html>", "<asso>"] {
            assert!(Said::read(body).is_none(), "{body}");
        }
    }
}
