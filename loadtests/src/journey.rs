//! What one simulated user does: the same operation again and again, `object` varied.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use goose::{
    goose::{GooseMethod, GooseRequest},
    prelude::{Scenario, Transaction, TransactionFunction},
};
use tokio::sync::Barrier;

use crate::names;

/// A journey over one operation.
#[derive(Clone, Debug)]
pub struct Journey {
    /// Path of the operation with its parameter filled in.
    pub path: String,
    /// Value of `recipient`: a SIRET.
    pub recipient: String,
    /// The token that calls.
    pub token: String,
    /// How many users make it at once; none begins before all are there.
    pub users: usize,
}

impl Journey {
    /// The goose scenario: one call an iteration, each with an `object` of its own, since
    /// identical calls at once would be refused as a conflict (409).
    pub fn scenario(&self) -> Scenario {
        Scenario::new(names::QUOTA_EDGE).register_transaction(Transaction::new(self.call()))
    }

    fn call(&self) -> TransactionFunction {
        let journey = Arc::new(self.clone());
        let all_there = Arc::new(Barrier::new(self.users));
        let made = Arc::new(AtomicU64::new(0));
        Arc::new(move |user| {
            let (journey, all_there) = (Arc::clone(&journey), Arc::clone(&all_there));
            let target = journey.target(made.fetch_add(1, Ordering::Relaxed));
            Box::pin(async move {
                if user.get_iterations() == 0 {
                    all_there.wait().await;
                }
                let request = user
                    .get_request_builder(&GooseMethod::Get, &target)?
                    .bearer_auth(&journey.token);
                let request = GooseRequest::builder()
                    .method(GooseMethod::Get)
                    .path(journey.path.as_str())
                    .set_request_builder(request)
                    .build();
                let answer = user.request(request).await?;
                if let Ok(answer) = answer.response {
                    // Read to the end, so that the connection is used again.
                    let _ = answer.bytes().await;
                }
                Ok(())
            })
        })
    }

    fn target(&self, nth: u64) -> String {
        format!(
            "{}?context=essai%20de%20charge&recipient={}&object=appel-{nth}",
            self.path, self.recipient
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_call_has_an_object_of_its_own() {
        let journey = Journey {
            path: "/v3/insee/sirene/unites_legales/418166096".into(),
            recipient: "13002526500013".into(),
            token: "jeton".into(),
            users: 1,
        };

        assert_eq!(
            journey.target(7),
            "/v3/insee/sirene/unites_legales/418166096?context=essai%20de%20charge&recipient=13002526500013&object=appel-7"
        );
        assert_ne!(journey.target(7), journey.target(8));
    }
}
