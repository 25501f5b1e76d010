//! What is done to a client so that its rules can be judged.

use std::time::Duration;

use doublure_scenarios::{Answer, Effect, Fault, On, When, WireFault};

use super::{
    errand::Errand,
    names,
    stand::{BOUND, QUOTA, Stand},
};
use crate::{TrialError, runner::Boxed};

/// Something that is done to a client.
#[derive(Clone, Copy)]
pub(super) struct Trial {
    /// Its name, as rules refer to it.
    pub(super) name: &'static str,
    act: for<'a> fn(&'a Stand) -> Boxed<'a, Result<(), TrialError>>,
}

/// Every trial of a client.
pub(super) static TRIALS: [Trial; 4] = [
    Trial {
        name: names::PLAIN_CALL,
        act: |stand| Box::pin(stand.control()),
    },
    Trial {
        name: names::SILENT_GATEWAY,
        act: |stand| Box::pin(silent_gateway(stand)),
    },
    Trial {
        name: names::SPENT_QUOTA,
        act: |stand| Box::pin(spent_quota(stand)),
    },
    Trial {
        name: names::COME_BACK_LATER,
        act: |stand| Box::pin(come_back_later(stand)),
    },
];

impl Trial {
    /// Carries it out, between its start and its end.
    pub(super) async fn carry_out(&self, stand: &Stand) -> Result<(), TrialError> {
        stand.bench().during(self.name, (self.act)(stand)).await
    }
}

async fn silent_gateway(stand: &Stand) -> Result<(), TrialError> {
    stand.control().await?;
    stand.bench().play(vec![never_answers()]).await?;
    let bound = stand.options().patience + NOISE;
    stand.send(Errand::PLAIN, bound).await?;
    stand.control().await
}

async fn spent_quota(stand: &Stand) -> Result<(), TrialError> {
    let more_than_one_window = Errand {
        calls: 2 * QUOTA,
        ..Errand::PLAIN
    };
    stand.control().await?;
    stand.send(more_than_one_window, BOUND).await?;
    stand.control().await
}

async fn come_back_later(stand: &Stand) -> Result<(), TrialError> {
    stand.control().await?;
    stand.bench().play(vec![in_two_seconds()]).await?;
    stand.send(Errand::PLAIN, BOUND).await?;
    stand.bench().play(Vec::new()).await?;
    stand
        .send(Errand::UNDER_ANALYSIS, stand.options().watch)
        .await?;
    stand.control().await
}

/// The call is read and left waiting, so that the journal tells when its caller leaves; at the end of that there is
/// silence, never an answer.
fn never_answers() -> Fault {
    Fault {
        name: "gateway-never-answers".to_owned(),
        on: On::Client,
        delay: Duration::from_secs(24 * 3_600).into(),
        then: Effect::Wire(WireFault::Silence),
        ..Fault::default()
    }
}

/// INSEE does not recognise the gateway for a moment (facts 144), once.
fn in_two_seconds() -> Fault {
    let body = r#"{"errors":[{"code":"01011","title":"Erreur temporaire du fournisseur de données","detail":"Refaites votre appel dans deux secondes.","source":null,"meta":{"provider":"INSEE","retry_in":2}}]}"#;
    let json = ("Content-Type".to_owned(), "application/json".to_owned());
    Fault {
        name: "come-back-in-two-seconds".to_owned(),
        on: On::Client,
        when: When {
            first: Some(1),
            ..When::default()
        },
        then: Effect::Answer(Answer {
            status: 502,
            headers: [json].into(),
            body: body.to_owned(),
        }),
        ..Fault::default()
    }
}

/// How much longer than its patience a client is left alone, so that one that gives up at the last moment is seen to.
const NOISE: Duration = Duration::from_millis(500);

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use doublure_rules::Role;

    use super::*;
    use crate::catalogue;

    #[test]
    fn every_rule_has_its_trial_and_every_trial_serves_a_rule() {
        let wanted: BTreeSet<&str> = catalogue::of(Role::Client).map(|rule| rule.trial).collect();
        let there: BTreeSet<&str> = TRIALS.iter().map(|trial| trial.name).collect();

        assert_eq!(wanted, there);
    }
}
