//! Where a trial stands: a target, a session beside it, and the one journal that both are written into.

mod edges;
mod flood;
mod handshake;
mod mask;
mod time;

use std::{
    any::Any,
    collections::BTreeMap,
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    time::Duration,
};

use doublure_control::{ControlError, JournalQuery, SessionClient, Trust};
use doublure_journal::{Entry, Event, EventKind, ExchangeId, Filter, Hop};
use doublure_rules::{Capability, History, Profile};
use doublure_scenarios::{Fault, Scenario};
use tokio::task::JoinHandle;

use self::{edges::edges, flood::Floods};
use crate::{
    Callers, Patience, noise,
    probe::{self, Answer, Ask, Endpoint, STANDARD, Shown},
    target::ForeignClock,
};

/// Where a trial stands. Cheap to clone; all clones are one bench.
#[derive(Clone)]
pub struct Bench {
    inner: Arc<Inner>,
}

/// What a bench is made from.
pub struct Started {
    /// The session beside the target: its clock, its providers, its journal.
    pub session: SessionClient,
    /// Seed of the session, and with it of its world.
    pub seed: u64,
    /// Base URL of the target.
    pub base_url: String,
    /// Who is believed, where the target speaks TLS; none: whom the machine believes.
    pub trust: Option<Trust>,
    /// Tokens that the target knows, by name.
    pub tokens: BTreeMap<String, String>,
    /// Whether these tokens were made for this trial, so that nobody has used their quotas.
    pub fresh_tokens: bool,
    /// How it sees several callers.
    pub callers: Callers,
    /// How long the harness waits for it.
    pub patience: Patience,
    /// What is declared of the target.
    pub profile: Profile,
    /// What moves the target's clock beside the session's, where something does.
    pub clock: Option<Arc<ForeignClock>>,
    /// What must live as long as the trial: a proxy in between, a process.
    pub keep: Vec<Box<dyn Any + Send + Sync>>,
}

/// Why a trial could not be carried out. The harness failed, not the target.
#[derive(Debug, thiserror::Error)]
pub enum TrialError {
    /// A control call failed.
    #[error(transparent)]
    Control(#[from] ControlError),
    /// The target cannot be reached or started as it is described.
    #[error("{0}")]
    Target(String),
    /// The journal had to drop entries, so that nothing can be said of what is missing.
    #[error("the journal dropped {0} entries of this trial")]
    Dropped(u64),
    /// The world has no company as the trial needs one.
    #[error("the world has no company that {0}")]
    Cast(&'static str),
    /// A task of the trial broke.
    #[error("a task of the trial broke: {0}")]
    Broken(String),
}

struct Inner {
    session: SessionClient,
    seed: u64,
    endpoint: Endpoint,
    tokens: BTreeMap<String, String>,
    fresh_tokens: bool,
    callers: Callers,
    patience: Patience,
    profile: Profile,
    clock: Option<Arc<ForeignClock>>,
    under_way: AtomicUsize,
    next: AtomicU64,
    floods: Floods,
    _keep: Vec<Box<dyn Any + Send + Sync>>,
}

impl Bench {
    /// A bench in front of a target.
    ///
    /// # Errors
    /// A base URL that is none.
    pub fn new(started: Started) -> Result<Self, TrialError> {
        let endpoint = Endpoint::parse(&started.base_url)
            .map_err(TrialError::Target)?
            .believed_by(started.trust)
            .called_by(started.callers.binding());
        Ok(Self {
            inner: Arc::new(Inner {
                session: started.session,
                seed: started.seed,
                endpoint,
                tokens: started.tokens,
                fresh_tokens: started.fresh_tokens,
                callers: started.callers,
                patience: started.patience,
                profile: started.profile,
                clock: started.clock,
                under_way: AtomicUsize::new(0),
                next: AtomicU64::new(FIRST_PROBE),
                floods: Floods::default(),
                _keep: started.keep,
            }),
        })
    }

    /// The session beside the target.
    pub fn session(&self) -> &SessionClient {
        &self.inner.session
    }

    /// What is declared of the target.
    pub fn profile(&self) -> &Profile {
        &self.inner.profile
    }

    /// Whether the target knows a token of this name.
    pub fn has_token(&self, name: &str) -> bool {
        self.inner.tokens.contains_key(name)
    }

    /// Whether a probe can show a token under this name: one of the target's, or its standard one spoilt.
    pub(crate) fn can_show(&self, name: &str) -> bool {
        Shown::by_name(name, &self.inner.tokens).is_some()
    }

    /// The standard token of the target, as it is.
    pub(crate) fn standard_token(&self) -> Option<&str> {
        self.inner.tokens.get(STANDARD).map(String::as_str)
    }

    /// How the target sees several callers.
    pub(crate) fn callers(&self) -> &Callers {
        &self.inner.callers
    }

    /// How long the harness waits for the target.
    pub fn patience(&self) -> &Patience {
        &self.inner.patience
    }

    /// Calls an operation once where a gateway of somebody else has credentials from an earlier session of ours: it
    /// gets new ones outside the trial, which then sees nothing of that.
    pub(crate) async fn renew_credentials(&self, mut ask: Ask) -> Result<(), TrialError> {
        if self.has_token(SANITY) {
            ask.token = Some(SANITY.to_owned());
        }
        self.probe(ask).await.map(drop)
    }

    /// Seed of the world that the providers know.
    pub fn seed(&self) -> u64 {
        self.inner.seed
    }

    /// Sends a probe and waits for its answer; as long as any target may take.
    pub async fn probe(&self, ask: Ask) -> Result<Answer, TrialError> {
        let limit = self.answer_limit();
        self.probe_until(ask, noise::quiet(limit)).await
    }

    /// Sends a probe and waits for its answer until `give_up` is done.
    pub async fn probe_until(
        &self,
        ask: Ask,
        give_up: impl Future<Output = ()>,
    ) -> Result<Answer, TrialError> {
        let ask = self.inner.callers.stand(ask);
        let _under_way = self.under_way();
        let exchange = self.next_exchange();
        self.inner.session.record(&sent(exchange, &ask)).await?;
        let endpoint = self.endpoint(&ask)?;
        let answer = probe::send(&endpoint, &ask, self.token(&ask).as_ref(), give_up).await;
        let event = self.ended(exchange, &answer);
        self.inner.session.record(&event).await?;
        Ok(answer)
    }

    /// The request that follows a link, without a token; none where the link leads to another machine than this one
    /// and is not the target's.
    pub fn following(&self, url: &str) -> Option<Ask> {
        let (_, base, target) = self.inner.endpoint.of_link(url)?;
        Some(Ask {
            base: Some(base),
            target,
            ..Ask::default().from_address(2)
        })
    }

    /// The request that follows a link to the target itself, as one of its routes; none where it leads elsewhere.
    pub(crate) fn following_here(&self, url: &str) -> Option<Ask> {
        let target = &self.inner.endpoint;
        let (there, _, path) = target.of_link(url)?;
        there.is_at(target).then(|| Ask::without_token(&path))
    }

    /// [`Bench::probe`] in a task of its own, for several at once.
    pub fn spawn(&self, ask: Ask) -> JoinHandle<Result<Answer, TrialError>> {
        let bench = self.clone();
        tokio::spawn(async move { bench.probe(ask).await })
    }

    /// Plays these faults from now on.
    pub async fn play(&self, faults: Vec<Fault>) -> Result<(), TrialError> {
        let scenario = Scenario {
            about: "Played by a trial.".to_owned(),
            faults,
            ..Scenario::default()
        };
        let text = scenario.to_yaml();
        Ok(self.inner.session.set_scenario(&text).await?)
    }

    /// Waits until a provider has got a call about an entity, or long enough.
    pub async fn provider_was_asked(&self, entity: &str) -> Result<(), TrialError> {
        let asked = Filter {
            event: Some(EventKind::RequestGot),
            hop: Some(Hop::Provider),
            entity: Some(entity.to_owned()),
            ..Filter::default()
        };
        let came = self.inner.session.wait_for(&asked, 1, NEVER_OVER);
        if let Some(came) = noise::within(self.patience().relay(), came).await {
            came?;
        }
        Ok(())
    }

    /// Whether the target offers something.
    pub fn offers(&self, capability: Capability) -> bool {
        self.inner.profile.capabilities.contains(&capability)
    }

    /// Whether its tokens were made for this trial, so that nobody has used their quotas.
    pub(crate) fn has_fresh_tokens(&self) -> bool {
        self.inner.fresh_tokens
    }

    /// Does the work of a trial between its start and its end, which judges look for.
    pub(crate) async fn during(
        &self,
        trial: &str,
        work: impl Future<Output = Result<(), TrialError>>,
    ) -> Result<(), TrialError> {
        let trial = || trial.to_owned();
        self.record(&Event::TrialStarted { trial: trial() }).await?;
        tokio::select! {
            biased;
            done = work => done?,
            broken = noise::watch(self) => return broken.map(|never| match never {}),
        }
        self.record(&Event::TrialEnded { trial: trial() }).await
    }

    /// Writes an event into the journal of the trial.
    pub async fn record(&self, event: &Event) -> Result<(), TrialError> {
        Ok(self.inner.session.record(event).await?)
    }

    /// What judges may see of this trial: edges, never what the gateway thinks of itself.
    pub async fn history(&self) -> Result<History, TrialError> {
        let mut entries = Vec::new();
        for (event, hop) in edges(self.inner.profile.role) {
            let query = JournalQuery {
                filter: Filter {
                    event: Some(*event),
                    hop: *hop,
                    ..Filter::default()
                },
                limit: Some(MORE_THAN_A_JOURNAL_HOLDS),
            };
            let page = self.inner.session.journal(&query).await?;
            if page.dropped > 0 {
                return Err(TrialError::Dropped(page.dropped));
            }
            entries.extend(page.entries);
        }
        entries.sort_by_key(|entry| entry.index);
        // What came before the trial is none of it.
        let starts = |entry: &Entry| matches!(entry.event, Event::TrialStarted { .. });
        entries.drain(..entries.iter().position(starts).unwrap_or_default());
        Ok(History {
            profile: self.inner.profile.clone(),
            entries: self.inner.floods.within(entries),
        })
    }

    /// Where a request goes.
    fn endpoint(&self, ask: &Ask) -> Result<Endpoint, TrialError> {
        let target = &self.inner.endpoint;
        let Some(base) = &ask.base else {
            return Ok(target.clone());
        };
        let there = target.of_link(&format!("{base}/"));
        let (there, ..) =
            there.ok_or_else(|| TrialError::Target(format!("nobody follows a link to {base}")))?;
        Ok(there)
    }

    fn token(&self, ask: &Ask) -> Option<Shown> {
        Shown::by_name(ask.token.as_deref()?, &self.inner.tokens)
    }

    /// How an exchange ended, with none of the target's tokens in it.
    fn ended(&self, exchange: ExchangeId, answer: &Answer) -> Event {
        ended(exchange, &mask::masked(answer, &self.inner.tokens))
    }

    fn next_exchange(&self) -> ExchangeId {
        ExchangeId(self.inner.next.fetch_add(1, Ordering::Relaxed))
    }

    /// How long an answer may take in real time before it counts as silence.
    fn answer_limit(&self) -> Duration {
        let over_sockets = self.patience().answer();
        if self.stands_still() {
            return over_sockets;
        }
        let declared = self.inner.profile.gateway.operations.values();
        let longest = declared.map(|operation| operation.deadline_ms).max();
        over_sockets + Duration::from_millis(longest.unwrap_or_default()) * 3 / 2
    }
}

fn sent(exchange: ExchangeId, ask: &Ask) -> Event {
    Event::RequestSent {
        exchange,
        hop: Hop::Client,
        request: ask.seen(),
    }
}

fn ended(exchange: ExchangeId, answer: &Answer) -> Event {
    let hop = Hop::Client;
    match answer.clone() {
        Answer::Whole(response) => Event::ResponseGot {
            exchange,
            hop,
            response,
        },
        Answer::Failed(failure, response) => Event::ExchangeFailed {
            exchange,
            hop,
            failure,
            response,
        },
    }
}

/// Far above the numbers that a session gives to the exchanges it sees itself.
const FIRST_PROBE: u64 = 1_000_000_000;
/// The token that no trial uses.
const SANITY: &str = "sanity";
/// Longer than anybody here waits: that ends by our own patience.
const NEVER_OVER: Duration = Duration::from_secs(3_600);
const MORE_THAN_A_JOURNAL_HOLDS: usize = 10_000_000;
