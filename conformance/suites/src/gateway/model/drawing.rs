//! How choreographies are drawn from what a score is made of.

use proptest::{prelude::*, sample::select};

use super::{
    choreography::{Choreography, Source, Stall, Step, UNTOLD_MS, Ways},
    scores::Score,
};

/// The choreographies of a score.
pub(super) fn of(score: &'static Score) -> impl Strategy<Value = Choreography> {
    let stalls = if score.by_hand { 0..1 } else { 0..4_usize };
    let steps = prop::collection::vec(step(score), 1..=score.most);
    (steps, prop::collection::vec(stall(), stalls)).prop_map(|(steps, mut stalls)| {
        stalls.sort_by_key(|stall| stall.from_ms);
        let mut free = 0;
        stalls.retain(|stall| {
            let apart = stall.from_ms >= free;
            if apart {
                free = stall.from_ms + stall.lasts_ms + APART;
            }
            apart
        });
        Choreography {
            steps,
            stalls,
            keeps: score.keeps,
        }
    })
}

fn step(score: &'static Score) -> impl Strategy<Value = Step> {
    let source = || {
        let after = select(score.after);
        (select(score.acts), after).prop_map(|(act, after)| Source { act, after })
    };
    (
        prop_oneof![7 => select(score.gaps), 1 => 0..=score.widest_gap()],
        select(score.operations),
        select(score.questions),
        select(score.tokens),
        select(score.addresses),
        (source(), source()),
        ways(score),
    )
        .prop_map(
            |(gap_ms, operation, question, token, address, (main, lesser), ways)| Step {
                gap_ms,
                operation,
                question,
                token,
                address,
                sources: [main, lesser],
                ways,
            },
        )
}

fn ways(score: &Score) -> impl Strategy<Value = Ways> + use<> {
    let longest = if score.by_hand { 0 } else { score.longest_way };
    let way = || 0..=longest;
    (way(), way(), way(), way()).prop_map(|(there, back, out, home)| Ways {
        there,
        back,
        out,
        home,
    })
}

fn stall() -> impl Strategy<Value = Stall> {
    (0_u64..40_000, UNTOLD_MS + 1..5_000, any::<bool>()).prop_map(
        |(from_ms, lasts_ms, everybody)| Stall {
            from_ms,
            lasts_ms,
            everybody,
        },
    )
}

/// A beat of the watch over the machine: two pauses within one are told as one.
const APART: u64 = 21;
