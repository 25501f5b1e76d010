//! Clients that generators make of the served OpenAPI document work. `.ci/clients` fetches the generators.

#![expect(clippy::unwrap_used, reason = "helpers of tests may panic")]

use std::{
    path::Path,
    process::{Command, Stdio},
};

#[test]
fn a_python_client_works() {
    made_and_tried("python.sh", &["curl", "openapi-python-client"]);
}

#[test]
fn a_typescript_client_works() {
    made_and_tried(
        "typescript.sh",
        &["curl", "openapi-typescript", "tsc", "node"],
    );
}

fn made_and_tried(script: &str, tools: &[&str]) {
    if let Some(missing) = tools.iter().find(|tool| !has(tool)) {
        println!("skipped: {missing} is not here, .ci/clients fetches it");
        return;
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/clients")
        .join(script);
    let ran = Command::new(env!("CARGO_BIN_EXE_doublure"))
        .args(["run", "--quiet", "--", "bash"])
        .arg(script)
        .output()
        .unwrap();

    let told = String::from_utf8_lossy(&ran.stdout);
    let why = String::from_utf8_lossy(&ran.stderr);
    assert!(ran.status.success(), "{told}{why}");
    assert!(told.contains("a client that works"), "{told}{why}");
}

fn has(tool: &str) -> bool {
    let mut command = Command::new(tool);
    command
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}
