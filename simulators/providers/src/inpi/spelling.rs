//! How the register spells months and names.

use doublure_fixtures::Date;

/// Year and month, all that the register shows of a birth.
pub(super) fn month(day: Date) -> String {
    format!("{:04}-{:02}", day.year(), day.month())
}

/// One capital, then small letters: `Le Gall`.
pub(super) fn mixed(name: &str) -> String {
    let mut inside = false;
    name.chars()
        .map(|letter| {
            let kept = if inside {
                letter.to_ascii_lowercase()
            } else {
                letter
            };
            inside = letter.is_alphanumeric();
            kept
        })
        .collect()
}
