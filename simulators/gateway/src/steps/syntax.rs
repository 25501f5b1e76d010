//! Can the request be understood at all (002:138)?

use crate::{
    call::{Call, Flow, unless},
    query,
    refusal::Refusal,
};

/// Keeps targets out whose encoding is broken.
pub(crate) fn step(call: &mut Call) -> Flow {
    let uri = call.exchange.request.uri();
    unless(decide(
        uri.path_and_query().map_or("", |target| target.as_str()),
    ))
}

fn decide(target: &str) -> Option<Refusal> {
    (!query::is_well_encoded(target)).then(|| Refusal::of("00401"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broken_encoding_is_wrong_syntax() {
        assert_eq!(decide("/v3/a?object=100%"), Some(Refusal::of("00401")));
        assert_eq!(decide("/v3/a?object=100%25"), None);
    }
}
