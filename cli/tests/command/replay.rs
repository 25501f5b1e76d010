//! `doublure replay`, of what `serve --journal` wrote.

use std::{fs, path::Path, process::Output, thread};

use crate::support::{Serve, call, output, text};

const COMPANY: &str =
    "/v3/insee/sirene/unites_legales/418166096?context=essai&recipient=13002526500013&object=essai";

/// Serves, lets `act` call, and ends in order, so that the journal is whole.
fn recorded(file: &Path, options: &[&str], act: impl FnOnce(&Serve)) {
    let journal = ["--capture=full", "--journal", file.to_str().unwrap()];
    let serve = Serve::start(journal.iter().chain(options).copied());
    act(&serve);
    serve.running.signal("-TERM");
    let (status, _, notes) = serve.running.end();
    assert_eq!(status.code(), Some(0), "{notes:?}");
}

fn replayed(file: &Path, options: &[&str]) -> Output {
    output(["replay", file.to_str().unwrap()].iter().chain(options))
}

#[track_caller]
fn same(output: &Output, calls: usize) {
    let told = format!("same: calls × {calls}, no difference\n");
    assert_eq!(text(&output.stdout), told, "{}", text(&output.stderr));
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn a_run_on_a_manual_clock_comes_out_the_same_to_the_last_byte() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("run.jsonl");

    let options = ["--clock=manual", "--seed=7", "--quota-limit=3"];
    recorded(&file, &options, |serve| {
        for _ in 0..4 {
            serve.call(COMPANY);
        }
        serve.command(&["clock", "advance", "61s"]);
        serve.call(COMPANY);
        for name in ["unprivileged", "expired", "revoked", "forged"] {
            call(serve.gateway(), COMPANY, Some(serve.token(name)));
        }
        call(serve.gateway(), COMPANY, Some("opaque"));
        call(serve.gateway(), COMPANY, None);
        let minted = text(&serve.command(&["tokens", "--mint"]).stdout);
        call(serve.gateway(), COMPANY, Some(minted.trim()));
    });

    same(&replayed(&file, &[]), 12);
    let statuses = fs::read_to_string(&file).unwrap();
    assert!(statuses.contains(r#""status":429"#) && statuses.contains(r#""status":403"#));
}

#[test]
fn a_token_that_stood_only_in_a_command_is_put_back() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("run.jsonl");

    recorded(&file, &["--clock=manual"], |serve| {
        let minted = text(&serve.command(&["tokens", "--mint"]).stdout);
        let body = format!("yours is {}", minted.trim());
        let fault = format!("on: client, then: {{ answer: {{ status: 401, body: {body} }} }}");
        serve.command(&["fault", &fault]);
        let answer = call(serve.gateway(), COMPANY, None);
        assert_eq!((answer.status, answer.body), (401, body));
    });

    same(&replayed(&file, &[]), 1);
    let written = fs::read_to_string(&file).unwrap();
    assert!(!written.contains("eyJ"), "{written}");
}

#[test]
fn a_deadline_that_passed_on_a_manual_clock_passes_again() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("run.jsonl");

    let options = ["--clock=manual", "--scenario=silent-provider"];
    recorded(&file, &options, |serve| {
        let (gateway, token) = (
            serve.gateway().to_owned(),
            serve.token("standard").to_owned(),
        );
        let waiting = thread::spawn(move || call(&gateway, COMPANY, Some(&token)));
        serve.command(&["clock", "advance", "10s", "--parked=1", "--patience=60s"]);
        assert_eq!(waiting.join().unwrap().status, 504);
        serve.call("/privileges");
    });

    same(&replayed(&file, &[]), 2);
}

#[test]
fn calls_on_a_real_clock_are_compared_but_for_what_is_of_its_time() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("run.jsonl");
    recorded(&file, &["--scenario=partial-infogreffe"], |serve| {
        serve.call(COMPANY);
        serve.call("/v2/entreprises/418166096?context=essai&recipient=13002526500013&object=essai");
    });

    same(&replayed(&file, &[]), 2);
}

#[test]
fn a_connection_that_broke_breaks_again() {
    let folder = tempfile::tempdir().unwrap();
    let (file, scenario) = (
        folder.path().join("run.jsonl"),
        folder.path().join("reset.yaml"),
    );
    let text = "faults:\n  - name: gateway-resets\n    on: client\n    when: { nth: 1 }\n    then: reset\n";
    fs::write(&scenario, text).unwrap();

    let options = ["--clock=manual", "--scenario", scenario.to_str().unwrap()];
    recorded(&file, &options, |serve| {
        let host = serve.gateway().strip_prefix("http://").unwrap().to_owned();
        let mut stream = std::net::TcpStream::connect(host).unwrap();
        let request = b"GET /privileges HTTP/1.1\r\nHost: here\r\n\r\n";
        std::io::Write::write_all(&mut stream, request).unwrap();
        let _ = std::io::Read::read_to_end(&mut stream, &mut Vec::new());
        serve.call("/privileges");
    });

    same(&replayed(&file, &[]), 2);
}

#[test]
fn the_first_difference_is_told_with_both_sides() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("run.jsonl");
    recorded(&file, &[], |serve| {
        serve.call("/privileges");
        serve.call(COMPANY);
    });
    let other = Serve::start(["--scenario=gateway-503"]);
    let faithful = Serve::start([]);

    let different = replayed(&file, &["--against", other.gateway()]);
    let alike = replayed(&file, &["--against", faithful.gateway()]);

    same(&alike, 2);
    assert_eq!(different.status.code(), Some(1), "{different:?}");
    insta::assert_snapshot!(text(&different.stdout), @"
    different: GET /privileges
      status
        recorded  200
        now       503
    ");
}

#[test]
fn a_changed_body_is_a_difference() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("run.jsonl");
    recorded(&file, &["--clock=manual"], |serve| {
        serve.call("/privileges");
    });
    let changed = fs::read_to_string(&file)
        .unwrap()
        .replace(r#"{\"privileges"#, r#"{\"privilages"#);
    fs::write(&file, changed).unwrap();

    let output = replayed(&file, &[]);

    assert_eq!(output.status.code(), Some(1));
    assert!(
        text(&output.stdout).contains("\n  body\n    recorded  "),
        "{output:?}"
    );
}

#[test]
fn a_torn_line_is_left_out_and_told() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("run.jsonl");
    recorded(&file, &["--clock=manual"], |serve| {
        serve.call("/privileges");
    });
    let mut torn = fs::read(&file).unwrap();
    torn.extend(br#"{"index":99,"at":"20"#);
    fs::write(&file, torn).unwrap();

    let output = replayed(&file, &[]);

    same(&output, 1);
    assert!(text(&output.stderr).contains("has no end and was left out: 20 bytes"));
}

#[test]
fn what_is_no_journal_or_holds_no_call_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let (empty, none) = (
        folder.path().join("empty.jsonl"),
        folder.path().join("none.jsonl"),
    );
    fs::write(&empty, "").unwrap();
    recorded(&none, &[], |_| {});

    for (file, reason) in [(&empty, "is no journal"), (&none, "no caller asked")] {
        let output = replayed(file, &[]);

        assert_eq!(output.status.code(), Some(2));
        assert!(text(&output.stderr).contains(reason), "{output:?}");
    }
}

#[test]
fn what_was_changed_over_control_is_changed_again() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("run.jsonl");

    let options = [
        "--clock=manual",
        "--quota-limit=2",
        "--override=address-limit=9",
        "--override=ban-manner=refusal",
    ];
    recorded(&file, &options, |serve| {
        let mut met = Vec::new();
        let mut call = || met.push(serve.call(COMPANY).status);
        serve.command(&["scenario", "set", "gateway-503"]);
        call();
        serve.command(&["scenario", "calm"]);
        serve.command(&["fault", "on: client, then: { answer: { status: 418 } }"]);
        call();
        call();
        call();
        call();
        serve.command(&["quotas", "--reset"]);
        call();
        serve.command(&["providers", "--reset"]);
        for _ in 0..4 {
            call();
        }
        serve.command(&["bans", "--lift"]);
        serve.command(&["clock", "advance", "61s"]);
        call();
        serve.command(&["tokens", "--revoke=standard"]);
        call();
        assert_eq!(
            met,
            [503, 418, 200, 200, 429, 200, 200, 429, 429, 403, 200, 401]
        );
    });

    same(&replayed(&file, &[]), 12);
}

#[test]
fn answers_given_as_files_are_given_again_and_where_they_are_gone_that_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("run.jsonl");
    let cases = folder.path().join("cases");
    let operation = cases.join("api_entreprise_v3_insee_unites_legales");
    fs::create_dir_all(&operation).unwrap();
    let case =
        "params:\n  siren: \"418166096\"\nstatus: 200\npayload: |\n  {\"data\": \"from a file\"}\n";
    fs::write(operation.join("one.yaml"), case).unwrap();
    let options = ["--clock=manual", "--cases", cases.to_str().unwrap()];
    recorded(&file, &options, |serve| {
        assert!(serve.call(COMPANY).body.contains("from a file"));
    });

    same(&replayed(&file, &[]), 1);
    let elsewhere = folder.path().join("moved");
    fs::rename(&cases, &elsewhere).unwrap();
    let gone = replayed(&file, &[]);

    assert_eq!(gone.status.code(), Some(2));
    assert!(text(&gone.stderr).contains("cannot read cases"), "{gone:?}");
    same(
        &replayed(&file, &["--cases", elsewhere.to_str().unwrap()]),
        1,
    );
}
