//! Calls of two tokens, several groups and two versions.

use doublure_journal::CaptureLevel;

use super::{
    COMPANY, LATER_COMPANY, OTHER_TOKEN, REGISTER, Trial, VIGILANCE, names, operation, serves,
    strictest,
};
use crate::{Bench, TrialError, cast::Cast, runner::Boxed};

pub(super) const TRIAL: Trial = Trial {
    name: names::COUNTERS,
    about: "Calls an excepted operation, two operations of one group, another version, another group and the \
            excepted operation again, one after another; then the same operation with another token.",
    capture: CaptureLevel::Heads,
    act,
};

fn act(bench: &Bench) -> Boxed<'_, Result<(), TrialError>> {
    Box::pin(async {
        let cast = Cast::new(bench.seed());
        let strict = strictest(bench).map(|(operation, _)| operation.id.clone());
        let own = [COMPANY, REGISTER, LATER_COMPANY, VIGILANCE, COMPANY];
        let excepted = || strict.iter().map(String::as_str);
        let all = excepted().chain(own).chain(excepted()).chain([REGISTER]);
        for id in all.filter(|id| serves(bench, id)) {
            bench.probe(cast.ask(&*operation(id)?)?).await?;
        }
        if bench.has_token(OTHER_TOKEN) {
            let mut ask = cast.ask(&*operation(COMPANY)?)?;
            ask.token = Some(OTHER_TOKEN.to_owned());
            bench.probe(ask).await?;
        }
        Ok(())
    })
}
