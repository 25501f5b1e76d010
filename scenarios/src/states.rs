//! The states that faults enter and wait for.
//!
//! A state is one of a set of which exactly one holds at a time, and that begins in [`INITIAL`]. A file has a set of its
//! own. Where several scenarios are composed, each keeps its own: `down` of the scenario `flapping` is then called
//! `flapping.down`, and its beginning `flapping.initial`. What stands before the last dot is the set's name; a file that
//! means the set of another one, or one that several files share, writes it so.

use crate::Scenario;

/// The state in which every set begins, without the set's name.
pub const INITIAL: &str = "initial";

/// The set that a state belongs to; empty: the file's own.
pub fn set_of(state: &str) -> &str {
    state.rsplit_once('.').map_or("", |(set, _)| set)
}

/// Whether it is the one in which its set begins.
pub fn is_initial(state: &str) -> bool {
    state.rsplit('.').next() == Some(INITIAL)
}

/// The one in which a set begins.
pub fn initial_of(set: &str) -> String {
    if set.is_empty() {
        return INITIAL.to_owned();
    }
    format!("{set}.{INITIAL}")
}

/// Names of sets that scenarios have been given.
#[derive(Debug, Default)]
pub(crate) struct Sets(Vec<String>);

impl Sets {
    /// Gives a scenario that becomes part of another one a set of its own.
    pub(crate) fn separate(&mut self, scenario: &mut Scenario) {
        let own = |state: &str| set_of(state).is_empty();
        let states = scenario
            .faults
            .iter()
            .flat_map(|fault| [&fault.when.state, &fault.enters]);
        if !states.flatten().any(|state| own(state)) {
            return;
        }
        let set = self.free(&scenario.name);
        for fault in &mut scenario.faults {
            for state in [&mut fault.when.state, &mut fault.enters]
                .into_iter()
                .flatten()
            {
                if own(state) {
                    *state = format!("{set}.{state}");
                }
            }
        }
        self.0.push(set);
    }

    fn free(&self, scenario: &str) -> String {
        let plain = |sign: char| sign.is_ascii_alphanumeric() || "-_.".contains(sign);
        // A file may be called what no state may.
        let name = scenario.replace(|sign| !plain(sign), "-");
        let name = if name.is_empty() {
            "it".to_owned()
        } else {
            name
        };
        let numbered = (2_u64..).map(|nth| format!("{name}-{nth}"));
        let mut names = std::iter::once(name.clone()).chain(numbered);
        names.find(|name| !self.0.contains(name)).unwrap_or(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_belongs_to_the_set_before_its_last_dot() {
        assert_eq!(["down", "a.down", "a.b.down"].map(set_of), ["", "a", "a.b"]);
        assert_eq!(
            ["initial", "a.initial", "initial.down"].map(is_initial),
            [true, true, false]
        );
        assert_eq!(["", "a"].map(initial_of), ["initial", "a.initial"]);
    }
}
