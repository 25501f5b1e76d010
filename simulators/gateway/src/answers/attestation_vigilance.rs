//! `api_entreprise_v4_acoss_attestations_sociales`: a refusal of the attestation is an answer here (facts 75).

use doublure_fixtures::Date;
use jiff::ToSpan;
use serde_json::{Value, json};

use super::paper::Paper;

/// The answer about an attestation; it holds until the end of the sixth month after.
pub(crate) fn delivered(paper: &Paper) -> Value {
    let made = paper.made();
    let end = made.map(|day| day.saturating_add(6.months()).last_of_month());
    let status = json!({
        "code": "ok",
        "libelle": "Attestation délivrée",
        "description": "L'Urssaf a délivré l'attestation : l'entité remplit ses obligations de déclaration et de paiement.",
    });
    answer(json!({
        "entity_status": status,
        "date_debut_validite": made.as_ref().map(Date::to_string),
        "date_fin_validite": end.as_ref().map(Date::to_string),
        "code_securite": paper.line("CODE DE SECURITE : "),
        "document_url": paper.url,
        "document_url_expires_in": paper.life.as_secs(),
    }))
}

/// The answer about an attestation that is refused.
pub(crate) fn refused() -> Value {
    let status = json!({
        "code": "refus_de_delivrance",
        "libelle": "Attestation refusée",
        "description": "L'Urssaf refuse l'attestation : l'entité doit encore des cotisations sociales.",
    });
    answer(json!({
        "entity_status": status,
        "date_debut_validite": null,
        "date_fin_validite": null,
        "code_securite": null,
        "document_url": null,
        "document_url_expires_in": null,
    }))
}

fn answer(data: Value) -> Value {
    json!({"data": data, "links": {}, "meta": {}})
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answers::samples::{assert_fits_the_official_description, paper};

    const PATH: &str = "/v4/urssaf/unites_legales/{siren}/attestation_vigilance";

    #[test]
    fn an_attestation_holds_until_the_end_of_the_sixth_month_after() {
        let answer = delivered(&paper(&[
            "Fait le 03/12/2022",
            "CODE DE SECURITE : GB1QWERTYJJEX1O",
        ]));

        assert_fits_the_official_description(PATH, &answer);
        insta::assert_snapshot!(format!("{answer:#}"));
    }

    #[test]
    fn what_a_document_does_not_say_is_null() {
        let answer = delivered(&paper(&[]));

        assert_fits_the_official_description(PATH, &answer);
        assert_eq!(answer["data"]["date_fin_validite"], Value::Null);
        assert_eq!(answer["data"]["code_securite"], Value::Null);
    }

    #[test]
    fn a_refusal_has_a_status_and_nothing_else() {
        let answer = refused();

        assert_fits_the_official_description(PATH, &answer);
        insta::assert_snapshot!(format!("{answer:#}"));
    }
}
