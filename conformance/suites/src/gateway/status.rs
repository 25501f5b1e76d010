//! What a gateway tells of the state of its services.

mod limit;
mod truth;

use doublure_journal::Hop;
use doublure_rules::{Capability, Exchange, History, Level, Role, Rule, Verdict};

use crate::{judging::each, trials::names};

pub use limit::OBEYS_THE_ADDRESS_LIMIT;
pub use truth::TELLS_THE_TRUTH;

/// Status services are open.
pub static NEEDS_NO_TOKEN: Rule = Rule {
    id: "gw.status.needs-no-token",
    sentence: "The state of the services is told without a token.",
    source: "002:215, facts 104",
    needs: &[Capability::StatusServices],
    reasons: &[REFUSED],
    judge: needs_no_token,
    ..COMMON
};

/// Where pings are listed.
pub const ALL: &str = "/pings";
/// What the path of each ping begins with.
pub const ONE: &str = "/ping/";
/// One of them.
pub const PING: &str = "/ping/insee/sirene";
/// Where the state of all is told at once.
pub const CURRENT: &str = "/watchdoge/dashboard/current_status";

const COMMON: Rule = Rule {
    id: "",
    role: Role::Gateway,
    theme: "status",
    level: Level::Must,
    sentence: "",
    source: "",
    needs: &[],
    trial: names::STATE_OF_SERVICES,
    reasons: &[],
    judge: needs_no_token,
};

fn needs_no_token(history: &History) -> Verdict {
    let probes = history.sent(Hop::Client);
    each(
        probes
            .iter()
            .filter(|probe| is_about_services(probe) && probe.request.token.is_none())
            .filter_map(judge_probe),
        "no state of a service was told or refused without a token",
    )
}

/// What is said of a probe without a token; none: it does not stand there, or was not answered.
fn judge_probe(probe: &Exchange<'_>) -> Option<Verdict> {
    let expected = || format!("{} is answered without a token", probe.asked());
    match probe.status()? {
        401 | 403 => Some(Verdict::fail(
            REFUSED,
            expected(),
            probe.summary(),
            probe.proof(),
        )),
        // A ping of a provider that is ill has the status of its illness.
        200 | 502 | 503 if !probe.json().is_null() => Some(Verdict::pass(probe.proof())),
        _ => None,
    }
}

/// Whether a probe asks for the state of services.
pub(super) fn is_about_services(probe: &Exchange<'_>) -> bool {
    let path = probe.request.target.split('?').next().unwrap_or_default();
    path.starts_with(ONE) || path == ALL || path == CURRENT
}

const REFUSED: &str = "refused";

#[cfg(test)]
mod tests {
    use doublure_rules::{Outcome, testing::HistoryBuilder};

    use super::*;

    /// A ping with this token, answered so.
    pub(super) fn pinged(token: Option<&str>, status: u16, body: &str) -> History {
        let told = HistoryBuilder::gateway().ask("ping", "ping", "insee/sirene");
        let mut history = told.answer("ping", status, body).end();
        if let doublure_journal::Event::RequestSent { request, .. } = &mut history.entries[0].event
        {
            request.token = token.map(str::to_owned);
        }
        history
    }

    #[test]
    fn what_is_told_without_a_token_passes_whatever_it_says() {
        for (status, word) in [(200, "ok"), (502, "bad_gateway")] {
            let body = format!("{{\"status\":\"{word}\"}}");
            let verdict = needs_no_token(&pinged(None, status, &body));

            assert_eq!(verdict.outcome(), Outcome::Pass, "{word}");
        }
    }

    #[test]
    fn a_token_that_is_demanded_fails() {
        for status in [401, 403] {
            let verdict = needs_no_token(&pinged(None, status, "{}"));

            assert_eq!(verdict.reason().unwrap().as_str(), REFUSED);
        }
    }

    #[test]
    fn what_does_not_stand_there_or_was_asked_with_a_token_does_not_tell() {
        for history in [pinged(None, 404, "{}"), pinged(Some("standard"), 200, "{}")] {
            assert_eq!(needs_no_token(&history).outcome(), Outcome::Inconclusive);
        }
    }
}
