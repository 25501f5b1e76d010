//! Every ```sh block of README.md runs as written, in order, in one shell.
//!
//! What the test changes, and nothing else:
//! - `doublure` is the binary that was just built;
//! - the block [`SERVE`] is started by the test on free ports, which then stand in every block in place of the usual
//!   ones, since those may be taken where the tests run; it goes on until the last block is done;
//! - so does a free port in the place of the one that a block gives to a provider;
//! - the block [`TESTS`] is skipped: this test is part of what it would run.

#![expect(clippy::unwrap_used, reason = "helpers of tests may panic")]

use std::{
    fs,
    io::{BufRead, BufReader},
    net::TcpListener,
    path::Path,
    process::{Child, Command, Stdio},
};

use serde_json::Value;

const SERVE: &str = "cargo run --release -- serve";
const TESTS: &str = "cargo test --workspace";
const USUAL_GATEWAY: &str = "http://127.0.0.1:8600";
const USUAL_CONTROL: &str = "http://127.0.0.1:8601";
const USUAL_PROVIDER: &str = "9101";

#[test]
fn every_block_runs_as_written() {
    if !has("curl") || !has("bash") {
        return;
    }
    let blocks = blocks(&readme());
    let serve = Serve::start();

    let mut script = String::from("set -euo pipefail\n");
    for block in &blocks {
        if [SERVE, TESTS].contains(&block.trim()) {
            println!("not run by the script: {}", block.trim());
            continue;
        }
        assert!(
            !block.contains("cargo "),
            "the test knows two blocks with cargo: {block}"
        );
        // Printed first, so that a failure shows which block it was.
        script += &format!("cat >&2 <<'END_OF_BLOCK'\n\n$ {block}END_OF_BLOCK\n");
        script += &serve.at_its_ports(block);
    }
    let folder = tempfile::tempdir().unwrap();
    let output = serve
        .shell(folder.path())
        .arg("-c")
        .arg(&script)
        .output()
        .unwrap();

    assert!(
        output.status.success(),
        "{}\n{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
fn the_two_commands_stand_in_it() {
    let blocks = blocks(&readme());

    for command in [SERVE, TESTS] {
        let found = blocks.iter().filter(|block| block.trim() == command);
        assert_eq!(found.count(), 1, "{command}");
    }
}

#[test]
fn every_exit_code_of_the_command_is_told() {
    let help = Command::new(env!("CARGO_BIN_EXE_doublure"))
        .arg("--help")
        .output()
        .unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    let codes = help.split("Exit codes:\n").nth(1).unwrap().lines();

    let readme = readme();
    for code in codes.filter_map(|line| line.split_whitespace().next()) {
        if code.parse::<u8>().is_ok() {
            assert!(readme.contains(&format!("\n| {code} |")), "{code}");
        }
    }
}

/// The gateway of the block [`SERVE`].
struct Serve {
    child: Child,
    ready: Value,
    free_port: String,
}

impl Serve {
    fn start() -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_doublure"))
            .args([
                "serve",
                "--quiet",
                "--listen=127.0.0.1:0",
                "--control=127.0.0.1:0",
            ])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let stdout = child.stdout.take().unwrap();
        BufReader::new(stdout).read_line(&mut line).unwrap();
        let ready = serde_json::from_str(&line).unwrap();
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        Self {
            child,
            ready,
            free_port: free.local_addr().unwrap().port().to_string(),
        }
    }

    fn at_its_ports(&self, block: &str) -> String {
        block
            .replace(USUAL_GATEWAY, self.ready["gateway"].as_str().unwrap())
            .replace(USUAL_CONTROL, self.ready["control"].as_str().unwrap())
            .replace(USUAL_PROVIDER, &self.free_port)
    }

    /// A shell that finds the built command, and the control address where no block names it.
    fn shell(&self, folder: &Path) -> Command {
        let binary = Path::new(env!("CARGO_BIN_EXE_doublure"));
        let path = std::env::var("PATH").unwrap();
        let mut shell = Command::new("bash");
        shell
            .current_dir(folder)
            .env(
                "PATH",
                format!("{}:{path}", binary.parent().unwrap().display()),
            )
            .env("DOUBLURE_CONTROL", self.ready["control"].as_str().unwrap());
        shell
    }
}

impl Drop for Serve {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Whether a program is here; says so where it is not.
fn has(program: &str) -> bool {
    let found = Command::new(program).arg("--version").output().is_ok();
    if !found {
        println!("skipped: {program} is not here");
    }
    found
}

fn readme() -> String {
    fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../README.md")).unwrap()
}

fn blocks(text: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    let mut open: Option<String> = None;
    for line in text.lines() {
        match &mut open {
            None if line == "```sh" => open = Some(String::new()),
            None => {}
            Some(_) if line == "```" => blocks.extend(open.take()),
            Some(block) => *block += &format!("{line}\n"),
        }
    }
    assert!(open.is_none(), "a block without end: {open:?}");
    blocks
}
