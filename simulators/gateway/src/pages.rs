//! Pages that stand beside the operations, open to all: what they say is no business of the gateway's.

use std::{future::Future, pin::Pin};

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};

use crate::call;

/// Pages by their paths.
pub trait Pages: Send + Sync {
    /// Whether there is one of this path. Must be cheap: every call is asked about.
    fn has(&self, path: &str) -> bool;

    /// Makes one that there is. `base` is how the caller reached us: scheme and host.
    fn make(&self, path: &str, base: &str) -> MakingPage;
}

/// A page on its way.
pub type MakingPage = Pin<Box<dyn Future<Output = Page> + Send>>;

/// A page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Media type.
    pub media: &'static str,
    /// Its content.
    pub body: Bytes,
    /// Whether a script of any origin may read it (facts 22).
    pub any_origin: bool,
}

impl Page {
    /// As it is answered.
    pub(crate) fn answered(self) -> Response<Bytes> {
        let mut response = call::answer(StatusCode::OK, self.media, self.body);
        if self.any_origin {
            let headers = response.headers_mut();
            let any = HeaderValue::from_static("*");
            headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, any);
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_tells_whether_other_origins_may_read_it() {
        let page = |any_origin| Page {
            media: "text/html",
            body: Bytes::from_static(b"<p>"),
            any_origin,
        };
        let allowed = |page: Page| {
            let answer = page.answered();
            answer.headers().get("access-control-allow-origin").cloned()
        };

        assert_eq!(allowed(page(false)), None);
        assert_eq!(allowed(page(true)).unwrap(), "*");
    }
}
