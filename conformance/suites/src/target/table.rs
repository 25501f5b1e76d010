//! What all target files have in common: how they are read, and how they are refused.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use doublure_control::Trust;
use serde::de::DeserializeOwned;
use toml::de::{DeTable, DeValue};

/// Why a target file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TargetError {
    /// It cannot be read.
    #[error("{}: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What went wrong.
        source: std::io::Error,
    },
    /// It is no TOML, or a field is unknown, missing or of the wrong kind: line and field are named.
    #[error("{}: {source}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong and where.
        source: Box<toml::de::Error>,
    },
    /// A field says what cannot be.
    #[error("{}:{line}, `{field}`: {problem}", path.display())]
    Unsound {
        /// The file.
        path: PathBuf,
        /// Its line, counted from 1; where the field is missing, that of the table which it is missing in.
        line: usize,
        /// The field.
        field: String,
        /// What is wrong and what would be right.
        problem: String,
    },
}

/// A field that says what cannot be.
#[derive(Debug)]
pub(crate) struct Amiss {
    field: String,
    problem: String,
}

impl TargetError {
    /// A field of a file with this text that says what cannot be; `table` is the table that it stands in.
    pub(crate) fn unsound(path: &Path, text: &str, table: &str, amiss: Amiss) -> Self {
        let field = format!("{table}.{}", amiss.field);
        Self::Unsound {
            path: path.to_owned(),
            line: line_of(text, &field),
            field,
            problem: amiss.problem,
        }
    }
}

impl Amiss {
    /// This field, and what is wrong with it.
    pub(crate) fn at(field: impl Into<String>, problem: impl Into<String>) -> Self {
        Self {
            field: field.into(),
            problem: problem.into(),
        }
    }
}

/// The line of a field, or of the innermost table that it should stand in.
fn line_of(text: &str, field: &str) -> usize {
    let Ok(root) = DeTable::parse(text) else {
        return 1;
    };
    let (mut table, mut start) = (root.get_ref(), 0);
    for name in field.split('.') {
        let Some((key, value)) = table.iter().find(|(key, _)| key.get_ref() == name) else {
            break;
        };
        start = key.span().start;
        match value.get_ref() {
            DeValue::Table(inner) => table = inner,
            _ => break,
        }
    }
    1 + text
        .bytes()
        .take(start)
        .filter(|byte| *byte == b'\n')
        .count()
}

/// The text of a target file.
pub(crate) fn text(path: &Path) -> Result<String, TargetError> {
    fs::read_to_string(path).map_err(|source| TargetError::Unreadable {
        path: path.to_owned(),
        source,
    })
}

/// The tables in a text.
pub(crate) fn tables<T: DeserializeOwned>(path: &Path, text: &str) -> Result<T, TargetError> {
    toml::from_str(text).map_err(|source| TargetError::Malformed {
        path: path.to_owned(),
        source: Box::new(source),
    })
}

/// Who is believed, where a file says so.
pub(crate) fn trust(authority: Option<&Path>) -> Result<Option<Trust>, Amiss> {
    let Some(path) = authority else {
        return Ok(None);
    };
    let refused = |error| Amiss::at("authority", format!("{}: {error}", path.display()));
    Trust::of_file(path).map(Some).map_err(refused)
}

/// Puts what the environment holds in the place of each `env:NAME`.
pub(crate) fn look_up(
    field: &str,
    values: &mut BTreeMap<String, String>,
    env: &dyn Fn(&str) -> Option<String>,
) -> Result<(), Amiss> {
    for (name, value) in values {
        *value = looked_up(&format!("{field}.{name}"), std::mem::take(value), env)?;
    }
    Ok(())
}

/// A value, or what the environment holds where it is `env:NAME`.
pub(crate) fn looked_up(
    field: &str,
    value: String,
    env: &dyn Fn(&str) -> Option<String>,
) -> Result<String, Amiss> {
    let Some(variable) = value.strip_prefix("env:") else {
        return Ok(value);
    };
    let problem = || format!("the environment has no `{variable}`");
    env(variable).ok_or_else(|| Amiss::at(field, problem()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# One\n[gateway]\nkind = \"url\"\ntokens.standard = \"x\"\n\n[gateway.ban]\nmode = \"clock\"\n";

    #[test]
    fn a_field_is_told_by_its_line_and_one_that_is_missing_by_that_of_its_table() {
        assert_eq!(line_of(TEXT, "gateway.kind"), 3);
        assert_eq!(line_of(TEXT, "gateway.tokens.standard"), 4);
        assert_eq!(line_of(TEXT, "gateway.ban.mode"), 7);
        assert_eq!(line_of(TEXT, "gateway.ban.term_ms"), 6);
        assert_eq!(line_of(TEXT, "gateway.base_url"), 2);
        assert_eq!(line_of(TEXT, "gateway.kind.of.what"), 3);
    }
}
