//! A history as people read it: one line an event, without what does not matter.

use std::collections::BTreeMap;

use doublure_journal::{Entry, Event, ExchangeId, Handshake, Hop, RequestSeen, ResponseSeen};
use doublure_rules::{History, Verdict};

/// The lines of a history and of what is said of it.
pub(super) fn read(history: &History, verdict: &Verdict) -> String {
    let start = history
        .entries
        .first()
        .map_or(0, |entry| entry.at.as_micros());
    let mut asked: BTreeMap<ExchangeId, String> = BTreeMap::new();
    let lines = history.entries.iter().filter_map(|entry| {
        let at = (entry.at.as_micros() - start) / 1_000;
        let what = line(entry, &mut asked)?;
        Some(format!(
            "{:>4} {:>9.3} s  {what}\n",
            entry.index,
            millis(at)
        ))
    });
    let lines: String = lines.collect();
    format!("{lines}{}\n", said(verdict))
}

/// What is said of a history.
pub(super) fn said(verdict: &Verdict) -> String {
    let indices = || {
        let proof = verdict
            .proof()
            .into_iter()
            .flat_map(|proof| proof.indices());
        let proof: Vec<String> = proof.map(|index| index.to_string()).collect();
        proof.join(", ")
    };
    match verdict {
        Verdict::Fail {
            reason,
            expected,
            actual,
            ..
        } => {
            format!(
                "  => {reason}: expected {expected}; got {actual}; see {}",
                indices()
            )
        }
        other => format!("  => {}", other.outcome()),
    }
}

fn line(entry: &Entry, asked: &mut BTreeMap<ExchangeId, String>) -> Option<String> {
    match &entry.event {
        Event::RequestSent {
            exchange, request, ..
        } => {
            let name = format!("probe {}", exchange.0);
            asked.insert(*exchange, name.clone());
            Some(format!("{name} asks {}", question(request)))
        }
        Event::RequestGot {
            exchange, request, ..
        } => {
            let name = request.provider.clone().unwrap_or_default();
            let about = request.entity.clone().unwrap_or_default();
            asked.insert(*exchange, name.clone());
            Some(format!("       {name} is asked about {about}"))
        }
        Event::ResponseSent {
            exchange, response, ..
        } => Some(format!(
            "       {} says {}",
            asked[exchange],
            answer(response)
        )),
        Event::ResponseGot {
            exchange, response, ..
        } => Some(format!("{} gets {}", asked[exchange], answer(response))),
        Event::ExchangeFailed {
            exchange,
            hop: Hop::Client,
            failure,
            ..
        } => Some(format!("{} gets nothing ({failure:?})", asked[exchange])),
        Event::FaultFired { effect, .. } => Some(format!("       fault: {effect}")),
        Event::HandshakeTried { handshake } => Some(shaken(handshake)),
        Event::Stalled { lasted } => Some(format!("(the machine stood still for {lasted:?})")),
        Event::TrialEnded { .. } => Some("the end".to_owned()),
        _ => None,
    }
}

fn shaken(tried: &Handshake) -> String {
    let Handshake { offered, name, .. } = tried;
    let came = match (&tried.agreed, &tried.refused, &tried.certificate) {
        (Some(agreed), _, Some(shown)) => {
            let believed = if shown.believed { "" } else { ", not believed" };
            let names = shown.names.join(", ");
            format!(
                "TLS {agreed}, a certificate for {names} until {}{believed}",
                shown.until
            )
        }
        (Some(agreed), ..) => format!("TLS {agreed}"),
        (None, Some(why), _) => why.clone(),
        (None, None, _) => "nothing".to_owned(),
    };
    format!("TLS {offered} is offered for {name}: {came}")
}

fn question(request: &RequestSeen) -> String {
    let RequestSeen { method, target, .. } = request;
    let token = request.token.as_deref().unwrap_or("none");
    let from = request
        .address
        .map_or_else(String::new, |address| address.ip().to_string());
    let target = target.replace(
        "?context=Essai&recipient=13002526500013&object=Doublure",
        "?…",
    );
    format!("{method} {target} (token {token}, from {from})")
}

fn answer(response: &ResponseSeen) -> String {
    let headers = response
        .headers
        .iter()
        .map(|(name, value)| format!("{name}: {value}"));
    let headers: Vec<String> = headers.collect();
    let body = response.body.as_ref().map_or("", |body| body.text.as_str());
    let body = match body.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &body[..end]),
        None => body.to_owned(),
    };
    let said = [headers.join(", "), body];
    let said: Vec<String> = said.into_iter().filter(|part| !part.is_empty()).collect();
    format!("{} {}", response.status, said.join(" "))
        .trim_end()
        .to_owned()
}

#[expect(clippy::cast_precision_loss, reason = "a history lasts some hours")]
fn millis(at: u64) -> f64 {
    at as f64 / 1_000.0
}

/// Characters of a body that are read.
const LONGEST: usize = 70;
