//! `doublure scenarios`: the library, the check of a file, and what it would do to a request.

mod explain;

use clap::{Args, Subcommand};
use doublure_fixtures::Contract;
use doublure_scenarios::{library, schema};
use doublure_stage::House;

use crate::{
    exit::{Exit, Failure, Outcome},
    scenario_source::{ScenarioName, ScenarioText},
    table::Table,
    terminal::{GOOD, Terminal, WARNING},
};

/// List, show and check scenarios: what should go wrong, as files
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ScenariosArgs {
    #[command(subcommand)]
    wish: Wish,
}

/// What is wanted.
#[derive(Subcommand, Debug)]
enum Wish {
    /// List the library
    List,
    /// Print a scenario of the library: a file to start from
    Show {
        /// Its name
        name: ScenarioName,
    },
    /// Check files; every error is told with its line
    Check {
        /// The files
        #[arg(required = true, value_name = "FILE")]
        files: Vec<String>,
    },
    Explain(explain::ExplainArgs),
    /// Print the JSON Schema of scenario files, for editors
    Schema {
        /// Take any operation, provider, call and token, also those that this version does not have
        #[arg(long)]
        any_name: bool,
    },
}

impl ScenariosArgs {
    pub(crate) async fn exec(&self, terminal: &Terminal) -> Outcome {
        match &self.wish {
            Wish::List => list(terminal),
            Wish::Show { name } => {
                terminal.answer(ScenarioText::of(name)?.text.trim_end())?;
                Ok(Exit::DONE)
            }
            Wish::Check { files } => check(files, terminal),
            Wish::Explain(args) => args.exec(terminal).await,
            Wish::Schema { any_name } => print_schema(*any_name, terminal),
        }
    }
}

fn list(terminal: &Terminal) -> Outcome {
    let mut table = Table::new(["scenario", "what it plays"]);
    for entry in library::all() {
        let text = ScenarioText::of(&ScenarioName::Library(entry.name.to_owned()))?;
        table.row([entry.name.to_owned(), text.check()?.about]);
    }
    terminal.answer(table)?;
    Ok(Exit::DONE)
}

fn print_schema(any_name: bool, terminal: &Terminal) -> Outcome {
    let house = House::new(Contract::built_in());
    let schema = schema::schema((!any_name).then_some(&house));
    terminal.answer(serde_json::to_string_pretty(&schema).map_err(Failure::new)?)?;
    Ok(Exit::DONE)
}

/// Goes through all files, so that one run tells all.
fn check(files: &[String], terminal: &Terminal) -> Outcome {
    let mut exit = Exit::DONE;
    for file in files {
        match ScenarioText::read(file).and_then(|text| text.check()) {
            Ok(scenario) => {
                for warning in scenario.warnings() {
                    terminal.note(format_args!("{WARNING}note{WARNING:#}: {file}: {warning}"));
                }
                let faults = scenario.faults.len();
                terminal.answer(format_args!("{file}: {GOOD}good{GOOD:#}, {faults} faults"))?;
            }
            Err(failure) => exit = failure.tell(terminal),
        }
    }
    Ok(exit)
}

const EXAMPLES: &str = "\
Examples:
  doublure scenarios list
  doublure scenarios show acoss-under-analysis > mine.yaml
  doublure scenarios check mine.yaml
  doublure scenarios schema > scenario.schema.json
  doublure scenarios explain mine.yaml --request 'GET /v3/insee/sirene/unites_legales/418166096'";

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn every_scenario_is_listed_with_what_it_plays() {
        let (terminal, written) = Terminal::in_memory();

        list(&terminal).unwrap();

        let answers = written.answers();
        assert_eq!(answers.lines().count(), library::all().len() + 1);
        for line in answers.lines() {
            assert!(line.split_whitespace().count() > 2, "{line}");
        }
    }

    #[tokio::test]
    async fn what_is_shown_can_be_checked() {
        let (terminal, written) = Terminal::in_memory();
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("mine.yaml");
        let name = "acoss-under-analysis".parse().unwrap();
        let shown = ScenariosArgs {
            wish: Wish::Show { name },
        };
        shown.exec(&terminal).await.unwrap();
        fs::write(&file, written.answers()).unwrap();

        let exit = check(&[file.display().to_string()], &terminal).unwrap();

        assert_eq!(exit, Exit::DONE);
    }

    #[test]
    fn one_bad_file_among_good_ones_is_told_and_ends_with_its_code() {
        let (terminal, written) = Terminal::in_memory();
        let folder = tempfile::tempdir().unwrap();
        let (bad, good) = (
            folder.path().join("bad.yaml"),
            folder.path().join("good.yaml"),
        );
        fs::write(&bad, "faults:\n  - dealy: 3s\n").unwrap();
        fs::write(&good, "faults: []\n").unwrap();
        let files = [&bad, &good].map(|file| file.display().to_string());

        let exit = check(&files, &terminal).unwrap();

        assert_eq!(exit, Exit::MISUSE);
        assert!(
            written.notes().contains("bad.yaml:2:5"),
            "{}",
            written.notes()
        );
        assert!(written.answers().contains("good.yaml: good, 0 faults"));
    }
}
