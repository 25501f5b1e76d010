//! Which providers an operation asks, and what is made of what they say.

mod table;

use std::sync::Arc;

use bytes::Bytes;
use futures_util::future::join_all;
use http::StatusCode;

use crate::{
    Gateway,
    answers::{
        self,
        asked::Asked,
        desk::Desk,
        made::{Made, Said},
    },
    ask::{ask, in_time, refusal},
    cache::{self, Kept},
    call::{self, Call, Verdict},
    refusal::Refusal,
    route::Target,
    sources::{Ask, Raw},
    steps::cached,
    trouble::{Class, Trouble},
};

use self::table::{Make, Map, Plan, Shows, Source, Work};

/// Does what a call's operation does.
pub(crate) async fn carry_out(gateway: &Gateway, call: &Call) -> Verdict {
    let Some(target) = call.target() else {
        return Verdict::code("00500");
    };
    let Some(Plan { operation, work }) = Plan::find(&target.operation.id) else {
        return Verdict::code("00500");
    };
    let done = match *work {
        Work::Data(ask, map, shows) => {
            data(gateway, call, target, operation, (ask, map, shows)).await
        }
        Work::Made(sources, make) => Box::pin(made(gateway, call, target, sources, make)).await,
        Work::Privileges => privileges(gateway, call, target),
    };
    match done {
        Ok(verdict) => verdict,
        Err(refusal) => Verdict::Refused {
            refusals: vec![refusal],
            gateway_error: call.is_v_two().then_some(true),
        },
    }
}

/// The first call that an operation makes.
pub(crate) fn first_ask(operation: &str) -> Option<Ask> {
    match Plan::find(operation)?.work {
        Work::Data(ask, ..) => Some(ask),
        Work::Made(sources, _) => sources.first()?.asks.first().copied(),
        Work::Privileges => None,
    }
}

fn privileges(gateway: &Gateway, call: &Call, target: &Target) -> Result<Verdict, Refusal> {
    let holder = call.access.holder().ok_or(Refusal::of("00101"))?;
    let version = target.operation.version;
    let answer =
        answers::privileges::answer(&holder.claims.scopes, version, gateway.policy.edition);
    Ok(answered(call, StatusCode::OK, answer.to_string().into()))
}

async fn data(
    gateway: &Gateway,
    call: &Call,
    target: &Target,
    operation: &'static str,
    (whom, map, shows): (Ask, Map, Shows),
) -> Result<Verdict, Refusal> {
    let asked = in_time(gateway, target, ask(gateway, call, target, whom)).await;
    let asked = asked.map_err(|trouble| match trouble.class {
        Class::Undisclosed if shows != Shows::Itself => Class::NotFound.into(),
        _ => trouble,
    });
    let answer = asked.and_then(|raw| {
        let base: Arc<str> = call.base(gateway.secured).into();
        let source = cache::Source {
            operation,
            base: Arc::clone(&base),
            arguments: target.arguments.clone(),
            redirected: raw.redirected,
            body: raw.body.clone(),
        };
        let asked = asked_for(target, &base, shows == Shows::ToAll);
        let map = || map(&raw, &asked).map(|answer| answer.to_string().into());
        gateway.mapped.answer(source, map)
    });
    let answer = answer.map_err(|trouble| refused(gateway, call, whom, &trouble))?;
    cached::keep(gateway, call, || Kept::Answer(answer.clone()));
    Ok(answered(call, StatusCode::OK, answer))
}

async fn made(
    gateway: &Gateway,
    call: &Call,
    target: &Target,
    sources: &'static [Source],
    make: Make,
) -> Result<Verdict, Refusal> {
    let said = sources.iter().map(|source| {
        let work = calls(gateway, call, target, *source);
        in_time(gateway, target, work)
    });
    let said: Said = join_all(said).await;
    let base = call.base(gateway.secured);
    let mut desk = Desk {
        asked: asked_for(target, &base, false),
        query: &call.query,
        now: gateway.now(),
        life: gateway.policy.document_life,
        chance: (gateway.session.dice(), call.lot),
        kept: Vec::new(),
    };
    let made = make(said, &mut desk);
    lay_down(gateway, call, desk);
    match made {
        Ok(Made::Whole(answer)) => {
            let answer = Bytes::from(answer.to_string());
            cached::keep(gateway, call, || Kept::Answer(answer.clone()));
            Ok(answered(call, StatusCode::OK, answer))
        }
        Ok(Made::Partial(answer)) => {
            let answer = answer.to_string().into();
            Ok(answered(call, StatusCode::PARTIAL_CONTENT, answer))
        }
        Ok(Made::Other(response)) => Ok(Verdict::Answer(response)),
        Err(trouble) => Err(
            match sources.first().and_then(|source| source.asks.first()) {
                Some(main) => refused(gateway, call, *main, &trouble),
                None => Refusal::of("00500"),
            },
        ),
    }
}

/// The calls of a source, one after another.
async fn calls(
    gateway: &Gateway,
    call: &Call,
    target: &Target,
    source: Source,
) -> Result<Vec<Raw>, Trouble> {
    let mut said = Vec::with_capacity(source.asks.len());
    for (place, whom) in (1..).zip(source.asks) {
        let raw = ask(gateway, call, target, *whom).await?;
        let goes_on = place < source.asks.len() && (source.goes_on)(&raw)?;
        said.push(raw);
        if !goes_on {
            break;
        }
    }
    Ok(said)
}

fn asked_for<'a>(target: &'a Target, base: &'a str, public: bool) -> Asked<'a> {
    Asked {
        entity: &target.entity,
        arguments: &target.arguments,
        base,
        version: target.operation.version,
        public,
    }
}

/// Keeps what an answer has links to.
fn lay_down(gateway: &Gateway, call: &Call, desk: Desk<'_>) {
    for (path, content, end) in desk.kept {
        let text = format!("{path} until {end}");
        gateway.documents_locked().keep(path, content, end);
        gateway
            .session
            .note(Some(call.exchange.id), "document", text);
    }
}

/// The refusal that a provider's trouble leads to; one that lasts is kept.
fn refused(gateway: &Gateway, call: &Call, whom: Ask, trouble: &Trouble) -> Refusal {
    let refusal = refusal(gateway, whom, trouble);
    if trouble.lasts {
        cached::keep(gateway, call, || Kept::Refusal(refusal.clone()));
    }
    refusal
}

fn answered(call: &Call, status: StatusCode, body: Bytes) -> Verdict {
    Verdict::Answer(call::json(status, call.media, body))
}

#[cfg(test)]
mod tests {
    use doublure_fixtures::Contract;

    use super::*;

    #[test]
    fn every_operation_of_the_contract_has_a_plan_with_its_providers() {
        let contract = Contract::built_in();

        for operation in contract.operations() {
            let Some(plan) = Plan::find(&operation.id) else {
                panic!("no plan for {}", operation.id);
            };
            let asks = plan.asks();
            let mut asked: Vec<&str> = asks.iter().map(|ask| ask.provider).collect();
            asked.dedup();
            assert_eq!(operation.providers, asked, "{}", operation.id);
        }
    }
}
