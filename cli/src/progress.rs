//! How far a check is, beside the report: a line that is written over where people look, now and then one in a log.

use std::collections::BTreeSet;

use doublure_journal::Moment;
use doublure_kernel::clock::{Clock, ClockKind};
use doublure_rules::{Outcome, Run, RunEvent};

use crate::terminal::Terminal;

/// Tells how far a run is.
pub(crate) struct Progress {
    terminal: Terminal,
    clock: Clock,
    begun: Moment,
    /// When a line was last written into a log.
    told: Moment,
    /// The trials that are being carried out.
    running: BTreeSet<String>,
}

impl Progress {
    /// From now on.
    pub(crate) fn on(terminal: &Terminal) -> Self {
        let clock = Clock::new(ClockKind::Real);
        let begun = clock.now();
        Self {
            terminal: terminal.clone(),
            clock,
            begun,
            told: begun,
            running: BTreeSet::new(),
        }
    }

    /// Tells of an event, where it is time to; `run` is how things stand after it.
    pub(crate) fn hear(&mut self, event: &RunEvent, run: &Run) {
        self.hear_at(self.clock.now(), event, run);
    }

    /// Takes the line away.
    pub(crate) fn end(&self) {
        if self.terminal.repaints() {
            self.terminal.repaint("");
        }
    }

    fn hear_at(&mut self, now: Moment, event: &RunEvent, run: &Run) {
        match event {
            RunEvent::TrialStarted { trial } | RunEvent::TriedAgain { trial, .. } => {
                self.running.insert(trial.clone());
            }
            RunEvent::TrialFailed { trial, .. } | RunEvent::TrialEnded { trial, .. } => {
                self.running.remove(trial);
            }
            RunEvent::RunEnded => return self.end(),
            RunEvent::RunStarted { .. } | RunEvent::Judged { .. } => {}
        }
        if self.terminal.repaints() {
            self.terminal.repaint(&self.line(run, now));
        } else if now.since(self.told).as_secs() >= SECONDS_BETWEEN_LINES {
            self.told = now;
            self.terminal.note(self.line(run, now));
        }
    }

    fn line(&self, run: &Run, now: Moment) -> String {
        let (done, all) = (run.settled(), run.announced());
        let failed = match run.with(Outcome::Fail).count() {
            0 => String::new(),
            failed => format!(", {failed} failed"),
        };
        let seconds = now.since(self.begun).as_secs();
        let running: Vec<&str> = self.running.iter().map(String::as_str).collect();
        let running = match &running[..] {
            [] => String::new(),
            names => format!("; {}", names.join(", ")),
        };
        format!("{seconds} s: {done} of {all} rules judged{failed}{running}")
    }
}

const SECONDS_BETWEEN_LINES: u64 = 10;

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use doublure_rules::{Level, Role, RuleCard};

    use super::*;

    fn started() -> RunEvent {
        RunEvent::RunStarted {
            role: Role::Gateway,
            target: "by hand".to_owned(),
            edition: "documented".to_owned(),
            rules: vec![RuleCard {
                id: "gw.a.b".to_owned(),
                role: Role::Gateway,
                theme: "a".to_owned(),
                level: Level::Must,
                sentence: "It holds.".to_owned(),
                source: "house".to_owned(),
            }],
        }
    }

    fn trial(name: &str) -> RunEvent {
        RunEvent::TrialStarted {
            trial: name.to_owned(),
        }
    }

    #[test]
    fn a_log_gets_a_line_every_ten_seconds_and_a_short_run_none() {
        let (terminal, written) = Terminal::in_memory();
        let mut progress = Progress::on(&terminal);
        let begun = progress.begun;
        let run = Run::of(&[started()]);
        let mut hear = |seconds, event: RunEvent| {
            progress.hear_at(begun + Duration::from_secs(seconds), &event, &run);
        };

        hear(0, started());
        hear(9, trial("first"));
        let at_first = written.notes();
        hear(12, trial("second"));
        hear(13, trial("third"));

        assert_eq!(at_first, "");
        assert_eq!(
            written.notes(),
            "12 s: 0 of 1 rules judged; first, second\n"
        );
    }

    #[test]
    fn people_see_one_line_that_is_gone_at_the_end() {
        let (mut terminal, written) = Terminal::in_memory();
        terminal.be_repainted();
        let mut progress = Progress::on(&terminal);

        progress.hear(&trial("first"), &Run::of(&[started()]));
        progress.hear(&RunEvent::RunEnded, &Run::default());

        let notes = written.notes();
        assert!(
            notes.contains("\r0 s: 0 of 1 rules judged; first"),
            "{notes}"
        );
        assert!(notes.ends_with('\r'), "{notes}");
    }
}
