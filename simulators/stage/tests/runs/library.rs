//! Scenarios of the library, played.

use std::time::Duration;

use doublure_control::NewSession;
use doublure_journal::{Entry, Event, EventKind, Filter, Hop};
use doublure_scenarios::library;

use crate::{
    caller::{Answer, Caller},
    house::{House, PATIENCE, company, extract, manual, siren, tax, vigilance},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn flapping_refuses_every_second_call() {
    let house = playing("flapping").await;

    let seen = statuses(&house, 4).await;

    assert_eq!(seen, [200, 503, 200, 503]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn recovery_refuses_the_first_three_calls_and_none_after() {
    let house = playing("recovery").await;

    let seen = statuses(&house, 5).await;

    assert_eq!(seen, [503, 503, 503, 200, 200]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_maintenance_window_opens_and_closes_with_the_clock() {
    let house = playing("maintenance-window").await;
    let mut seen = vec![house.get(&tax("all-in-order")).await.status];

    // The clock starts at eleven in the morning in Paris: fourteen hours on it is one at night.
    house.advance(14 * HOUR).await;
    seen.push(house.get(&tax("all-in-order")).await.status);
    house.advance(HOUR).await;
    seen.push(house.get(&tax("all-in-order")).await.status);

    assert_eq!(seen, [200, 503, 200]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_brownout_refuses_some_calls_and_holds_others_up() {
    let house = playing("brownout").await;

    let seen = at_once(&house, 60, 9 * SECOND).await;

    let refused = fired(&house, "some-are-refused").await;
    assert!((1..20).contains(&refused), "{refused} refused");
    assert!((10..40).contains(&fired(&house, "many-are-slow").await));
    assert_eq!(
        seen.iter().filter(|status| **status == 503).count(),
        refused
    );
    assert_eq!(
        seen.iter().filter(|status| **status == 200).count(),
        60 - refused
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_wrong_length_leaves_the_caller_with_less_than_was_sent() {
    let whole = House::documented()
        .await
        .get(&company("all-in-order"))
        .await;
    let house = playing("wrong-length").await;

    let answer = house.get(&company("all-in-order")).await;

    assert_eq!(answer.status, 200);
    assert!(serde_json::from_slice::<serde_json::Value>(&answer.body).is_err());
    assert_eq!(answer.body.len() + 20, whole.body.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn refusals_of_the_library_are_worded_as_the_gateway_words_them() {
    let undisclosed = playing("undisclosed-451").await;
    let conflict = playing("conflict-409").await;
    let faithful = House::documented().await;

    let played = undisclosed.get(&company("all-in-order")).await;
    let office = undisclosed.get(OFFICE).await;
    let other = undisclosed.get(&extract("all-in-order")).await;
    let real = faithful.get(&company("never-diffusible")).await;
    let refused = conflict.get(&company("all-in-order")).await;

    assert_eq!(played.json(), real.json());
    assert_eq!((played.status, office.status, real.status), (451, 451, 451));
    assert_eq!(other.status, 200);
    assert_eq!(
        (refused.status, refused.code()),
        (409, Some("00015".into()))
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn on_a_realistic_day_most_calls_go_well_and_all_take_their_time() {
    let house = playing("realistic").await;

    let seen = at_once(&house, 200, 10 * SECOND).await;

    let well = seen.iter().filter(|status| **status == 200).count();
    assert!((180..200).contains(&well), "{well} went well");
    // Those that went well waited first.
    assert!(fired(&house, "insee-takes-its-time").await >= well);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_is_pedantic_is_right_all_the_same() {
    let house = playing("pedantic").await;

    let seen = at_once(&house, 60, SECOND).await;

    let count = |wanted| seen.iter().filter(|status| **status == wanted).count();
    assert!((45..60).contains(&count(200)), "{} went well", count(200));
    assert_eq!(count(200) + count(409) + count(502), 60);
    for name in [
        "knows-more",
        "has-no-value",
        "another-kind-of-json",
        "comes-in-pieces",
    ] {
        assert!(fired(&house, name).await > 0, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_exhausted_quota_is_told_with_when_to_come_back_and_comes_back() {
    let house = made_with("quota-exhausted").await;

    let seen = statuses(&house, 3).await;
    let refused = house.get(&company("all-in-order")).await;
    house.advance(60 * SECOND).await;
    let later = house.get(&company("all-in-order")).await;

    assert_eq!(seen, [200, 429, 429]);
    assert_eq!(refused.header("retry-after"), Some("60"));
    assert_eq!(later.status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_ban_by_volume_begins_after_the_twentieth_call_and_ends() {
    let house = made_with("ban-by-volume").await;

    let seen = statuses(&house, 20).await;
    let banned = house
        .call_or_silence(Caller::LOCAL, &company("all-in-order"))
        .await;
    house.advance(10 * 60 * SECOND).await;
    let later = house.get(&company("all-in-order")).await;

    assert_eq!(seen, [200; 20]);
    assert!(banned.is_none());
    assert_eq!(later.status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_ban_by_ignored_429_begins_when_refusals_are_not_heeded() {
    let house = made_with("ban-by-ignored-429").await;

    let seen = statuses(&house, 4).await;
    let mut ignored = 0;
    while house
        .call_or_silence(Caller::LOCAL, &company("all-in-order"))
        .await
        .is_some()
    {
        ignored += 1;
        assert!(ignored < 10, "no ban");
    }

    assert_eq!(seen, [200, 200, 200, 429]);
    assert!((2..=3).contains(&ignored), "{ignored}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_pending_account_has_the_code_of_its_own() {
    let house = playing("acoss-pending").await;

    let answer = house.get(&vigilance("all-in-order")).await;

    assert_eq!((answer.status, answer.code()), (502, Some("04502".into())));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_expired_document_is_none_and_asking_again_brings_another_link() {
    let house = made_with("expired-document").await;
    let link = |answer: &Answer| {
        answer.json()["data"]["document_url"]
            .as_str()
            .unwrap()
            .to_owned()
    };

    let first = link(&house.get(&vigilance("all-in-order")).await);
    house.advance(SECOND).await;
    let gone = Caller::LOCAL.get(&first, None).await;
    let second = link(&house.get(&vigilance("all-in-order")).await);

    assert!(!gone.body.starts_with(b"%PDF-"));
    assert_ne!((gone.status, &first), (200, &second));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_token_expires_in_the_middle_and_says_so_as_the_gateway_does() {
    let house = playing("token-expiring").await;
    let faithful = House::documented().await;

    let seen = statuses(&house, 7).await;
    let played = house.get(&company("all-in-order")).await;
    let real = faithful.get_as(&company("all-in-order"), "expired").await;

    assert_eq!(seen, [200, 200, 200, 200, 200, 401, 401]);
    assert_eq!(played.json(), real.json());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn who_asks_for_a_merged_company_gets_the_one_that_it_was_merged_into() {
    let house = playing("insee-merged").await;

    let answer = house.get("/v3/insee/sirene/unites_legales/418166096").await;

    assert_eq!(answer.status, 200);
    assert_eq!(answer.json()["data"]["siren"], "130025265");
    assert_eq!(answer.json()["meta"]["redirect_from_siren"], "418166096");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_document_over_two_hops_is_slow_or_lost_at_the_second() {
    let house = playing("two-hop-document").await;
    let token = house.doublure.token("standard");
    let company = siren("all-in-order");
    let path = format!("/v3/inpi/rne/unites_legales/open_data/{company}/actes_bilans");

    let list = house.get(&path).await.json();
    let first = |kind: &str| list["data"][kind][0]["url"].as_str().unwrap().to_owned();
    let hop = async |url: String| {
        let answer = Caller::LOCAL.get(&url, Some(token)).await;
        answer.json()["data"]["document_url"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let (deed, accounts) = (hop(first("actes")).await, hop(first("bilans")).await);
    let lost = Caller::LOCAL.get(&accounts, None).await;
    let slow = tokio::spawn(async move { Caller::LOCAL.get(&deed, None).await });
    house.advance_past(1, 8 * SECOND).await;
    let slow = slow.await.unwrap();

    assert_eq!((lost.status, lost.code()), (502, Some("00603".into())));
    assert_eq!(slow.status, 200);
    assert!(slow.body.starts_with(b"%PDF-"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_running_session_takes_no_scenario_with_other_numbers() {
    let house = House::documented().await;
    let made = made_with("quota-exhausted").await;
    let text = library::find("quota-exhausted").unwrap().text;

    let refused = house
        .doublure
        .session()
        .set_scenario(text)
        .await
        .unwrap_err();
    let again = made.doublure.session().set_scenario(text).await;

    assert!(refused.to_string().contains("--scenario"), "{refused}");
    assert!(again.is_ok());
}

/// A session that was made with a scenario of the library.
async fn made_with(name: &str) -> House {
    House::with(NewSession {
        scenario: Some(name.to_owned()),
        ..manual()
    })
    .await
}

async fn playing(name: &str) -> House {
    let house = House::documented().await;
    house.play(library::find(name).unwrap().text).await;
    house
}

/// What came of so many calls, one after the other.
async fn statuses(house: &House, calls: usize) -> Vec<u16> {
    let mut seen = Vec::new();
    for _ in 0..calls {
        seen.push(house.get(&company("all-in-order")).await.status);
    }
    seen
}

/// What came of so many calls at once, after so much time.
async fn at_once(house: &House, calls: usize, passes: Duration) -> Vec<u16> {
    let (url, token) = (
        house.url(&company("all-in-order")),
        house.doublure.token("standard"),
    );
    let calls: Vec<_> = (0..calls)
        .map(|nth| {
            // The same call twice at once would be refused by the gateway.
            let (url, token) = (format!("{url}&nth={nth}"), token.to_owned());
            tokio::spawn(async move { Caller::LOCAL.get(&url, Some(&token)).await.status })
        })
        .collect();
    let got = Filter {
        event: Some(EventKind::RequestGot),
        hop: Some(Hop::Client),
        ..Filter::default()
    };
    let session = house.doublure.session();
    session.wait_for(&got, calls.len(), PATIENCE).await.unwrap();
    house.advance(passes).await;
    let mut seen = Vec::new();
    for call in calls {
        seen.push(call.await.unwrap());
    }
    seen
}

/// How often a fault fired.
async fn fired(house: &House, fault: &str) -> usize {
    let journal = house.journal().await;
    let of_it = |entry: &&Entry| matches!(&entry.event, Event::FaultFired { fault: name, .. } if name == fault);
    journal.iter().filter(of_it).count()
}

/// Path of an establishment of the official sample.
const OFFICE: &str = "/v3/insee/sirene/etablissements/41816609600069";
const SECOND: Duration = Duration::from_secs(1);
const HOUR: Duration = Duration::from_secs(3_600);
