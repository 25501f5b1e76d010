//! A dialect on stage: faults first, then the log-in, then the answer, which is kept for the day.

use std::{future::Future, pin::Pin, sync::Arc, time::Duration};

use bytes::Bytes;
use doublure_fixtures::World;
use doublure_journal::{Hop, Moment};
use doublure_kernel::{Exchange, Fingerprint, Labels, Reply, Service, Session, Subject};
use doublure_scenarios::{Answer, BadFile, Effect, Symptom, WireFault};
use http::{HeaderName, HeaderValue, Request, Response, StatusCode};
use quick_cache::sync::Cache;

use crate::{
    dialect::{Asked, Dialect, Line},
    oauth::Logins,
    provider::{Memory, Provider},
    words::Words,
};

/// A provider of a session.
pub(crate) struct Simulated<D: Dialect> {
    session: Session,
    world: Arc<World>,
    logins: Logins,
    /// Ids as the journal wants them, made once: the provider's, and its calls' in the order of [`Dialect::CALLS`].
    provider: Arc<str>,
    calls: Vec<Arc<str>>,
    kept: Cache<Kept, Words>,
    dialect: std::marker::PhantomData<D>,
}

/// What an answer depends on: call, entity, what else was asked for, day.
type Kept = (usize, Arc<str>, String, u64);

impl<D: Dialect> Simulated<D> {
    /// The provider of a session. Nobody is logged in.
    pub(crate) fn new(session: &Session, world: Arc<World>) -> Self {
        Self {
            session: session.clone(),
            world,
            logins: Logins::default(),
            provider: Arc::from(D::ID),
            calls: D::CALLS.iter().map(|&(name, _)| Arc::from(name)).collect(),
            kept: Cache::new(CAPACITY),
            dialect: std::marker::PhantomData,
        }
    }

    async fn reply(&self, exchange: Exchange) -> Reply {
        // The entity stands for the caller's token, which no provider sees: two dialects have it in the body, where no
        // fingerprint would find it.
        let entity = exchange.labels.entity.as_deref();
        let subject = Subject {
            hop: Hop::Provider,
            labels: &exchange.labels,
            address: None,
            fingerprint: Fingerprint::of(Hop::Provider, &exchange.request, entity),
            connecting: false,
        };
        let struck = self.session.strike(subject, &exchange).await;
        match struck {
            None | Some(Effect::Pass) => self.faithful(&exchange).into(),
            Some(Effect::Symptom(symptom)) => self.suffering(&exchange, symptom),
            Some(Effect::Answer(answer)) => given(answer).into(),
            Some(Effect::Damage(damage)) => {
                let mut answer = self.faithful(&exchange);
                self.session.damage(exchange.id, &damage, &mut answer);
                answer.into()
            }
            Some(Effect::Wire(fault)) => Reply {
                response: self.faithful(&exchange),
                wire: Some(fault),
                sent: None,
            },
        }
    }

    fn faithful(&self, exchange: &Exchange) -> Response<Bytes> {
        let request = &exchange.request;
        let words = match self.line_of(&exchange.labels) {
            None => D::stray(request),
            Some((_, Line::Login)) => self.log_in(request),
            Some((index, Line::Data(call))) => self.data(request, &exchange.labels, index, call),
        };
        words.into()
    }

    /// What a provider says that suffers from `symptom`; a call that has no words for it is answered as ever.
    fn suffering(&self, exchange: &Exchange, symptom: Symptom) -> Reply {
        let entity = exchange.labels.entity.as_deref().unwrap_or_default();
        let now = self.session.clock().now();
        let refusal = self
            .line_of(&exchange.labels)
            .and_then(|(_, line)| D::refuse_line(line, entity, now, symptom));
        let Some(words) = refusal else {
            let text = format!("no words for {symptom} in this call: answered as ever");
            self.session.note(Some(exchange.id), D::ID, text);
            return self.faithful(exchange).into();
        };
        // What never comes is said by silence alone.
        let never_comes = symptom == Symptom::BadFile(BadFile::Late);
        Reply {
            response: words.into(),
            wire: never_comes.then_some(WireFault::Silence),
            sent: None,
        }
    }

    fn log_in(&self, request: &Request<Bytes>) -> Words {
        let now = self.session.clock().now();
        let form = String::from_utf8_lossy(request.body());
        D::GRANT.map_or_else(
            || D::stray(request),
            |grant| {
                let dice = self.session.dice();
                self.logins
                    .answer(grant, D::ID, dice, now, &form, request.headers())
            },
        )
    }

    fn data(
        &self,
        request: &Request<Bytes>,
        labels: &Labels,
        index: usize,
        call: D::Call,
    ) -> Words {
        let now = self.session.clock().now();
        let entity = labels.entity.clone().unwrap_or_default();
        let admitted = D::GRANT.map(|grant| self.logins.admit(grant, request.headers(), now));
        if let Some(Err(symptom)) = admitted
            && let Some(words) = D::refuse(&Asked::of(call, &entity, now), symptom)
        {
            return words;
        }
        let day = now.unix_seconds() / DAY.as_secs();
        let key = (index, entity, D::details(request), day);
        if let Some(words) = self.kept.get(&key) {
            return words;
        }
        let asked = Asked {
            call,
            entity: &key.1,
            details: &key.2,
            now: Moment::from_unix_seconds(day * DAY.as_secs()),
        };
        let words = D::answer(&asked, &self.world);
        self.kept.insert(key, words.clone());
        words
    }

    fn line_of(&self, labels: &Labels) -> Option<(usize, Line<D::Call>)> {
        let name = labels.call.as_deref()?;
        let index = D::CALLS.iter().position(|(known, _)| *known == name)?;
        Some((index, D::CALLS[index].1))
    }
}

impl<D: Dialect> Service for Simulated<D> {
    fn provider(&self) -> Option<Arc<str>> {
        Some(Arc::clone(&self.provider))
    }

    fn label(&self, request: &mut Request<Bytes>) -> Labels {
        let route = D::route(request);
        let index = route
            .as_ref()
            .and_then(|route| D::CALLS.iter().position(|(_, line)| *line == route.line));
        Labels {
            provider: Some(Arc::clone(&self.provider)),
            call: index.map(|index| Arc::clone(&self.calls[index])),
            entity: route.and_then(|route| route.entity).map(Arc::from),
            ..Labels::default()
        }
    }

    fn call(self: Arc<Self>, exchange: Exchange) -> Pin<Box<dyn Future<Output = Reply> + Send>> {
        Box::pin(async move { self.reply(exchange).await })
    }
}

impl<D: Dialect> Provider for Simulated<D> {
    fn memory(&self) -> Memory {
        Memory {
            logins: self.logins.good(self.session.clock().now()),
            answers: self.kept.len(),
        }
    }

    fn forget(&self) {
        self.logins.forget();
        self.kept.clear();
    }
}

/// The answer that a scenario gives instead. What is no HTTP in it is left out.
fn given(answer: Answer) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(answer.body));
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or_default();
    for (name, value) in &answer.headers {
        if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), HeaderValue::from_str(value)) {
            response.headers_mut().append(name, value);
        }
    }
    response
}

/// Answers kept.
const CAPACITY: usize = 4_096;

const DAY: Duration = Duration::from_secs(24 * 3_600);

#[cfg(test)]
mod tests;
