//! The control API, described: every route, and an OpenAPI document of them.

use doublure_journal::{Entry, Event, Filter};
use schemars::{JsonSchema, Schema, SchemaGenerator, generate::SchemaSettings};
use serde_json::{Map, Value, json};

use crate::{
    AccountView, AddressView, Advance, ClockView, Count, JournalPage, JournalQuery, NewFault,
    NewSession, NewToken, OneOffView, Problem, ProviderView, QuotaView, SessionView, TokenView,
    WaitQuery,
};

/// One route of the control API.
#[derive(Clone, Copy, Debug)]
pub struct Route {
    /// HTTP method.
    pub method: &'static str,
    /// Path; what stands in braces is a parameter.
    pub path: &'static str,
    /// What it does, in a sentence.
    pub about: &'static str,
    asks: Shape,
    gives: Shape,
    query: Query,
}

/// What a body is.
#[derive(Clone, Copy, Debug)]
enum Shape {
    Nothing,
    Json(fn(&mut SchemaGenerator) -> Schema),
    /// What is created.
    Created(fn(&mut SchemaGenerator) -> Schema),
    /// A scenario file.
    Scenario,
    /// Server-sent events, each an entry.
    Entries,
}

/// What may stand in the query.
#[derive(Clone, Copy, Debug)]
enum Query {
    Nothing,
    Name,
    Filter,
}

/// The control API as an OpenAPI 3.1 document.
pub fn document() -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.definitions_path = "/components/schemas".into();
        settings.meta_schema = None;
    });
    let mut schemas = settings.into_generator();
    let mut paths = Map::new();
    for route in ROUTES {
        let operations = paths
            .entry(route.path)
            .or_insert_with(|| Value::Object(Map::new()));
        operations[route.method.to_lowercase()] = route.described(&mut schemas);
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Doublure: control API",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Creates sessions, commands them, and looks at what happened in them.",
        },
        "paths": paths,
        "components": { "schemas": schemas.take_definitions(true) },
    })
}

impl Route {
    const fn new(method: &'static str, path: &'static str, about: &'static str) -> Self {
        Self {
            method,
            path,
            about,
            asks: Shape::Nothing,
            gives: Shape::Nothing,
            query: Query::Nothing,
        }
    }

    const fn get<T: JsonSchema>(path: &'static str, about: &'static str) -> Self {
        Self::new("GET", path, about).gives(json_of::<T>())
    }

    const fn post<T: JsonSchema>(path: &'static str, about: &'static str) -> Self {
        Self::new("POST", path, about).asks(json_of::<T>())
    }

    const fn delete(path: &'static str, about: &'static str) -> Self {
        Self::new("DELETE", path, about)
    }

    const fn asks(mut self, shape: Shape) -> Self {
        self.asks = shape;
        self
    }

    const fn gives(mut self, shape: Shape) -> Self {
        self.gives = shape;
        self
    }

    const fn with(mut self, query: Query) -> Self {
        self.query = query;
        self
    }

    fn described(&self, schemas: &mut SchemaGenerator) -> Value {
        let (status, given) = self.gives.answered(schemas);
        let problem = schemas.subschema_for::<Problem>();
        let mut operation = json!({
            "summary": self.about,
            "operationId": self.id(),
            "parameters": self.parameters(schemas),
            "responses": {
                status: given,
                "default": {
                    "description": "Why it was refused; nothing was changed.",
                    "content": { "application/json": { "schema": problem } },
                },
            },
        });
        if let Some(content) = self.asks.content(schemas) {
            operation["requestBody"] = json!({ "content": content });
        }
        operation
    }

    /// `post_sessions_name_faults`.
    fn id(&self) -> String {
        let words = self.path.split(|sign: char| !sign.is_ascii_alphanumeric());
        let words = words.filter(|word| !word.is_empty());
        let words: Vec<&str> = std::iter::once(self.method).chain(words).collect();
        words.join("_").to_lowercase()
    }

    fn parameters(&self, schemas: &mut SchemaGenerator) -> Vec<Value> {
        let in_path = self.path.split('/').filter_map(|part| {
            let name = part.strip_prefix('{')?.strip_suffix('}')?;
            let schema = json!({ "type": "string" });
            Some(json!({ "name": name, "in": "path", "required": true, "schema": schema }))
        });
        in_path.chain(self.query.parameters(schemas)).collect()
    }
}

impl Shape {
    fn content(self, schemas: &mut SchemaGenerator) -> Option<Value> {
        let (kind, schema) = match self {
            Self::Nothing => return None,
            Self::Json(of) | Self::Created(of) => ("application/json", of(schemas)),
            Self::Scenario => ("text/yaml", schemas.subschema_for::<String>()),
            Self::Entries => ("text/event-stream", schemas.subschema_for::<Entry>()),
        };
        let mut content = Map::new();
        content.insert(kind.to_owned(), json!({ "schema": schema }));
        Some(content.into())
    }

    fn answered(self, schemas: &mut SchemaGenerator) -> (&'static str, Value) {
        let (status, description) = match self {
            Self::Nothing => ("204", "Done."),
            Self::Created(_) => ("201", "Made."),
            Self::Entries => (
                "200",
                "Each entry as it is written, as an event of its kind.",
            ),
            Self::Json(_) | Self::Scenario => ("200", "As it stands."),
        };
        let mut answered = json!({ "description": description });
        if let Some(content) = self.content(schemas) {
            answered["content"] = content;
        }
        (status, answered)
    }
}

impl Query {
    fn parameters(self, schemas: &mut SchemaGenerator) -> Vec<Value> {
        let named = |(name, schema): (&String, &Value)| json!({ "name": name, "in": "query", "schema": schema });
        match self {
            Self::Nothing => Vec::new(),
            Self::Name => vec![
                json!({ "name": "name", "in": "query", "schema": { "type": "string", "default": "custom" } }),
            ],
            Self::Filter => {
                let filter = Filter::json_schema(schemas);
                let fields = filter.get("properties").and_then(Value::as_object);
                fields.into_iter().flatten().map(named).collect()
            }
        }
    }
}

const fn json_of<T: JsonSchema>() -> Shape {
    Shape::Json(SchemaGenerator::subschema_for::<T>)
}

const fn created<T: JsonSchema>() -> Shape {
    Shape::Created(SchemaGenerator::subschema_for::<T>)
}

/// Every route, in the order in which they are told.
pub const ROUTES: &[Route] = &[
    Route::get::<Value>("/health", "The server is up."),
    Route::get::<Value>("/openapi.json", "This document."),
    Route::get::<Vec<SessionView>>("/sessions", "Lists the sessions."),
    Route::post::<NewSession>("/sessions", "Creates a session; all of it listens when this is answered.")
        .gives(created::<SessionView>()),
    Route::get::<SessionView>("/sessions/{name}", "Looks at a session."),
    Route::delete("/sessions/{name}", "Ends a session; nothing of it listens when this is answered."),
    Route::get::<ClockView>("/sessions/{name}/clock", "What time it is there."),
    Route::post::<Advance>("/sessions/{name}/clock/advance", "Moves a manual clock on, or sets a real one forward.")
        .gives(json_of::<ClockView>()),
    Route::new("GET", "/sessions/{name}/scenario", "The scenario in force.").gives(Shape::Scenario),
    Route::new(
        "PUT",
        "/sessions/{name}/scenario",
        "Puts a scenario file in force, under this name; a refused one leaves the running one in force.",
    )
    .asks(Shape::Scenario)
    .with(Query::Name),
    Route::delete("/sessions/{name}/scenario", "Nothing goes wrong any more."),
    Route::get::<Vec<OneOffView>>(
        "/sessions/{name}/faults",
        "One-off faults that have not struck often enough yet.",
    ),
    Route::post::<NewFault>(
        "/sessions/{name}/faults",
        "Asks for a one-off fault: it strikes the next exchange that it fits, or so many, and is gone.",
    )
    .gives(created::<OneOffView>()),
    Route::delete("/sessions/{name}/faults", "Forgets every one-off fault."),
    Route::post::<Event>(
        "/sessions/{name}/journal",
        "Writes an event of the harness itself into the journal.",
    ),
    Route::delete("/sessions/{name}/journal", "Forgets the journal."),
    Route::post::<JournalQuery>("/sessions/{name}/journal/query", "Entries of the journal.")
        .gives(json_of::<JournalPage>()),
    Route::post::<Filter>("/sessions/{name}/journal/count", "How many entries a filter picks.")
        .gives(json_of::<Count>()),
    Route::post::<WaitQuery>(
        "/sessions/{name}/journal/wait",
        "Waits in real time until a filter picks so many; fewer are told when patience ran out.",
    )
    .gives(json_of::<Count>()),
    Route::new(
        "GET",
        "/sessions/{name}/journal/stream",
        "Follows the journal, what was written before first.",
    )
    .gives(Shape::Entries)
    .with(Query::Filter),
    Route::get::<Vec<QuotaView>>("/sessions/{name}/quotas", "The quota counters."),
    Route::delete("/sessions/{name}/quotas", "Sets every quota counter back."),
    Route::get::<Vec<AddressView>>("/sessions/{name}/bans", "Addresses that called, and their bans."),
    Route::delete("/sessions/{name}/bans", "Lifts every ban and forgets every address."),
    Route::get::<AccountView>(
        "/sessions/{name}/account",
        "What the owner of an account may know: the calls of each token, how near a ban each address is.",
    ),
    Route::get::<Vec<TokenView>>("/sessions/{name}/tokens", "The tokens, those minted since among them."),
    Route::post::<NewToken>("/sessions/{name}/tokens", "Mints a fresh token.")
        .gives(created::<TokenView>()),
    Route::delete("/sessions/{name}/tokens/{token}", "Revokes the token of this name."),
    Route::get::<Vec<ProviderView>>("/sessions/{name}/providers", "The providers, and what they remember."),
    Route::delete(
        "/sessions/{name}/providers",
        "Lets every provider forget log-ins and the answers that it keeps.",
    ),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// Every value of `$ref`, anywhere.
    fn references(value: &Value, found: &mut BTreeSet<String>) {
        if let Some(reference) = value.get("$ref").and_then(Value::as_str) {
            found.insert(reference.to_owned());
        }
        let members = value.as_object().into_iter().flat_map(Map::values);
        let items = value.as_array().into_iter().flatten();
        members
            .chain(items)
            .for_each(|inner| references(inner, found));
    }

    #[test]
    fn every_reference_of_the_document_leads_to_a_schema_of_it() {
        let document = document();
        let mut found = BTreeSet::new();
        references(&document, &mut found);

        assert!(found.contains("#/components/schemas/NewSession"));
        for reference in found {
            let pointer = reference.trim_start_matches('#');
            assert!(document.pointer(pointer).is_some(), "{reference}");
        }
    }

    #[test]
    fn every_operation_has_a_name_of_its_own_and_says_what_it_does() {
        let names: BTreeSet<String> = ROUTES.iter().map(Route::id).collect();

        assert_eq!(names.len(), ROUTES.len());
        assert!(names.contains("post_sessions_name_faults"));
        assert!(ROUTES.iter().all(|route| route.about.ends_with('.')));
    }

    #[test]
    fn an_operation_is_described_with_what_it_asks_and_gives() {
        let document = document();
        let at = |pointer: &str| document.pointer(pointer).unwrap().clone();

        let wait = "/paths/~1sessions~1{name}~1journal~1wait/post";
        let stream = "/paths/~1sessions~1{name}~1journal~1stream/get";

        assert_eq!(
            at(&format!(
                "{wait}/requestBody/content/application~1json/schema/$ref"
            )),
            "#/components/schemas/WaitQuery"
        );
        assert_eq!(at(&format!("{wait}/parameters/0/name")), "name");
        let asked = at(&format!("{stream}/parameters"));
        let names = asked
            .as_array()
            .unwrap()
            .iter()
            .map(|each| each["name"].clone());
        assert!(names.into_iter().any(|name| name == "operation"));
        assert!(at(stream)["responses"]["200"]["content"]["text/event-stream"].is_object());
        assert!(at("/paths/~1sessions/post")["responses"]["201"].is_object());
    }
}
