//! What every simulator stands on: one clock, one seed, one session boundary.
//!
//! - [`clock`]: the only module that reads the time; real, or moved by hand.
//! - [`dice`]: chance as a pure function of seed, session, rule, request.
//! - [`session`]: what shares a clock, a seed, a journal and a scenario; sessions share nothing.
//! - [`recorder`]: the journal's store: bounded, masked, asked by filter.
//! - [`engine`]: which fault of the scenario strikes an exchange.
//! - [`service`]: what a simulator is to the host: a request in, a reply out.
//! - [`host`]: binds, accepts, drives hyper; every answer goes through a [`gate`].
//! - [`lock`]: locks that survive a panic beside them.
//! - `doorway`: a listening socket, shut while connections are to be refused or never answered.
//! - [`gate`]: the one place where bytes are held back, cut, dripped or dropped.
//! - [`tls`]: an authority of our own, and certificates for our sockets.
//! - [`upstream`]: how the gateway reaches a provider, in process or on a socket, alike.
//!
//! Start at [`Session`] and [`Service`].

pub mod clock;
mod damage;
pub mod dice;
mod doorway;
pub mod engine;
pub mod gate;
pub mod host;
pub mod lock;
pub mod recorder;
pub mod service;
pub mod session;
pub mod tls;
pub mod upstream;

pub use clock::{AdvanceError, Clock, ClockKind, Elapsed, Order, When};
pub use dice::{Dice, Fingerprint};
pub use engine::{Arrived, Engine, FaultLog, Judged, Spared, Strike, Subject};
pub use host::{AccessLine, Host};
pub use recorder::{Recorder, Sink};
pub use service::{Admission, Exchange, Labels, Reply, Sent, Service, ShutOut};
pub use session::{AccessLog, ReadsFaults, Session, SessionConfig, SilenceBounds, Task};
pub use tls::{Authority, Tls, TlsError};
pub use upstream::{Parent, Place, Upstream};
