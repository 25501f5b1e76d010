//! Numbers of staff: `api_entreprise_v3_gip_mds_effectifs_annuels_entreprise` and
//! `api_entreprise_v3_gip_mds_effectifs_mensuels_etablissement`.

use serde_json::{Value, json};

use super::asked::Asked;
use crate::{
    sources::{
        Raw,
        gip_mds::{self, Entry},
    },
    trouble::{Class, Trouble},
};

/// The staff of a company over a year.
pub(crate) fn yearly(raw: &Raw, asked: &Asked<'_>) -> Result<Value, Trouble> {
    let entries = entries(raw, |entry, _| entry)?;
    Ok(json!({
        "data": {
            "siren": asked.entity,
            "annee": asked.arguments.value("year"),
            "effectifs_annuel": entries,
        },
        "links": {},
        "meta": {},
    }))
}

/// The staff of an establishment, month by month.
pub(crate) fn monthly(raw: &Raw, asked: &Asked<'_>) -> Result<Value, Trouble> {
    let entries = entries(raw, |mut entry, period| {
        entry["annee"] = json!(period.get(..4));
        entry["mois"] = json!(period.get(4..6));
        entry
    })?;
    Ok(json!({
        "data": {"siret": asked.entity, "effectifs_mensuels": entries},
        "links": {},
        "meta": {},
    }))
}

fn entries(raw: &Raw, complete: fn(Value, &str) -> Value) -> Result<Vec<Value>, Trouble> {
    let entries = gip_mds::entries(&raw.body)?;
    let entries = entries
        .iter()
        .map(|entry| Some(complete(item(entry)?, &entry.periode)));
    let entries: Option<Vec<Value>> = entries.collect();
    entries.ok_or_else(|| Trouble::said(Class::Unknown, &raw.body))
}

/// One entry; none: it holds what no entry should.
fn item(entry: &Entry) -> Option<Value> {
    let (value, updated) = match entry.effectifs.as_str() {
        "NC" => (None, None),
        number => (Some(number.parse::<f64>().ok()?), entry.updated.as_deref()),
    };
    Some(json!({
        "regime": match entry.source.as_str() {
            "RA" => "regime_agricole",
            "RG" => "regime_general",
            _ => return None,
        },
        "nature": nature(&entry.nature)?,
        "value": value,
        "date_derniere_mise_a_jour": updated,
    }))
}

fn nature(code: &str) -> Option<&'static str> {
    Some(match code {
        "A01" => "effectif_moyen_annuel",
        "A02" => "effectif_boeth_annuel",
        "A03" => "effectif_ecap_annuel",
        "A04" => "effectif_assujettissement_oeth_annuel",
        "M01" => "effectif_moyen_mensuel",
        "M02" => "effectif_boeth_mensuel",
        "M03" => "effectif_ecap_mensuel",
        "M04" => "effectif_assujettissement_oeth_mensuel",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        answers::samples::{asked, assert_fits_the_official_description, raw},
        arguments::Arguments,
    };

    fn said(nature: &str, period: &str) -> Raw {
        raw(&json!([
            {"source": "RA", "nature": nature, "periode": period, "effectifs": "NC"},
            {
                "source": "RG",
                "nature": nature,
                "periode": period,
                "effectifs": "12.66",
                "miseAJourRCD": "2023-07-10",
            },
        ]))
    }

    #[test]
    fn a_year_has_an_entry_for_each_scheme() {
        let arguments = Arguments::such([("siren", "418166096"), ("year", "2023")]);
        let asked = Asked {
            arguments: &arguments,
            ..asked("418166096")
        };

        let answer = yearly(&said("A01", "20231231"), &asked).unwrap();

        let path = "/v3/gip_mds/unites_legales/{siren}/effectifs_annuels/{year}";
        assert_fits_the_official_description(path, &answer);
        insta::assert_snapshot!(format!("{answer:#}"));
    }

    #[test]
    fn a_month_is_named_in_each_entry() {
        let answer = monthly(&said("M02", "20221201"), &asked("41816609600069")).unwrap();

        let path = "/v3/gip_mds/etablissements/{siret}/effectifs_mensuels/{month}/annee/{year}";
        assert_fits_the_official_description(path, &answer);
        insta::assert_snapshot!(format!("{answer:#}"));
    }

    #[test]
    fn every_nature_has_a_name_and_what_is_none_is_unknown() {
        for code in ["A01", "A02", "A03", "A04", "M01", "M02", "M03", "M04"] {
            assert!(nature(code).is_some(), "{code}");
        }
        let refused = monthly(&said("X01", "20221201"), &asked("41816609600069"));

        assert_eq!(refused.unwrap_err().class, Class::Unknown);
    }
}
