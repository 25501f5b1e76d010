//! Are the tracing parameters there? All that are missing are named at once, in this order (facts 26).

use std::ops::ControlFlow;

use crate::{
    call::{Cached, Call, Flow, Verdict},
    query::Query,
    refusal::Refusal,
};

/// Keeps out who does not say for whom and why. From here on answers tell whether they were cached (facts 27).
pub(crate) fn step(call: &mut Call) -> Flow {
    if !call.target().is_some_and(|target| target.operation.tracing) {
        return ControlFlow::Continue(());
    }
    let refusals = decide(&call.query);
    if refusals.is_empty() {
        call.cached = Some(Cached::Fresh);
        return ControlFlow::Continue(());
    }
    ControlFlow::Break(Verdict::Refused {
        refusals,
        gateway_error: None,
    })
}

fn decide(query: &Query) -> Vec<Refusal> {
    [
        ("context", "00201"),
        ("recipient", "00203"),
        ("object", "00202"),
    ]
    .into_iter()
    .filter(|(name, _)| query.filled(name).is_none())
    .map(|(_, code)| Refusal::of(code))
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(query: &str) -> Vec<String> {
        let refusals = decide(&Query::of(Some(query)));
        refusals
            .into_iter()
            .map(|refusal| refusal.code.into_owned())
            .collect()
    }

    #[test]
    fn all_that_are_missing_are_named_in_order() {
        assert_eq!(codes(""), ["00201", "00203", "00202"]);
        assert_eq!(codes("recipient=1"), ["00201", "00202"]);
        assert_eq!(codes("context=a&recipient=&object=+"), ["00203", "00202"]);
        assert!(codes("context=a&recipient=b&object=c").is_empty());
    }
}
