//! INPI: the national register of companies, records in JSON and files in PDF (facts 146).

use std::time::Duration;

use bytes::Bytes;
use http::{Method, Response};
use serde::de::IgnoredAny;
use serde_json::Value;

use crate::{
    sources::{
        self, Ask, Question, Raw, Way,
        login::{self, Grant},
        request,
    },
    trouble::{Class, Trouble},
};

/// A company's record.
pub(crate) const COMPANIES: Ask = Ask::of(GRANT.host, "companies", |way, question| {
    let path = format!("/api/companies/{}", question.entity);
    Box::pin(record(way, question, path))
});

/// The deeds and accounts that it filed.
pub(crate) const ATTACHMENTS: Ask = Ask::of(GRANT.host, "attachments", |way, question| {
    let path = format!("/api/companies/{}/attachments", question.entity);
    Box::pin(record(way, question, path))
});

/// The file of a deed.
pub(crate) const ACTE: Ask = Ask::of(GRANT.host, "acte", |way, question| {
    let path = format!("/api/actes/{}/download", question.file);
    Box::pin(file(way, question, path))
});

/// The file of accounts.
pub(crate) const BILAN: Ask = Ask::of(GRANT.host, "bilan", |way, question| {
    let path = format!("/api/bilans/{}/download", question.file);
    Box::pin(file(way, question, path))
});

/// The file that attests a company's entry.
pub(crate) const EXTRAIT: Ask = Ask::of(GRANT.host, "extrait", |way, question| {
    let path = format!(
        "/export/companies?format=pdf&ids=%5B%22{}%22%5D",
        question.file
    );
    Box::pin(file(way, question, path))
});

async fn record(way: &Way<'_>, question: Question<'_>, path: String) -> Result<Raw, Trouble> {
    let answer = get(way, question, &path).await?;
    read(&answer).map(Raw::from)
}

async fn file(way: &Way<'_>, question: Question<'_>, path: String) -> Result<Raw, Trouble> {
    let answer = get(way, question, &path).await?;
    read_file(&answer).map(Raw::from)
}

async fn get(
    way: &Way<'_>,
    question: Question<'_>,
    path: &str,
) -> Result<Response<Bytes>, Trouble> {
    let get = || request(Method::GET, GRANT.host, path);
    way.authorised(GRANT, question, get, Bytes::new()).await
}

fn read(answer: &Response<Bytes>) -> Result<Bytes, Trouble> {
    let body = answer.body();
    match answer.status().as_u16() {
        200 if serde_json::from_slice::<IgnoredAny>(body).is_ok() => Ok(body.clone()),
        // The firewall before it answers in its place: with a success and a page, or with a refusal.
        200 | 403 => Err(Trouble::said(Class::Unavailable, body)),
        404 => Err(Trouble::said(Class::NotFound, body)),
        _ => Err(Trouble::of_status(answer.status(), body)),
    }
}

fn read_file(answer: &Response<Bytes>) -> Result<Bytes, Trouble> {
    let trouble = Trouble::of_status(answer.status(), answer.body());
    match answer.status().as_u16() {
        200 => sources::pdf(answer.body().clone()),
        404 => Err(Trouble {
            class: Class::NotFound,
            ..trouble
        }),
        _ => Err(trouble),
    }
}

fn let_in(body: &[u8]) -> Option<(String, Duration)> {
    let record: Value = serde_json::from_slice(body).ok()?;
    let token = record.get("token")?.as_str()?.to_owned();
    let life = login::life_of_jwt(&token)?;
    Some((token, life))
}

/// Two accounts; where the passwords of both have expired, INPI counts as in maintenance (facts 102).
const GRANT: Grant = Grant {
    spare: Some(r#"{"username":"doublure-2","password":"secret"}"#),
    refused: Class::Maintenance,
    ..Grant::json(
        "inpi",
        "/api/sso/login",
        r#"{"username":"doublure","password":"secret"}"#,
        let_in,
    )
};

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &'static str) -> Response<Bytes> {
        let body = Bytes::from_static(body.as_bytes());
        Response::builder().status(status).body(body).unwrap()
    }

    #[test]
    fn a_page_in_place_of_a_record_means_that_it_is_out_of_service() {
        let class = |status, body| {
            read(&answer(status, body))
                .err()
                .map(|trouble| trouble.class)
        };

        assert_eq!(class(200, "{}"), None);
        assert_eq!(
            class(200, "<html>Request Rejected"),
            Some(Class::Unavailable)
        );
        assert_eq!(class(200, ""), Some(Class::Unavailable));
        assert_eq!(class(403, "<html>"), Some(Class::Unavailable));
        assert_eq!(class(404, "{}"), Some(Class::NotFound));
        assert_eq!(class(429, "{}"), Some(Class::RateLimited));
        assert_eq!(class(500, "{}"), Some(Class::Internal));
        assert_eq!(class(418, "{}"), Some(Class::Unknown));
    }

    #[test]
    fn a_file_keeps_the_status_that_it_did_not_come_with() {
        let trouble = |status, body| read_file(&answer(status, body)).unwrap_err();

        assert!(read_file(&answer(200, "%PDF-1.7")).is_ok());
        assert_eq!(trouble(200, "<html>").class, Class::NotAPdf);
        assert_eq!(trouble(404, "{}").class, Class::NotFound);
        assert_eq!(trouble(403, "{}").status.unwrap(), 403);
    }

    #[test]
    fn what_lets_us_in_is_a_jwt() {
        assert_eq!(let_in(b"{}"), None);
        assert_eq!(let_in(br#"{"token":"abc"}"#), None);
    }
}
