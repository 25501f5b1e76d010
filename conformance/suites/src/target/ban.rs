//! How a gateway of somebody else may be made to ban, and what of a ban can be seen.

use doublure_rules::Capability;
use serde::Deserialize;

use super::table::Amiss;

/// `[gateway.ban]`: that it may be made to ban an address of ours, and how long that lasts.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct BanTable {
    mode: Mode,
    term_ms: Option<u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Mode {
    /// Its term is short, and waited for.
    Scaled,
    /// The target's clock is moved to its end.
    Clock,
    /// Its end is not waited for.
    OnsetOnly,
}

impl BanTable {
    /// What of a ban can be put to the test.
    pub(super) const fn offers(&self) -> &'static [Capability] {
        match self.mode {
            Mode::Scaled | Mode::Clock => &[Capability::Ban, Capability::BanTerm],
            Mode::OnsetOnly => &[Capability::Ban],
        }
    }

    /// The term that is waited for, where one is, of a target that counts requests over a window of so many milliseconds.
    ///
    /// # Errors
    /// A term where none is waited for, none where one is, one that is too long for that, or one at whose end what
    /// brought the ban about still counts; a clock that is to be moved where nothing moves it.
    pub(super) fn term_ms(&self, moves_clock: bool, window_ms: u64) -> Result<Option<u64>, Amiss> {
        let amiss = |problem: String| Err(Amiss::at("ban.term_ms", problem));
        if self.mode == Mode::Clock && !moves_clock {
            return Err(Amiss::at(
                "ban.mode",
                "`clock` moves the target's time to the end of a ban: say in [gateway.clock] how that is done, or \
                 use \"scaled\" or \"onset-only\"",
            ));
        }
        match (self.mode, self.term_ms) {
            (Mode::Scaled, None) => amiss(
                "missing: a ban of mode `scaled` lasts a declared time, as term_ms = 70000".into(),
            ),
            (Mode::Scaled, Some(term)) if !(SHORTEST_MS..=LONGEST_MS).contains(&term) => {
                amiss(format!(
                    "{term} is not waited for: scale the term to {SHORTEST_MS} to {LONGEST_MS}, or say mode = \"onset-only\""
                ))
            }
            // It would begin again at once, or the window alone would look like it.
            (Mode::Scaled, Some(term)) if term <= window_ms => amiss(within_the_window(term, window_ms)),
            (Mode::Clock, Some(_)) => amiss(
                "the whole term passes on a clock that is moved: leave it out; one that is not the edition's goes to \
                 `declared.ban_term_ms`"
                    .into(),
            ),
            (Mode::OnsetOnly, Some(_)) => amiss(
                "the end of a ban of mode `onset-only` is not waited for: leave it out, or say mode = \"scaled\"".into(),
            ),
            (_, term) => Ok(term),
        }
    }
}

/// What is wrong with a term that is over before what brought the ban about has ceased to count, and what would be right.
fn within_the_window(term: u64, window: u64) -> String {
    let shorter = format!("count over less than {term} (`declared.address_window_ms`)");
    let mend = if window < LONGEST_MS {
        format!("ban for more than {window}, or {shorter}")
    } else {
        format!("{shorter}, or say mode = \"onset-only\"")
    };
    format!(
        "a ban of {term} ends while what brought it about still counts, in a window of {window}: {mend}"
    )
}

/// Long enough for all that is asked under the ban.
const SHORTEST_MS: u64 = 5_000;
/// Two minutes: longer than the minute that requests are counted over where nothing else is declared.
const LONGEST_MS: u64 = 120_000;

#[cfg(test)]
mod tests {
    use super::*;

    fn table(text: &str) -> BanTable {
        toml::from_str(text).unwrap()
    }

    fn problem(text: &str) -> String {
        format!("{:?}", table(text).term_ms(true, 15_000).unwrap_err())
    }

    #[test]
    fn the_end_of_a_scaled_ban_is_seen_and_that_of_a_long_one_is_not() {
        let scaled = table("mode = \"scaled\"\nterm_ms = 20000");
        let onset = table("mode = \"onset-only\"");

        assert_eq!(scaled.term_ms(false, 15_000).unwrap(), Some(20_000));
        assert!(scaled.offers().contains(&Capability::BanTerm));
        assert_eq!(onset.term_ms(false, 60_000).unwrap(), None);
        assert_eq!(onset.offers(), [Capability::Ban]);
    }

    #[test]
    fn a_term_that_nobody_can_wait_for_is_told_with_what_would_be_right() {
        assert!(problem("mode = \"scaled\"").contains("term_ms = 70000"));
        assert!(problem("mode = \"scaled\"\nterm_ms = 43200000").contains("onset-only"));
        assert!(problem("mode = \"scaled\"\nterm_ms = 1").contains("5000 to 120000"));
        assert!(problem("mode = \"onset-only\"\nterm_ms = 20000").contains("leave it out"));
        assert!(problem("mode = \"clock\"\nterm_ms = 20000").contains("declared.ban_term_ms"));
    }

    #[test]
    fn a_term_that_is_over_before_its_cause_is_forgotten_is_refused() {
        let scaled = |window| table("mode = \"scaled\"\nterm_ms = 20000").term_ms(false, window);
        let problem = |window| format!("{:?}", scaled(window).unwrap_err());

        assert_eq!(scaled(19_999).unwrap(), Some(20_000));
        assert!(problem(20_000).contains("ban for more than 20000, or count over less than 20000"));
        // No term that is waited for is longer than this window.
        assert!(problem(600_000).contains("window of 600000: count over less than 20000"));
        assert!(problem(600_000).contains("onset-only"));
    }

    #[test]
    fn a_ban_passes_on_a_clock_that_is_moved_where_something_moves_it() {
        let clock = table("mode = \"clock\"");

        assert_eq!(clock.term_ms(true, 60_000).unwrap(), None);
        assert!(clock.offers().contains(&Capability::BanTerm));
        let refused = format!("{:?}", clock.term_ms(false, 60_000).unwrap_err());
        assert!(refused.contains("ban.mode") && refused.contains("[gateway.clock]"));
    }
}
