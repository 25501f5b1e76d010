//! HAProxy: reads tokens, counts, bans, waits and words its refusals in its own language.

use std::{env, fs, process::Command};

use doublure_fixtures::{Contract, Edition, contract::Operation};

use crate::gateway::{RealGateway, here};

pub(crate) const HAPROXY: RealGateway = RealGateway {
    name: "haproxy",
    program: "haproxy",
    configuration: "haproxy.cfg",
    beside: &[OPERATIONS, RIGHTS],
    start: |program, _, configuration| {
        let mut command = Command::new(program);
        command.arg("-db").arg("-f").arg(configuration);
        command
    },
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn haproxy_is_judged_as_written_down() {
    HAPROXY.is_judged_as_written_down().await;
}

#[test]
fn what_haproxy_knows_of_operations_is_what_the_contract_says() {
    let contract = Contract::built_in();
    let forwarded = || {
        contract
            .operations()
            .iter()
            .filter(|one| one.providers.len() == 1)
    };
    let operations: String = forwarded().map(|one| known(&contract, one)).collect();
    let rights: String = forwarded().map(|one| right(one)).collect();

    for (name, heading, rows) in [
        (OPERATIONS, OPERATIONS_HEADING, operations),
        (RIGHTS, RIGHTS_HEADING, rights),
    ] {
        let text = format!("{heading}\n{rows}");
        if env::var_os("DOUBLURE_UPDATE").is_some() {
            fs::write(here(name), &text).unwrap();
        }
        assert_eq!(fs::read_to_string(here(name)).unwrap(), text, "{name}");
    }
}

/// The row of an operation in the map of all.
fn known(contract: &Contract, operation: &Operation) -> String {
    let provider = &operation.providers[0];
    let row = contract
        .providers()
        .find(|row| row.id == *provider)
        .unwrap();
    let quota = operation.quota.of(Edition::Observed).as_ref().unwrap();
    format!(
        "{}$ {provider}:{}:{}:{}:{}\n",
        path(operation),
        row.number,
        quota.group,
        quota.limit,
        operation.deadline.of(Edition::Observed).as_millis()
    )
}

/// The row of an operation in the list of rights.
fn right(operation: &Operation) -> String {
    let scopes = &operation.scopes;
    let any = scopes.is_empty() || scopes.iter().any(|scope| scope == "any");
    let one_of_them = match any {
        true => String::new(),
        false => format!(".*\"({})\"", scopes.join("|")),
    };
    format!("{} {one_of_them}\n", path(operation))
}

/// The path of an operation as a pattern, open at its end.
fn path(operation: &Operation) -> String {
    let parts = operation
        .path
        .split('/')
        .map(|part| match part.starts_with('{') {
            true => "[^/]+",
            false => part,
        });
    format!("^{}", parts.collect::<Vec<_>>().join("/"))
}

const OPERATIONS: &str = "haproxy.operations.map";
const RIGHTS: &str = "haproxy.rights.lst";
const OPERATIONS_HEADING: &str = "# Path of an operation, and what is known of it: provider : its number in error codes : quota group : limit : ms to wait.";
const RIGHTS_HEADING: &str =
    "# Path of an operation, and the scopes in a token that open it; one of them is enough.";
