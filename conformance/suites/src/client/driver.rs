//! The client under test as a process: started, listened to, ended when its time is over.

use std::{
    collections::{BTreeMap, VecDeque},
    ffi::OsString,
    io,
    process::{ExitStatus, Stdio},
    sync::{Arc, Mutex},
    time::Duration,
};

use doublure_control::{locked, patience};
use rustix::process::{Pid, Signal, kill_process_group};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, ChildStdout, Command},
    task::JoinHandle,
};

use crate::TrialError;

/// The client under test as a process, and whatever it started itself. All of it ends when this is dropped.
#[derive(Debug)]
pub(super) struct Driver {
    child: Child,
    group: Option<Pid>,
    lines: Lines,
    reader: JoinHandle<()>,
}

type Lines = Arc<Mutex<VecDeque<String>>>;

/// A command line for people.
pub(super) fn shown(command: &[OsString]) -> String {
    let words: Vec<_> = command.iter().map(|word| word.to_string_lossy()).collect();
    words.join(" ")
}

impl Driver {
    /// Starts a command with these variables and no other of ours; where wanted, its standard error is shown.
    ///
    /// # Errors
    /// A command that cannot be started: nobody's nonconformity, but a mistake of whoever called.
    pub(super) fn start(
        command: &[OsString],
        variables: BTreeMap<&str, String>,
        shows_stderr: bool,
    ) -> Result<Self, TrialError> {
        let refused = |why: String| TrialError::Target(format!("`{}`: {why}", shown(command)));
        let (program, arguments) = command
            .split_first()
            .ok_or_else(|| refused("no command to run".to_owned()))?;
        let mut wanted = Command::new(program);
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("DOUBLURE_") {
                wanted.env_remove(name);
            }
        }
        let mut child = wanted
            .args(arguments)
            .envs(variables)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(if shows_stderr {
                Stdio::inherit()
            } else {
                Stdio::null()
            })
            // A group of its own, so that what a script has started ends with it.
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| refused(format!("cannot be started: {error}")))?;
        let id = child.id().and_then(|id| i32::try_from(id).ok());
        let lines = Lines::default();
        let reader = tokio::spawn(keep_last(child.stdout.take(), lines.clone()));
        Ok(Self {
            child,
            group: id.and_then(Pid::from_raw),
            lines,
            reader,
        })
    }

    /// Waits for its end.
    pub(super) async fn ended(&mut self) -> io::Result<ExitStatus> {
        self.child.wait().await
    }

    /// Ends it.
    pub(super) async fn end(&mut self) -> io::Result<ExitStatus> {
        self.kill_group();
        self.child.kill().await?;
        self.child.wait().await
    }

    /// The last lines of its standard output, once it has ended.
    pub(super) async fn said(mut self) -> Vec<String> {
        self.kill_group();
        // A child that has left the group may hold the pipe open: it is not waited for.
        patience(LAST_WORDS, &mut self.reader).await;
        locked(&self.lines).drain(..).collect()
    }

    fn kill_group(&self) {
        if let Some(group) = self.group {
            // Nobody may be left in it.
            let _ = kill_process_group(group, Signal::KILL);
        }
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        self.kill_group();
        self.reader.abort();
    }
}

async fn keep_last(output: Option<ChildStdout>, kept: Lines) {
    let Some(output) = output else {
        return;
    };
    let mut lines = BufReader::new(output).split(b'\n');
    // A pipe that breaks says no more.
    while let Ok(Some(mut line)) = lines.next_segment().await {
        line.truncate(LONGEST_LINE);
        let mut kept = locked(&kept);
        if kept.len() == MOST_LINES {
            kept.pop_front();
        }
        kept.push_back(String::from_utf8_lossy(&line).trim_end().to_owned());
    }
}

const LAST_WORDS: Duration = Duration::from_secs(5);
const LONGEST_LINE: usize = 4 * 1024;
const MOST_LINES: usize = 50;

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Driver {
        let command = ["sh", "-c", script].map(OsString::from);
        Driver::start(&command, [("DOUBLURE_X", "7".to_owned())].into(), false).unwrap()
    }

    #[tokio::test]
    async fn a_command_finds_its_variables_and_its_words_and_code_are_kept() {
        let mut driver = shell("echo first; echo x=$DOUBLURE_X; exit 3");

        let status = driver.ended().await.unwrap();

        assert_eq!(status.code(), Some(3));
        assert_eq!(driver.said().await, ["first", "x=7"]);
    }

    #[tokio::test]
    async fn of_many_words_the_last_are_kept() {
        let mut driver = shell("i=0; while [ $i -lt 60 ]; do echo $i; i=$((i + 1)); done");

        driver.ended().await.unwrap();
        let said = driver.said().await;

        assert_eq!(said.len(), MOST_LINES);
        assert_eq!(said.last().unwrap(), "59");
    }

    #[tokio::test]
    async fn what_a_script_started_ends_with_it() {
        let mut driver = shell("sh -c 'echo started; exec sleep 600' & wait");

        let status = driver.end().await.unwrap();

        assert_eq!(status.code(), None);
        // Were the sleeper alive, the pipe would stay open and nothing would come of reading it.
        let read = patience(Duration::from_secs(60), &mut driver.reader).await;
        assert!(read.is_some());
    }

    #[test]
    fn a_command_that_is_not_there_is_named() {
        let refusal = Driver::start(&[], BTreeMap::new(), false).unwrap_err();
        assert!(refusal.to_string().contains("no command"));
    }

    #[tokio::test]
    async fn a_command_that_cannot_be_started_is_named() {
        let command = [OsString::from("/nowhere/client")];

        let refusal = Driver::start(&command, BTreeMap::new(), false).unwrap_err();

        assert!(
            refusal
                .to_string()
                .starts_with("`/nowhere/client`: cannot be started")
        );
    }
}
