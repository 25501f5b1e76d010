//! A link to a document: `api_entreprise_v3_acoss_attestations_sociales`, `api_entreprise_v3_dgfip_attestations_fiscales`.

use serde_json::{Value, json};

use super::paper::Paper;

/// The answer that links to a document.
pub(crate) fn answer(paper: &Paper) -> Value {
    json!({
        "data": {"document_url": paper.url, "expires_in": paper.life.as_secs()},
        "links": {},
        "meta": {},
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answers::samples::paper;

    #[test]
    fn a_link_tells_how_many_seconds_it_lives() {
        let answer = answer(&paper(&[]));

        insta::assert_snapshot!(
            answer,
            @r#"{"data":{"document_url":"http://here/siade/1-a.pdf","expires_in":86400},"links":{},"meta":{}}"#
        );
    }
}
