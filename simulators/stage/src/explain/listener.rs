//! Hears the fault engine out.

use std::sync::{Arc, Mutex, MutexGuard};

use doublure_journal::{ExchangeId, Hop, Moment};
use doublure_kernel::{FaultLog, Judged, Labels, Spared, Strike, lock::locked};
use doublure_scenarios::{Effect, Fault, On, Scenario};

use super::explanation::{Outcome, Step, StepsOfExchange};

/// What was heard so far. Cheap to clone; all clones are one.
#[derive(Clone, Default)]
pub(super) struct Listener(Arc<Mutex<Vec<Heard>>>);

/// What one fault had to say of one exchange; none where it is of the other stage or hop.
struct Heard {
    exchange: Option<ExchangeId>,
    hop: Hop,
    labels: Labels,
    at: Moment,
    step: Option<Step>,
}

impl Listener {
    /// Its ear.
    pub(super) fn log(&self) -> FaultLog {
        let listener = self.clone();
        Arc::new(move |judged| listener.lock().push(Heard::of(judged)))
    }

    /// Forgets all that was heard.
    pub(super) fn forget(&self) {
        self.lock().clear();
    }

    /// What was heard, exchange by exchange.
    pub(super) fn exchanges(&self, scenario: &Scenario) -> Vec<StepsOfExchange> {
        let heard = self.lock();
        let mut ids: Vec<Option<ExchangeId>> = Vec::new();
        for one in heard.iter() {
            if !ids.contains(&one.exchange) {
                ids.push(one.exchange);
            }
        }
        ids.into_iter()
            .filter_map(|id| {
                let of_it: Vec<&Heard> = heard.iter().filter(|one| one.exchange == id).collect();
                Some(told(of_it.first()?, &of_it, scenario))
            })
            .collect()
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Heard>> {
        locked(&self.0)
    }
}

impl Heard {
    fn of(judged: &Judged<'_>) -> Self {
        Self {
            exchange: judged.exchange,
            hop: judged.subject.hop,
            labels: judged.subject.labels.clone(),
            at: judged.arrived.at,
            step: step(judged),
        }
    }
}

fn step(judged: &Judged<'_>) -> Option<Step> {
    let (fault, share) = (judged.fault, judged.fault.when.share);
    let none = Step {
        fault: fault.name.clone(),
        outcome: Outcome::Spares,
        why: String::new(),
        draw: None,
        share: None,
        ordinal: None,
        place: None,
    };
    match judged.outcome {
        Err(Spared::Hop | Spared::Stage) => None,
        Err(spared) => {
            let why = spared.words(fault, judged.subject, judged.arrived);
            Some(match spared {
                Spared::Chance { draw, ordinal } => Step {
                    outcome: Outcome::Matches,
                    why,
                    draw: Some(*draw),
                    share,
                    ordinal: Some(*ordinal),
                    ..none
                },
                Spared::Turn { place } => Step {
                    outcome: Outcome::Matches,
                    why,
                    place: Some(*place),
                    ..none
                },
                Spared::State(_) => Step {
                    outcome: Outcome::Matches,
                    why,
                    ..none
                },
                _ => Step { why, ..none },
            })
        }
        Ok(strike) => Some(Step {
            outcome: outcome(fault),
            why: why(fault, strike),
            draw: strike.draw,
            share,
            ordinal: has_chance(fault).then_some(strike.ordinal),
            place: strike.place,
            ..none
        }),
    }
}

fn outcome(fault: &Fault) -> Outcome {
    let is_exception =
        fault.then == Effect::Pass && fault.delay.is_none() && fault.enters.is_none();
    if is_exception {
        Outcome::Excepts
    } else {
        Outcome::Fires
    }
}

fn why(fault: &Fault, strike: &Strike) -> String {
    match outcome(fault) {
        Outcome::Excepts => "an exception: no fault after it is asked".to_owned(),
        _ => strike.words(),
    }
}

fn has_chance(fault: &Fault) -> bool {
    fault.when.share.is_some() || fault.delay.is_drawn()
}

/// All faults of the hop, those that were not asked among them.
fn told(first: &Heard, heard: &[&Heard], scenario: &Scenario) -> StepsOfExchange {
    let of_hop = |fault: &&Fault| {
        let hop = match fault.on {
            On::Provider => Hop::Provider,
            On::Client => Hop::Client,
        };
        hop == first.hop
    };
    let steps = || heard.iter().filter_map(|one| one.step.as_ref());
    let winner = steps().find(|step| matches!(step.outcome, Outcome::Fires | Outcome::Excepts));
    let not_asked = |fault: &Fault| Step {
        fault: fault.name.clone(),
        outcome: Outcome::NotAsked,
        why: match winner {
            Some(winner) => format!("{} came first", winner.fault),
            None => "the call ended before".to_owned(),
        },
        draw: None,
        share: None,
        ordinal: None,
        place: None,
    };
    let steps = scenario.faults.iter().filter(of_hop).map(|fault| {
        let said = steps().find(|step| step.fault == fault.name);
        said.cloned().unwrap_or_else(|| not_asked(fault))
    });
    let text = |label: &Option<Arc<str>>| label.as_deref().map(str::to_owned);
    StepsOfExchange {
        hop: first.hop,
        operation: text(&first.labels.operation),
        provider: text(&first.labels.provider),
        call: text(&first.labels.call),
        entity: text(&first.labels.entity),
        at: first.at,
        steps: steps.collect(),
    }
}
