//! INSEE: the register of companies, in JSON (facts 142–144).

use bytes::Bytes;
use http::{Method, Response, header};
use serde_json::Value;

use crate::{
    sources::{Ask, Question, Raw, Way, login::Grant, request},
    trouble::{Class, Trouble},
};

/// The call for a company.
pub(crate) const UNITE_LEGALE: Ask = asking(calls::UNITE_LEGALE);
/// The call for an establishment.
pub(crate) const ETABLISSEMENT: Ask = asking(calls::ETABLISSEMENT);
/// The call for a company's head office.
pub(crate) const SIEGE: Ask = asking(calls::SIEGE);
/// The call for what carried on an establishment, and what it carried on.
pub(crate) const SUCCESSIONS: Ask = asking(calls::SUCCESSIONS);

const fn asking(call: &'static str) -> Ask {
    Ask::of(GRANT.host, call, |way, question| {
        Box::pin(ask(way, question))
    })
}

/// Asks; follows one redirection.
async fn ask(way: &Way<'_>, question: Question<'_>) -> Result<Raw, Trouble> {
    let first = fetch(way, question, &path_of(question)).await?;
    let Some(next) = moved_to(&first) else {
        return Ok(Raw {
            body: read(question.call, &first)?,
            redirected: false,
        });
    };
    let second = Box::pin(fetch(way, question, &next)).await?;
    Ok(Raw {
        body: read(question.call, &second)?,
        redirected: true,
    })
}

/// The record in an answer: under `uniteLegale`, under `etablissement`, or the only one of `etablissements`.
pub(crate) fn record(body: &Bytes) -> Result<Value, Trouble> {
    let mut answer: Value =
        serde_json::from_slice(body).map_err(|_| Trouble::said(Class::Unknown, body))?;
    let mut take = |name: &str| Some(answer.get_mut(name)?.take());
    let record = match take("etablissements") {
        Some(Value::Array(mut several)) if several.len() == 1 => several.pop(),
        Some(Value::Array(several)) if several.len() > 1 => {
            return Err(Trouble::said(Class::Own("501"), body));
        }
        Some(_) => None,
        None => take("uniteLegale").or_else(|| take("etablissement")),
    };
    record
        .filter(Value::is_object)
        .ok_or_else(|| Trouble::said(Class::Unknown, body))
}

async fn fetch(
    way: &Way<'_>,
    question: Question<'_>,
    path: &str,
) -> Result<Response<Bytes>, Trouble> {
    let get = || request(Method::GET, GRANT.host, path).header(header::ACCEPT, "application/json");
    way.authorised(GRANT, question, get, Bytes::new()).await
}

fn path_of(question: Question<'_>) -> String {
    let Question { call, entity, .. } = question;
    match call {
        calls::ETABLISSEMENT => format!("{ROOT}siret/{entity}"),
        calls::SUCCESSIONS => format!(
            "{ROOT}siret/liensSuccession?q=siretEtablissementSuccesseur:{entity}\
             %20OR%20siretEtablissementPredecesseur:{entity}"
        ),
        calls::SIEGE => format!("{ROOT}siret?q=etablissementSiege:true%20AND%20siren:{entity}"),
        _ => format!("{ROOT}siren/{entity}"),
    }
}

/// Path and query of the entity that this one was merged into.
fn moved_to(answer: &Response<Bytes>) -> Option<String> {
    if answer.status() != 301 {
        return None;
    }
    let location: http::Uri = answer
        .headers()
        .get(header::LOCATION)?
        .to_str()
        .ok()?
        .parse()
        .ok()?;
    location.path_and_query().map(ToString::to_string)
}

fn read(call: &str, answer: &Response<Bytes>) -> Result<Bytes, Trouble> {
    let body = answer.body();
    let refuse = |class| Err(Trouble::said(class, body));
    match answer.status().as_u16() {
        200 => Ok(body.clone()),
        // A page that is not the register's own says nothing of the entity.
        404 | 403 if !is_the_registers_own(body) => refuse(Class::Unknown),
        404 => refuse(Class::NotFound),
        403 if matches!(call, calls::SIEGE | calls::SUCCESSIONS) => refuse(Class::NotFound),
        403 => refuse(Class::Undisclosed),
        _ => Err(Trouble::of_status(answer.status(), body)),
    }
}

fn is_the_registers_own(body: &Bytes) -> bool {
    serde_json::from_slice::<Value>(body).is_ok_and(|answer| answer.get("header").is_some())
}

/// Names of its calls.
mod calls {
    pub(super) const UNITE_LEGALE: &str = "unite-legale";
    pub(super) const ETABLISSEMENT: &str = "etablissement";
    pub(super) const SIEGE: &str = "siege";
    pub(super) const SUCCESSIONS: &str = "successions";
}

const ROOT: &str = "/api-sirene/prive/3.11/";

const GRANT: Grant = Grant::oauth2(
    "insee",
    "grant_type=password&client_id=doublure&client_secret=secret&username=doublure&password=secret",
);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::testing::about;

    fn answer(status: u16, body: &'static str) -> Response<Bytes> {
        let body = Bytes::from_static(body.as_bytes());
        Response::builder().status(status).body(body).unwrap()
    }

    fn class(ask: Ask, status: u16, body: &'static str) -> Class {
        read(ask.call, &answer(status, body)).unwrap_err().class
    }

    #[test]
    fn each_call_has_its_path() {
        let path = |ask: Ask, entity| path_of(about(ask, entity));

        assert_eq!(
            path(UNITE_LEGALE, "418166096"),
            "/api-sirene/prive/3.11/siren/418166096"
        );
        assert_eq!(
            path(ETABLISSEMENT, "41816609600069"),
            "/api-sirene/prive/3.11/siret/41816609600069"
        );
        assert_eq!(
            path(SIEGE, "418166096"),
            "/api-sirene/prive/3.11/siret?q=etablissementSiege:true%20AND%20siren:418166096"
        );
        assert_eq!(
            path(SUCCESSIONS, "41816609600069"),
            "/api-sirene/prive/3.11/siret/liensSuccession?q=siretEtablissementSuccesseur:41816609600069\
             %20OR%20siretEtablissementPredecesseur:41816609600069"
        );
    }

    #[test]
    fn the_registers_refusals_are_told_apart_and_a_strange_page_is_none_of_them() {
        const OWN: &str = r#"{"header":{"statut":404,"message":"…"}}"#;

        assert_eq!(class(UNITE_LEGALE, 404, OWN), Class::NotFound);
        assert_eq!(class(UNITE_LEGALE, 403, OWN), Class::Undisclosed);
        assert_eq!(class(SIEGE, 403, OWN), Class::NotFound);
        assert_eq!(class(SUCCESSIONS, 403, OWN), Class::NotFound);
        assert_eq!(class(UNITE_LEGALE, 404, "<html>"), Class::Unknown);
        assert_eq!(class(UNITE_LEGALE, 503, OWN), Class::Unavailable);
        assert_eq!(class(UNITE_LEGALE, 301, OWN), Class::Internal);
    }

    #[test]
    fn a_redirection_is_followed_by_its_path_whatever_its_host() {
        let moved = Response::builder()
            .status(301)
            .header(
                "location",
                "https://api.insee.fr/api-sirene/prive/3.11/siren/1?a=b",
            )
            .body(Bytes::new())
            .unwrap();

        assert_eq!(
            moved_to(&moved).as_deref(),
            Some("/api-sirene/prive/3.11/siren/1?a=b")
        );
        assert_eq!(moved_to(&answer(200, "")), None);
    }

    #[test]
    fn one_head_office_is_a_record_and_two_are_a_trouble_of_their_own() {
        let of = |body: &'static str| record(&Bytes::from_static(body.as_bytes()));

        assert_eq!(
            of(r#"{"etablissements":[{"siret":"1"}]}"#).unwrap()["siret"],
            "1"
        );
        assert_eq!(
            of(r#"{"etablissements":[{},{}]}"#).unwrap_err().class,
            Class::Own("501")
        );
        assert_eq!(of("<html>").unwrap_err().class, Class::Unknown);
        assert_eq!(of(r#"{"header":{}}"#).unwrap_err().class, Class::Unknown);
    }
}
