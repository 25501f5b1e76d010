//! What a proxy spoils: one thing each.

mod count;
mod distort;
mod echo;
mod memory;
mod trust;

use std::net::{IpAddr, Ipv4Addr};

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};
use serde_json::Value;

pub use self::{count::Counting, distort::Distortion, echo::Echo, memory::Keeping, trust::Trust};
pub(super) use self::{count::Counts, memory::Memory};

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
    /// What holds this text has this status.
    StatusOf(&'static str, u16),
    /// A piece of the body becomes another, wherever it stands.
    Text {
        /// The gateway's.
        from: &'static str,
        /// What the caller gets instead.
        to: &'static str,
    },
    /// Each answer whose number is a multiple of this becomes 503.
    FailsEvery(u64),
    /// What is asked with this text in its target has this status.
    StatusAt(&'static str, u16),
    /// What is asked for with a path that begins so comes from an address that no caller has.
    ElsewhereAt(&'static str),
    /// Two pieces of the body change places, wherever they stand.
    Swaps(&'static str, &'static str),
    /// The values of the body are spoilt.
    Distorts(Distortion),
    /// A header is left out.
    Without(&'static str),
    /// A header is left out where this status is due.
    WithoutAt(u16, &'static str),
    /// Where this status is due, a page for people stands.
    PageAt(u16),
    /// A header stands on every answer with this value, whatever it was.
    Says(&'static str, &'static str),
    /// A header with this value is added to answers that have none of that name.
    Adds(&'static str, &'static str),
    /// A number in a header is larger by so much; less than zero: smaller.
    Plus(&'static str, i64),
    /// A number in a header grows with each answer.
    Grows(&'static str),
    /// Reset and Retry-After are so many seconds later; less than zero: sooner.
    Shifts(i64),
    /// Remaining is what the proxy counts by itself.
    Counts(Counting),
    /// Where something of this media type is due, a page for people stands.
    PageFor(&'static str),
    /// Some answers are kept by the proxy and given again.
    Keeps(Keeping),
    /// The detail of an error moves to a header of its own.
    DetailInHeader,
    /// What has this status is never answered.
    Swallows(u16),
    /// Where this status is due, the connection is closed.
    HangsUp(u16),
    /// What holds this text is never said: the connection is closed.
    HangsUpOver(&'static str),
    /// Each request is made twice; the second answer is thrown away.
    AsksTwice,
    /// Each request is made twice; the first answer is thrown away.
    AsksBefore,
    /// What has this status is asked again; the first answer is thrown away.
    AsksAgainAt(u16),
    /// A tracing parameter that alone is missing is made up.
    MakesUp(&'static str),
    /// The gateway sees every caller come from one address.
    OneAddress,
    /// Calls on a path that begins so with another token than the first that was seen there come from an address of
    /// their own.
    AddressByToken(&'static str),
    /// Calls wait for each other.
    OneAtATime,
    /// Tokens are taken for what they are not.
    Trusts(Trust),
    /// The token of a call stands in its answer.
    Echoes(Echo),
    /// One status becomes another for what is asked with this text in its target.
    StatusThere(&'static str, (u16, u16)),
    /// Documents of this media type are spoilt: something is added to them.
    Stamps(&'static str),
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
            Self::HangsUpOver(text) if holds(&answer, text) => return Deed::HangUp,
            Self::Status { from, to } if from == status => {
                *answer.status_mut() = StatusCode::from_u16(to).unwrap_or(answer.status());
            }
            Self::StatusOf(text, to) if holds(&answer, text) => {
                *answer.status_mut() = StatusCode::from_u16(to).unwrap_or(answer.status());
            }
            Self::FailsEvery(share) if (earlier + 1).is_multiple_of(share) => {
                *answer.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
            }
            Self::Text { from, to } => replace(&mut answer, from, to),
            Self::Distorts(distortion) => distort(&mut answer, distortion),
            Self::Swaps(one, other) => {
                replace(&mut answer, one, PLACE);
                replace(&mut answer, other, one);
                replace(&mut answer, PLACE, other);
            }
            Self::WithoutAt(at, header) if at == status => {
                drop(answer.headers_mut().remove(header));
            }
            Self::PageAt(at) if at == status => page(&mut answer),
            Self::Stamps(media) if is_of(&answer, media) => stamp(&mut answer),
            Self::PageFor(media) if is_of(&answer, media) => page(&mut answer),
            Self::Without(header) => drop(answer.headers_mut().remove(header)),
            Self::Says(header, value) => says(&mut answer, header, value),
            Self::Adds(header, value) if !answer.headers().contains_key(header) => {
                says(&mut answer, header, value);
            }
            Self::Plus(header, more) => add(&mut answer, header, more),
            Self::Grows(header) => add(&mut answer, header, earlier.cast_signed()),
            Self::Shifts(seconds) => {
                add(&mut answer, "ratelimit-reset", seconds);
                add(&mut answer, "retry-after", seconds);
            }
            Self::DetailInHeader => move_detail(&mut answer),
            // What is spoilt elsewhere, or is not due now.
            _ => {}
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

fn holds(answer: &Response<Bytes>, text: &str) -> bool {
    std::str::from_utf8(answer.body()).is_ok_and(|body| body.contains(text))
}

fn is_of(answer: &Response<Bytes>, media: &str) -> bool {
    let said = answer.headers().get(header::CONTENT_TYPE);
    said.is_some_and(|said| said.as_bytes().starts_with(media.as_bytes()))
}

fn page(answer: &mut Response<Bytes>) {
    let html = HeaderValue::from_static("text/html");
    answer.headers_mut().insert(header::CONTENT_TYPE, html);
    *answer.body_mut() = Bytes::from_static(b"<html>Veuillez patienter</html>");
}

fn stamp(answer: &mut Response<Bytes>) {
    let stamped = [answer.body(), STAMP].concat();
    *answer.body_mut() = stamped.into();
}

fn replace(answer: &mut Response<Bytes>, from: &str, to: &str) {
    // A document is no text: its bytes stay as they are.
    if let Ok(text) = std::str::from_utf8(answer.body()) {
        *answer.body_mut() = text.replace(from, to).into();
    }
}

fn distort(answer: &mut Response<Bytes>, distortion: Distortion) {
    let text = std::str::from_utf8(answer.body()).ok();
    if let Some(spoilt) = text.and_then(|text| distortion.of(text)) {
        *answer.body_mut() = spoilt.into();
    }
}

fn says(answer: &mut Response<Bytes>, header: &'static str, value: &'static str) {
    let value = HeaderValue::from_static(value);
    answer.headers_mut().insert(header, value);
}

fn add(answer: &mut Response<Bytes>, header: &'static str, more: i64) {
    let number = answer
        .headers()
        .get(header)
        .and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if let Some(number) = number {
        let spoilt = HeaderValue::from(number.saturating_add_signed(more));
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

const STAMP: &[u8] = b"% Copie\n";
/// No answer holds this.
const PLACE: &str = "\u{1}";

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
    fn every_fourth_answer_fails_where_that_is_the_share() {
        let status = |earlier| match Sabotage::FailsEvery(4).spoil(refusal(), earlier) {
            Deed::Answer(answer) => answer.status().as_u16(),
            other => panic!("{other:?}"),
        };

        assert_eq!(
            [0, 1, 2, 3, 4, 7].map(status),
            [429, 429, 429, 503, 429, 503]
        );
    }

    #[test]
    fn what_holds_a_text_has_another_status() {
        let of = |text| spoilt(Sabotage::StatusOf(text, 500)).status().as_u16();

        assert_eq!(of("00429"), 500);
        assert_eq!(of("00430"), 429);
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
    fn a_page_takes_the_place_of_one_media_type_only() {
        let page_for = |media| {
            let mut answer = refusal();
            says(&mut answer, "content-type", "application/pdf; a=b");
            match Sabotage::PageFor(media).spoil(answer, 0) {
                Deed::Answer(answer) => text(&answer).starts_with("<html>"),
                other => panic!("{other:?}"),
            }
        };

        assert!(page_for("application/pdf"));
        assert!(!page_for("application/zip"));
    }

    #[test]
    fn a_document_of_one_media_type_is_stamped() {
        let stamped = |media| {
            let mut answer = Response::new(Bytes::from_static(b"%PDF-1.7 \xff"));
            says(&mut answer, "content-type", "application/pdf");
            match Sabotage::Stamps(media).spoil(answer, 0) {
                Deed::Answer(answer) => answer.body().ends_with(STAMP),
                other => panic!("{other:?}"),
            }
        };

        assert!(stamped("application/pdf"));
        assert!(!stamped("application/zip"));
    }

    #[test]
    fn a_header_or_the_whole_body_is_spoilt_where_a_status_is_due() {
        let without = |status| spoilt(Sabotage::WithoutAt(status, "ratelimit-reset"));
        let page_at = |status| text(&spoilt(Sabotage::PageAt(status))).starts_with("<html>");

        assert_eq!(reset(&without(429)), None);
        assert_eq!(reset(&without(403)), Some("100"));
        assert!(page_at(429) && !page_at(403));
    }

    #[test]
    fn two_pieces_of_the_body_change_places() {
        let answer = spoilt(Sabotage::Swaps("code", "detail"));

        assert!(text(&answer).starts_with("{\"errors\":[{\"detail\":\"00429\",\"code\":"));
    }

    #[test]
    fn a_header_is_said_on_all_answers_or_added_where_it_is_missing() {
        let said = spoilt(Sabotage::Says("ratelimit-reset", "7"));
        let added = spoilt(Sabotage::Adds("ratelimit-reset", "7"));
        let new = spoilt(Sabotage::Adds("x-new", "7"));

        assert_eq!(reset(&said), Some("7"));
        assert_eq!(reset(&added), Some("100"));
        assert_eq!(new.headers()["x-new"], "7");
    }

    #[test]
    fn the_end_of_a_window_is_shifted_both_ways() {
        assert_eq!(reset(&spoilt(Sabotage::Shifts(30))), Some("130"));
        assert_eq!(reset(&spoilt(Sabotage::Shifts(-60))), Some("40"));
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
        assert!(matches!(deed(Sabotage::HangsUpOver("10:00")), Deed::HangUp));
        assert!(matches!(
            deed(Sabotage::HangsUpOver("11:00")),
            Deed::Answer(_)
        ));
        assert!(matches!(deed(Sabotage::Swallows(504)), Deed::Answer(_)));
        assert!(matches!(deed(Sabotage::HangsUp(403)), Deed::Answer(_)));
    }
}
