//! Names with `*` in them.

use std::{convert::Infallible, fmt, str::FromStr};

/// A name, or several: `*` stands for any letters, also none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pattern(String);

impl Pattern {
    /// Whether a name is meant.
    pub(crate) fn fits(&self, name: &str) -> bool {
        let Some((head, rest)) = self.0.split_once('*') else {
            return self.0 == name;
        };
        let Some(mut name) = name.strip_prefix(head) else {
            return false;
        };
        let mut parts: Vec<&str> = rest.split('*').collect();
        let tail = parts.pop().unwrap_or_default();
        for part in parts {
            match name.find(part) {
                Some(start) => name = &name[start + part.len()..],
                None => return false,
            }
        }
        name.ends_with(tail)
    }
}

impl FromStr for Pattern {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fits(pattern: &str, name: &str) -> bool {
        pattern.parse::<Pattern>().unwrap().fits(name)
    }

    #[test]
    fn without_a_star_only_the_name_itself_fits() {
        assert!(fits("gw.ban.is-silence", "gw.ban.is-silence"));
        assert!(!fits("gw.ban", "gw.ban.is-silence"));
    }

    #[test]
    fn a_star_stands_for_any_letters_also_none() {
        for pattern in [
            "*",
            "gw.*",
            "*silence",
            "gw.*.is-*",
            "gw.ban.is-silence*",
            "*ban*",
        ] {
            assert!(fits(pattern, "gw.ban.is-silence"), "{pattern}");
        }
        for pattern in ["cl.*", "*ban", "gw.*.lasts*", "gw.ban.is-silence*e"] {
            assert!(!fits(pattern, "gw.ban.is-silence"), "{pattern}");
        }
    }
}
