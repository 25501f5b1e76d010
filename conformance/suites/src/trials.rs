//! What is done to a target so that its rules can be judged: one trial a file.
//!
//! A trial knows a [`Bench`] and nothing else. It says nothing of right and wrong.

mod allow_listed;
mod answers_of_all_kinds;
mod bad_questions;
mod ban_by_ignoring;
mod ban_by_volume;
mod canaries;
mod chance;
pub(crate) mod choreography;
mod counters;
mod document_links;
mod dripping_provider;
mod every_group;
mod fault_matrix;
mod handshakes;
mod late_providers;
mod long_run;
pub mod names;
mod not_yet;
mod older_tracing;
mod one_call_each;
mod one_source_down;
mod over_limit;
mod own_fault;
mod planted_values;
mod quota_window;
mod same_call_twice;
mod same_question_again;
mod state_of_services;
mod tokens;
mod under_analysis;

use std::{sync::Arc, time::Duration};

use doublure_control::{ClockSetting, NewSession};
use doublure_fixtures::{Contract, contract::Operation};
use doublure_journal::{CaptureLevel, Moment};
use doublure_rules::History;
use doublure_scenarios::{Effect, Fault, On, When};

pub(crate) use chance::Chance;

use crate::{
    Bench, TrialError,
    cast::{COMPANIES, Cast},
    probe::{Answer, Ask},
    runner::Boxed,
    target::STRICT,
};

/// Something that is done to a gateway.
#[derive(Clone, Copy, Debug)]
pub struct Trial {
    /// Its name, as rules refer to it.
    pub name: &'static str,
    /// What it does, in one sentence.
    pub about: &'static str,
    /// How much the journal keeps of it.
    pub(crate) capture: CaptureLevel,
    /// Does it.
    pub(crate) act: for<'a> fn(&'a Bench) -> Boxed<'a, Result<(), TrialError>>,
}

/// Every trial of a gateway: first what needs windows that nobody used, then the cheapest.
pub static GATEWAY: &[Trial] = &[
    not_yet::TRIAL,
    quota_window::TRIAL,
    over_limit::TRIAL,
    counters::TRIAL,
    handshakes::TRIAL,
    one_call_each::TRIAL,
    planted_values::TRIAL,
    under_analysis::TRIAL,
    one_source_down::TRIAL,
    state_of_services::TRIAL,
    own_fault::TRIAL,
    canaries::TRIAL,
    bad_questions::TRIAL,
    older_tracing::TRIAL,
    tokens::TRIAL,
    same_call_twice::TRIAL,
    same_question_again::TRIAL,
    document_links::TRIAL,
    fault_matrix::TRIAL,
    answers_of_all_kinds::TRIAL,
    choreography::TRIAL,
    every_group::TRIAL,
    dripping_provider::TRIAL,
    late_providers::TRIAL,
    long_run::TRIAL,
    allow_listed::TRIAL,
    ban_by_ignoring::TRIAL,
    ban_by_volume::TRIAL,
];

impl Trial {
    /// The session that it wishes for: a world of its own, a manual clock off the minute and off the second.
    pub(crate) fn wish(&self) -> NewSession {
        NewSession {
            seed: Some(seed(self.name)),
            tls: self.name == names::HANDSHAKES,
            clock: ClockSetting::Manual(Some(START)),
            companies: Some(COMPANIES),
            capture: Some(self.capture),
            ..NewSession::default()
        }
    }

    /// Carries it out and gives what judges may see of it.
    pub(crate) async fn carry_out(&self, bench: &Bench) -> Result<History, TrialError> {
        if BANNING.contains(&self.name) {
            bench.let_bans_end().await?;
        }
        if RENEWED.contains(&self.name) && !bench.stands_still() {
            let nobody = Cast::new(bench.seed()).nobody();
            let ask = Ask::operation(&*operation(COMPANY)?, nobody);
            bench.renew_credentials(ask).await?;
        }
        bench.during(self.name, (self.act)(bench)).await?;
        bench.history().await
    }
}

/// The seed of a trial's world: its own, also where trials are put before it.
fn seed(name: &str) -> u64 {
    // FNV-1a.
    let hash = name.bytes().fold(0x811c_9dc5_u32, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    });
    u64::from(hash)
}

/// Trials that have addresses banned which an earlier try or run may have had banned.
const BANNING: &[&str] = &[names::BAN_BY_VOLUME, names::BAN_BY_IGNORING];

/// Trials that tell nothing where a gateway of somebody else still shows INSEE the credentials of an earlier session.
const RENEWED: &[&str] = &[
    names::LATE_PROVIDERS,
    names::SAME_CALL_TWICE,
    names::DRIPPING_PROVIDER,
    names::ONE_SOURCE_DOWN,
];

/// The row of an operation that trials call.
fn operation(id: &str) -> Result<Arc<Operation>, TrialError> {
    let contract = Contract::built_in();
    let found = contract.operation(id).cloned();
    found.ok_or_else(|| TrialError::Target(format!("the contract has no operation `{id}`")))
}

/// A fault that strikes one call of a provider about one entity.
fn fault(name: &str, provider: &str, call: &str, entity: &str, then: Effect) -> Fault {
    Fault {
        name: name.to_owned(),
        on: On::Provider,
        when: When {
            provider: Some(provider.to_owned()),
            call: Some(call.to_owned()),
            entity: Some(entity.to_owned()),
            ..When::default()
        },
        then,
        ..Fault::default()
    }
}

/// How long a refusal says to wait, where that is a time that can be waited for.
fn retry_after(bench: &Bench, answer: &Answer) -> Option<Duration> {
    let Answer::Whole(seen) = answer else {
        return None;
    };
    let seconds = seen.header("Retry-After")?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds)).filter(|wait| *wait <= bench.patience().retry_after())
}

/// The operation with the smallest quota, and its limit; the one that stands for it, where one is named.
fn strictest(bench: &Bench) -> Option<(Arc<Operation>, u32)> {
    let named = bench.profile().gateway.stands_for.get(STRICT);
    let stands_for_it = |(operation, _): &(Arc<Operation>, u32)| Some(&operation.id) == named;
    limited(bench)
        .find(stands_for_it)
        .or_else(|| limited(bench).min_by_key(|(_, limit)| *limit))
}

/// Whether the target serves an operation.
fn serves(bench: &Bench, id: &str) -> bool {
    bench.profile().gateway.operations.contains_key(id)
}

/// The operations without which a trial of a gateway is not carried out.
pub(crate) fn called(trial: &str) -> &'static [&'static str] {
    let called = CALLED.iter().find(|(name, _)| *name == trial);
    called.map_or(&[], |(_, operations)| operations)
}

/// Trials that call one operation and no other one in its place.
const CALLED: &[(&str, &[&str])] = &[
    (names::LATE_PROVIDERS, &[COMPANY, REGISTER]),
    (names::QUOTA_WINDOW, &[COMPANY]),
    (names::UNDER_ANALYSIS, &[VIGILANCE]),
    (names::ONE_SOURCE_DOWN, &[AGGREGATE]),
    (names::OLDER_TRACING, &[AGGREGATE]),
    (names::CANARIES, &[COMPANY]),
    (names::BAD_QUESTIONS, &[COMPANY, LATER_COMPANY, REGISTER]),
    (names::TOKENS, &[COMPANY, RIGHTS]),
    (names::SAME_CALL_TWICE, &[COMPANY]),
    (names::SAME_QUESTION_AGAIN, &[COMPANY]),
    (names::COUNTERS, &[COMPANY, REGISTER]),
    (names::ANSWERS_OF_ALL_KINDS, &[COMPANY]),
    (names::CHOREOGRAPHY, &[COMPANY, REGISTER]),
    (names::DRIPPING_PROVIDER, &[COMPANY]),
    (names::BAN_BY_VOLUME, &[RIGHTS]),
    (names::BAN_BY_IGNORING, &[RIGHTS]),
    (names::ALLOW_LISTED, &[RIGHTS]),
    (names::OWN_FAULT, &[COMPANY]),
    (names::LONG_RUN, &[COMPANY]),
];

/// Every operation that has a quota, and its limit.
fn limited(bench: &Bench) -> impl Iterator<Item = (Arc<Operation>, u32)> {
    let gateway = bench.profile().gateway.clone();
    let operations = Contract::built_in().operations().to_vec();
    operations.into_iter().filter_map(move |operation| {
        let (_, limit) = gateway.quota(&operation.id)?;
        Some((operation, limit))
    })
}

const LATER_COMPANY: &str = "api_entreprise_v4_insee_unites_legales";
/// Where trials share a window, this token has not been used in it.
const OTHER_TOKEN: &str = "second";
const COMPANY: &str = "api_entreprise_v3_insee_unites_legales";
const REGISTER: &str = "api_entreprise_v3_infogreffe_extraits_rcs";
const VIGILANCE: &str = "api_entreprise_v3_acoss_attestations_sociales";
const TAXES: &str = "api_entreprise_v3_dgfip_attestations_fiscales";
const AGGREGATE: &str = "v2_entreprises_restored";
const RIGHTS: &str = "api_entreprise_privileges";

/// 2026-01-15T10:00:17.300Z.
const START: Moment = Moment::from_micros(1_768_471_217_300_000);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_called_without_fail_is_in_the_tables_and_so_is_who_calls_it() {
        let contract = Contract::built_in();

        for (name, operations) in CALLED {
            assert!(GATEWAY.iter().any(|trial| trial.name == *name), "{name}");
            for id in *operations {
                assert!(contract.operation(id).is_some(), "{name} calls {id}");
            }
        }
    }
}
