//! What shares a clock, a seed, a journal and a scenario; sessions share nothing.
//!
//! - `core`: what a session is made of, as the other rooms of this crate use it.
//! - `closing`: the end of a session or of a host, told to all that waits.
//! - `connections`: which connections are open, which of them pair two of our own sockets, which are silent.
//! - `fired`: which faults fired in an exchange that is not over.
//! - `handed_on`: what breaks on the wire of a provider's answer that somebody else only passes on.

mod closing;
mod connections;
mod core;
mod fired;
mod handed_on;

use std::{
    fmt,
    future::Future,
    net::IpAddr,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use bytes::Bytes;
use doublure_journal::{CaptureLevel, ExchangeId};
use doublure_scenarios::{Damage, Effect, Fault, Scenario};
use http::Response;
use tokio::sync::oneshot;

pub use self::connections::SilenceBounds;
pub(crate) use self::{
    closing::Closing,
    connections::{Connections, Origin, Pairing, SilentPlace},
    core::Core,
    handed_on::Broken,
};
use crate::{
    AccessLine, Arrived, Clock, ClockKind, Dice, Engine, Exchange, FaultLog, Recorder, Subject,
    damage,
};

/// A session. Cheap to clone; all clones are one session.
///
/// It ends with [`Session::close`] or with its last clone: its hosts stop, its tasks are dropped.
#[derive(Clone)]
pub struct Session {
    core: Arc<Core>,
    _last: Arc<ClosesOnDrop>,
}

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
    pub access_log: Option<AccessLog>,
    /// Reads the header by which a caller asks for a fault; none: nobody may.
    pub fault_header: Option<ReadsFaults>,
    /// Told of every fault that is asked about an exchange.
    pub fault_log: Option<FaultLog>,
}

/// Reads a fault; the error says what would be right.
pub type ReadsFaults = Arc<dyn Fn(&str) -> Result<Fault, String> + Send + Sync>;

/// Is told of an exchange. Called where the exchange ends: it must be quick.
pub type AccessLog = Arc<dyn Fn(&AccessLine) + Send + Sync>;

/// What came of work that was spawned. Dropping it does not end the work.
#[derive(Debug)]
pub struct Task<T>(oneshot::Receiver<T>);

impl Session {
    /// A new session.
    pub fn new(config: SessionConfig) -> Self {
        let core = Arc::new(Core::new(config));
        let known = Arc::downgrade(&core);
        core.engine.when_changed(move || {
            if let Some(core) = known.upgrade() {
                core.settle_doors();
            }
        });
        Self {
            _last: Arc::new(ClosesOnDrop(Arc::clone(&core))),
            core,
        }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.core.name
    }

    /// Its seed.
    pub fn seed(&self) -> u64 {
        self.core.seed
    }

    /// Its clock.
    pub fn clock(&self) -> &Clock {
        &self.core.clock
    }

    /// Its dice.
    pub fn dice(&self) -> &Dice {
        &self.core.dice
    }

    /// Its journal.
    pub fn journal(&self) -> &Recorder {
        &self.core.journal
    }

    /// Its fault engine.
    pub fn engine(&self) -> &Engine {
        &self.core.engine
    }

    /// Runs work in a task of its own, known to the clock: time is not moved while it is busy.
    ///
    /// Work spawned into a session that is closed is dropped.
    pub fn spawn<F>(&self, work: F) -> Task<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        self.core.spawn(work)
    }

    /// The fault that strikes an exchange, once its delay is over. None: go on.
    ///
    /// It is journalled when it is decided: who stops waiting before the delay is over must find
    /// the reason there. A fault that only delays is over when this returns.
    pub async fn strike(&self, subject: Subject<'_>, exchange: &Exchange) -> Option<Effect> {
        let Exchange { id, parent, .. } = exchange;
        let arrived = Arrived {
            at: exchange.got,
            headers: Some(exchange.request.headers()),
        };
        self.core
            .strike(&subject, Some(*id), *parent, arrived)
            .await
    }

    /// Damages the answer of an exchange. Where there is nothing to be damaged so it stays as it is, and the journal
    /// notes that.
    pub fn damage(&self, exchange: ExchangeId, damage: &Damage, response: &mut Response<Bytes>) {
        if !damage::apply(damage, response) {
            let text = format!("nothing to {damage} in this answer: it goes out as it is");
            self.note(Some(exchange), "damage", text);
        }
    }

    /// The next exchange's number.
    pub fn next_exchange(&self) -> ExchangeId {
        self.core.next_exchange()
    }

    /// Silences every open connection from this address to the gateway, now and for good (a ban).
    ///
    /// Connections between two of our own sockets are spared: they are nobody's address.
    pub fn silence(&self, address: IpAddr) {
        self.core.connections.silence(address);
    }

    /// Somebody is shut out who was not, or no longer: asks every [`crate::Service::shuts_out`] again. When this
    /// returns, who connects meets what holds now.
    pub fn doors_changed(&self) {
        self.core.settle_doors();
    }

    /// Holds silent connections no longer than that, and no more of them.
    pub fn bound_silence(&self, bounds: SilenceBounds) {
        self.core.connections.bound_silence(bounds);
    }

    /// Calls of foreign callers that are in progress: got and neither answered nor broken off by a
    /// fault. A call whose caller left is in progress until its work is done.
    pub fn calls_in_progress(&self) -> usize {
        self.core.clock.ledger().calls()
    }

    /// Writes a change of the gateway's inner state down, for people.
    pub fn note(&self, exchange: Option<ExchangeId>, topic: &str, text: String) {
        self.core.note(exchange, topic, text);
    }

    /// Ends the session: its hosts stop, its tasks are dropped. Its journal can still be read.
    pub fn close(&self) {
        self.core.closing.close();
    }

    pub(crate) fn core(&self) -> &Arc<Core> {
        &self.core
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("name", &self.core.name)
            .field("seed", &self.core.seed)
            .field("clock", &self.core.clock)
            .finish_non_exhaustive()
    }
}

/// None: the work panicked, or the session ended first.
impl<T> Future for Task<T> {
    type Output = Option<T>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<T>> {
        Pin::new(&mut self.0).poll(context).map(Result::ok)
    }
}

struct ClosesOnDrop(Arc<Core>);

impl Drop for ClosesOnDrop {
    fn drop(&mut self) {
        self.0.closing.close();
    }
}
