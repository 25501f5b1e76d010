//! More requests than an address may make, and the term of the ban.

use std::time::Duration;

use doublure_fixtures::{Contract, Siren, contract::Whom};
use doublure_journal::{CaptureLevel, Moment};
use doublure_rules::Capability;
use tokio::{sync::watch, task::JoinSet};

use super::{OTHER_TOKEN, RIGHTS, Trial, names, operation};
use crate::{
    Bench, TrialError,
    cast::Cast,
    gateway::status::PING,
    noise,
    probe::{Answer, Ask},
    runner::Boxed,
};

pub(super) const TRIAL: Trial = Trial {
    name: names::BAN_BY_VOLUME,
    about: "127.0.0.4 makes one request more than it may, then calls every route and a path that is none, calls \
            again a second before the term is over and at its end; 127.0.0.5 calls beside it.",
    capture: CaptureLevel::Meta,
    act,
};

fn act(bench: &Bench) -> Boxed<'_, Result<(), TrialError>> {
    Box::pin(async {
        let rights = Ask::operation(&*operation(RIGHTS)?, Whom::of(Siren::from_stem(0)));
        let (breaker, other) = (rights.clone().from_address(4), rights.from_address(5));
        let gateway = &bench.profile().gateway;

        // Every request counts, with or without a token, also for the state of services.
        let unknown = Ask {
            token: None,
            ..breaker.clone()
        };
        let mut kinds = vec![breaker.clone(), unknown];
        if bench.offers(Capability::StatusServices) {
            kinds.push(Ask::without_token(PING).from_address(4));
        }
        let kinds = kinds.into_iter().cycle();
        let allowed = kinds.take(gateway.address_limit as usize);
        bench.flood(allowed.collect(), LANES).await?;
        let (silence, back) = (bench.patience().silence(), bench.patience().back());
        // Looked up first: the next call is the one that brings the ban about.
        let routes = every_route(bench)?;
        let banned = bench.now().await?;
        together(bench, routes, &other, silence).await?;
        together(bench, with_other_token(bench, &breaker), &other, silence).await?;
        if !bench.sees_the_end_of_bans() {
            return Ok(());
        }
        let over = banned + gateway.ban_term();
        wait_until(bench, over, BEFORE).await?;
        together(bench, vec![breaker.clone()], &other, silence).await?;
        let slack = if bench.moves_clock() { NONE } else { SLACK };
        wait_until(bench, over + slack, NONE).await?;
        together(bench, vec![breaker], &other, back).await
    })
}

/// Lets pass what is left until so long before a moment; where the clock is not moved, waits for it.
async fn wait_until(bench: &Bench, moment: Moment, before: Duration) -> Result<(), TrialError> {
    let left = moment.since(bench.now().await?);
    bench.wait_out(left.saturating_sub(before)).await
}

/// One probe of each operation, and of none, from the address that broke its limit.
fn every_route(bench: &Bench) -> Result<Vec<Ask>, TrialError> {
    let cast = Cast::new(bench.seed());
    let served = &bench.profile().gateway.operations;
    let contract = Contract::built_in();
    let operations = contract.operations().iter();
    let known = operations
        .filter(|operation| served.contains_key(&operation.id))
        .map(|operation| Ok(cast.ask(operation)?.from_address(4)));
    known
        .chain([Ok(Ask::without_token(NOWHERE).from_address(4))])
        .collect()
}

/// The same request with another token, where the target knows one.
fn with_other_token(bench: &Bench, breaker: &Ask) -> Vec<Ask> {
    let other = bench.has_token(OTHER_TOKEN).then(|| Ask {
        token: Some(OTHER_TOKEN.to_owned()),
        ..breaker.clone()
    });
    other.into_iter().collect()
}

/// Sends probes and gives up on them when, after a while, another address has asked and been answered:
/// a machine that is merely slow would have answered both.
pub(super) async fn together(
    bench: &Bench,
    asks: Vec<Ask>,
    other: &Ask,
    a_while: Duration,
) -> Result<(), TrialError> {
    let (done, waiting) = watch::channel(false);
    let mut probes = JoinSet::new();
    for ask in asks {
        let (bench, mut waiting) = (bench.clone(), waiting.clone());
        probes.spawn(async move {
            let give_up = async move {
                // A sender that is gone means the same.
                let _ = waiting.wait_for(|done| *done).await;
            };
            bench.probe_until(ask, give_up).await
        });
    }
    // Where all of them are answered there is nothing to wait for.
    if let Some(ended) = noise::within(a_while, ended(&mut probes)).await {
        ended?;
    }
    let answered = bench.probe(other.clone()).await;
    // Every probe may have ended by itself.
    let _ = done.send(true);
    ended(&mut probes).await?;
    answered.map(drop)
}

/// Waits until every probe has ended.
async fn ended(probes: &mut JoinSet<Result<Answer, TrialError>>) -> Result<(), TrialError> {
    while let Some(ended) = probes.join_next().await {
        ended.map_err(|broken| TrialError::Broken(broken.to_string()))??;
    }
    Ok(())
}

/// Connections that the allowed requests are made on.
pub(super) const LANES: usize = 4;
/// No route leads there.
const NOWHERE: &str = "/nulle-part";
const BEFORE: Duration = Duration::from_secs(1);
const NONE: Duration = Duration::ZERO;
/// A ban begins when the gateway has read the call that brings it about, not when that is sent.
const SLACK: Duration = Duration::from_millis(500);
