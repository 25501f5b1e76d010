//! A reply on its way out, whole or broken.

use std::{
    convert::Infallible,
    fmt::Write,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use doublure_scenarios::WireFault;
use http::{
    HeaderName, HeaderValue, Response, StatusCode,
    header::{CONTENT_LENGTH, DATE},
};
use hyper::body::{Body, Frame, SizeHint};

use super::inbound::Call;
use crate::{
    Reply, Sent,
    gate::{Fate, Keeper, Shape, Ticket},
    session::{Broken, Core},
};

/// Lets a reply out through the gate. Does not return where the fault leaves nothing to send.
pub(crate) async fn send(
    core: &Core,
    keeper: &Keeper,
    call: Call,
    mut reply: Reply,
) -> Response<AnswerBody> {
    let behind = core.handed_on.take(call.exchange());
    if let (None, Some(broken)) = (&reply.wire, &behind) {
        reply.wire = Some(broken.wire.clone());
    }
    // What somebody else passes on breaks where that one's answer goes out.
    let wire = reply.wire.clone();
    let wire = wire.filter(|_| call.passed_on_in().is_none());
    if let Some(fate) = wire.as_ref().and_then(|wire| breaks(core, keeper, wire)) {
        return broken_off(keeper, call, fate).await;
    }
    let (response, out) = whole(core, call, reply, behind);
    if let Some(WireFault::WrongLength { by }) = wire {
        keeper.shape(Shape::Instead(mislabelled(&response, by)));
    }
    let ticket = keeper.sending(move || out.into_iter().for_each(Sent::tell));
    response.map(|bytes| AnswerBody {
        bytes: Some(bytes).filter(|bytes| !bytes.is_empty()),
        _ticket: ticket,
    })
}

/// The answer of a reply as it is sent where nothing breaks, and what is told once it is out: nothing, where it is
/// handed on with what breaks in it.
pub(crate) fn whole(
    core: &Core,
    call: Call,
    reply: Reply,
    behind: Option<Broken>,
) -> (Response<Bytes>, Option<Sent>) {
    let mut response = reply.response;
    dress(core, &call, &mut response);
    let (seen, exchange) = (core.journal.response(&response), call.exchange());
    let (to, sent) = (call.passed_on_in(), reply.sent);
    let out = Sent::new(move || {
        behind.into_iter().for_each(Broken::tell);
        call.answered(seen);
        sent.into_iter().for_each(Sent::tell);
    });
    match (to, reply.wire) {
        (Some(to), Some(wire)) => {
            core.handed_on.add(to, wire, exchange, out);
            (response, None)
        }
        _ => (response, Some(out)),
    }
}

/// What a fault makes of the bytes that are to come, or of the connection where it leaves nothing to send.
fn breaks(core: &Core, keeper: &Keeper, wire: &WireFault) -> Option<Fate> {
    match wire {
        WireFault::SlowTls | WireFault::WrongLength { .. } => {}
        WireFault::Garbage => keeper.shape(Shape::Instead(Bytes::from_static(GARBAGE))),
        WireFault::Cut { after } => keeper.shape(Shape::cut(*after)),
        WireFault::Drip(drip) => keeper.shape(Shape::drip(core.clock.clone(), drip.clone())),
        // Whoever cannot be reached does not answer on a connection that stands, either.
        WireFault::Silence | WireFault::Unreachable => return Some(Fate::Silent),
        WireFault::Close => return Some(Fate::Close),
        // A connection that stands can no longer be refused: a reset is the nearest.
        WireFault::Reset | WireFault::Refuse | WireFault::Unresolvable => return Some(Fate::Reset),
    }
    None
}

/// An answer as it stands on the wire, but for its length. HTTP itself refuses to write such a thing.
fn mislabelled(response: &Response<Bytes>, by: i64) -> Bytes {
    let body = response.body();
    let length = (body.len() as u64).saturating_add_signed(by);
    let mut raw = format!("HTTP/1.1 {}\r\n", response.status()).into_bytes();
    for (name, value) in response.headers() {
        if name != CONTENT_LENGTH {
            for part in [name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"] {
                raw.extend_from_slice(part);
            }
        }
    }
    raw.extend_from_slice(format!("content-length: {length}\r\n\r\n").as_bytes());
    raw.extend_from_slice(body);
    raw.into()
}

/// Gives an answer what every answer of ours has: date and length, and our mark for foreign callers.
fn dress(core: &Core, call: &Call, response: &mut Response<Bytes>) {
    let length = response.body().len();
    let says_zero = length == 0 && may_say_zero(response.status());
    let headers = response.headers_mut();
    if length > 0 {
        headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
    }
    if !headers.contains_key(DATE) {
        headers.insert(DATE, core.date.at(core.clock.now()));
    }
    // HTTP writes this length after all else: so it is where no HTTP comes in between.
    if says_zero && !headers.contains_key(CONTENT_LENGTH) {
        headers.insert(CONTENT_LENGTH, HeaderValue::from(0));
    }
    if core.marks_answers && call.is_foreign() {
        // A session's name that is no header value leaves the answer unmarked.
        if let Ok(mark) = HeaderValue::try_from(mark(core, call)) {
            headers.insert(MARK, mark);
        }
    }
}

/// The body of an answer; HTTP drops it when it has taken all of it.
pub(crate) struct AnswerBody {
    bytes: Option<Bytes>,
    _ticket: Ticket,
}

impl Body for AnswerBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(self.bytes.take().map(|bytes| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        self.bytes.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.bytes.as_ref().map_or(0, |bytes| bytes.len() as u64))
    }
}

async fn broken_off(keeper: &Keeper, call: Call, fate: Fate) -> Response<AnswerBody> {
    drop(call);
    keeper.order(fate);
    // The order ends the connection, and this with it.
    std::future::pending().await
}

fn mark(core: &Core, call: &Call) -> String {
    let mut mark = format!("session={}; exchange={}", core.name, call.exchange().0);
    let fired = core.fired.of(call.exchange());
    for (place, fault) in fired.iter().enumerate() {
        let before = if place == 0 { "; fault=" } else { "," };
        // Writing to a string does not fail.
        let _ = write!(mark, "{before}{fault}");
    }
    mark
}

fn may_say_zero(status: StatusCode) -> bool {
    !status.is_informational()
        && status != StatusCode::NO_CONTENT
        && status != StatusCode::NOT_MODIFIED
}

/// What a server of another protocol might say.
const GARBAGE: &[u8] = b"220 \x00\x01\x02 ready\r\n";

const MARK: HeaderName = HeaderName::from_static("x-doublure");
