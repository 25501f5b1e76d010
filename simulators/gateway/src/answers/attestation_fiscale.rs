//! `api_entreprise_v4_dgfip_attestations_fiscales`.

use jiff::ToSpan;
use serde_json::{Value, json};

use super::paper::Paper;

/// The answer about an attestation. The period looked at ends with the month before it was made.
pub(crate) fn answer(paper: &Paper) -> Value {
    let made = paper.made().unwrap_or(paper.today);
    let looked_at = made.first_of_month().saturating_sub(1.day());
    json!({
        "data": {
            "document_url": paper.url,
            "document_url_expires_in": paper.life.as_secs(),
            "date_delivrance_attestation": made.to_string(),
            "date_periode_analysee": looked_at.to_string(),
        },
        "links": {},
        "meta": {},
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answers::samples::{assert_fits_the_official_description, paper};

    #[test]
    fn the_period_ends_with_the_month_before_the_document_was_made() {
        let answer = answer(&paper(&["Fait le 11/04/2023"]));

        let path = "/v4/dgfip/unites_legales/{siren}/attestation_fiscale";
        assert_fits_the_official_description(path, &answer);
        insta::assert_snapshot!(format!("{answer:#}"));
    }

    #[test]
    fn a_document_without_a_day_was_made_when_it_was_asked_for() {
        let answer = answer(&paper(&[]));

        assert_eq!(answer["data"]["date_delivrance_attestation"], "2026-01-15");
        assert_eq!(answer["data"]["date_periode_analysee"], "2025-12-31");
    }
}
