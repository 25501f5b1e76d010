//! A session's journal in a file, a line an entry, while it happens.

use std::{
    fmt,
    fs::File,
    io::{self, Write},
    path::Path,
    sync::{
        Arc,
        mpsc::{self, Receiver, SyncSender},
    },
    thread::{self, JoinHandle},
};

use doublure_control::{Header, ShownToken};
use doublure_fixtures::tokens::{self, Claims, NamedToken};
use doublure_journal::Entry;
use doublure_kernel::Sink;

/// A file that is to hold a session's journal; [`doublure_control::JournalFile`] reads it.
///
/// Each line is one write, made as soon as it can be: what was written is there after the process
/// is killed, at worst without the end of its last line.
pub struct JournalWriter {
    file: File,
    on_failure: OnFailure,
}

type OnFailure = Box<dyn FnOnce(&io::Error) + Send>;

impl JournalWriter {
    /// Makes the file, empty; one of that name is overwritten. `on_failure` is told at once when a
    /// line cannot be written: nothing more is, while the session goes on.
    ///
    /// # Errors
    /// The file cannot be made.
    pub fn create(
        path: &Path,
        on_failure: impl FnOnce(&io::Error) + Send + 'static,
    ) -> io::Result<Self> {
        Ok(Self {
            file: File::create(path)?,
            on_failure: Box::new(on_failure),
        })
    }

    /// Writes the header and begins to take entries, in a thread of its own.
    pub(crate) fn begin(self, header: Header, starters: &[NamedToken], secret: &str) -> Writing {
        let (lines, to_write) = mpsc::sync_channel(MOST_WAITING);
        let thread = thread::spawn(move || self.write(&header, &to_write));
        Writing {
            lines,
            introducer: Arc::new(Introducer {
                names: starters.iter().map(named).collect(),
                secret: secret.to_owned(),
            }),
            thread,
        }
    }

    fn write(mut self, header: &Header, to_write: &Receiver<Message>) {
        let mut written = line(&mut self.file, header);
        // It ends with its session, or when nobody is left who could send.
        while let (Ok(()), Ok(Message::Entry(entry))) = (&written, to_write.recv()) {
            written = line(&mut self.file, &entry);
        }
        if let Err(error) = written {
            (self.on_failure)(&error);
        }
    }
}

impl fmt::Debug for JournalWriter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JournalWriter")
            .field("file", &self.file)
            .finish_non_exhaustive()
    }
}

/// A journal that is being written.
pub(crate) struct Writing {
    lines: SyncSender<Message>,
    introducer: Arc<Introducer>,
    thread: JoinHandle<()>,
}

impl Writing {
    /// What the session's journal gives its entries to.
    pub(crate) fn sink(&self) -> impl Sink + 'static {
        Lines {
            lines: self.lines.clone(),
            introducer: Arc::clone(&self.introducer),
        }
    }

    /// Returns once every entry of before has been written.
    pub(crate) async fn end(self) {
        let ended = tokio::task::spawn_blocking(move || {
            // Refused: it has failed and is gone already, which was told.
            let _ = self.lines.send(Message::End);
            let _ = self.thread.join();
        });
        // It panics for no reason of ours.
        let _ = ended.await;
    }
}

enum Message {
    Entry(Box<Entry>),
    End,
}

struct Lines {
    lines: SyncSender<Message>,
    introducer: Arc<Introducer>,
}

impl Sink for Lines {
    /// A disk slower than the session holds it up, in the end: what was not written did not happen.
    fn take(&self, entry: Entry) {
        // Refused: writing has failed, which was told.
        let _ = self.lines.send(Message::Entry(Box::new(entry)));
    }

    fn introduces(&self, mask: &str, raw: &str) -> Option<String> {
        serde_json::to_string(&self.introducer.shown(mask, raw)).ok()
    }
}

/// Knows what may be told of a token.
struct Introducer {
    names: Vec<(String, &'static str)>,
    secret: String,
}

impl Introducer {
    fn shown(&self, mask: &str, raw: &str) -> ShownToken {
        let signed = tokens::verify(raw, &self.secret).ok();
        let names = self.names.iter();
        let name = match &signed {
            Some(claims) => names.clone().find(|(jti, _)| *jti == claims.jti),
            // Ours that another key signed: what it says cannot be believed, but its name can be known.
            None => names.clone().find(|(text, _)| text == raw),
        };
        ShownToken {
            token: mask.to_owned(),
            name: name.map(|(_, name)| (*name).to_owned()),
            signed: signed.is_some(),
            claims: signed.and_then(|claims: Claims| serde_json::to_value(claims).ok()),
        }
    }
}

/// A token is known again by its id; a forged one only by all of it, since anybody may have forged another.
fn named(token: &NamedToken) -> (String, &'static str) {
    let known_by = match token.name {
        "forged" => &token.raw,
        _ => &token.claims.jti,
    };
    (known_by.clone(), token.name)
}

fn line(file: &mut File, value: &impl serde::Serialize) -> io::Result<()> {
    let mut line = serde_json::to_vec(value)?;
    line.push(b'\n');
    file.write_all(&line)
}

/// Entries that wait for the disk, at most.
const MOST_WAITING: usize = 65_536;

#[cfg(test)]
mod tests {
    use doublure_control::NewSession;
    use doublure_journal::{Event, Moment};

    use super::*;

    fn header() -> Header {
        Header {
            doublure: "0.1.0".into(),
            started: Moment::from_unix_seconds(0),
            scenario: "calm".into(),
            session: NewSession::default(),
            cases: None,
            cases_first: false,
        }
    }

    fn introducer() -> (Introducer, Vec<NamedToken>) {
        let starters = tokens::starter_set(0, "secret", &["all".to_owned()]);
        let introducer = Introducer {
            names: starters.iter().map(named).collect(),
            secret: "secret".to_owned(),
        };
        (introducer, starters)
    }

    #[test]
    fn each_starter_is_introduced_by_its_name_and_never_shown() {
        let (introducer, starters) = introducer();

        for token in starters {
            let shown = introducer.shown("⟦token:1⟧", &token.raw);

            assert_eq!(shown.name.as_deref(), Some(token.name));
            assert_eq!(shown.signed, token.name != "forged");
            let told = serde_json::to_string(&shown).unwrap();
            let signature = token.raw.rsplit('.').next().unwrap();
            assert!(!told.contains(signature), "{told}");
        }
    }

    #[test]
    fn a_token_of_somebody_else_has_no_name_and_says_nothing() {
        let (introducer, _) = introducer();

        let shown = introducer.shown("⟦token:1⟧", "opaque");

        assert_eq!(
            (shown.name, shown.signed, shown.claims),
            (None, false, None)
        );
    }

    #[tokio::test]
    async fn a_disk_that_fails_is_told_once_and_holds_nobody_up() {
        let (told, failure) = mpsc::channel();
        let writer = JournalWriter {
            // Opened for reading: every write fails.
            file: File::open(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml")).unwrap(),
            on_failure: Box::new(move |error| told.send(error.kind()).unwrap()),
        };

        let writing = writer.begin(header(), &[], "secret");
        let sink = writing.sink();
        for index in 1..=2 * MOST_WAITING as u64 {
            let line = String::new();
            sink.take(Entry {
                index,
                at: Moment::default(),
                event: Event::DriverSaid { line },
            });
        }
        writing.end().await;

        assert_eq!(failure.iter().count(), 1);
    }
}
