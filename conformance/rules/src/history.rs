//! The entries of one trial, and the questions judges ask them.

use std::collections::{BTreeMap, BTreeSet};

use doublure_journal::{Entry, Event, ExchangeId, Failure, Hop, Moment, RequestSeen, ResponseSeen};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Profile, Proof, Verdict};

/// What a judge sees: what is declared, and what happened at the edges, in order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct History {
    /// What is declared of the target.
    pub profile: Profile,
    /// What happened, ascending in index and in moment.
    pub entries: Vec<Entry>,
}

/// One exchange as one of its sides saw it.
#[derive(Clone, Copy, Debug)]
pub struct Exchange<'a> {
    /// The entry that opened it.
    pub opened: &'a Entry,
    /// What was asked.
    pub request: &'a RequestSeen,
    /// The entry that ended it; none: it was still open when the trial ended.
    pub ended: Option<&'a Entry>,
}

impl History {
    /// The exchanges of a hop as the asking side saw them, in the order they were opened.
    pub fn sent(&self, hop: Hop) -> Vec<Exchange<'_>> {
        self.exchanges(
            |event| matches!(event, Event::RequestSent { hop: at, .. } if *at == hop),
            |event| {
                matches!(
                    event,
                    Event::ResponseGot { .. } | Event::ExchangeFailed { .. }
                )
            },
        )
    }

    /// The exchanges of a hop as the asked side saw them, in the order they were opened.
    pub fn got(&self, hop: Hop) -> Vec<Exchange<'_>> {
        self.exchanges(
            |event| matches!(event, Event::RequestGot { hop: at, .. } if *at == hop),
            |event| matches!(event, Event::ResponseSent { .. }),
        )
    }

    /// The data requests that providers got about an entity: log-ins are none, nor is what `plain` got, but what it asks
    /// the others in turn.
    pub fn provider_calls<'a>(&'a self, entity: &str) -> Vec<Exchange<'a>> {
        let mut calls = self.got(Hop::Provider);
        calls.retain(|call| {
            call.request.entity.as_deref() == Some(entity)
                && call.request.call.as_deref() != Some(LOGIN)
                && call.request.provider.as_deref() != Some(PLAIN)
        });
        calls
    }

    /// The entry that ends the trial: what has not happened by then did not happen in it.
    pub fn end(&self) -> Result<&Entry, Verdict> {
        let ends = |entry: &&Entry| matches!(entry.event, Event::TrialEnded { .. });
        self.entries
            .iter()
            .rfind(ends)
            .ok_or_else(|| Verdict::inconclusive("the trial was not seen to end"))
    }

    /// The entries of a proof, and all entries of the exchanges they belong to.
    pub fn evidence(&self, proof: &Proof) -> Vec<Entry> {
        let indices: BTreeSet<u64> = proof.indices().collect();
        let exchanges: BTreeSet<ExchangeId> = self
            .entries
            .iter()
            .filter(|entry| indices.contains(&entry.index))
            .filter_map(|entry| entry.event.exchange())
            .collect();
        let belongs = |entry: &&Entry| {
            indices.contains(&entry.index)
                || entry
                    .event
                    .exchange()
                    .is_some_and(|id| exchanges.contains(&id))
        };
        self.entries.iter().filter(belongs).cloned().collect()
    }

    fn exchanges(
        &self,
        opens: impl Fn(&Event) -> bool,
        ends: impl Fn(&Event) -> bool,
    ) -> Vec<Exchange<'_>> {
        let mut found: Vec<Exchange<'_>> = Vec::new();
        let mut places: BTreeMap<ExchangeId, usize> = BTreeMap::new();
        for entry in &self.entries {
            let Some(id) = entry.event.exchange() else {
                continue;
            };
            if let Some(request) = entry.event.request().filter(|_| opens(&entry.event)) {
                places.insert(id, found.len());
                found.push(Exchange {
                    opened: entry,
                    request,
                    ended: None,
                });
            } else if ends(&entry.event)
                && let Some(place) = places.get(&id)
            {
                found[*place].ended = Some(entry);
            }
        }
        found
    }
}

impl<'a> Exchange<'a> {
    /// Whether it had not ended when an entry was written.
    pub fn is_open_at(&self, index: u64) -> bool {
        self.opened.index <= index && self.ended.is_none_or(|ended| ended.index > index)
    }

    /// When it was opened.
    pub const fn began_at(&self) -> Moment {
        self.opened.at
    }

    /// When it ended, if it did.
    pub fn ended_at(&self) -> Option<Moment> {
        self.ended.map(|entry| entry.at)
    }

    /// The whole answer; none if there was none, or if it was cut short.
    pub fn response(&self) -> Option<&'a ResponseSeen> {
        let ended = self.ended?;
        match ended.event {
            Event::ExchangeFailed { .. } => None,
            _ => ended.event.response(),
        }
    }

    /// Why the asking side got no whole answer, if it got none.
    pub fn failure(&self) -> Option<Failure> {
        match self.ended?.event {
            Event::ExchangeFailed { failure, .. } => Some(failure),
            _ => None,
        }
    }

    /// Whether anything of an answer came: a head is enough.
    pub fn heard_something(&self) -> bool {
        self.ended
            .is_some_and(|entry| entry.event.response().is_some())
    }

    /// Status of the whole answer.
    pub fn status(&self) -> Option<u16> {
        Some(self.response()?.status)
    }

    /// A header of the whole answer.
    pub fn header(&self, name: &str) -> Option<&'a str> {
        self.response()?.header(name)
    }

    /// Text of the body of the whole answer; empty if there was none.
    pub fn text(&self) -> &'a str {
        let body = self.response().and_then(|response| response.body.as_ref());
        body.map_or("", |body| body.text.as_str())
    }

    /// Body of the whole answer as JSON; null if it is none.
    pub fn json(&self) -> Value {
        serde_json::from_str(self.text()).unwrap_or(Value::Null)
    }

    /// Its edges as proof.
    pub fn proof(&self) -> Proof {
        let opened = Proof::of(self.opened);
        match self.ended {
            Some(ended) => opened.and(Proof::of(ended)),
            None => opened,
        }
    }

    /// What came of it, for people: `200`, `no answer (gave_up)`, `no end`.
    pub fn summary(&self) -> String {
        match (self.status(), self.failure()) {
            (Some(status), _) => status.to_string(),
            (None, Some(failure)) => format!("no answer ({})", in_words(failure)),
            (None, None) => "no answer by the end of the trial".to_owned(),
        }
    }

    /// What was asked, for people: `GET /privileges`, without the query.
    pub fn asked(&self) -> String {
        let target = self.request.target.split('?').next().unwrap_or_default();
        format!("{} {target}", self.request.method)
    }
}

const fn in_words(failure: Failure) -> &'static str {
    match failure {
        Failure::Refused => "connection refused",
        Failure::Unreachable => "host unreachable",
        Failure::Unresolvable => "host name not resolved",
        Failure::Reset => "connection reset",
        Failure::Closed => "connection closed",
        Failure::Malformed => "not HTTP",
        Failure::GaveUp => "silence",
    }
}

const LOGIN: &str = "login";
/// Who speaks the gateway's own shape and asks the providers in turn.
const PLAIN: &str = "plain";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::HistoryBuilder;

    #[test]
    fn an_exchange_is_paired_with_its_own_end() {
        let history = HistoryBuilder::gateway()
            .ask("first", "op", "111")
            .ask("second", "op", "222")
            .answer("second", 404, "{}")
            .answer("first", 200, "{}")
            .end();

        let sent = history.sent(Hop::Client);

        assert_eq!(sent[0].status(), Some(200));
        assert_eq!(sent[1].status(), Some(404));
    }

    #[test]
    fn an_exchange_that_was_not_ended_has_no_answer() {
        let history = HistoryBuilder::gateway().ask("only", "op", "111").end();

        let sent = history.sent(Hop::Client);

        assert_eq!(sent[0].status(), None);
        assert_eq!(sent[0].summary(), "no answer by the end of the trial");
    }

    #[test]
    fn log_ins_are_no_calls_about_an_entity() {
        let history = HistoryBuilder::gateway()
            .provider_call("login", "insee", "login", "111")
            .provider_call("data", "insee", "unite-legale", "111")
            .provider_call("other", "insee", "unite-legale", "222")
            .end();

        let calls = history.provider_calls("111");

        assert_eq!(calls.len(), 1);
        assert_eq!(calls[0].request.call.as_deref(), Some("unite-legale"));
    }

    #[test]
    fn who_only_asks_others_in_turn_gets_no_calls_of_its_own() {
        let history = HistoryBuilder::gateway()
            .provider_call("way", "plain", "", "111")
            .provider_call("data", "insee", "unite-legale", "111")
            .end();

        let calls = history.provider_calls("111");

        assert_eq!(calls.len(), 1);
        assert_eq!(calls[0].request.provider.as_deref(), Some("insee"));
    }

    #[test]
    fn evidence_holds_the_whole_exchange_of_each_proving_event() {
        let history = HistoryBuilder::gateway()
            .ask("kept", "op", "111")
            .ask("left-out", "op", "222")
            .answer("kept", 200, "{}")
            .end();
        let proof = Proof::of(history.sent(Hop::Client)[0].opened);

        let evidence = history.evidence(&proof);

        assert_eq!(evidence.len(), 2);
        assert!(
            evidence
                .iter()
                .all(|entry| entry.event.exchange() == Some(ExchangeId(1)))
        );
    }

    #[test]
    fn without_an_end_absence_proves_nothing() {
        let mut history = HistoryBuilder::gateway().ask("only", "op", "111").end();
        history.entries.pop();

        assert!(history.end().is_err());
    }

    #[test]
    fn a_history_survives_being_written_and_read() {
        let history = HistoryBuilder::gateway()
            .ask("only", "op", "111")
            .answer("only", 200, "{}")
            .end();

        let json = serde_json::to_string(&history).unwrap();

        assert_eq!(serde_json::from_str::<History>(&json).unwrap(), history);
    }
}
