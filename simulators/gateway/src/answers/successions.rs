//! Who carried on whom: `api_entreprise_v3_insee_successions`.

use serde::Deserialize;
use serde_json::{Value, json};

use super::asked::Asked;
use crate::{
    sources::Raw,
    trouble::{Class, Trouble},
};

#[derive(Deserialize)]
struct Answer {
    #[serde(rename = "liensSuccession")]
    links: Vec<Link>,
}

/// One establishment carried on by another, in INSEE's words.
#[derive(Deserialize)]
struct Link {
    #[serde(rename = "siretEtablissementPredecesseur")]
    predecessor: String,
    #[serde(rename = "siretEtablissementSuccesseur")]
    successor: String,
    #[serde(rename = "dateLienSuccession")]
    date: String,
    #[serde(rename = "transfertSiege")]
    head_office_moved: bool,
    #[serde(rename = "continuiteEconomique")]
    carried_on: bool,
}

/// The answer for what INSEE gave.
pub(crate) fn answer(raw: &Raw, asked: &Asked<'_>) -> Result<Value, Trouble> {
    let Answer { links } =
        serde_json::from_slice(&raw.body).map_err(|_| Trouble::said(Class::Unknown, &raw.body))?;
    let before = links.iter().filter(|link| link.successor == asked.entity);
    let after = links.iter().filter(|link| link.predecessor == asked.entity);
    let data = json!({
        "predecesseurs": before.map(|link| link.to(&link.predecessor)).collect::<Vec<_>>(),
        "successeurs": after.map(|link| link.to(&link.successor)).collect::<Vec<_>>(),
    });
    Ok(json!({"data": data, "links": {}, "meta": {}}))
}

impl Link {
    /// As seen from its other side.
    fn to(&self, siret: &str) -> Value {
        json!({
            "siret": siret,
            "date_succession": self.date,
            "transfert_siege": self.head_office_moved,
            "continuite_economique": self.carried_on,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answers::samples::{asked, assert_fits_the_official_description, raw, successions};

    #[test]
    fn links_are_told_apart_by_the_side_that_was_asked_about() {
        let answer = answer(&raw(&successions()), &asked("41816609600069")).unwrap();

        let path = "/v3/insee/sirene/etablissements/{siret}/successions";
        assert_fits_the_official_description(path, &answer);
        insta::assert_snapshot!(format!("{answer:#}"));
    }

    #[test]
    fn what_is_no_list_of_links_is_unknown() {
        let refused = answer(&raw(&json!({"header": {}})), &asked("41816609600069"));

        assert_eq!(refused.unwrap_err().class, Class::Unknown);
    }
}
