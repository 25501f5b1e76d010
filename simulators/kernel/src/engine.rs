//! Which fault of the scenario strikes an exchange.
//!
//! - `fits`: the conditions that look at nothing but the exchange.
//! - `spared`: why a fault spares an exchange, for people.
//! - `delay`: how long a fault waits this time.
//! - `states`: which state of each set holds.
//! - `standing`: what connections meet, as far as that is known before they come.
//! - `words`: a fault's effect in the words of a scenario file.

mod asked;
pub(crate) mod delay;
mod fits;
mod spared;
mod standing;
mod states;
mod words;

use std::{
    collections::HashMap,
    fmt,
    net::IpAddr,
    sync::{
        Arc, Mutex, OnceLock, RwLock,
        atomic::{AtomicU64, Ordering::SeqCst},
    },
    time::Duration,
};

use doublure_journal::{ExchangeId, Hop, Moment};
use doublure_scenarios::{Effect, Fault, Scenario, When, WireFault};
use http::HeaderMap;

pub use self::spared::Spared;
pub(crate) use self::standing::{Shut, Standing};
use self::{asked::AskedFor, states::States};
use crate::{
    Dice, Fingerprint, Labels,
    lock::{locked, locked_read, locked_write},
};

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
    /// How many equal requests chance was asked about before; 0 where it was not asked.
    pub ordinal: u64,
    /// Which of the exchanges that fit all else it is, from 1 on, where the fault counts them.
    pub place: Option<u64>,
    /// The state that the session enters.
    pub enters: Option<Arc<str>>,
}

/// What came of asking a fault about an exchange.
#[derive(Clone, Copy, Debug)]
pub struct Judged<'a> {
    /// The exchange; none: a connection on which nothing was asked yet.
    pub exchange: Option<ExchangeId>,
    /// What the engine was asked about.
    pub subject: &'a Subject<'a>,
    /// When it came, and with what.
    pub arrived: Arrived<'a>,
    /// The fault.
    pub fault: &'a Fault,
    /// Whether it strikes, or why not.
    pub outcome: &'a Result<Strike, Spared>,
}

/// Is told of every fault that is asked. Called where the exchange stands: it must be quick.
pub type FaultLog = Arc<dyn Fn(&Judged<'_>) + Send + Sync>;

impl Strike {
    /// What it does, in the words of a scenario file: `delay 9s`, `symptom unavailable`, `wire reset`.
    pub fn words(&self) -> String {
        words::of(self.delay, &self.effect, self.enters.as_deref())
    }
}

/// The faults in force and their counters.
#[derive(Debug)]
pub struct Engine {
    dice: Dice,
    force: RwLock<Arc<Force>>,
    asked: AskedFor,
    changed: Changed,
}

/// Who wants to know that what is in force may be another.
#[derive(Default)]
struct Changed(OnceLock<Box<dyn Fn() + Send + Sync>>);

impl Engine {
    /// An engine with a scenario in force.
    pub fn new(dice: Dice, scenario: Scenario) -> Self {
        Self {
            dice,
            force: RwLock::new(Arc::new(Force::new(scenario))),
            asked: AskedFor::default(),
            changed: Changed::default(),
        }
    }

    /// Calls this whenever what connections meet may be another, but for the clock. The first listener stays.
    pub(crate) fn when_changed(&self, told: impl Fn() + Send + Sync + 'static) {
        // One that came second would be told nothing.
        let _ = self.changed.0.set(Box::new(told));
    }

    /// Asks for a fault beside the scenario: it comes before the scenario's, strikes the next exchanges that it fits,
    /// so many times, and is gone.
    pub fn ask(&self, fault: Fault, times: u64) {
        self.asked.add(fault, times, None);
        self.changed.tell();
    }

    /// Faults that were asked for, and how often each still strikes.
    pub fn asked(&self) -> Vec<(Fault, u64)> {
        self.asked.left()
    }

    /// Forgets every fault that was asked for.
    pub fn forget_asked(&self) {
        self.asked.forget(None);
        self.changed.tell();
    }

    /// Asks for a fault that strikes once, in this call or in one that it makes to a provider.
    pub(crate) fn ask_in(&self, call: ExchangeId, fault: Fault) {
        self.asked.add(fault, 1, Some(call));
    }

    /// A call is over: what was asked for it is forgotten.
    pub(crate) fn call_is_over(&self, call: ExchangeId) {
        self.asked.forget(Some(call));
    }

    /// The fault that strikes this exchange of a call: one that was asked for, else one of the scenario. `tell` learns of
    /// every one of the scenario's that is asked, in order.
    pub(crate) fn judge_in(
        &self,
        call: Option<ExchangeId>,
        subject: &Subject<'_>,
        arrived: Arrived<'_>,
        tell: impl FnMut(&Fault, &Result<Strike, Spared>),
    ) -> Option<Strike> {
        let force = || self.force();
        match self.asked.judge(call, subject, arrived, &self.dice, force) {
            Some(strike) => {
                self.changed.tell();
                strike
            }
            None => self.judge_telling(subject, arrived, tell),
        }
    }

    /// Puts a scenario in force; counters and state start anew.
    pub fn install(&self, scenario: Scenario) {
        let force = Arc::new(Force::new(scenario));
        *locked_write(&self.force) = force;
        self.changed.tell();
    }

    /// The scenario in force.
    pub fn scenario(&self) -> Arc<Scenario> {
        Arc::clone(&self.force().scenario)
    }

    /// The first fault that strikes this exchange, if any; counts it.
    ///
    /// All conditions of a fault must hold. Chance is asked of what fits its fields; `nth`, `every`, `first` and
    /// `sequence` count what chance let through. Faults after the first that strikes are not asked, and do not count. A
    /// fault that neither waits nor does anything is an exception to those after it: what it strikes goes on unharmed.
    pub fn judge(&self, subject: &Subject<'_>, arrived: Arrived<'_>) -> Option<Strike> {
        self.judge_telling(subject, arrived, |_, _| ())
    }

    fn judge_telling(
        &self,
        subject: &Subject<'_>,
        arrived: Arrived<'_>,
        mut tell: impl FnMut(&Fault, &Result<Strike, Spared>),
    ) -> Option<Strike> {
        let force = self.force();
        let mut asked = force.scenario.faults.iter().zip(&force.counters);
        let strike = asked.find_map(|(fault, counter)| {
            let outcome = force.ask(fault, counter, subject, arrived, &self.dice);
            tell(fault, &outcome);
            let strike = outcome.ok()?;
            Some((!fits::is_exception(fault)).then_some(strike))
        })??;
        if strike.enters.is_some() {
            self.changed.tell();
        }
        Some(strike)
    }

    /// Whether anything can strike at all.
    pub fn is_armed(&self) -> bool {
        !self.asked.is_empty() || !self.force().counters.is_empty()
    }

    fn force(&self) -> Arc<Force> {
        Arc::clone(&locked_read(&self.force))
    }
}

impl Changed {
    fn tell(&self) {
        if let Some(told) = self.0.get() {
            told();
        }
    }
}

impl fmt::Debug for Changed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Changed")
    }
}

#[derive(Debug)]
struct Force {
    scenario: Arc<Scenario>,
    counters: Vec<Counter>,
    states: States,
}

/// What a fault remembers.
#[derive(Debug)]
struct Counter {
    name: Arc<str>,
    enters: Option<Arc<str>>,
    fitting: AtomicU64,
    ordinals: Mutex<HashMap<Fingerprint, u64>>,
}

impl Force {
    fn new(scenario: Scenario) -> Self {
        let counters = scenario.faults.iter().map(Counter::new).collect();
        Self {
            scenario: Arc::new(scenario),
            counters,
            states: States::default(),
        }
    }

    fn ask(
        &self,
        fault: &Fault,
        counter: &Counter,
        subject: &Subject<'_>,
        arrived: Arrived<'_>,
        dice: &Dice,
    ) -> Result<Strike, Spared> {
        fits::check(fault, subject, arrived)?;
        self.check_state(&fault.when)?;
        let strike = counter.ask(fault, subject.fingerprint, dice)?;
        if let Some(state) = &strike.enters {
            self.states.enter(state);
        }
        Ok(strike)
    }

    fn check_state(&self, when: &When) -> Result<(), Spared> {
        let Some(wanted) = &when.state else {
            return Ok(());
        };
        let state = self.states.now(wanted);
        if *state == **wanted {
            return Ok(());
        }
        Err(Spared::State(state))
    }
}

impl Counter {
    fn new(fault: &Fault) -> Self {
        Self {
            name: fault.name.as_str().into(),
            enters: fault.enters.as_deref().map(Arc::from),
            fitting: AtomicU64::new(0),
            ordinals: Mutex::default(),
        }
    }

    /// Asks chance, then whether it is its turn. All that is asked of the exchange itself holds.
    fn ask(&self, fault: &Fault, fingerprint: Fingerprint, dice: &Dice) -> Result<Strike, Spared> {
        let ordinal = if has_chance(fault) {
            self.ordinal(fingerprint)
        } else {
            0
        };
        let draw = fault
            .when
            .share
            .map(|_| dice.draw(&self.name, fingerprint, ordinal));
        // A draw lies in [0, 1): none is below 0, all are below 1.
        if let (Some(share), Some(draw)) = (fault.when.share, draw)
            && draw >= share
        {
            return Err(Spared::Chance { draw, ordinal });
        }
        let place = self.fitting.fetch_add(1, SeqCst) + 1;
        if !is_its_turn(&fault.when, place) {
            return Err(Spared::Turn { place });
        }
        Ok(Strike {
            fault: Arc::clone(&self.name),
            delay: delay::drawn(&fault.delay, dice, &self.name, fingerprint, ordinal),
            effect: self.effect(fault, dice, fingerprint, ordinal),
            draw,
            ordinal,
            place: counts(&fault.when).then_some(place),
            enters: self.enters.clone(),
        })
    }

    fn effect(&self, fault: &Fault, dice: &Dice, fingerprint: Fingerprint, ordinal: u64) -> Effect {
        let mut effect = fault.then.clone();
        if let Effect::Wire(WireFault::Drip(drip)) = &mut effect {
            let purpose = format!("{} drip {}", self.name, fingerprint.0);
            drip.seed = dice.bits(&purpose, ordinal);
        }
        effect
    }

    fn ordinal(&self, fingerprint: Fingerprint) -> u64 {
        let mut ordinals = locked(&self.ordinals);
        let next = ordinals.entry(fingerprint).or_default();
        *next += 1;
        *next - 1
    }
}

fn has_chance(fault: &Fault) -> bool {
    let drips = matches!(&fault.then, Effect::Wire(WireFault::Drip(drip)) if drip.every.is_drawn());
    fault.when.share.is_some() || fault.delay.is_drawn() || drips
}

const fn counts(when: &When) -> bool {
    when.nth.is_some() || when.every.is_some() || when.first.is_some() || !when.sequence.is_empty()
}

fn is_its_turn(when: &When, place: u64) -> bool {
    when.nth.is_none_or(|nth| place == nth)
        && when.every.is_none_or(|every| place.is_multiple_of(every))
        && when.first.is_none_or(|first| place <= first)
        && (when.sequence.is_empty() || when.sequence.binary_search(&place).is_ok())
}

#[cfg(test)]
mod tests;
