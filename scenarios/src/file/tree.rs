//! YAML as a tree whose every node knows its place.

use serde_saphyr::granit_parser::{Event, Parser, ScalarStyle, ScanError, Span};

use super::findings::Place;
use crate::ScenarioError;

/// A value and where it stands.
#[derive(Debug)]
pub(super) struct Node {
    /// Where it stands.
    pub(super) place: Place,
    /// What it is.
    pub(super) value: Value,
}

/// What a node is.
#[derive(Debug)]
pub(super) enum Value {
    /// Nothing: `field:` with nothing behind it.
    Nothing,
    /// A text; numbers are read from it where one is wanted, so that `001` stays `001`.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// A mapping, in the order of the text.
    Map(Vec<(Key, Node)>),
}

/// The key of an entry of a mapping.
#[derive(Debug)]
pub(super) struct Key {
    /// Where it stands.
    pub(super) place: Place,
    /// The key itself.
    pub(super) name: String,
}

/// Reads the one document of `text`; none where it is empty.
pub(super) fn parse(text: &str) -> Result<Option<Node>, ScenarioError> {
    let mut builder = Builder {
        events: Parser::new_from_str(text),
    };
    let root = match builder.next()? {
        (Event::StreamEnd, _) => return Ok(None),
        (event, span) => builder.node(event, span)?,
    };
    match builder.next()? {
        (Event::StreamEnd, _) => Ok(Some(root)),
        (_, span) => {
            Err(place(span).error("a scenario file holds one document, this is a second one"))
        }
    }
}

impl Value {
    /// What it is, for a message.
    pub(super) const fn kind(&self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Text(_) => "a single value",
            Self::List(_) => "a list",
            Self::Map(_) => "a mapping",
        }
    }
}

struct Builder<I> {
    events: I,
}

impl<'a, I: Iterator<Item = Result<(Event<'a>, Span), ScanError>>> Builder<I> {
    /// The next event that says something of the tree.
    fn next(&mut self) -> Result<(Event<'a>, Span), ScenarioError> {
        loop {
            match self.events.next() {
                Some(Ok((event, _))) if is_frame(&event) => {}
                Some(Ok(found)) => return Ok(found),
                Some(Err(error)) => return Err(not_yaml(&error)),
                None => return Ok((Event::StreamEnd, Span::default())),
            }
        }
    }

    /// The node that begins with `event`. Nesting is bounded by the parser.
    fn node(&mut self, event: Event<'a>, span: Span) -> Result<Node, ScenarioError> {
        let place = place(span);
        if event.is_alias() || event.anchor_id().is_some() {
            return Err(place.error("anchors and aliases are not read here: write the value out"));
        }
        if event.tag().is_some() {
            return Err(place.error("tags are not read here: write the plain value"));
        }
        let value = match event {
            Event::Scalar(text, ScalarStyle::Plain, ..) if matches!(&*text, "" | "~" | "null") => {
                Value::Nothing
            }
            Event::Scalar(text, ..) => Value::Text(text.into_owned()),
            Event::SequenceStart(..) => Value::List(self.list()?),
            Event::MappingStart(..) => Value::Map(self.map()?),
            _ => return Err(place.error("a value was expected here")),
        };
        Ok(Node { place, value })
    }

    fn list(&mut self) -> Result<Vec<Node>, ScenarioError> {
        let mut nodes = Vec::new();
        loop {
            match self.next()? {
                (Event::SequenceEnd, _) => return Ok(nodes),
                (event, span) => nodes.push(self.node(event, span)?),
            }
        }
    }

    fn map(&mut self) -> Result<Vec<(Key, Node)>, ScenarioError> {
        let mut entries: Vec<(Key, Node)> = Vec::new();
        loop {
            let key = match self.next()? {
                (Event::MappingEnd, _) => return Ok(entries),
                (event, span) => key(self.node(event, span)?)?,
            };
            if let Some((first, _)) = entries.iter().find(|(known, _)| known.name == key.name) {
                let twice = format!(
                    "`{}` is given twice, first on line {}",
                    key.name, first.place.line
                );
                return Err(ScenarioError {
                    field: key.name,
                    ..key.place.error(twice)
                });
            }
            let (event, span) = self.next()?;
            entries.push((key, self.node(event, span)?));
        }
    }
}

fn key(node: Node) -> Result<Key, ScenarioError> {
    match node.value {
        Value::Text(name) => Ok(Key {
            place: node.place,
            name,
        }),
        other => Err(node.place.error(format!(
            "the name of a field was expected here, not {}",
            other.kind()
        ))),
    }
}

const fn is_frame(event: &Event<'_>) -> bool {
    matches!(
        event,
        Event::StreamStart | Event::DocumentStart(..) | Event::DocumentEnd | Event::Comment(..)
    )
}

fn place(span: Span) -> Place {
    let on_one_line = span.start.line() == span.end.line();
    let width = span.end.col().saturating_sub(span.start.col());
    Place {
        line: span.start.line().max(1),
        column: span.start.col() + 1,
        width: if on_one_line { width.max(1) } else { 1 },
    }
}

fn not_yaml(error: &ScanError) -> ScenarioError {
    let place = Place {
        line: error.marker().line().max(1),
        column: error.marker().col() + 1,
        width: 1,
    };
    place.error(format!("this is no YAML: {}", error.info()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outline(node: &Node) -> String {
        let Place { line, column, .. } = node.place;
        let value = match &node.value {
            Value::Nothing => "nothing".to_owned(),
            Value::Text(text) => format!("{text:?}"),
            Value::List(nodes) => {
                format!(
                    "[{}]",
                    nodes.iter().map(outline).collect::<Vec<_>>().join(", ")
                )
            }
            Value::Map(entries) => {
                let entry = |(key, node): &(Key, Node)| format!("{}: {}", key.name, outline(node));
                format!(
                    "{{{}}}",
                    entries.iter().map(entry).collect::<Vec<_>>().join(", ")
                )
            }
        };
        format!("{value}@{line}:{column}")
    }

    #[test]
    fn every_node_knows_its_place_and_every_scalar_stays_text() {
        let text = "# head\na: 001\nb:\n  - yes\n  - {c: \"x\", d: }\ne:\n";

        let root = parse(text).unwrap().unwrap();

        insta::assert_snapshot!(outline(&root));
    }

    #[test]
    fn a_file_without_a_document_is_nothing() {
        for text in ["", "\n", "# only a comment\n"] {
            assert!(parse(text).unwrap().is_none(), "{text:?}");
        }
    }

    #[test]
    fn what_has_no_use_here_is_refused_where_it_stands() {
        let refusals = [
            "a: 1\na: 2\n",
            "a: &x 1\n",
            "a: 1\nb: *x\n",
            "a: !!str 1\n",
            "a: 1\n---\nb: 2\n",
            "? [a]\n: 1\n",
            "a: [1, 2\n",
            "a: \"b\n",
            "a: b: c\n",
            "a:\n\tb: 1\n",
        ]
        .map(|text| format!("{text:?}\n  {}", parse(text).unwrap_err()))
        .join("\n");

        insta::assert_snapshot!(refusals);
    }
}
