//! Log-ins at a provider: one for all callers, kept until it expires.

use std::{sync::Arc, time::Duration};

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use bytes::Bytes;
use doublure_journal::Moment;
use http::{HeaderValue, Method, Response, StatusCode, header};
use serde::Deserialize;
use serde_json::Value;
use tokio::sync::Mutex;

use crate::{
    sources::{Way, request},
    trouble::{Class, Trouble},
};

/// How one logs in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Grant {
    /// Host and id of the provider.
    pub(crate) host: &'static str,
    /// Path of the log-in.
    pub(crate) path: &'static str,
    /// Media type of what is sent.
    pub(crate) media: &'static str,
    /// What is sent.
    pub(crate) body: &'static str,
    /// What lets us in, and for how long; none: it says nothing of the kind.
    pub(crate) read: fn(&[u8]) -> Option<(String, Duration)>,
    /// What is sent for a second account, while the first one is refused.
    pub(crate) spare: Option<&'static str>,
    /// What it means that every account is refused.
    pub(crate) refused: Class,
    /// Name of the header that carries what lets us in; none: it is a bearer.
    pub(crate) carrier: Option<&'static str>,
}

/// What one provider let us in with.
///
/// The lock is held while a log-in runs, so that callers who come meanwhile share it. A caller whose
/// deadline passes lets go of it, and the next one tries.
#[derive(Debug, Default)]
pub(crate) struct Logins(Mutex<Option<Login>>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Login {
    bearer: Arc<str>,
    until: Moment,
}

#[derive(Deserialize)]
struct Granted {
    access_token: String,
    expires_in: u64,
}

impl Grant {
    /// OAuth2: a form, answered with a token and its seconds.
    pub(crate) const fn oauth2(host: &'static str, form: &'static str) -> Self {
        Self {
            host,
            path: "/token",
            media: "application/x-www-form-urlencoded",
            body: form,
            read: |body| {
                let granted: Granted = serde_json::from_slice(body).ok()?;
                let life = Duration::from_secs(granted.expires_in);
                Some((granted.access_token, life))
            },
            spare: None,
            refused: Class::Passing,
            carrier: None,
        }
    }

    /// An object, answered with a record that `read` reads.
    pub(crate) const fn json(
        host: &'static str,
        path: &'static str,
        object: &'static str,
        read: fn(&[u8]) -> Option<(String, Duration)>,
    ) -> Self {
        Self {
            path,
            media: "application/json",
            read,
            ..Self::oauth2(host, object)
        }
    }

    /// The header that carries what lets us in.
    pub(crate) fn pass(&self, bearer: &str) -> (&'static str, String) {
        self.carrier.map_or_else(
            || ("authorization", format!("Bearer {bearer}")),
            |name| (name, bearer.to_owned()),
        )
    }
}

/// How long a JWT lives, from when it was made to its end; none: it tells no such times.
pub(crate) fn life_of_jwt(token: &str) -> Option<Duration> {
    let claims = BASE64_URL_SAFE_NO_PAD
        .decode(token.split('.').nth(1)?)
        .ok()?;
    let claims: Value = serde_json::from_slice(&claims).ok()?;
    let second = |name| claims.get(name).and_then(Value::as_u64);
    let life = second("exp")?.checked_sub(second("iat")?)?;
    Some(Duration::from_secs(life))
}

impl Logins {
    /// A bearer that has not expired.
    pub(crate) async fn current(&self, way: &Way<'_>, grant: Grant) -> Result<Arc<str>, Trouble> {
        let mut kept = self.0.lock().await;
        let now = way.session.clock().now();
        if let Some(login) = kept.as_ref().filter(|login| now < login.until) {
            return Ok(Arc::clone(&login.bearer));
        }
        let login = Box::pin(log_in(way, grant)).await?;
        Ok(Arc::clone(&kept.insert(login).bearer))
    }

    /// A bearer that is not the one that was refused.
    pub(crate) async fn renewed(
        &self,
        way: &Way<'_>,
        grant: Grant,
        refused: &str,
    ) -> Result<Arc<str>, Trouble> {
        let mut kept = self.0.lock().await;
        // Another caller may have renewed it while this one waited.
        if kept.as_ref().is_some_and(|login| &*login.bearer == refused) {
            *kept = None;
        }
        drop(kept);
        self.current(way, grant).await
    }
}

/// Tries one account after the other, while they are refused.
async fn log_in(way: &Way<'_>, grant: Grant) -> Result<Login, Trouble> {
    let first = log_in_with(way, grant, grant.body).await;
    match (grant.spare, &first) {
        (Some(spare), Err(trouble)) if trouble.class == grant.refused => {
            log_in_with(way, grant, spare).await
        }
        _ => first,
    }
}

async fn log_in_with(way: &Way<'_>, grant: Grant, body: &'static str) -> Result<Login, Trouble> {
    let media = HeaderValue::from_static(grant.media);
    let request = request(Method::POST, grant.host, grant.path)
        .header(header::CONTENT_TYPE, media)
        .body(Bytes::from_static(body.as_bytes()))
        .map_err(|_| Class::Unknown)?;
    let answer = way.exchange("login", None, request).await?;
    read(grant, &answer, way.session.clock().now())
}

fn read(grant: Grant, answer: &Response<Bytes>, now: Moment) -> Result<Login, Trouble> {
    match answer.status() {
        StatusCode::OK => {
            let (bearer, life) = (grant.read)(answer.body())
                .ok_or_else(|| Trouble::said(Class::Unknown, answer.body()))?;
            Ok(Login {
                bearer: bearer.into(),
                until: now + life,
            })
        }
        StatusCode::BAD_REQUEST | StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
            Err(Trouble::said(grant.refused, answer.body()))
        }
        status => Err(Trouble::of_status(status, answer.body())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GRANT: Grant = Grant::oauth2("insee", "grant_type=password");
    const NOW: Moment = Moment::from_unix_seconds(1_768_471_200);

    fn answer(status: u16, body: &'static str) -> Response<Bytes> {
        let body = Bytes::from_static(body.as_bytes());
        Response::builder().status(status).body(body).unwrap()
    }

    #[test]
    fn a_log_in_is_kept_for_as_long_as_the_provider_says() {
        let granted = answer(200, r#"{"access_token":"abc","expires_in":3600}"#);

        let login = read(GRANT, &granted, NOW).unwrap();

        assert_eq!(&*login.bearer, "abc");
        assert_eq!(login.until, NOW + Duration::from_secs(3_600));
    }

    #[test]
    fn credentials_that_are_refused_are_a_passing_trouble_and_the_rest_is_what_its_status_says() {
        let class = |status, body| read(GRANT, &answer(status, body), NOW).unwrap_err().class;

        assert_eq!(class(400, r#"{"error":"invalid_grant"}"#), Class::Passing);
        assert_eq!(class(503, ""), Class::Unavailable);
        assert_eq!(class(429, ""), Class::RateLimited);
        assert_eq!(class(200, "<html>"), Class::Unknown);
    }

    #[test]
    fn a_jwt_lives_from_when_it_was_made_to_its_end() {
        let token = |claims: &str| format!("e30.{}.x", BASE64_URL_SAFE_NO_PAD.encode(claims));

        let life = life_of_jwt(&token(r#"{"iat":1768471200,"exp":1768474800}"#));

        assert_eq!(life, Some(Duration::from_secs(3_600)));
        assert_eq!(life_of_jwt(&token(r#"{"iat":2,"exp":1}"#)), None);
        assert_eq!(life_of_jwt(&token("{}")), None);
        assert_eq!(life_of_jwt("abc"), None);
    }

    #[test]
    fn what_lets_us_in_is_a_bearer_or_stands_in_a_header_of_its_own() {
        let own = Grant {
            carrier: Some("x-access-token"),
            ..GRANT
        };

        assert_eq!(
            GRANT.pass("abc"),
            ("authorization", "Bearer abc".to_owned())
        );
        assert_eq!(own.pass("abc"), ("x-access-token", "abc".to_owned()));
    }
}
