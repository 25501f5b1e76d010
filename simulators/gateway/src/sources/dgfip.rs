//! DGFIP, application Adélie: the tax attestation, a raw PDF; turnover and tax returns, in JSON (facts 150–151).

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
        Box::pin(async move {
            let siren = question.entity;
            let target = format!(
                "attestationFiscale?userId={USER}&siren={siren}&groupeIS=NON&groupeTVA=NON"
            );
            ask(way, question, &target).await
        })
    });

/// The call for the turnover of an establishment's company.
pub(crate) const CHIFFRE_AFFAIRES: Ask =
    Ask::of(GRANT.host, "chiffre-affaires", |way, question| {
        Box::pin(async move {
            let target = format!("chiffreAffaires?userId={USER}&siret={}", question.entity);
            ask(way, question, &target).await
        })
    });

/// The call for what a company declared for a year.
pub(crate) const LIASSE_FISCALE: Ask = Ask::of(GRANT.host, "liasse-fiscale", |way, question| {
    Box::pin(async move {
        let year = question.arguments.value("year").unwrap_or_default();
        let siren = question.entity;
        let target = format!("getLiasseFiscale?userId={USER}&siren={siren}&annee={year}");
        ask(way, question, &target).await
    })
});

async fn ask(way: &Way<'_>, question: Question<'_>, target: &str) -> Result<Raw, Trouble> {
    let path = format!("/adelie/v1/{target}");
    let correlation = format!(
        "{:016x}",
        way.session
            .dice()
            .bits("correlation", way.parent.exchange().0)
    );
    let get =
        || request(Method::GET, GRANT.host, &path).header("X-Correlation-ID", correlation.as_str());
    let answer = way.authorised(GRANT, question, get, Bytes::new()).await?;
    Ok(read(&answer)?.into())
}

/// The attestation in an answer.
pub(crate) fn document(body: &Bytes) -> Result<Bytes, Trouble> {
    sources::pdf(body.clone())
}

/// The years in an answer about turnover: at least one.
pub(crate) fn turnovers(body: &Bytes) -> Result<Vec<Value>, Trouble> {
    let trouble = |class| Err(Trouble::said(class, body));
    if matches!(body.trim_ascii(), b"" | b"null") {
        return trouble(Class::NotFound);
    }
    let mut answer: Value = match serde_json::from_slice(body) {
        Ok(answer) => answer,
        Err(_) => return trouble(Class::Unknown),
    };
    match answer.get_mut("liste_ca").map(Value::take) {
        Some(Value::Array(years)) if !years.is_empty() => Ok(years),
        Some(Value::Array(_) | Value::Null) => trouble(Class::NotFound),
        _ => trouble(Class::Unknown),
    }
}

fn read(answer: &Response<Bytes>) -> Result<Bytes, Trouble> {
    let body = answer.body();
    match answer.status().as_u16() {
        200 => Ok(body.clone()),
        204 | 404 => Err(Trouble::said(Class::NotFound, body)),
        500 if error_code(body) == Some(RUNTIME_ERROR) => {
            Err(Trouble::said(Class::RuntimeError, body))
        }
        500 if error_code(body) == Some(UNREADABLE) => Err(Trouble::said(PERHAPS_NONE, body)),
        _ => Err(Trouble::of_status(answer.status(), body)),
    }
}

fn error_code(body: &Bytes) -> Option<u64> {
    let answer: Value = serde_json::from_slice(body).ok()?;
    answer.pointer("/erreur/code")?.as_u64()
}

/// It fails at the file, which may mean that there is none.
const PERHAPS_NONE: Class = Class::Own("501");

/// Code of a file that DGFIP fails at.
const UNREADABLE: u64 = 500;

/// Code of a runtime error of what stands before Adélie.
const RUNTIME_ERROR: u64 = 303_001;

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
    fn turnover_that_is_not_there_is_told_in_four_ways() {
        let of = |body: &'static str| {
            let years = turnovers(&Bytes::from_static(body.as_bytes()));
            years
                .map(|years| years.len())
                .map_err(|trouble| trouble.class)
        };

        assert_eq!(of(r#"{"liste_ca":[{},{}]}"#), Ok(2));
        for nothing in ["", "null", r#"{"liste_ca":[]}"#, r#"{"liste_ca":null}"#] {
            assert_eq!(of(nothing), Err(Class::NotFound), "{nothing}");
        }
        assert_eq!(of("{}"), Err(Class::Unknown));
        assert_eq!(of("<html>"), Err(Class::Unknown));
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
        assert_eq!(class(500, r#"{"erreur":{"code":500}}"#), Some(PERHAPS_NONE));
        assert_eq!(class(500, "<html>ADELIE</html>"), Some(Class::Internal));
        assert_eq!(class(429, "{}"), Some(Class::RateLimited));
        assert_eq!(class(400, "{}"), Some(Class::Unknown));
    }
}
