//! The log-ins that providers share: OAuth2 by form, and its kin in JSON.
//!
//! `POST /token`, a form, answered with
//! `{"access_token":"…","scope":"…","token_type":"Bearer","expires_in":604800}`
//! or, refused, with `{"error":"invalid_grant","error_description":"…"}` and 400.
//!
//! In JSON ([`Grant::json`]): the credentials are an object, the answer holds a JWT whose `exp` is its end, a refusal is 401.
//! Any credentials that are there are good: a simulator has nothing to protect.

use std::{
    collections::{HashMap, VecDeque},
    sync::Mutex,
    time::Duration,
};

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use doublure_journal::Moment;
use doublure_kernel::{Dice, lock::locked};
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
    /// Name of the header that carries the token; none: it is a bearer.
    carrier: Option<&'static str>,
    /// How many calls for data an account may make in a day, UTC; none: as many as it likes.
    daily_limit: Option<u32>,
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
        carrier: None,
        daily_limit: None,
    };

    /// A known client alone.
    pub(crate) const CLIENT_CREDENTIALS: Self = Self {
        manner: Manner::Form,
        kind: "client_credentials",
        secrets: &["client_id", "client_secret"],
        error: "invalid_client",
        lifetime: Duration::from_secs(3_600),
        carrier: None,
        daily_limit: None,
    };

    /// These members of an object, answered with `answer` around a JWT that lives an hour.
    pub(crate) const fn json(secrets: &'static [&'static str], answer: fn(&str) -> Value) -> Self {
        Self {
            manner: Manner::Json(answer),
            kind: "",
            secrets,
            error: "invalid_credentials",
            lifetime: Duration::from_secs(3_600),
            carrier: None,
            daily_limit: None,
        }
    }

    /// The same with a header that carries the token as it is.
    pub(crate) const fn carried_in(self, header: &'static str) -> Self {
        Self {
            carrier: Some(header),
            ..self
        }
    }

    /// The same with so many calls for data in a day, for each account.
    pub(crate) const fn limited_to(self, calls_a_day: u32) -> Self {
        Self {
            daily_limit: Some(calls_a_day),
            ..self
        }
    }

    /// Who logs in: the first of the secrets that an object holds.
    fn account(&self, body: &str) -> String {
        let object: Value = serde_json::from_str(body).unwrap_or_default();
        let name = self.secrets.first().and_then(|member| object.get(member));
        name.and_then(Value::as_str).unwrap_or_default().to_owned()
    }

    fn carried<'a>(&self, headers: &'a HeaderMap) -> Option<&'a str> {
        match self.carrier {
            Some(name) => headers.get(name)?.to_str().ok(),
            None => bearer_of(headers, "Bearer "),
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
    /// For each account the day of its last call, and its calls of that day.
    spent: HashMap<String, (u64, u32)>,
}

#[derive(Debug)]
struct Token {
    text: String,
    account: String,
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
        let token = self.give(grant, provider, dice, now, grant.account(form));
        Words::json(StatusCode::OK, &grant.granted(&token))
    }

    /// Counts a call for data. What keeps it from being answered: no token that was given out and has not expired, or an
    /// account that has made all its calls of the day.
    pub(crate) fn admit(
        &self,
        grant: Grant,
        headers: &HeaderMap,
        now: Moment,
    ) -> Result<(), Symptom> {
        let mut given = self.lock();
        let text = grant.carried(headers).ok_or(Symptom::CredentialsExpired)?;
        let mut tokens = given.tokens.iter();
        let token = tokens.find(|token| token.text == text && now < token.expires);
        let account = token.ok_or(Symptom::CredentialsExpired)?.account.clone();
        let Some(limit) = grant.daily_limit else {
            return Ok(());
        };
        let today = now.unix_seconds() / DAY.as_secs();
        let spent = given.spent.entry(account).or_default();
        let before = if spent.0 == today { spent.1 } else { 0 };
        if before == limit {
            return Err(Symptom::RateLimited);
        }
        *spent = (today, before + 1);
        Ok(())
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

    fn give(
        &self,
        grant: Grant,
        provider: &str,
        dice: &Dice,
        now: Moment,
        account: String,
    ) -> String {
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
            account,
            expires: now + grant.lifetime,
        });
        text
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Given> {
        locked(&self.0)
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

/// The moment at which a token of [`jwt`] ends, in ISO 8601; none: it is no such token.
pub(crate) fn end_of(token: &str) -> Option<String> {
    let claims = BASE64_URL_SAFE_NO_PAD
        .decode(token.split('.').nth(1)?)
        .ok()?;
    let claims: Value = serde_json::from_slice(&claims).ok()?;
    let end = Moment::from_unix_seconds(claims.get("exp")?.as_u64()?);
    Some(end.to_string())
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

const DAY: Duration = Duration::from_secs(24 * 3_600);

#[cfg(test)]
mod tests;
