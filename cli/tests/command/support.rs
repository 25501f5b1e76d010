//! Starts the built command, reads what it says, calls what it plays.

use std::{
    ffi::OsStr,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::{Child, Command, ExitStatus, Output, Stdio},
    sync::mpsc::{self, Receiver},
    thread,
    time::Duration,
};

use serde_json::Value;

/// Longer than any machine needs; only a test that fails waits so long.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// The command, nothing of the surrounding `DOUBLURE_*` handed on.
pub(crate) fn doublure<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_doublure"));
    command.args(arguments).stdin(Stdio::null());
    command.env("NO_COLOR", "1").env("COLUMNS", "100");
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("DOUBLURE_")) {
        command.env_remove(name);
    }
    command
}

/// Runs it to its end.
pub(crate) fn output<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> Output {
    doublure(arguments).output().unwrap()
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// Whether a program is here; says so where it is not.
pub(crate) fn has(program: &str) -> bool {
    let mut command = Command::new(program);
    command
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let found = command.status().is_ok_and(|status| status.success());
    if !found {
        println!("skipped: {program} is not here");
    }
    found
}

/// A command that goes on until it is told to stop; killed when dropped.
pub(crate) struct Running {
    child: Child,
    answers: Receiver<String>,
    notes: Receiver<String>,
}

impl Running {
    pub(crate) fn start(mut command: Command) -> Self {
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let answers = lines(child.stdout.take().unwrap());
        let notes = lines(child.stderr.take().unwrap());
        Self {
            child,
            answers,
            notes,
        }
    }

    /// The next line of standard output.
    pub(crate) fn answer(&self) -> String {
        self.answers
            .recv_timeout(PATIENCE)
            .expect("a line of standard output")
    }

    /// The next line of standard error with this text in it.
    pub(crate) fn note(&self, part: &str) -> String {
        let mut seen = Vec::new();
        loop {
            match self.notes.recv_timeout(PATIENCE) {
                Ok(line) if line.contains(part) => return line,
                Ok(line) => seen.push(line),
                Err(_) => panic!("no line with `{part}` in:\n{}", seen.join("\n")),
            }
        }
    }

    pub(crate) fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        let status = Command::new("kill").args([name, &pid]).status().unwrap();
        assert!(status.success());
    }

    /// How it ended, and what else it said on standard output and standard error.
    pub(crate) fn end(mut self) -> (ExitStatus, Vec<String>, Vec<String>) {
        // Both streams end with the process, so that this waits, with a bound.
        let rest = |stream: &Receiver<String>| {
            let mut rest = Vec::new();
            loop {
                match stream.recv_timeout(PATIENCE) {
                    Ok(line) => rest.push(line),
                    Err(mpsc::RecvTimeoutError::Disconnected) => return rest,
                    Err(mpsc::RecvTimeoutError::Timeout) => panic!("it does not end: {rest:?}"),
                }
            }
        };
        let (answers, notes) = (rest(&self.answers), rest(&self.notes));
        (self.child.wait().unwrap(), answers, notes)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// `doublure serve` on free ports.
pub(crate) struct Serve {
    pub(crate) running: Running,
    /// The line it printed when it was ready.
    pub(crate) ready: Value,
}

impl Serve {
    pub(crate) fn start<'a>(options: impl IntoIterator<Item = &'a str>) -> Self {
        let ports = ["serve", "--listen=127.0.0.1:0", "--control=127.0.0.1:0"];
        let running = Running::start(doublure(ports.into_iter().chain(options)));
        let ready = serde_json::from_str(&running.answer()).unwrap();
        Self { running, ready }
    }

    pub(crate) fn gateway(&self) -> &str {
        self.ready["gateway"].as_str().unwrap()
    }

    pub(crate) fn control(&self) -> &str {
        self.ready["control"].as_str().unwrap()
    }

    pub(crate) fn token(&self, name: &str) -> &str {
        self.ready["tokens"][name].as_str().unwrap()
    }

    /// A call to the gateway with the standard token.
    pub(crate) fn call(&self, target: &str) -> Answer {
        call(self.gateway(), target, Some(self.token("standard")))
    }

    /// `doublure control …` of this session.
    pub(crate) fn command(&self, words: &[&str]) -> Output {
        let mut command = doublure(["control"].iter().chain(words));
        command.env("DOUBLURE_CONTROL", self.control());
        command.output().unwrap()
    }
}

/// An answer over HTTP.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

/// `GET base/target`, on a connection of its own.
pub(crate) fn call(base: &str, target: &str, token: Option<&str>) -> Answer {
    let host = base.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let authorization = token.map_or_else(String::new, |token| {
        format!("Authorization: Bearer {token}\r\n")
    });
    write!(
        stream,
        "GET {target} HTTP/1.1\r\nHost: {host}\r\n{authorization}Connection: close\r\n\r\n"
    )
    .unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    let whole = String::from_utf8_lossy(&bytes).into_owned();
    let (head, body) = whole.split_once("\r\n\r\n").expect("a head and a body");
    Answer {
        status: head[9..12].parse().unwrap(),
        head: head.to_owned(),
        body: body.to_owned(),
    }
}

fn lines(stream: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                break;
            }
        }
    });
    receiver
}
