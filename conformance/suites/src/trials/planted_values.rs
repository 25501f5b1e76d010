//! Providers say what nothing else could have produced.

use std::{collections::BTreeMap, time::Duration};

use doublure_fixtures::Contract;
use doublure_journal::{CaptureLevel, ResponseSeen};
use doublure_rules::Exchange;
use doublure_scenarios::{Effect, Fault};

use super::{Chance, Trial, fault, names, retry_after};
use crate::{
    Bench, TrialError,
    cast::Cast,
    gateway::relay::{planted, repeats_fields},
    probe::Ask,
    runner::Boxed,
};

pub(super) const TRIAL: Trial = Trial {
    name: names::PLANTED_VALUES,
    about: "Calls each operation that repeats fields of a provider, then again about the same company while its \
            provider says canaries in their place.",
    capture: CaptureLevel::Full,
    act,
};

fn act(bench: &Bench) -> Boxed<'_, Result<(), TrialError>> {
    Box::pin(async {
        let cast = Cast::new(bench.seed());
        let served = &bench.profile().gateway.operations;
        let mut asks = Vec::new();
        for operation in Contract::built_in().operations() {
            if served.contains_key(&operation.id) && repeats_fields(&operation.id) {
                let ask = cast.ask(operation)?;
                obedient(bench, ask.clone()).await?;
                asks.push(ask);
            }
        }
        let faults = canaries(bench, &asks).await?;
        bench.play(faults).await?;
        for mut ask in asks {
            let header = ("Cache-Control".to_owned(), "no-cache".to_owned());
            ask.headers.extend([header]);
            obedient(bench, ask).await?;
        }
        Ok(())
    })
}

/// Asks as a caller that keeps to its quota: refused for its number, it waits as it is told and asks once more.
async fn obedient(bench: &Bench, ask: Ask) -> Result<(), TrialError> {
    let answer = bench.probe(ask.clone()).await?;
    if answer.status() == Some(429)
        && let Some(wait) = retry_after(bench, &answer)
    {
        bench.wait_out(wait + Duration::from_secs(1)).await?;
        bench.probe(ask).await?;
    }
    Ok(())
}

/// What the providers answered so far, to be answered again with canaries in it.
async fn canaries(bench: &Bench, asks: &[Ask]) -> Result<Vec<Fault>, TrialError> {
    let history = bench.history().await?;
    let mut chance = Chance(bench.seed());
    let mut faults: Vec<Fault> = Vec::new();
    for ask in asks {
        let (Some(id), Some(entity)) = (&ask.operation, &ask.entity) else {
            continue;
        };
        let calls = history.provider_calls(entity);
        let good = calls.iter().filter(|call| call.status() == Some(200));
        let planted = good.filter_map(|call| {
            let body = planted(id, call, &mut chance)?;
            answered(faults.len(), call, entity, body)
        });
        let planted: Vec<Fault> = planted.collect();
        faults.extend(planted);
    }
    Ok(faults)
}

/// The same call is answered so.
fn answered(place: usize, call: &Exchange<'_>, entity: &str, body: String) -> Option<Fault> {
    let ResponseSeen {
        status, headers, ..
    } = call.response()?;
    let media_type = headers
        .iter()
        .filter(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    let answer = doublure_scenarios::Answer {
        status: *status,
        headers: media_type.cloned().collect::<BTreeMap<_, _>>(),
        body,
    };
    let (provider, name) = (
        call.request.provider.as_deref()?,
        call.request.call.as_deref()?,
    );
    let fault_name = format!("canary-{place}-{name}");
    Some(fault(
        &fault_name,
        provider,
        name,
        entity,
        Effect::Answer(answer),
    ))
}
