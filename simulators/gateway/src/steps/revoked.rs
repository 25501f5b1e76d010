//! Was the token revoked? Asked before its quota is (facts 24).

use crate::{
    call::{Call, Flow, unless},
    refusal::Refusal,
    tokens::Access,
};

/// Keeps revoked tokens out.
pub(crate) fn step(call: &mut Call) -> Flow {
    unless(decide(&call.access))
}

fn decide(access: &Access) -> Option<Refusal> {
    (*access == Access::Revoked).then(|| Refusal::of("00105"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_revoked_token_is_stopped_here() {
        assert_eq!(decide(&Access::Revoked), Some(Refusal::of("00105")));
        assert_eq!(decide(&Access::Expired), None);
        assert_eq!(decide(&Access::Nobody), None);
    }
}
