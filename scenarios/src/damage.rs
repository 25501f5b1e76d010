//! What can be wrong with an answer that is otherwise faithful.

use std::fmt;

/// Damage done to the answer that would have come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Damage {
    /// No body comes, under the same status and media type.
    Empty,
    /// One letter of the body is a byte that UTF-8 does not have there.
    InvalidUtf8,
    /// The body is a picture, whatever its media type says it is.
    NotWhatItSays,
    /// The body comes under this media type.
    MediaType(String),
    /// This field of the JSON is missing.
    Remove(Pointer),
    /// This field of the JSON is null.
    Nullify(Pointer),
    /// This field of the JSON has another name.
    Rename {
        /// The field.
        field: Pointer,
        /// Its other name.
        to: String,
    },
    /// The JSON has a field more, or another value in it.
    Add {
        /// The field.
        field: Pointer,
        /// What it holds: JSON; what is none is a text.
        value: String,
    },
}

/// The way to one field of a JSON document: `/data/unite_legale/siren` (RFC 6901).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pointer {
    parent: String,
    name: String,
}

impl Pointer {
    /// Reads one. It leads to a field, not to the whole document.
    ///
    /// # Errors
    /// Anything else, with what would be right.
    pub fn parse(text: &str) -> Result<Self, String> {
        let escapes = text.split('~').skip(1);
        let is_escaped = escapes
            .into_iter()
            .all(|after| after.starts_with(['0', '1']));
        match text.rsplit_once('/') {
            Some((parent, name)) if text.starts_with('/') && is_escaped => Ok(Self {
                parent: parent.to_owned(),
                name: name.replace("~1", "/").replace("~0", "~"),
            }),
            _ => Err(format!(
                "`{text}` leads to no field: write the names on the way to it, such as `/data/siren`"
            )),
        }
    }

    /// The way to what holds the field, as it is written.
    pub fn parent(&self) -> &str {
        &self.parent
    }

    /// The field's own name.
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl fmt::Display for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.name.replace('~', "~0").replace('/', "~1");
        write!(f, "{}/{name}", self.parent)
    }
}

/// In words, for journals and people.
impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("empty"),
            Self::InvalidUtf8 => f.write_str("invalid-utf-8"),
            Self::NotWhatItSays => f.write_str("not-what-it-says"),
            Self::MediaType(media) => write!(f, "media-type {media}"),
            Self::Remove(field) => write!(f, "remove {field}"),
            Self::Nullify(field) => write!(f, "nullify {field}"),
            Self::Rename { field, to } => write!(f, "rename {field} to {to}"),
            Self::Add { field, value } => write!(f, "add {field} with {value}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_pointer_is_split_into_the_holder_and_the_name() {
        let pointer = Pointer::parse("/data/a~1b/~0c").unwrap();

        assert_eq!((pointer.parent(), pointer.name()), ("/data/a~1b", "~c"));
        assert_eq!(pointer.to_string(), "/data/a~1b/~0c");
    }

    #[test]
    fn what_leads_to_no_field_is_refused() {
        for text in ["", "data", "data/siren", "/a~2", "/a~"] {
            let refusal = Pointer::parse(text).unwrap_err();

            assert!(refusal.contains("leads to no field"), "{refusal}");
        }
    }

    proptest! {
        #[test]
        fn a_pointer_is_written_as_it_is_read(names in prop::collection::vec("[a-z~/]{0,6}", 1..4)) {
            let escaped = names.iter().map(|name| name.replace('~', "~0").replace('/', "~1"));
            let text: String = escaped.map(|name| format!("/{name}")).collect();

            prop_assert_eq!(Pointer::parse(&text).unwrap().to_string(), text);
        }
    }
}
