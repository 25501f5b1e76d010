//! `doublure scenarios`.

use std::fs;

use crate::support::{output, text};

#[test]
fn a_typo_in_a_scenario_is_told_with_line_field_and_what_was_meant() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("slow.yaml");
    fs::write(
        &file,
        "about: INSEE is slow.\nfaults:\n  - when: { provider: insee }\n    dealy: 9s\n",
    )
    .unwrap();

    let output = output(["scenarios", "check", file.to_str().unwrap()]);

    let told = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2));
    assert!(told.contains("slow.yaml:4:5"), "{told}");
    assert!(told.contains("dealy: 9s"), "{told}");
    assert!(told.contains("`delay`"), "{told}");
    assert!(told.contains("^^^^^"), "{told}");
}

#[test]
fn serve_and_run_refuse_the_same_typo_before_anything_listens() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("slow.yaml");
    fs::write(&file, "faults:\n  - dealy: 9s\n").unwrap();
    let file = file.to_str().unwrap();

    for command in [
        vec!["serve", "--scenario", file],
        vec!["run", "--scenario", file, "--", "true"],
    ] {
        let output = output(command);

        assert_eq!(output.status.code(), Some(2));
        assert!(text(&output.stderr).contains("slow.yaml:2:5"));
        assert_eq!(text(&output.stdout), "");
    }
}

#[test]
fn what_a_scenario_includes_is_played_and_what_is_wrong_with_it_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    fs::create_dir(folder.path().join("parts")).unwrap();
    fs::write(path("top.yaml"), "include: [parts/slow.yaml]\n").unwrap();
    fs::write(path("parts/slow.yaml"), "faults:\n  - delay: 9s\n").unwrap();
    fs::write(path("wrong.yaml"), "include:\n  - parts/none.yaml\n").unwrap();

    let good = output(["scenarios", "check", &path("top.yaml")]);
    let request = "GET /v3/insee/sirene/unites_legales/418166096";
    let played = output([
        "scenarios",
        "explain",
        &path("top.yaml"),
        "--request",
        request,
    ]);
    let missing = output(["scenarios", "check", &path("wrong.yaml")]);

    assert!(text(&good.stdout).contains("good, 1 faults"), "{good:?}");
    assert!(text(&played.stdout).contains("delay 9s"), "{played:?}");
    let told = text(&missing.stderr);
    assert!(told.contains("wrong.yaml:2:5, in `include[0]`"), "{told}");
    assert!(told.contains("parts/none.yaml cannot be read"), "{told}");
    assert_eq!(missing.status.code(), Some(2));
}

#[test]
fn a_reader_that_goes_away_early_is_no_error() {
    let output = std::process::Command::new("bash")
        .args(["-c", "set -o pipefail; \"$0\" completion bash | head -1"])
        .arg(env!("CARGO_BIN_EXE_doublure"))
        .output()
        .unwrap();

    assert_eq!(text(&output.stderr), "");
}

#[test]
fn a_scenario_says_what_it_would_do_to_a_request() {
    let request = "GET /v3/insee/sirene/unites_legales/418166096";

    let as_text = output(["scenarios", "explain", "brownout", "--request", request]);
    let as_json = output([
        "scenarios",
        "explain",
        "silent-gateway",
        "--request",
        request,
        "--token",
        "none",
        "--json",
    ]);

    insta::assert_snapshot!(text(&as_text.stdout));
    let json: serde_json::Value = serde_json::from_slice(&as_json.stdout).unwrap();
    assert_eq!(json["token"], serde_json::Value::Null);
    assert_eq!(json["exchanges"][0]["steps"][0]["outcome"], "fires");
    assert_eq!(json["answer"], "silence");
}

#[test]
fn several_scenarios_are_played_as_one_the_first_first() {
    let request = "GET /v3/insee/sirene/unites_legales/418166096";

    let output = output([
        "scenarios",
        "explain",
        "silent-provider",
        "acoss-pending",
        "--request",
        request,
        "--json",
    ]);

    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(json["scenario"], "silent-provider+acoss-pending");
    let steps = json["exchanges"][1]["steps"].as_array().unwrap();
    let names: Vec<_> = steps
        .iter()
        .map(|step| step["fault"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["providers-are-silent", "attestations-are-pending"]);
    assert_eq!(json["answer"], "504 01002");
}
