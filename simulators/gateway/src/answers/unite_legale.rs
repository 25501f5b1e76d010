//! A company: `api_entreprise_v3_insee_unites_legales`, `…_diffusables`, and the same of version 4.

use serde_json::{Value, json};

use super::{
    asked::Asked,
    company::{Company, day},
    fields::{current, text},
};
use crate::{
    answers::dates,
    sources::{Raw, insee},
    trouble::{Class, Trouble},
};

/// The answer for what INSEE gave.
pub(crate) fn answer(raw: &Raw, asked: &Asked<'_>) -> Result<Value, Trouble> {
    let record = insee::record(&raw.body)?;
    let company = company(&record).ok_or_else(|| Trouble::said(Class::Unknown, &raw.body))?;
    let mut data = company.members(asked);
    data.insert("date_cessation".to_owned(), json!(ceased(company.current)));
    let head_office = company.head_office().unwrap_or_default();
    let office = format!("etablissements/{head_office}");
    Ok(json!({
        "data": data,
        "links": {
            "siege_social": asked.link(&office),
            // The address has no later version.
            "siege_social_adresse": asked.link_in(3, &format!("{office}/adresse")),
        },
        "meta": {
            "date_derniere_mise_a_jour": updated(&record),
            "redirect_from_siren": raw.redirected.then_some(asked.entity),
        },
    }))
}

/// The company in a record of its own; none: it has no number.
pub(crate) fn company(record: &Value) -> Option<Company<'_>> {
    Some(Company {
        siren: text(record, "siren")?,
        constant: record,
        current: current(record, "periodesUniteLegale"),
    })
}

/// The day it ceased: the first of the period in which it is no more.
pub(crate) fn ceased(period: &Value) -> Option<i64> {
    let is_over = text(period, "etatAdministratifUniteLegale") == Some("C");
    is_over.then(|| day(period, "dateDebut")).flatten()
}

fn updated(record: &Value) -> Option<i64> {
    dates::unix_seconds(text(record, "dateDernierTraitementUniteLegale")?)
}

#[cfg(test)]
mod tests;
