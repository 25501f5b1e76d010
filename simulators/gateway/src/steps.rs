//! The order in which a call is checked: one list of steps, one file a step.
//!
//! Each step is a pure decision and a thin layer that asks the gateway's state for it. The first step that
//! decides ends the call.

pub(crate) mod address;
pub(crate) mod banned;
pub(crate) mod cached;
pub(crate) mod cases;
pub(crate) mod known_route;
pub(crate) mod maintenance;
pub(crate) mod media;
pub(crate) mod open_route;
pub(crate) mod page;
pub(crate) mod parameters;
pub(crate) mod ping;
pub(crate) mod privileges;
pub(crate) mod quota;
pub(crate) mod recipient;
pub(crate) mod revoked;
pub(crate) mod same_call;
pub(crate) mod strike;
pub(crate) mod syntax;
pub(crate) mod token;
pub(crate) mod tracing;
pub(crate) mod version;

use std::ops::ControlFlow;

use doublure_fixtures::Edition;
use doublure_journal::Moment;

use crate::{
    Gateway, Policy,
    call::{Call, Flow, Verdict},
    plan,
};

/// One step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Banned,
    CasesFirst,
    Strike,
    Page,
    OpenRoute,
    Ping,
    Revoked,
    Address,
    Quota,
    KnownRoute,
    Syntax,
    Token,
    Privileges,
    SameCall,
    Tracing,
    Version,
    Recipient,
    Media,
    Maintenance,
    Parameters,
    Cases,
    Cached,
    Plan,
}

/// Takes the steps of an edition one after another.
pub(crate) async fn walk(gateway: &Gateway, call: &mut Call) -> Verdict {
    let mut now = call.arrival.at;
    for step in order(&gateway.policy) {
        if let ControlFlow::Break(verdict) = step.take(gateway, call, now).await {
            if matches!(step, Step::Tracing | Step::Version | Step::Recipient) {
                same_call::halted(gateway, call);
            }
            return verdict;
        }
        // A fault may have taken time.
        if *step == Step::Strike {
            now = gateway.now();
        }
    }
    Verdict::code("00500")
}

impl Step {
    async fn take(self, gateway: &Gateway, call: &mut Call, now: Moment) -> Flow {
        match self {
            Self::Banned => banned::step(gateway, call, now),
            Self::CasesFirst => cases::step_first(gateway, call),
            Self::Strike => strike::step(gateway, call).await,
            Self::Page => page::step(gateway, call).await,
            Self::OpenRoute if open_route::is_one(call) => {
                Box::pin(open_route::step(gateway, call, now)).await
            }
            Self::Ping if ping::is_one(gateway, call) => {
                Box::pin(ping::step(gateway, call, now)).await
            }
            Self::OpenRoute | Self::Ping => ControlFlow::Continue(()),
            Self::Revoked => revoked::step(call),
            Self::Address => address::step(call),
            Self::Quota => quota::step(gateway, call, now),
            Self::KnownRoute => known_route::step(gateway, call),
            Self::Syntax => syntax::step(call),
            Self::Token => token::step(call),
            Self::Privileges => privileges::step(call),
            Self::SameCall => same_call::step(gateway, call, now),
            Self::Tracing => tracing::step(call),
            Self::Version => version::step(gateway, call),
            Self::Recipient => recipient::step(gateway, call),
            Self::Media => media::step(call),
            Self::Maintenance => maintenance::step(gateway, call, now),
            Self::Parameters => parameters::step(call, now),
            Self::Cases => cases::step(gateway, call),
            Self::Cached => cached::step(gateway, call, now),
            Self::Plan => ControlFlow::Break(plan::carry_out(gateway, call).await),
        }
    }
}

/// The steps of an edition; few behind somebody else's gateway.
const fn order(policy: &Policy) -> &'static [Step] {
    if policy.plain {
        return PLAIN;
    }
    match policy.edition {
        Edition::Documented | Edition::DocumentedV2 => DOCUMENTED,
        Edition::Observed => OBSERVED,
    }
}

const DOCUMENTED: &[Step] = &[
    Step::Banned,
    Step::CasesFirst,
    Step::Strike,
    Step::Page,
    Step::OpenRoute,
    Step::Ping,
    Step::Revoked,
    Step::Address,
    Step::Quota,
    Step::KnownRoute,
    Step::Syntax,
    Step::Token,
    Step::Privileges,
    Step::SameCall,
    Step::Tracing,
    Step::Version,
    Step::Recipient,
    Step::Parameters,
    Step::Cases,
    Step::Cached,
    Step::Plan,
];

/// What no gateway in front of it has looked at.
const PLAIN: &[Step] = &[
    Step::OpenRoute,
    Step::KnownRoute,
    Step::Syntax,
    Step::Version,
    Step::Parameters,
    Step::Plan,
];

/// With the hours of maintenance that are known, and another media type from some step on.
const OBSERVED: &[Step] = &[
    Step::Banned,
    Step::CasesFirst,
    Step::Strike,
    Step::Page,
    Step::OpenRoute,
    Step::Ping,
    Step::Revoked,
    Step::Address,
    Step::Quota,
    Step::KnownRoute,
    Step::Syntax,
    Step::Token,
    Step::Privileges,
    Step::SameCall,
    Step::Tracing,
    Step::Version,
    Step::Recipient,
    Step::Media,
    Step::Maintenance,
    Step::Parameters,
    Step::Cases,
    Step::Cached,
    Step::Plan,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_running_service_differs_by_media_type_and_maintenance_only() {
        let own = [Step::Media, Step::Maintenance];

        let others: Vec<Step> = OBSERVED
            .iter()
            .copied()
            .filter(|step| !own.contains(step))
            .collect();

        assert_eq!(others, DOCUMENTED);
    }

    #[test]
    fn maintenance_is_asked_before_the_path_parameter_is() {
        let place = |wanted| OBSERVED.iter().position(|&step| step == wanted);

        assert!(place(Step::Recipient) < place(Step::Maintenance));
        assert!(place(Step::Maintenance) < place(Step::Parameters));
    }
}
