//! `doublure serve`.

use std::{fs, net::TcpListener};

use crate::support::{Running, Serve, call, doublure, output, text};

const COMPANY: &str =
    "/v3/insee/sirene/unites_legales/418166096?context=essai&recipient=13002526500013&object=essai";

#[test]
fn the_ready_line_is_json_with_every_address() {
    let serve = Serve::start(["--seed=7", "--edition=observed", "--providers-on-sockets"]);

    let ready = &serve.ready;
    assert!(serve.gateway().starts_with("http://127.0.0.1:"), "{ready}");
    assert!(serve.control().starts_with("http://127.0.0.1:"), "{ready}");
    let providers = doublure_fixtures::Contract::built_in().providers().count();
    let plain = 1;
    assert_eq!(
        ready["providers"].as_object().unwrap().len(),
        providers + plain
    );
    assert_eq!(ready["seed"], 7);
    assert_eq!(ready["edition"], "observed");
    assert_eq!(ready["scenario"], "calm");
    assert_eq!(ready["clock"]["manual"], false);
}

#[test]
fn a_call_is_answered_marked_and_told_in_the_access_log() {
    let serve = Serve::start([]);

    let answer = serve.call(COMPANY);

    assert_eq!(answer.status, 200, "{answer:?}");
    assert!(answer.body.contains("418166096"), "{answer:?}");
    assert!(
        answer.head.to_lowercase().contains("x-doublure:"),
        "{answer:?}"
    );
    let line = serve
        .running
        .note("GET /v3/insee/sirene/unites_legales/418166096");
    assert!(line.contains(" 200 "), "{line}");
}

#[test]
fn the_access_log_names_the_fault_that_fired() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("down.yaml");
    let scenario =
        "faults:\n  - name: insee-is-down\n    when: { provider: insee }\n    then: refuse\n";
    fs::write(&file, scenario).unwrap();
    let serve = Serve::start(["--scenario", file.to_str().unwrap()]);

    let answer = serve.call(COMPANY);

    assert!(answer.status >= 500, "{answer:?}");
    let line = serve.running.note("GET /v3/insee");
    assert!(line.ends_with("fault insee-is-down"), "{line}");
    assert_eq!(serve.ready["scenario"], "custom");
}

#[test]
fn every_curl_line_that_it_prints_is_answered_with_200() {
    let serve = Serve::start(["--providers-on-sockets"]);

    let mut targets = Vec::new();
    let base = format!("\"{}", serve.gateway());
    let mut line = serve.running.note("curl ");
    while let Some((_, target)) = line.split_once(&base) {
        targets.push(target.trim_end_matches('"').to_owned());
        if targets.len() == OPERATIONS {
            break;
        }
        line = serve.running.note("curl ");
    }

    for target in targets {
        let answer = serve.call(&target);
        assert_eq!(answer.status, 200, "{target}: {answer:?}");
    }
}

#[test]
fn the_tokens_that_it_prints_and_those_minted_without_it_open_the_gateway() {
    let serve = Serve::start([]);
    let minted = text(&output(["token"]).stdout);

    for token in [serve.token("standard"), minted.trim()] {
        assert_eq!(call(serve.gateway(), COMPANY, Some(token)).status, 200);
    }
    let expired = text(&output(["token", "--name=expired"]).stdout);
    assert_eq!(
        call(serve.gateway(), COMPANY, Some(expired.trim())).status,
        401
    );
}

#[test]
fn health_is_told_on_the_control_address() {
    let serve = Serve::start([]);

    assert_eq!(call(serve.control(), "/health", None).status, 200);
}

#[test]
fn a_signal_ends_it_cleanly() {
    for signal in ["-INT", "-TERM"] {
        let serve = Serve::start([]);

        serve.running.signal(signal);
        let (status, answers, notes) = serve.running.end();

        assert_eq!(status.code(), Some(0), "{signal}");
        assert_eq!(answers, Vec::<String>::new());
        assert!(notes.last().unwrap().ends_with("stopped"), "{notes:?}");
    }
}

#[test]
fn quiet_prints_the_ready_line_and_nothing_else() {
    let serve = Serve::start(["--quiet"]);

    serve.call(COMPANY);
    serve.running.signal("-INT");
    let (_, answers, notes) = serve.running.end();

    assert_eq!((answers, notes), (Vec::new(), Vec::new()));
}

#[test]
fn a_busy_port_is_told_with_the_option_that_would_help() {
    let busy = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = busy.local_addr().unwrap().to_string();

    for (option, other) in [("--listen", "--control"), ("--control", "--listen")] {
        let output = output(["serve", option, &address, other, "127.0.0.1:0"]);

        let told = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2));
        assert!(told.contains(&format!("{address} is in use")), "{told}");
        assert!(
            told.contains(&format!("choose another with {option}")),
            "{told}"
        );
        assert_eq!(text(&output.stdout), "");
    }
}

#[test]
fn an_address_that_others_can_reach_needs_a_flag() {
    let beyond = ["serve", "--listen=0.0.0.0:0", "--control=127.0.0.1:0"];

    let refused = output(beyond);
    let allowed = Running::start(doublure(beyond.iter().chain(&["--listen-beyond-loopback"])));

    assert_eq!(refused.status.code(), Some(2));
    assert!(text(&refused.stderr).contains("--listen-beyond-loopback"));
    assert!(allowed.answer().contains("0.0.0.0"));
}

#[test]
fn an_override_that_does_not_exist_is_refused_beside_those_that_do() {
    let output = output(["serve", "--override", "ban-trem=1m"]);

    let told = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        told.contains("ban_trem") && told.contains("ban-term"),
        "{told}"
    );
}

#[test]
fn official_cases_are_served_and_those_that_cannot_be_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let operation = folder.path().join("api_entreprise_v3_insee_unites_legales");
    fs::create_dir(&operation).unwrap();
    let case = |siren: &str| {
        format!("params:\n  siren: '{siren}'\nstatus: 404\npayload: '{{\"told\":\"here\"}}'\n")
    };
    fs::write(operation.join("404.yaml"), case("418166096")).unwrap();
    fs::write(operation.join("bad.yaml"), case("418166097")).unwrap();
    fs::write(
        operation.join("faulty.yaml"),
        "params:\n  siren: '1'\nstatus: maybe\n",
    )
    .unwrap();

    let serve = Serve::start(["--cases", folder.path().to_str().unwrap()]);

    serve.running.note("faulty.yaml, line 3");
    serve.running.note("case unreachable");
    serve.running.note("bad.yaml");
    let answer = serve.call(COMPANY);
    assert_eq!(
        (answer.status, answer.body.as_str()),
        (404, r#"{"told":"here"}"#)
    );
}

/// Lines to copy in the documented edition: one for each set of providers, one for those without any.
const OPERATIONS: usize = 6;

#[test]
fn an_edited_scenario_file_is_put_in_force_and_a_broken_edit_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("faults.yaml");
    let answering = |status: u16| {
        format!(
            "faults:\n  - name: gateway-answers\n    on: client\n    then: {{ answer: {{ status: {status} }} }}\n"
        )
    };
    fs::write(&file, answering(500)).unwrap();
    let serve = Serve::start(["--scenario", file.to_str().unwrap()]);
    let first = serve.call(COMPANY).status;

    fs::write(&file, answering(503)).unwrap();
    serve.running.note("is in force as edited");
    let edited = serve.call(COMPANY).status;
    fs::write(&file, "faults:\n  - dealy: 9s\n").unwrap();
    serve.running.note("faults.yaml:2:5");
    serve
        .running
        .note("the scenario that was in force stays so");
    let broken = serve.call(COMPANY).status;
    fs::write(&file, answering(500)).unwrap();
    serve.running.note("is in force as edited");
    let mended = serve.call(COMPANY).status;

    assert_eq!([first, edited, broken, mended], [500, 503, 503, 500]);
}
