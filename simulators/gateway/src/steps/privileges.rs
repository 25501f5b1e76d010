//! Does the token open this operation? Any one of the operation's scopes does (facts 15).

use std::ops::ControlFlow;

use crate::{
    call::{Call, Flow, unless},
    refusal::Refusal,
};

/// Keeps out whose token opens something else.
pub(crate) fn step(call: &mut Call) -> Flow {
    let (Some(target), Some(holder)) = (call.target(), call.access.holder()) else {
        return ControlFlow::Continue(());
    };
    unless(decide(&target.operation.scopes, &holder.claims.scopes))
}

fn decide(wanted: &[String], held: &[String]) -> Option<Refusal> {
    let opens = wanted.is_empty() || wanted.iter().any(|scope| held.contains(scope));
    (!opens).then(|| Refusal::of("00100"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scopes(names: &[&str]) -> Vec<String> {
        names.iter().map(|&name| name.to_owned()).collect()
    }

    #[test]
    fn any_one_of_the_scopes_opens_and_no_scope_is_open_to_all() {
        let wanted = scopes(&["extraits_rcs", "open_data"]);

        assert_eq!(decide(&wanted, &scopes(&["x", "open_data"])), None);
        assert_eq!(decide(&[], &[]), None);
        assert_eq!(decide(&wanted, &scopes(&["x"])), Some(Refusal::of("00100")));
    }
}
