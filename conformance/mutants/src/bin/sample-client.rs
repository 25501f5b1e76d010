//! A client of API Entreprise that behaves, and on demand one that does not.
//!
//! It finds all it needs in the environment, as every client under test does, and needs nothing but sockets. With
//! `--mutant NAME` it is broken in one way, so that the rules of a client can be seen to fail:
//!
//! | name | what it does |
//! |---|---|
//! | `forgets-token` | calls without its token |
//! | `never-gives-up` | waits for an answer for ever |
//! | `ignores-retry-after` | asks again a moment after a 429 |
//! | `ignores-retry-in` | asks again a moment after an error that says when to come back |
//! | `hot-loop` | asks again at once, whatever it is told |
#![expect(
    clippy::disallowed_methods,
    reason = "a client under test lives on real time and waits as clients do"
)]

use std::{
    env,
    io::{self, Read, Write},
    net::TcpStream,
    process::ExitCode,
    thread::sleep,
    time::{Duration, Instant},
};

use serde_json::Value;

/// In which way this client behaves or not.
#[derive(Clone, Copy, Debug)]
struct Manners {
    shows_token: bool,
    gives_up: bool,
    heeds_retry_after: bool,
    heeds_retry_in: bool,
    /// The pause before a call that should have waited longer.
    pause: Duration,
}

struct Answer {
    status: u16,
    head: String,
    body: String,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let mutant = match arguments.as_slice() {
        [] => None,
        [flag, name] if flag == "--mutant" => Some(name.as_str()),
        _ => return usage(),
    };
    let Some(manners) = Manners::of(mutant) else {
        return usage();
    };
    match work(manners) {
        Ok(()) => {
            println!(r#"{{"outcome":"ok"}}"#);
            ExitCode::SUCCESS
        }
        Err(why) => {
            println!("{}", serde_json::json!({ "outcome": "error", "why": why }));
            ExitCode::FAILURE
        }
    }
}

impl Manners {
    fn of(mutant: Option<&str>) -> Option<Self> {
        let good = Self {
            shows_token: true,
            gives_up: true,
            heeds_retry_after: true,
            heeds_retry_in: true,
            pause: Duration::from_millis(200),
        };
        Some(match mutant {
            None => good,
            Some("forgets-token") => Self {
                shows_token: false,
                ..good
            },
            Some("never-gives-up") => Self {
                gives_up: false,
                ..good
            },
            Some("ignores-retry-after") => Self {
                heeds_retry_after: false,
                ..good
            },
            Some("ignores-retry-in") => Self {
                heeds_retry_in: false,
                ..good
            },
            Some("hot-loop") => Self {
                heeds_retry_after: false,
                heeds_retry_in: false,
                pause: Duration::ZERO,
                ..good
            },
            Some(_) => return None,
        })
    }

    /// How long to wait before the same is asked again; none: that is final.
    fn wait_after(self, answer: &Answer) -> Option<Duration> {
        let (told, heeds) = if answer.status == 429 {
            (
                answer.header("retry-after")?.parse().ok()?,
                self.heeds_retry_after,
            )
        } else {
            (answer.retry_in()?, self.heeds_retry_in)
        };
        let wait = if heeds {
            Duration::from_secs(told)
        } else {
            self.pause
        };
        (wait <= LONGEST_WAIT).then_some(wait)
    }
}

fn work(manners: Manners) -> Result<(), String> {
    let calls = variable("DOUBLURE_CALLS")?;
    let calls: u32 = calls
        .parse()
        .map_err(|_| format!("`{calls}` is no number of calls"))?;
    (0..calls).try_for_each(|_| one_call(manners))
}

/// One call, asked again as long as the gateway says when to come back.
fn one_call(manners: Manners) -> Result<(), String> {
    for _ in 0..MOST_TRIES {
        let answer = ask(manners).map_err(|error| format!("no answer: {error}"))?;
        if answer.status == 200 {
            return Ok(());
        }
        let refused = || format!("{} {}", answer.status, answer.body);
        sleep(manners.wait_after(&answer).ok_or_else(refused)?);
    }
    Err(format!("given up after {MOST_TRIES} tries"))
}

fn ask(manners: Manners) -> io::Result<Answer> {
    let url = variable("DOUBLURE_URL").map_err(io::Error::other)?;
    let rest = url.strip_prefix("http://").unwrap_or(&url);
    let (authority, target) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let token = match manners.shows_token {
        true => variable("DOUBLURE_TOKEN").map_err(io::Error::other)?,
        false => String::new(),
    };
    let mut socket = TcpStream::connect(authority)?;
    write!(
        socket,
        "GET {target} HTTP/1.1\r\nHost: {authority}\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n"
    )?;
    let deadline = manners.gives_up.then(|| Instant::now() + TIMEOUT);
    Answer::parse(&read(&mut socket, deadline)?)
}

/// All that comes until the other side closes. The deadline bounds the whole call, not each read.
fn read(socket: &mut TcpStream, deadline: Option<Instant>) -> io::Result<String> {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        if let Some(deadline) = deadline {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(io::ErrorKind::TimedOut.into());
            }
            socket.set_read_timeout(Some(left))?;
        }
        match socket.read(&mut buffer)? {
            0 => return Ok(String::from_utf8_lossy(&bytes).into_owned()),
            read => bytes.extend_from_slice(&buffer[..read]),
        }
    }
}

impl Answer {
    fn parse(text: &str) -> io::Result<Self> {
        let no_http = || io::Error::from(io::ErrorKind::InvalidData);
        let (head, body) = text.split_once("\r\n\r\n").ok_or_else(no_http)?;
        let status = head
            .split(' ')
            .nth(1)
            .and_then(|status| status.parse().ok());
        Ok(Self {
            status: status.ok_or_else(no_http)?,
            head: head.to_owned(),
            body: body.to_owned(),
        })
    }

    fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.head.lines().filter_map(|line| line.split_once(':'));
        let found = headers.find(|(known, _)| known.eq_ignore_ascii_case(name))?;
        Some(found.1.trim())
    }

    /// Seconds after which an error says to come back.
    fn retry_in(&self) -> Option<u64> {
        let body: Value = serde_json::from_str(&self.body).ok()?;
        body["errors"][0]["meta"]["retry_in"].as_u64()
    }
}

fn variable(name: &str) -> Result<String, String> {
    env::var(name).map_err(|_| format!("{name} is not set"))
}

fn usage() -> ExitCode {
    eprintln!(
        "usage: sample-client [--mutant forgets-token|never-gives-up|ignores-retry-after|ignores-retry-in|hot-loop]"
    );
    ExitCode::from(2)
}

const TIMEOUT: Duration = Duration::from_secs(3);
const LONGEST_WAIT: Duration = Duration::from_secs(60);
const MOST_TRIES: u32 = 30;
