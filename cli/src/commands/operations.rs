//! `doublure operations`: what the gateway serves.

use clap::Args;
use doublure_fixtures::Contract;

use crate::{
    exit::{Exit, Outcome},
    table::Table,
    terminal::Terminal,
};

/// List the gateway's operations: their paths, and the providers that they ask
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct OperationsArgs {}

impl OperationsArgs {
    #[expect(clippy::unused_self, reason = "every command is called alike")]
    pub(crate) fn exec(&self, terminal: &Terminal) -> Outcome {
        let mut table = Table::new(["operation", "path", "providers"]);
        for operation in Contract::built_in().operations() {
            table.row([
                operation.id.clone(),
                operation.path.clone(),
                operation.providers.join(" "),
            ]);
        }
        terminal.answer(table)?;
        Ok(Exit::DONE)
    }
}

const EXAMPLES: &str = "\
Examples:
  doublure operations
  doublure operations | grep insee";
