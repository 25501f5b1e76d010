//! `doublure operations`: what the gateway serves.

use clap::Args;
use doublure_fixtures::{Contract, contract::Opening};

use crate::{
    exit::{Exit, Outcome},
    table::Table,
    terminal::Terminal,
};

/// List the gateway's operations: their paths, the providers that they ask, and whether anybody may see the answer
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct OperationsArgs {}

impl OperationsArgs {
    #[expect(clippy::unused_self, reason = "every command is called alike")]
    pub(crate) fn exec(&self, terminal: &Terminal) -> Outcome {
        let mut table = Table::new(["operation", "path", "providers", "opening"]);
        for operation in Contract::built_in().operations() {
            table.row([
                operation.id.clone(),
                operation.path.clone(),
                operation.providers.join(" "),
                opening(operation.opening).to_owned(),
            ]);
        }
        terminal.answer(table)?;
        Ok(Exit::DONE)
    }
}

/// Whether anybody may see what it answers, in a word.
const fn opening(opening: Option<Opening>) -> &'static str {
    match opening {
        None => "",
        Some(Opening::Public) => "public",
        Some(Opening::Protected) => "protected",
    }
}

const EXAMPLES: &str = "\
Examples:
  doublure operations
  doublure operations | grep public";
