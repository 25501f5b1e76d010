//! Where an answer is not the recorded one.

use std::fmt;

use doublure_journal::{CaptureLevel, Header, RequestSeen, ResponseSeen};
use doublure_kernel::{Clock, ClockKind, Recorder};

use super::caller::Answer;

/// Compares answers, as far as the journal kept them.
pub(super) struct Judge {
    /// Masks what comes as the journal masked what came.
    masks: Recorder,
    same_clock: bool,
}

/// The first thing that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Difference {
    call: String,
    what: String,
    recorded: String,
    now: String,
}

impl Judge {
    pub(super) fn new(level: CaptureLevel, same_clock: bool) -> Self {
        Self {
            masks: Recorder::new(Clock::new(ClockKind::Real), level, 0),
            same_clock,
        }
    }

    /// What differs, if anything does.
    pub(super) fn difference(
        &self,
        request: &RequestSeen,
        recorded: Option<&ResponseSeen>,
        now: Option<&Answer>,
    ) -> Option<Difference> {
        let (what, recorded, now) = match (recorded, now) {
            (None, None) => return None,
            (None, Some(answer)) if !answer.whole => return None,
            (None, Some(answer)) => (
                "answer".to_owned(),
                NONE.to_owned(),
                answer.status.to_string(),
            ),
            (Some(seen), None) => (
                "answer".to_owned(),
                seen.status.to_string(),
                NONE.to_owned(),
            ),
            (Some(seen), Some(answer)) => self.apart(seen, answer)?,
        };
        Some(Difference {
            call: format!("{} {}", request.method, request.target),
            what,
            recorded,
            now,
        })
    }

    fn apart(&self, seen: &ResponseSeen, answer: &Answer) -> Option<(String, String, String)> {
        let status = answer.status.as_u16();
        if seen.status != status {
            return Some((
                "status".to_owned(),
                seen.status.to_string(),
                status.to_string(),
            ));
        }
        self.header_apart(&seen.headers, &self.masks.headers(&answer.headers))
            .or_else(|| self.body_apart(seen, answer))
    }

    /// The first name whose values differ.
    fn header_apart(&self, seen: &[Header], now: &[Header]) -> Option<(String, String, String)> {
        if seen.is_empty() {
            return None;
        }
        let names = seen.iter().chain(now).map(|(name, _)| name.to_lowercase());
        let mut compared = names.filter(|name| self.compares(name));
        let (name, recorded, now) = compared.find_map(|name| {
            let (recorded, now) = (values(seen, &name), values(now, &name));
            (recorded != now).then_some((name, recorded, now))
        })?;
        Some((format!("header {name}"), recorded, now))
    }

    fn compares(&self, name: &str) -> bool {
        !FRAMING.contains(&name) && (self.same_clock || !OF_ITS_TIME.contains(&name))
    }

    fn body_apart(&self, seen: &ResponseSeen, answer: &Answer) -> Option<(String, String, String)> {
        let recorded = seen.body.as_ref()?;
        let now = self.masks.body(&answer.body)?;
        let (left, right) = (unnumbered(&recorded.text), unnumbered(&now.text));
        // A header that says less than there is lets a reader see no more.
        let promised = seen
            .header("content-length")
            .and_then(|length| length.parse().ok());
        let cut_short = promised == Some(now.length) && now.length < recorded.length;
        if left == right || cut_short && left.starts_with(&right) {
            return None;
        }
        Some(("body".to_owned(), recorded.text.clone(), now.text))
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            call,
            what,
            recorded,
            now,
        } = self;
        write!(
            f,
            "different: {call}\n  {what}\n    recorded  {recorded}\n    now       {now}"
        )
    }
}

fn values(headers: &[Header], name: &str) -> String {
    let of_name = headers
        .iter()
        .filter(|(known, _)| known.eq_ignore_ascii_case(name));
    let values: Vec<_> = of_name.map(|(_, value)| unnumbered(value)).collect();
    match values.is_empty() {
        true => NONE.to_owned(),
        false => values.join(", "),
    }
}

/// The text without the numbers of its masks: they are given in the order in which tokens are met.
fn unnumbered(text: &str) -> String {
    let mut parts = text.split("⟦token:");
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let rest = part.split_once('⟧').map_or(part, |(_, rest)| rest);
        plain.push_str("⟦token⟧");
        plain.push_str(rest);
    }
    plain
}

const NONE: &str = "none";

/// What a connection says of itself.
const FRAMING: [&str; 3] = ["connection", "transfer-encoding", "keep-alive"];

/// What is another every time, unless the clock is the same.
const OF_ITS_TIME: [&str; 6] = [
    "date",
    "x-request-id",
    "x-doublure",
    "ratelimit-reset",
    "retry-after",
    "x-cache-expires-in",
];

#[cfg(test)]
mod tests {
    use http::{HeaderMap, StatusCode};

    use super::*;

    fn recorded(status: u16, headers: &[(&str, &str)], body: &str) -> ResponseSeen {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        ResponseSeen {
            status,
            headers: headers.iter().map(owned).collect(),
            body: Some(doublure_journal::Body {
                text: body.into(),
                length: body.len() as u64,
                cut: false,
            }),
        }
    }

    fn answer(headers: &[(&'static str, &'static str)], body: &'static str) -> Answer {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, value.parse().unwrap());
        }
        Answer {
            status: StatusCode::OK,
            headers: map,
            body: body.into(),
            whole: true,
        }
    }

    fn told(same_clock: bool, seen: Option<ResponseSeen>, now: Option<Answer>) -> Option<String> {
        let judge = Judge::new(CaptureLevel::Full, same_clock);
        let difference = judge.difference(&RequestSeen::default(), seen.as_ref(), now.as_ref());
        difference.map(|difference| difference.what)
    }

    #[test]
    fn status_headers_and_body_are_compared_in_turn() {
        let seen = || Some(recorded(200, &[("vary", "Accept"), ("date", "then")], "x"));

        let same = told(
            true,
            seen(),
            Some(answer(&[("date", "then"), ("vary", "Accept")], "x")),
        );
        let header = told(
            true,
            seen(),
            Some(answer(&[("date", "then"), ("vary", "Origin")], "y")),
        );
        let body = told(
            true,
            seen(),
            Some(answer(&[("date", "then"), ("vary", "Accept")], "y")),
        );
        let status = told(true, Some(recorded(404, &[], "x")), Some(answer(&[], "y")));

        assert_eq!(same, None);
        assert_eq!(header.as_deref(), Some("header vary"));
        assert_eq!(body.as_deref(), Some("body"));
        assert_eq!(status.as_deref(), Some("status"));
    }

    #[test]
    fn instants_differ_only_where_the_clock_is_the_same() {
        let differs = |same_clock| {
            let seen = recorded(200, &[("date", "then")], "x");
            told(
                same_clock,
                Some(seen),
                Some(answer(&[("date", "now")], "x")),
            )
        };

        assert_eq!(differs(true).as_deref(), Some("header date"));
        assert_eq!(differs(false), None);
    }

    #[test]
    fn no_answer_is_told_from_an_answer_and_from_half_of_one() {
        let half = || Answer {
            whole: false,
            ..answer(&[], "x")
        };

        assert_eq!(told(true, None, None), None);
        assert_eq!(told(true, None, Some(half())), None);
        assert!(told(true, None, Some(answer(&[], "x"))).is_some());
        assert!(told(true, Some(recorded(200, &[], "x")), None).is_some());
    }

    #[test]
    fn masks_are_alike_whatever_their_number() {
        assert_eq!(
            unnumbered("a ⟦token:12⟧ b ⟦token:1⟧"),
            "a ⟦token⟧ b ⟦token⟧"
        );
    }
}
