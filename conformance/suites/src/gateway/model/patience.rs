//! Addresses that call too often, as a model counts them.

use std::{collections::BTreeMap, net::IpAddr};

use doublure_rules::GatewayProfile;

use super::manners::Manner;

/// What is known of every address.
#[derive(Debug, Default)]
pub(super) struct Addresses {
    known: BTreeMap<u8, Address>,
    /// Who was told in which group to wait, from and until when.
    told: Vec<((u8, String, String), u64, u64)>,
}

/// What is known of one address.
#[derive(Clone, Debug, Default)]
struct Address {
    /// When its window began; 0: never.
    since: u64,
    requests: u32,
    /// By token, or all together under no name.
    ignored: BTreeMap<String, u32>,
    banned_until: u64,
    /// The token that it was banned with.
    with: Option<&'static str>,
}

impl Addresses {
    /// Counts a request; whether it is one of a banned address.
    pub(super) fn count(
        &mut self,
        numbers: &GatewayProfile,
        manner: Manner,
        (address, token): (u8, Option<&'static str>),
        now: u64,
    ) -> bool {
        let spared = numbers
            .never_banned
            .contains(&IpAddr::from([127, 0, 0, address]));
        if spared && manner != Manner::ForbidsSpared {
            return false;
        }
        let all =
            manner == Manner::BanOfAll && self.known.values().any(|known| now < known.banned_until);
        let known = self.known.entry(address).or_default();
        if now < known.banned_until {
            if manner == Manner::BanIsRenewed {
                known.banned_until = now + numbers.ban_term_ms;
            }
            return manner != Manner::BanSparesTokens || known.with == token;
        }
        if known.since == 0
            || now >= known.since + numbers.address_window_ms
            || known.banned_until > 0
        {
            *known = Address {
                since: now,
                ..Address::default()
            };
        }
        known.requests += 1;
        known.with = token;
        if known.requests > numbers.address_limit {
            known.banned_until = now + numbers.ban_term_ms;
            return true;
        }
        all
    }

    /// Remembers that somebody is told to wait for so many seconds; whether it was told so too often before.
    pub(super) fn ignore(
        &mut self,
        numbers: &GatewayProfile,
        manner: Manner,
        (address, token, group): (u8, &str, &str),
        (now, wait): (u64, u64),
    ) -> bool {
        let who = (address, token.to_owned(), group.to_owned());
        if numbers
            .never_banned
            .contains(&IpAddr::from([127, 0, 0, address]))
        {
            return false;
        }
        let ignores =
            |(of, from, until): &(_, u64, u64)| *of == who && (*from..*until).contains(&now);
        let ignored = self.told.iter().any(ignores);
        self.told.push((who, now, now + wait * 1_000));
        let known = self.known.entry(address).or_default();
        let counter = match manner {
            Manner::IgnoredByToken => token,
            _ => "",
        };
        let count = known.ignored.entry(counter.to_owned()).or_default();
        *count += u32::from(ignored);
        let banned = *count > numbers.ignored_429_limit;
        if banned {
            known.banned_until = now + numbers.ban_term_ms;
        }
        banned
    }
}
