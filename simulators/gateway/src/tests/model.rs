//! Quotas and bans together, in any interleaving of calls, against a model that looks back at the whole run.
//!
//! A call arrives, draws from its quota some time later, and its 429 is out later still; others do the same meanwhile.

use std::{net::IpAddr, sync::Arc, time::Duration};

use doublure_journal::Moment;
use doublure_scenarios::WindowStart;
use proptest::prelude::*;

use super::bench::TEN;
use crate::{
    ban::{self, Addresses, Standing},
    quota::{Arrival, Quotas, Rule, Warning},
};

/// One thing that happens, some milliseconds after the last; which of those that wait is picked by a number.
#[derive(Clone, Copy, Debug)]
struct Step {
    gap: u64,
    what: What,
}

#[derive(Clone, Copy, Debug)]
enum What {
    Arrives { from: u8, token: u8 },
    Draws(usize),
    IsSent(usize),
}

/// What a caller meets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Met {
    Nothing,
    Silence,
    Served {
        remaining: u32,
        reset: u64,
    },
    Refused {
        reset: u64,
        retry_after: u64,
        ignores: bool,
    },
}

#[derive(Clone, Copy, Debug)]
struct Call {
    from: u8,
    token: u8,
    arrival: Arrival,
}

#[derive(Clone, Copy, Debug)]
struct Refused {
    call: Call,
    /// Start of the window, and end of the wait that is told.
    opened: Moment,
    over: Moment,
}

/// What is common to the system and its model: who waits for what.
struct Stage {
    now: Moment,
    ordinal: u64,
    arrived: Vec<Call>,
    refused: Vec<Refused>,
}

/// Something that can be stepped through.
trait Gateway {
    fn arrives(&mut self, call: Call) -> bool;
    fn draws(&mut self, call: Call, now: Moment) -> (Met, Option<Refused>);
    fn is_sent(&mut self, refused: Refused, calls: u64);
}

fn play(steps: &[Step], gateway: &mut impl Gateway) -> Vec<Met> {
    let mut stage = Stage {
        now: TEN,
        ordinal: 0,
        arrived: Vec::new(),
        refused: Vec::new(),
    };
    steps
        .iter()
        .map(|step| stage.step(*step, gateway))
        .collect()
}

impl Stage {
    fn step(&mut self, step: Step, gateway: &mut impl Gateway) -> Met {
        self.now = self.now + Duration::from_millis(step.gap);
        match step.what {
            What::Arrives { from, token } => {
                let (at, ordinal) = (self.now, self.ordinal);
                let arrival = Arrival { at, ordinal };
                let call = Call {
                    from,
                    token,
                    arrival,
                };
                self.ordinal += 1;
                if !gateway.arrives(call) {
                    return Met::Silence;
                }
                self.arrived.push(call);
                Met::Nothing
            }
            What::Draws(pick) => {
                let Some(call) = picked(&mut self.arrived, pick) else {
                    return Met::Nothing;
                };
                let (met, refused) = gateway.draws(call, self.now);
                self.refused.extend(refused);
                met
            }
            What::IsSent(pick) => {
                if let Some(refused) = picked(&mut self.refused, pick) {
                    gateway.is_sent(refused, self.ordinal);
                }
                Met::Nothing
            }
        }
    }
}

fn picked<T>(waiting: &mut Vec<T>, pick: usize) -> Option<T> {
    let place = pick.checked_rem(waiting.len())?;
    Some(waiting.remove(place))
}

/// The state machines, joined as the steps of a call join them.
struct System {
    rule: Rule,
    rules: ban::Rules,
    quotas: Quotas,
    addresses: Addresses,
}

impl Gateway for System {
    fn arrives(&mut self, call: Call) -> bool {
        let standing = self
            .addresses
            .request(self.rules, address(call.from), call.arrival.at);
        standing == Standing::Served
    }

    fn draws(&mut self, call: Call, now: Moment) -> (Met, Option<Refused>) {
        let jti = jti(call.token);
        let draw = self.quotas.draw(&jti, "json", self.rule, call.arrival, now);
        let (reset, remaining) = (draw.reset, draw.remaining);
        let Some(refusal) = draw.refusal else {
            return (Met::Served { remaining, reset }, None);
        };
        let standing = match refusal.ignores_an_earlier_one {
            true => self
                .addresses
                .ignored_429(self.rules, address(call.from), now),
            false => Standing::Served,
        };
        if standing != Standing::Served {
            return (Met::Silence, None);
        }
        let (retry_after, ignores) = (refusal.retry_after, refusal.ignores_an_earlier_one);
        let (opened, over) = (draw.opened, refusal.over);
        (
            Met::Refused {
                reset,
                retry_after,
                ignores,
            },
            Some(Refused { call, opened, over }),
        )
    }

    fn is_sent(&mut self, refused: Refused, sent: u64) {
        let (opened, over) = (refused.opened, refused.over);
        let warning = Warning { opened, sent, over };
        self.quotas.warn(&jti(refused.call.token), "json", warning);
    }
}

/// Remembers everything, and looks back at it for every question.
struct Model {
    rule: Rule,
    rules: ban::Rules,
    /// Requests and ignored 429, by address.
    counted: Vec<(Moment, u8, bool)>,
    draws: Vec<(Moment, u8)>,
    sent: Vec<(Refused, u64)>,
}

impl Model {
    /// How an address stands after all that was counted of it.
    fn is_served(&self, from: u8) -> bool {
        let (mut opened, mut requests, mut ignored, mut until) = (None, 0, 0, None::<Moment>);
        for &(at, _, is_request) in self.counted.iter().filter(|(_, of, _)| *of == from) {
            if until.is_some_and(|until| at < until) {
                continue;
            }
            let running = opened.is_some_and(|opened| at.since(opened) < self.rules.window);
            if until.take().is_some() || !running {
                (opened, requests, ignored) = (Some(at), 0, 0);
            }
            *(if is_request {
                &mut requests
            } else {
                &mut ignored
            }) += 1;
            if requests > self.rules.requests || ignored > self.rules.ignored_429 {
                until = Some(at + self.rules.term);
            }
        }
        until.is_none()
    }

    /// Start of the window of the last draw of a token, and how many draws are in it.
    fn window(&self, token: u8) -> (Moment, u32) {
        let (mut opened, mut used) = (None, 0);
        for &(now, _) in self.draws.iter().filter(|(_, of)| *of == token) {
            let start = match self.rule.start {
                WindowStart::Aligned => {
                    let length = u64::try_from(self.rule.window.as_micros()).unwrap();
                    Moment::from_micros(now.as_micros() / length * length)
                }
                WindowStart::FirstCall => opened
                    .filter(|start| now.since(*start) < self.rule.window)
                    .unwrap_or(now),
            };
            used = if opened == Some(start) { used + 1 } else { 1 };
            opened = Some(start);
        }
        (opened.unwrap_or_default(), used)
    }
}

impl Gateway for Model {
    fn arrives(&mut self, call: Call) -> bool {
        self.counted.push((call.arrival.at, call.from, true));
        self.is_served(call.from)
    }

    fn draws(&mut self, call: Call, now: Moment) -> (Met, Option<Refused>) {
        self.draws.push((now, call.token));
        let (opened, used) = self.window(call.token);
        let end = opened + self.rule.window;
        let (reset, least) = match self.rule.start {
            WindowStart::FirstCall => (end.unix_seconds_up(), 1),
            // 0 where Reset is a second that has begun, as that of a window of parts of seconds may be.
            WindowStart::Aligned => (end.unix_seconds(), 0),
        };
        if used <= self.rule.limit {
            let remaining = self.rule.limit - used;
            return (Met::Served { remaining, reset }, None);
        }
        let left = Moment::from_unix_seconds(reset).since(now);
        let retry_after = (left.as_micros().div_ceil(1_000_000) as u64).max(least);
        let ignores = self.sent.iter().any(|(refused, calls)| {
            refused.call.token == call.token
                && refused.opened == opened
                && *calls <= call.arrival.ordinal
                && call.arrival.at < refused.over
        });
        if ignores {
            self.counted.push((now, call.from, false));
            if !self.is_served(call.from) {
                return (Met::Silence, None);
            }
        }
        let over = now + Duration::from_secs(retry_after);
        let refused = Refused { call, opened, over };
        (
            Met::Refused {
                reset,
                retry_after,
                ignores,
            },
            Some(refused),
        )
    }

    fn is_sent(&mut self, refused: Refused, calls: u64) {
        self.sent.push((refused, calls));
    }
}

fn address(from: u8) -> IpAddr {
    IpAddr::from([192, 0, 2, from])
}

fn jti(token: u8) -> Arc<str> {
    format!("token {token}").into()
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let what = prop_oneof![
        3 => (0..2_u8, 0..2_u8).prop_map(|(from, token)| What::Arrives { from, token }),
        3 => any::<usize>().prop_map(What::Draws),
        2 => any::<usize>().prop_map(What::IsSent),
    ];
    // Mostly close together, so that much happens in a window; now and then far apart.
    let gap = prop_oneof![8 => 0..400_u64, 1 => 0..9_000_u64];
    let step = (gap, what).prop_map(|(gap, what)| Step { gap, what });
    prop::collection::vec(step, 1..160)
}

proptest! {
    #[test]
    fn any_interleaving_of_calls_meets_what_looking_back_at_the_run_explains(
        steps in steps(),
        aligned: bool,
        // Short and of no whole seconds, so that windows end and waits are rounded while much is under way.
        window in 300..6_000_u64,
        limit in 0..5_u32,
        requests in 5..60_u32,
        ignored_429 in 0..4_u32,
        term in 1..200_u64,
    ) {
        let start = if aligned { WindowStart::Aligned } else { WindowStart::FirstCall };
        let window = Duration::from_millis(window);
        let rule = Rule { limit, window, start };
        let rules = ban::Rules {
            requests,
            ignored_429,
            window: Duration::from_secs(60),
            term: Duration::from_secs(term),
            prolonged: false,
        };
        let mut system = System {
            rule,
            rules,
            quotas: Quotas::default(),
            addresses: Addresses::default(),
        };
        let mut model = Model {
            rule,
            rules,
            counted: Vec::new(),
            draws: Vec::new(),
            sent: Vec::new(),
        };

        let met = play(&steps, &mut system);

        prop_assert_eq!(met, play(&steps, &mut model));
    }
}
