//! Gateways that answer bad questions wrongly.

use doublure_fixtures::Edition;
use serde_json::{Value, json};

use super::{
    AGGREGATING, Broken, EVERY,
    relay::{put, status},
};
use crate::gateway::model::{
    answers::Answer,
    choreography::Question,
    manners::{How, Told},
    scores,
};

pub(in crate::gateway::model) const BROKEN: &[Broken] = &[
    Broken {
        does: "answers 404 to what it cannot read",
        how: How::Says(|_, answer| status(answer, 400, 404)),
        ..broken("gw.error.bad-syntax-is-400", "not-400")
    },
    Broken {
        does: "answers 400 to what can be no identifier",
        how: How::Says(|told, answer| {
            when(told, answer, Question::Malformed, |answer| {
                status(answer, 422, 400);
            });
        }),
        ..broken(MALFORMED, "not-422")
    },
    Broken {
        does: "does not say which identifier is none",
        how: How::Says(|told, answer| when(told, answer, Question::Malformed, unnamed)),
        ..broken(MALFORMED, "not-at-its-parameter")
    },
    Broken {
        does: "answers 200 about somebody whom its provider does not know",
        how: How::Says(|told, answer| {
            if !told.came.is_empty() {
                status(answer, 404, 200);
            }
        }),
        collateral: &["gw.error.out-of-perimeter-is-404"],
        ..broken("gw.error.not-found-is-404", "not-404")
    },
    Broken {
        does: "answers 200 about somebody who is known elsewhere only",
        how: How::Says(|told, answer| {
            if !told.came.is_empty() {
                status(answer, 404, 200);
            }
        }),
        score: &scores::ELSEWHERE,
        collateral: &["gw.error.not-found-is-404"],
        ..broken("gw.error.out-of-perimeter-is-404", "not-404")
    },
    Broken {
        does: "answers 404 for what is disclosed to nobody",
        how: How::Says(|_, answer| status(answer, 451, 404)),
        ..broken("gw.error.undisclosed-is-451", "not-451")
    },
    Broken {
        does: "answers calls that say nothing of their frame",
        how: How::Says(|told, answer| {
            when(told, answer, Question::Untraced, |answer| {
                status(answer, 422, 200);
            });
        }),
        collateral: &[KEPT],
        ..broken(TRACE, "accepted")
    },
    Broken {
        does: "does not say that the object is missing",
        how: How::Says(|told, answer| when(told, answer, Question::WithoutObject, unnamed)),
        ..broken(TRACE, "not-named")
    },
    Broken {
        does: "takes any recipient",
        how: How::Says(|told, answer| {
            when(told, answer, Question::BadRecipient, |answer| {
                status(answer, 422, 200);
            });
        }),
        editions: &[Edition::Documented, Edition::Observed],
        collateral: &[KEPT],
        ..broken(RECIPIENT, "not-422")
    },
    Broken {
        does: "takes any fourteen digits for a SIRET",
        how: How::Says(|told, answer| {
            when(told, answer, Question::Disproved, |answer| {
                status(answer, 422, 200);
            });
        }),
        editions: &[Edition::Documented, Edition::Observed],
        collateral: &[KEPT],
        ..broken(RECIPIENT, "any-fourteen-digits")
    },
    Broken {
        does: "does not say that the recipient is none",
        how: How::Says(|told, answer| when(told, answer, Question::BadRecipient, unnamed)),
        editions: &[Edition::Documented, Edition::Observed],
        ..broken(RECIPIENT, "not-at-recipient")
    },
    Broken {
        does: "takes no recipient but a SIRET in the older version",
        how: How::Says(|told, answer| {
            let asked = told.asked;
            if asked.is_version_two() && asked.step.question == Question::BadRecipient {
                answer.status = 422;
            }
        }),
        score: &scores::OLDER,
        editions: AGGREGATING,
        collateral: &[
            SHAPE,
            "gw.partial.all-well-gives-200",
            "gw.partial.one-source-fails-gives-206",
            "gw.partial.main-source-fails-gives-its-error",
        ],
        ..broken("gw.trace.v-two-values-are-not-judged", "refused")
    },
    Broken {
        does: "does not know an operation's other version any more",
        how: How::Says(|told, answer| {
            when(told, answer, Question::Marked, |answer| {
                status(answer, 200, 410);
            });
        }),
        collateral: &["gw.error.one-shape"],
        ..broken(VERSION, "version-gone")
    },
    Broken {
        does: "answers by a version that is none",
        how: How::Says(|told, answer| {
            when(told, answer, Question::NoVersion, |answer| {
                status(answer, 404, 200);
            });
        }),
        ..broken(VERSION, "unknown-version")
    },
    Broken {
        does: "lets a page of any origin read its answers",
        how: How::Says(|told, answer| {
            if told.asked.step.question == Question::Browser {
                answer
                    .headers
                    .push(("Access-Control-Allow-Origin".to_owned(), "*".to_owned()));
            }
        }),
        ..broken("gw.cors.no-browser-call", "allows-another-origin")
    },
    Broken {
        does: "says what it refuses in a shape of its own",
        how: How::Says(|told, answer| {
            when(told, answer, Question::BadSyntax, |answer| {
                answer.body = json!({"error": "D"});
            });
        }),
        ..broken(SHAPE, "no-errors")
    },
    Broken {
        does: "has codes of four digits",
        how: How::Says(|told, answer| {
            when(told, answer, Question::BadSyntax, |answer| {
                put(answer, "/errors/0/code", json!("0401"));
            });
        }),
        ..broken(SHAPE, "bad-code")
    },
    Broken {
        does: "gives its errors no title",
        how: How::Says(|told, answer| {
            when(told, answer, Question::BadSyntax, |answer| {
                put(answer, "/errors/0/title", Value::Null);
            });
        }),
        ..broken(SHAPE, "member-missing")
    },
];

fn when(told: &Told<'_>, answer: &mut Answer, question: Question, spoil: fn(&mut Answer)) {
    if told.asked.step.question == question {
        spoil(answer);
    }
}

fn unnamed(answer: &mut Answer) {
    put(answer, "/errors/0/source", Value::Null);
}

const fn broken(rule: &'static str, reason: &'static str) -> Broken {
    Broken {
        does: "",
        how: How::Sound,
        score: &scores::QUESTIONS,
        editions: EVERY,
        convicts: (rule, reason),
        collateral: &[],
    }
}

const MALFORMED: &str = "gw.error.malformed-is-422";
const TRACE: &str = "gw.trace.missing-parameter-is-refused";
const RECIPIENT: &str = "gw.trace.recipient-is-a-siret";
const VERSION: &str = "gw.version.old-and-new-live-together";
/// Who answers without asking a provider should have kept the answer.
const KEPT: &str = "gw.cache.is-announced";
const SHAPE: &str = "gw.error.one-shape";
