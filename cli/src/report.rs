//! What a run came to, where and in the form that was asked for.

use std::{fs, path::PathBuf};

use clap::{Args, ValueEnum};
use doublure_reports::{json, junit, terminal};
use doublure_rules::{ExitCode, Run};

use crate::{
    exit::{Exit, Failure, Outcome},
    terminal::Terminal,
};

/// In which form, and where to.
#[derive(Args, Debug)]
pub(crate) struct ReportArgs {
    /// The form of the report
    #[arg(long, value_name = "FORM", default_value = "terminal")]
    report: Form,

    /// Write the report into a file; what came of it is then told on the terminal as well
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// A form of report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Form {
    /// For people, failures first
    Terminal,
    /// For programs
    Json,
    /// For continuous integration
    Junit,
}

impl ReportArgs {
    /// Writes the report; gives the code that the run means.
    ///
    /// # Errors
    /// The file cannot be written.
    pub(crate) fn write(&self, run: &Run, words: &Terminal) -> Outcome {
        match &self.output {
            None => words.answer(self.rendered(run, terminal::Paint::Coloured)?.trim_end())?,
            Some(file) => {
                fs::write(file, self.rendered(run, terminal::Paint::Plain)?).map_err(|error| {
                    Failure::new(format!("cannot write {}: {error}", file.display()))
                        .help("choose another with --output")
                })?;
                words.answer(terminal::render(run, terminal::Paint::Coloured).trim_end())?;
            }
        }
        Ok(run.exit_code().into())
    }

    fn rendered(&self, run: &Run, paint: terminal::Paint) -> Result<String, Failure> {
        match self.report {
            Form::Terminal => Ok(terminal::render(run, paint)),
            Form::Json => json::render(run).map_err(Failure::new),
            Form::Junit => junit::render(run).map_err(Failure::new),
        }
    }
}

impl From<ExitCode> for Exit {
    fn from(code: ExitCode) -> Self {
        match code {
            ExitCode::Conforms => Self::DONE,
            ExitCode::Nonconformity => Self::NONCONFORMITY,
            ExitCode::HarnessError => Self::MISUSE,
            ExitCode::Incomplete => Self::INCOMPLETE,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(report: Form, output: Option<PathBuf>) -> (Exit, String) {
        let (terminal, written) = Terminal::in_memory();
        let args = ReportArgs { report, output };
        let exit = args.write(&Run::default(), &terminal).unwrap();
        (exit, written.answers())
    }

    #[test]
    fn each_form_is_what_it_is_called() {
        let (_, json) = written(Form::Json, None);
        let (_, junit) = written(Form::Junit, None);

        assert!(
            serde_json::from_str::<serde_json::Value>(&json).is_ok(),
            "{json}"
        );
        assert!(junit.starts_with("<?xml"), "{junit}");
    }

    #[test]
    fn a_file_gets_the_form_and_the_terminal_the_outcome() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("report.json");

        let (_, told) = written(Form::Json, Some(file.clone()));

        let json = fs::read_to_string(file).unwrap();
        assert!(
            serde_json::from_str::<serde_json::Value>(&json).is_ok(),
            "{json}"
        );
        assert_eq!(told, written(Form::Terminal, None).1);
    }

    #[test]
    fn the_numbers_of_the_exit_codes_are_those_of_the_rules() {
        for code in [
            ExitCode::Conforms,
            ExitCode::Nonconformity,
            ExitCode::HarnessError,
            ExitCode::Incomplete,
        ] {
            let exit: std::process::ExitCode = Exit::from(code).into();

            assert_eq!(exit, std::process::ExitCode::from(code.code()));
        }
    }
}
