//! The scenario that is wanted, and what it may name.

use doublure_control::NewSession;
use doublure_fixtures::Contract;
use doublure_scenarios::Scenario;

use crate::problem::Refusal;

/// A scenario and the text it was read from.
pub(crate) struct Script {
    pub(crate) text: String,
    pub(crate) scenario: Scenario,
}

/// The scenario a new session asks for; calm when it asks for none.
pub(crate) fn wanted(new: &NewSession, contract: &Contract) -> Result<Script, Refusal> {
    let _ = new;
    calm(contract)
}

/// The scenario of a text.
pub(crate) fn of_text(text: String, contract: &Contract) -> Result<Script, Refusal> {
    let _ = contract;
    todo!("{text}")
}

/// Nothing goes wrong.
pub(crate) fn calm(contract: &Contract) -> Result<Script, Refusal> {
    let _ = contract;
    todo!()
}
