//! The history that a choreography leaves before a model: who saw what, and when.

use std::time::Duration;

use doublure_journal::{Event, ExchangeId, Failure, Hop, RequestSeen};
use doublure_rules::{GatewayProfile, History, Profile, testing::HistoryBuilder};

use super::{
    answers::{Answer, Came, said},
    asked::Asked,
    choreography::{Act, Choreography, Source, Stall, Step},
    gateway::{Admission, Gateway},
    manners::{How, Manner, Told},
    services,
};
use crate::gateway::classes::{self, fault_name};

/// The history of a choreography before a model that declares a profile.
pub(super) fn told(profile: &Profile, choreography: &Choreography, how: How) -> History {
    let mut numbers = profile.gateway.clone();
    if let How::Numbers(change) = how {
        change(&mut numbers);
    }
    let manner = match how {
        How::Manner(manner) => manner,
        _ => Manner::Sound,
    };
    let mut telling = Telling {
        declared: &profile.gateway,
        silence_ms: if profile.stands_still() {
            0
        } else {
            SILENCE_MS
        },
        stalls: &choreography.stalls,
        events: Vec::new(),
        exchanges: 0,
    };
    let keeps = choreography.keeps;
    let mut gateway = Gateway::new(&numbers, &profile.edition, manner, keeps);
    for (sent, arrives, asked) in telling.arrivals(choreography) {
        let call = Call {
            asked: &asked,
            sent,
            arrives,
            how,
        };
        if asked.step.operation.is_handshake() {
            telling.shakes(&choreography.steps[0], &call);
        } else {
            telling.call(&mut gateway, &call);
        }
    }
    telling.into_history(profile)
}

/// One call on its way.
struct Call<'a> {
    asked: &'a Asked,
    sent: u64,
    arrives: u64,
    how: How,
}

/// Who saw what and when, in milliseconds.
struct Telling<'a> {
    declared: &'a GatewayProfile,
    /// When a caller gives up on silence.
    silence_ms: u64,
    stalls: &'a [Stall],
    events: Vec<(u64, Event)>,
    exchanges: u64,
}

impl Telling<'_> {
    /// The calls in the order in which the gateway gets them.
    fn arrivals(&self, choreography: &Choreography) -> Vec<(u64, u64, Asked)> {
        let mut now = START_MS;
        let calls = Asked::all(&choreography.steps).into_iter().map(|asked| {
            now += asked.step.gap_ms;
            let sent = self.awake(now);
            (sent, self.there(sent + asked.step.ways.there), asked)
        });
        let mut calls: Vec<_> = calls.collect();
        calls.sort_by_key(|(sent, arrives, _)| (*arrives, *sent));
        calls
    }

    fn call(&mut self, gateway: &mut Gateway<'_>, call: &Call<'_>) {
        let (exchange, hop) = (self.opened(), Hop::Client);
        let request = call.asked.seen();
        let asks = Event::RequestSent {
            exchange,
            hop,
            request,
        };
        self.tell(call.sent, asks);
        let (at, heard) = self.heard(gateway, call);
        let event = match heard {
            Ok(answer) => Event::ResponseGot {
                exchange,
                hop,
                response: answer.seen(),
            },
            Err(failure) => Event::ExchangeFailed {
                exchange,
                hop,
                failure,
                response: None,
            },
        };
        self.tell(at, event);
    }

    /// A handshake is tried and nothing is called.
    fn shakes(&mut self, server: &Step, call: &Call<'_>) {
        let at = self.awake(call.arrives + call.asked.step.ways.back);
        let mut handshake = services::handshake(server, call.asked, at);
        if let How::Shakes(spoil) = call.how {
            spoil(&mut handshake);
        }
        self.tell(at, Event::HandshakeTried { handshake });
    }

    /// What a caller hears, and when.
    fn heard(
        &mut self,
        gateway: &mut Gateway<'_>,
        call: &Call<'_>,
    ) -> (u64, Result<Answer, Failure>) {
        let Call {
            asked,
            sent,
            arrives,
            ..
        } = *call;
        let back = self.awake(arrives + asked.step.ways.back);
        match gateway.admit(asked, arrives) {
            Admission::Silence => (self.awake(sent + self.silence_ms), Err(Failure::GaveUp)),
            Admission::Closed => (back, Err(Failure::Closed)),
            Admission::Answered(answer) => {
                if gateway.manner == Manner::AsksForTwins && answer.status == 409 {
                    let exchange = self.opened();
                    let providers =
                        &gateway.numbers.operations[asked.step.operation.id()].providers;
                    self.tell(arrives, got(exchange, asked, &providers[0]));
                }
                (back, Ok(call.spoilt(answer, &[])))
            }
            Admission::Pinged => {
                let (came, decided) = self.pinged(gateway, asked, arrives);
                let told = services::told(asked.step.operation, &came);
                let at = self.awake(decided + asked.step.ways.back);
                (at, Ok(call.spoilt(told, &came)))
            }
            Admission::Relayed(headers, from) => {
                let (came, decided) = self.sources(gateway, asked, from);
                let mut answer = match &came[..] {
                    [(provider, came)] => Answer::relayed(asked, provider, *came, gateway.edition),
                    _ => Answer::aggregated(asked, &came, gateway.edition),
                };
                gateway.relays(asked, decided, &mut answer);
                answer.headers.extend(headers);
                let late = came.iter().any(|(_, came)| *came == Came::Late);
                if gateway.manner == Manner::NeverGivesUp && late {
                    return (self.awake(sent + PATIENCE_MS), Err(Failure::GaveUp));
                }
                let at = self.awake(decided + asked.step.ways.back);
                (at, Ok(call.spoilt(answer, &came)))
            }
        }
    }

    /// What comes of asking providers how they are, and when all of it is there.
    fn pinged(
        &mut self,
        gateway: &Gateway<'_>,
        asked: &Asked,
        from: u64,
    ) -> (Vec<(String, Came)>, u64) {
        let mut decided = from;
        let providers = services::asked_for(asked.step.operation).iter();
        let came = providers.zip(asked.sources()).map(|(provider, source)| {
            let of = (*provider, source, services::PING_MS);
            let (came, at) = self.source(gateway, asked, of, from);
            decided = decided.max(at);
            ((*provider).to_owned(), came)
        });
        let came = came.collect();
        (came, decided)
    }

    /// What each source of a call leads to, and when all of them are there.
    fn sources(
        &mut self,
        gateway: &Gateway<'_>,
        asked: &Asked,
        from: u64,
    ) -> (Vec<(String, Came)>, u64) {
        let known = &gateway.numbers.operations[asked.step.operation.id()];
        let mut decided = from;
        let providers = known.providers.iter().zip(asked.sources());
        let came = providers.map(|(provider, source)| {
            let (came, at) =
                self.source(gateway, asked, (provider, source, known.deadline_ms), from);
            decided = decided.max(at);
            (provider.clone(), came)
        });
        let came = came.collect();
        (came, decided)
    }

    /// What one source leads to, and when.
    fn source(
        &mut self,
        gateway: &Gateway<'_>,
        asked: &Asked,
        (provider, Source { act, after }, deadline): (&str, Source, u64),
        from: u64,
    ) -> (Came, u64) {
        let act = act.at(provider);
        let fault = fault(asked, provider, act);
        let fired = |exchange| {
            let (fault, effect) = fault.clone()?;
            Some(Event::FaultFired {
                exchange,
                fault,
                effect: effect.to_owned(),
                draw: None,
            })
        };
        if matches!(act, Act::Refuses | Act::Unresolvable) {
            self.tell_all(from, fired(None));
            return (Came::Of(act), from);
        }
        let ways = asked.step.ways;
        let (exchange, arrived) = (self.opened(), self.awake(from + ways.out));
        self.tell(arrived, got(exchange, asked, provider));
        self.tell_all(arrived, fired(Some(exchange)));
        let latency = self.latency(asked, Source { act, after }, deadline);
        let answered = latency.map(|latency| self.awake(arrived + latency));
        if let (Some(at), Some(response)) = (answered, said(asked, provider, act)) {
            let says = Event::ResponseSent {
                exchange,
                hop: Hop::Provider,
                response,
            };
            self.tell(at, says);
        }
        let drips_on = (gateway.manner, act) == (Manner::DripsOn, Act::Drips);
        let given_up = from + if drips_on { deadline * 4 } else { deadline };
        let heard = answered
            .map(|at| at + ways.home)
            .filter(|heard| *heard <= given_up);
        let ended = self.there(heard.unwrap_or(given_up));
        if gateway.manner == Manner::AsksAgain && heard.is_none() {
            let again = got(self.opened(), asked, provider);
            self.tell(ended, again);
        }
        match (heard, act) {
            (None, _) => (Came::Late, ended),
            (Some(_), Act::Drips) => (Came::Of(Act::Well), ended),
            (Some(_), act) => (Came::Of(act), ended),
        }
    }

    /// How long a source takes; none: it never answers.
    fn latency(&self, asked: &Asked, source: Source, deadline: u64) -> Option<u64> {
        match source.act {
            Act::Garbage => Some(0),
            Act::Silent => None,
            Act::Drips => Some(deadline * 3),
            _ => {
                // Whatever a model waits for, providers take their part of what is declared.
                let declared = self.declared.operations.get(asked.step.operation.id());
                let deadline = declared.map_or(deadline, |declared| declared.deadline_ms);
                Some(deadline * source.after / 1_000)
            }
        }
    }

    fn opened(&mut self) -> ExchangeId {
        self.exchanges += 1;
        ExchangeId(self.exchanges)
    }

    fn tell(&mut self, at: u64, event: Event) {
        self.events.push((at, event));
    }

    fn tell_all(&mut self, at: u64, events: impl IntoIterator<Item = Event>) {
        self.events
            .extend(events.into_iter().map(|event| (at, event)));
    }

    /// When something happens on our side that should happen at a moment.
    fn awake(&self, at: u64) -> u64 {
        self.put_off(at, |_| true)
    }

    /// The same on the gateway's side.
    fn there(&self, at: u64) -> u64 {
        self.put_off(at, |stall| stall.everybody)
    }

    fn put_off(&self, at: u64, touches: impl Fn(&Stall) -> bool) -> u64 {
        let stalls = self.stalls.iter().filter(|stall| touches(stall));
        stalls.fold(at, |at, stall| {
            let from = START_MS + stall.from_ms;
            let until = from + stall.lasts_ms;
            if (from..until).contains(&at) {
                until
            } else {
                at
            }
        })
    }

    fn into_history(mut self, profile: &Profile) -> History {
        let stalls = self.stalls.iter().map(|stall| {
            let lasted = Duration::from_millis(stall.lasts_ms);
            (
                START_MS + stall.from_ms + stall.lasts_ms,
                Event::Stalled { lasted },
            )
        });
        self.events.extend(stalls);
        self.events.sort_by_key(|(at, _)| *at);
        let told = HistoryBuilder::gateway().declaring(|declared| *declared = profile.clone());
        let mut now = START_MS;
        let told = self.events.into_iter().fold(told, |told, (at, event)| {
            let told = told.wait_ms(at - now).event(event);
            now = at;
            told
        });
        told.wait_ms(1_000).end()
    }
}

impl Call<'_> {
    fn spoilt(&self, mut answer: Answer, came: &[(String, Came)]) -> Answer {
        if let How::Says(spoil) = self.how {
            let told = Told {
                asked: self.asked,
                came,
            };
            spoil(&told, &mut answer);
        }
        answer
    }
}

fn got(exchange: ExchangeId, asked: &Asked, provider: &str) -> Event {
    Event::RequestGot {
        exchange,
        hop: Hop::Provider,
        request: provider_request(asked, provider),
    }
}

fn provider_request(asked: &Asked, provider: &str) -> RequestSeen {
    let call = CALLS
        .iter()
        .find(|(id, _)| *id == provider)
        .map_or("call", |(_, call)| call);
    RequestSeen {
        method: "GET".to_owned(),
        target: format!("/{call}/{}", asked.entity),
        provider: Some(provider.to_owned()),
        call: Some(call.to_owned()),
        entity: Some(asked.entity.clone()),
        ..RequestSeen::default()
    }
}

/// The name and the effect of the fault that makes a provider act so.
fn fault(asked: &Asked, provider: &str, act: Act) -> Option<(String, &'static str)> {
    let (class, effect) = match act {
        Act::Fails => (classes::INTERNAL, "symptom internal-error"),
        Act::Unavailable => (classes::UNAVAILABLE, "symptom unavailable"),
        Act::Refuses => (classes::UNAVAILABLE, "wire refuse"),
        Act::Unresolvable => (classes::UNRESOLVABLE, "wire unresolvable"),
        Act::Garbage => (classes::UNKNOWN, "wire garbage"),
        Act::Silent => (classes::LATE, "wire silence"),
        Act::Drips => return Some(("drips".to_owned(), "wire drip every 1s")),
        Act::Speaks => return Some(("speaks".to_owned(), "answer 500")),
        Act::Well | Act::Unknown | Act::Withheld | Act::Analysis | Act::BadFile => return None,
    };
    Some((fault_name(class, provider, &asked.entity), effect))
}

/// The call that each provider is asked by.
const CALLS: [(&str, &str); 4] = [
    ("insee", "unite-legale"),
    ("infogreffe", "extrait"),
    ("urssaf", "attestation"),
    ("dgfip", "attestation-fiscale"),
];
/// 2026-01-15T10:00:17.300Z, where every history begins.
const START_MS: u64 = 1_768_471_217_300;
/// When a caller gives up on an address that is banned; at once where the clock stands still.
const SILENCE_MS: u64 = 5_000;
/// When a caller gives up on a gateway: after every deadline.
const PATIENCE_MS: u64 = 45_000;
