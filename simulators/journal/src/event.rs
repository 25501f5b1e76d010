//! What can happen in a session.

use std::{net::SocketAddr, time::Duration};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{ConnectionId, ExchangeId, Failure, Handshake, Hop, Moment, RequestSeen, ResponseSeen};

/// One thing that happened.
///
/// *Sent* is written by the side that sends, *got* by the side that receives:
/// an exchange over two of our own sides leaves four edges.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// A trial began; all that follows until its end belongs to it.
    TrialStarted {
        /// Name of the trial.
        trial: String,
    },
    /// A trial ended: what has not happened by now did not happen in it.
    TrialEnded {
        /// Name of the trial.
        trial: String,
    },
    /// A listener accepted a connection.
    ConnectionOpened {
        /// The connection.
        connection: ConnectionId,
        /// The hop it belongs to.
        hop: Hop,
        /// The other end.
        peer: SocketAddr,
        /// Our end.
        local: SocketAddr,
    },
    /// TLS was agreed on: what follows on this connection is encrypted.
    ConnectionSecured {
        /// The connection.
        connection: ConnectionId,
        /// Version of TLS: `1.2` or `1.3`.
        version: String,
        /// The name that the caller wants to speak to (SNI); none where it gave none, as for a bare address.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<String>,
    },
    /// The asking side tried a handshake, to see what the server agrees to and whose certificate it shows.
    HandshakeTried {
        /// What was offered, and what came of it.
        handshake: Handshake,
    },
    /// From here on nothing is read from or written to this connection.
    ConnectionSilenced {
        /// The connection.
        connection: ConnectionId,
    },
    /// A connection ended.
    ConnectionClosed {
        /// The connection.
        connection: ConnectionId,
        /// Who ended it.
        by: Side,
        /// How it was ended.
        how: Ending,
    },
    /// The asking side sent a request.
    RequestSent {
        /// The exchange it opens.
        exchange: ExchangeId,
        /// The hop.
        hop: Hop,
        /// What was sent.
        request: RequestSeen,
    },
    /// The asked side got a request.
    RequestGot {
        /// The exchange it opens.
        exchange: ExchangeId,
        /// The hop.
        hop: Hop,
        /// What was got.
        request: RequestSeen,
    },
    /// The asked side has handed its whole answer to the socket.
    ResponseSent {
        /// The exchange it ends.
        exchange: ExchangeId,
        /// The hop.
        hop: Hop,
        /// What was sent.
        response: ResponseSeen,
    },
    /// The asking side has received the whole answer.
    ResponseGot {
        /// The exchange it ends.
        exchange: ExchangeId,
        /// The hop.
        hop: Hop,
        /// What was got.
        response: ResponseSeen,
    },
    /// The asking side got no whole answer.
    ExchangeFailed {
        /// The exchange it ends.
        exchange: ExchangeId,
        /// The hop.
        hop: Hop,
        /// Why.
        failure: Failure,
        /// Head of the answer, where it came before the failure.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        response: Option<ResponseSeen>,
    },
    /// The asking side left before the answer was ready; the call goes on.
    CallerLeft {
        /// The exchange that lost its caller.
        exchange: ExchangeId,
    },
    /// A fault of the scenario struck an exchange.
    FaultFired {
        /// The exchange, where one was open (none for a fault at connect).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        exchange: Option<ExchangeId>,
        /// Name of the fault in the scenario.
        fault: String,
        /// What it did, in the words of a scenario file.
        effect: String,
        /// The draw that decided, in [0, 1), where chance had a say.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        draw: Option<f64>,
    },
    /// The clock was moved by hand.
    ClockMoved {
        /// Before.
        from: Moment,
        /// After.
        to: Moment,
    },
    /// The session was commanded over its control API: its scenario, its faults, its tokens, or what it remembers. Its
    /// clock has an event of its own.
    Commanded {
        /// HTTP method.
        method: String,
        /// Path beneath the session's, and query.
        path: String,
        /// What was sent, tokens masked.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        body: String,
    },
    /// The gateway's inner state changed (quota, ban, cache, link). For people; judges never see it.
    Noted {
        /// The exchange it happened in, if any.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        exchange: Option<ExchangeId>,
        /// What it is about: `quota`, `ban`, `document`, …
        topic: String,
        /// A sentence.
        text: String,
    },
    /// The client under test was started.
    DriverSpawned {
        /// Its command line.
        command: String,
    },
    /// The client under test ended.
    DriverExited {
        /// Its exit code; none if a signal ended it.
        code: Option<i32>,
        /// Whether the harness ended it because its time was over.
        killed: bool,
    },
    /// The client under test wrote a line to its standard output.
    DriverSaid {
        /// The line.
        line: String,
    },
    /// The machine paused the harness itself: measured noise.
    Stalled {
        /// For how long.
        lasted: Duration,
    },
}

/// One of the two ends of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// Our end.
    Ours,
    /// The other end.
    Peer,
}

/// How a connection was ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// In order (FIN).
    Closed,
    /// By force (RST).
    Reset,
}

impl Event {
    /// The exchange this event belongs to, if it belongs to one.
    pub const fn exchange(&self) -> Option<ExchangeId> {
        match self {
            Self::RequestSent { exchange, .. }
            | Self::RequestGot { exchange, .. }
            | Self::ResponseSent { exchange, .. }
            | Self::ResponseGot { exchange, .. }
            | Self::ExchangeFailed { exchange, .. }
            | Self::CallerLeft { exchange } => Some(*exchange),
            Self::FaultFired { exchange, .. } | Self::Noted { exchange, .. } => *exchange,
            _ => None,
        }
    }

    /// The hop this event belongs to, if it belongs to one.
    pub const fn hop(&self) -> Option<Hop> {
        match self {
            Self::ConnectionOpened { hop, .. }
            | Self::RequestSent { hop, .. }
            | Self::RequestGot { hop, .. }
            | Self::ResponseSent { hop, .. }
            | Self::ResponseGot { hop, .. }
            | Self::ExchangeFailed { hop, .. } => Some(*hop),
            _ => None,
        }
    }

    /// The request this event tells of, if it tells of one.
    pub const fn request(&self) -> Option<&RequestSeen> {
        match self {
            Self::RequestSent { request, .. } | Self::RequestGot { request, .. } => Some(request),
            _ => None,
        }
    }

    /// The answer this event tells of, if it tells of one.
    pub const fn response(&self) -> Option<&ResponseSeen> {
        match self {
            Self::ResponseSent { response, .. } | Self::ResponseGot { response, .. } => {
                Some(response)
            }
            Self::ExchangeFailed { response, .. } => response.as_ref(),
            _ => None,
        }
    }
}
