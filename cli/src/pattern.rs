//! Names with `*` in them.

use std::{collections::BTreeSet, convert::Infallible, fmt, str::FromStr};

use crate::suggestion::{did_you_mean, nearest};

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

impl Pattern {
    /// `did you mean gw.quota.*? `, or nothing: the name, or all beneath a prefix, that is most like it.
    pub(crate) fn meant<'a>(&self, known: impl Iterator<Item = &'a str>) -> String {
        let names: Vec<&str> = known.collect();
        let Some(prefix) = self.0.strip_suffix('*') else {
            return did_you_mean(&self.0, names);
        };
        let above = |name: &&str| name.rsplit_once('.').map(|(above, _)| format!("{above}."));
        let themes: BTreeSet<String> = names.iter().filter_map(above).collect();
        let near = nearest(prefix, themes.iter().map(String::as_str));
        near.map_or_else(String::new, |near| format!("did you mean {near}*? "))
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

    #[test]
    fn what_was_meant_is_a_name_or_all_beneath_one() {
        let known = [
            "gw.ban.is-silence",
            "gw.quota.per-token",
            "gw.quota.per-group",
        ];
        let meant = |pattern: &str| {
            let pattern: Pattern = pattern.parse().unwrap();
            pattern.meant(known.into_iter())
        };

        assert_eq!(meant("gw.ban.silence"), "did you mean gw.ban.is-silence? ");
        assert_eq!(meant("gw.quotas.*"), "did you mean gw.quota.*? ");
        assert_eq!(meant("xyz*"), "");
    }
}
