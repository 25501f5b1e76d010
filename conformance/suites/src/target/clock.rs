//! How a gateway of somebody else has its clock moved, in staging.

mod hook;
mod in_step;
mod told;

use std::collections::BTreeMap;

use doublure_scenarios::instead;
use serde::Deserialize;

use super::table::{Amiss, look_up};
use crate::probe::Endpoint;

pub(crate) use hook::Hook;
pub use in_step::ForeignClock;

/// `[gateway.clock]`: what moves its time forward.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ClockTable {
    advance: Option<String>,
    body: Option<String>,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    command: Option<Vec<String>>,
}

impl ClockTable {
    /// What it says, if it says one thing, and by how much.
    pub(super) fn read(mut self, env: &dyn Fn(&str) -> Option<String>) -> Result<Hook, Amiss> {
        look_up("clock.headers", &mut self.headers, env)?;
        let amiss = |field: &str, problem: &str| Err(Amiss::at(format!("clock.{field}"), problem));
        let hook = match (self.advance, self.command) {
            (Some(_), Some(_)) => {
                return amiss(
                    "command",
                    "a clock is moved in one way: leave this or `advance` out",
                );
            }
            (None, None) => {
                return amiss(
                    "advance",
                    "missing: the URL that is POSTed to, as advance = \"http://127.0.0.1:3001/clock\"; \
                     or command = [\"./advance-clock\", \"{seconds}\"]",
                );
            }
            (None, Some(_)) if self.body.is_some() || !self.headers.is_empty() => {
                let field = if self.body.is_some() {
                    "body"
                } else {
                    "headers"
                };
                return amiss(field, "goes with `advance`: a command has arguments");
            }
            (None, Some(words)) => {
                let Some((program, arguments)) =
                    words.split_first().filter(|(name, _)| !name.is_empty())
                else {
                    return amiss("command", "empty: name a program, and what it is told");
                };
                Hook::Command {
                    program: program.clone(),
                    arguments: arguments.to_vec(),
                }
            }
            (Some(url), None) => {
                let parsed = Endpoint::parse(url.split('?').next().unwrap_or_default());
                parsed.map_err(|problem| Amiss::at("clock.advance", problem))?;
                Hook::Post {
                    url,
                    headers: self.headers,
                    body: self.body.unwrap_or_default(),
                }
            }
        };
        checked(hook)
    }
}

/// A hook that is told by how much.
fn checked(hook: Hook) -> Result<Hook, Amiss> {
    let (field, texts) = match &hook {
        Hook::Post { url, body, .. } => ("body", vec![url, body]),
        Hook::Command { arguments, .. } => ("command", arguments.iter().collect()),
    };
    let places = || texts.iter().flat_map(|text| places(text));
    let known: Vec<&str> = Hook::PLACES.to_vec();
    if let Some(unknown) = places().find(|place| !known.contains(place)) {
        let problem = format!("nothing stands for `{unknown}`{}", instead(unknown, &known));
        return Err(Amiss::at(format!("clock.{field}"), problem));
    }
    if places().next().is_none() {
        let problem = "nothing says by how much: write {ms} or {seconds} where the number goes";
        return Err(Amiss::at(format!("clock.{field}"), problem));
    }
    Ok(hook)
}

/// The words in braces.
fn places(text: &str) -> Vec<&str> {
    let opened = text.match_indices('{').filter_map(|(at, _)| {
        let length = text[at..].find('}')?;
        Some(&text[at..=at + length])
    });
    opened.filter(|place| is_a_word(place)).collect()
}

/// Whether it may stand for something: what stands in a body of JSON has quotes in it.
fn is_a_word(place: &str) -> bool {
    let word = place.trim_matches(['{', '}']);
    !word.is_empty()
        && word
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Hook, String> {
        let env = |name: &str| (name == "KEY").then(|| "secret".to_owned());
        let table: ClockTable = toml::from_str(text).unwrap();
        table.read(&env).map_err(|amiss| format!("{amiss:?}"))
    }

    #[test]
    fn a_clock_is_moved_by_a_request_or_by_a_command() {
        let posted = "advance = \"http://127.0.0.1:3001/clock\"\nbody = '{\"by\": {\"ms\": {ms}}}'\n\
                      headers = { X-Key = \"env:KEY\" }";
        let command = "command = [\"./advance-clock\", \"{seconds}\"]";

        let Ok(Hook::Post { headers, .. }) = read(posted) else {
            panic!("{:?}", read(posted));
        };
        assert_eq!(headers["X-Key"], "secret");
        assert!(matches!(read(command), Ok(Hook::Command { .. })));
        assert!(read("advance = \"http://127.0.0.1:3001/clock?by={seconds}\"").is_ok());
    }

    #[test]
    fn what_does_not_go_together_is_told_with_what_would_be_right() {
        let problem = |text: &str| read(text).unwrap_err();
        let posted = "advance = \"http://127.0.0.1:3001/clock?by={ms}\"\n";

        assert!(problem("").contains("clock.advance") && problem("").contains("POSTed"));
        assert!(problem(&format!("{posted}command = [\"x\", \"{{ms}}\"]")).contains("leave this"));
        assert!(problem("command = []").contains("name a program"));
        assert!(problem("command = [\"x\", \"{ms}\"]\nbody = \"{ms}\"").contains("clock.body"));
        assert!(problem("command = [\"x\"]").contains("{ms} or {seconds}"));
        assert!(problem("advance = \"nowhere/{ms}\"").contains("base URL"));
        assert!(
            problem("command = [\"x\", \"{second}\"]").contains("did you mean `{seconds}`?"),
            "{}",
            problem("command = [\"x\", \"{second}\"]")
        );
        assert!(problem(&posted.replace("{ms}", "1")).contains("clock.body"));
        assert!(problem(&format!("{posted}headers = {{ X = \"env:NONE\" }}")).contains("NONE"));
    }
}
