//! The control API's messages and its client; the server is in the stage.
//!
//! | request | what it does |
//! |---|---|
//! | `GET /health` | the server is up |
//! | `GET /sessions`, `POST /sessions` | list; create from a [`NewSession`] |
//! | `GET`, `DELETE /sessions/{name}` | look ([`SessionView`]); end |
//! | `GET /sessions/{name}/clock` | [`ClockView`] |
//! | `POST /sessions/{name}/clock/advance` | [`Advance`] → [`ClockView`] |
//! | `GET /sessions/{name}/scenario` | text of the scenario in force, as `text/yaml` |
//! | `PUT /sessions/{name}/scenario` | puts a `text/yaml` scenario file in force, under the name `?name=` (`custom` when missing); 422 with a [`Problem`] leaves the running one in force |
//! | `DELETE /sessions/{name}/scenario` | back to the calm scenario |
//! | `POST /sessions/{name}/faults` | asks for a one-off fault ([`NewFault`] → [`OneOffView`]): the next exchange that it fits, or so many |
//! | `GET`, `DELETE /sessions/{name}/faults` | those that have not struck yet; forget them |
//! | `POST /sessions/{name}/journal/query` | entries by [`JournalQuery`], such as `{"hop":"client","limit":5}` → [`JournalPage`] |
//! | `POST /sessions/{name}/journal/count` | how many a [`doublure_journal::Filter`] picks → [`Count`] |
//! | `POST /sessions/{name}/journal/wait` | waits in real time for so many ([`WaitQuery`]) → [`Count`], fewer when patience ran out |
//! | `GET /sessions/{name}/journal/stream` | entries as they are written, as server-sent events: `id` its index, `event` its kind, `data` the entry; a filter's fields as `?hop=client&after=7` |
//! | `DELETE /sessions/{name}/journal` | clears it |
//! | `POST /sessions/{name}/journal` | writes an entry of the harness itself (an [`doublure_journal::Event`]) |
//! | `GET`, `DELETE /sessions/{name}/quotas` | [`QuotaView`]s; reset |
//! | `GET`, `DELETE /sessions/{name}/bans` | [`AddressView`]s; lift |
//! | `GET /sessions/{name}/account` | [`AccountView`]: the calls of each token, each address and how near a ban it is |
//! | `POST /sessions/{name}/tokens` | mint a fresh one ([`NewToken`] → [`TokenView`]) |
//!
//! Bodies are JSON both ways unless said otherwise. What is asked of a journal goes in a body, since a
//! filter's nested fields have no one spelling in a query string. An answer without a value is 204 and empty;
//! creating gives 201 with the value. Every refusal is a [`Problem`]. Start at [`Client`].
//!
//! What `--journal FILE` writes is read by [`JournalFile`]. Callers of ours open their connections through [`dial`],
//! in TLS where a [`Trust`] says whom to believe.

pub mod client;
pub mod dial;
pub mod journal_file;
pub mod messages;
pub mod patience;

pub use client::{Client, ControlError, Follow, SessionClient};
pub use dial::{Stream, Trust};
pub use doublure_scenarios::{BanManner, Overrides, TokenTerms, WindowStart};
pub use journal_file::{BadJournal, Header, JournalFile, ShownToken, TornLine};
pub use messages::{
    AccountView, AddressView, Advance, ClockSetting, ClockView, Count, Declared, JournalPage,
    JournalQuery, NewFault, NewSession, NewToken, OneOffView, Problem, QuotaView, SessionView,
    TokenView, WaitQuery,
};
pub use patience::patience;
