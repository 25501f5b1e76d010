//! Does what is to be done, until an answer differs.

use std::{collections::BTreeMap, time::Duration};

use doublure_control::{Advance, SessionClient, patience};
use doublure_journal::{EventKind, ExchangeId, Filter, Hop, RequestSeen, ResponseSeen};
use http::Method;
use tokio::task::JoinHandle;

use super::{
    caller::{Answer, Caller},
    difference::{Difference, Judge},
    script::Step,
    tokens::Tokens,
};
use crate::exit::Failure;

/// Plays steps.
pub(super) struct Player {
    pub(super) caller: Caller,
    /// Speaks of the session that is called, where it is ours.
    pub(super) session: Option<SessionClient>,
    pub(super) tokens: Tokens,
    pub(super) judge: Judge,
}

/// What came of it.
pub(super) struct Played {
    /// How many calls were sent.
    pub(super) calls: usize,
    /// The first difference, if there is one.
    pub(super) difference: Option<Difference>,
}

/// A call that was sent and is not over.
struct Open<'a> {
    request: &'a RequestSeen,
    answer: JoinHandle<Option<Answer>>,
}

impl Player {
    /// Plays them all, or up to the first difference.
    ///
    /// # Errors
    /// The clock cannot be moved as it was, a request cannot be sent.
    pub(super) async fn play(&self, steps: &[Step<'_>]) -> Result<Played, Failure> {
        let mut calls = 0;
        let mut open = BTreeMap::new();
        for step in steps {
            match step {
                Step::Ask { exchange, request } => {
                    calls += 1;
                    open.insert(*exchange, self.ask(request)?);
                    self.arrived(calls).await?;
                }
                Step::Await { exchange, answer } => {
                    let difference = self.compare(open.remove(exchange), *answer).await;
                    if difference.is_some() {
                        return Ok(Played { calls, difference });
                    }
                }
                Step::Leave { exchange } => {
                    if let Some(left) = open.remove(exchange) {
                        left.answer.abort();
                    }
                }
                Step::Move(by) => self.advance(*by, &open).await?,
                Step::Command { method, path, body } => self.command(method, path, body).await?,
            }
        }
        let difference = None;
        Ok(Played { calls, difference })
    }

    fn ask<'a>(&self, request: &'a RequestSeen) -> Result<Open<'a>, Failure> {
        let message = self.caller.request(request, &self.tokens)?;
        let (caller, from) = (self.caller.clone(), request.address);
        Ok(Open {
            request,
            answer: tokio::spawn(async move { caller.call(message, from).await }),
        })
    }

    /// Waits until our session has got the request: those that overlap arrive in the recorded order.
    async fn arrived(&self, calls: usize) -> Result<(), Failure> {
        let Some(session) = &self.session else {
            return Ok(());
        };
        let got = Filter {
            event: Some(EventKind::RequestGot),
            hop: Some(Hop::Client),
            ..Filter::default()
        };
        session.wait_for(&got, calls, PATIENCE).await?;
        Ok(())
    }

    /// Commands our session as the recorded one was; others are commanded by nobody.
    async fn command(&self, method: &str, path: &str, body: &str) -> Result<(), Failure> {
        let Some(session) = &self.session else {
            return Ok(());
        };
        let method = method.parse::<Method>().map_err(Failure::new)?;
        let told = format!("{method} {path}");
        let (path, body) = (self.tokens.unmasked(path), self.tokens.unmasked(body));
        let repeated = session.repeat(method, &path, body);
        repeated.await.map_err(|error| {
            Failure::new(format!(
                "{told}, as in the journal, is refused now: {error}"
            ))
        })
    }

    async fn compare(
        &self,
        open: Option<Open<'_>>,
        recorded: Option<&ResponseSeen>,
    ) -> Option<Difference> {
        let Open { request, answer } = open?;
        let abort = answer.abort_handle();
        let limit = if recorded.is_some() {
            PATIENCE
        } else {
            SILENCE
        };
        // Nothing within the limit is no answer.
        let answer = patience(limit, answer).await.and_then(Result::ok).flatten();
        abort.abort();
        self.judge.difference(request, recorded, answer.as_ref())
    }

    /// Moves the clock of our session; the clock of others moves by itself.
    async fn advance(
        &self,
        by: Duration,
        open: &BTreeMap<ExchangeId, Open<'_>>,
    ) -> Result<(), Failure> {
        let Some(session) = &self.session else {
            return Ok(());
        };
        let waiting = open.values().filter(|open| !open.answer.is_finished());
        let advance = Advance {
            by_ms: u64::try_from(by.as_millis()).unwrap_or(u64::MAX),
            parked: Some(waiting.count()),
            patience_ms: Some(u64::try_from(PATIENCE.as_millis()).unwrap_or(u64::MAX)),
        };
        session.advance(&advance).await?;
        Ok(())
    }
}

/// How long an answer may take, of real time, that was recorded.
const PATIENCE: Duration = Duration::from_secs(30);

/// How long is listened, of real time, where nothing was recorded.
const SILENCE: Duration = Duration::from_secs(2);
