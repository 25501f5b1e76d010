//! Why a fault spares an exchange, for people.

use std::sync::Arc;

use doublure_scenarios::{Fault, On, When};

use super::{Arrived, Subject};

/// Why a fault does not strike an exchange: the first reason in the order of asking.
#[derive(Clone, Debug, PartialEq)]
pub enum Spared {
    /// It strikes on the other hop.
    Hop,
    /// It strikes before a connection stands, or once one does.
    Stage,
    /// This condition does not hold.
    Condition(&'static str),
    /// The session is in this state.
    State(Arc<str>),
    /// Chance spared it.
    Chance {
        /// What was drawn.
        draw: f64,
        /// How many equal requests chance was asked about before.
        ordinal: u64,
    },
    /// It was not its turn.
    Turn {
        /// Which of the exchanges that fit all else it was, from 1 on.
        place: u64,
    },
}

impl Spared {
    /// The reason in a few words: `provider is insee, not dgfip`.
    pub fn words(&self, fault: &Fault, subject: &Subject<'_>, arrived: Arrived<'_>) -> String {
        let when = &fault.when;
        match self {
            Self::Hop => match fault.on {
                On::Provider => "it strikes between gateway and provider".to_owned(),
                On::Client => "it strikes between caller and gateway".to_owned(),
            },
            Self::Stage if subject.connecting => "it strikes once a connection stands".to_owned(),
            Self::Stage => "it strikes before a connection stands".to_owned(),
            Self::Condition(name) => condition(name, when, subject, arrived),
            Self::State(state) => format!(
                "state is {state}, not {}",
                when.state.as_deref().unwrap_or_default()
            ),
            Self::Chance { draw, .. } => format!(
                "drew {draw:.6}, not below its share of {}",
                when.share.unwrap_or_default()
            ),
            Self::Turn { place } => {
                format!("it is number {place} of those that fit, {}", turn(when))
            }
        }
    }
}

fn condition(name: &str, when: &When, subject: &Subject<'_>, arrived: Arrived<'_>) -> String {
    let labels = subject.labels;
    let field = |known: &Option<Arc<str>>, wanted: &Option<String>| {
        let wanted = wanted.as_deref().unwrap_or_default();
        match known {
            Some(known) => format!("{name} is {known}, not {wanted}"),
            None => format!("{name} is none, not {wanted}"),
        }
    };
    match name {
        "operation" => field(&labels.operation, &when.operation),
        "provider" => field(&labels.provider, &when.provider),
        "call" => field(&labels.call, &when.call),
        "entity" => field(&labels.entity, &when.entity),
        "token" => field(&labels.token_name, &when.token),
        "hours" => {
            let hours = when.hours.map(|hours| hours.to_string());
            let hours = hours.unwrap_or_default();
            format!(
                "it is {}, outside its hours of {hours} in Paris",
                arrived.at
            )
        }
        "window" => format!("it is {}, outside its window", arrived.at),
        "header" => {
            let names: Vec<&str> = when.headers.keys().map(String::as_str).collect();
            format!(
                "not every header is there with its value: {}",
                names.join(", ")
            )
        }
        _ => format!("{name} is another"),
    }
}

fn turn(when: &When) -> String {
    let counts = [
        ("nth", when.nth),
        ("every", when.every),
        ("first", when.first),
    ];
    let counted = counts
        .into_iter()
        .find_map(|(name, count)| Some(format!("and it strikes `{name}: {}`", count?)));
    counted.unwrap_or_else(|| format!("and it strikes `sequence: {:?}`", when.sequence))
}
