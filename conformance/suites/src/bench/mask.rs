//! Tokens in answers: a gateway that sends back what it was shown must not carry a secret into a report.

use std::{borrow::Cow, collections::BTreeMap};

use doublure_journal::ResponseSeen;

use crate::probe::Answer;

/// The answer with `⟦token:name⟧` in the place of every token that the target knows.
///
/// The journal masks by itself what has the form of a signed token; it cannot know others by their looks.
pub(super) fn masked<'a>(answer: &'a Answer, tokens: &BTreeMap<String, String>) -> Cow<'a, Answer> {
    let (Answer::Whole(seen) | Answer::Failed(_, Some(seen))) = answer else {
        return Cow::Borrowed(answer);
    };
    let echoed: Vec<(&String, &String)> = tokens
        .iter()
        .filter(|(_, token)| is_secret(token) && holds(seen, token))
        .collect();
    if echoed.is_empty() {
        return Cow::Borrowed(answer);
    }
    let mut answer = answer.clone();
    if let Answer::Whole(seen) | Answer::Failed(_, Some(seen)) = &mut answer {
        for (name, token) in echoed {
            mask(seen, token, &format!("⟦token:{name}⟧"));
        }
    }
    Cow::Owned(answer)
}

/// Shorter ones are words that may stand in any answer.
fn is_secret(token: &str) -> bool {
    token.len() >= SHORTEST && !token.starts_with(SIGNED)
}

fn holds(seen: &ResponseSeen, token: &str) -> bool {
    seen.headers.iter().any(|(_, value)| value.contains(token))
        || seen.body.iter().any(|body| body.text.contains(token))
}

fn mask(seen: &mut ResponseSeen, token: &str, mask: &str) {
    let body = seen.body.iter_mut().map(|body| &mut body.text);
    let headers = seen.headers.iter_mut().map(|(_, value)| value);
    for text in headers.chain(body) {
        *text = text.replace(token, mask);
    }
}

const SHORTEST: usize = 8;
/// How a signed token begins.
const SIGNED: &str = "eyJ";

#[cfg(test)]
mod tests {
    use doublure_journal::Body;

    use super::*;

    fn answer(header: &str, body: &str) -> Answer {
        Answer::Whole(ResponseSeen {
            status: 401,
            headers: vec![("X-Said".to_owned(), header.to_owned())],
            body: Some(Body {
                text: body.to_owned(),
                ..Body::default()
            }),
        })
    }

    fn tokens() -> BTreeMap<String, String> {
        let named = [("standard", "jeton-principal"), ("short", "x")];
        named
            .map(|(name, token)| (name.to_owned(), token.to_owned()))
            .into()
    }

    #[test]
    fn a_token_that_is_sent_back_is_masked_in_headers_and_body() {
        let echoed = answer("for jeton-principal", r#"{"jeton":"jeton-principal"}"#);

        assert_eq!(
            *masked(&echoed, &tokens()),
            answer("for ⟦token:standard⟧", r#"{"jeton":"⟦token:standard⟧"}"#)
        );
    }

    #[test]
    fn what_holds_no_token_stays_as_it_is() {
        let sound = answer("x", "extrait");

        assert!(matches!(masked(&sound, &tokens()), Cow::Borrowed(_)));
    }
}
