//! What holds of every verdict, before correct models and before broken ones.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use doublure_journal::{Entry, Event, Hop};
use doublure_rules::{History, Outcome, Rule, Verdict};
use proptest::strategy::ValueTree;

use super::{
    EDITIONS, Play, alike, beside,
    broken::{ALL, Broken},
    choreography::Stall,
    judged_by,
    manners::How,
    reading,
    scores::{SCORES, Score},
};
use crate::{catalogue, runner};

/// A history and what is said of it.
struct Case {
    /// Before which model.
    before: String,
    history: History,
    stalls: Vec<Stall>,
    score: &'static Score,
}

impl Case {
    fn of(play: &Play, before: String, tree: &impl ValueTree<Value = super::Choreography>) -> Self {
        let choreography = tree.current();
        Self {
            before,
            history: play.told(&choreography),
            stalls: choreography.stalls,
            score: play.score,
        }
    }

    /// The first histories before the correct model, of each score in each edition.
    fn correct() -> impl Iterator<Item = Self> {
        let plays = SCORES.iter().flat_map(|score| {
            EDITIONS.map(|edition| (Play::of(score, edition, How::Sound), edition))
        });
        plays.flat_map(|(play, edition)| {
            let before = format!("a correct one ({edition}, {})", play.score.name);
            let trees: Vec<_> = play.choreographies().take(CORRECT).collect();
            trees
                .into_iter()
                .map(move |tree| Self::of(&play, before.clone(), &tree))
        })
    }

    /// The first histories before each broken model that convict it.
    fn broken() -> impl Iterator<Item = Self> {
        ALL.iter().flat_map(|theme| theme.iter()).flat_map(|one| {
            let play = Play::of(one.score, one.editions[0], one.how);
            let trees = play.choreographies().take(SEARCHED);
            let cases = trees.map(|tree| Self::of(&play, one.does.to_owned(), &tree));
            let cases: Vec<Self> = cases
                .filter(|case| case.convicts(one))
                .take(BROKEN)
                .collect();
            cases
        })
    }

    fn convicts(&self, broken: &Broken) -> bool {
        let (id, reason) = broken.convicts;
        let rule = catalogue::find(id).expect("a listed rule is known");
        let verdict = runner::verdict(rule, &self.history);
        verdict
            .reason()
            .is_some_and(|given| given.as_str() == reason)
    }

    fn verdicts(&self) -> impl Iterator<Item = (&'static Rule, Verdict)> {
        judged_by(self.score)
            .into_iter()
            .map(|rule| (rule, runner::verdict(rule, &self.history)))
    }

    /// The same history with more pauses of the machine.
    fn stalled(&self, pauses: &[(u64, u64)]) -> History {
        let mut history = self.history.clone();
        let start = history.entries.first().map(|entry| entry.at);
        let told = pauses.iter().filter_map(|(at, lasted)| {
            let lasted = Duration::from_millis(*lasted);
            let at = start? + Duration::from_millis(*at);
            let event = Event::Stalled { lasted };
            (at <= history.entries.last()?.at).then_some(Entry {
                index: 0,
                at,
                event,
            })
        });
        let told: Vec<Entry> = told.collect();
        for entry in told {
            let place = history.entries.partition_point(|other| other.at < entry.at);
            history.entries.insert(place, entry);
        }
        for (entry, index) in history.entries.iter_mut().zip(1..) {
            entry.index = index;
        }
        history
    }
}

/// What is amiss by rule and by what is amiss: the first case of each.
#[derive(Default)]
struct Amiss(BTreeMap<(&'static str, String), String>);

impl Amiss {
    fn note(&mut self, rule: &Rule, what: String, case: &Case, verdicts: [&Verdict; 2]) {
        self.0.entry((rule.id, what)).or_insert_with(|| {
            let [first, second] = verdicts;
            format!(
                "{}\n{}then\n{}",
                case.before,
                reading::read(&case.history, first),
                reading::said(second),
            )
        });
    }

    fn assert_none(&self) {
        let told: Vec<String> = self
            .0
            .iter()
            .map(|((rule, what), case)| format!("{rule}: {what}, before {case}"))
            .collect();
        assert!(
            told.is_empty(),
            "{} amiss:\n{}",
            told.len(),
            told.join("\n")
        );
    }
}

/// Outcome, and the reason where it is a failure.
fn gist(verdict: &Verdict) -> String {
    let reason = verdict.reason().map(ToString::to_string);
    reason.unwrap_or_else(|| verdict.outcome().to_string())
}

/// What a proof should not point at, or should and does not.
fn unproved(history: &History, verdict: &Verdict) -> Option<String> {
    let proof = verdict.proof()?;
    let evidence = history.evidence(proof);
    let indices: BTreeSet<u64> = proof.indices().collect();
    let of_history = history.entries.iter();
    let known = of_history.filter(|entry| indices.contains(&entry.index));
    let known: Vec<&Entry> = known.collect();
    if known.len() != indices.len() {
        return Some("its proof points at what did not happen".to_owned());
    }
    let is_of_target = |entry: &&&Entry| {
        matches!(entry.event, Event::HandshakeTried { .. })
            || entry.event.hop() == Some(Hop::Client)
    };
    if !known.iter().any(|entry| is_of_target(&entry)) {
        return Some("its proof points at nothing that the target did".to_owned());
    }
    let asked: BTreeSet<&str> = evidence
        .iter()
        .filter(|entry| entry.event.hop() == Some(Hop::Client))
        .filter_map(|entry| entry.event.request()?.entity.as_deref())
        .collect();
    let is_ping = |entry: &Entry| {
        let request = entry.event.request();
        request.is_some_and(|it| entry.event.hop() == Some(Hop::Client) && it.entity.is_none())
    };
    // Whom a gateway asks about to know how a provider is, is its own choice.
    let pings = evidence.iter().any(is_ping);
    let strange = evidence.iter().filter(|_| !pings).find_map(|entry| {
        let about = entry.event.request()?.entity.as_deref()?;
        (!asked.contains(about)).then(|| about.to_owned())
    });
    if let Some(strange) = strange {
        let id = &strange[..3];
        return Some(format!(
            "its proof points at a call about one ({id}…) whom no probe asks about"
        ));
    }
    let Verdict::Fail {
        expected, actual, ..
    } = verdict
    else {
        return None;
    };
    let proved: BTreeSet<String> = [Hop::Client, Hop::Provider]
        .iter()
        .flat_map(|hop| [history.sent(*hop), history.got(*hop)].concat())
        .filter(|it| evidence.iter().any(|entry| entry.index == it.opened.index))
        .map(|it| it.asked())
        .collect();
    let unproved = [Hop::Client, Hop::Provider]
        .iter()
        .flat_map(|hop| [history.sent(*hop), history.got(*hop)].concat())
        .map(|it| it.asked())
        .find(|asked| {
            let named = |text: &String| text.contains(asked.as_str());
            (named(expected) || named(actual)) && !proved.contains(asked)
        });
    unproved.map(|_| "its proof leaves out what it names".to_owned())
}

/// Rules that ask about all who call, so that others are no strangers.
const ABOUT_ALL: &[(&str, &str)] = &[
    (
        "gw.ban.is-silence",
        "that another address is answered in the same second is what it asks for",
    ),
    (
        "gw.document.link-is-live",
        "it presumes that nobody asks for anything but documents",
    ),
    (
        "gw.quota.per-token",
        "the calls of other tokens are what it asks for",
    ),
];
const CORRECT: usize = 6;
const BROKEN: usize = 2;
/// Enough for the rarest defect to be seen.
const SEARCHED: usize = 400;

#[test]
fn a_proof_points_at_what_it_is_about() {
    let mut amiss = Amiss::default();
    for case in Case::correct().chain(Case::broken()) {
        for (rule, verdict) in case.verdicts() {
            if let Some(what) = unproved(&case.history, &verdict) {
                amiss.note(rule, what, &case, [&verdict, &verdict]);
            }
        }
    }

    amiss.assert_none();
}

#[test]
fn a_verdict_stays_when_the_same_is_told_otherwise() {
    let mut amiss = Amiss::default();
    for case in Case::correct().chain(Case::broken()) {
        for change in alike::CHANGES {
            let other = (change.of)(&case.history);
            for (rule, verdict) in case.verdicts() {
                let changed = runner::verdict(rule, &other);
                if gist(&verdict) != gist(&changed) || verdict.proof() != changed.proof() {
                    amiss.note(rule, change.name.to_owned(), &case, [&verdict, &changed]);
                }
            }
        }
    }

    amiss.assert_none();
}

#[test]
fn who_else_calls_meanwhile_changes_no_verdict() {
    let mut amiss = Amiss::default();
    for case in Case::correct().chain(Case::broken()) {
        let more = beside::with_others(&case.history, &case.stalls);
        let one_by_one = beside::with_connections(&case.history, false);
        let reused = beside::with_connections(&case.history, true);
        let of_connections = [
            ("one by one", &one_by_one),
            ("over one connection", &reused),
        ];
        for (rule, verdict) in case.verdicts() {
            let Some(proof) = verdict.proof() else {
                continue;
            };
            let alone = beside::without_strangers(&case.history, proof);
            let about_all = ABOUT_ALL.iter().any(|(id, _)| *id == rule.id);
            let of_calls = [("with others", &more), ("without strangers", &alone)];
            let others = of_calls
                .iter()
                .filter(|_| !about_all)
                .chain(&of_connections);
            for (what, other) in others {
                let changed = runner::verdict(rule, other);
                if gist(&verdict) != gist(&changed) {
                    amiss.note(rule, (*what).to_owned(), &case, [&verdict, &changed]);
                }
            }
        }
    }

    amiss.assert_none();
}

#[test]
fn pauses_of_the_machine_excuse_nobody_and_convict_nobody() {
    let mut amiss = Amiss::default();
    for case in Case::correct().chain(Case::broken()) {
        for pauses in PAUSES {
            let other = case.stalled(pauses);
            for (rule, verdict) in case.verdicts() {
                let changed = runner::verdict(rule, &other);
                let holds = match verdict.outcome() {
                    Outcome::Fail => {
                        gist(&verdict) == gist(&changed)
                            || changed.outcome() == Outcome::Inconclusive
                    }
                    _ => changed.outcome() != Outcome::Fail,
                };
                if !holds {
                    amiss.note(rule, format!("{pauses:?}"), &case, [&verdict, &changed]);
                }
            }
        }
    }

    amiss.assert_none();
}

/// Pauses that are added: when each ends and how long it lasts, in milliseconds.
const PAUSES: &[&[(u64, u64)]] = &[
    &[(40, 60)],
    &[(1_100, 1_000)],
    &[(5_000, 4_900), (10_100, 4_900)],
    &[(60, 60), (2_000, 300), (9_990, 2_000), (61_000, 5_000)],
];
