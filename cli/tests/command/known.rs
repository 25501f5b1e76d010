//! The life of a baseline, and what a run leaves for the next one.

use std::{
    fs,
    io::{Read, Write},
    net::TcpListener,
    path::PathBuf,
    process::Output,
    sync::mpsc,
    thread,
};

use serde_json::Value;
use tempfile::TempDir;

use crate::support::{PATIENCE, Running, Serve, doublure, has, output, text};

/// A simulated gateway, made to do otherwise, and a baseline beside it.
struct Desk {
    folder: TempDir,
}

impl Desk {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    fn place(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn check(&self, overrides: &str, more: &[&str]) -> Output {
        let target = self.place("target.toml");
        let text = format!("[gateway]\nkind = \"simulated\"\n[gateway.overrides]\n{overrides}\n");
        fs::write(&target, text).unwrap();
        doublure([
            "check",
            "gateway",
            "--only=gw.quota.window-opens-at-first-call",
        ])
        .args(more)
        .arg("--target")
        .arg(target)
        .arg("--baseline")
        .arg(self.place("known.toml"))
        .output()
        .unwrap()
    }

    fn edit(&self, from: &str, to: &str) {
        let file = self.place("known.toml");
        let text = fs::read_to_string(&file).unwrap();
        assert!(text.contains(from), "{text}");
        fs::write(file, text.replace(from, to)).unwrap();
    }
}

fn code_and_words(output: &Output) -> (Option<i32>, String) {
    let words = text(&output.stdout) + &text(&output.stderr);
    (output.status.code(), words)
}

const RIGHT: &str = "";
const SHORT: &str = "quota_window_ms = 50000";
const ALIGNED: &str = "quota_window_start = \"aligned\"";

#[test]
fn a_known_failure_lives_until_it_is_gone_expires_or_becomes_another() {
    let desk = Desk::new();

    let missing = desk.check(SHORT, &[]);
    let written = desk.check(SHORT, &["--baseline-update"]);
    let excused = desk.check(SHORT, &[]);
    let another = desk.check(ALIGNED, &[]);
    let gone = desk.check(RIGHT, &[]);
    desk.edit("\"failing\"", "\"flaky\"");
    let flaky = desk.check(RIGHT, &[]);
    let until = fs::read_to_string(desk.place("known.toml")).unwrap();
    let until = until
        .lines()
        .find(|line| line.starts_with("until"))
        .unwrap();
    desk.edit(until, "until = \"2020-01-01\"");
    let expired = desk.check(SHORT, &[]);

    for (output, code, words) in [
        (&missing, 2, "make it with --baseline-update"),
        (&written, 0, "known and excused: 1"),
        (&excused, 0, "known and excused: 1"),
        (&another, 1, "it fails otherwise than known"),
        (&gone, 1, "take it out of the baseline"),
        (&flaky, 0, "conforms"),
        (&expired, 1, "excused until 2020-01-01 only"),
    ] {
        let (ended, told) = code_and_words(output);
        assert_eq!(ended, Some(code), "{told}");
        assert!(told.contains(words), "{words}: {told}");
    }
}

#[test]
fn what_is_known_stays_known_at_other_ports_with_other_tokens_at_another_time() {
    let desk = Desk::new();
    let written = |nth: u8| {
        let serve = Serve::start(["--override", "quota-window=50s"]);
        let target = desk.place("url.toml");
        fs::write(
            &target,
            format!(
                "[gateway]\nkind = \"url\"\nbase_url = \"{}\"\n[gateway.tokens]\nstandard = \"{}\"\n\
                 [gateway.providers]\ninsee = \"127.0.0.1:0\"\n",
                serve.gateway(),
                serve.token(if nth == 0 { "standard" } else { "second" })
            ),
        )
        .unwrap();
        let known = desk.place(&format!("known.{nth}.toml"));
        let output = doublure(["check", "gateway", "--baseline-update", "--retries=0"])
            .args(["--only=gw.quota.window-opens-at-first-call", "--target"])
            .arg(&target)
            .arg("--baseline")
            .arg(&known)
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        fs::read_to_string(known).unwrap()
    };

    let (first, second) = (written(0), written(1));

    assert!(first.contains("fingerprint"), "{first}");
    assert_eq!(first, second);
}

#[test]
fn ctrl_c_leaves_a_report_of_what_was_found_until_then() {
    let desk = Desk::new();
    let (base_url, called_again) = silent_after_its_first_answer();
    let (target, report) = (desk.place("url.toml"), desk.place("report.json"));
    fs::write(
        &target,
        format!(
            "[gateway]\nkind = \"url\"\nbase_url = \"{base_url}\"\n[gateway.tokens]\nstandard = \"x\"\n\
             [gateway.patience]\nanswer_ms = 600000\n"
        ),
    )
    .unwrap();
    // What nothing asks for yet is told first; the call that the second rule needs is never answered.
    let mut command = doublure([
        "check",
        "gateway",
        "--only=gw.status.counts-days",
        "--only=gw.quota.window-opens-at-first-call",
    ]);
    command.arg("--target").arg(&target);
    command.arg(format!("--report=json={}", report.display()));
    let running = Running::start(command);
    called_again.recv_timeout(PATIENCE).unwrap();

    running.signal("-INT");
    let (status, answers, notes) = running.end();

    let (answers, notes) = (answers.join("\n"), notes.join("\n"));
    assert_eq!(status.code(), Some(130), "{answers}{notes}");
    assert!(answers.contains("stopped before the end"), "{answers}");
    assert!(notes.contains("interrupted"), "{notes}");
    let report: Value = serde_json::from_str(&fs::read_to_string(report).unwrap()).unwrap();
    assert_eq!(report["ended"], false);
    assert_eq!(report["rules"].as_array().unwrap().len(), 1, "{report}");
}

/// A gateway that answers its first request and no other, and tells when it got another.
fn silent_after_its_first_answer() -> (String, mpsc::Receiver<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base_url = format!("http://{}", listener.local_addr().unwrap());
    let (called, again) = mpsc::channel();
    thread::spawn(move || {
        let mut kept = Vec::new();
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            if stream.read(&mut [0; 4096]).unwrap_or_default() == 0 {
                continue;
            }
            if kept.is_empty() {
                let refusal = b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n";
                stream.write_all(refusal).unwrap();
            } else {
                let _ = called.send(());
            }
            kept.push(stream);
        }
    });
    (base_url, again)
}

#[test]
fn the_curl_line_of_a_failure_asks_the_same_again() {
    if !has("curl") {
        return;
    }
    let desk = Desk::new();
    let serve = Serve::start([]);
    let target = desk.place("url.toml");
    // It conforms, but not to what is declared: its real limit is another.
    fs::write(
        &target,
        format!(
            "[gateway]\nkind = \"url\"\nbase_url = \"{}/\"\n[gateway.tokens]\nstandard = \"env:MY_TOKEN\"\n\
             [gateway.declared]\nquota_window_ms = 50000\n",
            serve.gateway()
        ),
    )
    .unwrap();
    let checked = doublure(["check", "gateway", "--retries=0", "--target"])
        .arg(&target)
        .arg("--only=gw.quota.window-opens-at-first-call")
        .env("MY_TOKEN", serve.token("standard"))
        .output()
        .unwrap();
    let told = text(&checked.stdout);
    assert_eq!(checked.status.code(), Some(1), "{told}");
    let line = told
        .lines()
        .find_map(|line| line.trim().strip_prefix("again     "))
        .expect("a line to copy");

    let again = std::process::Command::new("sh")
        .args(["-c", line])
        .env("MY_TOKEN", serve.token("standard"))
        .output()
        .unwrap();

    let answer = text(&again.stdout);
    assert!(answer.starts_with("HTTP/1.1 "), "{line}: {answer}");
    assert!(!answer.starts_with("HTTP/1.1 401"), "{line}: {answer}");
    assert!(
        answer.to_lowercase().contains("ratelimit-reset"),
        "{answer}"
    );
}

#[test]
fn rules_can_be_selected_by_their_level() {
    let simulated = Desk::new();
    let target = simulated.place("target.toml");
    fs::write(&target, "[gateway]\nkind = \"simulated\"\n").unwrap();
    let target = target.to_str().unwrap();

    let some = output([
        "check",
        "gateway",
        "--level=should",
        "--only=gw.cache.*",
        "--target",
        target,
    ]);
    let none = output([
        "check",
        "gateway",
        "--level=should",
        "--only=gw.ban.*",
        "--target",
        target,
    ]);

    assert_eq!(some.status.code(), Some(0), "{some:?}");
    assert_eq!(none.status.code(), Some(2), "{none:?}");
    assert!(text(&none.stderr).contains("level should"), "{none:?}");
}
