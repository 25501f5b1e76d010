//! More calls at once than each quota group allows.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use doublure_fixtures::contract::Operation;
use doublure_journal::CaptureLevel;

use super::{Trial, limited, names};
use crate::{Bench, TrialError, cast::Cast, probe::Ask, runner::Boxed};

pub(super) const TRIAL: Trial = Trial {
    name: names::EVERY_GROUP,
    about: "Makes three calls more than its limit in each quota group, on several connections, each about \
            another company that nobody knows.",
    capture: CaptureLevel::Meta,
    act,
};

fn act(bench: &Bench) -> Boxed<'_, Result<(), TrialError>> {
    Box::pin(async {
        let cast = Cast::new(bench.seed());
        let third = bench.has_token(THIRD_TOKEN);
        if !third && !bench.moves_clock() {
            // Other trials used the windows that are running.
            let window = bench.profile().gateway.quota_window();
            bench.wait_out(window + ROUNDED).await?;
        }
        let lanes = if bench.stands_still() { LANES } else { AT_ONCE };
        let from = bench.callers().of_floods();
        for (operation, limit) in one_of_each(bench).into_values() {
            let asks: Vec<Ask> = (0..limit + OVER)
                .map(|_| {
                    let mut ask = Ask::operation(&operation, cast.nobody()).from_address(from);
                    if third {
                        ask.token = Some(THIRD_TOKEN.to_owned());
                    }
                    ask
                })
                .collect();
            bench.flood(asks, lanes).await?;
        }
        Ok(())
    })
}

/// One operation of each group: the one that stands for it, or the first of the table.
fn one_of_each(bench: &Bench) -> BTreeMap<String, (Arc<Operation>, u32)> {
    let gateway = &bench.profile().gateway;
    let mut groups = BTreeMap::new();
    for (operation, limit) in limited(bench) {
        let Some((group, _)) = gateway.quota(&operation.id) else {
            continue;
        };
        let stands_for_it = gateway.stands_for.get(group) == Some(&operation.id);
        if stands_for_it || !groups.contains_key(group) {
            groups.insert(group.to_owned(), (operation, limit));
        }
    }
    groups
}

/// No other trial uses it.
const THIRD_TOKEN: &str = "third";
const ROUNDED: Duration = Duration::from_secs(1);
/// Far from what brings a ban.
const OVER: u32 = 3;
const LANES: usize = 8;
/// Where all of them are sent at once: so many that threads of a gateway may meet at a counter.
const AT_ONCE: usize = 64;
