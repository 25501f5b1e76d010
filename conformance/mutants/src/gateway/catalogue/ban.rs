//! Gateways that ban too soon, too late, too loudly, or the wrong ones.

use doublure_control::{BanManner, Overrides};
use doublure_fixtures::Edition;

use crate::{
    gateway::{How, Mutant},
    proxy::Sabotage,
};

pub(super) static MUTANTS: &[Mutant] = &[
    Mutant {
        name: "ban-is-a-refusal",
        breaks: "Answers 403 to an address that it bans.",
        how: How::Overrides(refusing),
        kills: &[
            (SILENCE, "answered"),
            (TERM, "never-began"),
            (VOLUME, "not-banned"),
        ],
        collateral: &[TOKENS, PINGS],
        ..Mutant::COMMON
    },
    Mutant {
        name: "ban-hangs-up",
        breaks: "Closes the connections of an address that it bans.",
        how: How::Both(refusing, Sabotage::HangsUp(403)),
        kills: &[(SILENCE, "connection-ended")],
        collateral: &[TERM, TOKENS],
        ..Mutant::COMMON
    },
    Mutant {
        name: "ban-knows-routes-only",
        breaks: "Tells an address which paths lead nowhere, banned or not, and does not count these requests.",
        how: How::Sabotage(Sabotage::ElsewhereAt("/nulle-part")),
        kills: &[(SILENCE, "answered"), (VOLUME, "not-banned")],
        // Which of the calls under the ban the judges look at depends on which was sent first.
        collateral: &[TERM, TOKENS, PINGS],
        ..Mutant::COMMON
    },
    Mutant {
        name: "ban-spares-documents",
        breaks: "Goes on giving documents to an address that it bans, and does not count them.",
        how: How::Sabotage(Sabotage::ElsewhereAt("/siade/")),
        kills: &[(SILENCE, "answered"), (VOLUME, "not-banned")],
        collateral: &[TERM, TOKENS, PINGS],
        ..Mutant::COMMON
    },
    Mutant {
        name: "ban-strikes-all",
        breaks: "Bans everybody when it bans one address.",
        how: How::Sabotage(Sabotage::OneAddress),
        kills: &[
            (SILENCE, "others-silenced"),
            (SPARES, "other-address-silenced"),
        ],
        collateral: &[VOLUME],
        ..Mutant::COMMON
    },
    Mutant {
        name: "never-bans",
        breaks: "Bans nobody at the declared limit: its own is a tenth higher.",
        how: How::Overrides(|_| Overrides {
            address_limit: Some(1_100),
            ..Overrides::default()
        }),
        kills: &[
            (SILENCE, "answered"),
            (TERM, "never-began"),
            (VOLUME, "not-banned"),
        ],
        collateral: &[TOKENS, PINGS],
        ..Mutant::COMMON
    },
    Mutant {
        name: "bans-too-soon",
        breaks: "Bans an address a tenth before the declared limit.",
        how: How::Overrides(|_| Overrides {
            address_limit: Some(900),
            ..Overrides::default()
        }),
        kills: &[(VOLUME, "banned-too-soon")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "bans-a-call-too-late",
        breaks: "Bans an address at the second request beyond the declared limit.",
        how: How::Overrides(|_| Overrides {
            address_limit: Some(1_001),
            ..Overrides::default()
        }),
        kills: &[
            (SILENCE, "answered"),
            (TERM, "never-began"),
            (VOLUME, "not-banned"),
        ],
        collateral: &[PINGS],
        ..Mutant::COMMON
    },
    Mutant {
        name: "bans-a-call-too-soon",
        breaks: "Bans an address at the last request of the declared limit.",
        how: How::Overrides(|_| Overrides {
            address_limit: Some(999),
            ..Overrides::default()
        }),
        kills: &[(VOLUME, "banned-too-soon")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "bans-the-patient",
        breaks: "Bans an address a fifth before the declared number of ignored 429.",
        how: How::Overrides(|_| ignoring(40)),
        kills: &[(IGNORED, "banned-too-soon")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "spares-the-impatient",
        breaks: "Lets an address ignore more 429 than it declares.",
        how: How::Overrides(|_| ignoring(60)),
        kills: &[(IGNORED, "not-banned")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "patient-with-each-token",
        breaks: "Counts ignored 429 by token: none is banned for what two ignore together.",
        how: How::Sabotage(Sabotage::AddressByToken("/v")),
        kills: &[(IGNORED, "per-token")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "ban-spares-other-tokens",
        breaks: "Answers other tokens at an address that it bans.",
        how: How::Sabotage(Sabotage::AddressByToken("/privileges")),
        kills: &[(TOKENS, "other-token-answered")],
        collateral: &[VOLUME, SILENCE, TERM],
        ..Mutant::COMMON
    },
    Mutant {
        name: "ban-ends-early",
        breaks: "Lifts a ban a minute before its term is over.",
        how: How::Overrides(|_| banning_for_minutes(12 * 60 - 1)),
        kills: &[(TERM, "ended-early")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "ban-ends-late",
        breaks: "Lifts a ban a minute after its term is over.",
        how: How::Overrides(|_| banning_for_minutes(12 * 60 + 1)),
        kills: &[(TERM, "did-not-end")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "unanswered-ban-ends-early",
        breaks: "Answers connections of a banned address again a minute before the term is over.",
        how: How::Overrides(|_| Overrides {
            ban_manner: Some(BanManner::Unreachable),
            ..banning_for_minutes(12 * 60 - 1)
        }),
        kills: &[(TERM, "ended-early")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "unanswered-ban-ends-late",
        breaks: "Leaves connections of an address without an answer a minute after the term is over.",
        how: How::Overrides(|_| Overrides {
            ban_manner: Some(BanManner::Unreachable),
            ..banning_for_minutes(12 * 60 + 1)
        }),
        kills: &[(TERM, "did-not-end")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "unanswered-ban-strikes-all",
        breaks: "Leaves everybody's connections without an answer when it bans one address.",
        how: How::Both(unreachable, Sabotage::OneAddress),
        kills: &[
            (SILENCE, "others-silenced"),
            (SPARES, "other-address-silenced"),
        ],
        collateral: &[VOLUME],
        ..Mutant::COMMON
    },
    Mutant {
        name: "ban-is-prolonged",
        breaks: "Starts the term of a ban anew with each call under it.",
        how: How::Overrides(|_| Overrides {
            ban_prolonged_by_calls: Some(true),
            ..Overrides::default()
        }),
        kills: &[(TERM, "did-not-end")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "bans-the-allow-listed",
        breaks: "Bans an address that it declares never to ban.",
        how: How::Overrides(|_| sparing_another()),
        editions: &[
            Edition::Documented,
            Edition::DocumentedV2,
            Edition::Observed,
        ],
        kills: &[(SPARED, "silenced")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "refuses-the-allow-listed",
        breaks: "Answers 403 to an address that it declares never to ban.",
        how: How::Overrides(|edition| Overrides {
            never_banned: sparing_another().never_banned,
            ..refusing(edition)
        }),
        kills: &[(SPARED, "refused")],
        ..Mutant::COMMON
    },
];

/// Not the address that is declared.
fn sparing_another() -> Overrides {
    Overrides {
        never_banned: vec![[127, 0, 0, 200].into()],
        ..Overrides::default()
    }
}

fn refusing(_: Edition) -> Overrides {
    Overrides {
        ban_manner: Some(BanManner::Refusal),
        ..Overrides::default()
    }
}

fn unreachable(_: Edition) -> Overrides {
    Overrides {
        ban_manner: Some(BanManner::Unreachable),
        ..Overrides::default()
    }
}

fn ignoring(limit: u32) -> Overrides {
    Overrides {
        ignored_429_limit: Some(limit),
        ..Overrides::default()
    }
}

fn banning_for_minutes(minutes: u64) -> Overrides {
    Overrides {
        ban_term_ms: Some(minutes * 60_000),
        ..Overrides::default()
    }
}

const SILENCE: &str = "gw.ban.is-silence";
const TERM: &str = "gw.ban.lasts-its-term";
const VOLUME: &str = "gw.ban.address-limit";
const IGNORED: &str = "gw.ban.ignored-429";
const TOKENS: &str = "gw.ban.covers-all-tokens";
const SPARED: &str = "gw.ban.allow-listed-is-spared";
const PINGS: &str = "gw.status.obeys-the-address-limit";
const SPARES: &str = "gw.ban.spares-other-addresses";
