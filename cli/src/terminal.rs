//! Where words go to: answers to standard output, all else to standard error.

use std::{
    env, fmt,
    io::{self, IsTerminal, Write},
    sync::{Arc, Mutex},
};

use anstyle::{AnsiColor, Style};
use doublure_kernel::lock::locked;
use doublure_reports::terminal::{Paint, Paper};

/// The two streams of a command. Cheap to clone; a line is written whole, whoever else writes.
#[derive(Clone)]
pub(crate) struct Terminal {
    answers: Stream,
    notes: Stream,
    width: Option<usize>,
    /// Whether a line of the notes can be written over.
    repaints: bool,
}

type Stream = Arc<Mutex<Box<dyn Write + Send>>>;

impl Terminal {
    /// This process's own; colours only where they can be seen and `NO_COLOR` does not forbid them.
    pub(crate) fn standard() -> Self {
        let mut terminal = Self::new(anstream::stdout(), anstream::stderr());
        terminal.width = columns();
        terminal.repaints = repaints();
        terminal
    }

    /// What a report for people is written on.
    pub(crate) const fn paper(&self) -> Paper {
        Paper {
            paint: Paint::Coloured,
            width: self.width,
        }
    }

    /// Whether a line that says how far things are can be written over by the next one.
    pub(crate) const fn repaints(&self) -> bool {
        self.repaints
    }

    /// Writes a line over the last one of its kind; an empty one takes it away.
    pub(crate) fn repaint(&self, line: &str) {
        let room = self.width.unwrap_or(usize::MAX).saturating_sub(1);
        let line: String = line.chars().take(room).collect();
        let mut stream = locked(&self.notes);
        let _ = stream
            .write_all(format!("\r\u{1b}[2K{line}").as_bytes())
            .and_then(|()| stream.flush());
    }

    fn new(answers: impl Write + Send + 'static, notes: impl Write + Send + 'static) -> Self {
        Self {
            answers: Arc::new(Mutex::new(Box::new(answers))),
            notes: Arc::new(Mutex::new(Box::new(notes))),
            width: None,
            repaints: false,
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

/// Columns of standard output: what `COLUMNS` says, or the terminal; what is no terminal has no end.
fn columns() -> Option<usize> {
    let said = env::var("COLUMNS").ok().and_then(|text| text.parse().ok());
    let seen = || {
        let (width, _) = terminal_size::terminal_size_of(io::stdout())?;
        Some(usize::from(width.0))
    };
    said.or_else(seen).filter(|columns| *columns > 0)
}

/// Whether standard error is a terminal that people look at, and not the log of a build.
fn repaints() -> bool {
    let dumb = env::var_os("TERM").is_none_or(|term| term == "dumb");
    io::stderr().is_terminal() && !dumb && env::var_os("CI").is_none()
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
        /// Lets lines be written over, as people see them.
        pub(crate) const fn be_repainted(&mut self) {
            self.repaints = true;
        }

        /// A terminal whose words can be read back, without colours.
        pub(crate) fn in_memory() -> (Self, Written) {
            let written = Written::default();
            let terminal = Self::new(written.answers.clone(), written.notes.clone());
            (terminal, written)
        }
    }
}
