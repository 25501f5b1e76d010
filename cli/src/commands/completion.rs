//! `doublure completion`: words for the shell.

use clap::{Args, Command};
use clap_complete::Shell;

use crate::{
    exit::{Exit, Outcome},
    terminal::Terminal,
};

/// Print a completion script for a shell
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct CompletionArgs {
    /// The shell
    shell: Shell,
}

impl CompletionArgs {
    /// Prints the script of a whole command line.
    pub(crate) fn exec(&self, mut whole: Command, terminal: &Terminal) -> Outcome {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut whole, "doublure", &mut script);
        terminal.answer(String::from_utf8_lossy(&script).trim_end())?;
        Ok(Exit::DONE)
    }
}

const EXAMPLES: &str = "\
Examples:
  doublure completion bash > ~/.local/share/bash-completion/completions/doublure
  doublure completion zsh > \"${fpath[1]}/_doublure\"";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shell_gets_a_script_that_knows_the_commands() {
        for shell in [Shell::Bash, Shell::Zsh, Shell::Fish] {
            let (terminal, written) = Terminal::in_memory();

            let whole = Command::new("doublure").subcommand(Command::new("serve"));
            CompletionArgs { shell }.exec(whole, &terminal).unwrap();

            assert!(written.answers().contains("serve"), "{shell}");
        }
    }
}
