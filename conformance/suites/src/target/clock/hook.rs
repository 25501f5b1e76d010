//! What moves a clock: a request or a command.

use std::{collections::BTreeMap, process::Stdio, time::Duration};

use doublure_control::patience;
use http::Uri;
use tokio::process::Command;

use crate::{
    TrialError,
    probe::{self, Answer, Ask, Endpoint},
};

/// What moves a clock forward. `{ms}` and `{seconds}` in it stand for by how much.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Hook {
    /// A request with the method POST.
    Post {
        /// Where to.
        url: String,
        /// Its headers; the body is JSON unless they say otherwise.
        headers: BTreeMap<String, String>,
        /// Its body.
        body: String,
    },
    /// A program that ends with 0 once the clock is moved.
    Command {
        /// Its name or path.
        program: String,
        /// What it is told.
        arguments: Vec<String>,
    },
}

impl Hook {
    /// What stands for by how much.
    pub(super) const PLACES: [&str; 2] = ["{ms}", "{seconds}"];

    /// Moves the clock forward by so many seconds.
    ///
    /// # Errors
    /// Anything but a success within this time; with what was answered.
    pub(super) async fn advance(&self, seconds: u64, within: Duration) -> Result<(), TrialError> {
        let filled = |text: &String| {
            let text = text.replace(Self::PLACES[0], &(seconds * 1_000).to_string());
            text.replace(Self::PLACES[1], &seconds.to_string())
        };
        let done = match self {
            Self::Post { url, headers, body } => {
                post(&filled(url), headers, filled(body), within).await
            }
            Self::Command { program, arguments } => {
                let arguments: Vec<String> = arguments.iter().map(filled).collect();
                run(program, &arguments, within).await
            }
        };
        let refused = |why| {
            let what = self.name();
            TrialError::Target(format!(
                "the target's clock was not moved by {seconds} s: {what} {why}"
            ))
        };
        done.map_err(refused)
    }

    /// What it is, for people.
    pub(super) fn name(&self) -> String {
        match self {
            Self::Post { url, .. } => format!("POST {url}"),
            Self::Command { program, .. } => format!("`{program}`"),
        }
    }
}

async fn post(
    url: &str,
    headers: &BTreeMap<String, String>,
    body: String,
    within: Duration,
) -> Result<(), String> {
    let (endpoint, ask) = request(url, headers, body)?;
    match probe::send(&endpoint, &ask, None, probe::after(within)).await {
        Answer::Whole(seen) if (200..300).contains(&seen.status) => Ok(()),
        Answer::Whole(seen) => {
            let body = seen.body.map(|body| body.text).unwrap_or_default();
            Err(format!("answered {} {}", seen.status, excerpt(&body)))
        }
        Answer::Failed(failure, _) => {
            Err(format!("gave no answer within {within:?} ({failure:?})"))
        }
    }
}

fn request(
    url: &str,
    headers: &BTreeMap<String, String>,
    body: String,
) -> Result<(Endpoint, Ask), String> {
    let uri: Uri = url.parse().map_err(|_| "is no URL".to_owned())?;
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    let authority = uri.authority().ok_or("is no URL")?;
    let scheme = uri.scheme_str().unwrap_or_default();
    let endpoint = Endpoint::parse(&format!("{scheme}://{authority}"))?;
    let mut headers = headers.clone();
    if !body.is_empty()
        && !headers
            .keys()
            .any(|name| name.eq_ignore_ascii_case(CONTENT_TYPE))
    {
        headers.insert(CONTENT_TYPE.to_owned(), "application/json".to_owned());
    }
    let ask = Ask {
        method: "POST".to_owned(),
        target: path.to_owned(),
        headers,
        body,
        ..Ask::default()
    };
    Ok((endpoint, ask))
}

async fn run(program: &str, arguments: &[String], within: Duration) -> Result<(), String> {
    let mut command = Command::new(program);
    let ended = command
        .args(arguments)
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output();
    let ended = patience(within, ended).await;
    let output = ended
        .ok_or_else(|| format!("did not end within {within:?}"))?
        .map_err(|error| format!("cannot be started: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    let said = [output.stderr, output.stdout].concat();
    let said = String::from_utf8_lossy(&said);
    Err(format!("ended with {}: {}", output.status, excerpt(&said)))
}

/// As much of what was said as a line holds.
fn excerpt(said: &str) -> String {
    let words: Vec<&str> = said.split_whitespace().collect();
    words.join(" ").chars().take(EXCERPT).collect()
}

const CONTENT_TYPE: &str = "Content-Type";
const EXCERPT: usize = 200;

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_secs(60);

    async fn told(program: &str, arguments: &[&str], within: Duration) -> Result<(), String> {
        let arguments = arguments.iter().map(|&word| word.to_owned()).collect();
        let program = program.to_owned();
        let hook = Hook::Command { program, arguments };
        let moved = hook.advance(43_200, within).await;
        moved.map_err(|error| error.to_string())
    }

    #[test]
    fn a_request_goes_where_the_url_says_and_is_json_unless_its_headers_say_otherwise() {
        let made = |url: &str, headers: &[(&str, &str)], body: &str| {
            let headers = headers
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
            let (_, ask) = request(url, &headers.collect(), body.to_owned()).unwrap();
            (ask.target, ask.headers.get(CONTENT_TYPE).cloned())
        };

        let json = made("http://127.0.0.1:1/a/b?by=7", &[], "{}");
        let form = made("http://127.0.0.1:1", &[("content-type", "text/plain")], "7");

        assert_eq!(
            json,
            ("/a/b?by=7".to_owned(), Some("application/json".to_owned()))
        );
        assert_eq!(form, ("/".to_owned(), None));
        assert!(request("nowhere", &BTreeMap::new(), String::new()).is_err());
    }

    #[tokio::test]
    async fn a_command_is_told_by_how_much_and_must_end_well() {
        let check = "test $0 = 43200 && test $1 = 43200000";

        let well = told("sh", &["-c", check, "{seconds}", "{ms}"], LONG).await;
        let ill = told("sh", &["-c", "echo no such clock >&2; exit 3"], LONG).await;
        let gone = told("/no/such/hook", &[], LONG).await;

        assert_eq!(well, Ok(()));
        let ill = ill.unwrap_err();
        assert!(ill.contains("exit status: 3: no such clock"), "{ill}");
        assert!(gone.unwrap_err().contains("cannot be started"));
    }

    #[tokio::test]
    async fn a_hook_that_does_not_come_to_an_end_is_given_up() {
        let slow = told("sleep", &["60"], Duration::from_millis(10)).await;

        assert!(slow.unwrap_err().contains("did not end within 10ms"));
    }

    #[tokio::test]
    async fn where_nobody_listens_nothing_is_moved() {
        let hook = Hook::Post {
            url: "http://127.0.0.1:9/clock".to_owned(),
            headers: BTreeMap::new(),
            body: "{ms}".to_owned(),
        };

        let refused = hook.advance(1, LONG).await.unwrap_err().to_string();

        assert!(
            refused.contains("POST http://127.0.0.1:9/clock"),
            "{refused}"
        );
        assert!(refused.contains("Refused"), "{refused}");
    }
}
