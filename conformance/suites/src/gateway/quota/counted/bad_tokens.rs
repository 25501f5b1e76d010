//! Whether what a token that is not good is answered is counted for somebody.

use doublure_journal::Hop;
use doublure_rules::{Exchange, History, Verdict};

use super::{
    super::{REMAINING, RESET, number},
    are_alone,
};

/// That Remaining of a counter fell by more than one whenever a bad token was shown between two of its calls, and by
/// one between most others: others may have called with the same token between some.
pub(super) fn bad_token_counted(history: &History, calls: &[&Exchange<'_>]) -> Option<Verdict> {
    let sent = history.sent(Hop::Client);
    let refused = |pair: &Pair<'_, '_>| {
        let between = pair.first.opened.index..pair.second.opened.index;
        let mut sent = sent.iter().filter(|call| call.status() == Some(401));
        sent.any(|call| between.contains(&call.opened.index))
    };
    let pairs = calls
        .windows(2)
        .filter_map(|two| Pair::of(two[0], two[1], calls));
    let (beside, alone): (Vec<_>, Vec<_>) = pairs.partition(refused);
    let by_more = |pairs: &[Pair<'_, '_>]| pairs.iter().filter(|pair| pair.fall > 1).count();
    let always = beside.len() >= ENOUGH && by_more(&beside) == beside.len();
    let pair = beside.first().filter(|_| always)?;
    if by_more(&alone) * 2 > alone.len() {
        return None;
    }
    let expected = "a call with a bad token is counted for nobody";
    let actual = format!(
        "Remaining fell by {}, and by more than one whenever a bad token was shown",
        pair.fall
    );
    let proof = pair.first.proof().and(pair.second.proof());
    Some(Verdict::fail(BAD_TOKEN_COUNTED, expected, actual, proof))
}

/// Two calls of one counter in one window, one after the other, and how far Remaining fell.
struct Pair<'a, 'b> {
    first: &'b Exchange<'a>,
    second: &'b Exchange<'a>,
    fall: u64,
}

impl<'a, 'b> Pair<'a, 'b> {
    fn of(
        first: &'b Exchange<'a>,
        second: &'b Exchange<'a>,
        calls: &[&Exchange<'a>],
    ) -> Option<Self> {
        let same_window = number(first, RESET)? == number(second, RESET)?;
        let fall = number(first, REMAINING)?.checked_sub(number(second, REMAINING)?)?;
        (same_window && are_alone(first, second, calls)?).then_some(Self {
            first,
            second,
            fall,
        })
    }
}

/// One gap is somebody else's call.
const ENOUGH: usize = 2;
pub(super) const BAD_TOKEN_COUNTED: &str = "bad-token-counted";

#[cfg(test)]
mod tests {
    use doublure_rules::{Outcome, testing::HistoryBuilder};

    use super::{super::super::LIMIT, super::what_counts, *};

    /// Good calls that leave so many, after each but the last a call with a bad token where that is wished.
    fn judged(left: &[(&str, bool)]) -> Verdict {
        let told = left.iter().enumerate().fold(
            HistoryBuilder::gateway(),
            |told, (number, (left, is_bad_next))| {
                let (good, bad) = (format!("good {number}"), format!("bad {number}"));
                let headers = [(LIMIT, "9"), (REMAINING, *left), (RESET, "1768471278")];
                let told = told
                    .with_token("standard")
                    .ask(&good, "op", &good)
                    .answer_with(&good, 200, &headers, "{}");
                if !is_bad_next {
                    return told;
                }
                let told = told.with_token("forged").ask(&bad, "op", &bad);
                told.answer(&bad, 401, "{}")
            },
        );
        what_counts(&told.end())
    }

    fn reason(verdict: &Verdict) -> Option<&str> {
        verdict.reason().map(|reason| reason.as_str())
    }

    #[test]
    fn a_counter_that_falls_further_whenever_a_bad_token_is_shown_fails() {
        let told = [
            ("8", false),
            ("7", false),
            ("6", true),
            ("4", true),
            ("2", false),
        ];

        assert_eq!(reason(&judged(&told)), Some(BAD_TOKEN_COUNTED));
    }

    #[test]
    fn a_counter_that_bad_tokens_leave_alone_passes() {
        let told = [("8", false), ("7", true), ("6", true), ("5", false)];

        assert_eq!(judged(&told).outcome(), Outcome::Pass);
    }

    #[test]
    fn one_further_fall_is_somebody_else_s_call() {
        let once = [("8", false), ("7", true), ("5", false), ("4", false)];
        let not_always = [("8", false), ("7", true), ("5", true), ("4", false)];

        assert_eq!(judged(&once).outcome(), Outcome::Pass);
        assert_eq!(judged(&not_always).outcome(), Outcome::Pass);
    }

    #[test]
    fn who_counts_every_call_twice_does_not_count_bad_tokens() {
        let told = [
            ("8", false),
            ("6", false),
            ("4", true),
            ("2", true),
            ("0", false),
        ];

        assert_eq!(reason(&judged(&told)), Some("counted-again"));
    }
}
