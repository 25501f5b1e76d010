//! Bans of addresses: a pure state machine on (now, state).
//!
//! An address that makes more requests in a window than it may, or that goes on after 429, is banned for a
//! term. Windows and terms end when they are read, never by a timer.

use std::{collections::HashMap, net::IpAddr, time::Duration};

use doublure_journal::Moment;
use doublure_kernel::ShutOut;

use crate::{AddressState, Policy};

/// What leads to a ban, and how long it lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rules {
    /// Requests an address may make in one window.
    pub(crate) requests: u32,
    /// Ignored 429 an address may have in one window.
    pub(crate) ignored_429: u32,
    /// Length of the window.
    pub(crate) window: Duration,
    /// How long a ban lasts.
    pub(crate) term: Duration,
    /// Whether a call made under a ban starts its term anew.
    pub(crate) prolonged: bool,
}

/// How an address stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// It is served.
    Served,
    /// This very request bans it.
    BannedNow(Ban),
    /// It was banned before.
    Banned,
}

/// A ban.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ban {
    /// When it ends.
    pub(crate) until: Moment,
    /// Why: `volume`, `ignored-429`.
    pub(crate) because: &'static str,
}

/// Every address that was seen.
#[derive(Debug, Default)]
pub(crate) struct Addresses {
    seen: HashMap<IpAddr, Address>,
}

#[derive(Clone, Copy, Debug)]
struct Address {
    opened: Moment,
    requests: u32,
    ignored_429: u32,
    ban: Option<Ban>,
}

impl Rules {
    /// Those of a policy.
    pub(crate) fn of(policy: &Policy) -> Self {
        Self {
            requests: policy.address_limit,
            ignored_429: policy.ignored_429_limit,
            window: policy.address_window,
            term: policy.ban_term,
            prolonged: policy.ban_prolonged_by_calls,
        }
    }
}

impl Addresses {
    /// Counts a request.
    pub(crate) fn request(&mut self, rules: Rules, from: IpAddr, now: Moment) -> Standing {
        if self.is_banned(rules, from, now) {
            return Standing::Banned;
        }
        let address = self.open(rules, from, now);
        address.requests = address.requests.saturating_add(1);
        if address.requests <= rules.requests {
            return Standing::Served;
        }
        address.ban(rules, VOLUME, now)
    }

    /// Counts a call that went on after 429.
    pub(crate) fn ignored_429(&mut self, rules: Rules, from: IpAddr, now: Moment) -> Standing {
        if self.is_banned(rules, from, now) {
            return Standing::Banned;
        }
        let address = self.open(rules, from, now);
        address.ignored_429 = address.ignored_429.saturating_add(1);
        if address.ignored_429 <= rules.ignored_429 {
            return Standing::Served;
        }
        address.ban(rules, IGNORED_429, now)
    }

    /// Whether an address is banned. Where bans are prolonged by calls, asking is such a call.
    pub(crate) fn is_banned(&mut self, rules: Rules, from: IpAddr, now: Moment) -> bool {
        let Some(ban) = self
            .seen
            .get_mut(&from)
            .and_then(|address| address.ban.as_mut())
        else {
            return false;
        };
        let banned = now < ban.until;
        if banned && rules.prolonged {
            ban.until = now + rules.term;
        }
        banned
    }

    /// Who is banned, and when the first of these bans is over.
    pub(crate) fn shut_out(&self, now: Moment) -> ShutOut {
        let bans = self.seen.iter().filter_map(|(&from, address)| {
            let ban = address.ban.filter(|ban| now < ban.until)?;
            Some((from, ban.until))
        });
        let (addresses, ends): (Vec<IpAddr>, Vec<Moment>) = bans.unzip();
        ShutOut {
            addresses,
            until: ends.into_iter().min(),
        }
    }

    /// Lifts every ban and forgets every address.
    pub(crate) fn forget(&mut self) {
        self.seen.clear();
    }

    /// How every address stands, in the order of the addresses.
    pub(crate) fn view(&self, rules: Rules, now: Moment) -> Vec<AddressState> {
        let mut view: Vec<AddressState> = self
            .seen
            .iter()
            .map(|(&from, address)| address.view(rules, from, now))
            .collect();
        view.sort_by_key(|state| state.address);
        view
    }

    /// The address with its window, a fresh one where the last window or a ban is over.
    fn open(&mut self, rules: Rules, from: IpAddr, now: Moment) -> &mut Address {
        if self.seen.len() >= MANY && !self.seen.contains_key(&from) {
            self.seen.retain(|_, address| address.matters(rules, now));
        }
        let address = self
            .seen
            .entry(from)
            .or_insert_with(|| Address::opened(now));
        if address.ban.is_some() || now.since(address.opened) >= rules.window {
            *address = Address::opened(now);
        }
        address
    }
}

impl Address {
    const fn opened(now: Moment) -> Self {
        Self {
            opened: now,
            requests: 0,
            ignored_429: 0,
            ban: None,
        }
    }

    fn ban(&mut self, rules: Rules, because: &'static str, now: Moment) -> Standing {
        let ban = Ban {
            until: now + rules.term,
            because,
        };
        self.ban = Some(ban);
        Standing::BannedNow(ban)
    }

    fn matters(&self, rules: Rules, now: Moment) -> bool {
        now.since(self.opened) < rules.window || self.ban.is_some_and(|ban| now < ban.until)
    }

    fn view(&self, rules: Rules, address: IpAddr, now: Moment) -> AddressState {
        let running = now.since(self.opened) < rules.window;
        let ban = self.ban.filter(|ban| now < ban.until);
        AddressState {
            address,
            requests: if running { self.requests } else { 0 },
            ignored_429: if running { self.ignored_429 } else { 0 },
            banned_until: ban.map(|ban| ban.until),
            because: ban.map(|ban| ban.because),
        }
    }
}

const VOLUME: &str = "volume";
const IGNORED_429: &str = "ignored-429";

/// From so many addresses on, those whose window and ban are over are forgotten.
const MANY: usize = 10_000;

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use proptest::prelude::*;

    use super::*;

    const START: Moment = Moment::from_unix_seconds(1_768_471_200);
    const HERE: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));
    const THERE: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 2));

    fn rules() -> Rules {
        Rules {
            requests: 3,
            ignored_429: 1,
            window: Duration::from_secs(60),
            term: Duration::from_secs(12 * 3_600),
            prolonged: false,
        }
    }

    fn banned(rules: Rules) -> Addresses {
        let mut addresses = Addresses::default();
        for _ in 0..4 {
            addresses.request(rules, HERE, START);
        }
        addresses
    }

    #[test]
    fn the_request_after_the_limit_bans_and_no_other_address_is_touched() {
        let mut addresses = Addresses::default();

        let standings: Vec<Standing> = (0..5)
            .map(|_| addresses.request(rules(), HERE, START))
            .collect();

        let ban = Ban {
            until: START + rules().term,
            because: "volume",
        };
        assert_eq!(standings[..3], [Standing::Served; 3]);
        assert_eq!(standings[3..], [Standing::BannedNow(ban), Standing::Banned]);
        assert_eq!(addresses.request(rules(), THERE, START), Standing::Served);
    }

    #[test]
    fn a_window_counts_from_its_first_request_and_starts_anew_after_a_minute() {
        let mut addresses = Addresses::default();
        for _ in 0..3 {
            addresses.request(rules(), HERE, START);
        }

        let next = addresses.request(rules(), HERE, START + Duration::from_secs(60));

        assert_eq!(next, Standing::Served);
    }

    #[test]
    fn a_ban_ends_at_its_term_and_not_a_microsecond_sooner() {
        let mut addresses = banned(rules());
        let end = START + rules().term;

        let before = addresses.is_banned(rules(), HERE, end - Duration::from_micros(1));
        let after = addresses.request(rules(), HERE, end);

        assert!(before);
        assert_eq!(after, Standing::Served);
        assert_eq!(addresses.view(rules(), end)[0].requests, 1);
    }

    #[test]
    fn a_ban_that_calls_prolong_ends_a_term_after_the_last_of_them() {
        let rules = Rules {
            prolonged: true,
            ..rules()
        };
        let mut addresses = banned(rules);
        let later = START + Duration::from_secs(3_600);

        addresses.is_banned(rules, HERE, later);

        assert_eq!(
            addresses.view(rules, later)[0].banned_until,
            Some(later + rules.term)
        );
    }

    #[test]
    fn one_ignored_429_more_than_declared_bans() {
        let mut addresses = Addresses::default();

        let first = addresses.ignored_429(rules(), HERE, START);
        let second = addresses.ignored_429(rules(), HERE, START);

        assert_eq!(first, Standing::Served);
        assert!(matches!(second, Standing::BannedNow(ban) if ban.because == "ignored-429"));
    }

    #[test]
    fn addresses_whose_window_is_over_are_forgotten_when_there_are_many() {
        let mut addresses = Addresses::default();
        for low in 0..=u32::try_from(MANY).unwrap() {
            let from = IpAddr::V4(Ipv4Addr::from(low));
            addresses.request(rules(), from, START + Duration::from_secs(u64::from(low)));
        }

        assert!(addresses.seen.len() < 100);
    }

    /// The same told by looking back at the whole run of (when, where).
    fn looked_back(rules: Rules, run: &[(Moment, IpAddr)]) -> Vec<bool> {
        let mut state: HashMap<IpAddr, (Moment, u32, Option<Moment>)> = HashMap::new();
        run.iter()
            .map(|&(now, from)| {
                let (opened, count, until) = state.remove(&from).unwrap_or((now, 0, None));
                let next = match until {
                    Some(end) if now < end => (opened, count, until),
                    Some(_) => (now, 1, None),
                    _ if now.since(opened) >= rules.window => (now, 1, None),
                    _ if count == rules.requests => (opened, count + 1, Some(now + rules.term)),
                    _ => (opened, count + 1, None),
                };
                state.insert(from, next);
                next.2.is_some()
            })
            .collect()
    }

    proptest! {
        #[test]
        fn every_run_of_requests_is_banned_as_the_plain_model_bans_it(
            requests in 1..5_u32,
            term in 1..200_u64,
            steps in prop::collection::vec((0..25_u64, any::<bool>()), 1..80),
        ) {
            let rules = Rules { requests, term: Duration::from_secs(term), ..rules() };
            let run: Vec<(Moment, IpAddr)> = steps
                .iter()
                .scan(START, |now, &(gap, here)| {
                    *now = *now + Duration::from_secs(gap);
                    Some((*now, if here { HERE } else { THERE }))
                })
                .collect();
            let mut addresses = Addresses::default();

            let met: Vec<bool> = run
                .iter()
                .map(|&(now, from)| addresses.request(rules, from, now) != Standing::Served)
                .collect();

            prop_assert_eq!(met, looked_back(rules, &run));
        }
    }
}
