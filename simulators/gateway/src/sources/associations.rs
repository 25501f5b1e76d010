//! The directory of associations, in XML, which MI and DJEPVA open (facts 161).

use std::time::Duration;

use base64::{Engine, prelude::BASE64_STANDARD};
use bytes::Bytes;
use http::{Method, Request, Response};
use serde::{Deserialize, Serialize};

use crate::{
    sources::{self, Ask, Question, Raw, Way, request, xml::Element},
    trouble::{Class, Trouble},
};

/// An association's record, of MI.
pub(crate) const STRUCTURE: Ask = Ask::of(MI, "structure", |way, question| {
    Box::pin(structure(way, question, MI))
});

/// The same with its documents in the national register, which are fetched.
pub(crate) const DOCUMENTS: Ask = Ask::of(MI, "structure", |way, question| {
    Box::pin(documents(way, question))
});

/// An association's record, of DJEPVA.
pub(crate) const DJEPVA_STRUCTURE: Ask = Ask::of(DJEPVA, "structure", |way, question| {
    Box::pin(structure(way, question, DJEPVA))
});

/// The file of a document.
pub(crate) const DJEPVA_DOCUMENT: Ask = Ask::of(DJEPVA, "document", |way, question| {
    Box::pin(document(way, question))
});

/// A document that was fetched, or what was wrong with it.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct Fetched {
    /// Its kind, in French.
    pub(crate) label: String,
    /// Unix second at which it was filed.
    pub(crate) filed: String,
    /// The file in base64.
    pub(crate) content: Option<String>,
    /// The last three digits of the code of what is wrong.
    pub(crate) flaw: Option<String>,
}

/// The record of an association in what the directory gave.
pub(crate) fn association(body: &Bytes) -> Result<Element, Trouble> {
    let said = |class| Trouble::said(class, body);
    if body.trim_ascii().is_empty() {
        return Err(said(Class::Passing));
    }
    let text = std::str::from_utf8(body).map_err(|_| said(Class::Unknown))?;
    let root = Element::read(text).ok_or_else(|| said(Class::Unknown))?;
    let asso = root.child("asso").ok_or_else(|| said(Class::Unknown))?;
    let error = asso
        .at(&["erreur", "proxy_correspondance"])
        .and_then(Element::text);
    if error.is_some_and(|error| error.contains("with statusCode: 404")) {
        return Err(said(Class::NotFound));
    }
    let identity = asso.child("identite").ok_or_else(|| said(Class::Unknown))?;
    match is_association(identity) {
        true => Ok(asso.clone()),
        false => Err(said(Class::NotFound)),
    }
}

/// The number of a document in the link that the directory gives: what it is fetched by.
pub(crate) fn document_in(link: &str) -> Option<&str> {
    let id = link.strip_prefix(INSIDE)?;
    (!id.is_empty()
        && id
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'))
    .then_some(id)
}

/// Whether a register of associations knows it, or its legal form is that of one.
fn is_association(identity: &Element) -> bool {
    let said = |name| {
        identity
            .child(name)
            .and_then(Element::text)
            .unwrap_or_default()
    };
    let form = said("id_forme_juridique");
    let by_form = form.starts_with("922") || ["9230", "9260"].contains(&form.as_str());
    !said("id_rna").is_empty() || said("regime") == "alsaceMoselle" || by_form
}

async fn structure(
    way: &Way<'_>,
    question: Question<'_>,
    office: &'static str,
) -> Result<Raw, Trouble> {
    let path = format!(
        "/apim/api-asso-partenaires/api/structure/{}?proxy_only=true",
        question.entity
    );
    let request = keyed(office, &path)?;
    let answer = way
        .exchange(question.call, Some(question.entity), request)
        .await?;
    read(&answer).map(Raw::from)
}

/// The record, then its documents one after another, each in time of its own.
async fn documents(way: &Way<'_>, question: Question<'_>) -> Result<Raw, Trouble> {
    let raw = structure(way, question, MI).await?;
    let asso = association(&raw.body)?;
    let mut fetched = Vec::new();
    let papers = asso.child("documents").into_iter();
    for paper in papers.flat_map(|papers| papers.all("document_rna")) {
        let said = |name| paper.child(name).and_then(Element::text);
        let content = file(way, said("url").as_deref(), question.entity).await;
        let (content, flaw) = match content {
            Ok(pdf) => (Some(BASE64_STANDARD.encode(pdf)), None),
            Err(class) => (None, Some(flaw(class).to_owned())),
        };
        fetched.push(Fetched {
            label: said("lib_sous_type").unwrap_or_default(),
            filed: said("time").unwrap_or_default(),
            content,
            flaw,
        });
    }
    if fetched.is_empty() {
        return Err(Trouble::said(Class::NotFound, &raw.body));
    }
    let body = serde_json::to_vec(&fetched).map_err(|_| Class::Unknown)?;
    Ok(Bytes::from(body).into())
}

/// A file of MI's by the link that the directory gives.
async fn file(way: &Way<'_>, link: Option<&str>, entity: &str) -> Result<Bytes, Class> {
    let id = link.and_then(document_in).ok_or(NO_URL)?;
    let request = keyed(MI, &format!("{DOCUMENT}{id}")).map_err(|trouble| trouble.class)?;
    let answer = way.exchange("document", Some(entity), request);
    let answer = way.session.clock().within(FILE_LIMIT, answer).await;
    let answer = answer.map_err(|_| LATE)?.map_err(|_| LOST)?;
    if answer.status() != 200 {
        return Err(LOST);
    }
    sources::pdf(answer.body().clone()).map_err(|trouble| trouble.class)
}

async fn document(way: &Way<'_>, question: Question<'_>) -> Result<Raw, Trouble> {
    let request = keyed(DJEPVA, &format!("{DOCUMENT}{}", question.file))?;
    let answer = way
        .exchange(question.call, Some(question.entity), request)
        .await?;
    if answer.status() != 200 {
        return Err(Trouble::of_status(answer.status(), answer.body()));
    }
    sources::pdf(answer.body().clone()).map(Raw::from)
}

fn keyed(office: &'static str, path: &str) -> Result<Request<Bytes>, Trouble> {
    request(Method::GET, office, path)
        .header("X-Gravitee-Api-Key", "doublure")
        .body(Bytes::new())
        .map_err(|_| Class::Unknown.into())
}

fn read(answer: &Response<Bytes>) -> Result<Bytes, Trouble> {
    let body = answer.body();
    match answer.status().as_u16() {
        200 => Ok(body.clone()),
        // The bus has lost its services (a page), or the gateway before it knows no such path (JSON).
        404 if body.starts_with(b"<") => Err(Trouble::said(Class::Unavailable, body)),
        404 => Err(Trouble::said(Class::NotFound, body)),
        _ => Err(Trouble::of_status(answer.status(), body)),
    }
}

/// The last three digits of the code of what is wrong with a file (facts 88).
const fn flaw(class: Class) -> &'static str {
    match class {
        Class::Own(digits) => digits,
        Class::NotAPdf => "055",
        Class::EmptyFile => "056",
        _ => "053",
    }
}

const LATE: Class = Class::Own("052");
const LOST: Class = Class::Own("053");
const NO_URL: Class = Class::Own("054");

const MI: &str = "associations";
const DJEPVA: &str = "djepva";
const DOCUMENT: &str = "/apim/api-asso/documents/";
/// How links begin that lead to the inside of the directory.
const INSIDE: &str = "http://localhost:8181/services/documents/";
/// House: one file that does not come must leave time for the others.
const FILE_LIMIT: Duration = Duration::from_secs(4);

#[cfg(test)]
mod tests {
    use super::*;

    fn class(body: &str) -> Option<Class> {
        let read = association(&Bytes::copy_from_slice(body.as_bytes()));
        read.err().map(|trouble| trouble.class)
    }

    fn with(identity: &str) -> String {
        format!("<asso><identite>{identity}</identite></asso>")
    }

    #[test]
    fn an_association_is_known_by_its_register_or_by_its_form() {
        assert_eq!(class(&with("<id_rna>W751234567</id_rna>")), None);
        assert_eq!(class(&with("<regime>alsaceMoselle</regime>")), None);
        assert_eq!(
            class(&with("<id_forme_juridique>9220</id_forme_juridique>")),
            None
        );
        assert_eq!(
            class(&with("<id_forme_juridique>5710</id_forme_juridique>")),
            Some(Class::NotFound)
        );
    }

    #[test]
    fn what_the_directory_does_not_know_it_says_in_an_answer_like_any_other() {
        let unknown = "<asso><erreur><proxy_correspondance>x with statusCode: 404</proxy_correspondance></erreur></asso>";

        assert_eq!(class(unknown), Some(Class::NotFound));
        assert_eq!(class(""), Some(Class::Passing));
        assert_eq!(class("Nonsense"), Some(Class::Unknown));
        assert_eq!(class("<html><body/></html>"), Some(Class::Unknown));
        assert_eq!(class("<asso><a/></asso>"), Some(Class::Unknown));
    }

    #[test]
    fn a_page_means_that_the_directory_is_out_of_service() {
        let class = |status: u16, body: &'static str| {
            let answer = Response::builder()
                .status(status)
                .body(Bytes::from(body))
                .unwrap();
            read(&answer).err().map(|trouble| trouble.class)
        };

        assert_eq!(class(200, ""), None);
        assert_eq!(
            class(404, "<html>No service was found."),
            Some(Class::Unavailable)
        );
        assert_eq!(class(404, "{}"), Some(Class::NotFound));
        assert_eq!(class(503, "<html>"), Some(Class::Unavailable));
        assert_eq!(class(500, "<html>"), Some(Class::Internal));
    }

    #[test]
    fn only_links_to_the_inside_lead_to_a_document() {
        assert_eq!(
            document_in(&format!("{INSIDE}3d53-b6bf")),
            Some("3d53-b6bf")
        );
        assert_eq!(document_in(&format!("{INSIDE}../x?y")), None);
        assert_eq!(document_in("document introuvable"), None);
    }

    #[test]
    fn each_flaw_has_its_digits() {
        assert_eq!(
            [
                LATE,
                LOST,
                NO_URL,
                Class::NotAPdf,
                Class::EmptyFile,
                Class::Unknown
            ]
            .map(flaw),
            ["052", "053", "054", "055", "056", "053"]
        );
    }
}
