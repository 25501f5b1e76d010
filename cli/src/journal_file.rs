//! `--journal FILE`: makes the file, and remembers whether it failed.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
};

use doublure_stage::JournalWriter;

use crate::{
    exit::{Exit, Failure, Outcome},
    terminal::{ERROR, Terminal},
};

/// Whether the journal's file failed.
#[derive(Clone, Default)]
pub(crate) struct JournalFailure(Arc<AtomicBool>);

impl JournalFailure {
    /// Makes the file. When it fails later, that is told on the terminal at once.
    ///
    /// # Errors
    /// It cannot be made.
    pub(crate) fn writer(
        &self,
        path: &Path,
        terminal: &Terminal,
    ) -> Result<JournalWriter, Failure> {
        let failed = Arc::clone(&self.0);
        let terminal = terminal.clone();
        let name = path.display().to_string();
        let told = move |error: &std::io::Error| {
            failed.store(true, SeqCst);
            terminal.note(format_args!(
                "{ERROR}error{ERROR:#}: cannot write journal {name}: {error}; it ends here, the session goes on"
            ));
        };
        JournalWriter::create(path, told).map_err(|error| {
            Failure::new(format!("cannot make journal {}: {error}", path.display()))
                .help("name a file in a folder that is there and can be written to")
        })
    }

    /// What a command that did its work comes to.
    pub(crate) fn outcome(&self) -> Outcome {
        if self.0.load(SeqCst) {
            return Err(Failure::new("the journal is not whole"));
        }
        Ok(Exit::DONE)
    }
}
