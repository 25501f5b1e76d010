//! A proxy that counts calls by itself and says so instead of the gateway.

use std::{collections::HashMap, sync::Mutex};

use bytes::Bytes;
use doublure_control::locked;
use http::{HeaderValue, Response, StatusCode, header, request::Parts};

/// What a proxy that counts by itself takes together, or leaves out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counting {
    /// The calls of all tokens in a group.
    WithoutTokens,
    /// The calls of a token in all groups.
    WithoutGroups,
    /// The calls of each operation apart.
    ByOperation,
    /// The calls of each version apart.
    ByVersion,
    /// Only calls that were answered well.
    GoodOnly,
    /// Only calls that were answered otherwise than with this status.
    AllBut(u16),
    /// Only calls whose answers are not told as kept.
    FreshOnly,
    /// The calls of excepted operations, which are told by a limit below 50, in the group of 250 too.
    ExceptionsInGroup,
    /// The calls of a token in a group, and every call with a bad token too.
    BadTokensToo,
    /// All calls of a token in a group, for ever: no new window sets it back.
    ForEver,
}

/// What was counted so far, by what is taken together.
#[derive(Debug, Default)]
pub(crate) struct Counts(Mutex<HashMap<String, u64>>);

impl Counts {
    /// Writes what is left by this count into an answer that says what is left.
    pub(crate) fn spoil(&self, counting: Counting, asked: &Parts, answer: &mut Response<Bytes>) {
        let is_bad = answer.status() == StatusCode::UNAUTHORIZED;
        let bad = self.count("bad".to_owned(), is_bad);
        let limit = answer
            .headers()
            .get(LIMIT)
            .and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
        let Some(limit) = limit else { return };
        let counts = match counting {
            Counting::GoodOnly => answer.status().is_success(),
            Counting::FreshOnly => !is_kept(answer),
            Counting::AllBut(status) => answer.status() != status,
            _ => true,
        };
        let mut used = self.count(counting.key(asked, limit), counts);
        if counting == Counting::ExceptionsInGroup {
            let excepted = limit < EXCEPTED;
            let in_group = self.count("excepted".to_owned(), excepted);
            used += if excepted { 0 } else { in_group };
        }
        if counting == Counting::BadTokensToo {
            used += bad;
        }
        let left = HeaderValue::from(limit.saturating_sub(used));
        answer.headers_mut().insert(REMAINING, left);
    }

    fn count(&self, key: String, counts: bool) -> u64 {
        let mut counted = locked(&self.0);
        let used = counted.entry(key).or_default();
        *used += u64::from(counts);
        *used
    }
}

impl Counting {
    /// What is counted together: a group is told by its limit.
    fn key(self, asked: &Parts, limit: u64) -> String {
        let token = asked.headers.get(header::AUTHORIZATION);
        let token = format!("{token:?}");
        let path = asked.uri.path();
        match self {
            Self::WithoutTokens => limit.to_string(),
            Self::WithoutGroups => token,
            Self::ByOperation => {
                let words = path
                    .split('/')
                    .filter(|part| !part.starts_with(|letter: char| letter.is_ascii_digit()));
                format!("{token} {}", words.collect::<Vec<_>>().join("/"))
            }
            Self::ByVersion => {
                let version = path.split('/').nth(1).unwrap_or_default();
                format!("{token} {limit} {version}")
            }
            Self::GoodOnly
            | Self::AllBut(_)
            | Self::FreshOnly
            | Self::ForEver
            | Self::ExceptionsInGroup
            | Self::BadTokensToo => format!("{token} {limit}"),
        }
    }
}

/// Whether an answer is told as one that was given before.
fn is_kept(answer: &Response<Bytes>) -> bool {
    let told = answer.headers().get("x-response-cached");
    told.is_some_and(|told| told == "true")
}

/// Groups allow at least so many calls; an excepted operation allows fewer.
const EXCEPTED: u64 = 50;
const LIMIT: &str = "ratelimit-limit";
const REMAINING: &str = "ratelimit-remaining";

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    /// What is left after calls of a token, path, limit and status.
    fn left(counting: Counting, calls: &[(&str, &str, u64, u16)]) -> Vec<String> {
        let counts = Counts::default();
        let left = calls.iter().map(|(token, path, limit, status)| {
            let request = Request::get(*path).header("authorization", *token);
            let (asked, ()) = request.body(()).unwrap().into_parts();
            let answer = Response::builder().status(*status).header(LIMIT, *limit);
            let mut answer = answer.body(Bytes::new()).unwrap();
            counts.spoil(counting, &asked, &mut answer);
            answer.headers()[REMAINING].to_str().unwrap().to_owned()
        });
        left.collect()
    }

    const CALLS: [(&str, &str, u64, u16); 5] = [
        ("a", "/v3/op/418166096", 250, 200),
        ("a", "/v4/op/1", 250, 404),
        ("a", "/v3/other/1", 250, 200),
        ("a", "/v3/paper/1", 50, 200),
        ("b", "/v3/op/1", 250, 200),
    ];

    #[test]
    fn each_way_of_counting_takes_something_else_together() {
        let counted = |counting| left(counting, &CALLS).join(" ");

        assert_eq!(counted(Counting::ForEver), "249 248 247 49 249");
        assert_eq!(counted(Counting::WithoutTokens), "249 248 247 49 246");
        assert_eq!(counted(Counting::WithoutGroups), "249 248 247 46 249");
        assert_eq!(counted(Counting::ByOperation), "249 249 249 49 249");
        assert_eq!(counted(Counting::ByVersion), "249 249 248 49 249");
        assert_eq!(counted(Counting::GoodOnly), "249 249 248 49 249");
        assert_eq!(counted(Counting::AllBut(404)), "249 249 248 49 249");
        assert_eq!(counted(Counting::AllBut(403)), "249 248 247 49 249");
    }

    #[test]
    fn what_an_excepted_operation_used_is_missing_in_the_group() {
        let calls = [
            ("a", "/v3/op/1", 250, 200),
            ("a", "/v3/strict/1", 5, 200),
            ("a", "/v3/op/1", 250, 200),
        ];

        assert_eq!(
            left(Counting::ExceptionsInGroup, &calls),
            ["249", "4", "247"]
        );
    }

    #[test]
    fn a_kept_answer_may_be_free() {
        let counts = Counts::default();
        let left = ["false", "true", "false"].map(|kept| {
            let (asked, ()) = Request::get("/v3/op/1").body(()).unwrap().into_parts();
            let answer = Response::builder().header(LIMIT, "250");
            let answer = answer.header("x-response-cached", kept);
            let mut answer = answer.body(Bytes::new()).unwrap();
            counts.spoil(Counting::FreshOnly, &asked, &mut answer);
            answer.headers()[REMAINING].to_str().unwrap().to_owned()
        });

        assert_eq!(left, ["249", "249", "248"]);
    }

    #[test]
    fn calls_with_a_bad_token_are_missing_everywhere() {
        let calls = [
            ("a", "/v3/op/1", 250, 200),
            ("forged", "/v3/op/1", 250, 401),
            ("a", "/v3/op/1", 250, 200),
        ];

        assert_eq!(left(Counting::BadTokensToo, &calls), ["249", "248", "247"]);
    }

    #[test]
    fn an_answer_that_says_nothing_of_a_limit_is_left_alone() {
        let (asked, ()) = Request::get("/privileges").body(()).unwrap().into_parts();
        let mut answer = Response::new(Bytes::new());

        Counts::default().spoil(Counting::ForEver, &asked, &mut answer);

        assert!(answer.headers().is_empty());
    }
}
