//! What happened, as data.
//!
//! A session writes down every edge of every exchange it sees: a connection
//! opened, a request that was got, an answer that was sent, a fault that
//! fired, the clock that moved. This room holds that vocabulary and nothing
//! that runs: no clock, no socket, no store.
//!
//! - [`moment`]: a point in time, and nothing that reads the time.
//! - [`event`]: what can happen.
//! - [`handshake`]: what is known of a TLS handshake that was tried.
//! - [`exchange`]: what is known of a request, of an answer, of its absence.
//! - [`entry`]: an event with its place and moment, and the filter that picks entries.
//!
//! Start at [`Entry`].

pub mod entry;
pub mod event;
pub mod exchange;
pub mod handshake;
pub mod moment;

pub use entry::{Entry, EventKind, Filter};
pub use event::{Ending, Event, Side};
pub use exchange::{
    Body, CaptureLevel, ConnectionId, ExchangeId, Failure, Header, Hop, RequestSeen, ResponseSeen,
};
pub use handshake::{CertificateSeen, Handshake};
pub use moment::Moment;
