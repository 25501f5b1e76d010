//! The control API's messages and its client; the server is in the stage.
//!
//! Every route stands in [`openapi::ROUTES`] with what it does; the server tells the same at `GET /openapi.json`.
//!
//! Bodies are JSON both ways unless said otherwise. What is asked of a journal goes in a body, since a
//! filter's nested fields have no one spelling in a query string. An answer without a value is 204 and empty;
//! creating gives 201 with the value. Every refusal is a [`Problem`]. Start at [`Client`].
//!
//! What `--journal FILE` writes is read by [`JournalFile`]. Callers of ours open their connections through [`dial`],
//! in TLS where a [`Trust`] says whom to believe.

pub mod client;
pub mod dial;
pub mod handshake;
pub mod journal_file;
pub mod lock;
pub mod messages;
pub mod openapi;
pub mod patience;

pub use client::{Client, ControlError, Follow, SessionClient};
pub use dial::{Stream, Trust};
pub use doublure_scenarios::{BanManner, Overrides, TokenTerms, WindowStart};
pub use handshake::TlsVersion;
pub use journal_file::{BadJournal, Header, JournalFile, ShownToken, TornLine};
pub use lock::locked;
pub use messages::{
    AccountView, AddressView, Advance, ClockSetting, ClockView, Count, Declared, JournalPage,
    JournalQuery, NewFault, NewSession, NewToken, OneOffView, Problem, ProviderView, QuotaView,
    SessionView, TokenView, WaitQuery,
};
pub use patience::{patience, timed};
