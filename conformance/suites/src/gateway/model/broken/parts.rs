//! Gateways that hide that a source is missing.

use serde_json::{Value, json};

use super::{
    AGGREGATING, Broken,
    relay::{put, status},
};
use crate::gateway::model::{manners::How, scores};

pub(in crate::gateway::model) const BROKEN: &[Broken] = &[
    Broken {
        does: "answers 200 though a source is missing",
        how: How::Says(|_, answer| status(answer, 206, 200)),
        ..broken(PARTIAL, "not-206")
    },
    Broken {
        does: "leaves what is missing null",
        how: How::Says(|_, answer| {
            if answer.status == 206 {
                put(answer, "/entreprise/mandataires_sociaux", Value::Null);
            }
        }),
        ..broken(PARTIAL, "not-marked")
    },
    Broken {
        does: "says that nothing went wrong though a source is missing",
        how: How::Says(|_, answer| put(answer, "/gateway_error", json!(false))),
        ..broken(PARTIAL, "gateway-error-not-true")
    },
    Broken {
        does: "tells what a source said as missing, too",
        how: How::Says(|_, answer| {
            if answer.status == 206 {
                put(answer, "/entreprise/raison_sociale", json!(MISSING));
            }
        }),
        ..broken(PARTIAL, "marked-elsewhere")
    },
    Broken {
        does: "tells something as missing though nothing is",
        how: How::Says(|told, answer| {
            if told.came.len() > 1 && answer.status == 200 {
                put(answer, "/entreprise/mandataires_sociaux", json!(MISSING));
            }
        }),
        ..broken(WHOLE, "marked")
    },
    Broken {
        does: "answers 206 though nothing is missing",
        how: How::Says(|told, answer| {
            if told.came.len() > 1 {
                status(answer, 200, 206);
            }
        }),
        ..broken(WHOLE, "not-200")
    },
    Broken {
        does: "says that something went wrong though nothing is missing",
        how: How::Says(|_, answer| put(answer, "/gateway_error", json!(true))),
        ..broken(WHOLE, "gateway-error-not-false")
    },
    Broken {
        does: "answers 206 though the main source is missing",
        how: How::Says(|told, answer| {
            if told.came.len() > 1 && answer.status >= 500 {
                answer.status = 206;
            }
        }),
        ..broken(MAIN, "masked")
    },
    Broken {
        does: "answers with an error of its own though the main source is missing",
        how: How::Says(|told, answer| {
            if told.came.len() > 1 && answer.status >= 500 {
                answer.status = 500;
            }
        }),
        ..broken(MAIN, "another-error")
    },
];

const fn broken(rule: &'static str, reason: &'static str) -> Broken {
    Broken {
        does: "",
        how: How::Sound,
        score: &scores::PARTS,
        editions: AGGREGATING,
        convicts: (rule, reason),
        collateral: &[],
    }
}

const PARTIAL: &str = "gw.partial.one-source-fails-gives-206";
const MISSING: &str = "Donnée indisponible";
const MAIN: &str = "gw.partial.main-source-fails-gives-its-error";
const WHOLE: &str = "gw.partial.all-well-gives-200";
