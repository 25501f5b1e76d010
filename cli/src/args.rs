//! The command line. Each command's own part, with its help, stands in its file.

use clap::{CommandFactory, Parser, Subcommand};

use crate::{
    commands::{
        check::CheckArgs, completion::CompletionArgs, control::ControlArgs, judge::JudgeArgs,
        operations::OperationsArgs, replay::ReplayArgs, rules::RulesArgs, run::RunArgs,
        scenarios::ScenariosArgs, selftest::SelftestArgs, serve::ServeArgs, token::TokenArgs,
    },
    exit::{self, Outcome},
    terminal::Terminal,
};

/// Stands in for either neighbour of a system under test of API Entreprise: for the data providers behind a gateway,
/// for the gateway in front of a client, for the caller in front of either. Misbehaves on demand, writes down all that
/// happens, and judges it against rules.
#[derive(Parser, Debug)]
#[command(
    name = "doublure",
    version,
    about = "A provider simulator and conformance harness for API Entreprise",
    long_about,
    after_long_help = exit::HELP,
    max_term_width = 100,
    propagate_version = true,
    disable_help_subcommand = true
)]
pub(crate) struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Every command.
#[derive(Subcommand, Debug)]
pub(crate) enum Command {
    Serve(ServeArgs),
    Run(RunArgs),
    Check(CheckArgs),
    Judge(JudgeArgs),
    #[cfg(feature = "loadtests")]
    Loadtest(crate::commands::loadtest::LoadtestArgs),
    Replay(ReplayArgs),
    Rules(RulesArgs),
    Scenarios(ScenariosArgs),
    Operations(OperationsArgs),
    Token(TokenArgs),
    Control(ControlArgs),
    Selftest(SelftestArgs),
    Completion(CompletionArgs),
}

impl Command {
    /// Runs it to its end.
    pub(crate) async fn exec(self, terminal: &Terminal) -> Outcome {
        match self {
            Self::Serve(args) => args.exec(terminal).await,
            Self::Run(args) => args.exec(terminal).await,
            Self::Check(args) => args.exec(terminal).await,
            Self::Judge(args) => args.exec(terminal).await,
            #[cfg(feature = "loadtests")]
            Self::Loadtest(args) => args.exec(terminal).await,
            Self::Replay(args) => args.exec(terminal).await,
            Self::Rules(args) => args.exec(terminal),
            Self::Scenarios(args) => args.exec(terminal).await,
            Self::Operations(args) => args.exec(terminal),
            Self::Token(args) => args.exec(terminal),
            Self::Control(args) => args.exec(terminal).await,
            Self::Selftest(args) => args.exec(terminal).await,
            Self::Completion(args) => args.exec(Cli::command(), terminal),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_command_has_examples_in_its_help() {
        for mut command in Cli::command().get_subcommands().cloned() {
            let help = command.render_long_help().to_string();

            assert!(help.contains("Examples:\n  doublure "), "{help}");
        }
    }
}
