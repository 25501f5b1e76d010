//! What is done to a model: calls, what stands behind them, how long each way takes, and pauses of the machine.

/// A run of calls, and the pauses of the machine meanwhile.
#[derive(Clone, Debug)]
pub(super) struct Choreography {
    /// The calls, in the order they are begun.
    pub(super) steps: Vec<Step>,
    /// The pauses, ascending and apart from each other.
    pub(super) stalls: Vec<Stall>,
    /// Whether the gateway keeps answers.
    pub(super) keeps: bool,
}

/// One call.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step {
    /// How long after the one before it, in milliseconds.
    pub(super) gap_ms: u64,
    /// What is asked for.
    pub(super) operation: Operation,
    /// In which way.
    pub(super) question: Question,
    /// The token shown.
    pub(super) token: Option<&'static str>,
    /// Last number of the caller's address.
    pub(super) address: u8,
    /// What the main and the lesser source do.
    pub(super) sources: [Source; 2],
    /// How long the ways take.
    pub(super) ways: Ways,
}

/// How long the four ways of a call take, in milliseconds: less than what a machine is blamed for.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Ways {
    /// To the gateway.
    pub(super) there: u64,
    /// Back from it.
    pub(super) back: u64,
    /// To the provider.
    pub(super) out: u64,
    /// Back from it.
    pub(super) home: u64,
}

/// What a provider does with a call.
#[derive(Clone, Copy, Debug)]
pub(super) struct Source {
    /// In which way it answers, if it does.
    pub(super) act: Act,
    /// After how much of the deadline, in thousandths.
    pub(super) after: u64,
}

/// A pause of the machine.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stall {
    /// When it begins, in milliseconds from the start.
    pub(super) from_ms: u64,
    /// For how long.
    pub(super) lasts_ms: u64,
    /// Whether the gateway stands still, too.
    pub(super) everybody: bool,
}

/// The operations that models know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operation {
    /// A company at INSEE.
    Company,
    /// The same in the next version.
    LaterCompany,
    /// An extract from the register of commerce.
    Register,
    /// A document of URSSAF.
    Vigilance,
    /// A document of DGFIP.
    Taxes,
    /// An aggregate of version 2.
    Aggregate,
    /// The rights of a token.
    Rights,
    /// The link of the document that was asked for last.
    Link,
    /// How INSEE is.
    Ping,
    /// How Infogreffe is.
    OtherPing,
    /// What can be asked so.
    Pings,
    /// How all of them are.
    Current,
    /// A handshake in a version of TLS that is old.
    OldHandshake,
    /// One in a version that is not.
    Handshake,
}

/// In which way something is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Question {
    /// As it should be.
    Good,
    /// As it should be, and marked as one to which a good answer is due.
    Marked,
    /// The call before it once more.
    Twin,
    /// The same, past every cache.
    Past,
    /// About whom the call before it was about.
    SameEntity,
    /// About twenty digits.
    Malformed,
    /// Without tracing parameters.
    Untraced,
    /// Without an object.
    WithoutObject,
    /// For a recipient that is no SIRET.
    BadRecipient,
    /// For one whose last digit is another than that of a SIRET.
    Disproved,
    /// Of a version that is none.
    NoVersion,
    /// On a path that leads nowhere.
    Nowhere,
    /// In a broken encoding.
    BadSyntax,
    /// From a page of another origin.
    Browser,
    /// By a browser that asks first.
    Preflight,
    /// About one at whom the gateway itself fails.
    Doomed,
}

/// In which way a provider answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Act {
    /// Well.
    Well,
    /// It knows nobody of that name.
    Unknown,
    /// It may not say (INSEE).
    Withheld,
    /// A person must look at it first (URSSAF).
    Analysis,
    /// With a file that is none.
    BadFile,
    /// In words that can be told from others.
    Speaks,
    /// It fails inside.
    Fails,
    /// It is out of service.
    Unavailable,
    /// Nobody listens there.
    Refuses,
    /// Its name is not known.
    Unresolvable,
    /// With what has no meaning.
    Garbage,
    /// Never.
    Silent,
    /// A byte now and then.
    Drips,
}

impl Act {
    /// What it means at a provider: who gives no files gives no bad ones, who withholds nothing fails.
    pub(super) fn at(self, provider: &str) -> Self {
        match self {
            Self::BadFile if !["urssaf", "dgfip"].contains(&provider) => Self::Well,
            Self::Withheld if provider != "insee" => Self::Fails,
            Self::Analysis if provider != "urssaf" => Self::Fails,
            own => own,
        }
    }
}

/// What takes longer is told as a pause.
pub(super) const UNTOLD_MS: u64 = 49;
