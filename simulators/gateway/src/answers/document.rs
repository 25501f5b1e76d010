//! A link to a document: `api_entreprise_v3_acoss_attestations_sociales`, `api_entreprise_v3_dgfip_attestations_fiscales`.

use std::time::Duration;

use serde_json::{Value, json};

/// The answer that links to a document.
pub(crate) fn answer(url: &str, life: Duration) -> Value {
    json!({
        "data": {"document_url": url, "expires_in": life.as_secs()},
        "links": {},
        "meta": {},
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_tells_how_many_seconds_it_lives() {
        let answer = answer("http://gateway/siade/1-a.pdf", Duration::from_secs(86_400));

        insta::assert_snapshot!(
            answer,
            @r#"{"data":{"document_url":"http://gateway/siade/1-a.pdf","expires_in":86400},"links":{},"meta":{}}"#
        );
    }
}
