//! The data providers, each in its own dialect (facts §15).
//!
//! - `insee`: the Sirene register, JSON, log-in by password.
//! - `infogreffe`: the trade register, SOAP, refusals as text in a 200.
//! - `urssaf`: the attestation of vigilance, a bare base64 PDF declared as JSON.
//! - `dgfip`: the tax attestation, a raw PDF.
//! - `dialect`: what they have in common, as a trait of pure functions.
//! - `play`: a dialect on stage: faults, log-in, answers kept for the day.
//! - `oauth`: the log-in that three of them share.
//! - `words`: an answer as it stands on a provider's wire.
//! - `bad_file`: documents that are none.
//! - `catalogue`: every provider there is.
//!
//! The wire shapes stand at the top of each provider's file. Start at [`provider`].

mod bad_file;
mod catalogue;
mod dgfip;
mod dialect;
mod form;
mod infogreffe;
mod insee;
mod oauth;
mod play;
#[cfg(test)]
mod testing;
mod urssaf;
mod words;

pub use catalogue::{IDS, calls, provider, speaks};
pub use words::CANARY;
