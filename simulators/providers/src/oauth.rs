//! The log-ins that providers share: OAuth2 by form, and its kin in JSON.
//!
//! `POST /token`, a form, answered with
//! `{"access_token":"…","scope":"…","token_type":"Bearer","expires_in":604800}`
//! or, refused, with `{"error":"invalid_grant","error_description":"…"}` and 400.
//!
//! In JSON ([`Grant::json`]): the credentials are an object, the answer holds a JWT whose `exp` is its end, a refusal is 401.
//! Any credentials that are there are good: a simulator has nothing to protect.

use std::{collections::VecDeque, sync::Mutex, time::Duration};

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use doublure_journal::Moment;
use doublure_kernel::Dice;
use doublure_scenarios::Symptom;
use http::{HeaderMap, StatusCode, header};
use serde_json::{Value, json};

use crate::{
    form,
    words::{CANARY, JSON, MAINTENANCE_LEFT, Words},
};

/// How one logs in at a provider.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Grant {
    /// How it is written.
    manner: Manner,
    /// `grant_type` it wants.
    pub(crate) kind: &'static str,
    /// Fields that must not be empty.
    pub(crate) secrets: &'static [&'static str],
    /// What a refusal is called.
    pub(crate) error: &'static str,
    /// How long a token opens its calls.
    pub(crate) lifetime: Duration,
}

/// How a log-in is written.
#[derive(Clone, Copy, Debug)]
enum Manner {
    /// A form, answered as RFC 6749 has it.
    Form,
    /// An object, answered with a record that this puts around a JWT.
    Json(fn(&str) -> Value),
}

impl Grant {
    /// The password of a user of a known client.
    pub(crate) const PASSWORD: Self = Self {
        manner: Manner::Form,
        kind: "password",
        secrets: &["client_id", "client_secret", "username", "password"],
        error: "invalid_grant",
        lifetime: Duration::from_secs(7 * 24 * 3_600),
    };

    /// A known client alone.
    pub(crate) const CLIENT_CREDENTIALS: Self = Self {
        manner: Manner::Form,
        kind: "client_credentials",
        secrets: &["client_id", "client_secret"],
        error: "invalid_client",
        lifetime: Duration::from_secs(3_600),
    };

    /// These members of an object, answered with `answer` around a JWT that lives an hour.
    pub(crate) const fn json(secrets: &'static [&'static str], answer: fn(&str) -> Value) -> Self {
        Self {
            manner: Manner::Json(answer),
            kind: "",
            secrets,
            error: "invalid_credentials",
            lifetime: Duration::from_secs(3_600),
        }
    }

    fn accepts(&self, body: &str, headers: &HeaderMap) -> Result<(), &'static str> {
        match self.manner {
            Manner::Form => self.accepts_form(body, headers),
            Manner::Json(_) => self.accepts_object(body),
        }
    }

    fn accepts_form(&self, form: &str, headers: &HeaderMap) -> Result<(), &'static str> {
        if form::value(form, "grant_type").is_none_or(|kind| kind != self.kind) {
            return Err("unsupported_grant_type");
        }
        // RFC 6749 2.3.1: a client may name itself in the header instead of the form.
        let basic = bearer_of(headers, "Basic ").is_some();
        let given = |field: &&str| {
            (basic && field.starts_with("client_")) || form::value(form, field).is_some()
        };
        if self.secrets.iter().all(given) {
            return Ok(());
        }
        Err(self.error)
    }

    fn accepts_object(&self, body: &str) -> Result<(), &'static str> {
        let object: Value = serde_json::from_str(body).unwrap_or_default();
        let given = |member: &&str| {
            let value = object.get(member).and_then(Value::as_str);
            value.is_some_and(|value| !value.is_empty())
        };
        if self.secrets.iter().all(given) {
            return Ok(());
        }
        Err(self.error)
    }

    fn status_of_refusal(&self) -> StatusCode {
        match self.manner {
            Manner::Form => StatusCode::BAD_REQUEST,
            Manner::Json(_) => StatusCode::UNAUTHORIZED,
        }
    }

    /// A token with these bits, given out now.
    fn token(&self, bits: String, now: Moment) -> String {
        match self.manner {
            Manner::Form => bits,
            Manner::Json(_) => jwt(&bits, now, self.lifetime),
        }
    }

    fn granted(&self, token: &str) -> Value {
        match self.manner {
            Manner::Json(answer) => answer(token),
            Manner::Form => json!({
                "access_token": token,
                "scope": "am_application_scope default",
                "token_type": "Bearer",
                "expires_in": self.lifetime.as_secs(),
            }),
        }
    }
}

/// The tokens a provider gave out in a session.
#[derive(Debug, Default)]
pub(crate) struct Logins(Mutex<Given>);

#[derive(Debug, Default)]
struct Given {
    ordinal: u64,
    tokens: VecDeque<Token>,
}

#[derive(Debug)]
struct Token {
    text: String,
    expires: Moment,
}

impl Logins {
    /// Answers a log-in.
    pub(crate) fn answer(
        &self,
        grant: Grant,
        provider: &str,
        dice: &Dice,
        now: Moment,
        form: &str,
        headers: &HeaderMap,
    ) -> Words {
        if let Err(error) = grant.accepts(form, headers) {
            return refusal(grant.status_of_refusal(), error);
        }
        let token = self.give(grant, provider, dice, now);
        Words::json(StatusCode::OK, &grant.granted(&token))
    }

    /// Whether a request carries a token that was given out and has not expired.
    pub(crate) fn accepts(&self, headers: &HeaderMap, now: Moment) -> bool {
        bearer_of(headers, "Bearer ").is_some_and(|bearer| {
            let given = self.lock();
            given
                .tokens
                .iter()
                .any(|token| token.text == bearer && now < token.expires)
        })
    }

    /// How many of those that were given out have not expired.
    pub(crate) fn good(&self, now: Moment) -> usize {
        let given = self.lock();
        let good = given.tokens.iter().filter(|token| now < token.expires);
        good.count()
    }

    /// None of those that were given out opens anything any more.
    pub(crate) fn forget(&self) {
        self.lock().tokens.clear();
    }

    fn give(&self, grant: Grant, provider: &str, dice: &Dice, now: Moment) -> String {
        let mut given = self.lock();
        let purpose = format!("{provider} login");
        let bits = format!(
            "{:016x}{:016x}",
            dice.bits(&purpose, 2 * given.ordinal),
            dice.bits(&purpose, 2 * given.ordinal + 1)
        );
        let text = grant.token(bits, now);
        given.ordinal += 1;
        if given.tokens.len() == CAPACITY {
            given.tokens.pop_front();
        }
        given.tokens.push_back(Token {
            text: text.clone(),
            expires: now + grant.lifetime,
        });
        text
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Given> {
        self.0
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// What a log-in says when the provider suffers; none: it has no words for that.
pub(crate) fn refuse(grant: Grant, symptom: Symptom) -> Option<Words> {
    match symptom {
        Symptom::Unavailable => Some(refusal(
            StatusCode::SERVICE_UNAVAILABLE,
            "temporarily_unavailable",
        )),
        Symptom::Maintenance => Some(
            refusal(StatusCode::SERVICE_UNAVAILABLE, "temporarily_unavailable")
                .with(header::RETRY_AFTER, MAINTENANCE_LEFT),
        ),
        Symptom::InternalError => Some(Words::page(
            StatusCode::INTERNAL_SERVER_ERROR,
            "Erreur interne",
            &format!("javax.naming.CommunicationException: {CANARY}:636 [Connection timed out]"),
        )),
        Symptom::RateLimited => {
            Some(refusal(StatusCode::TOO_MANY_REQUESTS, "slow_down").with(header::RETRY_AFTER, "1"))
        }
        Symptom::CredentialsExpired => Some(refusal(grant.status_of_refusal(), grant.error)),
        Symptom::NotFound | Symptom::UnderAnalysis | Symptom::Partial | Symptom::BadFile(_) => None,
    }
}

/// What a call for data says without a valid token, as RFC 6750 has it.
pub(crate) fn invalid_token() -> Words {
    refusal(StatusCode::UNAUTHORIZED, "invalid_token")
        .with(header::WWW_AUTHENTICATE, "Bearer error=\"invalid_token\"")
}

fn refusal(status: StatusCode, error: &str) -> Words {
    let body = json!({
        "error": error,
        "error_description": format!("Demande rejetée par {CANARY}"),
    });
    Words::new(status, JSON, body.to_string())
}

/// A JWT as those who check none write it: the bits stand where the signature would.
fn jwt(bits: &str, now: Moment, lifetime: Duration) -> String {
    let part = |content: Value| BASE64_URL_SAFE_NO_PAD.encode(content.to_string());
    let claims = json!({
        "iat": now.unix_seconds(),
        "exp": (now + lifetime).unix_seconds(),
    });
    let head = json!({"typ": "JWT", "alg": "RS256"});
    format!("{}.{}.{bits}", part(head), part(claims))
}

fn bearer_of<'a>(headers: &'a HeaderMap, scheme: &str) -> Option<&'a str> {
    headers
        .get(header::AUTHORIZATION)?
        .to_str()
        .ok()?
        .strip_prefix(scheme)
}

/// Tokens kept; a gateway needs one.
const CAPACITY: usize = 64;

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;
    use crate::testing::now;

    const FORM: &str = "grant_type=client_credentials&client_id=a&client_secret=b";

    #[test]
    fn a_token_opens_its_calls_until_its_term_and_not_at_it() {
        let logins = Logins::default();
        let headers = bearer(&token(&logins, FORM));

        assert!(logins.accepts(&headers, now()));
        assert!(logins.accepts(&headers, now() + Duration::from_secs(3_599)));
        assert!(!logins.accepts(&headers, now() + Duration::from_secs(3_600)));
    }

    #[test]
    fn a_token_that_was_not_given_out_opens_nothing() {
        let logins = Logins::default();

        assert!(!logins.accepts(&bearer("1234"), now()));
        assert!(!logins.accepts(&HeaderMap::new(), now()));
    }

    #[test]
    fn tokens_differ_and_are_the_same_for_the_same_seed() {
        let (one, other) = (Logins::default(), Logins::default());

        let tokens = [token(&one, FORM), token(&one, FORM)];

        assert_ne!(tokens[0], tokens[1]);
        assert_eq!(tokens, [token(&other, FORM), token(&other, FORM)]);
    }

    #[test]
    fn a_wrong_form_is_refused_with_the_error_of_its_kind() {
        let refused = |grant: Grant, form| grant.accepts(form, &HeaderMap::new()).unwrap_err();

        assert_eq!(
            refused(Grant::CLIENT_CREDENTIALS, "grant_type=password"),
            "unsupported_grant_type"
        );
        assert_eq!(
            refused(
                Grant::CLIENT_CREDENTIALS,
                "grant_type=client_credentials&client_id=a"
            ),
            "invalid_client"
        );
        assert_eq!(
            refused(
                Grant::PASSWORD,
                "grant_type=password&client_id=a&client_secret=b&username=c&password="
            ),
            "invalid_grant"
        );
    }

    #[test]
    fn a_client_may_name_itself_in_the_header() {
        let mut headers = HeaderMap::new();
        headers.insert(
            header::AUTHORIZATION,
            HeaderValue::from_static("Basic YTpi"),
        );

        let accepted = Grant::CLIENT_CREDENTIALS.accepts("grant_type=client_credentials", &headers);

        assert_eq!(accepted, Ok(()));
    }

    #[test]
    fn a_log_in_by_json_is_answered_with_a_jwt_that_tells_its_end() {
        let grant = Grant::json(&["username", "password"], |token| json!({"token": token}));
        let log_in = |body| {
            let (dice, headers) = (Dice::new(1, "test"), HeaderMap::new());
            Logins::default().answer(grant, "qualifelec", &dice, now(), body, &headers)
        };

        let granted = log_in(r#"{"username":"a","password":"b"}"#);
        let refused = log_in(r#"{"username":"a","password":""}"#);

        let body: Value = serde_json::from_slice(&granted.body).unwrap();
        let claims = body["token"].as_str().unwrap().split('.').nth(1).unwrap();
        let claims = BASE64_URL_SAFE_NO_PAD.decode(claims).unwrap();
        let claims: Value = serde_json::from_slice(&claims).unwrap();
        assert_eq!(claims["exp"], now().unix_seconds() + 3_600);
        assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
    }

    #[test]
    fn only_so_many_tokens_are_kept_and_the_oldest_goes_first() {
        let logins = Logins::default();

        let first = token(&logins, FORM);
        let second = token(&logins, FORM);
        for _ in 1..CAPACITY {
            token(&logins, FORM);
        }

        assert!(!logins.accepts(&bearer(&first), now()));
        assert!(logins.accepts(&bearer(&second), now()));
    }

    fn token(logins: &Logins, form: &str) -> String {
        let dice = Dice::new(1, "test");
        let headers = HeaderMap::new();
        let grant = Grant::CLIENT_CREDENTIALS;
        let words = logins.answer(grant, "urssaf", &dice, now(), form, &headers);
        let body: serde_json::Value = serde_json::from_slice(&words.body).unwrap();
        body["access_token"].as_str().unwrap().to_owned()
    }

    fn bearer(token: &str) -> HeaderMap {
        let value = HeaderValue::from_str(&format!("Bearer {token}")).unwrap();
        HeaderMap::from_iter([(header::AUTHORIZATION, value)])
    }
}
