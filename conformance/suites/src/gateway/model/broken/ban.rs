//! Gateways that ban the wrong callers, at the wrong moment, for the wrong time, or not by silence.

use super::{Broken, COUNTING, EVERY};
use crate::gateway::model::{
    manners::{How, Manner},
    scores,
};

pub(in crate::gateway::model) const BROKEN: &[Broken] = &[
    Broken {
        does: "bans an address one request too soon",
        how: How::Numbers(|numbers| numbers.address_limit -= 1),
        collateral: &[SPARES],
        ..broken(LIMIT, "banned-too-soon")
    },
    Broken {
        does: "bans an address one request too late",
        how: How::Numbers(|numbers| numbers.address_limit += 1),
        collateral: &[TOKENS, SILENCE],
        ..broken(LIMIT, "not-banned")
    },
    Broken {
        does: "bans an address for one ignored 429 too few",
        how: How::Numbers(|numbers| numbers.ignored_429_limit -= 1),
        score: &scores::IGNORING,
        editions: COUNTING,
        ..broken(IGNORED, "banned-too-soon")
    },
    Broken {
        does: "bans an address for one ignored 429 too many",
        how: How::Numbers(|numbers| numbers.ignored_429_limit += 1),
        score: &scores::IGNORING,
        editions: COUNTING,
        ..broken(IGNORED, "not-banned")
    },
    Broken {
        does: "counts by token what an address ignores",
        how: How::Manner(Manner::IgnoredByToken),
        score: &scores::IGNORING_TOGETHER,
        editions: COUNTING,
        ..broken(IGNORED, "per-token")
    },
    Broken {
        does: "tells a banned address that it is forbidden to call",
        how: How::Manner(Manner::BanIsForbidden),
        score: &scores::BY_HAND,
        collateral: &[
            LIMIT,
            TOKENS,
            TERM,
            "gw.auth.missing-or-forged-gives-401",
            "gw.auth.privileges-are-listed",
            "gw.quota.headers-on-every-answer",
            "gw.quota.history-is-explained",
            "gw.quota.window-opens-at-first-call",
        ],
        ..broken(SILENCE, "answered")
    },
    Broken {
        does: "ends the connections of a banned address",
        how: How::Manner(Manner::BanCloses),
        score: &scores::BY_HAND,
        collateral: &[TOKENS, LIMIT],
        ..broken(SILENCE, "connection-ended")
    },
    Broken {
        does: "still tells a banned address what a token may do",
        how: How::Manner(Manner::BanSparesRights),
        score: &scores::BY_HAND,
        collateral: &[LIMIT, TOKENS, TERM],
        ..broken(SILENCE, "answered")
    },
    Broken {
        does: "is silent to everybody once an address is banned",
        how: How::Manner(Manner::BanOfAll),
        score: &scores::BY_HAND,
        collateral: &[SPARES, LIMIT],
        ..broken(SILENCE, "others-silenced")
    },
    Broken {
        does: "bans nobody who shows another token",
        how: How::Manner(Manner::BanSparesTokens),
        collateral: &[LIMIT, SILENCE],
        ..broken(TOKENS, "other-token-answered")
    },
    Broken {
        does: "is silent to another address as well",
        how: How::Manner(Manner::BanOfAll),
        collateral: &[LIMIT, SILENCE],
        ..broken(SPARES, "other-address-silenced")
    },
    Broken {
        does: "ends a ban a second early",
        how: How::Numbers(|numbers| numbers.ban_term_ms -= 1_000),
        // In version 2 the window is longer than the term of these models.
        collateral: &[LIMIT, SILENCE],
        ..term("ended-early")
    },
    Broken {
        does: "ends a ban a minute late",
        how: How::Numbers(|numbers| numbers.ban_term_ms += 60_000),
        ..term("did-not-end")
    },
    Broken {
        does: "begins a ban anew with every call",
        how: How::Manner(Manner::BanIsRenewed),
        ..term("did-not-end")
    },
    Broken {
        does: "bans an address that it declares as never banned",
        how: How::Numbers(|numbers| numbers.never_banned.clear()),
        score: &scores::SPARED,
        ..broken(SPARED, "silenced")
    },
    Broken {
        does: "forbids an address to call that it declares as never banned",
        how: How::Manner(Manner::ForbidsSpared),
        score: &scores::SPARED,
        collateral: &["gw.auth.privileges-are-listed"],
        ..broken(SPARED, "refused")
    },
    Broken {
        does: "bans nobody",
        how: How::Numbers(|numbers| numbers.address_limit = 1_000),
        collateral: &[LIMIT, SILENCE],
        ..term("never-began")
    },
];

const fn broken(rule: &'static str, reason: &'static str) -> Broken {
    Broken {
        does: "",
        how: How::Sound,
        score: &scores::CROWDING,
        editions: EVERY,
        convicts: (rule, reason),
        collateral: &[],
    }
}

const fn term(reason: &'static str) -> Broken {
    Broken {
        score: &scores::TERM,
        ..broken(TERM, reason)
    }
}

const LIMIT: &str = "gw.ban.address-limit";
const IGNORED: &str = "gw.ban.ignored-429";
const SILENCE: &str = "gw.ban.is-silence";
const TOKENS: &str = "gw.ban.covers-all-tokens";
const SPARES: &str = "gw.ban.spares-other-addresses";
const SPARED: &str = "gw.ban.allow-listed-is-spared";
const TERM: &str = "gw.ban.lasts-its-term";
