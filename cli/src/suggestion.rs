//! The name that was meant.

/// The known name that is most like a wrong one, if any is like it.
pub(crate) fn nearest<'a>(
    wanted: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    known
        .into_iter()
        .map(|name| (strsim::jaro_winkler(wanted, name), name))
        .filter(|(likeness, _)| *likeness > LIKE_ENOUGH)
        .max_by(|left, right| left.0.total_cmp(&right.0))
        .map(|(_, name)| name)
}

/// `did you mean calm? `, or nothing.
pub(crate) fn did_you_mean<'a>(wanted: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    nearest(wanted, known).map_or_else(String::new, |near| format!("did you mean {near}? "))
}

/// Below this two names share letters but no intent.
const LIKE_ENOUGH: f64 = 0.8;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typo_brings_the_name_that_was_meant_and_another_word_brings_none() {
        let known = ["calm", "silent-provider"];

        assert_eq!(nearest("silent-providr", known), Some("silent-provider"));
        assert_eq!(nearest("xyz", known), None);
        assert_eq!(did_you_mean("clam", known), "did you mean calm? ");
    }
}
