//! Values that nothing else could have produced.

use serde_json::Value;

use crate::trials::Chance;

/// What may be planted in the place of a provider's value without making it another kind of value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Canary {
    /// Nothing: the value decides what the answer is.
    Nothing,
    /// Words with accents and a number.
    Word,
    /// Another digit in the place of each.
    Digits,
    /// Another day, written as this one is.
    Day,
    /// The other of true and false.
    Flag,
}

impl Canary {
    /// Reads a cell of the table.
    pub(super) fn parse(cell: &str) -> Option<Self> {
        Some(match cell {
            "-" => Self::Nothing,
            "word" => Self::Word,
            "digits" => Self::Digits,
            "day" => Self::Day,
            "flag" => Self::Flag,
            _ => return None,
        })
    }

    /// What is planted in the place of a value; none where there is no such value to replace.
    pub(super) fn instead_of(self, value: &Value, chance: &mut Chance) -> Option<Value> {
        match (self, value) {
            (Self::Word, Value::String(said)) if !said.trim().is_empty() => {
                let (first, last) = (chance.of(&FIRST), chance.of(&LAST));
                Some(Value::String(format!(
                    "{first} {last} {}",
                    10_000 + chance.below(90_000)
                )))
            }
            (Self::Digits, Value::String(said)) => other_digits(said, chance).map(Value::String),
            (Self::Digits, Value::Number(said)) => {
                serde_json::from_str(&other_digits(&said.to_string(), chance)?).ok()
            }
            (Self::Day, Value::String(said)) => other_day(said, chance).map(Value::String),
            (Self::Flag, Value::Bool(said)) => Some(Value::Bool(!said)),
            (Self::Flag, Value::String(said)) => {
                let pairs = FLAGS
                    .into_iter()
                    .flat_map(|(yes, no)| [(yes, no), (no, yes)]);
                let other = pairs.into_iter().find(|(one, _)| one == said);
                other.map(|(_, other)| other.into())
            }
            _ => None,
        }
    }
}

/// The same text with other digits, none of them 0 so that no number changes its length; none where it has none.
fn other_digits(said: &str, chance: &mut Chance) -> Option<String> {
    said.contains(|letter: char| letter.is_ascii_digit())
        .then(|| {
            let other = |letter: char| match letter {
                '0'..='9' => char::from(b'1' + u8::try_from(chance.below(9)).unwrap_or_default()),
                other => other,
            };
            said.chars().map(other).collect()
        })
}

/// Another day from 1971 on, with the rest of what was said; none where no day stands there.
fn other_day(said: &str, chance: &mut Chance) -> Option<String> {
    let year = (1971 + chance.below(48)).to_string();
    let (month, day) = (1 + chance.below(12), 1 + chance.below(28));
    let digits = |text: &str, many: usize| {
        text.len() == many && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    match said.split(['-', '/', 'T']).collect::<Vec<_>>()[..] {
        ["0001", ..] => None,
        [first, middle, last] if digits(first, 2) && digits(middle, 2) && digits(last, 4) => {
            Some(format!("{day:02}/{month:02}/{year}"))
        }
        [first, middle, last, ..] if digits(first, 4) && digits(middle, 2) && digits(last, 2) => {
            Some(format!("{year}-{month:02}-{day:02}{}", said.get(10..)?))
        }
        _ => None,
    }
}

const FLAGS: [(&str, &str); 2] = [("true", "false"), ("True", "False")];
const FIRST: [&str; 6] = ["Élodie", "Noël", "Gaëtan", "Françoise", "Zoé", "Jérôme"];
const LAST: [&str; 6] = [
    "Œuvre",
    "L'Hôpital",
    "d'Aïn",
    "Müller & Fils",
    "Ibáñez",
    "Crèvecœur",
];

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn instead(canary: Canary, value: &Value) -> Option<Value> {
        canary.instead_of(value, &mut Chance(7))
    }

    #[test]
    fn a_canary_is_of_the_kind_of_the_value_and_another() {
        for (canary, value) in [
            (Canary::Word, json!("PARIS")),
            (Canary::Digits, json!("1 000.50")),
            (Canary::Digits, json!(7067)),
            (Canary::Digits, json!(100.0)),
            (Canary::Day, json!("1998-03-01T00:00:00+01:00")),
            (Canary::Day, json!("01/03/1998")),
            (Canary::Flag, json!(true)),
            (Canary::Flag, json!("False")),
        ] {
            let planted = instead(canary, &value).unwrap();

            assert_ne!(planted, value);
            assert_eq!(planted.is_string(), value.is_string(), "{planted}");
            assert_eq!(planted.is_i64(), value.is_i64(), "{planted}");
        }
    }

    #[test]
    fn a_day_keeps_the_clock_beside_it() {
        let planted = instead(Canary::Day, &json!("2024-12-31T00:00:00+01:00")).unwrap();

        assert!(planted.as_str().unwrap().ends_with("T00:00:00+01:00"));
    }

    #[test]
    fn what_is_not_there_is_not_replaced() {
        for (canary, value) in [
            (Canary::Nothing, json!("A")),
            (Canary::Word, json!(null)),
            (Canary::Digits, json!("NC")),
            (Canary::Day, json!("0001-01-01")),
            (Canary::Day, json!("12-31")),
            (Canary::Flag, json!("O")),
        ] {
            assert_eq!(instead(canary, &value), None, "{value}");
        }
    }

    #[test]
    fn two_canaries_of_one_trial_differ() {
        let mut chance = Chance(7);

        let one = Canary::Word.instead_of(&json!("A"), &mut chance);
        let other = Canary::Word.instead_of(&json!("A"), &mut chance);

        assert_ne!(one, other);
    }
}
