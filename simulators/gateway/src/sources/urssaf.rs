//! URSSAF: the attestation of vigilance, a PDF in bare base64 (facts 152–153).

use bytes::Bytes;
use http::{HeaderValue, Method, Response, header};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    sources::{self, Ask, Question, Raw, Way, login::Grant, request},
    trouble::{Class, Trouble},
};

/// One refusal in URSSAF's words; what else it says stays inside.
#[derive(Debug, Deserialize, Serialize)]
struct Refusal {
    code: String,
    #[serde(default)]
    message: String,
    #[serde(default)]
    description: String,
}

/// The call for an attestation.
pub(crate) const ATTESTATION: Ask = Ask::of(GRANT.host, "attestation", |way, question| {
    Box::pin(ask(way, question))
});

async fn ask(way: &Way<'_>, question: Question<'_>) -> Result<Raw, Trouble> {
    let demand = json!({
        "typeAttestation": "AVG_UR",
        "siren": question.entity,
        "idClient": GRANT.host,
        "beneficiaire": GRANT.host,
    });
    let json = HeaderValue::from_static("application/json");
    let post = || request(Method::POST, GRANT.host, PATH).header(header::CONTENT_TYPE, &json);
    let demand = Bytes::from(demand.to_string());
    let answer = way.authorised(GRANT, question, post, demand).await?;
    Ok(read(&answer)?.into())
}

/// The attestation in an answer.
pub(crate) fn document(body: &Bytes) -> Result<Bytes, Trouble> {
    let text = body.trim_ascii();
    if text.is_empty() {
        return Err(Class::Internal.into());
    }
    sources::pdf_in_base64(text)
}

fn read(answer: &Response<Bytes>) -> Result<Bytes, Trouble> {
    let body = answer.body();
    if answer.status() == 200 {
        return Ok(body.clone());
    }
    if answer.status() == 404 && body.starts_with(b"<") {
        return Err(Trouble::said(Class::Internal, body));
    }
    let Ok(refusals) = serde_json::from_slice::<Vec<Refusal>>(body) else {
        return Err(Trouble::of_status(answer.status(), body));
    };
    let class = match answer.status().as_u16() {
        429 => Class::RateLimited,
        _ => class_of(refusals.first().map_or("", |refusal| &refusal.code)),
    };
    Err(Trouble::said(class, body).telling("provider_errors", json!(refusals)))
}

fn class_of(code: &str) -> Class {
    match code {
        "FUNC501" | "FUNC517" => Class::NotFound,
        "FUNC502" => REFUSED,
        "FUNC503" => Class::Own("501"),
        "FUNC504" => Class::Own("502"),
        "FUNC510" | "FUNC511" | "FUNC512" | "FUNC513" | "FUNC514" | "FUNC515" | "FUNC516" => {
            Class::Internal
        }
        _ => Class::Unknown,
    }
}

/// The account is known and the attestation is refused.
pub(crate) const REFUSED: Class = Class::Own("503");

const PATH: &str = "/attn/entreprise/v1/demandes/api_entreprise";

const GRANT: Grant = Grant::oauth2(
    "urssaf",
    "grant_type=client_credentials&client_id=doublure&client_secret=secret",
);

#[cfg(test)]
mod tests {
    use base64::{Engine, prelude::BASE64_STANDARD};

    use super::*;

    fn trouble(status: u16, body: &str) -> Trouble {
        let body = Bytes::copy_from_slice(body.as_bytes());
        read(&Response::builder().status(status).body(body).unwrap()).unwrap_err()
    }

    fn func(code: &str) -> Class {
        trouble(400, &format!(r#"[{{"code":"{code}"}}]"#)).class
    }

    #[test]
    fn every_code_has_its_class() {
        assert_eq!(func("FUNC517"), Class::NotFound);
        assert_eq!(func("FUNC503"), Class::Own("501"));
        assert_eq!(func("FUNC502"), Class::Own("503"));
        assert_eq!(func("FUNC504"), Class::Own("502"));
        assert_eq!(func("FUNC510"), Class::Internal);
        assert_eq!(func("FUNC999"), Class::Unknown);
    }

    #[test]
    fn the_caller_is_told_code_message_and_description_and_nothing_else() {
        let refusal = trouble(
            400,
            r#"[{"code":"FUNC503","message":"m","description":"d","serveur":"db-07"}]"#,
        );

        let told = json!([{"code": "FUNC503", "message": "m", "description": "d"}]);
        assert_eq!(refusal.told.as_deref(), Some(&("provider_errors", told)));
    }

    #[test]
    fn what_is_no_list_of_codes_is_read_by_its_status() {
        assert_eq!(trouble(503, "<html>").class, Class::Unavailable);
        assert_eq!(trouble(404, "<html>Erreur HAWAI").class, Class::Internal);
        assert_eq!(trouble(404, "{}").class, Class::Unknown);
        assert_eq!(
            trouble(429, r#"[{"code":"FUNC429"}]"#).class,
            Class::RateLimited
        );
    }

    #[test]
    fn a_document_is_decoded_and_what_is_none_is_told_apart() {
        let of = |body: &str| document(&Bytes::copy_from_slice(body.as_bytes()));
        let class = |body: &str| of(body).unwrap_err().class;

        let pdf = BASE64_STANDARD.encode("%PDF-1.7 …");
        assert_eq!(of(&pdf).unwrap().as_ref(), "%PDF-1.7 …".as_bytes());
        assert_eq!(class("%PDF-1.4"), Class::NotBase64);
        assert_eq!(class(&BASE64_STANDARD.encode("<html>")), Class::NotAPdf);
        assert_eq!(class(" "), Class::Internal);
    }
}
