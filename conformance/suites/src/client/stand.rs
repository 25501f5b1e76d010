//! Where a client is put to the test: a session of our own gateway on a real clock, and the command that starts it.

use std::{ffi::OsString, io, sync::Arc, time::Duration};

use doublure_control::{
    Client, ClockSetting, ControlError, NewSession, Overrides, SessionView, WindowStart,
};
use doublure_fixtures::{Contract, Edition};
use doublure_journal::{Event, EventKind, Filter, Hop};
use doublure_rules::{ClientProfile, History, Profile, ProviderProfile, Role};

use super::{
    driver::{Driver, shown},
    errand::Errand,
    options::Options,
};
use crate::{Bench, Callers, Patience, Started, TrialError, declared, noise};

/// Where a trial of a client stands.
pub(super) struct Stand {
    bench: Bench,
    session: SessionView,
    command: Arc<[OsString]>,
    options: Options,
    trial: &'static str,
}

impl Stand {
    /// A healthy gateway on a real clock, since a client under test lives on real time.
    pub(super) async fn raise(
        control: &Client,
        command: Arc<[OsString]>,
        options: Options,
        trial: &'static str,
    ) -> Result<Self, TrialError> {
        let (client, session) = control.create(&wish(options.edition)).await?;
        let bench = Bench::new(Started {
            session: client,
            seed: session.seed,
            base_url: session.gateway.clone().unwrap_or_default(),
            trust: None,
            tokens: session.tokens.clone(),
            fresh_tokens: true,
            callers: Callers::default(),
            patience: Patience::default(),
            profile: profile(&options),
            clock: None,
            keep: Vec::new(),
        })?;
        Ok(Self {
            bench,
            session,
            command,
            options,
            trial,
        })
    }

    /// Its session, journal and faults.
    pub(super) const fn bench(&self) -> &Bench {
        &self.bench
    }

    /// How the client is put to the test.
    pub(super) const fn options(&self) -> &Options {
        &self.options
    }

    /// A positive control: the client on a healthy gateway, its quota unspent.
    pub(super) async fn control(&self) -> Result<(), TrialError> {
        let session = self.bench.session();
        session.calm().await?;
        session.reset_quotas().await?;
        self.send(Errand::PLAIN, BOUND).await?;
        Ok(session.reset_quotas().await?)
    }

    /// Runs the client once; ends it when so much time has passed since its first call.
    pub(super) async fn send(&self, errand: Errand, bound: Duration) -> Result<(), TrialError> {
        let variables = errand.variables(&self.session, self.trial)?;
        let before = self.bench.session().count(&calls()).await?;
        let command = shown(&self.command);
        self.bench.record(&Event::DriverSpawned { command }).await?;
        let mut driver = Driver::start(&self.command, variables, self.options.shows_stderr)?;
        let exited = |code, killed| Event::DriverExited { code, killed };
        let limit = async {
            // Its time begins with its first call: what it takes to start is not its fault.
            let session = self.bench.session();
            if session.wait_for(&calls(), before + 1, START).await? > before {
                noise::quiet(bound).await;
            }
            Ok::<_, ControlError>(())
        };
        let ended = tokio::select! {
            biased;
            status = driver.ended() => Some(status.map_err(lost)?),
            over = limit => over.map(|()| None)?,
        };
        if let Some(status) = ended {
            self.settled().await?;
            self.bench.record(&exited(status.code(), false)).await?;
        } else {
            // Written down first: what breaks when it is ended must not look like its own doing.
            self.bench.record(&exited(None, true)).await?;
            driver.end().await.map_err(lost)?;
        }
        for line in driver.said().await {
            self.bench.record(&Event::DriverSaid { line }).await?;
        }
        Ok(())
    }

    /// Waits until the journal has the end of every call: a client may have read its answer and
    /// ended before the gateway has written down that it was sent.
    async fn settled(&self) -> Result<(), ControlError> {
        let session = self.bench.session();
        let (sent, left) = (ends(EventKind::ResponseSent), ends(EventKind::CallerLeft));
        for _ in 0..LOOKS {
            let answered = session.count(&sent).await?;
            let ended = answered + session.count(&left).await?;
            if ended >= session.count(&calls()).await? {
                break;
            }
            session.wait_for(&sent, answered + 1, LOOK).await?;
        }
        Ok(())
    }

    /// What judges may see of the trial; its session ends.
    pub(super) async fn leave(self, acted: Result<(), TrialError>) -> Result<History, TrialError> {
        let history = match acted {
            Ok(()) => self.bench.history().await,
            Err(error) => Err(error),
        };
        self.bench.session().end().await?;
        history
    }
}

/// Few calls and a short window, so that a client meets a 429 soon and its end too.
/// What ignores a 429 must not be banned for it: silence is another trial.
fn wish(edition: Edition) -> NewSession {
    NewSession {
        clock: ClockSetting::Real,
        edition: Some(edition.to_string()),
        overrides: Overrides {
            quota_limit: Some(QUOTA),
            quota_window_ms: Some(WINDOW_MS),
            quota_window_start: Some(WindowStart::FirstCall),
            address_limit: Some(PLENTY),
            ignored_429_limit: Some(PLENTY),
            ..Overrides::default()
        },
        ..NewSession::default()
    }
}

/// Every call that the gateway got.
fn calls() -> Filter {
    Filter {
        event: Some(EventKind::RequestGot),
        hop: Some(Hop::Client),
        ..Filter::default()
    }
}

/// Every end of this kind; only an answer tells its hop.
fn ends(event: EventKind) -> Filter {
    Filter {
        event: Some(event),
        hop: (event == EventKind::ResponseSent).then_some(Hop::Client),
        ..Filter::default()
    }
}

fn lost(error: io::Error) -> TrialError {
    TrialError::Broken(format!("the client was lost sight of: {error}"))
}

/// What is declared of a client and of the gateway that it meets.
pub(super) fn profile(options: &Options) -> Profile {
    let patience_ms = u64::try_from(options.patience.as_millis()).unwrap_or(u64::MAX);
    Profile {
        role: Role::Client,
        edition: options.edition.to_string(),
        capabilities: declared::capabilities(options.edition),
        gateway: declared::gateway(&Contract::built_in(), options.edition),
        client: ClientProfile { patience_ms },
        provider: ProviderProfile::default(),
    }
}

/// How long a client that gets answers may take for its errand, the waits that it is told included.
pub(super) const BOUND: Duration = Duration::from_secs(60);
/// Calls that a window of the quota allows.
pub(super) const QUOTA: u32 = 2;
/// How long a client may take from its start to its first call: some load half a world first.
const START: Duration = Duration::from_secs(60);
/// How often, and each time how long at most, it is looked whether every call has its end.
const LOOKS: u32 = 50;
const LOOK: Duration = Duration::from_millis(100);
const WINDOW_MS: u64 = 3_000;
const PLENTY: u32 = 1_000_000;
