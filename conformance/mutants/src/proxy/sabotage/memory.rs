//! A proxy that keeps answers by itself and gives them again without asking.

use std::{collections::HashMap, sync::Mutex};

use bytes::Bytes;
use doublure_control::locked;
use http::{HeaderValue, Response, header, request::Parts};

/// What a proxy keeps that keeps answers by itself, and how it gives them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keeping {
    /// Good answers, as if they were fresh; who wants no kept answer gets none.
    Silently,
    /// Good answers, as if they were fresh, for everybody.
    Stubbornly,
    /// Good answers, told as kept, for everybody.
    PastNoCache,
    /// Failures, told as kept.
    Failures,
    /// The first document, as if it were every other one.
    OneDocument,
}

/// What was kept so far, by what was asked.
#[derive(Debug, Default)]
pub(crate) struct Memory(Mutex<HashMap<String, Response<Bytes>>>);

impl Memory {
    /// The answer that was kept for a request, if it is to be given.
    pub(crate) fn recall(&self, keeping: Keeping, asked: &Parts) -> Option<Response<Bytes>> {
        let wants_none = asked.headers.contains_key(header::CACHE_CONTROL);
        if wants_none && keeping == Keeping::Silently {
            return None;
        }
        let kept = locked(&self.0);
        let mut answer = kept.get(&keeping.key(asked)?)?.clone();
        if matches!(keeping, Keeping::PastNoCache | Keeping::Failures) {
            let told = HeaderValue::from_static("true");
            answer.headers_mut().insert(IS_CACHED, told);
        }
        Some(answer)
    }

    /// Keeps an answer, if it is one of those that are kept.
    pub(crate) fn keep(&self, keeping: Keeping, asked: &Parts, answer: &Response<Bytes>) {
        let status = answer.status();
        let is_kept = match keeping {
            Keeping::Silently | Keeping::Stubbornly | Keeping::PastNoCache => status.is_success(),
            Keeping::Failures => status.is_server_error(),
            Keeping::OneDocument => answer.body().starts_with(b"%PDF-"),
        };
        if let Some(key) = keeping.key(asked).filter(|_| is_kept) {
            let mut kept = locked(&self.0);
            kept.entry(key).or_insert_with(|| answer.clone());
        }
    }
}

impl Keeping {
    /// What is taken for the same question; none where the answer to it is never given again.
    fn key(self, asked: &Parts) -> Option<String> {
        if self == Self::OneDocument {
            let path = asked.uri.path();
            return path.starts_with("/siade/").then(String::new);
        }
        let token = asked.headers.get(header::AUTHORIZATION);
        Some(format!("{} {} {token:?}", asked.method, asked.uri))
    }
}

const IS_CACHED: &str = "x-response-cached";

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    fn asked(headers: &[(&'static str, &'static str)]) -> Parts {
        let request = Request::get("/v3/op/1");
        let request = headers.iter().fold(request, |request, (name, value)| {
            request.header(*name, *value)
        });
        request.body(()).unwrap().into_parts().0
    }

    fn answer(status: u16) -> Response<Bytes> {
        let answer = Response::builder()
            .status(status)
            .header(IS_CACHED, "false");
        answer.body(Bytes::from_static(b"{}")).unwrap()
    }

    /// What is said of a cache by what is recalled once this was kept.
    fn recalled(keeping: Keeping, kept: u16, headers: &[(&'static str, &'static str)]) -> String {
        let memory = Memory::default();
        memory.keep(keeping, &asked(&[]), &answer(kept));
        let recalled = memory.recall(keeping, &asked(headers));
        recalled.map_or("nothing".to_owned(), |answer| {
            answer.headers()[IS_CACHED].to_str().unwrap().to_owned()
        })
    }

    #[test]
    fn good_answers_are_given_again_told_or_not() {
        let past = [("cache-control", "no-cache")];

        assert_eq!(recalled(Keeping::Silently, 200, &[]), "false");
        assert_eq!(recalled(Keeping::Silently, 200, &past), "nothing");
        assert_eq!(recalled(Keeping::Stubbornly, 200, &past), "false");
        assert_eq!(recalled(Keeping::PastNoCache, 200, &past), "true");
        assert_eq!(recalled(Keeping::PastNoCache, 503, &[]), "nothing");
    }

    #[test]
    fn one_document_is_given_for_every_other_one_and_for_nothing_else() {
        let memory = Memory::default();
        let asked = |path: &str| Request::get(path).body(()).unwrap().into_parts().0;
        let document = Response::new(Bytes::from_static(b"%PDF-1.7"));
        let recalled = |path| memory.recall(Keeping::OneDocument, &asked(path));

        memory.keep(Keeping::OneDocument, &asked("/siade/a.pdf"), &document);

        assert_eq!(recalled("/siade/b.pdf").unwrap().body(), document.body());
        assert!(recalled("/v3/op/1").is_none());
    }

    #[test]
    fn failures_are_given_again_to_the_same_token_only() {
        let other = [("authorization", "Bearer b")];

        assert_eq!(recalled(Keeping::Failures, 503, &[]), "true");
        assert_eq!(recalled(Keeping::Failures, 503, &other), "nothing");
        assert_eq!(recalled(Keeping::Failures, 200, &[]), "nothing");
    }
}
