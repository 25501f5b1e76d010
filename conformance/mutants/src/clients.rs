//! Deliberately broken clients: `sample-client --mutant NAME`, and what must be said of each.

use doublure_rules::Outcome;

/// A client that is broken in one way.
#[derive(Clone, Copy, Debug)]
pub struct ClientMutant {
    /// What `sample-client --mutant` calls it.
    pub name: &'static str,
    /// The rules that it breaks, each with the reason for which.
    pub breaks: &'static [(&'static str, &'static str)],
    /// What is said of other rules for the same cause; every rule that is not named holds.
    pub collateral: &'static [(&'static str, Outcome)],
}

/// One for each rule of a client at least.
pub static CLIENTS: [ClientMutant; 5] = [
    ClientMutant {
        name: "forgets-token",
        breaks: &[("cl.works.plain-call", "not-answered-200")],
        // Its positive controls fail: what it leaves undone says nothing.
        collateral: &[
            ("cl.timeout.gives-up", Outcome::Inconclusive),
            ("cl.quota.waits-retry-after", Outcome::Inconclusive),
            ("cl.retry.waits-retry-in", Outcome::Inconclusive),
        ],
    },
    ClientMutant {
        name: "never-gives-up",
        breaks: &[("cl.timeout.gives-up", "waits-too-long")],
        collateral: &[],
    },
    ClientMutant {
        name: "ignores-retry-after",
        breaks: &[("cl.quota.waits-retry-after", "called-too-soon")],
        collateral: &[],
    },
    ClientMutant {
        name: "ignores-retry-in",
        breaks: &[("cl.retry.waits-retry-in", "asked-too-soon")],
        collateral: &[],
    },
    ClientMutant {
        name: "hot-loop",
        breaks: &[
            ("cl.quota.waits-retry-after", "called-too-soon"),
            ("cl.retry.waits-retry-in", "asked-too-soon"),
        ],
        collateral: &[],
    },
];

impl ClientMutant {
    /// What must be said of a rule: how it is judged, and for which reason where it is broken.
    pub fn expected(&self, rule: &str) -> (Outcome, Option<&'static str>) {
        let broken = self.breaks.iter().find(|(id, _)| *id == rule);
        if let Some((_, reason)) = broken {
            return (Outcome::Fail, Some(reason));
        }
        let collateral = self.collateral.iter().find(|(id, _)| *id == rule);
        (
            collateral.map_or(Outcome::Pass, |(_, outcome)| *outcome),
            None,
        )
    }
}

#[cfg(test)]
mod tests {
    use doublure_rules::Role;
    use doublure_suites::catalogue;

    use super::*;

    #[test]
    fn every_rule_of_a_client_has_its_killer() {
        for rule in catalogue::of(Role::Client) {
            let killer = CLIENTS
                .iter()
                .find(|mutant| mutant.expected(rule.id).0 == Outcome::Fail);

            assert!(killer.is_some(), "{}", rule.id);
        }
    }

    #[test]
    fn what_is_expected_is_named_as_the_catalogue_names_it() {
        for (id, reason) in CLIENTS.iter().flat_map(|mutant| mutant.breaks) {
            assert!(
                catalogue::find(id).unwrap().reasons.contains(reason),
                "{id}: {reason}"
            );
        }
        for (id, _) in CLIENTS.iter().flat_map(|mutant| mutant.collateral) {
            assert!(catalogue::find(id).is_some(), "{id}");
        }
    }
}
