//! What a proxy spoils: one thing each.

use std::net::{IpAddr, Ipv4Addr};

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode};
use serde_json::Value;

/// One thing that a proxy spoils.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sabotage {
    /// Nothing at all: the positive control.
    Nothing,
    /// One status becomes another.
    Status {
        /// The gateway's.
        from: u16,
        /// What the caller gets instead.
        to: u16,
    },
    /// A piece of the body becomes another, wherever it stands.
    Text {
        /// The gateway's.
        from: &'static str,
        /// What the caller gets instead.
        to: &'static str,
    },
    /// A header is left out.
    Without(&'static str),
    /// A number in a header is larger by so much.
    Plus(&'static str, u64),
    /// A number in a header grows with each answer.
    Grows(&'static str),
    /// The detail of an error moves to a header of its own.
    DetailInHeader,
    /// What has this status is never answered.
    Swallows(u16),
    /// Where this status is due, the connection is closed.
    HangsUp(u16),
    /// Each request is made twice; the second answer is thrown away.
    AsksTwice,
    /// The gateway sees every caller come from one address.
    OneAddress,
}

/// What the caller gets.
#[derive(Debug)]
pub(super) enum Deed {
    /// This.
    Answer(Response<Bytes>),
    /// Nothing, and no end.
    Silence,
    /// The end of the connection.
    HangUp,
}

impl Sabotage {
    /// What the caller gets for an answer of the gateway; so many came before it.
    pub(super) fn spoil(self, mut answer: Response<Bytes>, earlier: u64) -> Deed {
        let status = answer.status().as_u16();
        match self {
            Self::Swallows(doomed) if doomed == status => return Deed::Silence,
            Self::HangsUp(doomed) if doomed == status => return Deed::HangUp,
            Self::Status { from, to } if from == status => {
                *answer.status_mut() = StatusCode::from_u16(to).unwrap_or(answer.status());
            }
            Self::Text { from, to } => replace(&mut answer, from, to),
            Self::Without(header) => drop(answer.headers_mut().remove(header)),
            Self::Plus(header, more) => add(&mut answer, header, more),
            Self::Grows(header) => add(&mut answer, header, earlier),
            Self::DetailInHeader => move_detail(&mut answer),
            Self::Status { .. }
            | Self::Swallows(_)
            | Self::HangsUp(_)
            | Self::Nothing
            | Self::AsksTwice
            | Self::OneAddress => {}
        }
        Deed::Answer(answer)
    }

    /// The address from which the gateway sees a caller come.
    pub(super) const fn seen_from(self, caller: IpAddr) -> IpAddr {
        match self {
            Self::OneAddress => IpAddr::V4(Ipv4Addr::LOCALHOST),
            _ => caller,
        }
    }

    /// How often the gateway is asked for one answer.
    pub(super) const fn times(self) -> u8 {
        match self {
            Self::AsksTwice => 2,
            _ => 1,
        }
    }
}

fn replace(answer: &mut Response<Bytes>, from: &str, to: &str) {
    // A document is no text: its bytes stay as they are.
    if let Ok(text) = std::str::from_utf8(answer.body()) {
        *answer.body_mut() = text.replace(from, to).into();
    }
}

fn add(answer: &mut Response<Bytes>, header: &'static str, more: u64) {
    let number = answer
        .headers()
        .get(header)
        .and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if let Some(number) = number {
        let spoilt = HeaderValue::from(number + more);
        answer.headers_mut().insert(header, spoilt);
    }
}

fn move_detail(answer: &mut Response<Bytes>) {
    let Ok(mut body) = serde_json::from_slice::<Value>(answer.body()) else {
        return;
    };
    let Some(detail) = body.pointer_mut("/errors/0/detail").map(Value::take) else {
        return;
    };
    let visible: String = detail
        .to_string()
        .chars()
        .filter(char::is_ascii_graphic)
        .collect();
    if let Ok(value) = HeaderValue::try_from(visible) {
        answer.headers_mut().insert("x-cause", value);
    }
    *answer.body_mut() = body.to_string().into();
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal() -> Response<Bytes> {
        Response::builder()
            .status(429)
            .header("ratelimit-reset", "100")
            .body(Bytes::from_static(
                "{\"errors\":[{\"code\":\"00429\",\"detail\":\"trop d'appels à 10:00\"}]}"
                    .as_bytes(),
            ))
            .unwrap()
    }

    fn spoilt(sabotage: Sabotage) -> Response<Bytes> {
        match sabotage.spoil(refusal(), 3) {
            Deed::Answer(answer) => answer,
            other => panic!("{other:?}"),
        }
    }

    fn reset(answer: &Response<Bytes>) -> Option<&str> {
        answer.headers().get("ratelimit-reset")?.to_str().ok()
    }

    fn text(answer: &Response<Bytes>) -> &str {
        std::str::from_utf8(answer.body()).unwrap()
    }

    #[test]
    fn one_status_becomes_another_and_all_others_stay() {
        let spoils = |from| spoilt(Sabotage::Status { from, to: 503 }).status().as_u16();

        assert_eq!(spoils(429), 503);
        assert_eq!(spoils(502), 429);
    }

    #[test]
    fn a_piece_of_the_body_becomes_another() {
        let answer = spoilt(Sabotage::Text {
            from: "\"00429\"",
            to: "\"00430\"",
        });

        assert!(text(&answer).contains("{\"code\":\"00430\","));
    }

    #[test]
    fn a_document_is_not_searched_for_text() {
        let bytes = Bytes::from_static(b"%PDF-1.7 \xff 00429");
        let from_to = Sabotage::Text {
            from: "00429",
            to: "00430",
        };

        let deed = from_to.spoil(Response::new(bytes.clone()), 0);

        assert!(matches!(deed, Deed::Answer(answer) if *answer.body() == bytes));
    }

    #[test]
    fn a_header_is_left_out_or_shifted_or_grows_with_each_answer() {
        assert_eq!(reset(&spoilt(Sabotage::Without("ratelimit-reset"))), None);
        assert_eq!(
            reset(&spoilt(Sabotage::Plus("ratelimit-reset", 1))),
            Some("101")
        );
        assert_eq!(
            reset(&spoilt(Sabotage::Grows("ratelimit-reset"))),
            Some("103")
        );
        assert_eq!(
            reset(&spoilt(Sabotage::Plus("retry-after", 1))),
            Some("100")
        );
    }

    #[test]
    fn the_detail_moves_to_a_header_as_far_as_a_header_can_hold_it() {
        let answer = spoilt(Sabotage::DetailInHeader);

        assert_eq!(answer.headers()["x-cause"], "\"tropd'appels10:00\"");
        assert!(text(&answer).contains("\"detail\":null"));
    }

    #[test]
    fn a_status_is_never_answered_or_the_connection_is_closed() {
        let deed = |sabotage: Sabotage| sabotage.spoil(refusal(), 0);

        assert!(matches!(deed(Sabotage::Swallows(429)), Deed::Silence));
        assert!(matches!(deed(Sabotage::HangsUp(429)), Deed::HangUp));
        assert!(matches!(deed(Sabotage::Swallows(504)), Deed::Answer(_)));
        assert!(matches!(deed(Sabotage::HangsUp(403)), Deed::Answer(_)));
    }
}
