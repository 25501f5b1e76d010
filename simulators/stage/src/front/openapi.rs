//! The OpenAPI document: what is served, from the contract table and from what is answered.

mod parts;

use std::collections::BTreeMap;

use doublure_fixtures::{
    Contract, Edition,
    contract::{ErrorRow, Operation, Parameter},
};
use serde_json::{Map, Value, json};

use super::{TRACING, samples::Shapes, served, shape::Shape};

/// The document, without its servers.
pub(super) fn document(contract: &Contract, edition: Edition, shapes: &Shapes) -> Value {
    let mut paths = Map::new();
    for operation in served(contract) {
        let nothing = BTreeMap::new();
        let shapes = shapes.get(&operation.id).unwrap_or(&nothing);
        let described = described(contract, edition, operation, shapes);
        paths.insert(operation.path.clone(), json!({ "get": described }));
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "API Entreprise, jouée par Doublure",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Ce qui est servi ici, tiré des tables du contrat et des réponses elles-mêmes. Aucune donnée n'est réelle.",
        },
        "security": [{ "jeton": [] }],
        "tags": tags(contract),
        "paths": paths,
        "components": parts::components(),
    })
}

/// Says where the document was asked for.
pub(super) fn serve_from(document: &mut Value, base: &str) {
    document["servers"] = json!([{ "url": base }]);
}

/// As YAML.
pub(super) fn yaml(document: &Value) -> (&'static str, String) {
    // A document without a line of YAML would be a fault of ours: JSON is YAML, too.
    let text = serde_saphyr::to_string(document).unwrap_or_else(|_| document.to_string());
    ("application/yaml", text)
}

/// As JSON.
pub(super) fn json(document: &Value) -> (&'static str, String) {
    ("application/json", document.to_string())
}

fn tags(contract: &Contract) -> Vec<Value> {
    let providers = contract.providers();
    providers
        .map(|provider| json!({ "name": provider.id, "description": provider.name }))
        .collect()
}

fn described(
    contract: &Contract,
    edition: Edition,
    operation: &Operation,
    shapes: &BTreeMap<u16, Shape>,
) -> Value {
    let in_path = operation
        .parameters
        .iter()
        .map(|one| parts::parameter("path", one));
    let in_query = operation
        .query
        .iter()
        .map(|one| parts::parameter("query", one));
    let tracing = TRACING.iter().filter(|_| operation.tracing);
    let tracing = tracing.map(|(name, example)| parts::tracing(name, example));
    let parameters: Vec<Value> = in_path.chain(in_query).chain(tracing).collect();
    json!({
        "operationId": operation.id,
        "summary": operation.path,
        "tags": operation.providers,
        "deprecated": operation.deprecated,
        "parameters": parameters,
        "responses": responses(contract, edition, operation, shapes),
    })
}

fn responses(
    contract: &Contract,
    edition: Edition,
    operation: &Operation,
    shapes: &BTreeMap<u16, Shape>,
) -> Value {
    let media = match edition {
        Edition::Observed if operation.tracing => "application/vnd.api+json",
        _ => "application/json",
    };
    let counts = operation.quota.of(edition).is_some();
    let mut responses = Map::new();
    // An operation that never answered is described, too.
    let unknown = BTreeMap::from([(200, Shape::default())]);
    let shapes = if shapes.is_empty() { &unknown } else { shapes };
    for (status, shape) in shapes {
        let content = BTreeMap::from([(media, json!({ "schema": shape.schema() }))]);
        let mut response = json!({ "description": "Réponse", "content": content });
        if counts {
            response["headers"] = parts::quota_headers();
        }
        responses.insert(status.to_string(), response);
    }
    for (status, titles) in refusals(contract, edition, operation) {
        let schema = json!({ "schema": { "$ref": "#/components/schemas/Erreurs" } });
        // What is refused before some step is plain JSON in every edition (facts 31).
        let content = BTreeMap::from([(media, schema.clone()), ("application/json", schema)]);
        let mut response = json!({ "description": titles.join(" ; "), "content": content });
        if counts {
            response["headers"] = parts::quota_headers();
        }
        responses.insert(status.to_string(), response);
    }
    Value::Object(responses)
}

/// The titles of an operation's refusals, by status.
fn refusals(
    contract: &Contract,
    edition: Edition,
    operation: &Operation,
) -> BTreeMap<u16, Vec<String>> {
    let mut refusals: BTreeMap<u16, Vec<String>> = BTreeMap::new();
    for row in contract
        .errors()
        .filter(|row| gives(contract, operation, row))
    {
        let titles = refusals.entry(*row.status.of(edition)).or_default();
        if !titles.contains(&row.title) {
            titles.push(row.title.clone());
        }
    }
    refusals
}

/// Whether an operation can give a code.
fn gives(contract: &Contract, operation: &Operation, row: &ErrorRow) -> bool {
    let code = row.code.as_str();
    let of_provider = || {
        let providers = operation.providers.iter();
        let mut numbers = providers.filter_map(|id| contract.provider(id));
        numbers.any(|provider| code.starts_with(&provider.number))
    };
    let judged = |parameter: &Parameter| parameter.kind.error_codes().contains(&code);
    match code {
        "00401" | "00429" | "00500" | "00101" | "00103" | "00105" => true,
        "00015" | "00107" => operation.tracing,
        "00100" => !operation.scopes.is_empty(),
        "00201" | "00202" | "00203" | "00210" => operation.tracing,
        "00402" => operation.version > 2,
        "00501" | "00502" => !operation.providers.is_empty(),
        _ if code.starts_with("00") => operation
            .parameters
            .iter()
            .chain(&operation.query)
            .any(judged),
        _ if code.starts_with("XX") => !operation.providers.is_empty(),
        _ => of_provider(),
    }
}
