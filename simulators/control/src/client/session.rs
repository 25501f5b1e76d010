//! Speaks of one session.

use std::time::Duration;

use bytes::Bytes;
use doublure_journal::{Event, Filter};
use http::Method;
use http_body_util::BodyExt;
use serde::{Serialize, de::DeserializeOwned};

use super::{ControlError, Follow, SessionClient, encoded, transport::Payload};
use crate::{
    AccountView, AddressView, Advance, ClockView, Count, JournalPage, JournalQuery, NewFault,
    NewToken, OneOffView, ProviderView, QuotaView, SessionView, TokenView, WaitQuery,
};

impl SessionClient {
    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How it stands.
    pub async fn view(&self) -> Result<SessionView, ControlError> {
        self.get("").await
    }

    /// Ends it: listeners, connections, state.
    pub async fn end(&self) -> Result<(), ControlError> {
        self.delete("").await
    }

    /// What time it is there.
    pub async fn clock(&self) -> Result<ClockView, ControlError> {
        self.get("/clock").await
    }

    /// Moves its manual clock.
    pub async fn advance(&self, advance: &Advance) -> Result<ClockView, ControlError> {
        self.post("/clock/advance", advance).await
    }

    /// Text of the scenario in force.
    pub async fn scenario(&self) -> Result<String, ControlError> {
        let target = self.target("/scenario");
        let text = self
            .client
            .accepted(Method::GET, &target, Payload::Nothing)
            .await?;
        String::from_utf8(text.into()).map_err(|error| self.client.transport.foreign(error))
    }

    /// Puts a scenario in force, from the text of a scenario file; a refused one leaves the running one in force.
    pub async fn set_scenario(&self, text: &str) -> Result<(), ControlError> {
        self.put_scenario("/scenario", text).await
    }

    /// The same under a name of its own.
    pub async fn set_scenario_named(&self, name: &str, text: &str) -> Result<(), ControlError> {
        self.put_scenario(&format!("/scenario?name={}", encoded(name)), text)
            .await
    }

    /// Puts the calm scenario in force: nothing goes wrong.
    pub async fn calm(&self) -> Result<(), ControlError> {
        self.delete("/scenario").await
    }

    /// Asks for a one-off fault: it strikes the next exchange that it fits, or so many, and is gone.
    pub async fn ask_for_fault(&self, new: &NewFault) -> Result<OneOffView, ControlError> {
        self.post("/faults", new).await
    }

    /// One-off faults that have not struck often enough yet.
    pub async fn faults(&self) -> Result<Vec<OneOffView>, ControlError> {
        self.get("/faults").await
    }

    /// Forgets every one-off fault.
    pub async fn forget_faults(&self) -> Result<(), ControlError> {
        self.delete("/faults").await
    }

    /// Entries of its journal.
    pub async fn journal(&self, query: &JournalQuery) -> Result<JournalPage, ControlError> {
        self.post("/journal/query", query).await
    }

    /// Writes an event of the harness itself into its journal, so that all stand on one time base.
    pub async fn record(&self, event: &Event) -> Result<(), ControlError> {
        let payload = self.client.json(event)?;
        let target = self.target("/journal");
        self.client.tell(Method::POST, &target, payload).await
    }

    /// How many entries a filter picks.
    pub async fn count(&self, filter: &Filter) -> Result<usize, ControlError> {
        let found: Count = self.post("/journal/count", filter).await?;
        Ok(found.count)
    }

    /// Waits in real time until a filter picks so many; returns how many it picks, fewer when patience ran out.
    pub async fn wait_for(
        &self,
        filter: &Filter,
        count: usize,
        patience: Duration,
    ) -> Result<usize, ControlError> {
        let query = WaitQuery {
            filter: filter.clone(),
            count,
            patience_ms: u64::try_from(patience.as_millis()).unwrap_or(u64::MAX),
        };
        let found: Count = self.post("/journal/wait", &query).await?;
        Ok(found.count)
    }

    /// The entries of its journal that a filter picks, as they are written, those of before first.
    pub async fn follow(&self, filter: &Filter) -> Result<Follow, ControlError> {
        let transport = &self.client.transport;
        let fields = serde_json::to_value(filter).map_err(|error| transport.foreign(error))?;
        let fields = fields.as_object().into_iter().flatten();
        let query = fields.map(|(name, value)| match value.as_str() {
            Some(text) => format!("{name}={}", encoded(text)),
            None => format!("{name}={value}"),
        });
        let query = query.collect::<Vec<_>>().join("&");
        let target = self.target(&format!("/journal/stream?{query}"));
        let response = transport.open(Method::GET, &target).await?;
        let (head, body) = response.into_parts();
        if head.status.is_success() {
            return Ok(Follow::new(transport.clone(), body));
        }
        let told = body.collect().await;
        let told = told.map_err(|error| transport.failed(error))?.to_bytes();
        Err(self.client.refused(head.status, &told))
    }

    /// Forgets its journal.
    pub async fn clear_journal(&self) -> Result<(), ControlError> {
        self.delete("/journal").await
    }

    /// Its quota counters.
    pub async fn quotas(&self) -> Result<Vec<QuotaView>, ControlError> {
        self.get("/quotas").await
    }

    /// Sets every quota counter back.
    pub async fn reset_quotas(&self) -> Result<(), ControlError> {
        self.delete("/quotas").await
    }

    /// The addresses it has seen, and their bans.
    pub async fn bans(&self) -> Result<Vec<AddressView>, ControlError> {
        self.get("/bans").await
    }

    /// Lifts every ban and forgets every address.
    pub async fn lift_bans(&self) -> Result<(), ControlError> {
        self.delete("/bans").await
    }

    /// What the owner of an account may know of it.
    pub async fn account(&self) -> Result<AccountView, ControlError> {
        self.get("/account").await
    }

    /// Its tokens, those minted since among them.
    pub async fn tokens(&self) -> Result<Vec<TokenView>, ControlError> {
        self.get("/tokens").await
    }

    /// Revokes the token of this name, from the next call on.
    pub async fn revoke(&self, name: &str) -> Result<(), ControlError> {
        self.delete(&format!("/tokens/{}", encoded(name))).await
    }

    /// Its providers, and what they remember.
    pub async fn providers(&self) -> Result<Vec<ProviderView>, ControlError> {
        self.get("/providers").await
    }

    /// Lets every provider forget what it remembers: log-ins, answers kept.
    pub async fn reset_providers(&self) -> Result<(), ControlError> {
        self.delete("/providers").await
    }

    /// Gives a command once more that a journal tells of ([`Event::Commanded`]).
    pub async fn repeat(
        &self,
        method: Method,
        path: &str,
        body: String,
    ) -> Result<(), ControlError> {
        let payload = match body.is_empty() {
            true => Payload::Nothing,
            false if path.starts_with("/scenario") => Payload::Yaml(body.into()),
            false => Payload::Json(body.into()),
        };
        let target = self.target(path);
        self.client.tell(method, &target, payload).await
    }

    /// Mints a fresh token.
    pub async fn mint(&self, new: &NewToken) -> Result<TokenView, ControlError> {
        self.post("/tokens", new).await
    }

    fn target(&self, rest: &str) -> String {
        format!("/sessions/{}{rest}", encoded(&self.name))
    }

    async fn get<T: DeserializeOwned>(&self, rest: &str) -> Result<T, ControlError> {
        let target = self.target(rest);
        self.client
            .ask(Method::GET, &target, Payload::Nothing)
            .await
    }

    async fn delete(&self, rest: &str) -> Result<(), ControlError> {
        let target = self.target(rest);
        self.client
            .tell(Method::DELETE, &target, Payload::Nothing)
            .await
    }

    async fn post<T: DeserializeOwned>(
        &self,
        rest: &str,
        value: &impl Serialize,
    ) -> Result<T, ControlError> {
        let payload = self.client.json(value)?;
        let target = self.target(rest);
        self.client.ask(Method::POST, &target, payload).await
    }

    async fn put_scenario(&self, rest: &str, text: &str) -> Result<(), ControlError> {
        let payload = Payload::Yaml(Bytes::copy_from_slice(text.as_bytes()));
        let target = self.target(rest);
        self.client.tell(Method::PUT, &target, payload).await
    }
}
