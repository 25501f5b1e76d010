//! Which fault of the scenario strikes an exchange.

mod asked;
mod delay;
mod words;

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{
        Arc, Mutex, PoisonError, RwLock,
        atomic::{AtomicU64, Ordering::SeqCst},
    },
    time::Duration,
};

use doublure_journal::{ExchangeId, Hop, Moment};
use doublure_scenarios::{Effect, Fault, On, Scenario, When};
use http::HeaderMap;

use self::asked::AskedFor;
use crate::{Dice, Fingerprint, Labels, lock::locked};

/// What the engine is asked about.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// The hop.
    pub hop: Hop,
    /// Operation, provider, call, entity, token.
    pub labels: &'a Labels,
    /// The caller's address (client hop).
    pub address: Option<IpAddr>,
    /// What identifies the request to chance.
    pub fingerprint: Fingerprint,
    /// Whether a connection is still to be made: only then do connect effects strike, and only they.
    pub connecting: bool,
}

/// When an exchange came, and with what.
#[derive(Clone, Copy, Debug)]
pub struct Arrived<'a> {
    /// When the request was got; while connecting, now.
    pub at: Moment,
    /// The request's headers, where there is a request.
    pub headers: Option<&'a HeaderMap>,
}

/// A fault that strikes; its delay has still to be waited.
#[derive(Clone, Debug, PartialEq)]
pub struct Strike {
    /// Name of the fault.
    pub fault: Arc<str>,
    /// How long to wait first.
    pub delay: Duration,
    /// What to do then.
    pub effect: Effect,
    /// The draw that decided, where chance had a say.
    pub draw: Option<f64>,
}

impl Strike {
    /// What it does, in the words of a scenario file: `delay 9s`, `symptom unavailable`, `wire reset`.
    pub fn words(&self) -> String {
        words::of(self.delay, &self.effect)
    }
}

/// The faults in force and their counters.
#[derive(Debug)]
pub struct Engine {
    dice: Dice,
    force: RwLock<Arc<Force>>,
    asked: AskedFor,
}

impl Engine {
    /// An engine with a scenario in force.
    pub fn new(dice: Dice, scenario: Scenario) -> Self {
        Self {
            dice,
            force: RwLock::new(Arc::new(Force::new(scenario))),
            asked: AskedFor::default(),
        }
    }

    /// Asks for a fault beside the scenario: it comes before the scenario's, strikes the next exchanges that it fits,
    /// so many times, and is gone.
    pub fn ask(&self, fault: Fault, times: u64) {
        self.asked.add(fault, times, None);
    }

    /// Faults that were asked for, and how often each still strikes.
    pub fn asked(&self) -> Vec<(Fault, u64)> {
        self.asked.left()
    }

    /// Forgets every fault that was asked for.
    pub fn forget_asked(&self) {
        self.asked.forget(None);
    }

    /// Asks for a fault that strikes once, in this call or in one that it makes to a provider.
    pub(crate) fn ask_in(&self, call: ExchangeId, fault: Fault) {
        self.asked.add(fault, 1, Some(call));
    }

    /// A call is over: what was asked for it is forgotten.
    pub(crate) fn call_is_over(&self, call: ExchangeId) {
        self.asked.forget(Some(call));
    }

    /// The fault that strikes this exchange of a call: one that was asked for, else one of the scenario.
    pub(crate) fn judge_in(
        &self,
        call: Option<ExchangeId>,
        subject: &Subject<'_>,
        arrived: Arrived<'_>,
    ) -> Option<Strike> {
        match self.asked.judge(call, subject, arrived, &self.dice) {
            Some(strike) => strike,
            None => self.judge(subject, arrived),
        }
    }

    /// Puts a scenario in force; counters start anew.
    pub fn install(&self, scenario: Scenario) {
        let force = Arc::new(Force::new(scenario));
        *self.force.write().unwrap_or_else(PoisonError::into_inner) = force;
    }

    /// The scenario in force.
    pub fn scenario(&self) -> Arc<Scenario> {
        Arc::clone(&self.force().scenario)
    }

    /// The first fault that strikes this exchange, if any; counts it.
    ///
    /// All conditions of a fault must hold. Chance is asked of what fits its fields; `nth`,
    /// `every` and `first` count what chance let through. Faults after the first that strikes are not asked,
    /// and do not count. A fault that neither waits nor does anything is an exception to those
    /// after it: what it strikes goes on unharmed.
    pub fn judge(&self, subject: &Subject<'_>, arrived: Arrived<'_>) -> Option<Strike> {
        let force = self.force();
        let mut asked = force.scenario.faults.iter().zip(&force.counters);
        let (fault, strike) = asked.find_map(|(fault, counter)| {
            let strike = counter.judge(fault, subject, arrived, &self.dice)?;
            Some((fault, strike))
        })?;
        (!is_exception(fault)).then_some(strike)
    }

    /// Whether anything can strike at all.
    pub fn is_armed(&self) -> bool {
        !self.asked.is_empty() || !self.force().counters.is_empty()
    }

    fn force(&self) -> Arc<Force> {
        Arc::clone(&self.force.read().unwrap_or_else(PoisonError::into_inner))
    }
}

#[derive(Debug)]
struct Force {
    scenario: Arc<Scenario>,
    counters: Vec<Counter>,
}

/// What a fault remembers.
#[derive(Debug)]
struct Counter {
    name: Arc<str>,
    fitting: AtomicU64,
    ordinals: Mutex<HashMap<Fingerprint, u64>>,
}

impl Force {
    fn new(scenario: Scenario) -> Self {
        let counters = scenario.faults.iter().map(Counter::new).collect();
        Self {
            scenario: Arc::new(scenario),
            counters,
        }
    }
}

impl Counter {
    fn new(fault: &Fault) -> Self {
        Self {
            name: fault.name.as_str().into(),
            fitting: AtomicU64::new(0),
            ordinals: Mutex::default(),
        }
    }

    fn judge(
        &self,
        fault: &Fault,
        subject: &Subject<'_>,
        arrived: Arrived<'_>,
        dice: &Dice,
    ) -> Option<Strike> {
        let when = &fault.when;
        if !(is_its_stage(fault, subject) && fits(when, subject) && came(when, arrived)) {
            return None;
        }
        let has_chance = when.share.is_some() || fault.delay.is_drawn();
        let ordinal = if has_chance { self.ordinal(subject) } else { 0 };
        let draw = match when.share {
            Some(share) => {
                let draw = dice.draw(&self.name, subject.fingerprint, ordinal);
                // A draw lies in [0, 1): none is below 0, all are below 1.
                (draw < share).then_some(Some(draw))?
            }
            None => None,
        };
        let place = self.fitting.fetch_add(1, SeqCst) + 1;
        let in_turn = when.nth.is_none_or(|nth| place == nth)
            && when.every.is_none_or(|every| place.is_multiple_of(every))
            && when.first.is_none_or(|first| place <= first);
        in_turn.then(|| Strike {
            fault: Arc::clone(&self.name),
            delay: delay::drawn(&fault.delay, dice, &self.name, subject.fingerprint, ordinal),
            effect: fault.then.clone(),
            draw,
        })
    }

    fn ordinal(&self, subject: &Subject<'_>) -> u64 {
        let mut ordinals = locked(&self.ordinals);
        let next = ordinals.entry(subject.fingerprint).or_default();
        *next += 1;
        *next - 1
    }
}

fn is_its_stage(fault: &Fault, subject: &Subject<'_>) -> bool {
    let at_connect = matches!(&fault.then, Effect::Wire(wire) if wire.is_at_connect());
    let its_hop = match fault.on {
        On::Provider => Hop::Provider,
        On::Client => Hop::Client,
    };
    let its_time = at_connect == subject.connecting || is_exception_throughout(fault);
    its_time && its_hop == subject.hop
}

/// Whether a fault neither waits nor does anything.
fn is_exception(fault: &Fault) -> bool {
    fault.then == Effect::Pass && fault.delay.is_none()
}

/// Whether a fault excepts an exchange from connect to answer. One that counts looks at requests
/// only: it would count each exchange twice.
fn is_exception_throughout(fault: &Fault) -> bool {
    let when = &fault.when;
    let counts = when.is_order_bound() || when.share.is_some();
    is_exception(fault) && !counts
}

fn fits(when: &When, subject: &Subject<'_>) -> bool {
    let same = |wanted: &Option<String>, known: &Option<Arc<str>>| {
        wanted.is_none() || wanted.as_deref() == known.as_deref()
    };
    let labels = subject.labels;
    same(&when.operation, &labels.operation)
        && same(&when.provider, &labels.provider)
        && same(&when.call, &labels.call)
        && same(&when.entity, &labels.entity)
        && same(&when.token, &labels.token_name)
        && (when.address.is_none() || when.address == subject.address)
}

fn came(when: &When, arrived: Arrived<'_>) -> bool {
    let micros = arrived.at.as_micros();
    let carries = |(name, value): (&String, &String)| {
        let mut given = arrived
            .headers
            .into_iter()
            .flat_map(|all| all.get_all(name));
        given.any(|given| given.as_bytes() == value.as_bytes())
    };
    when.window.is_none_or(|window| window.holds(micros))
        && when.hours.is_none_or(|hours| hours.hold(micros))
        && when.headers.iter().all(carries)
}

#[cfg(test)]
mod tests;
