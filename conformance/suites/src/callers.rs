//! Whom a trial stands for when it calls: how a target sees several callers.

use std::net::{IpAddr, Ipv4Addr};

use doublure_journal::Moment;

use crate::probe::{Ask, Binding};

/// How probes come from several addresses. A trial speaks of 127.0.0.2 to 127.0.0.7, whoever they are to the target.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Callers {
    /// From these very addresses.
    #[default]
    AsTrialsSay,
    /// From addresses of this machine that nobody has called from: 127.x.y.2 to 127.x.y.7.
    Fresh(u8, u8),
    /// From addresses of this machine, in their order.
    Listed(Vec<IpAddr>),
    /// Behind a proxy that says whom it speaks for in a header: 198.18.x.2 to 198.18.x.7.
    Forwarded {
        /// Name of the header.
        header: String,
        /// The third part of the addresses.
        net: u8,
    },
}

impl Callers {
    /// How many addresses must be listed: who calls as usual, two that break a limit, and one beside each.
    pub(crate) const NEEDED: usize = TRIALS.len();

    /// The same, with addresses that nobody had before this moment.
    #[must_use]
    pub(crate) fn fresh_at(&self, now: Moment) -> Self {
        let millis = now.as_micros() / 1_000;
        match self {
            Self::AsTrialsSay | Self::Fresh(..) => Self::Fresh(part(millis / PARTS), part(millis)),
            Self::Listed(addresses) => Self::Listed(addresses.clone()),
            Self::Forwarded { header, .. } => Self::Forwarded {
                header: header.clone(),
                net: part(millis),
            },
        }
    }

    /// The request as it is sent, and told.
    pub(crate) fn stand(&self, mut ask: Ask) -> Ask {
        let Some(from) = ask.from else {
            return ask;
        };
        ask.from = Some(self.address(from));
        if let (Self::Forwarded { header, .. }, Some(from)) = (self, ask.from) {
            ask.headers.insert(header.clone(), from.to_string());
        }
        ask
    }

    /// The last part of the address that floods come from: one that no other trial calls from, where that is nobody's
    /// in particular.
    pub(crate) const fn of_floods(&self) -> u8 {
        match self {
            Self::Listed(_) => TRIALS[0],
            Self::AsTrialsSay | Self::Fresh(..) | Self::Forwarded { .. } => 8,
        }
    }

    pub(crate) const fn binding(&self) -> Binding {
        match self {
            Self::AsTrialsSay | Self::Fresh(..) => Binding::Loopback,
            Self::Listed(_) => Binding::Listed,
            Self::Forwarded { .. } => Binding::Unbound,
        }
    }

    /// Who an address of a trial is to the target; one that is none of a trial's is itself.
    fn address(&self, said: IpAddr) -> IpAddr {
        let IpAddr::V4(four) = said else {
            return said;
        };
        let [127, 0, 0, last @ 2..=7] = four.octets() else {
            return said;
        };
        match self {
            Self::AsTrialsSay => said,
            Self::Fresh(second, third) => Ipv4Addr::new(127, *second, *third, last).into(),
            Self::Forwarded { net, .. } => Ipv4Addr::new(198, 18, *net, last).into(),
            Self::Listed(addresses) => {
                let place = TRIALS.iter().position(|known| *known == last);
                let listed = place.and_then(|place| addresses.get(place));
                listed.copied().unwrap_or(said)
            }
        }
    }
}

/// A part of an address that is neither its first nor its last.
fn part(of: u64) -> u8 {
    u8::try_from(1 + of % PARTS).unwrap_or(1)
}

/// The last parts of the addresses that trials speak of, as they are taken from a list.
const TRIALS: [u8; 5] = [2, 4, 5, 6, 7];
const PARTS: u64 = 254;

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(last: u8) -> Ask {
        Ask::default().from_address(last)
    }

    fn sent(callers: &Callers, last: u8) -> String {
        callers.stand(ask(last)).from.unwrap().to_string()
    }

    #[test]
    fn addresses_are_as_trials_say_unless_somebody_says_otherwise() {
        assert_eq!(sent(&Callers::default(), 4), "127.0.0.4");
    }

    #[test]
    fn fresh_addresses_are_others_at_another_moment() {
        let at = |micros| Callers::default().fresh_at(Moment::from_micros(micros));

        let (one, other) = (at(1_768_471_217_300_000), at(1_768_471_217_301_000));

        assert_ne!(sent(&one, 4), sent(&other, 4));
        assert!(sent(&one, 4).starts_with("127.") && sent(&one, 4).ends_with(".4"));
        assert_ne!(sent(&one, 4), sent(&one, 5));
    }

    #[test]
    fn listed_addresses_stand_for_those_of_a_trial_in_their_order() {
        let listed: Vec<IpAddr> = (11..16).map(|last| [10, 0, 0, last].into()).collect();
        let callers = Callers::Listed(listed);

        let all = [2, 4, 5, 6, 7].map(|last| sent(&callers, last));

        assert_eq!(
            all,
            [
                "10.0.0.11",
                "10.0.0.12",
                "10.0.0.13",
                "10.0.0.14",
                "10.0.0.15"
            ]
        );
    }

    #[test]
    fn floods_come_from_a_listed_address_too() {
        let listed: Vec<IpAddr> = (11..16).map(|last| [10, 0, 0, last].into()).collect();
        let callers = Callers::Listed(listed.clone());

        let from = sent(&callers, callers.of_floods());

        assert!(
            listed.iter().any(|known| known.to_string() == from),
            "{from}"
        );
    }

    #[test]
    fn behind_a_proxy_the_caller_stands_in_a_header() {
        let callers = Callers::Forwarded {
            header: "X-Forwarded-For".to_owned(),
            net: 9,
        };

        let sent = callers.stand(ask(6));

        assert_eq!(sent.headers["X-Forwarded-For"], "198.18.9.6");
        assert_eq!(callers.binding(), Binding::Unbound);
    }

    #[test]
    fn an_address_of_an_allow_list_is_itself() {
        let spared: IpAddr = [192, 0, 2, 8].into();
        let ask = Ask {
            from: Some(spared),
            ..Ask::default()
        };

        let sent = Callers::Fresh(1, 2).stand(ask);

        assert_eq!(sent.from, Some(spared));
    }
}
