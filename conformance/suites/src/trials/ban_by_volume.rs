//! More requests than an address may make, and the term of the ban.

use std::time::Duration;

use doublure_fixtures::{Contract, Siren, contract::Whom};
use doublure_journal::CaptureLevel;
use doublure_rules::Capability;
use tokio::{sync::watch, task::JoinSet};

use super::{OTHER_TOKEN, RIGHTS, Trial, VIGILANCE, names, operation, serves};
use crate::{
    Bench, TrialError,
    cast::Cast,
    gateway::{document::links::links, status::PING},
    noise,
    probe::{Answer, Ask},
    runner::Boxed,
};

pub(super) const TRIAL: Trial = Trial {
    name: names::BAN_BY_VOLUME,
    about: "127.0.0.4 makes one request more than it may, with a token and without, some of them for a document and \
            some where no route leads; then it calls every route at once, follows the link to the document, calls a path that \
            is none, and calls again a second before the term is over and at its end; 127.0.0.5 calls beside it.",
    capture: CaptureLevel::Meta,
    act,
};

fn act(bench: &Bench) -> Boxed<'_, Result<(), TrialError>> {
    Box::pin(async {
        let rights = Ask::operation(&*operation(RIGHTS)?, Whom::of(Siren::from_stem(0)));
        let (breaker, other) = (rights.clone().from_address(4), rights.from_address(5));
        let gateway = &bench.profile().gateway;
        let (link, asked) = document(bench).await?;

        // Every request counts, with or without a token, also for the state of services.
        let unknown = Ask {
            token: None,
            ..breaker.clone()
        };
        let mut kinds = vec![breaker.clone(), unknown];
        if bench.offers(Capability::StatusServices) {
            kinds.push(Ask::without_token(PING).from_address(4));
        }
        let nowhere = Ask::without_token(NOWHERE).from_address(4);
        let rarer = [Some(nowhere.clone()), link.clone()].into_iter().flatten();
        let rarer = rarer.flat_map(|ask| std::iter::repeat_n(ask, A_FEW));
        let allowed = rarer.chain(kinds.into_iter().cycle());
        let allowed = allowed.take(gateway.address_limit.saturating_sub(asked) as usize);
        bench.flood(allowed.collect(), LANES).await?;
        let (silence, back) = (bench.patience().silence(), bench.patience().back());
        // Looked up first: the next call is the one that brings the ban about.
        let mut routes = every_route(bench)?;
        routes.extend(link.into_iter().chain([nowhere]));
        let banned = bench.now().await?;
        // By itself: a call that is let in among others is silenced by the ban that the next of them brings about.
        together(bench, vec![breaker.clone()], &other, silence).await?;
        together(bench, routes, &other, silence).await?;
        together(bench, with_other_token(bench, &breaker), &other, silence).await?;
        if !bench.sees_the_end_of_bans() {
            return Ok(());
        }
        let over = banned + gateway.ban_term();
        bench.wait_until(over, BEFORE).await?;
        together(bench, vec![breaker.clone()], &other, silence).await?;
        let slack = if bench.stands_still() { NONE } else { SLACK };
        bench.wait_until(over + slack, NONE).await?;
        together(bench, vec![breaker], &other, back).await.map(drop)
    })
}

/// The request that follows a link to a document, where the target keeps one itself; and how many were made to get it.
async fn document(bench: &Bench) -> Result<(Option<Ask>, u32), TrialError> {
    if !serves(bench, VIGILANCE) {
        return Ok((None, 0));
    }
    let ask = Cast::new(bench.seed()).ask(&*operation(VIGILANCE)?)?;
    let answer = bench.probe(ask.from_address(4)).await?;
    let links = links(Some(VIGILANCE), answer.text()).into_iter();
    let mut here = links.filter_map(|link| bench.following_here(&link.url));
    Ok((here.next().map(|link| link.from_address(4)), 1))
}

/// One probe of each operation from the address that broke its limit.
fn every_route(bench: &Bench) -> Result<Vec<Ask>, TrialError> {
    let cast = Cast::new(bench.seed());
    let served = &bench.profile().gateway.operations;
    let contract = Contract::built_in();
    let operations = contract.operations().iter();
    operations
        .filter(|operation| served.contains_key(&operation.id))
        .map(|operation| Ok(cast.ask(operation)?.from_address(4)))
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
/// a machine that is merely slow would have answered both. Whether any of them was answered.
pub(super) async fn together(
    bench: &Bench,
    asks: Vec<Ask>,
    other: &Ask,
    a_while: Duration,
) -> Result<bool, TrialError> {
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
    let mut heard = Vec::new();
    if let Some(ended) = noise::within(a_while, ended(&mut probes, &mut heard)).await {
        ended?;
    }
    let answered = bench.probe(other.clone()).await;
    // Every probe may have ended by itself.
    let _ = done.send(true);
    ended(&mut probes, &mut heard).await?;
    answered?;
    Ok(heard.iter().any(|answer| answer.status().is_some()))
}

/// Waits until every probe has ended, and keeps what each of them heard.
async fn ended(
    probes: &mut JoinSet<Result<Answer, TrialError>>,
    heard: &mut Vec<Answer>,
) -> Result<(), TrialError> {
    while let Some(ended) = probes.join_next().await {
        heard.push(ended.map_err(|broken| TrialError::Broken(broken.to_string()))??);
    }
    Ok(())
}

/// Connections that the allowed requests are made on.
pub(super) const LANES: usize = 4;
/// No route leads there.
const NOWHERE: &str = "/nulle-part";
/// Requests of a rarer kind that are told from the others by their number.
const A_FEW: usize = 20;
const BEFORE: Duration = Duration::from_secs(1);
const NONE: Duration = Duration::ZERO;
/// A ban begins when the gateway has read the call that brings it about, not when that is sent.
const SLACK: Duration = Duration::from_millis(500);
