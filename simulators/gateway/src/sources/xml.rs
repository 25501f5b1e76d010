//! A small tree of XML elements, prefixes aside.

use quick_xml::{
    Reader,
    events::{BytesStart, Event},
};

/// An element.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Element {
    name: String,
    attributes: Vec<(String, String)>,
    text: String,
    children: Vec<Element>,
}

impl Element {
    /// Reads a document; none: it is no XML.
    pub(crate) fn read(xml: &str) -> Option<Self> {
        let mut reader = Reader::from_str(xml);
        let mut open = vec![Self::default()];
        loop {
            match reader.read_event().ok()? {
                Event::Start(start) => open.push(Self::of(&start)?),
                Event::Empty(start) => open.last_mut()?.children.push(Self::of(&start)?),
                Event::End(_) => {
                    let closed = open.pop()?;
                    open.last_mut()?.children.push(closed);
                }
                Event::Text(text) => open.last_mut()?.text += &text.xml10_content(),
                Event::CData(text) => open.last_mut()?.text += &text.xml10_content(),
                Event::GeneralRef(reference) => {
                    let name = format!("&{};", &*reference);
                    open.last_mut()?.text += &quick_xml::escape::unescape(&name).ok()?;
                }
                Event::Eof => break,
                _ => {}
            }
        }
        let root = open.pop()?;
        (open.is_empty() && !root.children.is_empty()).then_some(root)
    }

    /// The first child of that name.
    pub(crate) fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The children of that name.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Self> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The first element of that name below this one.
    pub(crate) fn find(&self, name: &str) -> Option<&Self> {
        self.children
            .iter()
            .find_map(|child| match child.name == name {
                true => Some(child),
                false => child.find(name),
            })
    }

    /// The element at the end of a path of names; itself for an empty path.
    pub(crate) fn at(&self, path: &[&str]) -> Option<&Self> {
        path.iter()
            .try_fold(self, |element, name| element.child(name))
    }

    /// An attribute, runs of spaces made one; none: missing or empty.
    pub(crate) fn attribute(&self, name: &str) -> Option<String> {
        let found = self.attributes.iter().find(|(known, _)| known == name);
        found.and_then(|(_, value)| tidy(value))
    }

    /// The text, runs of spaces made one; none: empty.
    pub(crate) fn text(&self) -> Option<String> {
        tidy(&self.text)
    }

    fn of(start: &BytesStart<'_>) -> Option<Self> {
        let mut attributes = Vec::new();
        for attribute in start.attributes() {
            let attribute = attribute.ok()?;
            let name = attribute.key.local_name().as_ref().to_owned();
            attributes.push((
                name,
                attribute
                    .normalized_value(quick_xml::XmlVersion::Explicit1_0)
                    .ok()?
                    .into_owned(),
            ));
        }
        Some(Self {
            name: start.local_name().as_ref().to_owned(),
            attributes,
            ..Self::default()
        })
    }
}

fn tidy(text: &str) -> Option<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    (!words.is_empty()).then(|| words.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_found_by_name_prefixes_aside() {
        let root = Element::read(
            "<?xml version='1.0'?><s:a xmlns:s='u'><s:b n='1 &amp;  2'> x  &lt;y&gt; </s:b><c/></s:a>",
        )
        .unwrap();

        let b = root.at(&["a", "b"]).unwrap();
        assert_eq!(b.text().as_deref(), Some("x <y>"));
        assert_eq!(b.attribute("n").as_deref(), Some("1 & 2"));
        assert_eq!(root.find("c").unwrap().text(), None);
        assert!(root.find("d").is_none());
    }

    #[test]
    fn what_is_no_xml_is_none() {
        assert_eq!(Element::read(""), None);
        assert_eq!(Element::read("words"), None);
        assert_eq!(Element::read("<a><b></a>"), None);
        assert_eq!(Element::read("<a>"), None);
    }
}
