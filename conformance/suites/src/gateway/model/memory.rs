//! What a model remembers of what it said: answers that it keeps, and documents that it gave links to.

use serde_json::{Value, json};

use super::{
    answers::Answer,
    asked::{Asked, DOCUMENT_TERM_MS},
    choreography::Question,
    manners::Manner,
};

/// What is remembered, and since when.
#[derive(Debug, Default)]
pub(super) struct Memory {
    /// Whether answers are kept at all.
    keeps: bool,
    kept: Vec<(String, u64, Answer)>,
    documents: Vec<(String, u64)>,
}

impl Memory {
    /// That of a gateway that keeps answers or does not: both are right.
    pub(super) const fn new(keeps: bool) -> Self {
        Self {
            keeps,
            kept: Vec::new(),
            documents: Vec::new(),
        }
    }

    /// The answer that was kept, told as such.
    pub(super) fn kept(&self, manner: Manner, asked: &Asked, now: u64) -> Option<Answer> {
        let passes = asked.step.question == Question::Past && manner != Manner::KeepsAnyway;
        let target = asked.seen().target;
        let is_it = |(of, since, _): &&(String, u64, Answer)| {
            *of == target && (*since..*since + KEPT_MS).contains(&now)
        };
        let (.., answer) = self.kept.iter().rfind(is_it).filter(|_| !passes)?;
        let mut answer = answer.clone();
        // Some write it so.
        let word = if asked.step.ways.back.is_multiple_of(2) {
            "true"
        } else {
            "True"
        };
        answer.headers = vec![(CACHED.to_owned(), word.to_owned())];
        Some(answer)
    }

    /// Remembers an answer that providers led to.
    pub(super) fn keep(&mut self, manner: Manner, asked: &Asked, now: u64, answer: &mut Answer) {
        if asked.step.operation.is_document() && answer.status == 200 {
            self.documents.push((asked.entity.clone(), now));
        }
        let is_kept =
            answer.status == 200 || (manner == Manner::KeepsErrors && answer.status >= 500);
        if self.keeps && is_kept {
            self.kept.push((asked.seen().target, now, answer.clone()));
        }
        if self.keeps {
            answer.headers.push((CACHED.to_owned(), "false".to_owned()));
        }
    }

    /// The document that a link leads to, as long as it lives.
    pub(super) fn document(&self, manner: Manner, asked: &Asked, now: u64) -> Answer {
        let term = match manner {
            Manner::LinksEndEarly => DOCUMENT_TERM_MS - 2_000,
            Manner::LinksLiveOn => DOCUMENT_TERM_MS * 2,
            _ => DOCUMENT_TERM_MS,
        };
        let lives = |(of, since): &(String, u64)| *of == asked.entity && now < since + term;
        if self.documents.iter().any(lives) {
            return Answer::of(200, Value::String("%PDF-1.7".to_owned()));
        }
        Answer::of(404, json!({"errors": []}))
    }
}
const KEPT_MS: u64 = 3_600_000;
const CACHED: &str = "X-Response-Cached";
