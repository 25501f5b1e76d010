//! Scenario files that are put in force again whenever one of them was edited.

use std::{convert::Infallible, time::Duration};

use doublure_control::SessionClient;
use doublure_kernel::{Clock, ClockKind, Order};

use crate::{
    exit::Failure,
    scenario_source::{ScenarioName, ScenarioText},
    terminal::Terminal,
};

/// Looks at scenario files from time to time.
pub(crate) struct ScenarioWatch {
    names: Vec<ScenarioName>,
    /// What was last put in force or refused.
    known: Vec<String>,
    /// What was seen at the last look, where it is news.
    news: Option<Vec<String>>,
}

impl ScenarioWatch {
    /// Watches the files that are played, as they are now; none: no file is played.
    pub(crate) fn of(names: &[ScenarioName]) -> Option<Self> {
        let is_file = |name: &ScenarioName| matches!(name, ScenarioName::File(_));
        if !names.iter().any(is_file) {
            return None;
        }
        Some(Self {
            names: names.to_vec(),
            known: texts(&read(names)?),
            news: None,
        })
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
            match put_in_force(text, session).await {
                Err(failure) => terminal.note(failure.help(STAYS)),
                Ok(_) if quiet => {}
                Ok(name) => terminal.note(format_args!("scenario {name} is in force as edited")),
            }
        }
    }

    /// The texts of an edit that is over: the same at two looks, since an editor may be in the middle of writing.
    fn look(&mut self) -> Option<Vec<ScenarioText>> {
        // Where a file is away, an editor is about to put another in its place.
        let seen = read(&self.names)?;
        let texts = texts(&seen);
        if texts == self.known {
            self.news = None;
            return None;
        }
        if self.news.as_ref() != Some(&texts) {
            self.news = Some(texts);
            return None;
        }
        self.news = None;
        self.known = texts;
        Some(seen)
    }
}

fn read(names: &[ScenarioName]) -> Option<Vec<ScenarioText>> {
    names
        .iter()
        .map(|name| ScenarioText::of(name).ok())
        .collect()
}

fn texts(read: &[ScenarioText]) -> Vec<String> {
    read.iter().flat_map(ScenarioText::with_included).collect()
}

/// Puts them in force; the name under which they are.
async fn put_in_force(
    texts: Vec<ScenarioText>,
    session: &SessionClient,
) -> Result<String, Failure> {
    let whole = ScenarioText::composed(texts)?;
    session.set_scenario(&whole.text).await?;
    Ok(whole.origin)
}

const STAYS: &str = "the scenario that was in force stays so";

/// Of real time: an edit is in force before its author has turned to another window.
const BETWEEN_LOOKS: Duration = Duration::from_millis(250);

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn watch(file: &str, text: &str) -> ScenarioWatch {
        fs::write(file, text).unwrap();
        ScenarioWatch::of(&[ScenarioName::File(file.to_owned())]).unwrap()
    }

    fn looks(watch: &mut ScenarioWatch, times: usize) -> Vec<String> {
        let seen = (0..times).filter_map(|_| watch.look());
        seen.flat_map(|seen| texts(&seen)).collect()
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

        fs::remove_file(&file).unwrap();
        let away = looks(&mut watch, 3);
        fs::write(&file, "one").unwrap();
        let back = looks(&mut watch, 3);

        assert_eq!((away.len(), back.len()), (0, 0));
    }

    #[test]
    fn an_edit_of_one_of_several_is_seen_with_all_of_them() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("faults.yaml");
        fs::write(&file, "one").unwrap();
        let names = ["silent-provider", file.to_str().unwrap()].map(|name| name.parse().unwrap());
        let mut watch = ScenarioWatch::of(&names).unwrap();

        fs::write(&file, "two").unwrap();
        let seen = looks(&mut watch, 3);

        assert_eq!(seen.len(), 2);
        assert_eq!(seen[1], "two");
    }

    #[test]
    fn an_edit_of_an_included_file_is_seen() {
        let folder = tempfile::tempdir().unwrap();
        let (top, below) = (
            folder.path().join("top.yaml"),
            folder.path().join("below.yaml"),
        );
        fs::write(&below, "faults: []\n").unwrap();
        let mut watch = watch(top.to_str().unwrap(), "include: [below.yaml]\n");

        let untouched = looks(&mut watch, 3);
        fs::write(&below, "faults:\n  - then: close\n").unwrap();
        let edited = looks(&mut watch, 3);
        fs::remove_file(&below).unwrap();
        let away = looks(&mut watch, 3);

        assert_eq!(untouched.len(), 0);
        assert_eq!(
            edited,
            ["include: [below.yaml]\n", "faults:\n  - then: close\n"]
        );
        assert_eq!(away.last().map(String::as_str), Some(""));
    }

    #[test]
    fn only_files_are_watched() {
        let library = ScenarioName::Library("calm".into());

        assert!(ScenarioWatch::of(&[library]).is_none());
        assert!(ScenarioWatch::of(&[]).is_none());
    }
}
