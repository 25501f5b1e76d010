//! What a provider says: an answer as it stands on its wire, before it is any one's HTTP response.

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Response, StatusCode, header};
use serde_json::Value;

/// A host name that stands in every refusal of every provider, as the real ones let such words slip.
///
/// No answer of a gateway may hold it: `gw.error.provider-words-do-not-leak`.
pub const CANARY: &str = "sirene-bdd-07.interne.example";

/// A provider's answer. Cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Words {
    /// HTTP status.
    pub(crate) status: StatusCode,
    /// Media type as the provider declares it, which is not always what the body is.
    pub(crate) content_type: &'static str,
    /// `Location`, `Retry-After` or `WWW-Authenticate`, where there is one.
    pub(crate) header: Option<(HeaderName, HeaderValue)>,
    /// The body.
    pub(crate) body: Bytes,
}

impl Words {
    /// An answer of any kind.
    pub(crate) fn new(
        status: StatusCode,
        content_type: &'static str,
        body: impl Into<Bytes>,
    ) -> Self {
        Self {
            status,
            content_type,
            header: None,
            body: body.into(),
        }
    }

    /// An answer in JSON.
    pub(crate) fn json(status: StatusCode, body: &Value) -> Self {
        Self::new(status, JSON, body.to_string())
    }

    /// The error page of an application server: what slips out when nobody caught the failure.
    pub(crate) fn page(status: StatusCode, title: &str, trace: &str) -> Self {
        let body = format!(
            "<!DOCTYPE html>\n<html lang=\"fr\"><head><title>{title}</title></head>\
             <body><h1>{title}</h1><pre>{trace}</pre><address>{CANARY}</address></body></html>\n"
        );
        Self::new(status, "text/html;charset=UTF-8", body)
    }

    /// The same with a header more. A value that no header can hold leaves it as it was.
    pub(crate) fn with(mut self, name: HeaderName, value: &str) -> Self {
        self.header = HeaderValue::from_str(value).ok().map(|value| (name, value));
        self
    }
}

impl From<Words> for Response<Bytes> {
    fn from(words: Words) -> Self {
        let mut response = Self::new(words.body);
        *response.status_mut() = words.status;
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static(words.content_type),
        );
        headers.extend(words.header);
        response
    }
}

/// How long a provider in maintenance says that it lasts, as `Retry-After`: a quarter of an hour.
pub(crate) const MAINTENANCE_LEFT: &str = "900";

/// Media type of JSON.
pub(crate) const JSON: &str = "application/json;charset=utf-8";

#[cfg(test)]
impl std::fmt::Display for Words {
    /// As snapshots show it: status, media type, header, body; of a PDF only that it is one.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "{} {}", self.status.as_u16(), self.content_type)?;
        if let Some((name, value)) = &self.header {
            writeln!(f, "{name}: {}", value.to_str().unwrap())?;
        }
        if self.body.starts_with(b"%PDF-") {
            return writeln!(f, "(a PDF)");
        }
        if self.body.starts_with(b"JVBERi") {
            return writeln!(f, "(a PDF in base64)");
        }
        writeln!(f, "{}", String::from_utf8_lossy(&self.body))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_become_a_response_with_status_media_type_and_the_one_header() {
        let words = Words::json(StatusCode::MOVED_PERMANENTLY, &serde_json::json!({"a": 1}))
            .with(header::LOCATION, "/elsewhere");

        let response = Response::from(words);

        assert_eq!(response.status(), 301);
        assert_eq!(response.headers()["content-type"], JSON);
        assert_eq!(response.headers()["location"], "/elsewhere");
        assert_eq!(response.body().as_ref(), b"{\"a\":1}");
    }

    #[test]
    fn a_value_that_no_header_can_hold_is_left_out() {
        let words = Words::new(StatusCode::OK, JSON, "").with(header::LOCATION, "a\nb");

        assert_eq!(words.header, None);
    }
}
