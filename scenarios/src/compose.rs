//! Several scenarios as one.

use crate::{Fault, Scenario, states::Sets};

impl Scenario {
    /// Several scenarios as one: the faults of the first come first, as order of installation is order of evaluation.
    ///
    /// A fault whose name is taken already is called by its scenario's name as well: `slow.fault-1`. Of two overrides of
    /// one field the first holds. Each scenario keeps its own states, under its name: see [`crate::states`].
    pub fn composed(scenarios: Vec<Self>) -> Self {
        let mut whole = Self {
            name: joined(&scenarios, "+", |scenario| &scenario.name),
            about: joined(&scenarios, " ", |scenario| &scenario.about),
            ..Self::default()
        };
        let mut sets = Sets::default();
        for mut scenario in scenarios {
            sets.separate(&mut scenario);
            whole.add(scenario);
        }
        whole.text = whole.to_yaml();
        whole
    }

    /// Adds what another one does, after all that this one does.
    pub(crate) fn add(&mut self, other: Self) {
        for rule in other.serves {
            if !self.serves.contains(&rule) {
                self.serves.push(rule);
            }
        }
        self.overrides = self.overrides.over(&other.overrides);
        for fault in other.faults {
            let name = self.free_name(&other.name, &fault.name);
            self.faults.push(Fault { name, ..fault });
        }
    }

    fn free_name(&self, scenario: &str, fault: &str) -> String {
        let is_free = |name: &String| self.faults.iter().all(|known| known.name != *name);
        let full = format!("{scenario}.{fault}");
        let numbered = (2_u64..).map(|nth| format!("{full}.{nth}"));
        let mut names = [fault.to_owned(), full.clone()].into_iter().chain(numbered);
        names.find(is_free).unwrap_or(full)
    }
}

fn joined(scenarios: &[Scenario], by: &str, part: impl Fn(&Scenario) -> &String) -> String {
    let parts = scenarios.iter().map(|scenario| part(scenario).as_str());
    let told: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
    told.join(by)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::Sample;

    fn read(name: &str, text: &str) -> Scenario {
        Scenario::parse(name, text, &Sample).unwrap()
    }

    #[test]
    fn the_faults_of_the_first_come_first_under_names_of_their_own() {
        let slow = read(
            "slow",
            "about: Slow.\nserves: [gw.relay.a]\nfaults:\n  - delay: 1s\n",
        );
        let down = read(
            "down",
            "about: Down.\nserves: [gw.relay.a, gw.relay.b]\nfaults:\n  - then: close\n",
        );

        let whole = Scenario::composed(vec![slow, down.clone(), down]);

        let names: Vec<&str> = whole
            .faults
            .iter()
            .map(|fault| fault.name.as_str())
            .collect();
        assert_eq!(names, ["fault-1", "down.fault-1", "down.fault-1.2"]);
        assert_eq!(
            (whole.name.as_str(), whole.about.as_str()),
            ("slow+down+down", "Slow. Down. Down.")
        );
        assert_eq!(whole.serves, ["gw.relay.a", "gw.relay.b"]);
    }

    #[test]
    fn of_two_overrides_of_one_field_the_first_holds() {
        let one = read("one", "overrides: { address-limit: 5 }\n");
        let other = read("other", "overrides: { address-limit: 9, ban-term: 1min }\n");

        let whole = Scenario::composed(vec![one, other]);

        assert_eq!(whole.overrides.address_limit, Some(5));
        assert_eq!(whole.overrides.ban_term_ms, Some(60_000));
    }

    fn states(scenario: &Scenario) -> Vec<&str> {
        let faults = scenario.faults.iter();
        faults
            .flat_map(|fault| [&fault.when.state, &fault.enters])
            .flatten()
            .map(String::as_str)
            .collect()
    }

    const FALLS: &str = "faults:
  - { when: { state: initial }, then: close, enters: down }
  - { when: { state: down }, then: reset, enters: initial }
";

    #[test]
    fn every_scenario_keeps_states_of_its_own() {
        let (one, other) = (read("a b", FALLS), read("a b", FALLS));

        let whole = Scenario::composed(vec![one, other]);

        assert_eq!(
            states(&whole),
            [
                "a-b.initial",
                "a-b.down",
                "a-b.down",
                "a-b.initial",
                "a-b-2.initial",
                "a-b-2.down",
                "a-b-2.down",
                "a-b-2.initial"
            ]
        );
    }

    #[test]
    fn states_that_are_meant_to_be_shared_are_shared() {
        let opens = read("opens", "faults:\n  - { then: close, enters: site.down }\n");
        let waits = read(
            "waits",
            "faults:\n  - { when: { state: site.down }, then: reset }\n",
        );

        let whole = Scenario::composed(vec![opens, waits]);

        assert_eq!(states(&whole), ["site.down", "site.down"]);
    }

    #[test]
    fn what_is_composed_reads_back_as_the_same() {
        let one = read(
            "one",
            "overrides: { quota-limits: { json: 5 } }\nfaults:\n  - then: close\n",
        );
        let other = read("other", FALLS);

        let whole = Scenario::composed(vec![one, other]);
        let again = read("one+other", &whole.text);

        assert_eq!(again, whole);
    }
}
