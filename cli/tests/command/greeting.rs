//! What `doublure check gateway` says where nothing can be put to the test: once, before the first trial, with exit code 2.

use std::{
    fs,
    io::{Read, Write},
    net::TcpListener,
    thread,
};

use serde_json::Value;
use tempfile::TempDir;

use crate::support::{Serve, doublure, output, text};

/// What it said, where it ended with 2 and not a word of a report.
fn refusal(base_url: &str, more: &str) -> String {
    refusal_within(60_000, base_url, more)
}

fn refusal_within(answer_ms: u32, base_url: &str, more: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("gateway.toml");
    let target = format!(
        "[gateway]\nkind = \"url\"\nbase_url = \"{base_url}\"\n{more}\n[gateway.patience]\nanswer_ms = {answer_ms}\n"
    );
    fs::write(&file, target).unwrap();

    let output = output(["check", "gateway", "--target", file.to_str().unwrap()]);

    let told = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{told}");
    assert_eq!(text(&output.stdout), "");
    assert_eq!(told.matches("error:").count(), 1, "{told}");
    told
}

const TOKENS: &str = "[gateway.tokens]\nstandard = \"x\"";

/// Somebody who takes every connection, reads, and does what is wanted.
fn listener(act: impl Fn(&mut std::net::TcpStream) + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let _ = stream.read(&mut [0; 4096]);
            act(&mut stream);
        }
    });
    address.to_string()
}

#[test]
fn nobody_there_is_told_once() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = free.local_addr().unwrap();
    drop(free);

    let told = refusal(&format!("http://{address}"), TOKENS);

    assert!(told.contains("nothing answers at"), "{told}");
    assert!(told.contains("before the first trial"), "{told}");
}

#[test]
fn who_takes_connections_and_says_nothing_is_not_waited_for_trial_after_trial() {
    let hanging = listener(|stream| {
        let _ = stream.read_to_end(&mut Vec::new());
    });

    let told = refusal_within(300, &format!("http://{hanging}"), TOKENS);

    assert!(told.contains("gateway.patience.answer_ms"), "{told}");
}

#[test]
fn who_speaks_something_else_is_told() {
    let mail = listener(|stream| stream.write_all(b"220 mail.test ESMTP\r\n").unwrap());

    let told = refusal(&format!("http://{mail}"), TOKENS);

    assert!(told.contains("what came is no HTTP"), "{told}");
}

#[test]
fn a_web_server_is_told_from_a_gateway_at_once() {
    let files = listener(|stream| stream.write_all(NOT_FOUND).unwrap());

    let told = refusal(&format!("http://{files}"), TOKENS);

    assert!(told.contains("is no gateway: it answers 404"), "{told}");
    assert!(told.contains("before the first trial"), "{told}");
}

#[test]
fn a_gateway_that_is_merely_broken_is_judged() {
    let refusing = listener(|stream| {
        let page = "HTTP/1.0 401 Unauthorized\r\nContent-Type: text/html\r\n\r\n<html></html>";
        stream.write_all(page.as_bytes()).unwrap();
    });
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("gateway.toml");
    let target = format!("[gateway]\nkind = \"url\"\nbase_url = \"http://{refusing}\"\n{TOKENS}\n");
    fs::write(&file, target).unwrap();

    let rule = "--only=gw.error.malformed-is-422";
    let output = output(["check", "gateway", rule, "--target", file.to_str().unwrap()]);

    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
}

/// What a server of files says of every path.
const NOT_FOUND: &[u8] =
    b"HTTP/1.0 404 File not found\r\nContent-Type: text/html;charset=utf-8\r\n\r\n<!DOCTYPE HTML><html></html>";

#[test]
fn http_is_not_taken_for_https_nor_https_for_http() {
    let serve = Serve::start([]);
    let folder = tempfile::tempdir().unwrap();
    let secured = secured(&folder);
    let https = serve.gateway().replace("http:", "https:");
    let http = secured.gateway().replace("https:", "http:");

    let spoken = refusal(&https, TOKENS);
    let unspoken = refusal(&http, TOKENS);

    assert!(spoken.contains("does it speak http?"), "{spoken}");
    assert!(unspoken.contains("does it want https?"), "{unspoken}");
}

#[test]
fn a_certificate_that_is_not_believed_or_for_other_names_is_told_with_the_field() {
    let (folder, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (serve, stranger) = (secured(&folder), secured(&other));
    let believing = |serve: &Serve| {
        let file = &serve.ready["authority"];
        format!("authority = {file}\n{TOKENS}")
    };

    let unbelieved = refusal(serve.gateway(), TOKENS);
    let wrong_one = refusal(serve.gateway(), &believing(&stranger));

    for told in [unbelieved, wrong_one] {
        assert!(told.contains("`gateway.authority`"), "{told}");
        assert!(told.contains("gw.tls.*"), "{told}");
    }
}

#[test]
fn a_token_past_its_time_is_told_with_its_day() {
    let serve = Serve::start([]);
    let expired = serve.token("expired");

    let told = refusal(
        serve.gateway(),
        &format!("[gateway.tokens]\nstandard = \"{expired}\""),
    );

    assert!(
        told.contains("`gateway.tokens.standard`: this token expired at 20"),
        "{told}"
    );
    assert!(!told.contains(expired), "{told}");
}

#[test]
fn a_port_that_a_provider_needs_and_somebody_has_is_told_once() {
    let serve = Serve::start([]);
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();

    let told = refusal(
        serve.gateway(),
        &format!("{TOKENS}\n[gateway.providers]\ninsee = \"{address}\""),
    );

    assert!(told.contains("`gateway.providers`"), "{told}");
    assert!(told.contains(&format!("{address} is in use")), "{told}");
}

#[test]
fn a_slash_at_the_end_of_the_base_url_and_a_path_beneath_it_are_kept_apart() {
    let serve = Serve::start([]);
    let folder = tempfile::tempdir().unwrap();
    let statuses = ["/", "/api"].map(|path| {
        let file = folder.path().join("gateway.toml");
        let target = format!(
            "[gateway]\nkind = \"url\"\nbase_url = \"{}{path}\"\n[gateway.tokens]\nstandard = \"env:MINE\"\n",
            serve.gateway()
        );
        fs::write(&file, target).unwrap();
        let output = doublure([
            "check",
            "gateway",
            "--only=gw.error.malformed-is-422",
            "--report=json",
            "--target",
        ])
        .arg(&file)
        .env("MINE", serve.token("standard"))
        .output()
        .unwrap();
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        report["rules"][0]["verdict"].clone()
    });

    assert_eq!(statuses[0]["outcome"], "pass", "{}", statuses[0]);
    assert_eq!(statuses[1]["outcome"], "fail", "{}", statuses[1]);
}

fn secured(folder: &TempDir) -> Serve {
    let file = folder.path().join("authority.pem");
    Serve::start(["--tls", &format!("--tls-authority={}", file.display())])
}
