//! Gateways that keep what they should not, or give links that lead to nothing.

use serde_json::{Value, json};

use super::{Broken, EVERY, relay::put};
use crate::gateway::model::{
    answers::Answer,
    choreography::Operation,
    manners::{How, Manner, Told},
    scores,
};

pub(in crate::gateway::model) const BROKEN: &[Broken] = &[
    Broken {
        does: "keeps answers and does not say so",
        how: How::Says(|_, answer| answer.headers.retain(|(name, _)| name != CACHED)),
        collateral: &[VALUES],
        ..kept(ANNOUNCED, "not-announced")
    },
    Broken {
        does: "says of every answer that it was kept",
        how: How::Says(|_, answer| {
            answer.headers.retain(|(name, _)| name != CACHED);
            answer.headers.push((CACHED.to_owned(), "true".to_owned()));
        }),
        ..kept(ANNOUNCED, "announced-falsely")
    },
    Broken {
        does: "gives a kept answer to who wants none",
        how: How::Manner(Manner::KeepsAnyway),
        ..kept(ANNOUNCED, "no-cache-ignored")
    },
    Broken {
        does: "keeps the failures of providers",
        how: How::Manner(Manner::KeepsErrors),
        ..kept("gw.cache.errors-are-not-kept", "error-kept")
    },
    Broken {
        does: "gives an earlier answer as if it were a new one",
        how: How::Says(|_, answer| answer.headers.retain(|(name, _)| name != CACHED)),
        collateral: &[ANNOUNCED],
        ..kept(VALUES, "stale")
    },
    Broken {
        does: "promises a document and gives no link",
        how: How::Says(|_, answer| put(answer, "/data/document_url", Value::Null)),
        ..linked(LIVE, "no-link")
    },
    Broken {
        does: "wants a token from who follows a link",
        how: How::Says(|told, answer| {
            followed(told, answer, |answer| {
                answer.status = 401;
                answer.body = json!({"errors": []});
            });
        }),
        ..linked(LIVE, "dead-link")
    },
    Broken {
        does: "gives a page where it promises a document",
        how: How::Says(|told, answer| {
            followed(told, answer, |answer| answer.body = json!("<html>"));
        }),
        ..linked(LIVE, "not-what-it-promises")
    },
    Broken {
        does: "calls a document a page",
        how: How::Says(|told, answer| {
            followed(told, answer, |answer| {
                let page = ("Content-Type".to_owned(), "text/html".to_owned());
                answer.headers.push(page);
            });
        }),
        ..linked(LIVE, "other-media-type")
    },
    Broken {
        does: "does not say how long a link lives",
        how: How::Says(|_, answer| put(answer, "/data/expires_in", Value::Null)),
        ..ending("no-term")
    },
    Broken {
        does: "ends a link two seconds early",
        how: How::Manner(Manner::LinksEndEarly),
        ..ending("ends-early")
    },
    Broken {
        does: "gives a document after its link has ended",
        how: How::Manner(Manner::LinksLiveOn),
        ..ending("outlives-its-term")
    },
];

fn followed(told: &Told<'_>, answer: &mut Answer, spoil: fn(&mut Answer)) {
    if told.asked.step.operation == Operation::Link && answer.status == 200 {
        spoil(answer);
    }
}

const fn kept(rule: &'static str, reason: &'static str) -> Broken {
    Broken {
        does: "",
        how: How::Sound,
        score: &scores::KEPT,
        editions: EVERY,
        convicts: (rule, reason),
        collateral: &[],
    }
}

const fn linked(rule: &'static str, reason: &'static str) -> Broken {
    Broken {
        score: &scores::LINKS,
        ..kept(rule, reason)
    }
}

const fn ending(reason: &'static str) -> Broken {
    Broken {
        score: &scores::LINK_TERMS,
        ..kept("gw.document.link-is-live-then-expires", reason)
    }
}

const CACHED: &str = "X-Response-Cached";
const ANNOUNCED: &str = "gw.cache.is-announced";
const VALUES: &str = "gw.relay.values-unaltered";
const LIVE: &str = "gw.document.link-is-live";
