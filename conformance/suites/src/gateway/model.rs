//! Judges without sockets: a model of a gateway that any choreography of calls can be played before.
//!
//! The correct model is never convicted, whatever is asked of it, however late providers are and however the machine
//! stutters; each broken one is convicted by the judge that is listed, for the reason that is listed, and the smallest
//! history that does it is kept as a snapshot.
//!
//! - [`choreography`]: calls, what providers do, pauses of the machine. Start here.
//! - [`scores`]: what choreographies are made of, by theme; [`drawing`]: how they are drawn from it.
//! - [`asked`], [`answers`]: what is said on both hops.
//! - [`gateway`], [`counters`], [`patience`], [`memory`], [`services`]: the model.
//! - [`manners`]: what can be wrong with it; [`broken`]: every model that is, and who must see it; [`unplayed`]: what no
//!   model shows.
//! - [`properties`]: what holds of every verdict; [`alike`], [`beside`]: histories that must be judged as others are.
//! - [`telling`]: the history of a choreography before it; [`reading`] is how people read it.

mod alike;
mod answers;
mod asked;
mod beside;
mod broken;
mod choreography;
mod counters;
mod drawing;
mod gateway;
mod manners;
mod memory;
mod patience;
mod properties;
mod reading;
mod scores;
mod services;
mod telling;
mod unplayed;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};

use doublure_fixtures::Edition;
use doublure_rules::{Capability, History, Profile, Role, Rule, Verdict};
use proptest::{
    strategy::{Strategy, ValueTree},
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};

use self::{
    choreography::{Choreography, Operation},
    manners::How,
    scores::{SCORES, Score},
    unplayed::PRESUMING,
};
use crate::{catalogue, declared, runner};

/// What a target of a score declares in an edition.
fn profile(score: &Score, edition: Edition) -> Profile {
    let mut offers = vec![
        Capability::Providers,
        Capability::Ban,
        Capability::Addresses,
        Capability::AllowList,
        Capability::OwnFault,
        Capability::StatusServices,
        Capability::Tls,
    ];
    if score.by_hand {
        offers.extend([Capability::Clock, Capability::BanTerm]);
    }
    let plain = &DECLARED[&edition.to_string()];
    let mut profile = plain.clone();
    profile.capabilities.extend(offers);
    let groups: Vec<String> = plain.gateway.quota_limits.keys().cloned().collect();
    score.otherwise(&groups).apply(&mut profile.gateway);
    profile
}

/// What each edition declares of the operations that models know.
static DECLARED: LazyLock<BTreeMap<String, Profile>> = LazyLock::new(|| {
    EDITIONS
        .iter()
        .map(|edition| {
            let mut profile = declared::profile(*edition, &Default::default(), &Default::default());
            let operations = &mut profile.gateway.operations;
            operations.retain(|id, _| KNOWN.iter().any(|known| known.id() == id));
            (edition.to_string(), profile)
        })
        .collect()
});

/// Whether a choreography asks for nothing that the edition does not have.
fn is_served(choreography: &Choreography, profile: &Profile) -> bool {
    let served = &profile.gateway.operations;
    let mut steps = choreography.steps.iter();
    steps.all(|step| {
        let id = step.operation.id();
        id.is_empty() || served.contains_key(id)
    })
}

/// The rules that are judged by a score's choreographies: all whose trials some score stands for, but for those that
/// presume what their own makes sure of.
fn judged_by(score: &Score) -> Vec<&'static Rule> {
    let plays = |score: &Score, rule: &Rule| score.trials.contains(&rule.trial);
    let presumes = |rule: &Rule| PRESUMING.iter().any(|(id, _)| *id == rule.id);
    catalogue::of(Role::Gateway)
        .filter(|rule| SCORES.iter().any(|score| plays(score, rule)))
        .filter(|rule| plays(score, rule) || !presumes(rule))
        .collect()
}

/// Choreographies of a score, always the same, before a model in an edition.
struct Play {
    profile: Profile,
    how: How,
    score: &'static Score,
}

impl Play {
    fn of(score: &'static Score, edition: Edition, how: How) -> Self {
        Self {
            profile: profile(score, edition),
            how,
            score,
        }
    }

    fn told(&self, choreography: &Choreography) -> History {
        telling::told(&self.profile, choreography, self.how)
    }

    /// Those that ask for nothing that the edition does not have, without end.
    fn choreographies(&self) -> impl Iterator<Item = impl ValueTree<Value = Choreography> + use<>> {
        let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
        let mut runner = TestRunner::new_with_rng(Config::default(), rng);
        let strategy = drawing::of(self.score);
        let drawn = std::iter::repeat_with(move || {
            strategy.new_tree(&mut runner).expect("nothing is filtered")
        });
        drawn.filter(|drawn| is_served(&drawn.current(), &self.profile))
    }

    /// A history by which a judge convicts for a reason, if one of so many choreographies leads to one: the smallest
    /// that so many steps lead to.
    fn smallest(
        &self,
        rule: &Rule,
        reason: &str,
        (cases, shrinks): (usize, usize),
    ) -> Option<(History, Verdict)> {
        let judged = |choreography: &Choreography| {
            let history = self.told(choreography);
            let verdict = runner::verdict(rule, &history);
            let convicted = verdict
                .reason()
                .is_some_and(|given| given.as_str() == reason);
            (is_served(choreography, &self.profile) && convicted).then_some((history, verdict))
        };
        let mut trees = self.choreographies().take(cases);
        let mut tree = trees.find(|tree| judged(&tree.current()).is_some())?;
        let mut smallest = judged(&tree.current());
        for _ in 0..shrinks {
            let goes_on = match judged(&tree.current()) {
                Some(smaller) => {
                    smallest = Some(smaller);
                    tree.simplify()
                }
                None => tree.complicate(),
            };
            if !goes_on {
                break;
            }
        }
        smallest
    }
}

/// Enough for every history to become as small as it gets.
const SHRINKS: usize = 1_500;
const EDITIONS: [Edition; 3] = [
    Edition::Documented,
    Edition::DocumentedV2,
    Edition::Observed,
];
const KNOWN: [Operation; 7] = [
    Operation::Company,
    Operation::LaterCompany,
    Operation::Register,
    Operation::Vigilance,
    Operation::Taxes,
    Operation::Aggregate,
    Operation::Rights,
];
#[cfg(test)]
mod tests {
    use super::{broken::Broken, *};

    const CASES: usize = 50;
    /// Enough for the rarest defect to be seen.
    const SEARCHED: usize = 400;
    const OTHERS: usize = 5;

    #[test]
    fn no_judge_convicts_a_correct_gateway_and_each_acquits_one() {
        let mut played = BTreeSet::new();
        let mut acquitted = BTreeSet::new();
        let mut convicted: BTreeMap<(&str, String), (&'static Score, Edition)> = BTreeMap::new();
        for score in SCORES {
            let rules = judged_by(score);
            played.extend(rules.iter().map(|rule| rule.id));
            for edition in EDITIONS {
                let play = Play::of(score, edition, How::Sound);
                for tree in play.choreographies().take(CASES) {
                    let history = play.told(&tree.current());
                    for rule in &rules {
                        match runner::verdict(rule, &history) {
                            Verdict::Pass { .. } => drop(acquitted.insert(rule.id)),
                            Verdict::Fail { reason, .. } => {
                                convicted.insert((rule.id, reason.to_string()), (score, edition));
                            }
                            Verdict::Inconclusive { .. } | Verdict::NotApplicable { .. } => (),
                        }
                    }
                }
            }
        }

        let convicted = convicted.iter().map(|((rule, reason), (score, edition))| {
            let known = catalogue::find(rule).unwrap();
            let play = Play::of(score, *edition, How::Sound);
            let (history, verdict) = play.smallest(known, reason, (CASES, SHRINKS)).unwrap();
            format!(
                "{rule} in {edition}, {}:\n{}",
                score.name,
                reading::read(&history, &verdict)
            )
        });
        let convicted: Vec<String> = convicted.collect();
        assert!(convicted.is_empty(), "{}", convicted.join("\n"));
        let vacuous: Vec<_> = played.difference(&acquitted).collect();
        assert!(vacuous.is_empty(), "{vacuous:?}");
    }

    /// The smallest proof against each broken model of a theme, and what is not as listed.
    fn proofs(broken: &[Broken]) -> (String, Vec<String>) {
        let mut proofs = String::new();
        let mut amiss = Vec::new();
        for one in broken {
            let (id, reason) = one.convicts;
            let known = catalogue::find(id).unwrap();
            for (place, edition) in one.editions.iter().enumerate() {
                let play = Play::of(one.score, *edition, one.how);
                let name = format!("{} ({edition})", one.does);
                let Some((history, verdict)) = play.smallest(
                    known,
                    reason,
                    (SEARCHED, if place == 0 { SHRINKS } else { 0 }),
                ) else {
                    amiss.push(format!("{name}: no history makes {id} say {reason}"));
                    continue;
                };
                if place == 0 {
                    let read = reading::read(&history, &verdict);
                    proofs.push_str(&format!("{name}\n{id}\n{read}\n"));
                }
                for (rule, given) in strays(&play, one, &history) {
                    amiss.push(format!("{name}: {rule} says {given}"));
                }
            }
        }
        (proofs, amiss)
    }

    /// The rules that are broken in a history and in some others though they are not listed, each with the reason.
    fn strays(play: &Play, broken: &Broken, history: &History) -> BTreeSet<(&'static str, String)> {
        let others = play
            .choreographies()
            .take(OTHERS)
            .map(|tree| play.told(&tree.current()));
        let mut found = BTreeSet::new();
        for history in others.chain([history.clone()]) {
            for rule in judged_by(play.score) {
                let listed = broken.convicts.0 == rule.id || broken.collateral.contains(&rule.id);
                if let Some(reason) = runner::verdict(rule, &history).reason().filter(|_| !listed) {
                    found.insert((rule.id, reason.to_string()));
                }
            }
        }
        found
    }

    /// Each broken gateway of a theme is convicted by its judge and by nobody else.
    fn assert_convicted(theme: &str, broken: &[Broken]) {
        let (proofs, amiss) = proofs(broken);

        assert!(amiss.is_empty(), "{}", amiss.join("\n"));
        insta::assert_snapshot!(theme, proofs);
    }

    #[test]
    fn who_alters_what_providers_say_is_convicted() {
        assert_convicted("relay", broken::RELAY);
    }

    #[test]
    fn who_waits_wrongly_is_convicted() {
        assert_convicted("waiting", broken::WAITING);
    }

    #[test]
    fn who_calls_faults_by_the_wrong_names_is_convicted() {
        assert_convicted("faults", broken::FAULTS);
    }

    #[test]
    fn who_hides_what_is_missing_is_convicted() {
        assert_convicted("parts", broken::PARTS);
    }

    #[test]
    fn who_answers_bad_questions_wrongly_is_convicted() {
        assert_convicted("questions", broken::QUESTIONS);
    }

    #[test]
    fn who_lets_the_wrong_callers_in_is_convicted() {
        assert_convicted("tokens", broken::TOKENS);
    }

    #[test]
    fn who_counts_wrongly_is_convicted() {
        assert_convicted("quota", broken::QUOTA);
    }

    #[test]
    fn who_keeps_or_gives_away_the_wrong_things_is_convicted() {
        assert_convicted("memory", broken::MEMORY);
    }

    #[test]
    fn who_speaks_of_itself_wrongly_is_convicted() {
        assert_convicted("services", broken::SERVICES);
    }

    #[test]
    fn who_bans_wrongly_is_convicted() {
        assert_convicted("ban", broken::BAN);
    }
}
