//! The model: what a gateway decides about a call when it comes in, by the documents and without any code of ours.

use std::collections::BTreeSet;

use doublure_rules::GatewayProfile;
use serde_json::json;

use super::{
    answers::Answer,
    asked::Asked,
    choreography::{Operation, Question},
    counters::{Counted, Counters},
    manners::Manner,
    memory::Memory,
    patience::Addresses,
};
use crate::{gateway::questions::NO_COMPANY, probe::shown};

/// A gateway between two calls.
#[derive(Debug)]
pub(super) struct Gateway<'a> {
    /// The numbers that it keeps to: those declared, if nothing is wrong with it.
    pub(super) numbers: &'a GatewayProfile,
    /// The edition that it follows.
    pub(super) edition: &'a str,
    /// What is wrong with it.
    pub(super) manner: Manner,
    counters: Counters,
    addresses: Addresses,
    memory: Memory,
    /// Calls that are being answered, each with its token, and until when.
    running: Vec<(String, Option<&'static str>, u64)>,
    /// When the last call was answered.
    busy_until: u64,
}

/// What is decided about a call when it comes in.
#[derive(Debug)]
pub(super) enum Admission {
    /// Nothing is ever said to it.
    Silence,
    /// Providers are asked how they are.
    Pinged,
    /// Its connection is ended.
    Closed,
    /// It is answered at once.
    Answered(Answer),
    /// Providers are asked, and these headers go with the answer; from this moment on.
    Relayed(Vec<(String, String)>, u64),
}

impl<'a> Gateway<'a> {
    /// One that nobody has called yet.
    pub(super) fn new(
        numbers: &'a GatewayProfile,
        edition: &'a str,
        manner: Manner,
        keeps: bool,
    ) -> Self {
        Self {
            numbers,
            edition,
            manner,
            counters: Counters::default(),
            addresses: Addresses::default(),
            memory: Memory::new(keeps),
            running: Vec::new(),
            busy_until: 0,
        }
    }

    /// Decides about a call that comes in.
    pub(super) fn admit(&mut self, asked: &Asked, now: u64) -> Admission {
        let (address, token) = (asked.step.address, asked.step.token);
        let operation = asked.step.operation;
        let is_free = self.manner == Manner::PingsAreFree && operation.is_about_services();
        let addresses = &mut self.addresses;
        if !is_free && addresses.count(self.numbers, self.manner, (address, token), now) {
            return self.banned(asked);
        }
        if let Some(admission) = self.uncounted(asked, now) {
            return admission;
        }
        let counted = self.counters.count(self.numbers, self.manner, asked, now);
        let headers = counted.as_ref().map(Counted::headers).unwrap_or_default();
        if let Some((wait, group)) = counted.as_ref().and_then(Counted::refused) {
            let told = (address, token.unwrap_or_default(), group);
            let ignored = &mut self.addresses;
            if ignored.ignore(self.numbers, self.manner, told, (now, wait)) {
                return self.banned(asked);
            }
        }
        let kept = || self.memory.kept(self.manner, asked, now);
        match self.refused(asked, counted.as_ref(), now).or_else(kept) {
            Some(mut answer) => {
                answer.headers.extend(headers);
                self.counters.settle(self.manner, asked, answer.status);
                Admission::Answered(answer)
            }
            None if asked.step.operation == Operation::Rights => {
                Admission::Answered(self.rights(asked))
            }
            None => {
                let from = match self.manner {
                    Manner::OneAtATime => now.max(self.busy_until),
                    _ => now,
                };
                Admission::Relayed(headers, from)
            }
        }
    }

    /// What is decided about a call that no quota counts.
    fn uncounted(&mut self, asked: &Asked, now: u64) -> Option<Admission> {
        let operation = asked.step.operation;
        if operation.is_about_services() {
            return Some(Admission::Pinged);
        }
        if operation == Operation::Link {
            let document = self.memory.document(self.manner, asked, now);
            return Some(Admission::Answered(document));
        }
        let refusal = self.unrouted(asked);
        let refusal = refusal.or_else(|| self.unknown_token(asked, now))?;
        if self.manner == Manner::CountsForged {
            self.counters.count(self.numbers, self.manner, asked, now);
        }
        Some(Admission::Answered(refusal))
    }

    /// Remembers until when a call that it relays is running, and what came of it.
    pub(super) fn relays(&mut self, asked: &Asked, until: u64, answer: &mut Answer) {
        self.memory.keep(self.manner, asked, until, answer);
        self.running
            .push((asked.seen().target, asked.step.token, until));
        self.busy_until = self.busy_until.max(until);
        self.counters.settle(self.manner, asked, answer.status);
    }

    fn banned(&self, asked: &Asked) -> Admission {
        match self.manner {
            Manner::BanIsForbidden | Manner::ForbidsSpared
                if self.manner == Manner::BanIsForbidden || asked.step.address == 9 =>
            {
                Admission::Answered(Answer::refusal(asked, 403, &[("00403", None)]))
            }
            Manner::BanCloses => Admission::Closed,
            Manner::BanSparesRights if asked.step.operation == Operation::Rights => {
                Admission::Answered(self.rights(asked))
            }
            _ => Admission::Silence,
        }
    }

    /// What leads to no operation.
    fn unrouted(&self, asked: &Asked) -> Option<Answer> {
        match asked.step.question {
            Question::Nowhere | Question::Preflight if self.edition == "observed" => {
                Some(Answer::of(404, json!("Not Found")))
            }
            Question::Nowhere | Question::Preflight => {
                Some(Answer::refusal(asked, 404, &[("00404", None)]))
            }
            Question::NoVersion => Some(Answer::refusal(asked, 404, &[("00402", None)])),
            _ => None,
        }
    }

    /// What is refused of a token that is known, in the order of the documents.
    fn refused(&self, asked: &Asked, counted: Option<&Counted>, now: u64) -> Option<Answer> {
        let refusal = |status, errors: &[_]| Some(Answer::refusal(asked, status, errors));
        if let Some((wait, _)) = counted.and_then(Counted::refused) {
            let mut answer = Answer::refusal(asked, 429, &[("00429", None)]);
            answer
                .headers
                .push(("Retry-After".to_owned(), wait.to_string()));
            return Some(answer);
        }
        let rights = asked.step.operation == Operation::Rights;
        if asked.step.token == Some("unprivileged") && !rights {
            return refusal(403, &[("00100", None)]);
        }
        let is_running = |(target, token, until): &(String, Option<&str>, u64)| {
            *until > now && (target, *token) == (&asked.seen().target, asked.step.token)
        };
        if self.manner != Manner::ServesTwins && self.running.iter().any(is_running) {
            return refusal(409, &[("00015", None)]);
        }
        match asked.step.question {
            _ if rights => None,
            Question::BadSyntax => refusal(400, &[("00401", None)]),
            Question::Untraced => refusal(
                422,
                &[
                    ("00201", Some("context")),
                    ("00202", Some("recipient")),
                    ("00203", Some("object")),
                ],
            ),
            Question::WithoutObject => refusal(422, &[("00203", Some("object"))]),
            Question::Doomed => refusal(500, &[("00500", None)]),
            // Version 2 judges no value.
            Question::BadRecipient | Question::Disproved
                if self.edition != "documented-v2" && !asked.is_version_two() =>
            {
                refusal(422, &[("00210", Some("recipient"))])
            }
            _ if asked.entity == NO_COMPANY => refusal(422, &[("00301", Some("siren"))]),
            _ => None,
        }
    }

    /// The list of what a token opens.
    fn rights(&self, asked: &Asked) -> Answer {
        let scopes = self
            .numbers
            .operations
            .values()
            .flat_map(|known| &known.scopes);
        let scopes: BTreeSet<&String> = match asked.step.token {
            Some("unprivileged") => BTreeSet::new(),
            _ => scopes.collect(),
        };
        Answer::of(200, json!({ "privileges": scopes }))
    }

    /// What a call without a good token is answered.
    fn unknown_token(&self, asked: &Asked, now: u64) -> Option<Answer> {
        let early = match self.manner {
            Manner::TokensEndEarly => 2,
            _ => 0,
        };
        let is_over = |token: &str| {
            shown::end_of(token).is_some_and(|end| now / 1_000 >= end.saturating_sub(early))
        };
        let code = match asked.step.token {
            None | Some("forged") => "00101",
            Some("expired") => "00103",
            Some("revoked") => "00105",
            Some(token) if is_over(token) => "00103",
            Some(_) => return None,
        };
        Some(Answer::refusal(asked, 401, &[(code, None)]))
    }
}
