//! Names of the trials, as rules refer to them.

/// Each operation is called once; all is well.
pub const ONE_CALL_EACH: &str = "one-call-each";
/// Providers say what nothing else could have produced.
pub const PLANTED_VALUES: &str = "planted-values";
/// A provider never answers, another one late but in time.
pub const LATE_PROVIDERS: &str = "late-providers";
/// Two calls of one window that does not start on the minute.
pub const QUOTA_WINDOW: &str = "quota-window";
/// More calls than the limit of the smallest group.
pub const OVER_LIMIT: &str = "over-limit";
/// More requests than an address may make, and the term of the ban.
pub const BAN_BY_VOLUME: &str = "ban-by-volume";
/// An attestation of an account under analysis.
pub const UNDER_ANALYSIS: &str = "under-analysis";
/// Providers fail in words that can be told from all others.
pub const CANARIES: &str = "canaries";
/// An aggregate of which the lesser source is down.
pub const ONE_SOURCE_DOWN: &str = "one-source-down";
/// More calls at once than each quota group allows.
pub const EVERY_GROUP: &str = "every-group";
/// Calls of two tokens, several groups and two versions.
pub const COUNTERS: &str = "counters";
/// One operation gives answers of all kinds.
pub const ANSWERS_OF_ALL_KINDS: &str = "answers-of-all-kinds";
/// A run of calls at moments that only its seed knows.
pub const CHOREOGRAPHY: &str = "choreography";
/// A provider that sends a byte now and then.
pub const DRIPPING_PROVIDER: &str = "dripping-provider";
/// A caller goes on after 429 until it is banned.
pub const BAN_BY_IGNORING: &str = "ban-by-ignoring";
/// Nothing is done: for what cannot be put to the test yet.
pub const NOT_YET: &str = "not-yet";
/// Questions that cannot be answered, each for a reason of its own.
pub const BAD_QUESTIONS: &str = "bad-questions";
/// Good and bad tokens, and what they are good for.
pub const TOKENS: &str = "tokens";
/// The same call twice at once.
pub const SAME_CALL_TWICE: &str = "same-call-twice";
/// The same question again, once the first was answered.
pub const SAME_QUESTION_AGAIN: &str = "same-question-again";
/// Documents are asked for and their links followed.
pub const DOCUMENT_LINKS: &str = "document-links";
/// Handshakes in every version and under every name.
pub const HANDSHAKES: &str = "handshakes";
/// Every class of faults at every provider.
pub const FAULT_MATRIX: &str = "fault-matrix";
/// More requests than an address may make, from one that is never banned.
pub const ALLOW_LISTED: &str = "allow-listed";
/// The older version is called with tracing of all kinds.
pub const OLDER_TRACING: &str = "older-tracing";
/// The state of services is asked for while one provider is down.
pub const STATE_OF_SERVICES: &str = "state-of-services";
/// The gateway fails by itself.
pub const OWN_FAULT: &str = "own-fault";
/// So many calls that a rate can be told.
pub const LONG_RUN: &str = "long-run";
