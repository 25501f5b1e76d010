//! Tokens, providers and what the journal tells of commands.

use doublure_control::{ControlError, JournalQuery, NewFault, NewToken};
use doublure_journal::{Event, EventKind, Filter};

use crate::{
    caller::Caller,
    house::{House, company},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_token_is_revoked_from_the_next_call_on_and_the_list_says_so() {
    let house = House::documented().await;
    let session = house.doublure.session();
    let minted = session.mint(&NewToken::default()).await.unwrap();
    let url = house.url(&company("all-in-order"));
    assert_eq!(
        Caller::LOCAL.get(&url, Some(&minted.token)).await.status,
        200
    );

    session.revoke(&minted.name).await.unwrap();
    session.revoke("second").await.unwrap();
    let refused = Caller::LOCAL.get(&url, Some(&minted.token)).await;
    let second = house.get_as(&company("all-in-order"), "second").await;
    let standard = house.get(&company("all-in-order")).await;

    assert_eq!(
        [refused.code(), second.code(), standard.code()],
        [Some("00105".to_owned()), Some("00105".to_owned()), None]
    );
    let listed = session.tokens().await.unwrap();
    let revoked: Vec<_> = listed
        .iter()
        .filter(|token| token.revoked)
        .map(|token| token.name.as_str())
        .collect();
    assert_eq!(revoked, ["second", "revoked", "minted-1"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_token_that_is_not_there_or_not_ours_is_not_revoked() {
    let house = House::documented().await;

    for (name, status, says) in [
        ("secnd", 404, "`second`"),
        ("forged", 409, "not signed here"),
    ] {
        let refused = house.doublure.session().revoke(name).await.unwrap_err();

        let ControlError::Refused {
            status: told,
            problem,
        } = refused
        else {
            panic!("{refused}");
        };
        assert_eq!(told, status);
        assert!(problem.problem.contains(says), "{problem}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_fresh_token_has_the_limit_and_the_address_that_were_asked_for() {
    let house = House::documented().await;
    let bound = NewToken {
        quota_limit: Some(7),
        allowed_addresses: Some(vec![[127, 0, 0, 2].into()]),
        ..NewToken::default()
    };
    let url = house.url(&company("all-in-order"));

    let minted = house.doublure.session().mint(&bound).await.unwrap();
    let here = Caller::LOCAL.get(&url, Some(&minted.token)).await;
    let there = Caller::NEIGHBOUR.get(&url, Some(&minted.token)).await;

    assert_eq!((here.status, here.code()), (403, Some("00107".into())));
    assert_eq!((there.status, there.number("RateLimit-Limit")), (200, 7));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_provider_that_forgets_lets_the_gateway_log_in_again_unseen() {
    let house = House::documented().await;
    let session = house.doublure.session();
    let path = company("all-in-order");
    let memory = |views: Vec<doublure_control::ProviderView>| {
        let insee = views.into_iter().find(|view| view.id == "insee").unwrap();
        (insee.logins, insee.answers)
    };

    let before = memory(session.providers().await.unwrap());
    house.get(&path).await;
    let after = memory(session.providers().await.unwrap());
    session.reset_providers().await.unwrap();
    let forgotten = memory(session.providers().await.unwrap());
    // Another question, so that no answer of before is kept in between.
    let answer = house.get(&company("ceased")).await;

    assert_eq!([before, after, forgotten], [(0, 0), (1, 1), (0, 0)]);
    assert_eq!(answer.status, 200);
    assert_eq!(memory(session.providers().await.unwrap()), (1, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_journal_tells_each_command_that_was_obeyed_and_no_look_or_refusal() {
    let house = House::documented().await;
    let session = house.doublure.session();
    let token = house.doublure.token("standard").to_owned();

    session
        .set_scenario_named("mine", "faults: []\n")
        .await
        .unwrap();
    session.set_scenario("faults: 3\n").await.unwrap_err();
    session.scenario().await.unwrap();
    session
        .ask_for_fault(&NewFault::once(format!(
            "{{ on: client, when: {{ header: {{ X: {token} }} }}, then: close }}"
        )))
        .await
        .unwrap();
    session.reset_quotas().await.unwrap();
    session.revoke("second").await.unwrap();
    house.advance(std::time::Duration::from_secs(1)).await;

    let query = JournalQuery {
        filter: Filter {
            event: Some(EventKind::Commanded),
            ..Filter::default()
        },
        limit: None,
    };
    let entries = session.journal(&query).await.unwrap().entries;
    let told: Vec<String> = entries
        .into_iter()
        .map(|entry| match entry.event {
            Event::Commanded { method, path, body } => format!("{method} {path} {body}"),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(
        told,
        [
            "PUT /scenario?name=mine faults: []\n",
            "POST /faults {\"fault\":\"{ on: client, when: { header: { X: ⟦token:1⟧ } }, then: close }\",\"times\":1}",
            "DELETE /quotas ",
            "DELETE /tokens/second ",
        ]
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_server_describes_itself() {
    let house = House::documented().await;
    let client = doublure_control::Client::new(house.doublure.stage().control());

    let document = client.openapi().await.unwrap();

    assert_eq!(document["openapi"], "3.1.0");
    assert!(document["paths"]["/sessions/{name}/faults"]["post"].is_object());
}
