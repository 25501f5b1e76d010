//! Is there a token, and is it good?

use crate::{
    call::{Call, Flow, unless},
    refusal::Refusal,
    tokens::Access,
};

/// Keeps out who has no good token.
pub(crate) fn step(call: &mut Call) -> Flow {
    unless(decide(&call.access))
}

fn decide(access: &Access) -> Option<Refusal> {
    match access {
        Access::Holder(_) => None,
        Access::Nobody => Some(Refusal::of("00101")),
        Access::Expired => Some(Refusal::of("00103")),
        Access::Revoked => Some(Refusal::of("00105")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_way_of_having_no_good_token_has_its_code() {
        assert_eq!(decide(&Access::Nobody), Some(Refusal::of("00101")));
        assert_eq!(decide(&Access::Expired), Some(Refusal::of("00103")));
    }
}
