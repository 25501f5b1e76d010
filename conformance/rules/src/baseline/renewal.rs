//! A baseline that says how things stand after a run.

use jiff::{Span, civil::Date};

use super::{Baseline, Expect, Known};
use crate::{Outcome, Run, Verdict};

impl Baseline {
    /// This baseline brought up to date: what fails is known, as it fails now; what holds and was known to fail
    /// always is gone; what the run does not tell of stays. A new entry is borne for 90 days.
    #[must_use]
    pub fn renewed(&self, run: &Run, today: Date) -> Self {
        let holds = |known: &Known| {
            run.with(Outcome::Pass)
                .any(|judged| judged.rule.id == known.rule)
        };
        let stays = |known: &&Known| known.expect == Expect::Flaky || !holds(known);
        let mut renewed: Vec<Known> = self.known.iter().filter(stays).cloned().collect();
        for judgement in run.with(Outcome::Fail) {
            let Verdict::Fail { reason, .. } = &judgement.verdict else {
                continue;
            };
            let rule = &judgement.rule.id;
            match renewed.iter_mut().find(|known| known.rule == *rule) {
                Some(known) => known.fingerprint = reason.to_string(),
                None => renewed.push(Known {
                    rule: rule.clone(),
                    expect: Expect::Failing,
                    reason: format!("found on {today}"),
                    until: today.saturating_add(Span::new().days(TERM_DAYS)),
                    fingerprint: reason.to_string(),
                }),
            }
        }
        Self { known: renewed }
    }

    /// The text of a file that holds it.
    ///
    /// # Errors
    /// None that is known: every part of a baseline can be written.
    pub fn to_text(&self) -> Result<String, toml::ser::Error> {
        Ok(format!("{HEAD}{}", toml::to_string(self)?))
    }
}

/// Days for which a new entry is borne (house).
const TERM_DAYS: i64 = 90;

const HEAD: &str = "\
# Rules that are known to be broken. `reason`: why that is borne; `until`: the last day on which it is.
# `expect`: `failing` (always) or `flaky` (now and then). `fingerprint`: in which way; failing otherwise is not excused.

";

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::baseline::testing::*;

    const TODAY: Date = date(2026, 1, 15);

    #[test]
    fn a_new_failure_is_known_for_a_term() {
        let renewed = Baseline::default().renewed(&run_of(fail("not-429")), TODAY);

        assert_eq!(renewed.known.len(), 1);
        assert_eq!(renewed.known[0].until, date(2026, 4, 15));
        assert_eq!(renewed.known[0].fingerprint, "not-429");
    }

    #[test]
    fn what_people_wrote_stays_when_the_failure_changes() {
        let before = Baseline {
            known: vec![known(Expect::Failing)],
        };

        let renewed = before.renewed(&run_of(fail("too-early")), TODAY);

        assert_eq!(renewed.known[0].reason, "ticket 12");
        assert_eq!(renewed.known[0].until, date(2026, 3, 31));
        assert_eq!(renewed.known[0].fingerprint, "too-early");
    }

    #[test]
    fn what_holds_is_gone_unless_it_fails_now_and_then() {
        let of = |expect| Baseline {
            known: vec![known(expect)],
        };

        assert!(
            of(Expect::Failing)
                .renewed(&run_of(pass()), TODAY)
                .known
                .is_empty()
        );
        assert_eq!(
            of(Expect::Flaky)
                .renewed(&run_of(pass()), TODAY)
                .known
                .len(),
            1
        );
    }

    #[test]
    fn what_the_run_does_not_tell_of_stays() {
        let before = Baseline {
            known: vec![known(Expect::Failing)],
        };

        assert_eq!(before.renewed(&Run::default(), TODAY), before);
    }

    #[test]
    fn a_renewed_baseline_excuses_the_run_that_it_was_made_of() {
        let mut run = run_of(fail("not-429"));

        Baseline::default()
            .renewed(&run, TODAY)
            .settle(&mut run, TODAY);

        assert_eq!(run.exit_code(), crate::ExitCode::Conforms);
    }

    #[test]
    fn a_file_is_read_back_as_it_was_written() {
        let baseline = Baseline {
            known: vec![known(Expect::Flaky)],
        };

        let read = Baseline::read(&baseline.to_text().unwrap(), |_| true);

        assert_eq!(read, Ok(baseline));
    }
}
