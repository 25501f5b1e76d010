//! A proxy that says in an answer with which token it was asked for.

use bytes::Bytes;
use http::{HeaderValue, Response, header, request::Parts};

/// Where the token of a call stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Echo {
    /// In a header of its own.
    Header,
    /// In the address of a redirect.
    Redirect,
    /// In the detail of an error.
    Error,
    /// In links to documents.
    Link,
}

impl Echo {
    /// Writes the token of what was asked into the answer.
    pub(crate) fn spoil(self, asked: &Parts, answer: &mut Response<Bytes>) {
        let Some(token) = token(asked) else { return };
        match self {
            Self::Header => set(answer, "x-token", format!("Bearer {token}")),
            Self::Redirect => {
                let location = answer.headers().get(header::LOCATION);
                let location = location.and_then(|location| location.to_str().ok());
                if let Some(location) = location {
                    let told = format!("{location}&token={token}");
                    set(answer, "location", told);
                }
            }
            Self::Error => write(answer, r#""detail":""#, &token),
            Self::Link => write(answer, "/siade/", &format!("{token}/")),
        }
    }
}

/// The token of a call, in its header or in its query.
fn token(asked: &Parts) -> Option<String> {
    let shown = asked.headers.get(header::AUTHORIZATION);
    let shown = shown.and_then(|shown| shown.to_str().ok()?.strip_prefix("Bearer "));
    let query = asked.uri.query().unwrap_or_default();
    let named = || {
        query
            .split('&')
            .find_map(|pair| pair.strip_prefix("token="))
    };
    shown.or_else(named).map(str::to_owned)
}

fn set(answer: &mut Response<Bytes>, header: &'static str, value: String) {
    if let Ok(value) = HeaderValue::try_from(value) {
        answer.headers_mut().insert(header, value);
    }
}

/// Writes a token behind each place where the body says this.
fn write(answer: &mut Response<Bytes>, behind: &str, token: &str) {
    if let Ok(text) = std::str::from_utf8(answer.body()) {
        *answer.body_mut() = text.replace(behind, &format!("{behind}{token}")).into();
    }
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    /// An answer to a call, with the token of the call in it.
    fn told(echo: Echo, asked: Request<()>) -> String {
        let answer = Response::builder().header("location", "/v2/1?a=b");
        let body = r#"{"detail":"non","url":"http://g/siade/a.pdf"}"#;
        let mut answer = answer.body(Bytes::from_static(body.as_bytes())).unwrap();
        echo.spoil(&asked.into_parts().0, &mut answer);
        let header = |name| {
            answer
                .headers()
                .get(name)
                .map(|value| value.to_str().unwrap())
        };
        let text = std::str::from_utf8(answer.body()).unwrap();
        format!("{:?} {:?} {text}", header("x-token"), header("location"))
    }

    fn in_header() -> Request<()> {
        let asked = Request::get("/v2/2").header("authorization", "Bearer T");
        asked.body(()).unwrap()
    }

    #[test]
    fn each_writes_the_token_into_one_place() {
        let in_query = Request::get("/v2/2?a=b&token=T").body(()).unwrap();

        assert!(told(Echo::Header, in_header()).starts_with(r#"Some("Bearer T")"#));
        for asked in [in_header(), in_query] {
            assert!(told(Echo::Redirect, asked).contains(r#"Some("/v2/1?a=b&token=T")"#));
        }
        assert!(told(Echo::Error, in_header()).contains(r#""detail":"Tnon""#));
        assert!(told(Echo::Link, in_header()).contains("/siade/T/a.pdf"));
    }

    #[test]
    fn who_shows_no_token_reads_none() {
        let asked = Request::get("/v2/2").body(()).unwrap();

        assert!(told(Echo::Header, asked).starts_with("None"));
    }
}
