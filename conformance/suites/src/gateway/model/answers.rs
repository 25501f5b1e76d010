//! What a correct gateway answers, and what providers say.

use doublure_journal::{Body, ResponseSeen};
use serde_json::{Value, json};

use super::{
    asked::{Asked, DOCUMENT_TERM_MS, link},
    choreography::{Act, Operation},
};
use crate::gateway::leak::CANARY;

/// An answer of a model.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    /// Status.
    pub(super) status: u16,
    /// Headers.
    pub(super) headers: Vec<(String, String)>,
    /// Body.
    pub(super) body: Value,
}

/// What a source led to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Came {
    /// It answered so.
    Of(Act),
    /// It did not answer in time.
    Late,
}

impl Answer {
    /// An answer that is no refusal.
    pub(super) const fn of(status: u16, body: Value) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body,
        }
    }

    /// A refusal with errors, each with its code and the parameter at fault.
    pub(super) fn refusal(asked: &Asked, status: u16, errors: &[(&str, Option<&str>)]) -> Self {
        if asked.is_version_two() {
            return Self::of(
                status,
                json!({"errors": ["Non."], "gateway_error": status >= 500}),
            );
        }
        let error = |(code, parameter): &(&str, Option<&str>)| match parameter {
            None => json!({"code": code, "title": "T", "detail": "D", "meta": {}}),
            Some(name) => {
                json!({"code": code, "title": "T", "detail": "D", "source": {"parameter": name}, "meta": {}})
            }
        };
        let errors: Vec<Value> = errors.iter().map(error).collect();
        Self::of(status, json!({ "errors": errors }))
    }

    /// The answer that a source's leads to.
    pub(super) fn relayed(asked: &Asked, provider: &str, came: Came, edition: &str) -> Self {
        let number = NUMBERS
            .iter()
            .find(|(id, _)| *id == provider)
            .map_or("99", |(_, number)| number);
        let fault = |status, subcode: &str| {
            Self::refusal(asked, status, &[(&format!("{number}{subcode}"), None)])
        };
        let observed = edition == "observed";
        match came {
            Came::Late => fault(504, "002"),
            Came::Of(Act::Well) => Self::of(200, good(asked)),
            Came::Of(Act::Unknown) => fault(404, "003"),
            Came::Of(Act::Withheld) => fault(451, "005"),
            Came::Of(Act::Analysis) => {
                let mut answer = fault(502, "501");
                answer.body["errors"][0]["meta"] =
                    json!({"provider": "ACOSS", "retry_in": 172_800});
                answer
            }
            Came::Of(Act::BadFile) => fault(502, "053"),
            // Facts 151.
            Came::Of(Act::Unavailable | Act::Refuses) if observed && provider == "dgfip" => {
                fault(502, "011")
            }
            Came::Of(Act::Unavailable | Act::Refuses) => {
                fault(if observed { 502 } else { 503 }, "001")
            }
            Came::Of(Act::Unresolvable) => fault(502, "004"),
            Came::Of(Act::Garbage) => fault(502, "999"),
            Came::Of(_) => fault(502, "000"),
        }
    }

    /// The answer of an aggregate.
    pub(super) fn aggregated(asked: &Asked, came: &[(String, Came)], edition: &str) -> Self {
        let (main, lesser) = (&came[0], &came[1..]);
        if main.1 != Came::Of(Act::Well) {
            return Self::relayed(asked, &main.0, main.1, edition);
        }
        // Who has nothing has answered.
        let answered = |came: Came| matches!(came, Came::Of(Act::Well | Act::Unknown));
        let whole = lesser.iter().all(|(_, came)| answered(*came));
        let officers = if whole {
            json!([])
        } else {
            json!("Donnée indisponible")
        };
        let body = json!({
            "entreprise": {
                "siren": asked.entity,
                "forme_juridique_code": "5710",
                "naf_entreprise": "6202A",
                "raison_sociale": "OCTO TECHNOLOGY",
                "categorie_entreprise": "PME",
                "diffusable_commercialement": true,
                "date_creation": 888_706_800,
                "mandataires_sociaux": officers,
            },
            "etablissement_siege": {},
            "gateway_error": !whole,
        });
        Self::of(if whole { 200 } else { 206 }, body)
    }

    /// As the journal sees it.
    pub(super) fn seen(&self) -> ResponseSeen {
        let text = match &self.body {
            Value::Null => String::new(),
            Value::String(text) => text.clone(),
            body => body.to_string(),
        };
        ResponseSeen {
            status: self.status,
            headers: self.headers.clone(),
            body: Some(Body {
                length: text.len() as u64,
                text,
                cut: false,
            }),
        }
    }
}

/// What a provider says; none: nothing that is an answer.
pub(super) fn said(asked: &Asked, provider: &str, act: Act) -> Option<ResponseSeen> {
    let (status, text) = match act {
        Act::Silent | Act::Drips | Act::Garbage | Act::Refuses | Act::Unresolvable => return None,
        Act::Well if provider == "insee" => (200, register_entry(&asked.entity).to_string()),
        Act::Well | Act::BadFile => (200, "<extrait/>".to_owned()),
        Act::Unknown if provider == "infogreffe" => {
            (200, "006 -DOSSIER NON TROUVE DANS LA BASE-".to_owned())
        }
        Act::Unknown => (404, "{}".to_owned()),
        Act::Withheld => (403, "{}".to_owned()),
        Act::Analysis => (400, r#"[{"code":"FUNC503"}]"#.to_owned()),
        Act::Unavailable => (503, String::new()),
        Act::Speaks => (500, format!("<h1>{CANARY}{}</h1>", asked.entity)),
        Act::Fails => (500, String::new()),
    };
    let header = (
        "X-Served-By".to_owned(),
        format!("{CANARY}{}-host", asked.entity),
    );
    Some(ResponseSeen {
        status,
        headers: if act == Act::Speaks {
            vec![header]
        } else {
            Vec::new()
        },
        body: Some(Body {
            length: text.len() as u64,
            text,
            cut: false,
        }),
    })
}

/// What INSEE says of a company.
fn register_entry(entity: &str) -> Value {
    json!({"uniteLegale": {
        "siren": entity,
        "sigleUniteLegale": null,
        "categorieEntreprise": "PME",
        "statutDiffusionUniteLegale": "O",
        "dateCreationUniteLegale": "1998-03-01",
        "activitePrincipaleNAF25UniteLegale": "62.02A",
        "periodesUniteLegale": [{
            "denominationUniteLegale": "OCTO TECHNOLOGY",
            "categorieJuridiqueUniteLegale": "5710",
            "activitePrincipaleUniteLegale": "62.02A",
        }],
    }})
}

/// The body of an answer in which all is well.
fn good(asked: &Asked) -> Value {
    let data = match asked.step.operation {
        Operation::Company | Operation::LaterCompany => json!({
            "siren": asked.entity,
            "personne_morale_attributs": {"raison_sociale": "Octo Technology", "sigle": null},
            "forme_juridique": {"code": "5710"},
            "activite_principale": {"code": "62.02A"},
            "activite_principale_naf_rev2": {"code": "62.02A"},
            "categorie_entreprise": "PME",
            "diffusable_commercialement": true,
            "date_creation": 888_706_800,
        }),
        operation if operation.is_document() => json!({
            "document_url": link(&asked.entity),
            "expires_in": DOCUMENT_TERM_MS / 1_000,
        }),
        _ => json!({}),
    };
    json!({"data": data, "links": {}, "meta": {}})
}

/// The number of each provider in codes.
const NUMBERS: [(&str, &str); 4] = [
    ("insee", "01"),
    ("infogreffe", "02"),
    ("dgfip", "03"),
    ("urssaf", "04"),
];
