//! How the gateway asks a provider and reads its dialect.
//!
//! One file a provider: its [`Ask`]s, one a call; `ask` makes the call, `read` and its like are pure. [`Way`] is what
//! they share: exchanges, log-ins that are remembered, one renewal of credentials.
//!
//! What happens rarely (log-in, renewal, redirection) waits on the heap, so that the future of a usual call stays small.

pub(crate) mod ademe;
pub(crate) mod associations;
pub(crate) mod banque_de_france;
pub(crate) mod carif_oref;
pub(crate) mod cibtp;
pub(crate) mod cnetp;
pub(crate) mod data_subvention;
pub(crate) mod dgddi;
pub(crate) mod dgfip;
pub(crate) mod fabrique_numerique;
pub(crate) mod fntp;
pub(crate) mod gip_mds;
pub(crate) mod infogreffe;
pub(crate) mod inpi;
pub(crate) mod insee;
pub(crate) mod login;
pub(crate) mod msa;
pub(crate) mod opqibi;
pub(crate) mod probtp;
pub(crate) mod qualibat;
pub(crate) mod qualifelec;
pub(crate) mod rnm;
pub(crate) mod urssaf;
pub(crate) mod vies;
pub(crate) mod xml;

use std::{fmt, pin::Pin, sync::Arc};

use base64::{Engine, prelude::BASE64_STANDARD};
use bytes::Bytes;
use doublure_kernel::{Labels, Parent, Session, Upstream};
use http::{HeaderValue, Request, Response, StatusCode, header};

use crate::{
    arguments::Arguments,
    sources::login::{Grant, Logins},
    trouble::{Class, Trouble},
};

/// The way to one provider, for one call of the gateway's.
pub(crate) struct Way<'a> {
    /// The session.
    pub(crate) session: &'a Session,
    /// The exchange of the caller's.
    pub(crate) parent: Parent,
    /// Where the provider is.
    pub(crate) upstream: &'a Upstream,
    /// What the provider let us in with before.
    pub(crate) logins: &'a Logins,
}

/// Whom to ask, by which of its calls. Each is a constant of its provider's file.
#[derive(Clone, Copy)]
pub(crate) struct Ask {
    /// Id of the provider.
    pub(crate) provider: &'static str,
    /// Name of the provider's call.
    pub(crate) call: &'static str,
    /// Makes the call, without a limit in time.
    pub(crate) go: Go,
}

/// Makes a call: `|way, question| Box::pin(ask(way, question))`.
pub(crate) type Go = for<'a> fn(&'a Way<'a>, Question<'a>) -> Going<'a>;

/// A call on its way.
pub(crate) type Going<'a> = Pin<Box<dyn Future<Output = Result<Raw, Trouble>> + Send + 'a>>;

/// A question to a provider.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Question<'a> {
    /// Name of the provider's call.
    pub(crate) call: &'static str,
    /// The one asked about: SIREN, SIRET or another number.
    pub(crate) entity: &'a str,
    /// All that the caller asks for.
    pub(crate) arguments: &'a Arguments,
    /// What the provider calls the file that is wanted; empty: it is asked for no file.
    pub(crate) file: &'a str,
}

/// What a provider gave, before any one has read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Raw {
    /// The body of its answer.
    pub(crate) body: Bytes,
    /// Whether it sent us on to another entity first.
    pub(crate) redirected: bool,
}

impl Ask {
    /// A call of a provider.
    pub(crate) const fn of(provider: &'static str, call: &'static str, go: Go) -> Self {
        Self { provider, call, go }
    }
}

impl From<Bytes> for Raw {
    fn from(body: Bytes) -> Self {
        Self {
            body,
            redirected: false,
        }
    }
}

impl fmt::Debug for Ask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.provider, self.call)
    }
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

    /// One exchange that needs no log-in.
    pub(crate) async fn open(
        &self,
        question: Question<'_>,
        request: http::request::Builder,
        body: Bytes,
    ) -> Result<Response<Bytes>, Trouble> {
        let request = request.body(body).map_err(|_| Class::Unknown)?;
        self.exchange(question.call, Some(question.entity), request)
            .await
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
            let (name, value) = grant.pass(bearer);
            let request = request().header(name, value).body(body.clone());
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

/// The body of an answer that tells by its status how it went: 404 is not found.
pub(crate) fn by_status(answer: &Response<Bytes>) -> Result<Bytes, Trouble> {
    match answer.status() {
        StatusCode::OK => Ok(answer.body().clone()),
        StatusCode::NOT_FOUND => Err(Trouble::said(Class::NotFound, answer.body())),
        status => Err(Trouble::of_status(status, answer.body())),
    }
}

/// The PDF in a provider's text in base64.
pub(crate) fn pdf_in_base64(text: &[u8]) -> Result<Bytes, Trouble> {
    let decoded = BASE64_STANDARD.decode(text);
    let bytes =
        decoded.map_err(|_| Trouble::said(Class::NotBase64, &Bytes::copy_from_slice(text)))?;
    pdf(bytes.into())
}

/// The PDF in a provider's answer.
pub(crate) fn pdf(bytes: Bytes) -> Result<Bytes, Trouble> {
    match bytes.as_ref() {
        [] => Err(Class::EmptyFile.into()),
        content if content.starts_with(b"%PDF-") => Ok(bytes),
        _ => Err(Trouble::said(Class::NotAPdf, &bytes)),
    }
}

/// Questions as tests put them.
#[cfg(test)]
pub(crate) mod testing {
    use std::sync::LazyLock;

    use super::*;

    /// A question about one, with nothing else asked for.
    pub(crate) fn about(ask: Ask, entity: &str) -> Question<'_> {
        static NOTHING: LazyLock<Arguments> = LazyLock::new(Arguments::default);
        Question {
            call: ask.call,
            entity,
            arguments: &NOTHING,
            file: "",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_tells_how_it_went() {
        let class = |status| {
            let answer = Response::builder().status(status).body(Bytes::new());
            let trouble = by_status(&answer.unwrap()).err();
            trouble.map(|trouble| trouble.class)
        };

        assert_eq!(class(200), None);
        assert_eq!(class(404), Some(Class::NotFound));
        assert_eq!(class(500), Some(Class::Internal));
        assert_eq!(class(401), Some(Class::Unknown));
    }

    #[test]
    fn a_document_in_base64_is_decoded_and_what_is_none_is_told_apart() {
        let class = |text: &str| {
            let trouble = pdf_in_base64(text.as_bytes()).err();
            trouble.map(|trouble| trouble.class)
        };

        assert_eq!(class(&BASE64_STANDARD.encode("%PDF-1.7")), None);
        assert_eq!(class("%PDF-1.7"), Some(Class::NotBase64));
        assert_eq!(
            class(&BASE64_STANDARD.encode("<html>")),
            Some(Class::NotAPdf)
        );
        assert_eq!(class(""), Some(Class::EmptyFile));
    }

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
