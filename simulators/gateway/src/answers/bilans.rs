//! Balance sheets: `api_entreprise_v3_banque_de_france_bilans_entreprise`, a collection.

use serde_json::{Value, json};

use super::{fields::text, forms};
use crate::{
    sources::{Raw, banque_de_france},
    trouble::{Class, Trouble},
};

/// The answer for what Banque de France gave. Sheets of years whose length it does not tell are left out.
pub(crate) fn answer(raw: &Raw) -> Result<Value, Trouble> {
    let sheets = banque_de_france::sheets(&raw.body)?;
    let told = sheets
        .iter()
        .filter(|sheet| text(sheet, "dureeExercice") != Some("-"));
    let items: Option<Vec<Value>> = told.map(item).collect();
    let items = items.ok_or_else(|| Trouble::said(Class::Unknown, &raw.body))?;
    let count = items.len();
    Ok(json!({"data": items, "meta": {"count": count}, "links": {}}))
}

/// One sheet; none: it has no date.
fn item(sheet: &Value) -> Option<Value> {
    let closed = text(sheet, "dateArrete")?;
    let calculated: serde_json::Map<String, Value> = CALCULATED
        .iter()
        .map(|&(name, figure, change)| {
            let value =
                json!({"valeur": euros(sheet, figure), "evolution": percent(sheet, change)});
            (name.to_owned(), value)
        })
        .chain([(RATIO.to_owned(), ratio(sheet))])
        .collect();
    let declarations: Vec<Value> = DECLARED
        .iter()
        .map(|form| declaration(sheet, form))
        .collect();
    Some(json!({
        "data": {
            "annee": closed.get(..4)?,
            "date_arrete_exercice": closed,
            "valeurs_calculees": [calculated],
            "declarations": declarations,
        },
        "links": {},
        "meta": {},
    }))
}

fn ratio(sheet: &Value) -> Value {
    json!({
        "valeur": percent(sheet, "frng/bfr").unwrap_or_default(),
        "evolution": percent(sheet, "evolutionFrng/Bfr"),
    })
}

fn declaration(sheet: &Value, &(form, lines): &Form) -> Value {
    let lines = lines.iter().map(|&(nref, figure, change)| {
        let mut line = forms::described(form, nref);
        line["valeurs"] = json!([euros(sheet, figure)]);
        line["evolution"] = json!(percent(sheet, change));
        line
    });
    json!({"numero_imprime": form, "donnees": lines.collect::<Vec<_>>()})
}

/// Thousands of euros as euros.
fn euros(sheet: &Value, name: &str) -> String {
    let thousands = text(sheet, name).and_then(|text| text.parse::<i64>().ok());
    (thousands.unwrap_or_default() * 1_000).to_string()
}

/// `+9.45%` as a number.
fn percent(sheet: &Value, name: &str) -> Option<f64> {
    text(sheet, name)?.trim_end_matches('%').parse().ok()
}

const RATIO: &str = "ratio_fonds_roulement_net_global_sur_besoin_en_fonds_de_roulement";

/// Name of a figure here, and of it and its change there.
const CALCULATED: [(&str, &str, &str); 8] = [
    (
        "disponibilites",
        "disponibilites",
        "evolutionDisponibilites",
    ),
    (
        "total_dettes_stables",
        "totalDettesStables",
        "evolutionTotaltotalDettesStables",
    ),
    (
        "valeur_ajoutee_bdf",
        "valeurAjouteeBdf",
        "evolutionValeurAjouteeBdf",
    ),
    (
        "besoin_en_fonds_de_roulement",
        "besoinEnFondsDeRoulement",
        "evolutionBesoinEnFondsDeRoulement",
    ),
    ("excedent_brut_exploitation", "ebe", "evolutionEbe"),
    ("capacite_autofinancement", "caf", "evolutionCaf"),
    ("fonds_roulement_net_global", "frng", "evolutionFrng"),
    (
        "dettes4_maturite_a_un_an_au_plus",
        "dettes4DontAUnAnAuPlus",
        "evolutionDettes4DontAUnAnAuPlus",
    ),
];

/// A tax form and the figures that are lines of it: their number there, and the names of figure and change.
type Form = (
    &'static str,
    &'static [(&'static str, &'static str, &'static str)],
);

const DECLARED: [Form; 4] = [
    (
        "2051",
        &[
            ("300476", "totalPassif", "evolutionTotalPassif"),
            (
                "300438",
                "capitauxPropresEtAssimiles",
                "evolutionCapitauxPropresEtAssimiles",
            ),
            ("300414", "dontCapitalSocial", "evolutionDontCapitalSocial"),
            (
                "302359",
                "totalProvisionsPourRisquesEtCharges",
                "evolutionTotalProvisionsPourRisquesEtCharges",
            ),
            (
                "300451",
                "dettes1EmpruntsObligatairesEtConvertibles",
                "evolutionDettes1EmpruntsObligatairesEtConvertibles",
            ),
            (
                "300453",
                "dettes2AutresEmpruntsObligataires",
                "evolutionDettes2AutresEmpruntsObligataires",
            ),
            (
                "300455",
                "dettes3EmruntsEtDettesAupresDesEtablissementsdeCredit",
                "evolutionDettes3EmpruntsEtDettesAupresDesEtablissementsdeCredit",
            ),
            (
                "300458",
                "empruntsEtDettesFinancieresDivers",
                "evolutionEmpruntsEtDettesFinancieresDivers",
            ),
        ],
    ),
    ("2052", &[("300506", "caHT", "evolutionCaHT")]),
    (
        "2053",
        &[("300606", "resultatExercice", "evolutionResultatExercice")],
    ),
    (
        "2057",
        &[("301195", "groupesEtAssocies", "evolutionGroupesEtAssocies")],
    ),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answers::samples::{assert_fits_the_official_description, raw};

    #[test]
    fn thousands_become_euros_and_percentages_numbers() {
        let answer = answer(&raw(&json!({"code-retour": 200, "bilans": [
            {
                "dateArrete": "202112",
                "dureeExercice": "12",
                "caHT": "12345",
                "evolutionCaHT": "+13.91%",
                "disponibilites": "93",
                "evolutionDisponibilites": "",
                "resultatExercice": "-12",
                "evolutionResultatExercice": "-0.54%",
                "frng/bfr": "101.26%",
            },
            {"dateArrete": "202012", "dureeExercice": "-"},
        ]})))
        .unwrap();

        let path = "/v3/banque_de_france/unites_legales/{siren}/bilans";
        assert_fits_the_official_description(path, &answer);
        insta::assert_snapshot!(format!("{answer:#}"));
    }

    #[test]
    fn a_sheet_without_a_date_is_unknown() {
        let refused = answer(&raw(&json!({"bilans": [{"caHT": "1"}]})));

        assert_eq!(refused.unwrap_err().class, Class::Unknown);
    }
}
