//! Where words go to: answers to standard output, all else to standard error.

use std::{
    fmt,
    io::{self, Write},
    sync::{Arc, Mutex},
};

use anstyle::{AnsiColor, Style};
use doublure_kernel::lock::locked;

/// The two streams of a command. Cheap to clone; a line is written whole, whoever else writes.
#[derive(Clone)]
pub(crate) struct Terminal {
    answers: Stream,
    notes: Stream,
}

type Stream = Arc<Mutex<Box<dyn Write + Send>>>;

impl Terminal {
    /// This process's own; colours only where they can be seen and `NO_COLOR` does not forbid them.
    pub(crate) fn standard() -> Self {
        Self::new(anstream::stdout(), anstream::stderr())
    }

    fn new(answers: impl Write + Send + 'static, notes: impl Write + Send + 'static) -> Self {
        Self {
            answers: Arc::new(Mutex::new(Box::new(answers))),
            notes: Arc::new(Mutex::new(Box::new(notes))),
        }
    }

    /// A line of what was asked for.
    ///
    /// # Errors
    /// The reader went away.
    pub(crate) fn answer(&self, line: impl fmt::Display) -> io::Result<()> {
        let mut stream = locked(&self.answers);
        stream.write_all(format!("{line}\n").as_bytes())?;
        stream.flush()
    }

    /// A line beside the answer. Nobody needs to be there to read it.
    pub(crate) fn note(&self, line: impl fmt::Display) {
        let mut stream = locked(&self.notes);
        let _ = stream
            .write_all(format!("{line}\n").as_bytes())
            .and_then(|()| stream.flush());
    }
}

/// Something failed, or is no good.
pub(crate) const ERROR: Style = AnsiColor::Red.on_default().bold();
/// Something deserves a look.
pub(crate) const WARNING: Style = AnsiColor::Yellow.on_default().bold();
/// Something is well.
pub(crate) const GOOD: Style = AnsiColor::Green.on_default();
/// What would help.
pub(crate) const HINT: Style = AnsiColor::Cyan.on_default();
/// A heading, or a name.
pub(crate) const STRONG: Style = Style::new().bold();
/// What matters less.
pub(crate) const FAINT: Style = Style::new().dimmed();

#[cfg(test)]
pub(crate) mod memory {
    use super::*;

    /// What was written to a terminal in memory.
    #[derive(Clone, Default)]
    pub(crate) struct Written {
        answers: Sink,
        notes: Sink,
    }

    #[derive(Clone, Default)]
    struct Sink(Arc<Mutex<Vec<u8>>>);

    impl Written {
        pub(crate) fn answers(&self) -> String {
            self.answers.text()
        }

        pub(crate) fn notes(&self) -> String {
            self.notes.text()
        }
    }

    impl Sink {
        fn text(&self) -> String {
            let text = String::from_utf8(self.0.lock().unwrap().clone()).unwrap();
            anstream::adapter::strip_str(&text).to_string()
        }
    }

    impl Write for Sink {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl Terminal {
        /// A terminal whose words can be read back, without colours.
        pub(crate) fn in_memory() -> (Self, Written) {
            let written = Written::default();
            let terminal = Self::new(written.answers.clone(), written.notes.clone());
            (terminal, written)
        }
    }
}
