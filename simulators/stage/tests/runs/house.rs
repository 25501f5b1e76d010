//! A session under test and the ways to it that most runs share.

use std::time::Duration;

use doublure_control::{Advance, ClockSetting, ClockView, JournalQuery, NewSession};
use doublure_fixtures::{
    Siren, Siret, World,
    contract::{Operation, Whom},
};
use doublure_journal::{Entry, EventKind, Filter, Hop};
use doublure_stage::Doublure;

use crate::caller::{Answer, Caller};

/// A session and its names.
pub(crate) struct House {
    pub(crate) doublure: Doublure,
}

impl House {
    /// As documented, on a manual clock, providers in process.
    pub(crate) async fn documented() -> Self {
        Self::with(manual()).await
    }

    pub(crate) async fn with(new: NewSession) -> Self {
        Self {
            doublure: Doublure::with(new).await.unwrap(),
        }
    }

    /// URL of a path, with the tracing parameters.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}?{TRACING}", self.doublure.gateway())
    }

    /// One call with the standard token.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.get_as(path, "standard").await
    }

    /// One call with the token of this name.
    pub(crate) async fn get_as(&self, path: &str, token: &str) -> Answer {
        let token = Some(self.doublure.token(token));
        Caller::LOCAL.get(&self.url(path), token).await
    }

    /// One call with the standard token that waits for its provider; meanwhile the clock is moved on.
    pub(crate) async fn get_while(&self, path: &str, passes: Duration) -> Answer {
        let (url, token) = (self.url(path), self.doublure.token("standard").to_owned());
        let call = tokio::spawn(async move { Caller::LOCAL.get(&url, Some(&token)).await });
        self.move_clock(passes, Some(1)).await;
        call.await.unwrap()
    }

    /// Waits until so many calls of callers have arrived.
    pub(crate) async fn arrived(&self, calls: usize) {
        let got = on_client_hop(EventKind::RequestGot);
        let session = self.doublure.session();
        session.wait_for(&got, calls, PATIENCE).await.unwrap();
    }

    /// Lets everybody come to rest after the nth call; where it waits, it is given the time that it takes.
    pub(crate) async fn settle(&self, nth: usize) {
        self.advance(Duration::ZERO).await;
        let sent = on_client_hop(EventKind::ResponseSent);
        if self.doublure.session().count(&sent).await.unwrap() < nth {
            self.advance_past(1, ENOUGH).await;
        }
    }

    /// The nth call of the session, with the standard token; whatever it waits for comes about.
    pub(crate) async fn get_settled(&self, path: &str, nth: usize) -> Answer {
        let (url, token) = (self.url(path), self.doublure.token("standard").to_owned());
        let call = tokio::spawn(async move { Caller::LOCAL.get(&url, Some(&token)).await });
        self.arrived(nth).await;
        self.settle(nth).await;
        call.await.unwrap()
    }

    /// One call from there; none: the connection was silenced.
    pub(crate) async fn call_or_silence(&self, caller: Caller, path: &str) -> Option<Answer> {
        let silenced = Filter {
            event: Some(EventKind::ConnectionSilenced),
            ..Filter::default()
        };
        let session = self.doublure.session();
        let before = session.count(&silenced).await.unwrap();
        let url = self.url(path);
        let one_more = session.wait_for(&silenced, before + 1, PATIENCE);
        tokio::select! {
            answer = caller.get(&url, Some(self.doublure.token("standard"))) => Some(answer),
            seen = one_more => {
                assert!(seen.unwrap() > before, "neither an answer nor silence");
                None
            }
        }
    }

    /// Moves the clock on; nobody is waiting.
    pub(crate) async fn advance(&self, by: Duration) -> ClockView {
        self.move_clock(by, None).await
    }

    /// Moves the clock on once so many calls are waiting.
    pub(crate) async fn advance_past(&self, calls: usize, by: Duration) {
        self.move_clock(by, Some(calls)).await;
    }

    pub(crate) async fn play(&self, scenario: &str) {
        self.doublure
            .session()
            .set_scenario(scenario)
            .await
            .unwrap();
    }

    /// All that the journal holds, once every call that was got has its answer in it.
    pub(crate) async fn journal(&self) -> Vec<Entry> {
        let session = self.doublure.session();
        // An answer may have been read before its sender came to write it down.
        let calls = session.count(&on_client_hop(EventKind::RequestGot)).await;
        let sent = on_client_hop(EventKind::ResponseSent);
        session
            .wait_for(&sent, calls.unwrap(), PATIENCE)
            .await
            .unwrap();
        session
            .journal(&JournalQuery::default())
            .await
            .unwrap()
            .entries
    }

    async fn move_clock(&self, by: Duration, parked: Option<usize>) -> ClockView {
        let advance = Advance {
            by_ms: by.as_millis().try_into().unwrap(),
            parked,
            patience_ms: Some(PATIENCE.as_millis().try_into().unwrap()),
        };
        self.doublure.session().advance(&advance).await.unwrap()
    }
}

/// On a manual clock, all else by default.
pub(crate) fn manual() -> NewSession {
    NewSession {
        clock: ClockSetting::Manual(None),
        ..NewSession::default()
    }
}

/// SIREN of a well-known company.
pub(crate) fn siren(name: &str) -> &'static str {
    let known = World::well_known().iter().find(|known| known.name == name);
    known.unwrap_or_else(|| panic!("no company `{name}`")).siren
}

/// Path of unités légales.
pub(crate) fn company(name: &str) -> String {
    format!("/v3/insee/sirene/unites_legales/{}", siren(name))
}

/// Path of the extrait RCS.
pub(crate) fn extract(name: &str) -> String {
    format!(
        "/v3/infogreffe/rcs/unites_legales/{}/extrait_kbis",
        siren(name)
    )
}

/// Path of the attestation de vigilance.
pub(crate) fn vigilance(name: &str) -> String {
    format!(
        "/v3/urssaf/unites_legales/{}/attestation_vigilance",
        siren(name)
    )
}

/// Path of the attestation fiscale.
pub(crate) fn tax(name: &str) -> String {
    format!(
        "/v3/dgfip/unites_legales/{}/attestation_fiscale",
        siren(name)
    )
}

/// Path of v2's aggregate.
pub(crate) fn aggregate(name: &str) -> String {
    format!("/v2/entreprises/{}", siren(name))
}

/// Path of an operation about a company or its head office; none: it is about neither.
pub(crate) fn path_of(operation: &Operation, name: &str) -> Option<String> {
    let number: Siren = siren(name).parse().unwrap();
    let siret = match World::new(1, 300).company(number) {
        Some(company) => company.establishments[0].siret,
        None => Siret::of(number, 1),
    };
    operation.whom()?;
    Some(operation.path_for(Whom {
        siren: number,
        siret,
    }))
}

/// What every call must say about why it is made.
pub(crate) const TRACING: &str = "context=essai&recipient=13002526500013&object=essai";

fn on_client_hop(event: EventKind) -> Filter {
    Filter {
        event: Some(event),
        hop: Some(Hop::Client),
        ..Filter::default()
    }
}

/// Longer than any call waits for its provider.
const ENOUGH: Duration = Duration::from_secs(11);

/// Real time that is waited for something that must happen, on a slow and busy machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);
