//! Gateways that say wrongly what a provider refused, or say it in the provider's words.

use doublure_control::Overrides;
use doublure_fixtures::Edition;

use crate::{
    gateway::{How, Mutant},
    proxy::Sabotage,
};

pub(super) static MUTANTS: &[Mutant] = &[
    Mutant {
        name: "under-analysis-is-unavailable",
        breaks: "Answers 503 for an account under analysis.",
        how: How::Sabotage(Sabotage::Status { from: 502, to: 503 }),
        kills: &[(ANALYSIS, "not-502")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "under-analysis-is-unknown",
        breaks: "Gives an account under analysis the code of an unknown error.",
        how: How::Sabotage(Sabotage::Text {
            from: r#""04501""#,
            to: r#""04999""#,
        }),
        kills: &[(ANALYSIS, "wrong-code")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "provider-by-another-name",
        breaks: "Names URSSAF where the documents say ACOSS.",
        how: How::Sabotage(Sabotage::Text {
            from: r#""ACOSS""#,
            to: r#""URSSAF""#,
        }),
        kills: &[(ANALYSIS, "wrong-provider")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "no-retry-in",
        breaks: "Does not say when to ask again for an account under analysis.",
        how: How::Sabotage(Sabotage::Text {
            from: r#","retry_in":172800"#,
            to: "",
        }),
        kills: &[(ANALYSIS, "wrong-retry-in")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "retry-in-ten-seconds",
        breaks: "Has callers ask again after ten seconds for an account under analysis.",
        how: How::Sabotage(Sabotage::Text {
            from: r#""retry_in":172800"#,
            to: r#""retry_in":10"#,
        }),
        kills: &[(ANALYSIS, "wrong-retry-in")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "quotes-providers",
        breaks: "Puts a provider's words into the detail of an error.",
        how: How::Overrides(quoting),
        kills: &[(LEAK, "in-the-body")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "quotes-providers-in-a-header",
        breaks: "Puts a provider's words into a header.",
        how: How::Both(quoting, Sabotage::DetailInHeader),
        kills: &[(LEAK, "in-a-header")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "own-fault-is-a-providers",
        breaks: "Answers 502 when it fails by itself.",
        how: How::Sabotage(Sabotage::Status { from: 500, to: 502 }),
        editions: EVERYWHERE,
        kills: &[(OWN_FAULT, "not-500")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "own-fault-is-unknown",
        breaks: "Gives its own failure the code of an unknown error.",
        how: How::Sabotage(Sabotage::Text {
            from: r#""00500""#,
            to: r#""00999""#,
        }),
        editions: EVERYWHERE,
        kills: &[(OWN_FAULT, "wrong-code")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "shows-its-stack",
        breaks: "Says in which line of which file it failed.",
        how: How::Sabotage(Sabotage::Text {
            from: "Une erreur s'est produite",
            to: "NoMethodError (/srv/gateway/app/call.rb:12)",
        }),
        editions: EVERYWHERE,
        kills: &[(OWN_FAULT, "tells-of-its-inside")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "shows-its-exceptions",
        breaks: "Names an exception in a header.",
        how: How::Sabotage(Sabotage::Says("x-exception", "Net::ReadTimeoutError")),
        editions: EVERYWHERE,
        kills: &[(OWN_FAULT, "tells-of-its-inside")],
        ..Mutant::COMMON
    },
];

fn quoting(_: Edition) -> Overrides {
    Overrides {
        leaks_provider_words: Some(true),
        ..Overrides::default()
    }
}

const EVERYWHERE: &[Edition] = &[
    Edition::Documented,
    Edition::DocumentedV2,
    Edition::Observed,
];
const OWN_FAULT: &str = "gw.error.own-fault-is-500";
const ANALYSIS: &str = "gw.error.acoss-under-analysis";
const LEAK: &str = "gw.error.provider-words-do-not-leak";
