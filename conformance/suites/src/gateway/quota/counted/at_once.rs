//! Whether calls at once are all counted: what is left before and behind them tells.

use doublure_rules::{Exchange, Proof, Verdict};

use super::{
    super::{REMAINING, RESET, number},
    NOT_COUNTED,
};

/// That Remaining fell by less than there were calls, from one that was alone to the next behind some at once. By how
/// much it fell between those at once cannot be told: either may have been counted first.
pub(super) fn not_counted_at_once(calls: &[&Exchange<'_>]) -> Vec<Verdict> {
    let groups = groups(calls);
    let judged = groups.windows(3).filter_map(|three| match three {
        [[before], together, [behind, ..]] if together.len() > 1 => judge(before, together, behind),
        _ => None,
    });
    judged.collect()
}

fn judge(
    before: &Exchange<'_>,
    together: &[&Exchange<'_>],
    behind: &Exchange<'_>,
) -> Option<Verdict> {
    let same_window = number(before, RESET)? == number(behind, RESET)?;
    let (left, after) = (number(before, REMAINING)?, number(behind, REMAINING)?);
    let drawn = u64::try_from(together.len()).ok()? + 1;
    // Less than nothing is never left.
    let expected = left.checked_sub(drawn).filter(|_| same_window)?;
    let proofs = together.iter().map(|call| call.proof());
    let proof = proofs.fold(before.proof().and(behind.proof()), Proof::and);
    if after <= expected {
        return Some(Verdict::pass(proof));
    }
    let statuses: Vec<String> = together.iter().map(|call| call.summary()).collect();
    let expected = format!(
        "each of {drawn} calls is counted, {} of them at once: {expected} are left of {left}",
        statuses.join(" and ")
    );
    let actual = format!("{after} are left");
    Some(Verdict::fail(NOT_COUNTED, expected, actual, proof))
}

/// Calls in the order they were sent, those together of which some were open at once.
fn groups<'a, 'b>(calls: &'a [&'b Exchange<'b>]) -> Vec<&'a [&'b Exchange<'b>]> {
    let mut groups = Vec::new();
    let (mut start, mut open_until) = (0, 0);
    for (place, call) in calls.iter().enumerate() {
        if place > start && call.opened.index > open_until {
            groups.push(&calls[start..place]);
            start = place;
        }
        open_until = open_until.max(call.ended.map_or(u64::MAX, |ended| ended.index));
    }
    groups.push(&calls[start..]);
    groups
}

#[cfg(test)]
mod tests {
    use doublure_rules::{Outcome, testing::HistoryBuilder};

    use super::{super::super::LIMIT, super::what_counts, *};

    /// Calls that leave so many: one, then one with another while it runs, then one.
    fn judged(left: [&str; 4], conflict: u16) -> Verdict {
        let says = |left| [(LIMIT, "9"), (REMAINING, left), (RESET, "1768471278")];
        let [before, slow, second, behind] = left;
        let told = HistoryBuilder::gateway()
            .ask("before", "op", "1")
            .answer_with("before", 200, &says(before), "{}")
            .ask("slow", "op", "2")
            .ask("second", "op", "2")
            .answer_with("second", conflict, &says(second), "{}")
            .answer_with("slow", 200, &says(slow), "{}")
            .ask("behind", "op", "3")
            .answer_with("behind", 200, &says(behind), "{}");
        what_counts(&told.end())
    }

    #[test]
    fn two_calls_at_once_that_draw_one_fail() {
        let verdict = judged(["8", "7", "7", "6"], 409);

        assert_eq!(verdict.reason().unwrap().as_str(), NOT_COUNTED);
    }

    #[test]
    fn two_calls_at_once_that_draw_two_pass_whichever_was_counted_first() {
        for (slow, second) in [("7", "6"), ("6", "7")] {
            let verdict = judged(["8", slow, second, "5"], 409);

            assert_eq!(verdict.outcome(), Outcome::Pass);
        }
    }

    #[test]
    fn somebody_else_may_have_called_meanwhile_and_nothing_left_is_nothing_left() {
        assert_eq!(judged(["8", "7", "6", "2"], 409).outcome(), Outcome::Pass);
        assert_ne!(judged(["1", "0", "0", "0"], 429).outcome(), Outcome::Fail);
    }
}
