//! Faults that were asked for beside the scenario: so many times, or for one call.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering::SeqCst},
};

use doublure_journal::ExchangeId;
use doublure_scenarios::Fault;

use super::{Arrived, Counter, Force, Strike, Subject, fits::is_exception};
use crate::{Dice, Labels, lock::locked};

/// What was asked for and has not struck often enough yet.
#[derive(Debug, Default)]
pub(super) struct AskedFor {
    faults: Mutex<Vec<OneOff>>,
    // Looked at first: mostly nothing is asked for.
    count: AtomicUsize,
}

/// A fault that strikes a few times and is gone.
#[derive(Debug)]
struct OneOff {
    fault: Fault,
    counter: Counter,
    left: u64,
    /// The only call that it strikes in, on either hop.
    call: Option<ExchangeId>,
}

impl OneOff {
    /// Who asks for one fault means the data: a log-in that happens to come first is struck only where it is named.
    fn may_strike(&self, subject: &Subject<'_>) -> bool {
        let is_named = self.fault.when.call.is_some();
        is_named || subject.labels.call.as_deref() != Some(Labels::LOG_IN)
    }
}

impl AskedFor {
    pub(super) fn add(&self, fault: Fault, times: u64, call: Option<ExchangeId>) {
        self.change(|faults| {
            faults.push(OneOff {
                counter: Counter::new(&fault),
                fault,
                left: times,
                call,
            });
            faults.retain(|asked| asked.left > 0);
        });
    }

    pub(super) fn is_empty(&self) -> bool {
        self.count.load(SeqCst) == 0
    }

    /// Those that are bound to no call, and how often each still strikes.
    pub(super) fn left(&self) -> Vec<(Fault, u64)> {
        let faults = locked(&self.faults);
        let unbound = faults.iter().filter(|asked| asked.call.is_none());
        unbound
            .map(|asked| (asked.fault.clone(), asked.left))
            .collect()
    }

    /// Forgets those that are bound to this call, or to none.
    pub(super) fn forget(&self, call: Option<ExchangeId>) {
        if !self.is_empty() {
            self.change(|faults| faults.retain(|asked| asked.call != call));
        }
    }

    /// The first that strikes in this call. The inner none: it spares the exchange, from the scenario too.
    pub(super) fn judge(
        &self,
        call: Option<ExchangeId>,
        subject: &Subject<'_>,
        arrived: Arrived<'_>,
        dice: &Dice,
        force: impl FnOnce() -> Arc<Force>,
    ) -> Option<Option<Strike>> {
        if self.is_empty() {
            return None;
        }
        let force = force();
        self.change(|faults| {
            let strike = faults.iter_mut().find_map(|asked| {
                let elsewhere = asked.call.is_some() && asked.call != call;
                if elsewhere || !asked.may_strike(subject) {
                    return None;
                }
                let struck = force.ask(&asked.fault, &asked.counter, subject, arrived, dice);
                let strike = struck.ok()?;
                asked.left -= 1;
                Some((!is_exception(&asked.fault)).then_some(strike))
            });
            faults.retain(|asked| asked.left > 0);
            strike
        })
    }

    fn change<T>(&self, change: impl FnOnce(&mut Vec<OneOff>) -> T) -> T {
        let mut faults = locked(&self.faults);
        let outcome = change(&mut faults);
        self.count.store(faults.len(), SeqCst);
        outcome
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use doublure_journal::{Hop, Moment};
    use doublure_scenarios::{Effect, On, Scenario, When, WireFault};
    use proptest::prelude::*;

    use super::*;
    use crate::{Engine, Fingerprint};

    fn fault(name: &str, then: Effect) -> Fault {
        Fault {
            name: name.into(),
            on: On::Provider,
            when: When::default(),
            delay: Duration::ZERO.into(),
            then,
            enters: None,
        }
    }

    fn silence(name: &str) -> Fault {
        fault(name, Effect::Wire(WireFault::Silence))
    }

    fn engine() -> Engine {
        let scenario = Scenario {
            faults: vec![silence("scenario")],
            ..Scenario::default()
        };
        Engine::new(Dice::new(1, "tests"), scenario)
    }

    /// The name of what strikes an exchange of this call.
    fn struck(engine: &Engine, call: u64) -> Option<String> {
        struck_at(engine, call, &Labels::default())
    }

    fn struck_at(engine: &Engine, call: u64, labels: &Labels) -> Option<String> {
        let subject = Subject {
            hop: Hop::Provider,
            labels,
            address: None,
            fingerprint: Fingerprint(1),
            connecting: false,
        };
        let arrived = Arrived {
            at: Moment::default(),
            headers: None,
        };
        let strike = engine.judge_in(Some(ExchangeId(call)), &subject, arrived, |_, _| ())?;
        Some(strike.fault.to_string())
    }

    #[test]
    fn what_was_asked_for_comes_before_the_scenario_so_many_times() {
        let engine = engine();

        engine.ask(silence("asked"), 2);
        let names: Vec<_> = (0..3).filter_map(|call| struck(&engine, call)).collect();

        assert_eq!(names, ["asked", "asked", "scenario"]);
        assert!(engine.asked().is_empty());
    }

    #[test]
    fn what_was_asked_for_one_call_strikes_once_and_in_no_other() {
        let engine = engine();

        engine.ask_in(ExchangeId(2), silence("asked"));
        let names: Vec<_> = [1, 2, 2]
            .into_iter()
            .filter_map(|call| struck(&engine, call))
            .collect();

        assert_eq!(names, ["scenario", "asked", "scenario"]);
        assert!(engine.asked().is_empty());
    }

    #[test]
    fn what_did_not_strike_is_forgotten_with_its_call_and_the_rest_on_demand() {
        let engine = Engine::new(Dice::new(1, "tests"), Scenario::default());
        engine.ask(silence("asked"), 1);
        engine.ask_in(ExchangeId(1), silence("in one"));

        engine.call_is_over(ExchangeId(1));
        let left: Vec<_> = engine.asked().into_iter().map(|(_, left)| left).collect();
        engine.forget_asked();

        assert_eq!(left, [1]);
        assert_eq!(struck(&engine, 1), None);
        assert!(!engine.is_armed());
    }

    #[test]
    fn a_log_in_is_struck_only_where_it_is_named() {
        let log_in = Labels {
            call: Some(Labels::LOG_IN.into()),
            ..Labels::default()
        };
        let of = |name: &str| Fault {
            when: When {
                call: Some(Labels::LOG_IN.into()),
                ..When::default()
            },
            ..silence(name)
        };
        let engine = Engine::new(Dice::new(1, "tests"), Scenario::default());
        engine.ask(silence("data"), 1);

        let before = struck_at(&engine, 1, &log_in);
        engine.ask(of("log-in"), 1);
        let named = struck_at(&engine, 1, &log_in);
        let data = struck(&engine, 1);

        assert_eq!((before, named.as_deref()), (None, Some("log-in")));
        assert_eq!(data.as_deref(), Some("data"));
    }

    #[test]
    fn an_exception_spares_an_exchange_from_the_scenario() {
        let engine = engine();

        engine.ask(fault("spare", Effect::Pass), 1);

        assert_eq!(struck(&engine, 1), None);
        assert_eq!(struck(&engine, 1).as_deref(), Some("scenario"));
    }

    #[test]
    fn another_scenario_leaves_what_was_asked_for() {
        let engine = engine();
        engine.ask(silence("asked"), 1);

        engine.install(Scenario::default());

        assert_eq!(struck(&engine, 1).as_deref(), Some("asked"));
    }

    proptest! {
        #[test]
        fn exactly_as_many_strike_as_were_asked_for(
            times in prop::collection::vec(1..5_u64, 0..6),
            calls in 0..40_u64,
        ) {
            let engine = engine();
            for (place, times) in times.iter().enumerate() {
                engine.ask(silence(&place.to_string()), *times);
            }

            let names: Vec<_> = (0..calls).filter_map(|call| struck(&engine, call)).collect();

            let wanted = times.iter().enumerate().flat_map(|(place, times)| {
                std::iter::repeat_n(place.to_string(), usize::try_from(*times).unwrap())
            });
            let wanted = wanted.chain(std::iter::repeat("scenario".to_owned()));
            let wanted: Vec<_> = wanted.take(usize::try_from(calls).unwrap()).collect();
            prop_assert_eq!(names, wanted);
        }
    }
}
