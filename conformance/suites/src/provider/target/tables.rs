//! The tables of a target file, and what makes them sound.

use std::{collections::BTreeMap, path::PathBuf};

use doublure_control::Trust;
use doublure_rules::profile::Shape;
use http::{HeaderName, HeaderValue, Method};
use serde::Deserialize;

use super::{PLACE, TOKEN};
use crate::{
    probe::Endpoint,
    target::table::{Amiss, look_up, trust},
};

/// A target file.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    pub(super) provider: ProviderTable,
}

/// What it says of the provider.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ProviderTable {
    pub(super) base_url: String,
    pub(super) authority: Option<PathBuf>,
    #[serde(skip)]
    pub(super) trust: Option<Trust>,
    #[serde(default = "documented_deadline")]
    pub(super) deadline_ms: u64,
    #[serde(default = "json")]
    pub(super) media_type: String,
    #[serde(default = "only_json")]
    pub(super) error_media_types: Vec<String>,
    pub(super) known: Option<String>,
    pub(super) unknown: Option<String>,
    pub(super) malformed: Option<String>,
    pub(super) not_found: Option<Shape>,
    pub(super) refused: Option<Shape>,
    pub(super) request: RequestTable,
    pub(super) login: Option<LoginTable>,
}

/// How it is asked.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RequestTable {
    #[serde(default = "get")]
    pub(super) method: String,
    pub(super) path: String,
    #[serde(default)]
    pub(super) headers: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) body: String,
}

/// How one logs in first.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LoginTable {
    #[serde(default = "post")]
    pub(super) method: String,
    pub(super) path: String,
    #[serde(default)]
    pub(super) headers: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) form: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) body: String,
    pub(super) token: String,
    #[serde(default = "bearer")]
    pub(super) header: String,
}

impl ProviderTable {
    /// Puts what the environment holds in the place of `env:NAME`.
    pub(super) fn look_up(&mut self, env: &dyn Fn(&str) -> Option<String>) -> Result<(), Amiss> {
        look_up("request.headers", &mut self.request.headers, env)?;
        if let Some(login) = &mut self.login {
            look_up("login.headers", &mut login.headers, env)?;
            look_up("login.form", &mut login.form, env)?;
        }
        Ok(())
    }

    /// Whether every field says what can be.
    pub(super) fn check(&mut self) -> Result<(), Amiss> {
        self.trust = trust(self.authority.as_deref())?;
        Endpoint::parse(&self.base_url).map_err(|problem| Amiss::at("base_url", problem))?;
        self.check_entities()?;
        self.request.check()?;
        self.login.as_ref().map_or(Ok(()), LoginTable::check)
    }

    fn check_entities(&self) -> Result<(), Amiss> {
        let named: Vec<&String> = [&self.known, &self.unknown, &self.malformed]
            .into_iter()
            .flatten()
            .collect();
        if named.is_empty() {
            let problem = "nothing to ask about: name at least one of known, unknown, malformed";
            return Err(Amiss::at("known", problem));
        }
        let same = |place: usize| named[..place].contains(&named[place]);
        if let Some(place) = (0..named.len()).find(|place| same(*place)) {
            let problem = format!("`{}` is named twice", named[place]);
            return Err(Amiss::at("known, unknown, malformed", problem));
        }
        check_shape(
            "not_found",
            "unknown",
            &self.unknown,
            self.not_found.as_ref(),
        )?;
        check_shape(
            "refused",
            "malformed",
            &self.malformed,
            self.refused.as_ref(),
        )
    }
}

impl RequestTable {
    fn check(&self) -> Result<(), Amiss> {
        check_line("request", &self.method, &self.path)?;
        check_headers("request.headers", &self.headers)?;
        let mut texts = self.headers.values().chain([&self.path, &self.body]);
        if texts.any(|text| text.contains(PLACE)) {
            return Ok(());
        }
        let problem =
            format!("`{PLACE}` stands neither in the path nor in a header nor in the body");
        Err(Amiss::at("request.path", problem))
    }
}

impl LoginTable {
    fn check(&self) -> Result<(), Amiss> {
        check_line("login", &self.method, &self.path)?;
        check_headers("login.headers", &self.headers)?;
        if !self.body.is_empty() && !self.form.is_empty() {
            return Err(Amiss::at("login.body", "give `form` or `body`, not both"));
        }
        if !self.token.starts_with('/') {
            let problem = format!("`{0}` is no JSON pointer: write it as \"/{0}\"", self.token);
            return Err(Amiss::at("login.token", problem));
        }
        match self.header.split_once(':') {
            Some((name, value)) if value.contains(TOKEN) && is_header_name(name) => Ok(()),
            _ => Err(Amiss::at(
                "login.header",
                format!("write it as \"Authorization: Bearer {TOKEN}\""),
            )),
        }
    }
}

fn check_shape(
    field: &str,
    entity: &str,
    named: &Option<String>,
    shape: Option<&Shape>,
) -> Result<(), Amiss> {
    let marked = shape.is_some_and(|shape| *shape != Shape::default());
    if named.is_none() || marked {
        return Ok(());
    }
    let problem = format!(
        "`{entity}` is named, so say how its answer is told: {{ status = 404 }}, {{ contains = \"…\" }} or both"
    );
    Err(Amiss::at(field, problem))
}

fn check_line(table: &str, method: &str, path: &str) -> Result<(), Amiss> {
    if method.parse::<Method>().is_err() {
        let problem = format!("`{method}` is no HTTP method");
        return Err(Amiss::at(format!("{table}.method"), problem));
    }
    let free_of_blanks = path
        .replace(PLACE, "")
        .chars()
        .all(|sign| sign.is_ascii_graphic());
    if path.starts_with('/') && free_of_blanks {
        return Ok(());
    }
    let problem = format!("`{path}` is no path: write it as \"/siren/{PLACE}\"");
    Err(Amiss::at(format!("{table}.path"), problem))
}

fn check_headers(field: &str, headers: &BTreeMap<String, String>) -> Result<(), Amiss> {
    let wrong = |(name, value): &(&String, &String)| {
        !is_header_name(name) || HeaderValue::try_from(value.as_str()).is_err()
    };
    match headers.iter().find(wrong) {
        Some((name, _)) => Err(Amiss::at(
            field,
            format!("`{name}` is no header that can be sent"),
        )),
        None => Ok(()),
    }
}

fn is_header_name(name: &str) -> bool {
    name.trim().parse::<HeaderName>().is_ok()
}

/// 002:106.
const fn documented_deadline() -> u64 {
    10_000
}

fn json() -> String {
    "application/json".to_owned()
}

fn only_json() -> Vec<String> {
    vec![json()]
}

fn get() -> String {
    "GET".to_owned()
}

fn post() -> String {
    "POST".to_owned()
}

fn bearer() -> String {
    format!("Authorization: Bearer {TOKEN}")
}
