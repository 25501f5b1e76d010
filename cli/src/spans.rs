//! Spans of time as people write them.

use std::time::Duration;

use jiff::SignedDuration;

/// A span of time, not negative.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span(pub(crate) Duration);

impl Span {
    /// Whole milliseconds.
    pub(crate) fn as_millis(self) -> u64 {
        u64::try_from(self.0.as_millis()).unwrap_or(u64::MAX)
    }
}

/// Reads `10s`, `500ms`, `1h 30m`.
///
/// # Errors
/// No span, or a negative one.
pub(crate) fn parse(text: &str) -> Result<Span, String> {
    text.parse::<SignedDuration>()
        .ok()
        .and_then(|duration| Duration::try_from(duration).ok())
        .map(Span)
        .ok_or_else(|| format!("`{text}` is no span of time: write it as 10s, 500ms or 12h"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_read_as_people_write_them() {
        for (text, milliseconds) in [("10s", 10_000), ("500ms", 500), ("12h", 43_200_000)] {
            assert_eq!(parse(text).unwrap().as_millis(), milliseconds, "{text}");
        }
    }

    #[test]
    fn a_number_without_a_unit_and_a_negative_span_are_refused() {
        for text in ["10", "-10s", "soon"] {
            assert!(parse(text).unwrap_err().contains("500ms"), "{text}");
        }
    }
}
