//! Documents about a company, as most who hand out certificates print them.

use bytes::Bytes;
use doublure_fixtures::{documents, world::Company};
use http::StatusCode;

use crate::{
    dialect::{Asked, french, name},
    words::Words,
};

/// A document about a company: who it is, the day it was made, what it says.
pub(crate) fn about<C>(
    company: &Company,
    asked: &Asked<'_, C>,
    title: &str,
    says: impl IntoIterator<Item = String>,
) -> Vec<u8> {
    let head = [
        format!("Numero : {}", asked.entity),
        format!("Entreprise : {}", name(&company.identity)),
        format!("Fait le {}", french(asked.day())),
    ];
    let lines: Vec<String> = head.into_iter().chain(says).collect();
    documents::pdf(title, &lines, asked.now.unix_seconds())
}

/// The same as the whole of an answer.
pub(crate) fn answer(document: impl Into<Bytes>) -> Words {
    Words::new(StatusCode::OK, PDF, document)
}

/// Media type of a PDF.
pub(crate) const PDF: &str = "application/pdf";
