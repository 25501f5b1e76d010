//! The parts that operations of the document share.

use doublure_fixtures::{
    World,
    contract::{Parameter, ParameterKind, Whom},
};
use serde_json::{Value, json};

use crate::front::ALL_IN_ORDER;

/// A parameter of an operation's own.
pub(super) fn parameter(place: &str, parameter: &Parameter) -> Value {
    json!({
        "name": parameter.name,
        "in": place,
        "required": place == "path",
        "schema": kind(parameter.kind),
        "example": example(parameter.kind),
    })
}

/// A parameter that says why one calls.
pub(super) fn tracing(name: &str, example: &str) -> Value {
    json!({
        "name": name,
        "in": "query",
        "required": true,
        "schema": { "type": "string", "minLength": 1 },
        "example": example,
    })
}

/// Headers of what counts against a quota.
pub(super) fn quota_headers() -> Value {
    let header = |about: &str| json!({ "description": about, "schema": { "type": "integer" } });
    json!({
        "RateLimit-Limit": header("Appels permis par fenêtre"),
        "RateLimit-Remaining": header("Appels qui restent dans la fenêtre"),
        "RateLimit-Reset": header("Fin de la fenêtre, en secondes Unix"),
    })
}

/// What operations refer to.
pub(super) fn components() -> Value {
    json!({
        "securitySchemes": {
            "jeton": { "type": "http", "scheme": "bearer", "bearerFormat": "JWT" },
        },
        "schemas": {
            "Erreurs": {
                "type": "object",
                "required": ["errors"],
                "properties": {
                    "errors": {
                        "type": "array",
                        "minItems": 1,
                        "items": { "$ref": "#/components/schemas/Erreur" },
                    },
                },
            },
            "Erreur": {
                "type": "object",
                "required": ["code", "title", "detail", "meta"],
                "properties": {
                    "code": { "type": "string", "pattern": "^[0-9]{5}$" },
                    "title": { "type": "string" },
                    "detail": { "type": "string" },
                    "source": {
                        "type": "object",
                        "properties": {
                            "parameter": { "type": "string" },
                            "header": { "type": "string" },
                        },
                    },
                    "meta": {
                        "type": "object",
                        "properties": {
                            "provider": { "type": "string" },
                            "retry_in": { "type": "integer" },
                        },
                    },
                },
            },
        },
    })
}

/// What can be told of a kind without its check digits.
fn kind(kind: ParameterKind) -> Value {
    let like = |pattern: &str| json!({ "type": "string", "pattern": pattern });
    match kind {
        ParameterKind::Siren => like("^[0-9]{9}$"),
        ParameterKind::Siret => like("^[0-9]{14}$"),
        ParameterKind::Month => like("^(0[1-9]|1[0-2])$"),
        ParameterKind::Year => like("^(19|20)[0-9]{2}$"),
        ParameterKind::DgfipYear => like("^20[0-9]{2}$"),
        ParameterKind::Limit => json!({ "type": "integer", "minimum": 1, "maximum": 1000 }),
        ParameterKind::Depth => json!({ "type": "integer", "minimum": 0, "maximum": 13 }),
        ParameterKind::SiretOrRna
        | ParameterKind::SirenOrRna
        | ParameterKind::SirenOrSiretOrRna
        | ParameterKind::SiretOrEori
        | ParameterKind::Text => json!({ "type": "string", "minLength": 1 }),
    }
}

fn example(kind: ParameterKind) -> Value {
    let mut known = World::well_known().iter();
    let siren = known
        .find(|known| known.name == ALL_IN_ORDER)
        .and_then(|known| known.siren.parse().ok());
    let value = siren.map(|siren| kind.value_for(Whom::of(siren)));
    match kind {
        ParameterKind::Limit | ParameterKind::Depth => {
            json!(value.and_then(|value| value.parse::<u32>().ok()))
        }
        _ => json!(value),
    }
}
