//! Questions that do not say why, for whom or in what frame they are asked, or not as they must.

use super::super::{AGGREGATE, COMPANY, LATER_COMPANY, operation, serves};
use crate::{Bench, TrialError, cast::Cast, gateway::trace::DISPROVED, probe::Ask};

/// One question for each way of saying it wrongly, each about another company.
pub(super) fn asks(bench: &Bench, cast: &Cast) -> Result<Vec<Ask>, TrialError> {
    let with = |id: &str, query: &str| -> Result<Ask, TrialError> {
        let ask = cast.ask(&*operation(id)?)?;
        let path = ask.target.split('?').next().unwrap_or_default();
        let target = match query {
            "" => path.to_owned(),
            query => format!("{path}?{query}"),
        };
        Ok(Ask { target, ..ask })
    };
    let mut asks = Vec::new();
    for query in LACKING {
        asks.push(with(COMPANY, query)?);
    }
    for recipient in NO_RECIPIENTS {
        asks.push(with(COMPANY, &said_for(recipient))?);
    }
    asks.push(with(LATER_COMPANY, &said_for("SGMAP"))?);
    asks.push(with(LATER_COMPANY, WITHOUT_OBJECT)?);
    if serves(bench, AGGREGATE) {
        asks.push(with(AGGREGATE, WITHOUT_OBJECT)?);
    }
    Ok(asks)
}

fn said_for(recipient: &str) -> String {
    format!("context=Essai+de+conformite&recipient={recipient}&object=Doublure")
}

/// Each in an order of its own, so that they can be told apart.
const LACKING: [&str; 10] = [
    "",
    "recipient=13002526500013&object=Doublure",
    "context=Essai+de+conformite&object=Doublure",
    WITHOUT_OBJECT,
    "context=&recipient=13002526500013&object=Doublure",
    "context=Essai+de+conformite&recipient=&object=Doublure",
    "object=&context=Essai+de+conformite&recipient=13002526500013",
    "object=&object=&recipient=13002526500013&context=Essai+de+conformite",
    "object&recipient=13002526500013&context=Essai+de+conformite",
    "context=+&recipient=13002526500013&object=%20",
];
const WITHOUT_OBJECT: &str = "context=Essai+de+conformite&recipient=13002526500013";
/// A word, a number that is too short, one that is too long, one whose last digit disproves it, and blanks.
const NO_RECIPIENTS: [&str; 5] = ["SGMAP", "130025265", "130025265000130", DISPROVED, "%20"];
