//! The control API's messages and its client; the server is in the stage.
//!
//! | request | what it does |
//! |---|---|
//! | `GET /health` | the server is up |
//! | `GET /sessions`, `POST /sessions` | list; create from a [`NewSession`] |
//! | `GET`, `DELETE /sessions/{name}` | look ([`SessionView`]); end |
//! | `GET /sessions/{name}/clock` | [`ClockView`] |
//! | `POST /sessions/{name}/clock/advance` | [`Advance`] → [`ClockView`] |
//! | `GET`, `PUT`, `DELETE /sessions/{name}/scenario` | text of a scenario file; 422 with a [`Problem`] leaves the running one in force |
//! | `GET`, `DELETE /sessions/{name}/journal` | entries by [`JournalQuery`] → [`JournalPage`]; clear |
//! | `GET /sessions/{name}/journal/count` | how many a filter picks → [`Count`] |
//! | `GET /sessions/{name}/journal/wait` | waits in real time for so many ([`WaitQuery`]) → [`Count`] |
//! | `POST /sessions/{name}/journal` | writes an entry of the harness itself (an [`doublure_journal::Event`]) |
//! | `GET`, `DELETE /sessions/{name}/quotas` | [`QuotaView`]s; reset |
//! | `GET`, `DELETE /sessions/{name}/bans` | [`AddressView`]s; lift |
//! | `POST /sessions/{name}/tokens` | mint a fresh one ([`NewToken`] → [`TokenView`]) |
//!
//! Every refusal is a [`Problem`]. Start at [`Client`].

pub mod client;
pub mod messages;
pub mod patience;

pub use client::{Client, ControlError, SessionClient};
pub use messages::{
    AddressView, Advance, BanManner, ClockSetting, ClockView, Count, Declared, JournalPage,
    JournalQuery, NewSession, NewToken, Overrides, Problem, QuotaView, SessionView, TokenView,
    WaitQuery, WindowStart,
};
pub use patience::patience;
