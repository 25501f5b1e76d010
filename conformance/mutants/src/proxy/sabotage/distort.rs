//! What becomes of the values of an answer in careless hands.

use serde_json::Value;

/// One way of not relaying values as they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Distortion {
    /// Numbers lose what stands behind the point.
    Rounds,
    /// Days that are read in another time zone become the day before.
    LosesTimeZones,
    /// Text in UTF-8 is taken for Latin-1.
    MistakesEncodings,
    /// Text loses its accents.
    DropsAccents,
}

impl Distortion {
    /// A body as it comes out.
    pub(super) fn of(self, body: &str) -> Option<String> {
        match self {
            Self::MistakesEncodings => Some(body.bytes().map(char::from).collect()),
            Self::DropsAccents => Some(body.chars().map(plain).collect()),
            Self::Rounds | Self::LosesTimeZones => {
                let mut whole = serde_json::from_str(body).ok()?;
                self.walk(&mut whole);
                Some(whole.to_string())
            }
        }
    }

    fn walk(self, value: &mut Value) {
        match value {
            Value::Array(list) => list.iter_mut().for_each(|element| self.walk(element)),
            Value::Object(object) => object.values_mut().for_each(|member| self.walk(member)),
            other => {
                if let Some(spoilt) = self.one(other) {
                    *other = spoilt;
                }
            }
        }
    }

    fn one(self, value: &Value) -> Option<Value> {
        match (self, value) {
            (Self::Rounds, Value::Number(number)) if number.is_f64() => {
                Some(number.as_f64()?.round().into())
            }
            (Self::LosesTimeZones, Value::String(text)) => {
                let (start, day) = text.split_at_checked(8).filter(|_| text.len() == 10)?;
                let day: u8 = day.parse().ok().filter(|_| start.ends_with('-'))?;
                // The first of a month is left alone: one day is enough.
                (day > 1).then(|| format!("{start}{:02}", day - 1).into())
            }
            _ => None,
        }
    }
}

fn plain(letter: char) -> char {
    let found = ACCENTS
        .iter()
        .find(|(accented, _)| accented.contains(letter));
    found.map_or(letter, |(_, plain)| *plain)
}

const ACCENTS: [(&str, char); 6] = [
    ("éèêë", 'e'),
    ("ÉÈÊË", 'E'),
    ("àâáä", 'a'),
    ("ïîí", 'i'),
    ("ôö", 'o'),
    ("ç", 'c'),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_spoils_what_it_says_and_leaves_the_rest() {
        let body = r#"{"a":[{"montant":7.83,"n":7}],"jour":"2024-12-31","nom":"Noé"}"#;
        let of = |distortion: Distortion| distortion.of(body).unwrap();

        assert_eq!(of(Distortion::Rounds), body.replace("7.83", "8.0"));
        assert_eq!(of(Distortion::LosesTimeZones), body.replace("31", "30"));
        assert_eq!(of(Distortion::MistakesEncodings), body.replace('é', "Ã©"));
        assert_eq!(of(Distortion::DropsAccents), body.replace('é', "e"));
    }
}
