//! `doublure run`.

use std::process::Stdio;

use crate::support::{Running, doublure, has, output, text};

/// What a plain client does: asks for a company, prints the status.
const PYTHON: &str = r#"
import os, sys, urllib.error, urllib.request
env = os.environ
url = (env["DOUBLURE_BASE_URL"] + "/v3/insee/sirene/unites_legales/" + env["DOUBLURE_SIREN"]
       + "?context=essai&object=essai&recipient=" + env["DOUBLURE_RECIPIENT"])
request = urllib.request.Request(url, headers={"Authorization": "Bearer " + env["DOUBLURE_TOKEN"]})
for _ in range(int(sys.argv[1])):
    try:
        print(urllib.request.urlopen(request).status)
    except urllib.error.HTTPError as error:
        print(error.code)
"#;

#[test]
fn a_python_script_calls_the_gateway_with_what_its_environment_says() {
    if !has("python3") {
        return;
    }

    let output = output(["run", "--", "python3", "-c", PYTHON, "2"]);

    assert_eq!(
        text(&output.stdout),
        "200\n200\n",
        "{}",
        text(&output.stderr)
    );
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn what_was_seen_is_told_by_operation_and_status() {
    if !has("python3") {
        return;
    }

    let output = output(["run", "--quota-limit=2", "--", "python3", "-c", PYTHON, "3"]);

    assert_eq!(text(&output.stdout), "200\n200\n429\n");
    let told = text(&output.stderr);
    assert!(told.contains("doublure saw 3 calls"), "{told}");
    assert!(
        told.contains("api_entreprise_v3_insee_unites_legales  200 × 2  429 × 1"),
        "{told}"
    );
    assert!(told.contains("1 over a quota (429)"), "{told}");
}

#[test]
fn the_faults_that_fired_are_told() {
    if !has("python3") {
        return;
    }

    let options = [
        "run",
        "--scenario=provider-down",
        "--",
        "python3",
        "-c",
        PYTHON,
        "1",
    ];
    let output = output(options);

    let told = text(&output.stderr);
    assert!(told.contains("fault ") && told.contains(" × 1"), "{told}");
}

#[test]
fn a_shell_script_finds_tokens_control_and_seed() {
    let script = r#"
        for name in BASE_URL CONTROL TOKEN TOKEN_STANDARD TOKEN_SECOND TOKEN_UNPRIVILEGED TOKEN_EXPIRED \
            TOKEN_REVOKED TOKEN_FORGED SIREN RECIPIENT SEED EDITION SCENARIO SESSION; do
            eval "value=\$DOUBLURE_$name"
            [ -n "$value" ] || echo "DOUBLURE_$name is missing"
        done
        echo "$DOUBLURE_SEED $DOUBLURE_EDITION"
    "#;

    let output = output(["run", "--seed=5", "--", "sh", "-c", script]);

    assert_eq!(text(&output.stdout), "5 documented\n");
}

#[test]
fn control_inside_a_run_speaks_of_its_session() {
    let script = format!(
        "{} control clock show --json",
        env!("CARGO_BIN_EXE_doublure")
    );

    let output = output(["run", "--clock=manual", "--", "sh", "-c", &script]);

    let clock: serde_json::Value = serde_json::from_str(&text(&output.stdout)).unwrap();
    assert_eq!(clock["now"], "2026-01-15T10:00:00.000000Z");
}

#[test]
fn without_a_gateway_the_calls_of_the_providers_are_told() {
    if !has("curl") {
        return;
    }
    let script = "curl -s -o /dev/null \"$DOUBLURE_PROVIDER_INSEE/api-sirene/prive/3.11/siren/$DOUBLURE_SIREN\"";

    let output = output(["run", "--without-gateway", "--", "sh", "-c", script]);

    let told = text(&output.stderr);
    assert!(told.contains("insee unite-legale  401 × 1"), "{told}");
}

#[test]
fn the_exit_code_of_the_command_is_handed_through() {
    assert_eq!(
        output(["run", "--", "sh", "-c", "exit 42"]).status.code(),
        Some(42)
    );
    assert_eq!(
        output(["run", "--", "sh", "-c", "kill -TERM $$"])
            .status
            .code(),
        Some(128 + 15)
    );
}

#[test]
fn standard_input_and_output_are_those_of_the_command() {
    let mut command = doublure(["run", "--quiet", "--", "cat"]);
    command.stdin(Stdio::piped());
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), b"words").unwrap();

    let output = child.wait_with_output().unwrap();

    assert_eq!(text(&output.stdout), "words");
}

#[test]
fn a_command_that_is_not_there_is_told_and_ends_with_127() {
    let output = output(["run", "--", "no-such-command-anywhere"]);

    assert_eq!(output.status.code(), Some(127));
    let told = text(&output.stderr);
    assert!(
        told.contains("command not found: no-such-command-anywhere"),
        "{told}"
    );
}

#[test]
fn ctrl_c_reaches_the_command_and_what_was_seen_is_still_told() {
    let script = "trap 'echo stopped; exit 7' INT; echo ready; while :; do read -r line || :; done";
    let mut command = doublure(["run", "--", "sh", "-c", script]);
    command.stdin(Stdio::null());
    let running = Running::start(command);
    assert_eq!(running.answer(), "ready");

    running.signal("-INT");
    let (status, answers, notes) = running.end();

    assert_eq!(status.code(), Some(7));
    assert_eq!(answers, ["stopped"]);
    assert!(
        notes
            .iter()
            .any(|note| note.contains("doublure saw 0 calls")),
        "{notes:?}"
    );
}
