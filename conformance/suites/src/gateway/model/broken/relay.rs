//! Gateways that relay something else than they were told.

use serde_json::{Value, json};

use super::{Broken, EVERY};
use crate::gateway::model::{
    answers::Answer,
    manners::{How, Told},
    scores,
};

pub(in crate::gateway::model) const BROKEN: &[Broken] = &[
    Broken {
        does: "answers 502 though its provider answered well",
        how: How::Says(|_, answer| status(answer, 200, 502)),
        ..relaying("not-200")
    },
    Broken {
        does: "leaves out a member that every answer has",
        how: How::Says(|_, answer| {
            drop(
                answer
                    .body
                    .as_object_mut()
                    .and_then(|body| body.remove("links")),
            );
        }),
        ..relaying("undocumented-shape")
    },
    Broken {
        does: "changes a value",
        how: How::Says(|_, answer| put(answer, "/data/categorie_entreprise", json!("ETI"))),
        ..values("altered")
    },
    Broken {
        does: "says a value that its provider does not have",
        how: How::Says(|_, answer| {
            put(answer, "/data/personne_morale_attributs/sigle", json!("OT"));
        }),
        ..values("invented")
    },
    Broken {
        does: "leaves a value out",
        how: How::Says(|_, answer| put(answer, "/data/forme_juridique/code", Value::Null)),
        ..values("dropped")
    },
    Broken {
        does: "says a value in the place of another",
        how: How::Says(|_, answer| put(answer, "/data/forme_juridique/code", json!("62.02A"))),
        ..values("swapped")
    },
    Broken {
        does: "passes a provider's header on",
        how: How::Says(|told, answer| {
            if speaks(told) {
                answer.headers.push((
                    "X-Served-By".to_owned(),
                    format!("canari-{}-host", told.asked.entity),
                ));
            }
        }),
        ..words("in-a-header")
    },
    Broken {
        does: "passes a provider's body on",
        how: How::Says(|told, answer| {
            if speaks(told) {
                put(
                    answer,
                    "/errors/0/detail",
                    json!(format!("<h1>canari-{}</h1>", told.asked.entity)),
                );
            }
        }),
        ..words("in-the-body")
    },
];

/// Puts another status in the place of one.
pub(super) fn status(answer: &mut Answer, from: u16, to: u16) {
    if answer.status == from {
        answer.status = to;
    }
}

/// Puts another value in the place of one that is there.
pub(super) fn put(answer: &mut Answer, place: &str, value: Value) {
    if let Some(there) = answer.body.pointer_mut(place) {
        *there = value;
    }
}

fn speaks(told: &Told<'_>) -> bool {
    told.came.iter().any(|(_, came)| {
        *came
            == crate::gateway::model::answers::Came::Of(
                crate::gateway::model::choreography::Act::Speaks,
            )
    })
}

const fn relaying(reason: &'static str) -> Broken {
    Broken {
        does: "",
        how: How::Sound,
        score: &scores::RELAY,
        editions: EVERY,
        convicts: ("gw.relay.fast-provider-gives-200", reason),
        collateral: &["gw.error.one-shape", "gw.partial.all-well-gives-200"],
    }
}

const fn values(reason: &'static str) -> Broken {
    Broken {
        convicts: ("gw.relay.values-unaltered", reason),
        collateral: &[],
        ..relaying("")
    }
}

const fn words(reason: &'static str) -> Broken {
    Broken {
        score: &scores::WORDS,
        convicts: ("gw.error.provider-words-do-not-leak", reason),
        collateral: &[],
        ..relaying("")
    }
}
