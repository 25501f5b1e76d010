//! What is demanded and cannot be put to the test yet: recorded, so that it is counted as a gap and never as a pass.
//!
//! A rule leaves this file when what it needs is there.

use doublure_rules::{Capability, Level, Role, Rule, Verdict};

use crate::trials::names;

/// The older version asks for a user.
pub static V_TWO_DGFIP_NEEDS_USER_ID: Rule = Rule {
    id: "gw.trace.v-two-dgfip-needs-user-id",
    theme: "trace",
    sentence: "Version 2 refuses a call to DGFIP without `user_id`.",
    source: "000:489",
    needs: &[Capability::VersionTwo],
    judge: |_| Verdict::not_applicable("no operation of version 2 that asks DGFIP is served yet"),
    ..COMMON
};

/// Availability by days.
pub static STATUS_COUNTS_DAYS: Rule = Rule {
    id: "gw.status.counts-days",
    sentence: "The availability of a provider is told by days, over a period in the documented grammar.",
    source: "002:320",
    needs: &[Capability::StatusServices],
    judge: |_| Verdict::not_applicable("nothing asks for the history of services yet"),
    theme: "status",
    ..COMMON
};

const COMMON: Rule = Rule {
    id: "",
    role: Role::Gateway,
    theme: "",
    level: Level::Must,
    sentence: "",
    source: "",
    needs: &[],
    trial: names::NOT_YET,
    reasons: &[],
    judge: |_| Verdict::not_applicable("nothing puts this to the test yet"),
};
