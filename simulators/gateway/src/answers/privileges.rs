//! `api_entreprise_privileges` and `v2_privileges`: the scopes of the token that asks.

use doublure_fixtures::Edition;
use serde_json::{Value, json};

/// The answer for a token with these scopes. The running service wraps it, but not in v2 (facts 17).
pub(crate) fn answer(scopes: &[String], version: u8, edition: Edition) -> Value {
    let privileges = json!({"privileges": scopes});
    match edition {
        Edition::Observed if version != 2 => json!({"data": privileges}),
        Edition::Observed | Edition::Documented | Edition::DocumentedV2 => privileges,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_running_service_wraps_privileges_and_not_in_v_two() {
        let of = |version, edition| answer(&["open_data".to_owned()], version, edition);
        let bare = json!({"privileges": ["open_data"]});

        assert_eq!(of(0, Edition::Documented), bare);
        assert_eq!(of(2, Edition::Observed), bare);
        assert_eq!(of(0, Edition::Observed), json!({"data": bare}));
    }
}
