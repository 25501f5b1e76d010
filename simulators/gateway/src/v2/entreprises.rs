//! `v2_entreprises_restored`: INSEE, the main source, and Infogreffe as one (000:559, facts 121–126).

mod shape;

use std::pin::pin;

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};
use serde_json::{Value, json};

use crate::{
    Gateway,
    answers::{etablissement::Place, extrait_rcs::Extract, fields::text, unite_legale},
    ask::{Ask, in_time, refusal},
    call::{self, Call, Verdict},
    query::Query,
    route::Target,
    sources::{infogreffe, insee, xml::Element},
    trouble::{Class, Trouble},
};

/// What INSEE gave.
#[derive(Debug, PartialEq)]
enum Main {
    /// The company and its head office.
    Whole {
        /// Record of the company.
        company: Value,
        /// Record of its head office.
        office: Value,
    },
    /// The company was merged into another.
    Moved(String),
}

/// What becomes of what the providers gave.
#[derive(Debug, PartialEq)]
enum Merged {
    /// An answer; partial where a source failed.
    Answer { body: Value, partial: bool },
    /// Look under another SIREN.
    Moved(String),
    /// The main source failed.
    Failed(Trouble),
}

/// Asks both at once and merges what they say.
pub(crate) async fn carry_out(gateway: &Gateway, call: &Call, target: &Target) -> Verdict {
    let entity = &*target.entity;
    let (main, extra) = (
        pin!(main(gateway, call, entity)),
        pin!(extra(gateway, call, entity)),
    );
    let (main, extra) = tokio::join!(
        in_time(gateway, target, main),
        in_time(gateway, target, extra),
    );
    let all_may_see = call.query.value("non_diffusables") == Some("true");
    match merge(main, extra, all_may_see) {
        Merged::Answer { body, partial } => {
            let status = match partial {
                true => StatusCode::PARTIAL_CONTENT,
                false => StatusCode::OK,
            };
            Verdict::Answer(call::json(status, call.media, body.to_string().into()))
        }
        Merged::Moved(siren) => Verdict::Answer(moved(&siren, &call.query)),
        Merged::Failed(trouble) => Verdict::Refused {
            refusals: vec![refusal(gateway, Ask::Insee(insee::UNITE_LEGALE), &trouble)],
            gateway_error: Some(true),
        },
    }
}

async fn main(gateway: &Gateway, call: &Call, siren: &str) -> Result<Main, Trouble> {
    let raw = Ask::Insee(insee::UNITE_LEGALE)
        .ask(gateway, call, siren)
        .await?;
    let company = insee::record(&raw.body)?;
    let number = text(&company, "siren").ok_or(Class::Unknown)?;
    if raw.redirected {
        return Ok(Main::Moved(number.to_owned()));
    }
    let raw = Ask::Insee(insee::SIEGE).ask(gateway, call, siren).await?;
    let office = insee::record(&raw.body)?;
    Ok(Main::Whole { company, office })
}

/// The extract; none: Infogreffe does not know the company, which is no failure.
async fn extra(gateway: &Gateway, call: &Call, siren: &str) -> Result<Option<Element>, Trouble> {
    let asked = Ask::Infogreffe.ask(gateway, call, siren).await;
    match asked.and_then(|raw| infogreffe::extract(&raw.body)) {
        Ok(extract) => Ok(Some(extract)),
        Err(trouble) if trouble.class == Class::NotFound => Ok(None),
        Err(trouble) => Err(trouble),
    }
}

fn merge(
    main: Result<Main, Trouble>,
    extra: Result<Option<Element>, Trouble>,
    all_may_see: bool,
) -> Merged {
    let (company, office) = match main {
        Ok(Main::Whole { company, office }) => (company, office),
        Ok(Main::Moved(siren)) => return Merged::Moved(siren),
        Err(trouble) => return Merged::Failed(trouble),
    };
    let (Some(company), Some(office)) = (unite_legale::company(&company), Place::of(&office))
    else {
        return Merged::Failed(Class::Unknown.into());
    };
    if !shape::is_for_commerce(&company) && !all_may_see {
        return Merged::Failed(Class::Undisclosed.into());
    }
    // An extract that cannot be read is one that did not come.
    let extra = extra.ok().and_then(|extract| match extract {
        None => Some(None),
        Some(element) => Extract::of(&element).map(|extract| Some(shape::register(&extract))),
    });
    let partial = extra.is_none();
    Merged::Answer {
        body: json!({
            "entreprise": shape::entreprise(&company, extra),
            "etablissement_siege": shape::etablissement_siege(&office),
            "gateway_error": partial,
        }),
        partial,
    }
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
