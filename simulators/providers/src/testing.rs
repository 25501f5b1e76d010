//! What the tests of all dialects share.

use std::fmt::Write;

use bytes::Bytes;
use doublure_fixtures::{Siret, World};
use doublure_journal::Moment;
use doublure_scenarios::Symptom;
use http::{Method, Request};
use proptest::prelude::*;

use crate::{
    dialect::{Asked, Dialect, Line},
    words::Words,
};

/// What a provider says of each well-known company, call by call.
pub(crate) fn answers<D: Dialect>(
    world: &World,
    entity: impl Fn(D::Call, &str) -> String,
) -> String {
    let mut transcript = String::new();
    for &(name, line) in D::CALLS {
        let Line::Data(call) = line else { continue };
        for known in World::well_known() {
            let entity = entity(call, known.siren);
            let words = D::answer(&Asked::of(call, &entity, now()), world);
            writeln!(transcript, "== {name}, {}\n{words}", known.name).unwrap();
        }
    }
    transcript
}

/// What a provider says to requests, each with what it shows.
pub(crate) fn replies<D: Dialect>(world: &World, cases: &[(&str, String)]) -> String {
    let mut transcript = String::new();
    for (shows, uri) in cases {
        let request = Request::get(uri).body(Bytes::new()).unwrap();
        let words = said::<D>(&request, world);
        writeln!(transcript, "== {shows}: {uri}\n{words}").unwrap();
    }
    transcript
}

/// What a provider says to a call for data.
pub(crate) fn said<D: Dialect>(request: &Request<Bytes>, world: &World) -> Words {
    let route = D::route(request).unwrap();
    let Line::Data(call) = route.line else {
        panic!("a log-in is no call for data");
    };
    let asked = Asked {
        details: &D::details(request),
        ..Asked::of(call, route.entity.as_deref().unwrap_or_default(), now())
    };
    D::answer(&asked, world)
}

/// All that one says who hands out certificates: of companies that differ in that, then its refusals.
pub(crate) fn transcript<D: Dialect>(entity: impl Fn(&str) -> String) -> String {
    let mut transcript = String::new();
    for &(call, line) in D::CALLS {
        let Line::Data(data) = line else { continue };
        for name in [
            "all-in-order",
            "contributions-due",
            "odd-certificates",
            "ceased",
            "unknown",
        ] {
            let words = D::answer(&Asked::of(data, &entity(siren(name)), now()), &world());
            writeln!(transcript, "== {call}, {name}\n{words}").unwrap();
        }
    }
    format!("{transcript}\n{}", refusals::<D>())
}

/// The SIRET of a company's first place; of one that nobody knows, what it would be.
pub(crate) fn office(siren: &str) -> String {
    let number = siren.parse().unwrap();
    let company = world().company(number);
    let office = company.map(|company| company.establishments[0].siret);
    office.unwrap_or(Siret::of(number, 1)).to_string()
}

/// The SIREN of a well-known company.
pub(crate) fn siren(name: &str) -> &'static str {
    let known = World::well_known().iter().find(|known| known.name == name);
    known.unwrap().siren
}

/// The world of the tests.
pub(crate) fn world() -> World {
    World::new(1, 300)
}

/// Every refusal of a provider and what it is for, call by call.
pub(crate) fn every_refusal<D: Dialect>() -> Vec<(String, Words)> {
    let mut refusals = Vec::new();
    for &(name, line) in D::CALLS {
        for symptom in Symptom::ALL {
            let words = D::refuse_line(line, "418166096", now(), symptom);
            refusals.extend(words.map(|words| (format!("{name}, {symptom:?}"), words)));
        }
    }
    refusals
}

/// The same for people.
pub(crate) fn refusals<D: Dialect>() -> String {
    every_refusal::<D>()
        .into_iter()
        .map(|(case, words)| format!("== {case}\n{words}\n"))
        .collect()
}

/// 2026-01-15T10:00:00Z.
pub(crate) fn now() -> Moment {
    Moment::from_unix_seconds(1_768_471_200)
}

/// Requests of all sorts, many of them near to ones that `paths` serve.
pub(crate) fn requests(paths: &'static [&'static str]) -> impl Strategy<Value = Request<Bytes>> {
    let path = prop_oneof![
        proptest::sample::select(paths).prop_map(str::to_owned),
        (
            proptest::sample::select(paths),
            "[!-~&&[^#\"<>\\\\^`{|}]]{0,30}"
        )
            .prop_map(|(path, tail)| format!("{path}{tail}")),
        "/[a-z0-9/?=&%:.+]{0,40}",
    ];
    let method = proptest::sample::select(vec![Method::GET, Method::POST, Method::PUT]);
    let body = prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..64),
        "[<>/a-z_=&{}\":0-9 ]{0,80}".prop_map(String::into_bytes),
        "[0-9]{7,10}".prop_map(|siren| format!("{{\"siren\":\"{siren}\"}}").into_bytes()),
        "[0-9]{13,15}".prop_map(|siret| format!("{{\"corps\":\"{siret}\"}}").into_bytes()),
        "[0-9é]{7,10}".prop_map(|siren| format!("<a><num_siren>{siren}</num_siren>").into_bytes()),
    ];
    let action = proptest::option::of(Just("getProduitsWebServicesXML"));
    (method, path, body, action).prop_filter_map("no HTTP", |(method, path, body, action)| {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(action) = action {
            request = request.header("SOAPAction", action);
        }
        request.body(Bytes::from(body)).ok()
    })
}

/// Routes a request and answers it; whatever it is, there is an answer.
pub(crate) fn survives<D: Dialect>(request: &Request<Bytes>, world: &World) {
    match D::route(request) {
        None => assert!(D::stray(request).status.as_u16() >= 200),
        Some(route) => {
            if let Line::Data(_) = route.line {
                let words = said::<D>(request, world);
                assert!(words.status == 204 || words.status == 404 || !words.body.is_empty());
            }
        }
    }
}
