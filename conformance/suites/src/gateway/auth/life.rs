//! How long a token is taken.

use doublure_journal::{Hop, Moment};
use doublure_rules::{Exchange, History, Outcome, Verdict};

use super::{NOT_401, WRONG_CODE, refused, unnamed};
use crate::{judging::codes, probe::shown};

/// Tokens whose life was over, and one that was used until it was.
pub(super) fn expired(history: &History) -> Verdict {
    let probes = history.sent(Hop::Client);
    let ending = probes.iter().filter_map(|probe| {
        let end = shown::end_of(probe.request.token.as_deref()?)?;
        Some(judge_end(probe, Moment::from_unix_seconds(end)))
    });
    let long_over = refused(history, &[Some("expired")], 401, "00103", NOT_401);
    let mut judged = ending.chain([long_over]).filter(is_said).peekable();
    match judged.peek() {
        Some(_) => Verdict::all(judged),
        None => Verdict::not_applicable(unnamed(&[Some("expired")])),
    }
}

fn is_said(verdict: &Verdict) -> bool {
    verdict.outcome() != Outcome::NotApplicable
}

/// Whether a token was taken as long as it lived, and no longer.
fn judge_end(probe: &Exchange<'_>, end: Moment) -> Verdict {
    let (Some(status), Some(ended)) = (probe.status(), probe.ended_at()) else {
        return Verdict::inconclusive(format!("{}: {}", probe.asked(), probe.summary()));
    };
    let proof = probe.proof();
    let actual = format!(
        "{} at {} with the codes {:?}",
        probe.summary(),
        probe.began_at(),
        codes(probe)
    );
    let says = |code: &str| codes(probe).iter().any(|given| given == code);
    if ended < end {
        let expected = format!("the token is taken until {end}");
        return match status {
            401 => Verdict::fail(ENDED_EARLY, expected, actual, proof),
            _ => Verdict::pass(proof),
        };
    }
    let expected = format!("from {end} on the token is refused with 401 and 00103");
    match status {
        _ if probe.began_at() < end => {
            Verdict::inconclusive(format!("{} was under way at {end}", probe.asked()))
        }
        401 if says("00103") => Verdict::pass(proof),
        401 => Verdict::fail(WRONG_CODE, expected, actual, proof),
        _ => Verdict::fail(NOT_401, expected, actual, proof),
    }
}

pub(super) const ENDED_EARLY: &str = "ended-early";

#[cfg(test)]
mod tests {
    use doublure_rules::testing::HistoryBuilder;

    use super::*;

    /// What is said of a call at 10:00:17.3 with a token that ends at 10:00 and so many seconds.
    fn ending(second: u64, status: u16, code: &str) -> String {
        let body = format!(r#"{{"errors":[{{"code":"{code}"}}]}}"#);
        let told = HistoryBuilder::gateway().with_token(&shown::ends_at(1_768_471_200 + second));
        let history = told
            .ask("probe", "op", "1")
            .answer("probe", status, &body)
            .end();
        let verdict = expired(&history);
        let reason = verdict.reason().map(ToString::to_string);
        reason.unwrap_or_else(|| verdict.outcome().to_string())
    }

    #[test]
    fn a_token_is_taken_to_the_second_at_which_it_ends_and_no_longer() {
        assert_eq!(ending(18, 200, ""), Outcome::Pass.to_string());
        assert_eq!(ending(18, 401, "00103"), ENDED_EARLY);
        assert_eq!(ending(17, 401, "00103"), Outcome::Pass.to_string());
        assert_eq!(ending(17, 401, "00101"), WRONG_CODE);
        assert_eq!(ending(17, 200, ""), NOT_401);
    }
}
