//! Target files: which provider is to be put to the test, and how it is asked, in TOML.

mod tables;

use std::{collections::BTreeSet, path::Path};

use doublure_control::Trust;
use doublure_rules::{Capability, GatewayProfile, Profile, ProviderProfile, Role};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use self::tables::{File, ProviderTable};
use crate::{TargetError, probe::Ask, target::table};

/// A provider to be put to the test, as a target file that was read and is sound describes it.
///
/// [`Target::TEMPLATE`] shows every field.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    table: ProviderTable,
}

impl Target {
    /// A target file with every field explained, to be copied and changed.
    pub const TEMPLATE: &str = include_str!("target/template.toml");

    /// Reads a target file; `env` looks up what `env:NAME` refers to.
    ///
    /// # Errors
    /// What cannot be used, by line or field.
    pub fn read(path: &Path, env: impl Fn(&str) -> Option<String>) -> Result<Self, TargetError> {
        let text = table::text(path)?;
        Self::parse(path, &text, env)
    }

    /// Reads the text of a target file; `path` is for people.
    ///
    /// # Errors
    /// What cannot be used, by line or field.
    pub fn parse(
        path: &Path,
        text: &str,
        env: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, TargetError> {
        let File {
            provider: mut table,
        } = table::tables(path, text)?;
        let unsound = |amiss| TargetError::unsound(path, text, "provider", amiss);
        table.look_up(&env).map_err(unsound)?;
        table.check().map_err(unsound)?;
        Ok(Self { table })
    }

    /// Where the provider is; this is also what it is called.
    pub fn base_url(&self) -> &str {
        &self.table.base_url
    }

    /// Who is believed, where it speaks TLS.
    pub(super) fn trust(&self) -> Option<Trust> {
        self.table.trust.clone()
    }

    /// What is declared of it.
    pub(super) fn profile(&self, edition: &str) -> Profile {
        let table = &self.table;
        let or_nothing = |entity: &Option<String>| entity.clone().unwrap_or_default();
        Profile {
            role: Role::Provider,
            edition: edition.to_owned(),
            capabilities: self.capabilities(),
            gateway: GatewayProfile::default(),
            client: doublure_rules::ClientProfile::default(),
            provider: ProviderProfile {
                deadline_ms: table.deadline_ms,
                media_type: table.media_type.clone(),
                known: or_nothing(&table.known),
                unknown: or_nothing(&table.unknown),
                malformed: or_nothing(&table.malformed),
                not_found: table.not_found.clone().unwrap_or_default(),
                refused: table.refused.clone().unwrap_or_default(),
                error_media_types: table.error_media_types.clone(),
            },
        }
    }

    /// Every entity to ask about, the known one first.
    pub(super) fn entities(&self) -> impl Iterator<Item = &str> {
        let table = &self.table;
        let named = [&table.known, &table.unknown, &table.malformed];
        named.into_iter().filter_map(Option::as_deref)
    }

    /// The question about an entity, with the header that a log-in gave.
    pub(super) fn ask(&self, entity: &str, logged_in: Option<&(String, String)>) -> Ask {
        let request = &self.table.request;
        let filled = |text: &str| text.replace(PLACE, entity);
        let mut headers = request.headers.clone();
        headers
            .values_mut()
            .for_each(|value| *value = filled(value));
        headers.extend(logged_in.cloned());
        Ask {
            method: request.method.clone(),
            target: request.path.replace(PLACE, &encoded(entity)),
            entity: Some(entity.to_owned()),
            headers,
            body: filled(&request.body),
            ..Ask::default()
        }
    }

    /// The log-in that comes first, if one does.
    pub(super) fn log_in(&self) -> Option<Ask> {
        let login = self.table.login.as_ref()?;
        let mut headers = login.headers.clone();
        let mut body = login.body.clone();
        if !login.form.is_empty() {
            let fields = login.form.iter();
            let pairs: Vec<String> = fields
                .map(|(name, value)| format!("{}={}", encoded(name), encoded(value)))
                .collect();
            body = pairs.join("&");
            headers.insert("Content-Type".to_owned(), FORM.to_owned());
        }
        Some(Ask {
            method: login.method.clone(),
            target: login.path.clone(),
            headers,
            body,
            ..Ask::default()
        })
    }

    /// The header to send after a log-in that was answered like this.
    pub(super) fn header_after(&self, answer: &str) -> Option<(String, String)> {
        let login = self.table.login.as_ref()?;
        let answer: serde_json::Value = serde_json::from_str(answer).ok()?;
        let token = answer.pointer(&login.token)?.as_str()?;
        let (name, value) = login.header.split_once(':')?;
        let value = value.trim().replace(TOKEN, token);
        Some((name.trim().to_owned(), value))
    }

    fn capabilities(&self) -> BTreeSet<Capability> {
        let table = &self.table;
        let named = [
            (&table.known, Capability::KnownEntity),
            (&table.unknown, Capability::UnknownEntity),
            (&table.malformed, Capability::MalformedEntity),
        ];
        let offered = named.into_iter().filter(|(entity, _)| entity.is_some());
        offered.map(|(_, capability)| capability).collect()
    }
}

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

/// All that RFC 3986 does not leave unreserved.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');
/// Where the entity asked about stands in a request.
const PLACE: &str = "{id}";
/// Where the token stands in a header.
const TOKEN: &str = "{token}";
const FORM: &str = "application/x-www-form-urlencoded";

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Target, TargetError> {
        let env = |name: &str| (name == "PASSWORD").then(|| "p&ss".to_owned());
        Target::parse(Path::new("target.toml"), text, env)
    }

    fn refusal(text: &str) -> String {
        read(text).unwrap_err().to_string()
    }

    const SMALL: &str =
        "[provider]\nbase_url = \"http://127.0.0.1:9101\"\nrequest = { path = \"/x/{id}\" }\n";

    #[test]
    fn the_template_is_a_target_file_that_can_be_used() {
        let target = Target::parse(Path::new("template.toml"), Target::TEMPLATE, |_| {
            Some("secret".to_owned())
        })
        .unwrap();

        assert_eq!(target.entities().count(), 3);
        assert!(target.log_in().is_some());
    }

    #[test]
    fn what_is_left_out_is_as_documented() {
        let profile = read(&format!("{SMALL}known = \"1\"\n"))
            .unwrap()
            .profile("documented");

        assert_eq!(profile.provider.deadline_ms, 10_000);
        assert_eq!(profile.provider.media_type, "application/json");
        assert_eq!(
            profile.capabilities,
            BTreeSet::from([Capability::KnownEntity])
        );
    }

    #[test]
    fn the_entity_stands_where_it_was_wanted_escaped_in_the_path_alone() {
        let text = "[provider]\nbase_url = \"http://127.0.0.1:9101\"\nknown = \"a b/é\"\n\
                    [provider.request]\nmethod = \"POST\"\npath = \"/x/{id}?q={id}\"\nbody = \"<id>{id}</id>\"\n\
                    headers = { X-Id = \"{id}\" }\n";

        let ask = read(text).unwrap().ask("a b/é", None);

        assert_eq!(ask.target, "/x/a%20b%2F%C3%A9?q=a%20b%2F%C3%A9");
        assert_eq!(ask.body, "<id>a b/é</id>");
        assert_eq!(ask.headers["X-Id"], "a b/é");
    }

    #[test]
    fn a_log_in_sends_its_form_and_its_token_is_shown_from_then_on() {
        let target = read(&format!(
            "{SMALL}known = \"1\"\n[provider.login]\npath = \"/token\"\ntoken = \"/access_token\"\n\
             form = {{ grant_type = \"password\", password = \"env:PASSWORD\" }}\n"
        ))
        .unwrap();

        let login = target.log_in().unwrap();
        let header = target.header_after(r#"{"access_token":"t0k"}"#).unwrap();

        assert_eq!(
            (login.method.as_str(), login.body.as_str()),
            ("POST", "grant_type=password&password=p%26ss")
        );
        assert_eq!(
            header,
            ("Authorization".to_owned(), "Bearer t0k".to_owned())
        );
        assert_eq!(
            target.ask("1", Some(&header)).headers["Authorization"],
            "Bearer t0k"
        );
        assert_eq!(target.header_after(r#"{"token":"t0k"}"#), None);
    }

    #[test]
    fn an_unknown_field_is_named_with_its_line() {
        insta::assert_snapshot!(refusal(&format!("{SMALL}konwn = \"1\"\n")), @r#"
        target.toml: TOML parse error at line 4, column 1
          |
        4 | konwn = "1"
          | ^^^^^
        unknown field `konwn`, expected one of `base_url`, `authority`, `deadline_ms`, `media_type`, `error_media_types`, `known`, `unknown`, `malformed`, `not_found`, `refused`, `request`, `login`
        "#);
    }

    #[test]
    fn what_does_not_go_together_is_named_by_field() {
        let refusals: Vec<String> = [
            "known = \"1\"\nbase_url = \"ftp://x\"\nrequest = { path = \"/{id}\" }",
            "known = \"1\"\nbase_url = \"http://x\"\nrequest = { path = \"/\" }",
            "known = \"1\"\nbase_url = \"http://x\"\nrequest = { path = \"{id}\" }",
            "known = \"1\"\nbase_url = \"http://x\"\nrequest = { path = \"/{id}\", method = \"GE T\" }",
            "known = \"1\"\nbase_url = \"http://x\"\nrequest = { path = \"/{id}\", headers = { \"X Y\" = \"1\" } }",
            "base_url = \"http://x\"\nrequest = { path = \"/{id}\" }",
            "unknown = \"1\"\nbase_url = \"http://x\"\nrequest = { path = \"/{id}\" }",
            "malformed = \"1\"\nrefused = {}\nbase_url = \"http://x\"\nrequest = { path = \"/{id}\" }",
            "known = \"1\"\nunknown = \"1\"\nnot_found = { status = 404 }\nbase_url = \"http://x\"\nrequest = { path = \"/{id}\" }",
            "known = \"1\"\nbase_url = \"http://x\"\nrequest = { path = \"/{id}\", headers = { X = \"env:NONE\" } }",
            "known = \"1\"\nbase_url = \"http://x\"\nrequest = { path = \"/{id}\" }\nlogin = { path = \"/t\", token = \"access_token\" }",
            "known = \"1\"\nbase_url = \"http://x\"\nrequest = { path = \"/{id}\" }\nlogin = { path = \"/t\", token = \"/t\", header = \"X: y\" }",
            "known = \"1\"\nbase_url = \"http://x\"\nrequest = { path = \"/{id}\" }\nlogin = { path = \"/t\", token = \"/t\", body = \"x\", form = { y = \"z\" } }",
        ]
        .iter()
        .map(|fields| refusal(&format!("[provider]\n{fields}\n")))
        .collect();

        insta::assert_snapshot!(refusals.join("\n"), @r#"
        target.toml:3, `provider.base_url`: `ftp://x`: only http and https are spoken to a target
        target.toml:4, `provider.request.path`: `{id}` stands neither in the path nor in a header nor in the body
        target.toml:4, `provider.request.path`: `{id}` is no path: write it as "/siren/{id}"
        target.toml:4, `provider.request.method`: `GE T` is no HTTP method
        target.toml:4, `provider.request.headers`: `X Y` is no header that can be sent
        target.toml:1, `provider.known`: nothing to ask about: name at least one of known, unknown, malformed
        target.toml:1, `provider.not_found`: `unknown` is named, so say how its answer is told: { status = 404 }, { contains = "…" } or both
        target.toml:3, `provider.refused`: `malformed` is named, so say how its answer is told: { status = 404 }, { contains = "…" } or both
        target.toml:1, `provider.known, unknown, malformed`: `1` is named twice
        target.toml:4, `provider.request.headers.X`: the environment has no `NONE`
        target.toml:5, `provider.login.token`: `access_token` is no JSON pointer: write it as "/access_token"
        target.toml:5, `provider.login.header`: write it as "Authorization: Bearer {token}"
        target.toml:5, `provider.login.body`: give `form` or `body`, not both
        "#);
    }

    #[test]
    fn a_file_that_is_not_there_is_named() {
        let refusal = Target::read(Path::new("/nowhere/target.toml"), |_| None).unwrap_err();

        assert!(refusal.to_string().starts_with("/nowhere/target.toml: "));
    }
}
