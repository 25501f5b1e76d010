//! `doublure control`, against `doublure serve`.

use std::{fs, net::TcpListener};

use crate::support::{Running, Serve, doublure, text};

const COMPANY: &str =
    "/v3/insee/sirene/unites_legales/418166096?context=essai&recipient=13002526500013&object=essai";

#[test]
fn the_clock_is_shown_and_moved() {
    let serve = Serve::start(["--clock=manual"]);

    let moved = serve.command(&["clock", "advance", "12h"]);
    let shown = serve.command(&["clock", "show", "--json"]);

    assert!(text(&moved.stdout).starts_with("2026-01-15T22:00:00.000000Z  manual"));
    assert!(text(&shown.stdout).contains(r#""now":"2026-01-15T22:00:00.000000Z""#));
}

#[test]
fn a_real_clock_is_set_forward_whoever_waits() {
    let serve = Serve::start([]);

    let shown = serve.command(&["clock", "show"]);
    let moved = serve.command(&["clock", "advance", "8760h"]);
    let waiting = serve.command(&["clock", "advance", "10s", "--parked", "1"]);

    assert_ne!(text(&moved.stdout)[..4], text(&shown.stdout)[..4]);
    assert_eq!(waiting.status.code(), Some(2));
    assert!(
        text(&waiting.stderr).contains("manual clock"),
        "{waiting:?}"
    );
}

#[test]
fn a_scenario_is_put_in_force_and_taken_back() {
    let serve = Serve::start([]);

    let set = serve.command(&["scenario", "set", "gateway-500"]);
    let struck = serve.call(COMPANY).status;
    let shown = serve.command(&["scenario", "show"]);
    let sessions = text(&serve.command(&["sessions"]).stdout);
    let calm = serve.command(&["scenario", "calm"]);

    assert_eq!((set.status.code(), struck), (Some(0), 500), "{set:?}");
    assert!(text(&shown.stdout).contains("internal-error"), "{shown:?}");
    assert!(sessions.contains("gateway-500"), "{sessions}");
    assert_eq!(calm.status.code(), Some(0));
    assert_eq!(serve.call(COMPANY).status, 200);
}

#[test]
fn a_scenario_with_an_error_leaves_the_running_one_in_force() {
    let serve = Serve::start(["--scenario=gateway-500"]);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("bad.yaml");
    fs::write(&file, "faults:\n  - dealy: 9s\n").unwrap();

    let output = serve.command(&["scenario", "set", file.to_str().unwrap()]);

    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("bad.yaml:2:5"), "{output:?}");
    assert_eq!(serve.call(COMPANY).status, 500);
}

#[test]
fn the_journal_is_printed_an_entry_a_line_and_can_be_narrowed() {
    let serve = Serve::start([]);
    serve.call(COMPANY);

    let all = text(&serve.command(&["journal"]).stdout);
    let some = text(
        &serve
            .command(&["journal", "--event=request_got", "--hop=client"])
            .stdout,
    );
    serve.command(&["journal", "--clear"]);
    let none = text(&serve.command(&["journal"]).stdout);

    assert!(all.lines().count() > 2, "{all}");
    assert_eq!(some.lines().count(), 1, "{some}");
    assert!(
        some.contains("api_entreprise_v3_insee_unites_legales"),
        "{some}"
    );
    assert_eq!(none, "");
}

#[test]
fn quotas_are_shown_and_set_back() {
    let serve = Serve::start(["--quota-limit=5"]);
    serve.call(COMPANY);

    let shown = text(&serve.command(&["quotas"]).stdout);
    let reset = serve.command(&["quotas", "--reset"]);
    serve.call(COMPANY);
    let again = text(&serve.command(&["quotas"]).stdout);

    let row = |table: &str| table.lines().nth(1).unwrap_or_default().to_owned();
    assert!(
        row(&shown).starts_with("standard  json   5      4"),
        "{shown}"
    );
    assert_eq!(reset.status.code(), Some(0));
    assert!(
        row(&again).starts_with("standard  json   5      4"),
        "{again}"
    );
}

#[test]
fn a_ban_is_shown_and_lifted() {
    let serve = Serve::start([
        "--override=address-limit=2",
        "--override=ban-manner=refusal",
    ]);
    for _ in 0..3 {
        serve.call(COMPANY);
    }

    let banned = text(&serve.command(&["bans"]).stdout);
    let lifted = serve.command(&["bans", "--lift"]);

    assert!(
        banned.contains("127.0.0.1") && banned.contains("volume"),
        "{banned}"
    );
    assert_eq!(lifted.status.code(), Some(0));
    assert_eq!(serve.call(COMPANY).status, 200);
}

#[test]
fn sessions_and_tokens_are_listed_and_a_fresh_token_opens_the_gateway() {
    let serve = Serve::start([]);

    let sessions = text(&serve.command(&["sessions"]).stdout);
    let tokens = text(&serve.command(&["tokens"]).stdout);
    let minted = text(&serve.command(&["tokens", "--mint"]).stdout);

    assert!(
        sessions.contains("main") && sessions.contains(serve.gateway()),
        "{sessions}"
    );
    assert!(
        tokens.contains("standard") && tokens.contains("forged"),
        "{tokens}"
    );
    let answer = crate::support::call(serve.gateway(), COMPANY, Some(minted.trim()));
    assert_eq!(answer.status, 200);
}

#[test]
fn a_session_that_does_not_exist_is_told() {
    let serve = Serve::start([]);

    let output = serve.command(&["--session=elsewhere", "clock", "show"]);

    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("elsewhere"), "{output:?}");
}

#[test]
fn where_nobody_listens_the_way_to_start_one_is_told() {
    let free = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();

    let output = doublure(["control", "--control", &free.to_string(), "sessions"])
        .output()
        .unwrap();

    let told = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        told.contains(&free.to_string()) && told.contains("doublure serve"),
        "{told}"
    );
}

#[test]
fn a_journal_is_followed_from_its_first_entry_until_the_session_ends() {
    let serve = Serve::start([]);
    serve.call(COMPANY);
    let mut command = doublure(["control", "journal", "--follow", "--event=response_sent"]);
    command
        .args(["--hop=client"])
        .env("DOUBLURE_CONTROL", serve.control());

    let following = Running::start(command);
    let before = following.answer();
    serve.call("/privileges");
    let after = following.answer();
    serve.running.signal("-TERM");
    let (status, rest, notes) = following.end();

    assert!(before.contains(r#""event":"response_sent""#), "{before}");
    assert!(
        after.contains(r#""exchange""#) && after != before,
        "{after}"
    );
    assert_eq!((status.code(), rest), (Some(0), vec![]), "{notes:?}");
}

#[test]
fn a_follower_says_after_which_entry_it_goes_on_and_how_many_it_wants() {
    let serve = Serve::start([]);
    serve.call(COMPANY);

    let some = serve.command(&["journal", "--follow", "--after=2", "--limit=2"]);

    let indices: Vec<_> = text(&some.stdout)
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["index"].clone())
        .collect();
    assert_eq!(indices, [3, 4]);
}

#[test]
fn an_account_shows_the_calls_of_its_tokens_and_how_near_a_ban_it_is() {
    let serve = Serve::start(["--quota-limit=5", "--override=address-limit=9"]);
    serve.call(COMPANY);
    serve.call(COMPANY);

    let shown = text(&serve.command(&["account"]).stdout);
    let json = text(&serve.command(&["account", "--json"]).stdout);

    assert!(shown.contains("standard  json   5      3"), "{shown}");
    assert!(shown.contains("127.0.0.1  2 of 9    0 of 50"), "{shown}");
    let account: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(account["tokens"][0]["remaining"], 3);
    assert_eq!(account["addresses"][0]["requests"], 2);
    assert_eq!(
        (&account["address_limit"], &account["ignored_429_limit"]),
        (&9.into(), &50.into())
    );
}

#[test]
fn a_one_off_fault_is_asked_for_listed_and_gone_once_it_struck() {
    let serve = Serve::start([]);

    let asked = serve.command(&["fault", "on: client, then: { answer: { status: 418 } }"]);
    let listed = text(&serve.command(&["fault", "--list"]).stdout);
    let struck = serve.call(COMPANY).status;
    let again = serve.call(COMPANY).status;
    let typo = serve.command(&["fault", "then: silent"]);

    assert_eq!(asked.status.code(), Some(0), "{asked:?}");
    assert!(listed.contains("one-off  1"), "{listed}");
    assert_eq!((struck, again), (418, 200));
    assert_eq!(typo.status.code(), Some(2));
    assert!(text(&typo.stderr).contains("`silence`"), "{typo:?}");
}

#[test]
fn a_caller_asks_for_a_fault_by_a_header_only_where_that_is_allowed() {
    let asks = |serve: &Serve| {
        let host = serve.gateway().strip_prefix("http://").unwrap().to_owned();
        let mut stream = std::net::TcpStream::connect(host).unwrap();
        let request = "GET /privileges HTTP/1.1\r\nHost: here\r\nX-Doublure-Fault: {on: client, then: {answer: {status: 418}}}\r\nConnection: close\r\n\r\n";
        std::io::Write::write_all(&mut stream, request.as_bytes()).unwrap();
        let mut answer = String::new();
        std::io::Read::read_to_string(&mut stream, &mut answer).unwrap();
        answer
    };

    let allowed = asks(&Serve::start(["--allow-fault-header"]));
    let usual = asks(&Serve::start([]));

    assert!(allowed.starts_with("HTTP/1.1 418"), "{allowed}");
    assert!(usual.starts_with("HTTP/1.1 401"), "{usual}");
}

#[test]
fn a_token_is_revoked_and_the_providers_forget() {
    let serve = Serve::start([]);
    serve.call(COMPANY);

    let before = text(&serve.command(&["providers"]).stdout);
    let reset = serve.command(&["providers", "--reset"]);
    let revoked = serve.command(&["tokens", "--revoke=standard"]);
    let listed = text(&serve.command(&["tokens"]).stdout);

    assert!(
        before.contains("insee") && before.contains("  1        1"),
        "{before}"
    );
    assert_eq!(
        (reset.status.code(), revoked.status.code()),
        (Some(0), Some(0))
    );
    let standard = listed.lines().find(|line| line.starts_with("standard"));
    assert!(standard.unwrap().contains("revoked"), "{listed}");
    assert_eq!(serve.call(COMPANY).status, 401);
}

#[test]
fn entries_are_counted_and_waited_for() {
    let serve = Serve::start([]);
    serve.call(COMPANY);
    let asked = ["journal", "--event=request_got", "--hop=client"];

    let count = serve.command(&[&asked[..], &["--count"]].concat());
    let there = serve.command(&[&asked[..], &["--wait=1"]].concat());
    let not_there = serve.command(&[&asked[..], &["--wait=2", "--patience=1ms"]].concat());

    assert_eq!(
        (text(&count.stdout).trim(), text(&there.stdout).trim()),
        ("1", "1")
    );
    assert_eq!(there.status.code(), Some(0));
    assert_eq!(not_there.status.code(), Some(2));
    assert!(
        text(&not_there.stderr).contains("only 1 of 2"),
        "{not_there:?}"
    );
}

#[test]
fn the_control_api_is_described() {
    let serve = Serve::start([]);

    let described = text(&serve.command(&["openapi"]).stdout);

    let document: serde_json::Value = serde_json::from_str(&described).unwrap();
    assert!(document["paths"]["/sessions"]["post"].is_object());
}

#[test]
fn a_session_is_created_beside_the_first_and_ended() {
    let serve = Serve::start(["--quota-limit=5"]);

    let created = serve.command(&[
        "create",
        "--session=second",
        "--clock=manual",
        "--edition=observed",
        "--quota-limit=9",
        "--json",
    ]);
    let view: serde_json::Value = serde_json::from_slice(&created.stdout).unwrap();
    let gateway = view["gateway"].as_str().unwrap();
    let token = view["tokens"]["standard"].as_str();
    let answer = crate::support::call(gateway, COMPANY, token);
    let listed = text(&serve.command(&["sessions"]).stdout);
    let taken = serve.command(&["create", "--session=main"]);
    let ended = serve.command(&["end", "--session=second"]);
    let left = text(&serve.command(&["sessions"]).stdout);

    assert_eq!(answer.status, 200);
    assert!(
        answer.head.to_lowercase().contains("ratelimit-limit: 9"),
        "{}",
        answer.head
    );
    assert!(
        listed.contains("main") && listed.contains("second   observed"),
        "{listed}"
    );
    assert_eq!(taken.status.code(), Some(2));
    assert!(text(&taken.stderr).contains("already"), "{taken:?}");
    assert_eq!(ended.status.code(), Some(0));
    assert!(!left.contains("second"), "{left}");
}
