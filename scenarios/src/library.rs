//! The scenarios that come with the program: `library/*.yaml`, one file each.

use crate::{Names, Scenario, ScenarioError};

/// A scenario that comes with the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its name.
    pub name: &'static str,
    /// Its file.
    pub text: &'static str,
}

impl Entry {
    /// Reads it.
    ///
    /// # Errors
    /// It speaks of a name that `names` does not know.
    pub fn parse(&self, names: &dyn Names) -> Result<Scenario, ScenarioError> {
        Scenario::parse(self.name, self.text, names)
    }
}

/// All of them, in the order in which they are listed.
pub const fn all() -> &'static [Entry] {
    LIBRARY
}

/// The one of this name.
pub fn find(name: &str) -> Option<&'static Entry> {
    LIBRARY.iter().find(|entry| entry.name == name)
}

/// The scenario in force where none is named: nothing goes wrong.
pub const CALM: &str = "calm";

const fn entry(name: &'static str, text: &'static str) -> Entry {
    Entry { name, text }
}

/// Calm first, then what providers do, then what the gateway does; a new file is one line here.
const LIBRARY: &[Entry] = &[
    entry(CALM, include_str!("../library/calm.yaml")),
    entry("realistic", include_str!("../library/realistic.yaml")),
    entry("pedantic", include_str!("../library/pedantic.yaml")),
    entry(
        "silent-provider",
        include_str!("../library/silent-provider.yaml"),
    ),
    entry(
        "slow-provider",
        include_str!("../library/slow-provider.yaml"),
    ),
    entry("slow-drip", include_str!("../library/slow-drip.yaml")),
    entry(
        "provider-down",
        include_str!("../library/provider-down.yaml"),
    ),
    entry("dns-failure", include_str!("../library/dns-failure.yaml")),
    entry("flapping", include_str!("../library/flapping.yaml")),
    entry("recovery", include_str!("../library/recovery.yaml")),
    entry("brownout", include_str!("../library/brownout.yaml")),
    entry(
        "maintenance-window",
        include_str!("../library/maintenance-window.yaml"),
    ),
    entry(
        "partial-infogreffe",
        include_str!("../library/partial-infogreffe.yaml"),
    ),
    entry(
        "acoss-under-analysis",
        include_str!("../library/acoss-under-analysis.yaml"),
    ),
    entry(
        "acoss-pending",
        include_str!("../library/acoss-pending.yaml"),
    ),
    entry("insee-merged", include_str!("../library/insee-merged.yaml")),
    entry(
        "two-hop-document",
        include_str!("../library/two-hop-document.yaml"),
    ),
    entry(
        "silent-gateway",
        include_str!("../library/silent-gateway.yaml"),
    ),
    entry(
        "dripping-gateway",
        include_str!("../library/dripping-gateway.yaml"),
    ),
    entry("gateway-500", include_str!("../library/gateway-500.yaml")),
    entry("gateway-503", include_str!("../library/gateway-503.yaml")),
    entry("html-in-200", include_str!("../library/html-in-200.yaml")),
    entry("wrong-length", include_str!("../library/wrong-length.yaml")),
    entry("conflict-409", include_str!("../library/conflict-409.yaml")),
    entry(
        "undisclosed-451",
        include_str!("../library/undisclosed-451.yaml"),
    ),
    entry(
        "token-expiring",
        include_str!("../library/token-expiring.yaml"),
    ),
    entry(
        "expired-document",
        include_str!("../library/expired-document.yaml"),
    ),
    entry(
        "quota-exhausted",
        include_str!("../library/quota-exhausted.yaml"),
    ),
    entry(
        "ban-by-volume",
        include_str!("../library/ban-by-volume.yaml"),
    ),
    entry(
        "ban-by-ignored-429",
        include_str!("../library/ban-by-ignored-429.yaml"),
    ),
    entry(
        "truncated-json",
        include_str!("../library/truncated-json.yaml"),
    ),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::{Overrides, names::Sample};

    fn parsed(entry: &Entry) -> Scenario {
        match entry.parse(&Sample) {
            Ok(scenario) => scenario,
            Err(error) => panic!("{}", error.render(entry.name, entry.text)),
        }
    }

    #[test]
    fn every_file_of_the_folder_is_listed_under_its_own_name() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/library");
        let files: BTreeSet<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|file| file.unwrap().file_name().into_string().unwrap())
            .collect();

        let listed: BTreeSet<String> = all()
            .iter()
            .map(|entry| format!("{}.yaml", entry.name))
            .collect();

        assert_eq!(files, listed);
        for entry in all() {
            let file = std::fs::read_to_string(format!("{folder}/{}.yaml", entry.name)).unwrap();
            assert_eq!(file, entry.text, "{}", entry.name);
        }
    }

    #[test]
    fn every_scenario_says_what_it_plays_and_which_rules_it_serves() {
        for entry in all() {
            let scenario = parsed(entry);

            assert!(!scenario.about.is_empty(), "{}", entry.name);
            assert!(!scenario.serves.is_empty(), "{}", entry.name);
            assert_eq!(scenario.name, entry.name);
            assert_eq!(scenario.text, entry.text);
        }
    }

    #[test]
    fn a_scenario_that_depends_on_the_order_of_arrival_says_so() {
        for entry in all() {
            let scenario = parsed(entry);

            let warnings = scenario.warnings();
            let by_order = |warning: &String| warning.contains("goes by the order of arrival");
            assert_eq!(
                warnings.iter().any(by_order),
                scenario.about.contains("in the order of arrival"),
                "{}",
                entry.name
            );
        }
    }

    #[test]
    fn only_the_calm_scenario_does_nothing() {
        for entry in all() {
            let scenario = parsed(entry);
            let does_nothing =
                scenario.faults.is_empty() && scenario.overrides == Overrides::default();
            assert_eq!(does_nothing, entry.name == CALM, "{}", entry.name);
        }
    }

    #[test]
    fn a_scenario_is_found_by_its_name() {
        assert_eq!(find("calm"), all().first());
        assert_eq!(find("storm"), None);
    }

    #[test]
    fn what_each_scenario_does_is_known() {
        let told = all()
            .iter()
            .map(|entry| format!("{}:\n{}", entry.name, parsed(entry).to_yaml()))
            .collect::<Vec<_>>()
            .join("\n");

        insta::assert_snapshot!(told);
    }
}
