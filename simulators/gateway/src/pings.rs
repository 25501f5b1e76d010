//! What is known of the health of providers: what pings said, and what calls were answered of late.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    sync::Mutex,
    time::Duration,
};

use doublure_fixtures::{
    Contract,
    contract::{Ping, PingManner},
};
use doublure_journal::Moment;

use crate::locked;

/// What is known of the health of providers.
#[derive(Debug, Default)]
pub(crate) struct Pings {
    /// Operations whose statuses are remembered.
    watched: HashSet<String>,
    answered: Mutex<VecDeque<Answered>>,
    known: Mutex<HashMap<String, Known>>,
}

/// What a ping says of a provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Health {
    /// It answers.
    Ok,
    /// It does not.
    BadGateway,
    /// Nobody called of late.
    Unknown,
}

/// A state as it is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Told {
    /// The state.
    pub(crate) health: Health,
    /// When it was found out.
    pub(crate) updated: Moment,
    /// When it was good for the last time.
    pub(crate) last_ok: Moment,
}

#[derive(Debug)]
struct Answered {
    at: Moment,
    operation: String,
    status: u16,
}

/// When a ping was good for the last time, and until when that is kept.
#[derive(Clone, Copy, Debug)]
struct Known {
    last_ok: Moment,
    until: Moment,
}

impl Pings {
    /// Those of a contract; nothing is known yet.
    pub(crate) fn of(contract: &Contract) -> Self {
        let logs = contract.pings().iter();
        let logs = logs.filter(|ping| matches!(ping.manner, PingManner::Log(_)));
        Self {
            watched: logs.flat_map(|ping| ping.operations.clone()).collect(),
            ..Self::default()
        }
    }

    /// Remembers what a call was answered, where a ping looks at that.
    pub(crate) fn remember(&self, operation: &str, status: u16, now: Moment) {
        if !self.watched.contains(operation) {
            return;
        }
        let mut answered = locked(&self.answered);
        while answered.len() >= CAPACITY || answered.front().is_some_and(|call| is_old(call, now)) {
            answered.pop_front();
        }
        answered.push_back(Answered {
            at: now,
            operation: operation.to_owned(),
            status,
        });
    }

    /// What calls of late say of a ping's operations; `silent`: statuses that tell nothing (facts 105).
    pub(crate) fn read(&self, ping: &Ping, silent: &[u16], now: Moment) -> Health {
        let answered = locked(&self.answered);
        let telling: Vec<u16> = answered
            .iter()
            .filter(|call| !is_old(call, now) && ping.operations.contains(&call.operation))
            .map(|call| call.status)
            .filter(|status| !CALLERS.contains(status) && !silent.contains(status))
            .collect();
        match telling.contains(&200) {
            true => Health::Ok,
            false if telling.is_empty() => Health::Unknown,
            false => Health::BadGateway,
        }
    }

    /// A good state that is kept; only good ones are.
    pub(crate) fn kept(&self, id: &str, now: Moment) -> Option<Told> {
        let known = *locked(&self.known).get(id)?;
        (now < known.until).then_some(Told {
            health: Health::Ok,
            updated: known.last_ok,
            last_ok: known.last_ok,
        })
    }

    /// Learns a state and tells it.
    pub(crate) fn learn(&self, ping: &Ping, health: Health, now: Moment) -> Told {
        let mut known = locked(&self.known);
        if health == Health::Ok {
            let until = now + ping.kept;
            known.insert(
                ping.id.clone(),
                Known {
                    last_ok: now,
                    until,
                },
            );
        }
        Told {
            health,
            updated: now,
            last_ok: known.get(&ping.id).map_or(now, |known| known.last_ok),
        }
    }

    /// When a ping was good for the last time; now, if nobody knows.
    pub(crate) fn last_ok(&self, id: &str, now: Moment) -> Moment {
        locked(&self.known)
            .get(id)
            .map_or(now, |known| known.last_ok)
    }
}

fn is_old(call: &Answered, now: Moment) -> bool {
    call.at + OF_LATE <= now
}

/// Statuses that tell of the caller and not of the provider.
const CALLERS: [u16; 3] = [401, 403, 422];
/// How far back a ping looks at calls (facts 105).
const OF_LATE: Duration = Duration::from_secs(10 * 60);
/// Calls remembered; the oldest is dropped first.
const CAPACITY: usize = 10_000;

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Moment = Moment::from_unix_seconds(1_768_471_200);
    const VIGILANCE: &str = "api_entreprise_v3_acoss_attestations_sociales";

    fn urssaf() -> Ping {
        let contract = Contract::built_in();
        let mut pings = contract.pings().iter();
        let ping = pings.find(|ping| ping.id == "urssaf/attestation_sociale");
        ping.unwrap().as_ref().clone()
    }

    fn after(statuses: &[u16], silent: &[u16]) -> Health {
        let pings = Pings::of(&Contract::built_in());
        for status in statuses {
            pings.remember(VIGILANCE, *status, NOW);
        }
        pings.read(&urssaf(), silent, NOW)
    }

    #[test]
    fn one_good_answer_of_late_is_enough_and_callers_faults_tell_nothing() {
        assert_eq!(after(&[502, 200, 504], &[]), Health::Ok);
        assert_eq!(after(&[502, 404], &[]), Health::BadGateway);
        assert_eq!(after(&[404], &[404]), Health::Unknown);
        assert_eq!(after(&[401, 403, 422], &[]), Health::Unknown);
        assert_eq!(after(&[], &[]), Health::Unknown);
    }

    #[test]
    fn ten_minutes_are_looked_at_and_other_operations_are_not() {
        let pings = Pings::of(&Contract::built_in());
        let minutes = |minutes: u64| Duration::from_secs(60 * minutes);

        pings.remember(VIGILANCE, 200, NOW);
        pings.remember("api_entreprise_v3_insee_etablissements", 502, NOW);

        let health = |later| pings.read(&urssaf(), &[], NOW + later);
        assert_eq!(health(minutes(9)), Health::Ok);
        assert_eq!(health(minutes(10)), Health::Unknown);
        assert_eq!(locked(&pings.answered).len(), 1);
    }

    #[test]
    fn only_a_good_state_is_kept_and_the_last_one_is_remembered() {
        let (pings, ping) = (Pings::default(), urssaf());
        let later = NOW + ping.kept;

        let bad = pings.learn(&ping, Health::BadGateway, NOW);
        let kept = pings.kept(&ping.id, NOW);
        pings.learn(&ping, Health::Ok, NOW);
        let bad_again = pings.learn(&ping, Health::BadGateway, later);

        assert_eq!((bad.last_ok, kept), (NOW, None));
        assert_eq!((bad_again.updated, bad_again.last_ok), (later, NOW));
        assert_eq!(pings.kept(&ping.id, later), None);
    }
}
