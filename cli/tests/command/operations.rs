//! `doublure operations`.

use doublure_fixtures::Contract;

use crate::support::{output, text};

#[test]
fn every_operation_is_listed_with_its_path() {
    let output = output(["operations"]);

    let told = text(&output.stdout);
    assert_eq!(output.status.code(), Some(0));
    for operation in Contract::built_in().operations() {
        let line = told.lines().find(|line| line.starts_with(&operation.id));
        assert!(
            line.is_some_and(|line| line.contains(&operation.path)),
            "{told}"
        );
    }
}
