//! `doublure check` and `doublure loadtest`.

use std::{fs, path::PathBuf};

use serde_json::Value;
use tempfile::TempDir;

use crate::support::{Running, Serve, doublure, has, output, text};

fn target(text: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("target.toml");
    fs::write(&file, text).unwrap();
    (folder, file)
}

fn check(target_text: &str, options: &[&str]) -> std::process::Output {
    let (_folder, file) = target(target_text);
    let target = ["check", "gateway", "--target", file.to_str().unwrap()];
    output(target.iter().chain(options))
}

#[test]
fn the_simulated_gateway_conforms_in_both_editions() {
    for edition in ["documented", "observed"] {
        let output = check(
            &format!("[gateway]\nkind = \"simulated\"\nedition = \"{edition}\"\n"),
            &[],
        );

        let told = text(&output.stdout);
        assert_eq!(output.status.code(), Some(0), "{told}");
        assert!(told.contains("conforms"), "{told}");
        assert!(!told.contains("FAIL"), "{told}");
    }
}

#[test]
fn a_gateway_that_breaks_a_rule_ends_with_one_and_a_curl_line_that_asks_again() {
    let output = check(
        "[gateway]\nkind = \"simulated\"\n[gateway.overrides]\nban_term_ms = 1000\n",
        &["--only", "gw.ban.*"],
    );

    let told = text(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(told.contains("FAIL  gw.ban.lasts-its-term"), "{told}");
    assert!(told.contains("curl -i"), "{told}");
}

#[test]
fn a_recorded_run_is_judged_again_with_the_same_verdicts() {
    let folder = tempfile::tempdir().unwrap();
    let recording = folder.path().join("run");
    let recording = recording.to_str().unwrap();
    let broken = "[gateway]\nkind = \"simulated\"\n[gateway.overrides]\nban_term_ms = 1000\n";

    let first = check(broken, &["--report=json", "--record", recording]);
    let again = output(["judge", recording, "--report=json"]);

    assert_eq!(first.status.code(), Some(1), "{}", text(&first.stderr));
    assert_eq!(again.status.code(), Some(1), "{}", text(&again.stderr));
    assert_eq!(text(&again.stdout), text(&first.stdout));
}

#[test]
fn a_known_failure_is_excused_until_it_is_gone() {
    let folder = tempfile::tempdir().unwrap();
    let known = folder.path().join("known.toml");
    let known = known.to_str().unwrap();
    let broken = "[gateway]\nkind = \"simulated\"\n[gateway.overrides]\nban_term_ms = 1000\n";
    let only = "--only=gw.ban.lasts-its-term";

    let found = check(broken, &[only, "--baseline", known, "--baseline-update"]);
    let excused = check(broken, &[only, "--baseline", known]);
    let mended = check(
        "[gateway]\nkind = \"simulated\"\n",
        &[only, "--baseline", known],
    );

    assert_eq!(found.status.code(), Some(0), "{}", text(&found.stdout));
    assert_eq!(excused.status.code(), Some(0), "{}", text(&excused.stdout));
    assert_eq!(mended.status.code(), Some(1), "{}", text(&mended.stdout));
    assert!(text(&mended.stdout).contains("take it out of the baseline"));
}

#[test]
fn the_json_report_stands_alone_on_standard_output() {
    let options = ["--only=gw.relay.*", "--report=json"];
    let output = check("[gateway]\nkind = \"simulated\"\n", &options);

    let report: Value = serde_json::from_str(&text(&output.stdout)).unwrap();
    assert_eq!(report["schema"], "doublure.run/1");
    assert_eq!(text(&output.stderr), "");
}

#[test]
fn the_junit_report_goes_into_a_file_and_the_outcome_is_still_told() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("report.xml");
    let options = [
        "--only=gw.relay.*",
        "--report=junit",
        "--output",
        file.to_str().unwrap(),
    ];

    let output = check("[gateway]\nkind = \"simulated\"\n", &options);

    assert!(text(&output.stdout).contains("ok    gw.relay.fast-provider-gives-200"));
    let report = fs::read_to_string(file).unwrap();
    assert!(report.starts_with("<?xml") && report.contains("gw.relay.fast-provider-gives-200"));
}

#[test]
fn a_rule_that_does_not_exist_and_a_target_that_cannot_be_read_are_no_verdicts() {
    let typo = check("[gateway]\nkind = \"simulated\"\n", &["--only=gw.bann.*"]);
    let field = check(
        "[gateway]\nkind = \"simulated\"\nedtion = \"observed\"\n",
        &[],
    );
    let gone = output(["check", "gateway", "--target", "no/such.toml"]);

    for output in [&typo, &field, &gone] {
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        assert_eq!(text(&output.stdout), "");
    }
    assert!(text(&typo.stderr).contains("gw.bann.*"));
    assert!(text(&field.stderr).contains("edtion") && text(&field.stderr).contains("line 3"));
    assert!(text(&gone.stderr).contains("no/such.toml"));
}

#[test]
fn what_cannot_be_put_to_the_test_leaves_the_check_incomplete() {
    let serve = Serve::start([]);
    let target = format!(
        "[gateway]\nkind = \"url\"\nbase_url = \"{}\"\n[gateway.tokens]\nstandard = \"x\"\n",
        serve.gateway()
    );

    let output = check(&target, &["--only=gw.relay.*"]);

    let told = text(&output.stdout);
    assert_eq!(output.status.code(), Some(3), "{told}");
    assert!(
        told.contains("Doublure's providers do not stand behind"),
        "{told}"
    );
}

#[test]
fn what_a_target_file_declares_as_unsupported_is_a_gap() {
    let simulated = "[gateway]\nkind = \"simulated\"\n";
    let unsupported = |name| format!("{simulated}unsupported = [\"{name}\"]\n");

    let gap = check(&unsupported("quota"), &["--only=gw.quota.over-limit*"]);
    let typo = check(&unsupported("qota"), &[]);

    let told = text(&gap.stdout);
    assert_eq!(gap.status.code(), Some(3), "{told}");
    assert!(
        told.contains("`quota` is declared as unsupported"),
        "{told}"
    );
    assert_eq!(typo.status.code(), Some(2));
    assert!(
        text(&typo.stderr).contains("did you mean `quota`?"),
        "{typo:?}"
    );
}

#[test]
fn a_gateway_that_is_not_there_is_no_verdict() {
    let target = "[gateway]\nkind = \"url\"\nbase_url = \"http://127.0.0.1:9\"\n[gateway.tokens]\nstandard = \"x\"\n";

    let output = check(target, &["--only=gw.quota.*"]);

    let told = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{told}");
    assert!(told.contains("nothing answers at 127.0.0.1:9"), "{told}");
}

/// A client in one line: asks once, gives up after three seconds.
const CURL: &str =
    r#"curl -s --fail --max-time 3 -H "Authorization: Bearer $DOUBLURE_TOKEN" "$DOUBLURE_URL""#;

#[test]
fn a_client_in_one_line_is_judged() {
    if !has("curl") {
        return;
    }
    let options = [
        "check",
        "client",
        "--only=cl.works.*",
        "--only=cl.timeout.*",
        "--",
        "sh",
        "-c",
    ];

    let good = output(options.iter().chain(&[CURL]));
    let bad = output(options.iter().chain(&["exit 1"]));

    let told = text(&good.stdout);
    assert_eq!(good.status.code(), Some(0), "{told}");
    assert!(told.contains("ok    cl.timeout.gives-up"), "{told}");
    assert_ne!(bad.status.code(), Some(0), "{}", text(&bad.stdout));
}

#[test]
fn a_client_that_is_not_there_is_no_verdict() {
    let output = output(["check", "client", "--", "no-such-command-anywhere"]);

    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stdout).contains("no-such-command-anywhere"));
}

#[test]
fn ctrl_c_ends_a_check_and_every_client_that_it_started() {
    let options = [
        "check",
        "client",
        "--show-stderr",
        "--only=cl.works.*",
        "--",
    ];
    let client = ["sh", "-c", "echo started >&2; sleep 1000"];
    let running = Running::start(doublure(options.iter().chain(&client)));
    running.note("started");

    running.signal("-INT");
    // A client that went on would hold standard error open.
    let (status, answers, notes) = running.end();

    assert_eq!(status.code(), Some(130));
    assert_eq!(answers, Vec::<String>::new());
    assert!(
        notes.iter().any(|note| note.contains("interrupted")),
        "{notes:?}"
    );
}

const INSEE: &str = r#"
known = "418166096"
unknown = "999999998"
malformed = "41816609"
not_found = { status = 404 }
refused = { status = 400 }
[provider.request]
path = "/api-sirene/prive/3.11/siren/{id}"
[provider.login]
path = "/token"
token = "/access_token"
form = { grant_type = "password", client_id = "a", client_secret = "b", username = "c", password = "d" }
"#;

#[test]
fn a_provider_is_judged_by_its_own_marks() {
    let serve = Serve::start(["--without-gateway"]);
    let base = serve.ready["providers"]["insee"].as_str().unwrap();
    let right = format!("[provider]\nbase_url = \"{base}\"{INSEE}");
    // It declares that it refuses with 404 what it does not hold, and holds to it; here it declares 410.
    let wrong = right.replace(
        "not_found = { status = 404 }",
        "not_found = { status = 410 }",
    );

    let codes = [right, wrong].map(|text| {
        let (_folder, file) = target(&text);
        let output = output(["check", "provider", "--target", file.to_str().unwrap()]);
        (output.status.code(), crate::support::text(&output.stdout))
    });

    assert_eq!(codes[0].0, Some(0), "{}", codes[0].1);
    assert_eq!(codes[1].0, Some(1), "{}", codes[1].1);
    assert!(
        codes[1].1.contains("FAIL  pr.works.unknown-entity"),
        "{}",
        codes[1].1
    );
    assert!(serve.ready["gateway"].is_null());
}

#[test]
fn the_template_of_a_provider_s_target_is_sound() {
    let template = output(["check", "provider", "--template"]);
    let (_folder, file) = target(&text(&template.stdout));

    let mut command = doublure(["check", "provider", "--only=pr.nothing", "--target"]);
    let output = command
        .arg(file)
        .env("CLIENT_SECRET", "x")
        .output()
        .unwrap();

    // It is read before the provider is asked: all that is wrong is the pattern.
    assert!(
        text(&output.stderr).contains("--only pr.nothing"),
        "{output:?}"
    );
}

#[cfg(feature = "loadtests")]
#[test]
fn the_edge_of_a_quota_is_exact_under_load_and_a_wrong_one_is_noticed() {
    let right = output(["loadtest", "quota-edge", "--report=json"]);
    let wrong = output([
        "loadtest",
        "quota-edge",
        "--quota-limit=300",
        "--report=json",
    ]);

    // Nothing of the loader's own words stands before the report.
    for report in [&right, &wrong] {
        assert!(
            serde_json::from_str::<Value>(&text(&report.stdout)).is_ok(),
            "{report:?}"
        );
    }
    assert_eq!(right.status.code(), Some(0), "{}", text(&right.stdout));
    assert_eq!(wrong.status.code(), Some(1), "{}", text(&wrong.stdout));
}
