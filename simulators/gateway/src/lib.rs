//! API Entreprise as a black box in front of the providers.
//!
//! - [`gateway`]: what it is made from, its state, and its doors.
//! - [`pages`]: what stands beside the operations.
//! - [`policy`]: the numbers and manners in force.
//! - `call`, `steps`: a call, and the order in which it is checked; one file a step.
//! - `quota`, `ban`: pure state machines on (now, state).
//! - `caller`: whose call it is.
//! - `tokens`, `route`, `query`, `arguments`, `running`, `cache`, `documents`, `pings`: what the steps ask.
//! - `plan`: which providers an operation asks, and what is made of what they say; `ask`: one question, in time.
//! - `sources`: how each provider is asked and its dialect is read; `trouble`: what can be wrong with it.
//! - `answers`: each operation's answer as it stands on the wire; `v2`: those of the older version.
//! - `harmonise`, `refusal`: from trouble to a code of the contract, and the shapes a refusal can have.
//! - [`reach`]: which answers on file can never be given.
//!
//! Start at [`Gateway`] and at the list in `steps`.

pub mod gateway;
pub mod pages;
pub mod policy;
pub mod reach;

mod answers;
mod arguments;
mod ask;
mod ban;
mod cache;
mod call;
mod caller;
mod documents;
mod harmonise;
mod lots;
mod pings;
mod plan;
mod query;
mod quota;
mod refusal;
mod route;
mod running;
mod sources;
mod steps;
mod tokens;
mod trouble;
mod uuid;
mod v2;

#[cfg(test)]
mod tests;

pub use gateway::{AddressState, Gateway, GatewayConfig, PLAIN, QuotaState};
pub use pages::{MakingPage, Page, Pages};
pub use policy::Policy;
pub use reach::unreachable_cases;

use doublure_kernel::lock::{locked, locked_read, locked_write};
