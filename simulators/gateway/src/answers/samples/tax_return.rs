use serde_json::{Value, json};

/// DGFIP on a company held by another and by a person, with one subsidiary.
pub(crate) fn tax_return() -> Value {
    json!({
        "entreprise": {
            "siren": "418166096",
            "itip": "100004763104",
            "setOcfis": {
                "numOcfi": "100209489259",
                "codeObf": "IS",
                "ROF": "IS1",
                "regime": "RN",
            },
        },
        "declarations": [
            form("2052", json!({"code_nref": "300506", "valeur": "648374448"})),
            form("2059F", held_by()),
            form("2059G", holds()),
        ],
    })
}

fn form(number: &str, lines: Value) -> Value {
    json!({
        "numero_imprime": number,
        "millesime": "202401",
        "code_regime": "RN",
        "date_declaration": "2025-05-08",
        "fin_exercice": "2024-12-31",
        "duree_exercice": "365 jours",
        "imprime": {"donnees": lines},
    })
}

fn held_by() -> Value {
    json!([
        {"code_nref": "309323", "valeur": "100"},
        {"code_nref": "309324", "valeur": "51000"},
        line("304857", "MERE"),
        line("304859", "552049447"),
        line("304860", "51000"),
        line("304861", "5100"),
        line("306875", "SA"),
        line("304862", "0057"),
        line("304863", "RUE  DE VARENNE"),
        line("304865", "75007"),
        line("304866", "PARIS"),
        line("304867", "FR"),
        line("306874", "MME"),
        line("304868", "EXEMPLE Camille"),
        line("304869", "NS"),
        line("304870", "49000"),
        line("304871", "4900"),
        line("304878", "19750517"),
    ])
}

fn holds() -> Value {
    json!([
        {"code_nref": "309327", "valeur": "100"},
        line("304958", "FILLE"),
        line("304960", "130007669"),
        line("306876", "SAS"),
        line("304967", "4250"),
        line("304961", "0051"),
        line("304962", "BOULEVARD DE LA TOUR"),
        line("304964", "75007"),
        line("304965", "PARIS"),
        line("304966", "FR"),
    ])
}

fn line(nref: &str, value: &str) -> Value {
    json!({"code_nref": nref, "valeurs": {"indiceRepetition": "1", "valeur": value}})
}
