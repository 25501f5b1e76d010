//! One balance sheet in Banque de France's words.

use doublure_fixtures::world::Accounts;
use serde_json::{Map, Value, json};

/// All sheets, latest first; `earlier` is the year before the oldest of them.
pub(super) fn all(sheets: &[Accounts], earlier: Option<Accounts>) -> Value {
    let before = sheets.iter().skip(1).copied().map(Some).chain([earlier]);
    let sheets = sheets.iter().zip(before);
    Value::Array(sheets.map(|(year, before)| sheet(year, before)).collect())
}

fn sheet(year: &Accounts, before: Option<Accounts>) -> Value {
    let mut sheet = Map::new();
    sheet.insert(
        "dateArrete".into(),
        json!(year.end.strftime("%Y%m").to_string()),
    );
    if year.days < 365 {
        sheet.insert("dureeExercice".into(), json!("-"));
        return Value::Object(sheet);
    }
    sheet.insert("dureeExercice".into(), json!("12"));
    for (name, change, figure) in FIGURES {
        let now = figure(year) / 1_000;
        let then = before.as_ref().map(|before| figure(before) / 1_000);
        sheet.insert((*name).into(), json!(now.to_string()));
        sheet.insert(
            (*change).into(),
            json!(then.map_or_else(String::new, |then| changed(now, then))),
        );
    }
    let ratio = |year: &Accounts| share(year.working_capital(), year.need);
    let (now, then) = (ratio(year), before.as_ref().and_then(ratio));
    let text = now.map_or_else(String::new, |now| percent(now, false));
    sheet.insert("frng/bfr".into(), json!(text));
    let change = now.zip(then).map(|(now, then)| changed(now, then));
    sheet.insert(
        "evolutionFrng/Bfr".into(),
        json!(change.unwrap_or_default()),
    );
    Value::Object(sheet)
}

/// `+9.45%`; nothing where there was nothing.
fn changed(now: i64, then: i64) -> String {
    share(now - then, then.abs()).map_or_else(String::new, |change| percent(change, true))
}

/// Hundredths of a percent.
fn share(part: i64, whole: i64) -> Option<i64> {
    (whole != 0).then(|| part * 10_000 / whole)
}

fn percent(hundredths: i64, signed: bool) -> String {
    let sign = match hundredths {
        size if size < 0 => "-",
        size if size > 0 && signed => "+",
        _ => "",
    };
    let size = hundredths.abs();
    format!("{sign}{}.{:02}%", size / 100, size % 100)
}

/// Name of a figure, name of its change, and the figure.
type Figure = (&'static str, &'static str, fn(&Accounts) -> i64);

const FIGURES: &[Figure] = &[
    ("valeurAjouteeBdf", "evolutionValeurAjouteeBdf", |year| {
        year.added_value
    }),
    ("resultatExercice", "evolutionResultatExercice", |year| {
        year.result
    }),
    (
        "capitauxPropresEtAssimiles",
        "evolutionCapitauxPropresEtAssimiles",
        |year| year.equity,
    ),
    (
        "totalProvisionsPourRisquesEtCharges",
        "evolutionTotalProvisionsPourRisquesEtCharges",
        |year| year.provisions,
    ),
    (
        "dettes1EmpruntsObligatairesEtConvertibles",
        "evolutionDettes1EmpruntsObligatairesEtConvertibles",
        |_| 0,
    ),
    (
        "dettes2AutresEmpruntsObligataires",
        "evolutionDettes2AutresEmpruntsObligataires",
        |_| 0,
    ),
    // Misspelt by the service itself.
    (
        "dettes3EmruntsEtDettesAupresDesEtablissementsdeCredit",
        "evolutionDettes3EmpruntsEtDettesAupresDesEtablissementsdeCredit",
        |year| year.bank_debt,
    ),
    (
        "dettes4DontAUnAnAuPlus",
        "evolutionDettes4DontAUnAnAuPlus",
        |year| year.bank_debt_due,
    ),
    (
        "totalDettesStables",
        "evolutionTotaltotalDettesStables",
        |year| year.bank_debt - year.bank_debt_due,
    ),
    (
        "empruntsEtDettesFinancieresDivers",
        "evolutionEmpruntsEtDettesFinancieresDivers",
        |year| year.other_debt,
    ),
    ("groupesEtAssocies", "evolutionGroupesEtAssocies", |year| {
        year.partners
    }),
    (
        "besoinEnFondsDeRoulement",
        "evolutionBesoinEnFondsDeRoulement",
        |year| year.need,
    ),
    ("disponibilites", "evolutionDisponibilites", |year| {
        year.cash
    }),
    ("totalPassif", "evolutionTotalPassif", Accounts::total),
    ("caHT", "evolutionCaHT", |year| year.turnover),
    ("caf", "evolutionCaf", |year| year.cash_flow),
    ("dontCapitalSocial", "evolutionDontCapitalSocial", |year| {
        year.capital
    }),
    (
        "dontAutresFondsPropres",
        "evolutionDontAutresFondsPropres",
        |_| 0,
    ),
    ("ebe", "evolutionEbe", |year| year.gross_surplus),
    ("frng", "evolutionFrng", Accounts::working_capital),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_a_signed_percentage_of_what_was_there() {
        assert_eq!(changed(109, 100), "+9.00%");
        assert_eq!(changed(1, 3), "-66.66%");
        assert_eq!(changed(5, 5), "0.00%");
        assert_eq!(changed(5, 0), "");
        assert_eq!(changed(-5, -10), "+50.00%");
        assert_eq!(percent(10_126, false), "101.26%");
    }
}
