//! One field of the tree, read as what is wanted of it; what it is not goes to the findings.

use std::{fmt::Display, str::FromStr};

use super::{
    findings::{Findings, Place, instead},
    tree::{Key, Node, Value},
};

/// A node and the path that leads to it.
#[derive(Clone, Debug)]
pub(super) struct Field<'a> {
    node: &'a Node,
    path: String,
}

/// The entries of a mapping whose names are all known.
#[derive(Clone, Debug)]
pub(super) struct Fields<'a> {
    entries: &'a [(Key, Node)],
    path: String,
}

impl<'a> Field<'a> {
    /// The whole file.
    pub(super) const fn root(node: &'a Node) -> Self {
        Self {
            node,
            path: String::new(),
        }
    }

    /// The path that leads to it.
    pub(super) fn path(&self) -> &str {
        &self.path
    }

    /// Notes what is wrong with it.
    pub(super) fn wrong(&self, findings: &mut Findings, problem: impl Into<String>) {
        findings.report(self.node.place, &self.path, problem);
    }

    /// Its text.
    pub(super) fn text(&self, wanted: &str, findings: &mut Findings) -> Option<&'a str> {
        match &self.node.value {
            Value::Text(text) => Some(text),
            other => self.mistaken(wanted, other, findings),
        }
    }

    /// Its text, made into a value by `read`, whose error says what would be right.
    pub(super) fn read<T, E: Display>(
        &self,
        wanted: &str,
        findings: &mut Findings,
        read: impl FnOnce(&'a str) -> Result<T, E>,
    ) -> Option<T> {
        match read(self.text(wanted, findings)?) {
            Ok(value) => Some(value),
            Err(problem) => {
                self.wrong(findings, problem.to_string());
                None
            }
        }
    }

    /// Its text as a number or another type with a plain spelling.
    pub(super) fn parse<T: FromStr>(&self, wanted: &str, findings: &mut Findings) -> Option<T> {
        self.read(wanted, findings, |text| {
            text.parse()
                .map_err(|_| format!("`{text}` is not {wanted}"))
        })
    }

    /// Its text, which must be one of `known`.
    pub(super) fn one_of(
        &self,
        what: &str,
        known: &[&str],
        findings: &mut Findings,
    ) -> Option<&'a str> {
        self.read(&format!("the name of one {what}"), findings, |text| {
            if known.contains(&text) {
                return Ok(text);
            }
            Err(format!("unknown {what} `{text}`{}", instead(text, known)))
        })
    }

    /// Its items.
    pub(super) fn list(&self, wanted: &str, findings: &mut Findings) -> Option<Vec<Field<'a>>> {
        let Value::List(nodes) = &self.node.value else {
            return self.mistaken(wanted, &self.node.value, findings);
        };
        let item = |(index, node)| Field {
            node,
            path: format!("{}[{index}]", self.path),
        };
        Some(nodes.iter().enumerate().map(item).collect())
    }

    /// Its fields, of which only those in `known` may be given.
    pub(super) fn fields(&self, known: &[&str], findings: &mut Findings) -> Option<Fields<'a>> {
        let fields = self.any_fields(&format!("a mapping with {}", listed(known)), findings)?;
        for (key, _) in fields.entries {
            if !known.contains(&key.name.as_str()) {
                let problem = format!("unknown field `{}`{}", key.name, instead(&key.name, known));
                findings.report(key.place, &fields.path_to(&key.name), problem);
            }
        }
        Some(fields)
    }

    /// Its fields, whatever their names.
    pub(super) fn any_fields(&self, wanted: &str, findings: &mut Findings) -> Option<Fields<'a>> {
        match &self.node.value {
            Value::Map(entries) => Some(Fields {
                entries,
                path: self.path.clone(),
            }),
            other => self.mistaken(wanted, other, findings),
        }
    }

    /// The field at `names` beneath it, or the last one on the way that is there.
    pub(super) fn at(&self, names: &[&str]) -> Field<'a> {
        let [name, rest @ ..] = names else {
            return self.clone();
        };
        let Value::Map(entries) = &self.node.value else {
            return self.clone();
        };
        let fields = Fields {
            entries,
            path: self.path.clone(),
        };
        fields
            .get(name)
            .map_or_else(|| self.clone(), |field| field.at(rest))
    }

    /// What it is.
    pub(super) const fn value(&self) -> &'a Value {
        &self.node.value
    }

    fn mistaken<T>(&self, wanted: &str, found: &Value, findings: &mut Findings) -> Option<T> {
        self.wrong(
            findings,
            format!("expected {wanted}, found {}", found.kind()),
        );
        None
    }
}

impl<'a> Fields<'a> {
    /// The field of this name.
    pub(super) fn get(&self, name: &str) -> Option<Field<'a>> {
        let (key, node) = self.entries.iter().find(|(key, _)| key.name == name)?;
        Some(self.field(key, node))
    }

    /// Every field with its name and the place of that name.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&'a str, Place, Field<'a>)> {
        self.entries
            .iter()
            .map(|(key, node)| (key.name.as_str(), key.place, self.field(key, node)))
    }

    fn field(&self, key: &Key, node: &'a Node) -> Field<'a> {
        Field {
            node,
            path: self.path_to(&key.name),
        }
    }

    fn path_to(&self, name: &str) -> String {
        match self.path.as_str() {
            "" => name.to_owned(),
            path => format!("{path}.{name}"),
        }
    }
}

fn listed(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    quoted.join(", ")
}
