//! `--journal FILE`, and what is left of it when the process dies.

use std::{
    fs,
    io::{Read, Write},
    net::TcpStream,
    path::Path,
    process::Command,
    thread,
};

use doublure_control::JournalFile;
use doublure_journal::{Event, Hop};

use crate::support::{Running, Serve, doublure, output, text};

const COMPANY: &str =
    "/v3/insee/sirene/unites_legales/418166096?context=essai&recipient=13002526500013&object=essai";

fn read(file: &Path) -> JournalFile {
    JournalFile::read(&fs::read(file).unwrap()).unwrap()
}

/// Waits until the file has a line with this text in it.
fn written(file: &Path, part: &str) {
    let mut tail = Command::new("tail");
    tail.args(["-n", "+1", "-f"]).arg(file);
    let tail = Running::start(tail);
    while !tail.answer().contains(part) {}
}

#[test]
fn every_whole_line_can_be_read_after_the_process_was_killed_hard() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("journal.jsonl");
    let serve = Serve::start([
        "--clock=manual",
        "--seed=7",
        "--journal",
        file.to_str().unwrap(),
    ]);

    let answer = serve.call(COMPANY);
    written(&file, "response_sent\",\"exchange\":1,");
    serve.running.signal("-KILL");
    let (status, ..) = serve.running.end();

    assert_eq!((answer.status, status.code()), (200, None));
    let journal = read(&file);
    let session = &journal.header.session;
    assert_eq!(
        (session.seed, session.name.as_deref()),
        (Some(7), Some("main"))
    );
    assert_eq!(session.edition.as_deref(), Some("documented"));
    assert_eq!(
        session.clock.to_string(),
        "manual=2026-01-15T10:00:00.000000Z"
    );
    assert_eq!(journal.header.scenario, "calm");
    assert_eq!(journal.header.doublure, env!("CARGO_PKG_VERSION"));
    let indices: Vec<_> = journal.entries.iter().map(|entry| entry.index).collect();
    assert!(
        indices.iter().copied().eq(1..=indices.len() as u64),
        "{indices:?}"
    );
    let asked = journal
        .entries
        .iter()
        .filter_map(|entry| match &entry.event {
            Event::RequestGot {
                hop: Hop::Client,
                request,
                ..
            } => request.token.clone(),
            _ => None,
        });
    let masks: Vec<_> = asked.collect();
    assert_eq!(
        journal.tokens()[&masks[0]].name.as_deref(),
        Some("standard")
    );
    assert!(
        !fs::read_to_string(&file)
            .unwrap()
            .contains(serve.ready["tokens"]["standard"].as_str().unwrap())
    );
}

#[test]
fn a_process_killed_while_it_writes_leaves_all_but_the_last_line_whole() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("journal.jsonl");
    let serve = Serve::start(["--quota-limit=100000", "--journal", file.to_str().unwrap()]);
    let (gateway, token) = (
        serve.gateway().to_owned(),
        serve.token("standard").to_owned(),
    );

    let calls = thread::spawn(move || {
        // Until the gateway is gone.
        let host = gateway.strip_prefix("http://").unwrap().to_owned();
        while let Ok(mut stream) = TcpStream::connect(&host) {
            let request = format!(
                "GET /privileges HTTP/1.1\r\nHost: here\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n"
            );
            if stream.write_all(request.as_bytes()).is_err() {
                break;
            }
            let _ = stream.read_to_end(&mut Vec::new());
        }
    });
    written(&file, "\"exchange\":20,");
    serve.running.signal("-KILL");
    serve.running.end();
    calls.join().unwrap();

    let journal = read(&file);
    assert!(journal.entries.len() >= 40, "{}", journal.entries.len());
}

#[test]
fn run_leaves_a_journal_that_is_whole() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("journal.jsonl");

    let output = doublure(["run", "--journal", file.to_str().unwrap(), "--", "true"])
        .output()
        .unwrap();

    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert_eq!((read(&file).entries.len(), read(&file).torn), (0, None));
}

#[test]
fn a_disk_that_is_full_is_told_at_once_and_by_the_exit_code() {
    if !Path::new("/dev/full").exists() {
        println!("skipped: /dev/full is not here");
        return;
    }

    let output = output(["run", "--journal=/dev/full", "--", "true"]);

    let told = text(&output.stderr);
    assert!(told.contains("cannot write journal /dev/full"), "{told}");
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn a_journal_that_cannot_be_made_is_refused_before_anything_listens() {
    let output = output(["serve", "--journal=no/such/folder/journal.jsonl"]);

    let told = text(&output.stderr);
    assert!(
        told.contains("cannot make journal no/such/folder/journal.jsonl"),
        "{told}"
    );
    assert_eq!(
        (output.status.code(), text(&output.stdout).as_str()),
        (Some(2), "")
    );
}
