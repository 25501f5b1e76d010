//! What tells a call from all others, to chance: what it asks, and how often that was asked before.
//!
//! Ids are made of it, so that a question gets the same ids whatever is asked beside it.

use std::collections::HashMap;

use doublure_kernel::{Dice, Fingerprint};

/// How often each question was asked.
#[derive(Debug, Default)]
pub(crate) struct Lots {
    asked: HashMap<Fingerprint, u64>,
    /// How often all of it was forgotten.
    forgotten: u64,
}

impl Lots {
    /// The lot of the next call that asks this.
    pub(crate) fn draw(&mut self, dice: &Dice, question: Fingerprint) -> u64 {
        if self.asked.len() >= CAPACITY {
            self.asked.clear();
            self.forgotten += 1;
        }
        let asked = self.asked.entry(question).or_default();
        *asked += 1;
        let purpose = format!("call {:016x} {}", question.0, self.forgotten);
        dice.bits(&purpose, *asked)
    }
}

/// Questions that are told apart, at most: some megabytes.
const CAPACITY: usize = 1 << 18;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_has_the_same_lots_in_any_company() {
        let dice = Dice::new(1, "lots");
        let draw = |questions: &[u64]| {
            let mut lots = Lots::default();
            let drawn = questions
                .iter()
                .map(|question| (*question, lots.draw(&dice, Fingerprint(*question))));
            let mut drawn: Vec<_> = drawn.collect();
            drawn.sort_unstable();
            drawn
        };

        let lots = draw(&[1, 1, 2, 1]);

        assert_eq!(lots, draw(&[2, 1, 1, 1]));
        let mut apart = lots;
        apart.dedup();
        assert_eq!(apart.len(), 4);
    }
}
