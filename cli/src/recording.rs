//! The histories of a run in a folder, to be judged again.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

use clap::Args;
use doublure_rules::{History, Repeat, Role, RunEvent, Times};
use doublure_suites::Heading;
use serde::{Deserialize, Serialize};

use crate::exit::Failure;

/// Whether what happens is written down.
#[derive(Args, Debug)]
pub(crate) struct RecordArgs {
    /// Write the history of each trial into a folder, for `doublure judge`
    #[arg(long, value_name = "DIR")]
    record: Option<PathBuf>,
}

/// Writes down what a run tells.
pub(crate) struct Recorder {
    folder: Option<PathBuf>,
    again: Repeat,
    /// How many histories of each trial were written.
    tries: BTreeMap<String, usize>,
    /// The first thing that could not be written.
    failed: Option<Failure>,
}

/// A run that was written down.
pub(crate) struct Recording {
    pub(crate) heading: Heading,
    /// How the target can be asked again.
    pub(crate) again: Repeat,
    /// When it was and how long it took.
    pub(crate) times: Times,
    /// By the names of their trials; of each one as many as it was carried out, in order.
    pub(crate) histories: Vec<(String, Vec<History>)>,
}

/// What `run.json` holds.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    schema: String,
    role: Role,
    target: String,
    edition: String,
    #[serde(default)]
    again: Repeat,
}

impl RecordArgs {
    /// A recorder into the folder, which is made where it is missing.
    ///
    /// # Errors
    /// The folder cannot be made, or something lies in it already.
    pub(crate) fn open(&self, again: &Repeat) -> Result<Recorder, Failure> {
        if let Some(folder) = &self.record {
            fs::create_dir_all(folder).map_err(|error| at(folder, &error))?;
            let mut there = fs::read_dir(folder).map_err(|error| at(folder, &error))?;
            if there.next().is_some() {
                let full = Failure::new(format!("{} is not empty", folder.display()));
                return Err(full.help("name a new folder: a recording is never mixed with another"));
            }
        }
        Ok(Recorder {
            folder: self.record.clone(),
            again: again.clone(),
            tries: BTreeMap::new(),
            failed: None,
        })
    }
}

impl Recorder {
    /// Takes what happened into account.
    pub(crate) fn hear(&mut self, event: &RunEvent) {
        let Some(folder) = self.folder.as_ref().filter(|_| self.failed.is_none()) else {
            return;
        };
        let written = match event {
            RunEvent::RunStarted {
                role,
                target,
                edition,
                ..
            } => write(
                &folder.join(HEAD),
                &Head {
                    schema: SCHEMA.to_owned(),
                    role: *role,
                    target: target.clone(),
                    edition: edition.clone(),
                    again: self.again.clone(),
                },
            ),
            RunEvent::TrialEnded { trial, history } => {
                let tries = self.tries.entry(trial.clone()).or_default();
                *tries += 1;
                write(&folder.join(file_of(trial, *tries)), history)
            }
            _ => Ok(()),
        };
        self.failed = written.err();
    }

    /// Ends the recording of a run of these times.
    ///
    /// # Errors
    /// Something could not be written.
    pub(crate) fn close(self, times: &Times) -> Result<(), Failure> {
        match (self.failed, &self.folder) {
            (Some(failed), _) => Err(failed),
            (None, Some(folder)) => write(&folder.join(TIMES), times),
            (None, None) => Ok(()),
        }
    }
}

impl Recording {
    /// Reads a folder.
    ///
    /// # Errors
    /// The folder or a file in it cannot be read, or is of another form.
    pub(crate) fn read(folder: &Path) -> Result<Self, Failure> {
        let head: Head = read(&folder.join(HEAD))?;
        if head.schema != SCHEMA {
            let other = format!("{} is of the form {}", folder.display(), head.schema);
            return Err(Failure::new(other).help(format!("this version reads {SCHEMA}")));
        }
        // What an older version wrote, or nobody let come to its end, has none.
        let times = folder.join(TIMES);
        let times = match times.exists() {
            true => read(&times)?,
            false => Times::default(),
        };
        let files = fs::read_dir(folder).map_err(|error| at(folder, &error))?;
        let files: io::Result<Vec<_>> = files.collect();
        let mut tries = BTreeMap::new();
        for file in files.map_err(|error| at(folder, &error))? {
            let name = file.file_name().to_string_lossy().into_owned();
            if let Some(trial) = trial_in(&name) {
                tries.insert(trial, read(&file.path())?);
            }
        }
        let mut histories: BTreeMap<String, Vec<History>> = BTreeMap::new();
        for ((trial, _), history) in tries {
            histories.entry(trial).or_default().push(history);
        }
        Ok(Self {
            heading: Heading {
                role: head.role,
                target: head.target,
                edition: head.edition,
                side_by_side: true,
                retries: 0,
            },
            again: head.again,
            times,
            histories: histories.into_iter().collect(),
        })
    }
}

/// Where the nth history of a trial stands, counted from 1: `over-limit.history.json`, `over-limit.2.history.json`.
fn file_of(trial: &str, nth: usize) -> String {
    match nth {
        1 => format!("{trial}.{HISTORY}"),
        _ => format!("{trial}.{nth}.{HISTORY}"),
    }
}

/// Whose history, and the how manieth, stands in a file of this name.
fn trial_in(file: &str) -> Option<(String, usize)> {
    let name = file.strip_suffix(HISTORY)?.strip_suffix('.')?;
    match name.rsplit_once('.') {
        Some((trial, nth)) => Some((trial.to_owned(), nth.parse().ok()?)),
        None => Some((name.to_owned(), 1)),
    }
}

fn write(file: &Path, value: &impl Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string(value).map_err(Failure::new)?;
    fs::write(file, text).map_err(|error| at(file, &error))
}

fn read<T: for<'a> Deserialize<'a>>(file: &Path) -> Result<T, Failure> {
    let text = fs::read_to_string(file).map_err(|error| {
        at(file, &error).help("`doublure check … --record DIR` writes such a folder")
    })?;
    serde_json::from_str(&text).map_err(|error| at(file, &error))
}

fn at(place: &Path, error: &dyn std::fmt::Display) -> Failure {
    Failure::new(format!("{}: {error}", place.display()))
}

/// Name and version of the form.
const SCHEMA: &str = "doublure.recording/1";
const HEAD: &str = "run.json";
const HISTORY: &str = "history.json";
const TIMES: &str = "times.json";

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use doublure_journal::Moment;
    use doublure_rules::testing::HistoryBuilder;

    use super::*;

    fn events() -> Vec<RunEvent> {
        vec![
            RunEvent::RunStarted {
                role: Role::Gateway,
                target: "by hand".to_owned(),
                edition: "documented".to_owned(),
                rules: Vec::new(),
            },
            ended("over-limit", "111"),
            ended("late-providers", "222"),
            ended("over-limit", "333"),
            RunEvent::RunEnded,
        ]
    }

    fn times() -> Times {
        let mut times = Times::default();
        times.hear(
            &RunEvent::RunEnded,
            Moment::from_micros(1_768_471_200_123_456),
        );
        times
    }

    fn ended(trial: &str, entity: &str) -> RunEvent {
        RunEvent::TrialEnded {
            trial: trial.to_owned(),
            history: Arc::new(history(entity)),
        }
    }

    fn history(entity: &str) -> History {
        HistoryBuilder::gateway().ask("probe", "op", entity).end()
    }

    fn recorded_into(folder: &Path) -> Result<(), Failure> {
        let mut recorder = RecordArgs {
            record: Some(folder.to_owned()),
        }
        .open(&Repeat {
            base_url: Some("http://gateway.test".to_owned()),
            ..Repeat::default()
        })?;
        for event in events() {
            recorder.hear(&event);
        }
        recorder.close(&times())
    }

    #[test]
    fn what_was_written_is_read_back() {
        let folder = tempfile::tempdir().unwrap();

        recorded_into(&folder.path().join("run")).unwrap();
        let recording = Recording::read(&folder.path().join("run")).unwrap();

        assert_eq!(recording.heading.target, "by hand");
        assert_eq!(recording.times, times());
        assert_eq!(
            recording.again.base_url.as_deref(),
            Some("http://gateway.test")
        );
        assert_eq!(
            recording.histories,
            [
                ("late-providers".to_owned(), vec![history("222")]),
                (
                    "over-limit".to_owned(),
                    vec![history("111"), history("333")]
                ),
            ]
        );
    }

    #[test]
    fn a_recording_without_times_is_read_without_them() {
        let folder = tempfile::tempdir().unwrap();
        let run = folder.path().join("run");

        recorded_into(&run).unwrap();
        fs::remove_file(run.join(TIMES)).unwrap();

        assert_eq!(Recording::read(&run).unwrap().times, Times::default());
    }

    #[test]
    fn a_file_says_whose_history_it_holds_and_the_how_manieth() {
        for (trial, nth) in [("over-limit", 1), ("over-limit", 2), ("late", 12)] {
            let read = trial_in(&file_of(trial, nth));

            assert_eq!(read, Some((trial.to_owned(), nth)));
        }
        assert_eq!(trial_in("run.json"), None);
        assert_eq!(trial_in("over-limit.second.history.json"), None);
    }

    #[test]
    fn a_folder_with_something_in_it_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("mine.txt"), "mine").unwrap();

        let problem = recorded_into(folder.path()).unwrap_err();

        assert!(problem.to_string().contains("is not empty"), "{problem}");
    }

    #[test]
    fn a_folder_that_holds_no_recording_is_told() {
        let folder = tempfile::tempdir().unwrap();

        let problem = Recording::read(folder.path()).err().unwrap();

        assert!(problem.to_string().contains("run.json"), "{problem}");
    }

    #[test]
    fn a_recording_of_another_form_is_not_guessed_at() {
        let folder = tempfile::tempdir().unwrap();
        let head =
            r#"{"schema":"doublure.recording/9","role":"gateway","target":"t","edition":"e"}"#;
        fs::write(folder.path().join(HEAD), head).unwrap();

        let problem = Recording::read(folder.path()).err().unwrap();

        assert!(
            problem.to_string().contains("doublure.recording/9"),
            "{problem}"
        );
    }
}
