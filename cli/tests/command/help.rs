//! What the command says of itself.

use crate::support::{output, text};

const COMMANDS: &[&[&str]] = &[
    &[],
    &["serve"],
    &["run"],
    &["check"],
    &["check", "gateway"],
    &["check", "client"],
    &["check", "provider"],
    &["loadtest"],
    &["loadtest", "quota-edge"],
    &["replay"],
    &["rules"],
    &["rules", "explain"],
    &["scenarios"],
    &["scenarios", "check"],
    &["scenarios", "explain"],
    &["operations"],
    &["token"],
    &["control"],
    &["control", "clock", "advance"],
    &["control", "journal"],
    &["control", "tokens"],
    &["completion"],
];

#[test]
fn the_help_of_every_command_is_as_it_was_looked_at() {
    for command in COMMANDS {
        let output = output(command.iter().chain(&["--help"]));

        let name = ["help"].iter().chain(*command).copied().collect::<Vec<_>>();
        insta::assert_snapshot!(name.join("-"), text(&output.stdout));
        assert_eq!(output.status.code(), Some(0));
    }
}

#[test]
fn the_version_is_told() {
    let output = output(["--version"]);

    let version = concat!("doublure ", env!("CARGO_PKG_VERSION"), "\n");
    assert_eq!(text(&output.stdout), version);
}

#[test]
fn a_flag_that_does_not_exist_ends_with_two_and_the_flag_that_was_meant() {
    let output = output(["serve", "--scenaro", "calm"]);

    let told = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        told.contains("--scenaro") && told.contains("--scenario"),
        "{told}"
    );
}

#[test]
fn completion_is_a_script_that_bash_can_read() {
    let output = output(["completion", "bash"]);

    assert_eq!(output.status.code(), Some(0));
    assert!(text(&output.stdout).contains("complete -F _doublure"));
}
