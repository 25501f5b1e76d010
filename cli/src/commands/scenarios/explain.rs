//! `doublure scenarios explain`: which steps of a scenario strike a request, and why the others do not.

use std::str::FromStr;

use bytes::Bytes;
use clap::Args;
use doublure_control::{ClockSetting, NewSession, Problem};
use doublure_fixtures::Edition;
use doublure_journal::{Hop, Moment};
use doublure_stage::explain::{
    self, Explanation, Outcome as Came, Question, Step, StepsOfExchange,
};
use http::{HeaderName, HeaderValue, Method, Request, Uri};

use crate::{
    environment::{CONTEXT, OBJECT, RECIPIENT, STANDARD},
    exit::{Exit, Failure, Outcome},
    scenario_source::{ScenarioName, ScenarioText},
    session_args::SESSION,
    terminal::{FAINT, GOOD, STRONG, Terminal, WARNING},
};

/// Tell which steps of a scenario strike a request, and why the others do not
///
/// Plays the request in a session of its own on a manual clock, and asks the fault engine about every step: on the hop of
/// the caller, then on each call to a provider. The draws are those of `serve` and `run` with the same seed.
#[derive(Args, Debug)]
pub(super) struct ExplainArgs {
    /// The scenario: one of the library, or a YAML file; of several, the steps of the first are asked first
    #[arg(value_name = "NAME|FILE", required = true)]
    scenario: Vec<ScenarioName>,

    /// The request, as 'GET /v3/insee/sirene/unites_legales/418166096'; without `context` the tracing parameters are added
    #[arg(long, value_name = "METHOD TARGET")]
    request: Asked,

    /// Name of the token that it comes with; `none` for none
    #[arg(long, value_name = "NAME", default_value = STANDARD)]
    token: String,

    /// A header that it comes with, as 'X-Trial: bad'; may be given several times
    #[arg(long, value_name = "NAME: VALUE")]
    header: Vec<GivenHeader>,

    /// When it comes, as 2026-01-15T22:05:00+01:00
    #[arg(long, value_name = "INSTANT")]
    at: Option<Moment>,

    /// Explain the nth of so many equal requests, one after the other
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..=10_000))]
    nth: u64,

    /// Seed of all chance
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,

    /// Which truth about the gateway is followed: documented, documented-v2 or observed
    #[arg(long, value_name = "EDITION", default_value_t = Edition::Documented)]
    edition: Edition,

    /// As JSON
    #[arg(long)]
    json: bool,
}

/// `GET /path?query`.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Asked {
    method: Method,
    target: Uri,
}

/// `X-Trial: bad`.
#[derive(Clone, Debug, PartialEq, Eq)]
struct GivenHeader(HeaderName, HeaderValue);

impl ExplainArgs {
    pub(super) async fn exec(&self, terminal: &Terminal) -> Outcome {
        let text = ScenarioText::of_all(&self.scenario)?;
        let question = self.question(&text)?;
        let mut explanation = explain::explain(question).await.map_err(failure)?;
        explanation.scenario = text.name();
        if self.json {
            let json = serde_json::to_string_pretty(&explanation).map_err(Failure::new)?;
            terminal.answer(json)?;
        } else {
            terminal.answer(told(&explanation).trim_end())?;
        }
        Ok(Exit::DONE)
    }

    fn question(&self, text: &ScenarioText) -> Result<Question, Failure> {
        let mut request = Request::builder()
            .method(&self.request.method)
            .uri(&self.request.target);
        for GivenHeader(name, value) in &self.header {
            request = request.header(name, value);
        }
        Ok(Question {
            session: NewSession {
                name: Some(SESSION.to_owned()),
                seed: Some(self.seed),
                clock: ClockSetting::Manual(self.at),
                edition: Some(self.edition.to_string()),
                scenario_text: Some(text.text.clone()),
                ..NewSession::default()
            },
            request: request.body(Bytes::new()).map_err(Failure::new)?,
            token: (self.token != NO_TOKEN).then(|| self.token.clone()),
            nth: self.nth,
        })
    }
}

impl FromStr for Asked {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let refused = || {
            format!(
                "`{text}` is no request: write it as 'GET /v3/insee/sirene/unites_legales/418166096'"
            )
        };
        let (method, target) = text.trim().split_once(' ').ok_or_else(refused)?;
        let target = target.trim();
        if !target.starts_with('/') {
            return Err(refused());
        }
        let traced = if target.contains("context=") {
            target.to_owned()
        } else {
            let mark = if target.contains('?') { '&' } else { '?' };
            format!("{target}{mark}context={CONTEXT}&recipient={RECIPIENT}&object={OBJECT}")
        };
        Ok(Self {
            method: method.parse().map_err(|_| refused())?,
            target: traced.parse().map_err(|_| refused())?,
        })
    }
}

impl FromStr for GivenHeader {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let read = || {
            let (name, value) = text.split_once(':')?;
            Some(Self(name.trim().parse().ok()?, value.trim().parse().ok()?))
        };
        read().ok_or_else(|| format!("`{text}` is no header: write it as 'X-Trial: bad'"))
    }
}

fn failure(problem: Problem) -> Failure {
    Failure::new(problem.problem)
}

fn told(explanation: &Explanation) -> String {
    let Explanation {
        scenario,
        seed,
        request,
        at,
        nth,
        took_ms,
        answer,
        ..
    } = explanation;
    let token = explanation.token.as_deref().unwrap_or(NO_TOKEN);
    let mut text = format!(
        "{STRONG}{request}{STRONG:#}\n{FAINT}{scenario}, seed {seed}, token {token}, at {at}, number {nth} of its kind{FAINT:#}\n"
    );
    for exchange in &explanation.exchanges {
        text += &format!("\n{}\n", heading(exchange));
        let width = exchange.steps.iter().map(|step| step.fault.len()).max();
        for step in &exchange.steps {
            text += &line(step, width.unwrap_or_default());
        }
        if exchange.steps.is_empty() {
            text += &format!("  {FAINT}no step of the scenario is about this hop{FAINT:#}\n");
        }
    }
    if explanation.exchanges.is_empty() {
        text += "\nThe scenario has no step that could be asked.\n";
    }
    text += &format!("\nanswer: {STRONG}{answer}{STRONG:#} after {took_ms} ms\n");
    for warning in &explanation.warnings {
        text += &format!("{WARNING}note{WARNING:#}: {warning}\n");
    }
    text
}

fn heading(exchange: &StepsOfExchange) -> String {
    let parts: Vec<&str> = [
        &exchange.operation,
        &exchange.provider,
        &exchange.call,
        &exchange.entity,
    ]
    .into_iter()
    .flatten()
    .map(String::as_str)
    .collect();
    let hop = match exchange.hop {
        Hop::Client => "caller to gateway",
        Hop::Provider => "gateway to provider",
    };
    format!(
        "{STRONG}{hop}{STRONG:#}: {}, at {}",
        parts.join(" "),
        exchange.at
    )
}

fn line(step: &Step, width: usize) -> String {
    let Step { fault, why, .. } = step;
    let (style, word) = match step.outcome {
        Came::Fires => (WARNING, "fires"),
        Came::Excepts => (GOOD, "excepts"),
        Came::Matches => (STRONG, "matches"),
        Came::Spares => (FAINT, "spares"),
        Came::NotAsked => (FAINT, "not asked"),
    };
    let drawn = match (step.draw, step.share, step.outcome) {
        (Some(draw), Some(share), Came::Fires | Came::Excepts) => {
            format!(" (drew {draw:.6}, below its share of {share})")
        }
        _ => String::new(),
    };
    format!("  {fault:<width$}  {style}{word:<9}{style:#}  {why}{drawn}\n")
}

/// What `--token` says for a request without one.
const NO_TOKEN: &str = "none";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_without_tracing_parameters_gets_them() {
        let asked = |text: &str| text.parse::<Asked>().unwrap().target.to_string();

        assert_eq!(
            asked("GET /privileges"),
            "/privileges?context=essai&recipient=13002526500013&object=essai"
        );
        assert_eq!(asked("GET /a?x=1&context=b"), "/a?x=1&context=b");
        assert!(asked("GET /a?x=1").starts_with("/a?x=1&context="));
    }

    #[test]
    fn what_is_no_request_or_no_header_is_refused_with_an_example() {
        for text in ["/privileges", "GET privileges", "GE T /a", ""] {
            let refusal = text.parse::<Asked>().unwrap_err();
            assert!(refusal.contains("'GET /v3"), "{refusal}");
        }
        for text in ["X-Trial", "a b: c", ": c"] {
            assert!(text.parse::<GivenHeader>().is_err(), "{text}");
        }
        let GivenHeader(name, value) = "X-Trial: bad".parse().unwrap();
        assert_eq!((name.as_str(), value.to_str().unwrap()), ("x-trial", "bad"));
    }
}
