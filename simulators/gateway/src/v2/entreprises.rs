//! `v2_entreprises_restored`: INSEE, the main source, and Infogreffe as one (000:559, facts 121–126).

mod shape;

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};
use serde_json::json;

use crate::{
    answers::{
        desk::Desk,
        etablissement::Place,
        extrait_rcs::Extract,
        fields::text,
        made::{Made, Said},
        unite_legale,
    },
    call,
    query::Query,
    sources::{Raw, infogreffe, insee, xml::Element},
    trouble::{Class, Trouble},
};

/// Merges what INSEE gave (the company, then its head office) with Infogreffe's extract.
pub(crate) fn merge(said: Said, desk: &mut Desk<'_>) -> Result<Made, Trouble> {
    let mut said = said.into_iter();
    let (Some(main), Some(extra)) = (said.next(), said.next()) else {
        return Err(Class::Unknown.into());
    };
    match main?.as_slice() {
        [moved] => Ok(Made::Other(elsewhere(moved, desk.query)?)),
        [company, office] => {
            let all_may_see = desk.asked.arguments.value("non_diffusables") == Some("true");
            whole(company, office, extract(extra), all_may_see)
        }
        _ => Err(Class::Unknown.into()),
    }
}

fn whole(
    company: &Raw,
    office: &Raw,
    extra: Result<Option<Element>, Trouble>,
    all_may_see: bool,
) -> Result<Made, Trouble> {
    let (company, office) = (insee::record(&company.body)?, insee::record(&office.body)?);
    let (Some(company), Some(office)) = (unite_legale::company(&company), Place::of(&office))
    else {
        return Err(Class::Unknown.into());
    };
    if !shape::is_for_commerce(&company) && !all_may_see {
        return Err(Class::Undisclosed.into());
    }
    // An extract that cannot be read is one that did not come.
    let extra = extra.ok().and_then(|extract| match extract {
        None => Some(None),
        Some(element) => Extract::of(&element).map(|extract| Some(shape::register(&extract))),
    });
    let partial = extra.is_none();
    let body = json!({
        "entreprise": shape::entreprise(&company, extra),
        "etablissement_siege": shape::etablissement_siege(&office),
        "gateway_error": partial,
    });
    Ok(match partial {
        true => Made::Partial(body),
        false => Made::Whole(body),
    })
}

/// The extract; none: Infogreffe does not know the company, which is no failure.
fn extract(said: Result<Vec<Raw>, Trouble>) -> Result<Option<Element>, Trouble> {
    let raw = said.and_then(|raws| raws.into_iter().next().ok_or(Class::Unknown.into()));
    match raw.and_then(|raw| infogreffe::extract(&raw.body)) {
        Ok(extract) => Ok(Some(extract)),
        Err(trouble) if trouble.class == Class::NotFound => Ok(None),
        Err(trouble) => Err(trouble),
    }
}

/// The way to where a company that was merged is now.
fn elsewhere(company: &Raw, query: &Query) -> Result<Response<Bytes>, Trouble> {
    let company = insee::record(&company.body)?;
    let siren = text(&company, "siren").ok_or(Class::Unknown)?;
    Ok(moved(siren, query))
}

/// The way to the SIREN that a company was merged into. The token stays behind: no redirect may hold it.
fn moved(siren: &str, query: &Query) -> Response<Bytes> {
    let kept: Vec<String> = query
        .iter()
        .filter(|(name, _)| *name != "token")
        .map(|(name, value)| format!("{}={}", encoded(name), encoded(value)))
        .collect();
    let location = format!("/v2/entreprises/{siren}?{}", kept.join("&"));
    let body = format!(
        "<!DOCTYPE html>\n<html lang=\"fr\"><body>\
         <p>Cette unité légale porte désormais le numéro {siren}.</p></body></html>\n"
    );
    let mut response = call::answer(
        StatusCode::MOVED_PERMANENTLY,
        "text/html; charset=utf-8",
        body.into(),
    );
    if let Ok(location) = HeaderValue::from_str(&location) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response
}

fn encoded(text: &str) -> impl std::fmt::Display {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC)
}

#[cfg(test)]
mod tests;
