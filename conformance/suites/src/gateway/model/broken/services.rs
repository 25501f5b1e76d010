//! Gateways that tell something untrue of themselves: how services are, who they are, and when they fail themselves.

use doublure_journal::Moment;
use serde_json::json;

use super::{
    Broken, EVERY,
    relay::{put, status},
    waiting::recode,
};
use crate::gateway::model::{
    answers::Answer,
    choreography::Question,
    manners::{How, Manner, Told},
    scores::{self, Score},
};

pub(in crate::gateway::model) const BROKEN: &[Broken] = &[
    Broken {
        does: "wants a token from who asks how services are",
        how: How::Says(|told, answer| {
            if told.asked.step.operation.is_about_services() {
                answer.status = 401;
            }
        }),
        ..broken(&scores::SERVICES, "gw.status.needs-no-token", "refused")
    },
    Broken {
        does: "tells of every service that it is well",
        how: How::Says(|told, answer| tell(told, answer, "ok", 200)),
        ..broken(&scores::SERVICES, TRUTH, "told-as-well")
    },
    Broken {
        does: "tells of every service that it is not well",
        how: How::Says(|told, answer| tell(told, answer, "bad_gateway", 502)),
        ..broken(&scores::SERVICES, TRUTH, "told-as-failing")
    },
    Broken {
        does: "counts no request for the state of services",
        how: How::Manner(Manner::PingsAreFree),
        collateral: &[
            "gw.ban.address-limit",
            "gw.ban.is-silence",
            "gw.ban.covers-all-tokens",
        ],
        ..broken(
            &scores::PINGED,
            "gw.status.obeys-the-address-limit",
            "not-counted",
        )
    },
    Broken {
        does: "answers 502 where it fails itself",
        how: How::Says(|told, answer| doomed(told, answer, |answer| status(answer, 500, 502))),
        ..own("not-500")
    },
    Broken {
        does: "has another code where it fails itself",
        how: How::Says(|_, answer| recode(answer, "500", "599")),
        ..own("wrong-code")
    },
    Broken {
        does: "tells the name of the exception where it fails itself",
        how: How::Says(|told, answer| {
            doomed(told, answer, |answer| {
                put(answer, "/errors/0/detail", json!("NoMethodError: nil"));
            });
        }),
        ..own("tells-of-its-inside")
    },
    Broken {
        does: "speaks TLS 1.0",
        how: How::Shakes(|tried| {
            if tried.offered == "1.0" {
                tried.agreed = tried.refused.take().map(|_| "1.0".to_owned());
            }
        }),
        ..tls("old-version-spoken")
    },
    Broken {
        does: "speaks no TLS but the oldest",
        how: How::Shakes(|tried| {
            if tried.agreed.take().is_some() {
                tried.refused = Some("alert 70".to_owned());
            }
        }),
        ..tls("no-modern-version")
    },
    Broken {
        does: "shows a certificate for one name of two",
        how: How::Shakes(|tried| {
            if let Some(certificate) = &mut tried.certificate {
                certificate.names.retain(|name| name.starts_with("api"));
            }
        }),
        ..tls("not-for-its-names")
    },
    Broken {
        does: "shows a certificate whose time is over",
        how: How::Shakes(|tried| {
            if let Some(certificate) = &mut tried.certificate {
                certificate.until = Moment::from_micros(certificate.from.as_micros() + 1);
            }
        }),
        ..tls("not-in-its-time")
    },
    Broken {
        does: "shows a certificate that it signed itself",
        how: How::Shakes(|tried| {
            if let Some(certificate) = &mut tried.certificate {
                certificate.believed = false;
            }
        }),
        ..tls("not-believed")
    },
];

/// Tells the same of all that was asked.
fn tell(told: &Told<'_>, answer: &mut Answer, word: &str, code: u16) {
    if told.asked.step.operation.is_about_services() && !told.came.is_empty() {
        put(answer, "/status", json!(word));
        put(answer, "/results/0/code", json!(code));
        put(answer, "/results/1/code", json!(code));
    }
}

fn doomed(told: &Told<'_>, answer: &mut Answer, spoil: fn(&mut Answer)) {
    if told.asked.step.question == Question::Doomed {
        spoil(answer);
    }
}

const fn broken(score: &'static Score, rule: &'static str, reason: &'static str) -> Broken {
    Broken {
        does: "",
        how: How::Sound,
        score,
        editions: EVERY,
        convicts: (rule, reason),
        collateral: &[],
    }
}

const fn own(reason: &'static str) -> Broken {
    broken(&scores::OWN_FAULT, "gw.error.own-fault-is-500", reason)
}

const fn tls(reason: &'static str) -> Broken {
    broken(
        &scores::HANDSHAKES,
        "gw.tls.modern-and-multi-domain",
        reason,
    )
}

const TRUTH: &str = "gw.status.tells-the-truth";
