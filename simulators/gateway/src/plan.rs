//! Which providers an operation asks, and what is made of what they say.

mod table;

use std::{pin::pin, sync::Arc};

use bytes::Bytes;
use http::StatusCode;

use crate::{
    Gateway,
    answers::{self, asked::Asked, dates, paper::Paper},
    ask::{Ask, in_time, refusal},
    cache::Source,
    call::{self, Call, Verdict},
    documents,
    refusal::Refusal,
    route::Target,
    sources::Raw,
    steps::cached,
    trouble::{Class, Trouble},
    v2,
};

use self::table::{Map, PLANS, Plan, Read, Shows, Tell, Work};

/// Does what a call's operation does.
pub(crate) async fn carry_out(gateway: &Gateway, call: &Call) -> Verdict {
    let Some(target) = call.target() else {
        return Verdict::code("00500");
    };
    let plan = PLANS
        .iter()
        .find(|plan| plan.operation == target.operation.id);
    let Some(Plan { operation, work }) = plan else {
        return Verdict::code("00500");
    };
    let done = match *work {
        Work::Privileges => privileges(gateway, call, target),
        Work::Entreprises => {
            return Box::pin(v2::entreprises::carry_out(gateway, call, target)).await;
        }
        Work::Data(ask, map, shows) => {
            data(gateway, call, target, operation, (ask, map, shows)).await
        }
        Work::Document(ask, read, name, tell) => {
            document(gateway, call, target, (ask, read, name, tell)).await
        }
    };
    match done {
        Ok(body) => Verdict::Answer(call::json(StatusCode::OK, call.media, body)),
        Err(refusal) => Verdict::refused(refusal),
    }
}

async fn fetch(gateway: &Gateway, call: &Call, target: &Target, ask: Ask) -> Result<Raw, Trouble> {
    // Pinned here and not moved, as it is large; dropped here, so that a provider is given up at its deadline.
    let work = pin!(ask.ask(gateway, call, &target.entity));
    in_time(gateway, target, work).await
}

fn privileges(gateway: &Gateway, call: &Call, target: &Target) -> Result<Bytes, Refusal> {
    let holder = call.access.holder().ok_or(Refusal::of("00101"))?;
    let version = target.operation.version;
    let answer =
        answers::privileges::answer(&holder.claims.scopes, version, gateway.policy.edition);
    Ok(answer.to_string().into())
}

async fn data(
    gateway: &Gateway,
    call: &Call,
    target: &Target,
    operation: &'static str,
    (ask, map, shows): (Ask, Map, Shows),
) -> Result<Bytes, Refusal> {
    let asked = fetch(gateway, call, target, ask).await;
    let asked = asked.map_err(|trouble| match trouble.class {
        Class::Undisclosed if shows != Shows::Itself => Class::NotFound.into(),
        _ => trouble,
    });
    let answer = asked.and_then(|raw| {
        let base: Arc<str> = call.base().into();
        let source = Source {
            operation,
            base: Arc::clone(&base),
            entity: Arc::clone(&target.entity),
            redirected: raw.redirected,
            body: raw.body.clone(),
        };
        let asked = Asked {
            entity: &target.entity,
            base: &base,
            version: target.operation.version,
            public: shows == Shows::ToAll,
        };
        let map = || map(&raw, &asked).map(|answer| answer.to_string().into());
        gateway.mapped.answer(source, map)
    });
    let answer = answer.map_err(|trouble| refusal(gateway, ask, &trouble))?;
    keep(gateway, call, &answer);
    Ok(answer)
}

async fn document(
    gateway: &Gateway,
    call: &Call,
    target: &Target,
    (ask, read, name, tell): (Ask, Read, &str, Tell),
) -> Result<Bytes, Refusal> {
    let asked = fetch(gateway, call, target, ask).await;
    let paper = asked
        .and_then(|raw| read(&raw.body))
        .map(|pdf| paper(gateway, call, name, pdf));
    let answer = tell(paper).map_err(|trouble| refusal(gateway, ask, &trouble))?;
    let answer = Bytes::from(answer.to_string());
    keep(gateway, call, &answer);
    Ok(answer)
}

/// Keeps a document, and what is told of it.
fn paper(gateway: &Gateway, call: &Call, name: &str, pdf: Bytes) -> Paper {
    let path = link(gateway, call, name, pdf.clone());
    Paper {
        pdf,
        url: format!("{}{path}", call.base()),
        life: gateway.policy.document_life,
        today: dates::day_in_paris(gateway.now().unix_seconds()),
    }
}

/// Keeps a document; the path of its link.
fn link(gateway: &Gateway, call: &Call, name: &str, pdf: Bytes) -> String {
    let now = gateway.now();
    let ordinal = call.exchange.id.0;
    let dice = gateway.session.dice();
    let chance = [0, 1, 2].map(|part| dice.bits("document", 3 * ordinal + part));
    let path = documents::path_of(name, now, chance);
    let end = documents::end_of(gateway.policy.document_life, now);
    gateway.documents_locked().keep(path.clone(), pdf, end);
    let text = format!("{path} until {end}");
    gateway
        .session
        .note(Some(call.exchange.id), "document", text);
    path
}

fn keep(gateway: &Gateway, call: &Call, answer: &Bytes) {
    if let Some(life) = cached::life(gateway, call) {
        let now = gateway.now();
        gateway.answers.keep(call.path(), answer.clone(), life, now);
    }
}

#[cfg(test)]
mod tests {
    use doublure_fixtures::Contract;

    use super::*;

    #[test]
    fn every_operation_of_the_contract_has_a_plan_with_its_providers() {
        let contract = Contract::built_in();

        for operation in contract.operations() {
            let plan = PLANS.iter().find(|plan| plan.operation == operation.id);
            let asked: Vec<&str> = match plan.map(|plan| plan.work) {
                Some(Work::Data(ask, ..) | Work::Document(ask, ..)) => vec![ask.provider()],
                Some(Work::Entreprises) => vec!["insee", "infogreffe"],
                Some(Work::Privileges) => vec![],
                None => panic!("no plan for {}", operation.id),
            };
            assert_eq!(operation.providers, asked, "{}", operation.id);
        }
    }
}
