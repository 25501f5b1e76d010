//! A run of calls at moments that only its seed knows.

use std::time::Duration;

use doublure_journal::CaptureLevel;
use proptest::{
    arbitrary::any,
    collection::vec,
    prop_oneof,
    strategy::{Just, Strategy, ValueTree},
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};

use super::{COMPANY, OTHER_TOKEN, REGISTER, Trial, names, operation, strictest};
use crate::{Bench, TrialError, cast::Cast, probe::Ask, runner::Boxed};

pub(super) const TRIAL: Trial = Trial {
    name: names::CHOREOGRAPHY,
    about: "Calls two groups with two tokens at moments drawn from the seed, over several windows.",
    capture: CaptureLevel::Meta,
    act,
};

/// A call of a choreography.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Step {
    gap_ms: u64,
    place: Place,
    by_other: bool,
}

/// What a step calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Strict,
    Company,
    Register,
}

fn act(bench: &Bench) -> Boxed<'_, Result<(), TrialError>> {
    let steps = drawn(bench.seed()).map(|tree| tree.current());
    Box::pin(async move { dance(bench, &steps?).await })
}

/// Carries out a choreography.
pub(crate) async fn dance(bench: &Bench, steps: &[Step]) -> Result<(), TrialError> {
    let Some((strict, _)) = strictest(bench) else {
        return Ok(());
    };
    let (company, register) = (operation(COMPANY)?, operation(REGISTER)?);
    let cast = Cast::new(bench.seed());
    let mut refused = 0;
    for step in steps {
        bench.skip(Duration::from_millis(step.gap_ms)).await?;
        let operation = match step.place {
            Place::Register => &register,
            Place::Company => &company,
            Place::Strict => &strict,
        };
        let mut ask = Ask::operation(operation, cast.nobody());
        if step.by_other && bench.has_token(OTHER_TOKEN) {
            ask.token = Some(OTHER_TOKEN.to_owned());
        }
        let answer = bench.probe(ask).await?;
        refused += u32::from(answer.status() == Some(429));
        // Where no time passes each refusal is one more that was ignored, and at some number of them a ban is due.
        if !bench.moves_clock() && refused >= MOST_REFUSED {
            break;
        }
    }
    Ok(())
}

/// The choreography of a seed, which can be made simpler.
pub(crate) fn drawn(seed: u64) -> Result<impl ValueTree<Value = Vec<Step>> + Send, TrialError> {
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &seed_bytes(seed));
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    loop {
        let tree = steps()
            .new_tree(&mut runner)
            .map_err(|why| TrialError::Broken(why.to_string()))?;
        // Fewer are for what is left of a long one.
        if tree.current().len() >= LEAST_CALLS {
            return Ok(tree);
        }
    }
}

fn steps() -> impl Strategy<Value = Vec<Step>, Tree: Send> {
    // Short gaps often, so that limits are reached; long ones at times, so that windows end.
    let gap = prop_oneof![4 => Just(0_u64), 3 => 0_u64..5_000, 1 => 0_u64..70_000];
    let place = prop_oneof![3 => Just(Place::Strict), 2 => Just(Place::Company), 1 => Just(Place::Register)];
    let step = (gap, place, any::<bool>()).prop_map(|(gap_ms, place, by_other)| Step {
        gap_ms,
        place,
        by_other,
    });
    vec(step, 1..=MOST_CALLS)
}

fn seed_bytes(seed: u64) -> [u8; 32] {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    bytes
}

/// Enough to pass the smallest limit in several windows.
const LEAST_CALLS: usize = 40;
const MOST_CALLS: usize = 56;
/// A fifth of what may be ignored, since other trials go over limits, too.
const MOST_REFUSED: u32 = 10;
