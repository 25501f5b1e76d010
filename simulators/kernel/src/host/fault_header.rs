//! The header by which a caller asks for one fault in one call, where the session allows that.

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};

use crate::{Exchange, Reply, session::Core};

/// Asks the engine for the fault that a request asks for. One that cannot be read is refused by the reply that comes of
/// it, which no gateway would do: whoever wrote it should see that.
pub(super) fn ask(core: &Core, exchange: &Exchange) -> Option<Reply> {
    let read = core.fault_header.as_ref()?;
    let wanted = exchange.request.headers().get(FAULT_HEADER)?;
    let fault = match wanted.to_str() {
        Ok(text) => read(text),
        Err(_) => Err("it holds more than plain letters".to_owned()),
    };
    match fault {
        Ok(fault) => {
            core.engine.ask_in(exchange.id, fault);
            None
        }
        Err(problem) => Some(refusal(&problem)),
    }
}

fn refusal(problem: &str) -> Reply {
    let text = format!("{FAULT_HEADER} asks for no fault: {problem}\n");
    let mut response = Response::new(Bytes::from(text));
    *response.status_mut() = StatusCode::BAD_REQUEST;
    let plain = HeaderValue::from_static("text/plain; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, plain);
    Reply::from(response)
}

/// Its value is a fault as it stands in the list of a scenario file.
const FAULT_HEADER: &str = "x-doublure-fault";
