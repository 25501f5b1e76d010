//! A demand as a record.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{History, Verdict};

/// One demand, with all that is needed to put it to the test and to judge it.
///
/// Static data: the catalogue, the help, the reports and the tests are
/// derived from it. An id is a name for ever: never reused, never renumbered.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// Name for ever, as `gw.quota.over-limit-gives-429`.
    pub id: &'static str,
    /// Whom it is demanded of.
    pub role: Role,
    /// What it is about: `relay`, `timeout`, `quota`, …
    pub theme: &'static str,
    /// How strongly it is demanded.
    pub level: Level,
    /// The demand in one sentence.
    pub sentence: &'static str,
    /// Where it comes from: `002:106` is line 106 of document 002, `facts 49` an observation, `house` our own decision.
    pub source: &'static str,
    /// What a target must offer to be put to this test.
    pub needs: &'static [Capability],
    /// Name of the trial that leaves its history.
    pub trial: &'static str,
    /// Every reason for which the judge may fail a target.
    pub reasons: &'static [&'static str],
    /// The judge.
    pub judge: fn(&History) -> Verdict,
}

/// What events and reports need to know of a rule: all but the judge.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleCard {
    /// Its id.
    pub id: String,
    /// Whom it is demanded of.
    pub role: Role,
    /// What it is about.
    pub theme: String,
    /// How strongly it is demanded.
    pub level: Level,
    /// The demand in one sentence.
    pub sentence: String,
    /// Where it comes from.
    pub source: String,
}

/// Whom a rule is demanded of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// A gateway in front of data providers.
    Gateway,
    /// A client of the gateway.
    Client,
    /// A data provider.
    Provider,
}

/// How strongly a rule is demanded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// A target that breaks it does not conform.
    Must,
    /// A target that breaks it is told so.
    Should,
}

/// Something a target must offer so that a rule can be put to the test.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Capability {
    /// Its clock can be moved.
    Clock,
    /// It may be made to ban an address.
    Ban,
    /// The end of a ban can be seen.
    BanTerm,
    /// It sees from which address of several a call comes.
    Addresses,
    /// Our providers stand behind it, so that they can be made to fail.
    Providers,
    /// It counts calls by token.
    Quota,
    /// It serves the aggregates of v2.
    VersionTwo,
    /// It declares addresses that are never banned.
    AllowList,
    /// It can be made to fail by itself.
    OwnFault,
    /// It may be called a thousand times and more.
    LongRun,
    /// It tells the state of its services.
    StatusServices,
    /// It speaks TLS.
    Tls,
    /// An entity that it is known to hold was named.
    KnownEntity,
    /// An entity that it is known not to hold was named.
    UnknownEntity,
    /// An identifier that it must refuse was named.
    MalformedEntity,
}

impl Rule {
    /// All of it but the judge.
    pub fn card(&self) -> RuleCard {
        RuleCard {
            id: self.id.to_owned(),
            role: self.role,
            theme: self.theme.to_owned(),
            level: self.level,
            sentence: self.sentence.to_owned(),
            source: self.source.to_owned(),
        }
    }
}

impl Capability {
    /// Why a rule that needs this cannot be put to the test where it is missing.
    pub const fn absence(self) -> &'static str {
        match self {
            Self::Clock => "the clock of this target cannot be moved",
            Self::Ban => "this target must not be made to ban an address",
            Self::BanTerm => "the end of this target's bans is not waited for",
            Self::Addresses => "this target does not see calls come from several addresses",
            Self::Providers => "Doublure's providers do not stand behind this target",
            Self::Quota => "this edition does not count calls by token",
            Self::VersionTwo => "this edition does not serve the aggregates of v2",
            Self::AllowList => "this target declares no address that is never banned",
            Self::OwnFault => "this target cannot be made to fail by itself",
            Self::LongRun => "this target is not called often enough for a rate",
            Self::StatusServices => "this target does not tell the state of its services",
            Self::Tls => "this target is spoken to without TLS",
            Self::KnownEntity => "the target file names no known entity",
            Self::UnknownEntity => "the target file names no unknown entity",
            Self::MalformedEntity => "the target file names no malformed identifier",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Gateway => "gateway",
            Self::Client => "client",
            Self::Provider => "provider",
        })
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Must => "must",
            Self::Should => "should",
        })
    }
}

impl fmt::Display for Capability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Clock => "clock",
            Self::Ban => "ban",
            Self::BanTerm => "ban-term",
            Self::Addresses => "addresses",
            Self::Providers => "providers",
            Self::Quota => "quota",
            Self::VersionTwo => "version-two",
            Self::AllowList => "allow-list",
            Self::OwnFault => "own-fault",
            Self::LongRun => "long-run",
            Self::StatusServices => "status-services",
            Self::Tls => "tls",
            Self::KnownEntity => "known-entity",
            Self::UnknownEntity => "unknown-entity",
            Self::MalformedEntity => "malformed-entity",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_on_the_terminal_are_those_of_the_files() {
        let level = serde_json::to_value(Level::Should).unwrap();
        let role = serde_json::to_value(Role::Gateway).unwrap();
        let capability = serde_json::to_value(Capability::VersionTwo).unwrap();

        assert_eq!(level, Level::Should.to_string());
        assert_eq!(role, Role::Gateway.to_string());
        assert_eq!(capability, Capability::VersionTwo.to_string());
    }
}
