use http::HeaderValue;

use super::*;
use crate::testing::now;

const FORM: &str = "grant_type=client_credentials&client_id=a&client_secret=b";

#[test]
fn a_token_opens_its_calls_until_its_term_and_not_at_it() {
    let logins = Logins::default();
    let headers = bearer(&token(&logins, FORM));

    assert!(
        logins
            .admit(Grant::CLIENT_CREDENTIALS, &headers, now())
            .is_ok()
    );
    assert!(
        logins
            .admit(
                Grant::CLIENT_CREDENTIALS,
                &headers,
                now() + Duration::from_secs(3_599)
            )
            .is_ok()
    );
    assert!(
        logins
            .admit(
                Grant::CLIENT_CREDENTIALS,
                &headers,
                now() + Duration::from_secs(3_600)
            )
            .is_err()
    );
}

#[test]
fn a_token_that_was_not_given_out_opens_nothing() {
    let logins = Logins::default();

    assert!(
        logins
            .admit(Grant::CLIENT_CREDENTIALS, &bearer("1234"), now())
            .is_err()
    );
    assert!(
        logins
            .admit(Grant::CLIENT_CREDENTIALS, &HeaderMap::new(), now())
            .is_err()
    );
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

    assert!(
        logins
            .admit(Grant::CLIENT_CREDENTIALS, &bearer(&first), now())
            .is_err()
    );
    assert!(
        logins
            .admit(Grant::CLIENT_CREDENTIALS, &bearer(&second), now())
            .is_ok()
    );
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

#[test]
fn an_account_has_so_many_calls_a_day_and_another_account_has_its_own() {
    const LIMITED: Grant =
        Grant::json(&["username", "password"], |token| json!({"token": token})).limited_to(2);
    let logins = Logins::default();
    let evening = Moment::from_unix_seconds(1_768_519_800);
    let log_in = |user: &str| {
        let body = json!({"username": user, "password": "b"}).to_string();
        let dice = Dice::new(1, "test");
        let words = logins.answer(LIMITED, "inpi", &dice, evening, &body, &HeaderMap::new());
        let body: Value = serde_json::from_slice(&words.body).unwrap();
        bearer(body["token"].as_str().unwrap())
    };
    let (one, again, other) = (log_in("one"), log_in("one"), log_in("other"));

    let calls = [&one, &again, &one, &other].map(|headers| logins.admit(LIMITED, headers, evening));
    let next_day = logins.admit(LIMITED, &one, evening + Duration::from_secs(2_400));

    assert_eq!(calls, [Ok(()), Ok(()), Err(Symptom::RateLimited), Ok(())]);
    assert_eq!(next_day, Ok(()));
}

#[test]
fn a_token_may_stand_in_a_header_of_its_own_and_tells_its_end() {
    const OWN: Grant =
        Grant::json(&["email"], |token| json!({"token": token})).carried_in("x-access-token");
    let logins = Logins::default();
    let dice = Dice::new(1, "test");
    let words = logins.answer(
        OWN,
        "a",
        &dice,
        now(),
        r#"{"email":"a"}"#,
        &HeaderMap::new(),
    );
    let body: Value = serde_json::from_slice(&words.body).unwrap();
    let token = body["token"].as_str().unwrap();
    let own = HeaderMap::from_iter([(
        http::HeaderName::from_static("x-access-token"),
        HeaderValue::from_str(token).unwrap(),
    )]);

    assert_eq!(logins.admit(OWN, &own, now()), Ok(()));
    assert!(logins.admit(OWN, &bearer(token), now()).is_err());
    assert_eq!(
        end_of(token).as_deref(),
        Some("2026-01-15T11:00:00.000000Z")
    );
    assert_eq!(end_of("abc"), None);
}
