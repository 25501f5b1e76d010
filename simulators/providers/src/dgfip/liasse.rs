//! The call `liasse-fiscale`: what a company declared for a year, form by form and line by line.

mod shares;

use doublure_fixtures::{
    Siren, World,
    world::{Accounts, Company, Declared, Duty, TaxFile, Taxes},
};
use http::StatusCode;
use serde_json::{Value, json};

use super::{Call, not_found, refusal};
use crate::{dialect::Asked, words::Words};

/// What DGFIP says of a company's declarations.
pub(super) fn answer(asked: &Asked<'_, Call>, world: &World) -> Words {
    let Ok(year) = asked.details.parse::<i16>() else {
        return refusal(
            asked,
            StatusCode::BAD_REQUEST,
            400,
            "Paramètre annee absent",
        );
    };
    let siren = asked.entity.parse::<Siren>().ok();
    let Some(company) = siren.and_then(|siren| world.company(siren)) else {
        return not_found(asked);
    };
    match world.tax_file(&company, year) {
        TaxFile::Unknown => not_found(asked),
        TaxFile::Unreadable => refusal(
            asked,
            StatusCode::INTERNAL_SERVER_ERROR,
            UNREADABLE,
            "Dossier illisible ou absent",
        ),
        TaxFile::Found(taxes) => found(&company, &taxes),
    }
}

fn found(company: &Company, taxes: &Taxes) -> Words {
    let duties: Vec<Value> = taxes.duties.iter().map(|one| duty(company, one)).collect();
    let declarations = taxes.declared.as_ref().map(declarations);
    let body = json!({
        "entreprise": {
            "siren": company.siren,
            "denomination": company.identity.full_name().replacen(' ', "  ", 1),
            "itip": taxes.itip,
            // One stands alone, several in a list.
            "setOcfis": match duties.as_slice() {
                [one] => one.clone(),
                several => json!(several),
            },
        },
        "declarations": declarations.unwrap_or_default(),
    });
    Words::json(StatusCode::OK, &body)
}

fn duty(company: &Company, duty: &Duty) -> Value {
    json!({
        "numOcfi": duty.id,
        "codeObf": duty.code,
        "ROF": duty.reference,
        "regime": duty.regime,
        "nbRof": "0",
        "codeNace": company.activity.code.replace('.', ""),
        "dateDebut": format!("{}T00:00:00+01:00", company.created),
    })
}

fn declarations(declared: &Declared) -> Vec<Value> {
    let forms = match declared.regime {
        "RSI" => SIMPLIFIED,
        "DECC" => LIBERAL,
        _ => NORMAL,
    };
    let forms = forms.iter().map(|&(form, lines)| {
        let lines = lines.iter().map(|&(nref, figure)| {
            json!({"code_nref": nref, "valeur": figure(&declared.accounts).to_string()})
        });
        declaration(declared, form, lines.collect())
    });
    let shares = declared.shares.iter().flat_map(shares::forms);
    let shares = shares.map(|(form, lines)| declaration(declared, form, lines));
    forms.chain(shares).collect()
}

fn declaration(declared: &Declared, form: &str, mut lines: Vec<Value>) -> Value {
    let Accounts { end, days, .. } = declared.accounts;
    // One line stands alone, several in a list.
    let lines = match lines.len() {
        1 => lines.swap_remove(0),
        _ => Value::Array(lines),
    };
    json!({
        "numero_imprime": form,
        "millesime": format!("{}01", end.year()),
        "code_regime": declared.regime,
        "date_declaration": declared.filed,
        "fin_exercice": end,
        "duree_exercice": format!("{days} jours"),
        "imprime": {"donnees": lines},
    })
}

/// Code of a file that DGFIP fails at.
const UNREADABLE: u32 = 500;

/// A form and its lines: number and figure.
type Form = (
    &'static str,
    &'static [(&'static str, fn(&Accounts) -> i64)],
);

const NORMAL: &[Form] = &[
    (
        "2051",
        &[
            ("300414", |year| year.capital),
            ("300438", |year| year.equity),
            ("302359", |year| year.provisions),
            ("300451", |_| 0),
            ("300453", |_| 0),
            ("300455", |year| year.bank_debt),
            ("300458", |year| year.other_debt),
            ("300476", Accounts::total),
        ],
    ),
    ("2052", &[("300506", |year| year.turnover)]),
    ("2053", &[("300606", |year| year.result)]),
    ("2057", &[("301195", |year| year.partners)]),
];
const SIMPLIFIED: &[Form] = &[
    (
        "2033A",
        &[
            ("304390", |year| year.capital),
            ("304396", |year| year.equity),
            ("304407", Accounts::total),
        ],
    ),
    (
        "2033B",
        &[
            ("304432", |year| year.turnover),
            ("304476", |year| year.result),
        ],
    ),
];
const LIBERAL: &[Form] = &[(
    "2035A",
    &[
        ("305201", |year| year.turnover),
        ("305240", |year| year.result),
    ],
)];
