//! A scenario as named on the command line: one of the library, or a file.

use std::{convert::Infallible, fs, str::FromStr};

use doublure_fixtures::Contract;
use doublure_scenarios::{Scenario, ScenarioError, SourceFile, files::is_path, library};
use doublure_stage::House;

use crate::{exit::Failure, scenario_files::ScenarioFiles, suggestion::did_you_mean};

/// `acoss-under-analysis`, or `my/faults.yaml`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ScenarioName {
    /// One of the library.
    Library(String),
    /// A file of the user's.
    File(String),
}

/// The text of a scenario, and where it came from.
#[derive(Clone, Debug)]
pub(crate) struct ScenarioText {
    /// As the user named it.
    pub(crate) origin: String,
    /// All of it.
    pub(crate) text: String,
}

/// What looks like a path is one; nothing else is.
impl FromStr for ScenarioName {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(if is_path(text) {
            Self::File(text.to_owned())
        } else {
            Self::Library(text.to_owned())
        })
    }
}

impl ScenarioText {
    /// Fetches the text.
    ///
    /// # Errors
    /// The file cannot be read, or the library has none of that name.
    pub(crate) fn of(name: &ScenarioName) -> Result<Self, Failure> {
        match name {
            ScenarioName::File(file) => Self::read(file),
            ScenarioName::Library(name) => library::find(name)
                .map(|entry| Self {
                    origin: name.clone(),
                    text: entry.text.to_owned(),
                })
                .ok_or_else(|| unknown(name)),
        }
    }

    /// Fetches several as one, each checked: the faults of the first come first.
    ///
    /// # Errors
    /// One of them cannot be fetched, or has an error.
    pub(crate) fn of_all(names: &[ScenarioName]) -> Result<Self, Failure> {
        let texts: Result<Vec<Self>, Failure> = names.iter().map(Self::of).collect();
        Self::composed(texts?)
    }

    /// The same of texts that are there.
    ///
    /// # Errors
    /// One of them has an error.
    pub(crate) fn composed(mut texts: Vec<Self>) -> Result<Self, Failure> {
        let scenarios: Result<Vec<Scenario>, Failure> = texts.iter().map(Self::check).collect();
        let scenarios = scenarios?;
        match <[Scenario; 1]>::try_from(scenarios) {
            Ok([only]) => Ok(Self {
                origin: texts.remove(0).origin,
                text: only.text,
            }),
            Err(scenarios) => {
                let whole = Scenario::composed(scenarios);
                Ok(Self {
                    origin: whole.name,
                    text: whole.text,
                })
            }
        }
    }

    /// Reads a file.
    ///
    /// # Errors
    /// It cannot be read.
    pub(crate) fn read(file: &str) -> Result<Self, Failure> {
        let text = fs::read_to_string(file)
            .map_err(|error| Failure::new(format!("cannot read scenario {file}: {error}")))?;
        Ok(Self {
            origin: file.to_owned(),
            text,
        })
    }

    /// Its name: the file's without folder and ending.
    pub(crate) fn name(&self) -> String {
        self.file().name()
    }

    /// Reads what it says, and what the files say that it includes.
    ///
    /// # Errors
    /// All that is wrong with it, each with its line and a mark.
    pub(crate) fn check(&self) -> Result<Scenario, Failure> {
        self.parse(&ScenarioFiles::default()).map_err(|error| {
            let wrong = error.all().count();
            let (noun, file) = (if wrong == 1 { "error" } else { "errors" }, &self.origin);
            Failure::new(format!("scenario {file} has {wrong} {noun}"))
                .at(error.render(file, &self.text).trim_end())
        })
    }

    /// Its text, and those of all files that it includes, as they are now.
    pub(crate) fn with_included(&self) -> Vec<String> {
        let files = ScenarioFiles::default();
        // What is wrong with it is told when it is put in force.
        let _ = self.parse(&files);
        let mut texts = files.seen();
        texts.insert(0, self.text.clone());
        texts
    }

    fn parse(&self, files: &ScenarioFiles) -> Result<Scenario, ScenarioError> {
        Scenario::parse_file(&self.file(), &House::new(Contract::built_in()), files)
    }

    fn file(&self) -> SourceFile {
        ScenarioFiles::known(&self.origin, self.text.clone())
    }
}

fn unknown(name: &str) -> Failure {
    let near = did_you_mean(name, library::all().iter().map(|entry| entry.name));
    Failure::new(format!("no scenario `{name}` in the library")).help(format!(
        "{near}`doublure scenarios list` lists them; a file's name ends in .yaml"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> ScenarioName {
        text.parse().unwrap()
    }

    #[test]
    fn what_looks_like_a_path_is_a_file() {
        for text in ["slow.yaml", "slow.yml", "./slow", "a/b.yaml"] {
            assert_eq!(parsed(text), ScenarioName::File(text.into()));
        }
        assert_eq!(parsed("slow"), ScenarioName::Library("slow".into()));
    }

    #[test]
    fn a_file_that_is_not_there_is_named() {
        let failure = ScenarioText::read("no/such.yaml").unwrap_err().to_string();

        assert!(failure.contains("cannot read scenario no/such.yaml"));
    }

    #[test]
    fn a_name_with_a_typo_brings_the_name_that_was_meant() {
        let failure = ScenarioText::of(&parsed("silent-providr")).unwrap_err();

        assert!(
            failure
                .to_string()
                .contains("did you mean silent-provider?"),
            "{failure}"
        );
    }

    #[test]
    fn several_are_one_and_the_wrong_one_of_them_is_told() {
        let text = |origin: &str, text: &str| ScenarioText {
            origin: origin.into(),
            text: text.into(),
        };
        let slow = text("my/slow.yaml", "faults:\n  - delay: 3s\n");
        let down = text("down.yaml", "faults:\n  - then: close\n");

        let both = ScenarioText::composed(vec![slow.clone(), down]).unwrap();
        let wrong =
            ScenarioText::composed(vec![slow, text("bad.yaml", "faults:\n  - dealy: 3s\n")]);

        assert_eq!(both.name(), "slow+down");
        assert_eq!(both.check().unwrap().faults.len(), 2);
        assert!(wrong.unwrap_err().to_string().contains("bad.yaml:2:5"));
    }

    #[test]
    fn what_is_wrong_is_shown_on_its_line() {
        let text = ScenarioText {
            origin: "my/slow.yaml".into(),
            text: "faults:\n  - dealy: 3s\n".into(),
        };

        let failure = text.check().unwrap_err().to_string();

        assert!(failure.contains("my/slow.yaml:2:5"), "{failure}");
        assert!(failure.contains("- dealy: 3s"), "{failure}");
    }

    #[test]
    fn every_scenario_of_the_library_can_be_played() {
        for entry in library::all() {
            let text = ScenarioText::of(&parsed(entry.name)).unwrap();

            let scenario = text.check().unwrap();

            assert_eq!(scenario.name, entry.name);
        }
    }
}
