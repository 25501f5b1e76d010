//! How the gateway asks a provider and reads its dialect.
//!
//! One file a provider: `ask` makes the calls, `read` and its like are pure. [`Way`] is what they share:
//! exchanges, log-ins that are remembered, one renewal of credentials.
//!
//! What happens rarely (log-in, renewal, redirection) waits on the heap, so that the future of a usual call stays small.

pub(crate) mod dgfip;
pub(crate) mod infogreffe;
pub(crate) mod insee;
pub(crate) mod login;
pub(crate) mod urssaf;
pub(crate) mod xml;

use std::sync::Arc;

use bytes::Bytes;
use doublure_journal::ExchangeId;
use doublure_kernel::{Labels, Session, Upstream};
use http::{HeaderValue, Request, Response, StatusCode, header};

use crate::{
    sources::login::{Grant, Logins},
    trouble::{Class, Trouble},
};

/// The way to one provider, for one call of the gateway's.
pub(crate) struct Way<'a> {
    /// The session.
    pub(crate) session: &'a Session,
    /// The exchange of the caller's.
    pub(crate) parent: ExchangeId,
    /// Where the provider is.
    pub(crate) upstream: &'a Upstream,
    /// What the provider let us in with before.
    pub(crate) logins: &'a Logins,
}

/// A question to a provider.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Question<'a> {
    /// Name of the provider's call.
    pub(crate) call: &'static str,
    /// The SIREN or SIRET asked about.
    pub(crate) entity: &'a str,
}

/// What a provider gave, before any one has read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Raw {
    /// The body of its answer.
    pub(crate) body: Bytes,
    /// Whether it sent us on to another entity first.
    pub(crate) redirected: bool,
}

impl Way<'_> {
    /// One exchange.
    pub(crate) async fn exchange(
        &self,
        call: &'static str,
        entity: Option<&str>,
        request: Request<Bytes>,
    ) -> Result<Response<Bytes>, Trouble> {
        let upstream = self.upstream;
        let labels = Labels {
            provider: Some(Arc::clone(&upstream.provider)),
            call: Some(call.into()),
            entity: entity.map(Into::into),
            ..Labels::default()
        };
        let answer = upstream.exchange(self.session, self.parent, labels, request);
        Ok(answer.await?)
    }

    /// One exchange that needs a log-in. Credentials that are refused are renewed once.
    pub(crate) async fn authorised(
        &self,
        grant: Grant,
        question: Question<'_>,
        request: impl Fn() -> http::request::Builder,
        body: Bytes,
    ) -> Result<Response<Bytes>, Trouble> {
        let attempt = async |bearer: &str| {
            let request = request()
                .header(header::AUTHORIZATION, format!("Bearer {bearer}"))
                .body(body.clone());
            let request = request.map_err(|_| Class::Unknown)?;
            self.exchange(question.call, Some(question.entity), request)
                .await
        };
        let bearer = self.logins.current(self, grant).await?;
        let answer = attempt(&bearer).await?;
        if answer.status() != StatusCode::UNAUTHORIZED {
            return Ok(answer);
        }
        let bearer = self.logins.renewed(self, grant, &bearer).await?;
        let answer = Box::pin(attempt(&bearer)).await?;
        if answer.status() == StatusCode::UNAUTHORIZED {
            return Err(Trouble::said(Class::Passing, answer.body()));
        }
        Ok(answer)
    }
}

/// The first bytes of a request to a provider. `host` is its id: there are no real hosts here.
pub(crate) fn request(
    method: http::Method,
    host: &'static str,
    path: &str,
) -> http::request::Builder {
    Request::builder()
        .method(method)
        .uri(path)
        .header(header::HOST, HeaderValue::from_static(host))
        .header(header::USER_AGENT, HeaderValue::from_static("doublure"))
}

/// The PDF in a provider's answer.
pub(crate) fn pdf(bytes: Bytes) -> Result<Bytes, Trouble> {
    match bytes.as_ref() {
        [] => Err(Class::EmptyFile.into()),
        content if content.starts_with(b"%PDF-") => Ok(bytes),
        _ => Err(Trouble::said(Class::NotAPdf, &bytes)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_begins_as_a_pdf_is_one() {
        let class = |bytes: &'static [u8]| {
            let trouble = pdf(Bytes::from_static(bytes)).err();
            trouble.map(|trouble| trouble.class)
        };

        assert_eq!(class(b"%PDF-1.7"), None);
        assert_eq!(class(b"<html>"), Some(Class::NotAPdf));
        assert_eq!(class(b""), Some(Class::EmptyFile));
    }
}
