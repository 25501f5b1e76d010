//! What shares a clock, a seed, a journal and a scenario; sessions share nothing.

use std::{
    future::Future,
    net::IpAddr,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use doublure_journal::{CaptureLevel, ExchangeId};
use doublure_scenarios::{Effect, Scenario};

use crate::{AccessLine, Clock, ClockKind, Dice, Engine, Exchange, Recorder, Subject};

/// A session. Cheap to clone; all clones are one session.
#[derive(Clone, Debug)]
pub struct Session {}

/// What a session is made from. No hidden inputs.
pub struct SessionConfig {
    /// Name: part of every draw.
    pub name: String,
    /// Seed: part of every draw.
    pub seed: u64,
    /// How its clock runs.
    pub clock: ClockKind,
    /// How much its journal keeps of each exchange.
    pub capture: CaptureLevel,
    /// How many entries its journal keeps.
    pub journal_capacity: usize,
    /// What goes wrong.
    pub scenario: Scenario,
    /// Whether answers carry `X-Doublure`.
    pub marks_answers: bool,
    /// Told of every exchange of a foreign caller once it is over.
    pub access_log: Option<Arc<dyn Fn(&AccessLine) + Send + Sync>>,
}

/// What came of work that was spawned. Dropping it does not end the work.
#[derive(Debug)]
pub struct Task<T>(std::marker::PhantomData<T>);

impl Session {
    /// A new session.
    pub fn new(config: SessionConfig) -> Self {
        let _ = config;
        todo!()
    }

    /// Its name.
    pub fn name(&self) -> &str {
        todo!()
    }

    /// Its seed.
    pub fn seed(&self) -> u64 {
        todo!()
    }

    /// Its clock.
    pub fn clock(&self) -> &Clock {
        todo!()
    }

    /// Its dice.
    pub fn dice(&self) -> &Dice {
        todo!()
    }

    /// Its journal.
    pub fn journal(&self) -> &Recorder {
        todo!()
    }

    /// Its fault engine.
    pub fn engine(&self) -> &Engine {
        todo!()
    }

    /// Runs work in a task of its own, known to the clock: time is not moved while it is busy.
    pub fn spawn<F>(&self, work: F) -> Task<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        let _ = work;
        todo!()
    }

    /// The fault that strikes an exchange, once its delay is over; journalled. None: go on.
    pub async fn strike(&self, subject: Subject<'_>, exchange: &Exchange) -> Option<Effect> {
        let _ = (subject, exchange);
        todo!()
    }

    /// The next exchange's number.
    pub fn next_exchange(&self) -> ExchangeId {
        todo!()
    }

    /// Silences every open connection from this address, now and for good (a ban).
    pub fn silence(&self, address: IpAddr) {
        todo!("{address}")
    }

    /// Calls of foreign callers that are in progress.
    pub fn calls_in_progress(&self) -> usize {
        todo!()
    }

    /// Writes a change of the gateway's inner state down, for people.
    pub fn note(&self, exchange: Option<ExchangeId>, topic: &str, text: String) {
        todo!("{exchange:?} {topic} {text}")
    }
}

/// None: the work panicked, or the session ended first.
impl<T> Future for Task<T> {
    type Output = Option<T>;

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<T>> {
        todo!()
    }
}
