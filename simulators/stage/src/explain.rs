//! Which faults of a scenario strike a request, and why the others do not: the request is played, and the fault engine
//! tells of every fault that it asks.
//!
//! - `explanation`: what is told, as data.
//! - `listener`: hears the engine out.

mod explanation;
mod listener;

use std::{net::SocketAddr, sync::Arc, time::Duration};

use bytes::Bytes;
use doublure_control::{ClockSetting, NewSession, Problem};
use doublure_gateway::Gateway;
use doublure_journal::Moment;
use doublure_kernel::{AdvanceError, Exchange, Reply, Service, Session, When};
use http::{HeaderValue, Request, header};

pub use self::explanation::{Explanation, Outcome, Step, StepsOfExchange};
use self::listener::Listener;
use crate::{
    StageConfig,
    common::Common,
    compose::compose,
    problem::{Refusal, no_such},
    running::Running,
};

/// What is to be explained.
#[derive(Debug)]
pub struct Question {
    /// The session: its scenario, seed, name and start. Its clock is moved by hand, whatever is asked for.
    pub session: NewSession,
    /// The request to the gateway, without a token.
    pub request: Request<Bytes>,
    /// Name of the token that it comes with; none: it comes without.
    pub token: Option<String>,
    /// Which of so many equal requests, one after the other, is explained; from 1 on.
    pub nth: u64,
}

/// Plays the request in a session of its own, and tells what each fault had to say.
///
/// The draws are those of any session of the same name, seed and scenario that has been asked nothing else.
///
/// # Errors
/// A session that cannot be started, a token that there is not.
pub async fn explain(question: Question) -> Result<Explanation, Problem> {
    let listener = Listener::default();
    let mut common = Common::new(StageConfig::default());
    common.fault_log = Some(listener.log());
    let new = NewSession {
        clock: match question.session.clock {
            ClockSetting::Real => ClockSetting::Manual(None),
            manual @ ClockSetting::Manual(_) => manual,
        },
        ..question.session
    };
    let name = new.name.clone().unwrap_or_else(|| "main".to_owned());
    let running = compose(name, &new, &common, None).await?;
    let played = play(
        &running,
        question.request,
        question.token,
        question.nth,
        &listener,
    )
    .await;
    running.end().await;
    Ok(played?)
}

async fn play(
    running: &Running,
    mut request: Request<Bytes>,
    token: Option<String>,
    nth: u64,
    listener: &Listener,
) -> Result<Explanation, Refusal> {
    let gateway = running.gateway.as_ref().ok_or_else(|| {
        Refusal::invalid(
            "without_gateway",
            "there is no gateway to be asked: leave this out",
        )
    })?;
    if let Some(token) = &token {
        let raw = running.raw_token(token)?;
        let bearer = HeaderValue::from_str(&format!("Bearer {raw}"));
        let bearer = bearer.map_err(|error| Refusal::invalid("token", error.to_string()))?;
        request.headers_mut().insert(header::AUTHORIZATION, bearer);
    }
    for _ in 1..nth {
        ask(&running.session, gateway, request.clone()).await?;
    }
    listener.forget();
    let at = running.session.clock().now();
    let reply = ask(&running.session, gateway, request.clone()).await?;
    let scenario = running.session.engine().scenario();
    Ok(Explanation {
        scenario: scenario.name.clone(),
        seed: running.session.seed(),
        session: running.session.name().to_owned(),
        request: format!("{} {}", request.method(), request.uri()),
        token,
        at,
        nth,
        took_ms: millis(running.session.clock().now(), at),
        answer: explanation::answer(reply.as_ref()),
        exchanges: listener.exchanges(&scenario),
        warnings: scenario.warnings(),
    })
}

/// Asks, and moves the clock on until the answer is there; none: nothing is left that could bring one.
async fn ask(
    session: &Session,
    gateway: &Arc<Gateway>,
    mut request: Request<Bytes>,
) -> Result<Option<Reply>, Refusal> {
    let exchange = Exchange {
        id: session.next_exchange(),
        parent: None,
        labels: gateway.label(&mut request),
        request,
        peer: SocketAddr::from(([127, 0, 0, 1], 0)),
        got: session.clock().now(),
    };
    let clock = session.clock();
    let start = clock.now();
    let mut work = session.spawn(Arc::clone(gateway).call(exchange));
    let settled = clock.advance(Duration::ZERO, When::default(), PATIENCE);
    settled.await.map_err(not_moved)?;
    loop {
        tokio::select! {
            biased;
            reply = &mut work => return Ok(reply),
            () = std::future::ready(()) => {}
        }
        let moved = clock.advance_to_next(PATIENCE).await.map_err(not_moved)?;
        if !moved || clock.now().since(start) > LONGEST {
            return Ok(None);
        }
    }
}

fn not_moved(error: AdvanceError) -> Refusal {
    Refusal::conflict(error.to_string())
}

fn millis(later: Moment, earlier: Moment) -> u64 {
    u64::try_from(later.since(earlier).as_millis()).unwrap_or(u64::MAX)
}

impl Running {
    fn raw_token(&self, name: &str) -> Result<String, Refusal> {
        let tokens = self.view().tokens;
        tokens.get(name).cloned().ok_or_else(|| {
            Refusal::invalid(
                "token",
                no_such("token", name, tokens.keys().map(String::as_str)),
            )
        })
    }
}

/// Real time for the session to settle.
const PATIENCE: Duration = Duration::from_secs(60);

/// Time of the session after which nobody waits any more.
const LONGEST: Duration = Duration::from_secs(24 * 3_600);

#[cfg(test)]
mod tests;
