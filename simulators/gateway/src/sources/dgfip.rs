//! DGFIP, application Adélie: the tax attestation, a raw PDF (facts 150–151).

use bytes::Bytes;
use http::{Method, Response};
use serde_json::Value;

use crate::{
    sources::{self, Ask, Question, Raw, Way, login::Grant, request},
    trouble::{Class, Trouble},
};

/// The call for a tax attestation.
pub(crate) const ATTESTATION_FISCALE: Ask =
    Ask::of(GRANT.host, "attestation-fiscale", |way, question| {
        Box::pin(ask(way, question))
    });

async fn ask(way: &Way<'_>, question: Question<'_>) -> Result<Raw, Trouble> {
    let path = format!(
        "{PATH}?userId={USER}&siren={}&groupeIS=NON&groupeTVA=NON",
        question.entity
    );
    let correlation = format!(
        "{:016x}",
        way.session.dice().bits("correlation", way.parent.0)
    );
    let get =
        || request(Method::GET, GRANT.host, &path).header("X-Correlation-ID", correlation.as_str());
    let answer = way.authorised(GRANT, question, get, Bytes::new()).await?;
    Ok(Raw {
        body: read(&answer)?,
        redirected: false,
    })
}

/// The attestation in an answer.
pub(crate) fn document(body: &Bytes) -> Result<Bytes, Trouble> {
    sources::pdf(body.clone())
}

fn read(answer: &Response<Bytes>) -> Result<Bytes, Trouble> {
    let body = answer.body();
    match answer.status().as_u16() {
        200 => Ok(body.clone()),
        204 | 404 => Err(Trouble::said(Class::NotFound, body)),
        500 if error_code(body) == Some(RUNTIME_ERROR) => {
            Err(Trouble::said(Class::RuntimeError, body))
        }
        _ => Err(Trouble::of_status(answer.status(), body)),
    }
}

fn error_code(body: &Bytes) -> Option<u64> {
    let answer: Value = serde_json::from_slice(body).ok()?;
    answer.pointer("/erreur/code")?.as_u64()
}

/// Code of a runtime error of what stands before Adélie.
const RUNTIME_ERROR: u64 = 303_001;

const PATH: &str = "/adelie/v1/attestationFiscale";

/// Who asks, as DGFIP wants to know it: the gateway itself.
const USER: &str = "doublure";

const GRANT: Grant = Grant::oauth2(
    "dgfip",
    "grant_type=client_credentials&client_id=doublure&client_secret=secret",
);

#[cfg(test)]
mod tests {
    use super::*;

    fn class(status: u16, body: &'static str) -> Option<Class> {
        let body = Bytes::from_static(body.as_bytes());
        let answer = Response::builder().status(status).body(body).unwrap();
        read(&answer).err().map(|trouble| trouble.class)
    }

    #[test]
    fn adelies_refusals_are_told_apart() {
        assert_eq!(class(200, "%PDF-1.7"), None);
        assert_eq!(
            class(404, r#"{"erreur":{"code":404}}"#),
            Some(Class::NotFound)
        );
        assert_eq!(class(204, ""), Some(Class::NotFound));
        assert_eq!(
            class(500, r#"{"erreur":{"code":303001}}"#),
            Some(Class::RuntimeError)
        );
        assert_eq!(class(500, "<html>ADELIE</html>"), Some(Class::Internal));
        assert_eq!(class(429, "{}"), Some(Class::RateLimited));
        assert_eq!(class(400, "{}"), Some(Class::Unknown));
    }
}
