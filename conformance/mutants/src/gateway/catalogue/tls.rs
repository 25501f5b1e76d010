//! Gateways that speak TLS as nobody should.

use crate::{
    front::Flaw,
    gateway::{How, Mutant},
};

pub(super) static MUTANTS: &[Mutant] = &[
    Mutant {
        name: "speaks-tls-of-old",
        breaks: "Answers who greets in TLS 1.0 or 1.1 in that version.",
        how: How::Handshake(Flaw::OldVersion),
        kills: &[(MODERN, "old-version-spoken")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "refuses-every-handshake",
        breaks: "Refuses every version of TLS.",
        how: How::Handshake(Flaw::RefusesAll),
        kills: &[(MODERN, "no-modern-version")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "certificate-of-another-host",
        breaks: "Shows a certificate for another host.",
        how: How::Handshake(Flaw::OtherName),
        kills: &[(MODERN, "not-for-its-names")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "certificate-for-one-name",
        breaks: "Shows a certificate for one of its names only.",
        how: How::Handshake(Flaw::OneName),
        kills: &[(MODERN, "not-for-its-names")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "certificate-expired",
        breaks: "Shows a certificate whose time is over.",
        how: How::Handshake(Flaw::Expired),
        kills: &[(MODERN, "not-in-its-time")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "certificate-not-yet-valid",
        breaks: "Shows a certificate whose time has not begun.",
        how: How::Handshake(Flaw::NotYetValid),
        kills: &[(MODERN, "not-in-its-time")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "certificate-of-a-stranger",
        breaks: "Shows a certificate of an authority that nobody believes.",
        how: How::Handshake(Flaw::UnknownAuthority),
        kills: &[(MODERN, "not-believed")],
        ..Mutant::COMMON
    },
];

const MODERN: &str = "gw.tls.modern-and-multi-domain";
