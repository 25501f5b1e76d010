//! Scenarios, their faults, and what makes a fault strike.

use std::{collections::BTreeMap, net::IpAddr};

use crate::{Damage, Delay, Hours, Overrides, Symptom, Window};

/// A named list of faults. Order matters: the first fault that strikes an exchange wins.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scenario {
    /// Name, as given on the command line: the file's name without its ending.
    pub name: String,
    /// One or two sentences: what it plays.
    pub about: String,
    /// Ids of the rules it serves.
    pub serves: Vec<String>,
    /// Numbers and manners of the gateway that it wants, in a session that is made with it.
    pub overrides: Overrides,
    /// The faults, first wins.
    pub faults: Vec<Fault>,
    /// The file it was read from, word for word; empty where it was made otherwise ([`Scenario::to_yaml`] writes one).
    pub text: String,
}

/// One thing that goes wrong.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fault {
    /// Name within the scenario; stands in the journal when the fault fires.
    pub name: String,
    /// The hop on which it strikes.
    pub on: On,
    /// Which exchanges it strikes.
    pub when: When,
    /// How long to wait before the effect, from the moment the request was got.
    pub delay: Delay,
    /// What happens then.
    pub then: Effect,
    /// The state that the session enters when it strikes; none: it stays in the one that it is in.
    pub enters: Option<String>,
}

/// The hop on which a fault strikes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum On {
    /// Between the gateway and a provider.
    #[default]
    Provider,
    /// Between the caller and the gateway.
    Client,
}

/// Which exchanges a fault strikes: all conditions that are given must hold.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct When {
    /// Operation id of the contract tables (client hop only: a provider does not know it).
    pub operation: Option<String>,
    /// Provider id: `insee`, `infogreffe`, `urssaf`, `dgfip`.
    pub provider: Option<String>,
    /// Name of the provider's own call: `unite-legale`, `login`, … (provider hop only).
    pub call: Option<String>,
    /// The SIREN or SIRET asked about.
    pub entity: Option<String>,
    /// Name of the token (client hop only).
    pub token: Option<String>,
    /// The caller's address (client hop only).
    pub address: Option<IpAddr>,
    /// Headers of the request, by name in small letters: each must come with this value (client hop only).
    pub headers: BTreeMap<String, String>,
    /// Only within these instants.
    pub window: Option<Window>,
    /// Only at these hours of the day, in Paris.
    pub hours: Option<Hours>,
    /// Only the nth exchange that fits all else, from 1 on.
    pub nth: Option<u64>,
    /// Only every nth exchange that fits all else: with 3 the third, the sixth, the ninth, …
    pub every: Option<u64>,
    /// Only the first so many exchanges that fit all else.
    pub first: Option<u64>,
    /// Only these exchanges of those that fit all else: places from 1 on, rising; empty: all of them.
    pub sequence: Vec<u64>,
    /// Only in this state: [`INITIAL`](crate::INITIAL) until a fault that strikes enters another.
    pub state: Option<String>,
    /// Only this share of the exchanges that fit all else, in [0, 1]; exact at 0 and 1.
    pub share: Option<f64>,
}

impl When {
    /// Whether the order of arrival has a say.
    pub const fn is_order_bound(&self) -> bool {
        self.nth.is_some()
            || self.every.is_some()
            || self.first.is_some()
            || self.state.is_some()
            || !self.sequence.is_empty()
    }
}

/// What a fault does to an exchange.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Effect {
    /// Nothing but the delay.
    #[default]
    Pass,
    /// The provider refuses in its own dialect; on the client hop the gateway itself fails inside, its only symptom.
    Symptom(Symptom),
    /// This answer instead.
    Answer(Answer),
    /// The faithful answer, damaged.
    Damage(Damage),
    /// Something breaks below HTTP.
    Wire(WireFault),
}

/// An answer given instead of the real one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Headers.
    pub headers: BTreeMap<String, String>,
    /// Body.
    pub body: String,
}

/// Something that breaks below HTTP.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WireFault {
    /// The connection is refused (connect).
    Refuse,
    /// The host cannot be reached (connect).
    Unreachable,
    /// The host's name cannot be resolved (connect, provider hop).
    Unresolvable,
    /// The greeting of TLS begins only after the fault's delay; where none is spoken, the request is read only then
    /// (connect).
    SlowTls,
    /// The request is read, then never answered; the connection stays open.
    Silence,
    /// The request is read, then the connection is closed (FIN) without an answer.
    Close,
    /// The request is read, then the connection is reset (RST) without an answer.
    Reset,
    /// The answer is cut after so many bytes of its body; then the connection is closed.
    Cut {
        /// Bytes of the body that still pass.
        after: u64,
    },
    /// Something that is no HTTP comes instead of an answer; then the connection is closed.
    Garbage,
    /// The whole answer comes under a `Content-Length` that is wrong; then the connection is closed.
    WrongLength {
        /// How many bytes more than come are promised; less than zero: how many fewer.
        by: i64,
    },
    /// The answer comes in pieces.
    Drip(Drip),
}

/// How an answer comes in pieces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drip {
    /// Time between two pieces; one that is drawn is drawn anew each time.
    pub every: Delay,
    /// How many bytes a piece has, at least 1.
    pub bytes: u64,
    /// What the times are drawn from. The fault engine puts it in when the fault strikes; a file has none.
    pub seed: u64,
}

impl WireFault {
    /// Whether it strikes before a connection stands.
    pub const fn is_at_connect(&self) -> bool {
        matches!(
            self,
            Self::Refuse | Self::Unreachable | Self::Unresolvable | Self::SlowTls
        )
    }
}

impl Drip {
    /// A byte at a time.
    pub fn bytewise(every: impl Into<Delay>) -> Self {
        Self {
            every: every.into(),
            bytes: 1,
            seed: 0,
        }
    }
}
