//! Gateways that keep what they should not, or do not say that they keep it.

use crate::{
    gateway::{How, Mutant},
    proxy::{Keeping, Sabotage},
};

pub(super) static MUTANTS: &[Mutant] = &[
    Mutant {
        name: "keeps-in-secret",
        breaks: "Gives an answer again without asking the provider, as if it were fresh.",
        how: How::Sabotage(Sabotage::Keeps(Keeping::Silently)),
        kills: &[(ANNOUNCED, "not-announced")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "calls-everything-kept",
        breaks: "Says of every answer that it was kept.",
        how: How::Sabotage(Sabotage::Says("x-response-cached", "true")),
        kills: &[(ANNOUNCED, "announced-falsely")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "keeps-in-spite-of-no-cache",
        breaks: "Gives an answer again also to who wants no kept one.",
        how: How::Sabotage(Sabotage::Keeps(Keeping::PastNoCache)),
        kills: &[(ANNOUNCED, "no-cache-ignored")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "keeps-failures",
        breaks: "Gives the failure of a provider again without asking it again.",
        how: How::Sabotage(Sabotage::Keeps(Keeping::Failures)),
        kills: &[("gw.cache.errors-are-not-kept", "error-kept")],
        ..Mutant::COMMON
    },
];

const ANNOUNCED: &str = "gw.cache.is-announced";
