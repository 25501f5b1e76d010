//! What a session is made of.

use std::{
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
};

use doublure_journal::{ConnectionId, Event, ExchangeId};
use doublure_scenarios::{Effect, Fault};
use tokio::sync::oneshot;

use super::{
    AccessLog, Closing, Connections, ReadsFaults, SessionConfig, Task, fired::Fired,
    handed_on::HandedOn,
};
use crate::{
    Arrived, Clock, Dice, Engine, FaultLog, Judged, Order, Recorder, Spared, Strike, Subject,
    clock::{DateHeader, Tracked},
    doorway::Doorway,
};

/// A session without its handles: what its own tasks hold, so that they do not keep it open.
pub(crate) struct Core {
    pub(crate) name: String,
    pub(crate) seed: u64,
    pub(crate) clock: Clock,
    pub(crate) dice: Dice,
    pub(crate) journal: Recorder,
    pub(crate) engine: Engine,
    pub(crate) marks_answers: bool,
    pub(crate) access_log: Option<AccessLog>,
    pub(crate) fault_header: Option<ReadsFaults>,
    pub(crate) fault_log: Option<FaultLog>,
    pub(crate) closing: Closing,
    pub(crate) connections: Connections,
    pub(crate) fired: Fired,
    pub(crate) handed_on: HandedOn,
    pub(crate) date: DateHeader,
    last_exchange: AtomicU64,
    last_connection: AtomicU64,
}

impl Core {
    pub(super) fn new(config: SessionConfig) -> Self {
        let clock = Clock::new(config.clock);
        let dice = Dice::new(config.seed, &config.name);
        Self {
            journal: Recorder::new(clock.clone(), config.capture, config.journal_capacity),
            engine: Engine::new(dice.clone(), config.scenario),
            name: config.name,
            seed: config.seed,
            clock,
            dice,
            marks_answers: config.marks_answers,
            access_log: config.access_log,
            fault_header: config.fault_header,
            fault_log: config.fault_log,
            closing: Closing::default(),
            connections: Connections::default(),
            fired: Fired::default(),
            handed_on: HandedOn::default(),
            date: DateHeader::default(),
            last_exchange: AtomicU64::new(0),
            last_connection: AtomicU64::new(0),
        }
    }

    /// What connections meet may be another now: shuts and opens doors, before anybody can connect again.
    pub(crate) fn settle_doors(&self) {
        for door in self.connections.doors() {
            self.settle(&door);
        }
    }

    /// The same for one door.
    pub(crate) fn settle(&self, door: &Doorway) {
        for text in door.settle(&self.engine, self.clock.now()) {
            self.note(None, "door", text);
        }
    }

    pub(crate) fn next_exchange(&self) -> ExchangeId {
        ExchangeId(self.last_exchange.fetch_add(1, Relaxed) + 1)
    }

    pub(crate) fn next_connection(&self) -> ConnectionId {
        ConnectionId(self.last_connection.fetch_add(1, Relaxed) + 1)
    }

    pub(crate) fn note(&self, exchange: Option<ExchangeId>, topic: &str, text: String) {
        self.journal.record(Event::Noted {
            exchange,
            topic: topic.to_owned(),
            text,
        });
    }

    pub(crate) fn spawn<F>(self: &Arc<Self>, work: F) -> Task<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        let (done, outcome) = oneshot::channel();
        let core = Arc::clone(self);
        let work = async move {
            tokio::select! {
                biased;
                () = core.closing.wait() => {}
                // Sent from here, not by the end of the task: whoever waits for it is woken
                // while this task is still busy. If nobody does, that is no loss.
                output = work => drop(done.send(output)),
            }
        };
        if self.clock.is_manual() {
            tokio::spawn(Tracked::new(self.clock.ledger(), work));
        } else {
            tokio::spawn(work);
        }
        Task(outcome)
    }

    /// Asks the engine, and tells who wants to know what each fault had to say.
    fn judge(
        &self,
        call: Option<ExchangeId>,
        subject: &Subject<'_>,
        exchange: Option<ExchangeId>,
        arrived: Arrived<'_>,
    ) -> Option<Strike> {
        let tell = |fault: &Fault, outcome: &Result<Strike, Spared>| {
            if let Some(log) = &self.fault_log {
                log(&Judged {
                    exchange,
                    subject,
                    arrived,
                    fault,
                    outcome,
                });
            }
        };
        self.engine.judge_in(call, subject, arrived, tell)
    }

    /// Asks the engine, writes the fault down and waits its delay. None: go on.
    ///
    /// `exchange` is the one that is struck, `credited` the one of our caller that will tell of it.
    pub(crate) async fn strike(
        &self,
        subject: &Subject<'_>,
        exchange: Option<ExchangeId>,
        credited: Option<ExchangeId>,
        arrived: Arrived<'_>,
    ) -> Option<Effect> {
        let call = credited.or(exchange);
        let strike = self.judge(call, subject, exchange, arrived)?;
        if let Some(call) = call {
            self.fired.add(call, Arc::clone(&strike.fault));
        }
        self.journal.record(Event::FaultFired {
            exchange,
            fault: strike.fault.to_string(),
            effect: strike.words(),
            draw: strike.draw,
        });
        if !strike.delay.is_zero() {
            let due = arrived.at + strike.delay;
            self.clock.sleep_until(due, Order::Delivery).await;
        }
        (strike.effect != Effect::Pass).then_some(strike.effect)
    }
}
