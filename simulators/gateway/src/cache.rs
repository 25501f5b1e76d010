//! Answers kept for a while; and what providers' bytes were mapped to.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use doublure_journal::Moment;
use quick_cache::sync::Cache;

use crate::{arguments::Arguments, refusal::Refusal};

/// Answers kept for a while, by what was asked. They end when they are read, never by a timer.
pub(crate) struct Answers(Cache<String, (Kept, Moment)>);

/// What providers' bytes were mapped to: the same bytes, the same answer, so it is made once.
pub(crate) struct Mapped(Cache<Source, Bytes>);

/// What an answer is made from.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Source {
    /// Operation.
    pub(crate) operation: &'static str,
    /// Where its links lead.
    pub(crate) base: Arc<str>,
    /// What is asked for.
    pub(crate) arguments: Arguments,
    /// Whether the provider sent us on to another.
    pub(crate) redirected: bool,
    /// What the provider gave.
    pub(crate) body: Bytes,
}

/// What is kept.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Kept {
    /// The body of an answer.
    Answer(Bytes),
    /// A refusal that lasts.
    Refusal(Refusal),
}

impl Default for Answers {
    fn default() -> Self {
        Self(Cache::new(CAPACITY))
    }
}

impl Default for Mapped {
    fn default() -> Self {
        Self(Cache::new(CAPACITY))
    }
}

impl Answers {
    /// Keeps an answer.
    pub(crate) fn keep(&self, key: String, kept: Kept, life: Duration, now: Moment) {
        self.0.insert(key, (kept, now + life));
    }

    /// What is kept for a key, and how long it still will be.
    pub(crate) fn find(&self, key: &str, now: Moment) -> Option<(Kept, Duration)> {
        let (kept, until) = self.0.get(key)?;
        (now < until).then(|| (kept, until.since(now)))
    }
}

impl Mapped {
    /// The answer made from a source, by `map` if it was not made before.
    pub(crate) fn answer<E>(
        &self,
        source: Source,
        map: impl FnOnce() -> Result<Bytes, E>,
    ) -> Result<Bytes, E> {
        if let Some(known) = self.0.get(&source) {
            return Ok(known);
        }
        let made = map()?;
        self.0.insert(source, made.clone());
        Ok(made)
    }
}

/// Answers of each sort that are kept.
const CAPACITY: usize = 4_096;

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Moment = Moment::from_unix_seconds(1_768_471_200);
    const HOUR: Duration = Duration::from_secs(3_600);

    #[test]
    fn an_answer_is_kept_for_its_life_and_not_a_microsecond_longer() {
        let answers = Answers::default();

        let answer = Kept::Answer(Bytes::from_static(b"{}"));

        answers.keep("/a".to_owned(), answer.clone(), HOUR, NOW);

        let (kept, left) = answers.find("/a", NOW + Duration::from_secs(600)).unwrap();
        assert_eq!((kept, left.as_secs()), (answer, 3_000));
        assert!(answers.find("/a", NOW + HOUR).is_none());
        assert!(answers.find("/b", NOW).is_none());
    }

    #[test]
    fn the_same_bytes_are_mapped_once_and_others_anew() {
        let mapped = Mapped::default();
        let source = |body: &'static [u8]| Source {
            operation: "op",
            base: "http://here".into(),
            arguments: Arguments::such([("siren", "418166096")]),
            redirected: false,
            body: Bytes::from_static(body),
        };
        let made = |text: &'static [u8]| move || Ok::<_, ()>(Bytes::from_static(text));

        let first = mapped.answer(source(b"1"), made(b"one"));
        let again = mapped.answer(source(b"1"), made(b"two"));
        let other = mapped.answer(source(b"2"), made(b"two"));

        assert_eq!(
            [first, again],
            [
                Ok(Bytes::from_static(b"one")),
                Ok(Bytes::from_static(b"one"))
            ]
        );
        assert_eq!(other, Ok(Bytes::from_static(b"two")));
    }

    #[test]
    fn what_cannot_be_mapped_is_not_remembered() {
        let mapped = Mapped::default();
        let source = Source {
            operation: "op",
            base: "".into(),
            arguments: Arguments::such([("siren", "418166096")]),
            redirected: false,
            body: Bytes::new(),
        };

        let failed = mapped.answer(source.clone(), || Err("no"));
        let made = mapped.answer(source, || Ok::<_, &str>(Bytes::from_static(b"x")));

        assert_eq!(failed, Err("no"));
        assert!(made.is_ok());
    }
}
