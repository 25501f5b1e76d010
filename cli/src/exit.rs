//! How the command ends: named exit codes, and failures that say what would help.

use std::{fmt, io, process::ExitCode};

use crate::{
    signals::Stop,
    terminal::{self, Terminal},
};

/// An exit code. Every code that this command chooses itself has a name here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Exit(u8);

/// Why a command could not do its work: the user's or the harness's fault, never a verdict.
#[derive(Debug)]
pub(crate) struct Failure {
    message: String,
    excerpt: Option<String>,
    remedy: Option<String>,
    exit: Exit,
}

/// What every command comes to.
pub(crate) type Outcome = Result<Exit, Failure>;

impl Exit {
    /// Done; of a check: the target conforms.
    pub(crate) const DONE: Self = Self(0);
    /// Of a check: a rule of level must is broken; of a replay: an answer differs.
    pub(crate) const NONCONFORMITY: Self = Self(1);
    /// The command line is wrong, a file is, or the harness itself failed: no verdict.
    pub(crate) const MISUSE: Self = Self(2);
    /// Of a check: nothing is broken, but something cannot be told, or nothing was put to the test.
    pub(crate) const INCOMPLETE: Self = Self(3);
    /// The command to run is there and cannot be run.
    pub(crate) const NOT_EXECUTABLE: Self = Self(126);
    /// The command to run is not there.
    pub(crate) const NOT_FOUND: Self = Self(127);

    /// Stopped before the end by a signal.
    pub(crate) fn stopped(stop: Stop) -> Self {
        let code = SIGNAL_BASE + stop.signal().as_raw();
        Self(u8::try_from(code).unwrap_or(u8::MAX))
    }

    /// The code that a command of somebody else ended with.
    pub(crate) fn of(status: std::process::ExitStatus) -> Self {
        let code = status.code().unwrap_or_else(|| {
            let signal = std::os::unix::process::ExitStatusExt::signal(&status);
            SIGNAL_BASE + signal.unwrap_or_default()
        });
        Self(u8::try_from(code & 0xff).unwrap_or(u8::MAX))
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.0)
    }
}

impl Failure {
    /// A failure with the code [`Exit::MISUSE`].
    pub(crate) fn new(message: impl fmt::Display) -> Self {
        Self {
            message: message.to_string(),
            excerpt: None,
            remedy: None,
            exit: Exit::MISUSE,
        }
    }

    /// Says what would help.
    pub(crate) fn help(mut self, remedy: impl fmt::Display) -> Self {
        self.remedy = Some(remedy.to_string());
        self
    }

    /// Shows the place that is at fault.
    pub(crate) fn at(mut self, excerpt: impl fmt::Display) -> Self {
        self.excerpt = Some(excerpt.to_string());
        self
    }

    /// Ends with another code.
    pub(crate) fn with(mut self, exit: Exit) -> Self {
        self.exit = exit;
        self
    }

    /// Writes it to the terminal and gives the code to leave with.
    pub(crate) fn tell(self, terminal: &Terminal) -> Exit {
        if !self.message.is_empty() {
            terminal.note(&self);
        }
        self.exit
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (error, hint) = (terminal::ERROR, terminal::HINT);
        write!(f, "{error}error{error:#}: {}", self.message)?;
        if let Some(excerpt) = &self.excerpt {
            write!(f, "\n{excerpt}")?;
        }
        if let Some(remedy) = &self.remedy {
            write!(f, "\n  {hint}help{hint:#}: {remedy}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Failure {}

/// A reader that went away (`doublure rules list | head -1`) is no failure worth a word.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Self::new("").with(Exit::DONE);
        }
        Self::new(error)
    }
}

impl From<doublure_control::ControlError> for Failure {
    fn from(error: doublure_control::ControlError) -> Self {
        let failure = Self::new(&error);
        match error {
            doublure_control::ControlError::Unreachable { .. } => failure.help(
                "start one with `doublure serve`, or name another with --control or DOUBLURE_CONTROL",
            ),
            _ => failure,
        }
    }
}

/// The codes as every shell user reads them.
pub(crate) const HELP: &str = "\
Exit codes:
  0    done; of a check: the target conforms
  1    of a check: a rule of level must is broken; of a replay: an answer differs
  2    the command line or a file is wrong, or the harness failed: no verdict
  3    of a check: nothing is broken, but something cannot be told, or nothing was tested
  126  of `run`: the command cannot be run
  127  of `run`: the command is not there
  `run` ends with the code of its command. 128 + n: signal n ended the command, or a check.";

const SIGNAL_BASE: i32 = 128;

#[cfg(test)]
mod tests {
    use std::{os::unix::process::ExitStatusExt, process::ExitStatus};

    use super::*;

    #[test]
    fn a_command_that_a_signal_ended_gives_128_and_the_signal() {
        assert_eq!(Exit::of(ExitStatus::from_raw(9)), Exit(137));
        assert_eq!(Exit::of(ExitStatus::from_raw(3 << 8)), Exit(3));
    }

    #[test]
    fn a_check_that_a_signal_stopped_gives_128_and_the_signal() {
        assert_eq!(Exit::stopped(Stop::Interrupt), Exit(130));
        assert_eq!(Exit::stopped(Stop::Terminate), Exit(143));
    }

    #[test]
    fn the_help_names_every_code_that_has_a_name() {
        for exit in [
            Exit::DONE,
            Exit::NONCONFORMITY,
            Exit::MISUSE,
            Exit::INCOMPLETE,
            Exit::NOT_EXECUTABLE,
            Exit::NOT_FOUND,
        ] {
            assert!(HELP.contains(&format!("\n  {:<3}  ", exit.0)), "{exit:?}");
        }
    }

    #[test]
    fn a_failure_is_told_with_its_place_and_its_remedy() {
        let (terminal, written) = Terminal::in_memory();
        let failure = Failure::new("no such thing")
            .at("  --> file:1")
            .help("look again");

        let exit = failure.tell(&terminal);

        assert_eq!(exit, Exit::MISUSE);
        assert_eq!(
            written.notes(),
            "error: no such thing\n  --> file:1\n  help: look again\n"
        );
    }

    #[test]
    fn a_reader_that_went_away_is_not_told() {
        let (terminal, written) = Terminal::in_memory();
        let gone = io::Error::from(io::ErrorKind::BrokenPipe);

        let exit = Failure::from(gone).tell(&terminal);

        assert_eq!((exit, written.notes().as_str()), (Exit::DONE, ""));
    }
}
