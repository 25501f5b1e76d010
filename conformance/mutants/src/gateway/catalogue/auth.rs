//! Gateways that let the wrong ones in, or keep the right ones out.

use doublure_fixtures::Edition;

use crate::{
    gateway::{How, Mutant},
    proxy::{Echo, Sabotage, Trust},
};

pub(super) static MUTANTS: &[Mutant] = &[
    Mutant {
        name: "bad-token-is-no-right",
        breaks: "Answers 403 to every token that is not good.",
        how: How::Sabotage(Sabotage::Status { from: 401, to: 403 }),
        kills: &[
            (MISSING, "not-401"),
            (EXPIRED, "not-401"),
            (REVOKED, "not-401"),
        ],
        ..Mutant::COMMON
    },
    Mutant {
        name: "forged-has-another-code",
        breaks: "Gives a token that was not signed here a code that is not documented.",
        how: How::Sabotage(code(r#""00101""#, r#""00109""#)),
        kills: &[(MISSING, "wrong-code")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "expired-is-forged",
        breaks: "Does not say that a token is expired, but that it is none.",
        how: How::Sabotage(code(r#""00103""#, r#""00101""#)),
        kills: &[(EXPIRED, "wrong-code")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "revoked-is-forged",
        breaks: "Does not say that a token was revoked, but that it is none.",
        how: How::Sabotage(code(r#""00105""#, r#""00101""#)),
        kills: &[(REVOKED, "wrong-code")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "no-right-is-no-token",
        breaks: "Answers 401 to a good token without the right.",
        how: How::Sabotage(Sabotage::Status { from: 403, to: 401 }),
        kills: &[(NO_RIGHT, "not-403")],
        collateral: &[PRIVILEGES],
        ..Mutant::COMMON
    },
    Mutant {
        name: "no-right-has-another-code",
        breaks: "Gives a token without the right a code that is not documented.",
        how: How::Sabotage(code(r#""00100""#, r#""00199""#)),
        kills: &[(NO_RIGHT, "wrong-code")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "lists-nothing",
        breaks: "Calls the list of rights otherwise.",
        how: How::Sabotage(code(r#""privileges":"#, r#""rights":"#)),
        kills: &[(PRIVILEGES, "no-list")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "lists-what-it-refuses",
        breaks: "Lists a scope that the token does not have.",
        how: How::Sabotage(code(
            r#""privileges":[]"#,
            r#""privileges":["entreprises"]"#,
        )),
        kills: &[(PRIVILEGES, "listed-and-refused")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "does-not-list-what-it-opens",
        breaks: "Lists no scope of a token that has some.",
        how: How::Sabotage(code(r#""privileges":[""#, r#""privileges":[],"autres":[""#)),
        kills: &[(PRIVILEGES, "not-listed-and-open")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "echoes-the-token",
        breaks: "Says in a header with which token it was called.",
        how: How::Sabotage(Sabotage::Echoes(Echo::Header)),
        kills: &[(ECHO, "echoed")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "redirects-with-the-token",
        breaks: "Says in the address of a redirect with which token it was called.",
        how: How::Sabotage(Sabotage::Echoes(Echo::Redirect)),
        // Only version 2 redirects.
        editions: &[Edition::Documented, Edition::DocumentedV2],
        kills: &[(ECHO, "echoed")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "errors-with-the-token",
        breaks: "Says in its errors with which token it was called.",
        how: How::Sabotage(Sabotage::Echoes(Echo::Error)),
        kills: &[(ECHO, "echoed")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "links-with-the-token",
        breaks: "Gives links to documents that hold the token they were asked for with.",
        how: How::Sabotage(Sabotage::Echoes(Echo::Link)),
        kills: &[(ECHO, "echoed")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "takes-unsigned-tokens",
        breaks: "Takes tokens that say they were not signed.",
        how: trusts(Trust::Unsigned),
        kills: &[(MISSING, "not-401")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "takes-any-algorithm",
        breaks: "Takes tokens that name another algorithm than they were signed with.",
        how: trusts(Trust::Algorithms),
        kills: &[(MISSING, "not-401")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "ignores-signatures",
        breaks: "Takes whatever says what a token says.",
        how: trusts(Trust::Claims),
        kills: &[(MISSING, "not-401")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "takes-cut-tokens",
        breaks: "Takes tokens whose end is missing.",
        how: trusts(Trust::Beginnings),
        kills: &[(MISSING, "not-401")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "takes-bare-tokens",
        breaks: "Takes tokens without `Bearer` before them.",
        how: trusts(Trust::Bare),
        kills: &[(MISSING, "not-401")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "takes-expired-for-a-minute",
        breaks: "Takes tokens for a minute more than they live.",
        how: trusts(Trust::Longer(60)),
        kills: &[(EXPIRED, "not-401")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "takes-expired-at-the-second",
        breaks: "Takes tokens in the second at which they end.",
        how: trusts(Trust::Longer(1)),
        kills: &[(EXPIRED, "not-401")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "ends-lives-early",
        breaks: "Refuses tokens in the last minute of their life.",
        how: trusts(Trust::Longer(-60)),
        kills: &[(EXPIRED, "ended-early")],
        ..Mutant::COMMON
    },
];

const fn trusts(trust: Trust) -> How {
    How::Sabotage(Sabotage::Trusts(trust))
}

const fn code(from: &'static str, to: &'static str) -> Sabotage {
    Sabotage::Text { from, to }
}

const ECHO: &str = "gw.token.never-echoed";
const MISSING: &str = "gw.auth.missing-or-forged-gives-401";
const EXPIRED: &str = "gw.auth.expired-gives-401";
const REVOKED: &str = "gw.auth.revoked-gives-401";
const NO_RIGHT: &str = "gw.auth.no-right-gives-403";
const PRIVILEGES: &str = "gw.auth.privileges-are-listed";
