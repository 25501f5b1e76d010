//! What the tests of all dialects share.

use std::fmt::Write;

use doublure_journal::Moment;
use doublure_scenarios::Symptom;

use crate::dialect::Dialect;

/// Every refusal of a provider, call by call.
pub(crate) fn refusals<D: Dialect>() -> String {
    let mut transcript = String::new();
    for &(name, line) in D::CALLS {
        for symptom in Symptom::ALL {
            match D::refuse_line(line, "418166096", now(), symptom) {
                Some(words) => writeln!(transcript, "== {name}, {symptom:?}\n{words}").unwrap(),
                None => writeln!(transcript, "== {name}, {symptom:?}: no words\n").unwrap(),
            }
        }
    }
    transcript
}

/// 2026-01-15T10:00:00Z.
pub(crate) fn now() -> Moment {
    Moment::from_unix_seconds(1_768_471_200)
}
