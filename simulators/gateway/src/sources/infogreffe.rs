//! Infogreffe: the trade register in SOAP, always with HTTP 200, refusals as text (facts 145).

use bytes::Bytes;
use http::{HeaderValue, Method, header};
use serde_json::json;

use crate::{
    sources::{Ask, Question, Raw, Way, request, xml::Element},
    trouble::{Class, Trouble},
};

/// The call for an extract.
pub(crate) const EXTRAIT: Ask = Ask::of("infogreffe", "extrait", |way, question| {
    Box::pin(ask(way, question))
});

async fn ask(way: &Way<'_>, question: Question<'_>) -> Result<Raw, Trouble> {
    let post = request(Method::POST, "infogreffe", "/services/produits")
        .header(
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/xml; charset=utf-8"),
        )
        .header("SOAPAction", HeaderValue::from_static(ACTION));
    let answer = way
        .open(question, post, envelope(question.entity).into())
        .await?;
    if answer.status() != 200 {
        return Err(Trouble::of_status(answer.status(), answer.body()));
    }
    Ok(answer.into_body().into())
}

/// The extract in an answer.
pub(crate) fn extract(body: &Bytes) -> Result<Element, Trouble> {
    let unknown = || Trouble::said(Class::Unknown, body);
    let document = std::str::from_utf8(body)
        .ok()
        .and_then(Element::read)
        .ok_or_else(unknown)?;
    if document.find("Fault").is_some() {
        return Err(Trouble::said(Class::Internal, body));
    }
    let returned = document.find("return").ok_or_else(unknown)?;
    match (returned.child("Extrait"), returned.text()) {
        (Some(extract), _) => Ok(extract.clone()),
        (None, Some(text)) => Err(refused(&text, body)),
        (None, None) => Err(unknown()),
    }
}

fn refused(text: &str, body: &Bytes) -> Trouble {
    let (code, words) = text.split_once(' ').unwrap_or((text, ""));
    let trouble = Trouble::said(class_of(code), body);
    match trouble.class {
        Class::NotFound => {
            let message = words.trim_matches('-');
            trouble.telling("provider_error", json!({"code": code, "message": message}))
        }
        _ => trouble,
    }
}

fn class_of(code: &str) -> Class {
    match code {
        "006" | "008" | "065" | "081" => Class::NotFound,
        "003" => Class::Own("501"),
        "014" => Class::Own("502"),
        "999" => Class::Unavailable,
        _ => Class::Unknown,
    }
}

fn envelope(siren: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\
         <soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\" \
         xmlns:urn=\"urn:WebServicesProduits\"><soapenv:Body><urn:{ACTION}><arg0><demande>\
         <emetteur><code_abonne>doublure</code_abonne><mot_passe>secret</mot_passe></emetteur>\
         <commande><num_siren>{siren}</num_siren></commande>\
         </demande></arg0></urn:{ACTION}></soapenv:Body></soapenv:Envelope>"
    )
}

const ACTION: &str = "getProduitsWebServicesXML";

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(returned: &str) -> Result<Element, Trouble> {
        let body = format!("<s:Envelope><s:Body><return>{returned}</return></s:Body></s:Envelope>");
        extract(&body.into())
    }

    fn class(returned: &str) -> Class {
        answer(returned).unwrap_err().class
    }

    #[test]
    fn an_extract_is_found_in_the_envelope() {
        let extract = answer("<Extrait type='2'><dossier/></Extrait>").unwrap();

        assert_eq!(extract.attribute("type").as_deref(), Some("2"));
    }

    #[test]
    fn a_refusal_is_a_text_that_begins_with_its_code() {
        assert_eq!(class("006 -DOSSIER NON TROUVE-"), Class::NotFound);
        assert_eq!(class("003 -MOT DE PASSE INVALIDE-"), Class::Own("501"));
        assert_eq!(class("014 -COMMANDE-"), Class::Own("502"));
        assert_eq!(class("999 -SERVICE INDISPONIBLE-"), Class::Unavailable);
        assert_eq!(class("005 -ABONNE INTERDIT-"), Class::Unknown);
        assert_eq!(class(""), Class::Unknown);
    }

    #[test]
    fn the_caller_is_told_the_code_of_a_file_that_is_not_there() {
        let trouble = answer("006 -DOSSIER NON TROUVE-").unwrap_err();

        let told = json!({"code": "006", "message": "DOSSIER NON TROUVE"});
        assert_eq!(trouble.told.as_deref(), Some(&("provider_error", told)));
    }

    #[test]
    fn a_fault_is_a_failure_inside_and_a_page_is_nothing_known() {
        let of = |body: &'static str| extract(&Bytes::from_static(body.as_bytes()));

        let fault = of("<E><Body><S:Fault xmlns:S='x'><detail/></S:Fault></Body></E>");
        assert_eq!(fault.unwrap_err().class, Class::Internal);
        assert_eq!(of("503 Service").unwrap_err().class, Class::Unknown);
        assert_eq!(
            of("<html><p>oops</p></html>").unwrap_err().class,
            Class::Unknown
        );
    }

    #[test]
    fn the_question_names_the_siren() {
        let question = Element::read(&envelope("418166096")).unwrap();

        let siren = question.find("num_siren").unwrap();
        assert_eq!(siren.text().as_deref(), Some("418166096"));
    }
}
