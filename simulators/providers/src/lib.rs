//! The data providers, each in its own dialect (facts §15).
//!
//! - `insee`: the Sirene register, JSON, log-in by password.
//! - `infogreffe`: the trade register, SOAP, refusals as text in a 200.
//! - `urssaf`: the attestation of vigilance, a bare base64 PDF declared as JSON.
//! - `dgfip`: the tax attestation, a raw PDF.
//! - `banque_de_france`: balance sheets, JSON, refusals in a 200.
//! - `gip_mds`: numbers of staff, JSON, one entry for each scheme.
//! - `vies`: numbers for value added tax, JSON, refusals in a 200.
//! - `dgddi`: operators known to customs, JSON.
//! - `msa`: contributions to the farmers' social office, JSON, one letter.
//! - `probtp`, `cibtp`, `cnetp`, `fntp`: the funds of the building trade, PDF in JSON or by GET.
//! - `qualibat`, `qualifelec`, `opqibi`: certificates, as PDF, as a list, as one object.
//! - `ademe`, `carif_oref`, `fabrique_numerique`: lists in JSON.
//! - `inpi`: the register of companies, JSON with much nesting, downloads, two accounts with a quota a day.
//! - `associations`: the directory of associations, XML, images in PDF; two offices open it.
//! - `data_subvention`: grants, JSON in which each value is a record.
//! - `rnm`: the register of crafts, JSON, a page where there is nothing.
//! - `dialect`: what they have in common, as a trait of pure functions.
//! - `play`: a dialect on stage: faults, log-in, answers kept for the day.
//! - `provider`: what a provider remembers, and how it forgets.
//! - `oauth`: the log-ins, by form and by JSON.
//! - `paper`: documents about a company.
//! - `xml`: elements as text.
//! - `words`: an answer as it stands on a provider's wire.
//! - `bad_file`: documents that are none.
//! - `catalogue`: every provider there is.
//!
//! The wire shapes stand at the top of each provider's file. Start at [`provider`].

mod ademe;
mod associations;
mod bad_file;
mod banque_de_france;
mod carif_oref;
mod catalogue;
mod cibtp;
mod cnetp;
mod data_subvention;
mod dgddi;
mod dgfip;
mod dialect;
mod fabrique_numerique;
mod fntp;
mod form;
mod gip_mds;
mod infogreffe;
mod inpi;
mod insee;
mod msa;
mod oauth;
mod opqibi;
mod paper;
mod play;
mod probtp;
mod provider;
mod qualibat;
mod qualifelec;
mod rnm;
#[cfg(test)]
mod testing;
mod urssaf;
mod vies;
mod words;
mod xml;

pub use catalogue::{IDS, calls, provider, speaks};
pub use provider::{Memory, Provider};
pub use words::CANARY;
