//! What a company declared to DGFIP for a year: `api_entreprise_v3_dgfip_liasses_fiscales`.

use serde_json::{Value, json};

use super::{
    fields::{squeezed, text},
    forms,
};
use crate::{
    sources::Raw,
    trouble::{Class, Trouble},
};

/// What was declared: the company, its declarations.
pub(crate) struct Return {
    company: Value,
    declarations: Vec<Value>,
}

/// The answer for what DGFIP gave.
pub(crate) fn answer(raw: &Raw) -> Result<Value, Trouble> {
    let whole = Return::of(raw)?;
    Ok(json!({
        "data": {
            "obligations_fiscales": whole.duties(),
            "declarations": whole.declarations.iter().map(declaration).collect::<Vec<_>>(),
        },
        "links": {},
        "meta": {"internal_id_itip": text(&whole.company, "itip")},
    }))
}

impl Return {
    /// Reads what DGFIP gave.
    pub(crate) fn of(raw: &Raw) -> Result<Self, Trouble> {
        let unknown = || Trouble::said(Class::Unknown, &raw.body);
        let mut said: Value = serde_json::from_slice(&raw.body).map_err(|_| unknown())?;
        let mut take = |name| said.get_mut(name).map(Value::take);
        match (take("entreprise"), take("declarations")) {
            (Some(company @ Value::Object(_)), Some(Value::Array(declarations))) => Ok(Self {
                company,
                declarations,
            }),
            _ => Err(unknown()),
        }
    }

    /// The declaration on a form; none: it was not filed.
    pub(crate) fn form(&self, number: &str) -> Option<&Value> {
        let mut all = self.declarations.iter();
        all.find(|declaration| text(declaration, "numero_imprime") == Some(number))
    }

    fn duties(&self) -> Vec<Value> {
        let set = self.company.get("setOcfis");
        wrapped(set).into_iter().map(duty).collect()
    }
}

/// The values of a line in the order of their indices, `null` where one is missing; none: no such line.
pub(crate) fn values(declaration: &Value, nref: &str) -> Vec<Value> {
    let lines = wrapped(declaration.pointer("/imprime/donnees"));
    let lines = lines
        .into_iter()
        .filter(|line| text(line, "code_nref") == Some(nref));
    let mut values = Vec::new();
    for line in lines {
        let repeated = line.get("valeurs");
        let index = repeated.and_then(|one| text(one, "indiceRepetition")?.parse().ok());
        let place: usize = index.unwrap_or(1).clamp(1, MOST) - 1;
        if values.len() <= place {
            values.resize(place + 1, Value::Null);
        }
        values[place] = json!(squeezed(repeated.unwrap_or(line), "valeur"));
    }
    values
}

fn duty(duty: &Value) -> Value {
    let code = text(duty, "codeObf");
    json!({
        "id": text(duty, "numOcfi"),
        "code": code,
        "libelle": code.map(|code| match code {
            "IS" => "Impôt sur les sociétés",
            "BIC" => "Bénéfices industriels et commerciaux",
            "IS GROUPE" => "Impôt sur les sociétés dû par le groupe",
            "BA" => "Bénéfices agricoles",
            "BNC" => "Bénéfices non commerciaux",
            other => other,
        }),
        "reference": text(duty, "ROF").or_else(|| text(duty, "rof")),
        "regime": text(duty, "regime"),
    })
}

fn declaration(declaration: &Value) -> Value {
    let form = text(declaration, "numero_imprime").unwrap_or_default();
    let regime = text(declaration, "code_regime");
    json!({
        "numero_imprime": form,
        "regime": {"code": regime, "libelle": regime.map(regime_label)},
        "date_declaration": text(declaration, "date_declaration"),
        "date_fin_exercice": text(declaration, "fin_exercice"),
        "duree_exercice": days(declaration),
        "millesime": text(declaration, "millesime"),
        "donnees": lines(declaration, form),
    })
}

/// Each line once, in the order in which they first stand.
fn lines(declaration: &Value, form: &str) -> Vec<Value> {
    let mut nrefs: Vec<&str> = Vec::new();
    for line in wrapped(declaration.pointer("/imprime/donnees")) {
        let nref = text(line, "code_nref").unwrap_or_default();
        if !nrefs.contains(&nref) {
            nrefs.push(nref);
        }
    }
    let told = nrefs.into_iter().map(|nref| {
        let mut line = forms::described(form, nref);
        line["valeurs"] = Value::Array(values(declaration, nref));
        line
    });
    told.collect()
}

/// `365 jours`.
fn days(declaration: &Value) -> Option<u32> {
    let mut words = text(declaration, "duree_exercice")?.split(' ');
    words.next()?.parse().ok()
}

fn regime_label(code: &str) -> &str {
    match code {
        "RN" => "Réel normal",
        "RS" | "RSI" => "Réel simplifié",
        "RNMEMBRE" => "Réel normal groupe (groupe)",
        "RNGROUPE" => "Réel normal groupe (tête)",
        "DECC" => "Déclaration contrôlée",
        other => other,
    }
}

/// What DGFIP puts alone where there is one, and in a list where there are several.
fn wrapped(value: Option<&Value>) -> Vec<&Value> {
    match value {
        Some(Value::Array(several)) => several.iter().collect(),
        Some(one @ Value::Object(_)) => vec![one],
        _ => Vec::new(),
    }
}

/// More shareholders than that no form has room for.
const MOST: usize = 1_000;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answers::samples::{assert_fits_the_official_description, raw, tax_return};

    #[test]
    fn duties_and_forms_are_told_line_by_line() {
        let answer = answer(&raw(&tax_return())).unwrap();

        let path = "/v3/dgfip/unites_legales/{siren}/liasses_fiscales/{year}";
        assert_fits_the_official_description(path, &answer);
        insta::assert_snapshot!(format!("{answer:#}"));
    }

    #[test]
    fn a_value_that_is_missing_among_several_is_null() {
        let at = |index: &str| {
            json!({
                "code_nref": "304858",
                "valeurs": {"indiceRepetition": index, "valeur": index},
            })
        };
        let declaration = json!({"imprime": {"donnees": [at("3"), at("1"), at("9999999999")]}});

        let values = values(&declaration, "304858");

        assert_eq!(values[..3], [json!("1"), Value::Null, json!("3")]);
        assert!(values.len() <= MOST);
    }

    #[test]
    fn a_company_may_have_declared_nothing() {
        let answer = answer(&raw(
            &json!({"entreprise": {"itip": "1"}, "declarations": []}),
        ));

        assert_eq!(answer.unwrap()["data"]["declarations"], json!([]));
    }

    #[test]
    fn what_is_no_return_is_unknown() {
        let refused = answer(&raw(&json!({"declarations": []})));

        assert_eq!(refused.unwrap_err().class, Class::Unknown);
    }
}
