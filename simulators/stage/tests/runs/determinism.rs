//! Both promises of chance, kept over five hundred calls of an ordinary day.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use doublure_control::{NewSession, Overrides};
use doublure_journal::{Entry, Event, ExchangeId, Hop};
use tokio::task::JoinSet;

use crate::{
    caller::{Answer, Caller},
    house::{House, company, extract, manual, tax, vigilance},
    parity::without_ports,
};

const CALLS: usize = 500;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_call_after_another_comes_out_the_same_to_the_last_byte() {
    let (once, again) = (one_by_one().await, one_by_one().await);

    assert_eq!(once.answers, again.answers);
    for (once, again) in once.journal.iter().zip(&again.journal) {
        assert_eq!(told(once), told(again));
    }
    assert_eq!(once.journal.len(), again.journal.len());
    assert!(once.fired().len() > CALLS / 2, "an ordinary day has faults");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn whatever_the_order_each_question_meets_the_same_faults_and_answers_in_sum() {
    let in_turn = one_by_one().await;
    let at_once = side_by_side().await;

    assert_eq!(in_turn.fired(), at_once.fired());
    assert_eq!(in_turn.ids, at_once.ids);
    assert_eq!(in_turn.ids.len(), CALLS);
    let (once, again) = (in_turn.outcomes(), at_once.outcomes());
    for (outcome, count) in &once {
        assert_eq!(again.get(outcome), Some(count), "{outcome:?}");
    }
    assert_eq!(once.len(), again.len());
    let failed = |(_, answer): &&(String, String)| !answer.starts_with("200");
    assert!(once.keys().any(|outcome| failed(&outcome)), "{once:?}");
}

/// What came back, and what was written down.
struct Run {
    /// Path and answer.
    answers: Vec<(String, String)>,
    /// Ids of the requests.
    ids: BTreeSet<String>,
    /// The answers without what goes by the order of arrival or by the moment of the answer.
    unordered: Vec<(String, String)>,
    journal: Vec<Entry>,
}

impl Run {
    fn of(calls: Vec<(String, Answer)>, journal: Vec<Entry>) -> Self {
        let told = |answer: &Answer| {
            let body = String::from_utf8_lossy(&answer.body);
            without_ports(&format!("{} {:?}\n{body}", answer.status, answer.headers))
        };
        Self {
            answers: calls
                .iter()
                .map(|(path, answer)| (path.clone(), told(answer)))
                .collect(),
            ids: calls
                .iter()
                .filter_map(|(_, answer)| Some(answer.header(REQUEST_ID)?.to_owned()))
                .collect(),
            unordered: calls
                .into_iter()
                .map(|(path, answer)| (path, told(&unordered(answer))))
                .collect(),
            journal,
        }
    }

    /// How often each path was answered with each status, body and headers.
    fn outcomes(&self) -> BTreeMap<(String, String), usize> {
        let mut outcomes = BTreeMap::new();
        for outcome in &self.unordered {
            *outcomes.entry(outcome.clone()).or_default() += 1;
        }
        outcomes
    }

    /// What fired on each question to a provider, and how often: fault, effect, draw.
    fn fired(&self) -> BTreeMap<(String, String), usize> {
        let mut questions: BTreeMap<ExchangeId, String> = BTreeMap::new();
        let mut fired = BTreeMap::new();
        for entry in &self.journal {
            match &entry.event {
                Event::RequestGot {
                    exchange,
                    hop: Hop::Provider,
                    request,
                } => {
                    let question = format!("{:?} {:?}", request.target, request.entity);
                    questions.insert(*exchange, question);
                }
                Event::FaultFired {
                    exchange: Some(exchange),
                    fault,
                    effect,
                    draw,
                } => {
                    let fault = format!("{fault}: {effect} {draw:?}");
                    *fired
                        .entry((questions[exchange].clone(), fault))
                        .or_default() += 1;
                }
                _ => {}
            }
        }
        fired
    }
}

/// An answer without what goes by the order of arrival (what is left of a quota, the number of the exchange), by the
/// moment at which it was given (its date, the end of the quota's window), or by the caller's question: its ids. Of
/// callers that ask a provider the same thing, each may get what another one gets the next time.
fn unordered(mut answer: Answer) -> Answer {
    for name in [
        "date",
        "ratelimit-remaining",
        "ratelimit-reset",
        "x-doublure",
        REQUEST_ID,
    ] {
        answer.headers.remove(name);
    }
    let body = String::from_utf8_lossy(&answer.body).into_owned();
    answer.body = without_names(&body).into();
    answer
}

/// `/siade/1768471200-0123…-certificat.pdf` becomes `/siade/certificat.pdf`.
fn without_names(body: &str) -> String {
    let mut parts = body.split(DOCUMENTS);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        out.push_str(DOCUMENTS);
        out.push_str(part.splitn(3, '-').last().unwrap_or_default());
    }
    out
}

const DOCUMENTS: &str = "/siade/";

const REQUEST_ID: &str = "x-request-id";

/// An entry, but for the ports in it.
fn told(entry: &Entry) -> String {
    without_ports(&serde_json::to_string(entry).unwrap())
}

/// On a manual clock, with nothing in force that goes by the order of arrival.
async fn house() -> House {
    House::with(NewSession {
        seed: Some(11),
        scenario: Some("realistic".into()),
        overrides: Overrides {
            quota_limit: Some(100_000),
            address_limit: Some(100_000),
            cache: Some(false),
            ..Overrides::default()
        },
        ..manual()
    })
    .await
}

/// The nth call: no two are the same to the gateway, many are to a provider.
fn nth_path(nth: usize) -> String {
    let name = ["all-in-order", "ceased", "contributions-due"][nth / 4 % 3];
    [company, extract, vigilance, tax][nth % 4](name)
}

fn nth_url(house: &House, nth: usize) -> String {
    format!("{}&nth={nth}", house.url(&nth_path(nth)))
}

async fn one_by_one() -> Run {
    let house = house().await;
    let token = house.doublure.token("standard").to_owned();
    let mut line = Caller::LOCAL.line(&house.url("/")).await;
    let mut calls = Vec::new();
    for nth in 0..CALLS {
        let url = nth_url(&house, nth);
        let mut call = Box::pin(line.get(&url, Some(&token)));
        let arrived = house.arrived(nth + 1);
        tokio::select! {
            biased;
            () = arrived => {}
            // It may be answered before it is known to have arrived: it is not lost.
            answer = &mut call => {
                house.settle(nth + 1).await;
                calls.push((nth_path(nth), answer));
                continue;
            }
        }
        let (answer, ()) = tokio::join!(call, house.settle(nth + 1));
        calls.push((nth_path(nth), answer));
    }
    let journal = house.journal().await;
    Run::of(calls, journal)
}

async fn side_by_side() -> Run {
    let house = Arc::new(house().await);
    let mut callers = JoinSet::new();
    for first in 0..WORKERS {
        let house = Arc::clone(&house);
        callers.spawn(async move {
            let token = house.doublure.token("standard").to_owned();
            let mut calls = Vec::new();
            // From the last to the first, so that the order is another one.
            for nth in (first..CALLS)
                .step_by(WORKERS)
                .collect::<Vec<_>>()
                .into_iter()
                .rev()
            {
                let answer = Caller::LOCAL.get(&nth_url(&house, nth), Some(&token)).await;
                calls.push((nth_path(nth), answer));
            }
            calls
        });
    }
    let mut calls = Vec::new();
    while !callers.is_empty() {
        house.advance(Duration::from_millis(500)).await;
        while let Some(done) = callers.try_join_next() {
            calls.extend(done.unwrap());
        }
    }
    let journal = house.journal().await;
    Run::of(calls, journal)
}

const WORKERS: usize = 25;
