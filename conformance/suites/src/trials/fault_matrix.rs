//! Every class of faults at every provider.

use std::sync::Arc;

use doublure_fixtures::{Contract, contract::Operation};
use doublure_journal::{CaptureLevel, Event};
use doublure_scenarios::{Effect, Fault, Symptom, WireFault};
use tokio::task::JoinSet;

use super::{OTHER_TOKEN, Trial, fault, names};
use crate::{
    Bench, TrialError,
    cast::Cast,
    gateway::classes::{INTERNAL, LATE, UNAVAILABLE, UNKNOWN, UNRESOLVABLE, fault_name},
    probe::Ask,
    runner::Boxed,
};

pub(super) const TRIAL: Trial = Trial {
    name: names::FAULT_MATRIX,
    about: "Each provider fails inside, is out of service, cannot be resolved, speaks nonsense and is silent, \
            each time about another company that nobody knows.",
    capture: CaptureLevel::Full,
    act,
};

fn act(bench: &Bench) -> Boxed<'_, Result<(), TrialError>> {
    Box::pin(async {
        let cast = Cast::new(bench.seed());
        let operations = one_for_each_provider(bench);
        let window = bench.profile().gateway.quota_window();
        for (place, (class, effect)) in faults(bench).enumerate() {
            // Two tokens in turn, and a new window after both.
            let token = (place % 2 == 1 && bench.has_token(OTHER_TOKEN)).then_some(OTHER_TOKEN);
            if place % 2 == 0 {
                bench.skip(window).await?;
            }
            let cases: Vec<(Fault, Ask)> = operations
                .iter()
                .map(|operation| case(&cast, operation, class, effect.clone(), token))
                .collect();
            let (faults, asks): (Vec<Fault>, Vec<Ask>) = cases.into_iter().unzip();
            bench.play(faults.clone()).await?;
            tell_of_shut_doors(bench, &faults).await?;
            all_at_once(bench, &operations, asks, class == LATE).await?;
        }
        Ok(())
    })
}

/// A fault about a company, and the call that meets it.
fn case(
    cast: &Cast,
    operation: &Operation,
    class: &str,
    then: Effect,
    token: Option<&str>,
) -> (Fault, Ask) {
    let mut ask = Ask::operation(operation, cast.nobody());
    ask.token = token.map(str::to_owned).or(ask.token);
    let provider = operation.providers.first().cloned().unwrap_or_default();
    let entity = ask.entity.clone().unwrap_or_default();
    let mut fault = fault(
        &fault_name(class, &provider, &entity),
        &provider,
        "",
        &entity,
        then,
    );
    // Whichever call is about the company; what strikes before anything is asked knows no company.
    fault.when.call = None;
    if matches!(&fault.then, Effect::Wire(wire) if wire.is_at_connect()) {
        fault.when.entity = None;
    }
    (fault, ask)
}

/// Tells of the doors of providers that are shut from now on: nobody sees the connections that then come about nowhere.
async fn tell_of_shut_doors(bench: &Bench, faults: &[Fault]) -> Result<(), TrialError> {
    for fault in faults.iter().filter(|_| !bench.stands_still()) {
        if let Effect::Wire(wire) = &fault.then
            && wire.is_at_connect()
        {
            let shut = Event::FaultFired {
                exchange: None,
                fault: fault.name.clone(),
                effect: format!("wire {wire}"),
                draw: None,
            };
            bench.record(&shut).await?;
        }
    }
    Ok(())
}

/// Sends all of them; where nobody answers in time, lets the longest deadline pass.
async fn all_at_once(
    bench: &Bench,
    operations: &[Arc<Operation>],
    asks: Vec<Ask>,
    late: bool,
) -> Result<(), TrialError> {
    let entities: Vec<Option<String>> = asks.iter().map(|ask| ask.entity.clone()).collect();
    let mut calls = JoinSet::new();
    for ask in asks {
        let bench = bench.clone();
        calls.spawn(async move { bench.probe(ask).await });
    }
    // Where time passes by itself there is nothing to wait for but the answers.
    if late && bench.stands_still() {
        for entity in entities.iter().flatten() {
            bench.provider_was_asked(entity).await?;
        }
        let deadlines = operations
            .iter()
            .filter_map(|operation| bench.profile().gateway.deadline(&operation.id));
        bench
            .let_pass(deadlines.max().unwrap_or_default() * 2)
            .await?;
    }
    while let Some(ended) = calls.join_next().await {
        ended.map_err(|broken| TrialError::Broken(broken.to_string()))??;
    }
    Ok(())
}

/// The first operation of each provider that asks it alone and about a company.
fn one_for_each_provider(bench: &Bench) -> Vec<Arc<Operation>> {
    let contract = Contract::built_in();
    let served = &bench.profile().gateway.operations;
    let alone = |operation: &&Arc<Operation>, id: &str| {
        operation.providers == [id]
            && operation.whom().is_some()
            && served.contains_key(&operation.id)
    };
    let first = |id: &str| {
        contract
            .operations()
            .iter()
            .find(|operation| alone(operation, id))
            .cloned()
    };
    contract
        .providers()
        .filter_map(|row| first(&row.id))
        .collect()
}

/// Names are resolved by the gateway: that they are not is played to our own only.
fn faults(bench: &Bench) -> impl Iterator<Item = (&'static str, Effect)> {
    let ours = bench.stands_still();
    let all = [
        (INTERNAL, Effect::Symptom(Symptom::InternalError)),
        (UNAVAILABLE, Effect::Symptom(Symptom::Unavailable)),
        (UNAVAILABLE, Effect::Wire(WireFault::Refuse)),
        (UNRESOLVABLE, Effect::Wire(WireFault::Unresolvable)),
        (UNKNOWN, Effect::Wire(WireFault::Garbage)),
        (LATE, Effect::Wire(WireFault::Silence)),
    ];
    all.into_iter()
        .filter(move |(class, _)| ours || *class != UNRESOLVABLE)
}
