//! Gateways that are wrong in one way: the rule that has to see it does, for its reason.

mod haproxy;
mod modest;

use crate::{
    gateway::{Edit, RealGateway},
    verdicts::Said,
};

/// What somebody may write by mistake, and who sees it.
struct Broken {
    name: &'static str,
    edits: &'static [Edit],
    rule: &'static str,
    reason: &'static str,
}

/// Puts each to the test of its rule; says so and passes where the program is not installed.
async fn each_is_seen(gateway: &RealGateway, all: &[Broken]) {
    let mut missed = Vec::new();
    for broken in all {
        let Some(said) = broken.is_judged(gateway).await else {
            return;
        };
        if !broken.is_seen_by(&said) {
            missed.push(format!("{}: {} says {said}", broken.name, broken.rule));
        }
    }

    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

impl Broken {
    /// What its rule says of it; none where the program is not installed. What is said otherwise than it should be is
    /// asked again: this machine may be busy.
    async fn is_judged(&self, gateway: &RealGateway) -> Option<String> {
        let mut said = self.try_once(gateway).await?;
        for _ in 0..MORE_TRIES {
            if self.is_seen_by(&said) {
                break;
            }
            said = self.try_once(gateway).await?;
        }
        Some(said)
    }

    async fn try_once(&self, gateway: &RealGateway) -> Option<String> {
        let said = gateway.judged_when_edited(self.edits, &[self.rule]).await?;
        Some(said.iter().map(Said::in_words).collect())
    }

    fn is_seen_by(&self, said: &str) -> bool {
        said.starts_with(&format!("fail {}:", self.reason))
    }
}

const MORE_TRIES: u32 = 2;
