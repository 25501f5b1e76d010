//! A scenario file that is put in force again whenever it was edited.

use std::{convert::Infallible, fs, time::Duration};

use doublure_control::SessionClient;
use doublure_kernel::{Clock, ClockKind, Order};

use crate::{
    exit::Failure,
    scenario_source::{ScenarioName, ScenarioText},
    terminal::Terminal,
};

/// Looks at a scenario file from time to time.
pub(crate) struct ScenarioWatch {
    file: String,
    /// What was last put in force or refused.
    known: String,
    /// What was seen at the last look, where it is news.
    news: Option<String>,
}

impl ScenarioWatch {
    /// Watches the file that is played, from what was read of it; none: no file is played.
    pub(crate) fn of(name: Option<&ScenarioName>, text: Option<&str>) -> Option<Self> {
        match (name, text) {
            (Some(ScenarioName::File(file)), Some(text)) => Some(Self {
                file: file.clone(),
                known: text.to_owned(),
                news: None,
            }),
            _ => None,
        }
    }

    /// Puts every edit in force, or tells what is wrong with it and leaves the running one.
    pub(crate) async fn keep(
        mut self,
        session: &SessionClient,
        quiet: bool,
        terminal: &Terminal,
    ) -> Infallible {
        let clock = Clock::new(ClockKind::Real);
        loop {
            clock.sleep(BETWEEN_LOOKS, Order::Delivery).await;
            let Some(text) = self.look() else {
                continue;
            };
            match put_in_force(&text, session).await {
                Err(failure) => terminal.note(failure.help(STAYS)),
                Ok(()) if quiet => {}
                Ok(()) => {
                    let file = &self.file;
                    terminal.note(format_args!("scenario {file} is in force as edited"));
                }
            }
        }
    }

    /// The text of an edit that is over: the same at two looks, since an editor may be in the middle of writing.
    fn look(&mut self) -> Option<ScenarioText> {
        // Where the file is away, an editor is about to put another in its place.
        let text = fs::read_to_string(&self.file).ok()?;
        if text == self.known {
            self.news = None;
            return None;
        }
        if self.news.as_ref() != Some(&text) {
            self.news = Some(text);
            return None;
        }
        self.news = None;
        self.known.clone_from(&text);
        Some(ScenarioText {
            origin: self.file.clone(),
            text,
        })
    }
}

async fn put_in_force(text: &ScenarioText, session: &SessionClient) -> Result<(), Failure> {
    text.check()?;
    Ok(session.set_scenario(&text.text).await?)
}

const STAYS: &str = "the scenario that was in force stays so";

/// Of real time: an edit is in force before its author has turned to another window.
const BETWEEN_LOOKS: Duration = Duration::from_millis(250);

#[cfg(test)]
mod tests {
    use super::*;

    fn watch(file: &str, text: &str) -> ScenarioWatch {
        let name = ScenarioName::File(file.to_owned());
        ScenarioWatch::of(Some(&name), Some(text)).unwrap()
    }

    fn looks(watch: &mut ScenarioWatch, times: usize) -> Vec<String> {
        let seen = (0..times).filter_map(|_| watch.look());
        seen.map(|seen| seen.text).collect()
    }

    #[test]
    fn an_edit_is_seen_once_and_only_when_it_is_over() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("faults.yaml");
        let mut watch = watch(file.to_str().unwrap(), "one");

        fs::write(&file, "one").unwrap();
        let untouched = looks(&mut watch, 3);
        fs::write(&file, "t").unwrap();
        let begun = looks(&mut watch, 1);
        fs::write(&file, "two").unwrap();
        let done = looks(&mut watch, 4);

        assert_eq!((untouched.len(), begun.len()), (0, 0));
        assert_eq!(done, ["two"]);
    }

    #[test]
    fn a_file_that_is_away_for_a_while_is_no_edit() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("faults.yaml");
        let mut watch = watch(file.to_str().unwrap(), "one");

        let away = looks(&mut watch, 3);
        fs::write(&file, "one").unwrap();
        let back = looks(&mut watch, 3);

        assert_eq!((away.len(), back.len()), (0, 0));
    }

    #[test]
    fn only_files_are_watched() {
        let library = ScenarioName::Library("calm".into());

        assert!(ScenarioWatch::of(Some(&library), None).is_none());
        assert!(ScenarioWatch::of(None, None).is_none());
    }
}
