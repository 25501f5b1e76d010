//! What is told of a request, as data.

use doublure_journal::{Hop, Moment};
use doublure_kernel::Reply;
use serde::Serialize;
use serde_json::Value;

/// What each fault of a scenario had to say of a request and of the provider calls that it led to.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Explanation {
    /// Name of the scenario.
    pub scenario: String,
    /// Seed of all chance.
    pub seed: u64,
    /// Name of the session: part of every draw.
    pub session: String,
    /// Method and target.
    pub request: String,
    /// Name of the token; none: it came without.
    pub token: Option<String>,
    /// When it was asked, on the session's clock.
    pub at: Moment,
    /// Which of so many equal requests it was.
    pub nth: u64,
    /// How long it took on that clock, in milliseconds.
    pub took_ms: u64,
    /// What came of it, in a few words: `503 01001`, `silence`.
    pub answer: String,
    /// What was asked on each hop, in order, and what each fault had to say.
    pub exchanges: Vec<StepsOfExchange>,
    /// What a reader of the scenario should know.
    pub warnings: Vec<String>,
}

/// What the faults had to say of one exchange.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StepsOfExchange {
    /// The hop.
    pub hop: Hop,
    /// The gateway's operation, on the client hop.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operation: Option<String>,
    /// The provider, on the provider hop.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// The provider's own call.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub call: Option<String>,
    /// The SIREN or SIRET asked about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entity: Option<String>,
    /// When it was asked.
    pub at: Moment,
    /// The faults of this hop, in the order of the file.
    pub steps: Vec<Step>,
}

/// What one fault had to say.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Step {
    /// Its name.
    pub fault: String,
    /// What came of it.
    pub outcome: Outcome,
    /// What it does, or why it does not.
    pub why: String,
    /// What was drawn for its share.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub draw: Option<f64>,
    /// The share.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub share: Option<f64>,
    /// How many equal requests chance was asked about before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ordinal: Option<u64>,
    /// Which of those that fit it was, where the fault counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<u64>,
}

/// What came of asking a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It strikes.
    Fires,
    /// It matches and is an exception to those after it.
    Excepts,
    /// All that it asks of the exchange itself holds; chance, a count or the state spares it.
    Matches,
    /// A condition does not hold.
    Spares,
    /// Another struck first.
    NotAsked,
}

/// What came of a request, in a few words.
pub(super) fn answer(reply: Option<&Reply>) -> String {
    let Some(reply) = reply else {
        return "no answer, ever".to_owned();
    };
    let status = reply.response.status().as_u16();
    let body: Option<Value> = serde_json::from_slice(reply.response.body()).ok();
    let code = body
        .as_ref()
        .and_then(|body| body.pointer("/errors/0/code"))
        .and_then(Value::as_str);
    let told = match code {
        Some(code) => format!("{status} {code}"),
        None => status.to_string(),
    };
    match &reply.wire {
        None => told,
        Some(wire) if leaves_an_answer(wire) => format!("{told}, {wire}"),
        Some(wire) => wire.to_string(),
    }
}

const fn leaves_an_answer(wire: &doublure_scenarios::WireFault) -> bool {
    use doublure_scenarios::WireFault;
    matches!(
        wire,
        WireFault::Cut { .. } | WireFault::Drip(_) | WireFault::WrongLength { .. }
    )
}
