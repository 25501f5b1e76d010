//! Quotas as callers meet them.

use std::time::Duration;

use doublure_fixtures::Edition;
use doublure_scenarios::TokenTerms;

use super::bench::{Bench, ETABLISSEMENT, FISCALE, TEN, TRACED, UNITE, VIGILANCE};

#[tokio::test]
async fn every_answer_to_a_valid_token_tells_what_is_left() {
    let bench = Bench::new();
    let first = bench.get(UNITE).await;
    bench.wait(Duration::from_secs(20)).await;
    let second = bench.ask(bench.asking(ETABLISSEMENT).query("")).await;

    let left = |answer: &super::bench::Answered| {
        ["ratelimit-limit", "ratelimit-remaining", "ratelimit-reset"]
            .map(|name| answer.number(name))
    };
    assert_eq!(left(&first), [250, 249, TEN.unix_seconds() + 60]);
    assert_eq!(left(&second), [250, 248, TEN.unix_seconds() + 60]);
    assert!(first.header("retry-after").is_none());
}

#[tokio::test]
async fn only_calls_of_a_valid_token_count() {
    let bench = Bench::new();

    for token in ["forged", "expired", "revoked"] {
        let refused = bench
            .ask(bench.asking(UNITE).token(Some(bench.token(token))))
            .await;
        assert!(refused.header("ratelimit-limit").is_none(), "{token}");
    }
    let unprivileged = Some(bench.token("unprivileged"));
    let refused = bench.ask(bench.asking(UNITE).token(unprivileged)).await;

    assert_eq!(refused.status(), 403);
    assert_eq!(refused.number("ratelimit-remaining"), 249);
    assert_eq!(bench.gateway.quotas().len(), 1);
}

#[tokio::test]
async fn two_versions_of_an_operation_share_their_quota() {
    let bench = Bench::of(Edition::Observed);

    for path in [UNITE, VIGILANCE, FISCALE] {
        let third = bench.get(path).await.number("ratelimit-remaining");
        let fourth = bench.get(&path.replace("/v3/", "/v4/")).await;
        assert_eq!(fourth.number("ratelimit-remaining"), third - 1, "{path}");
    }
}

#[tokio::test]
async fn an_unknown_version_counts_in_the_group_of_the_known_one() {
    let bench = Bench::new();

    bench.get(UNITE).await;
    let other = bench.get("/v9/insee/sirene/unites_legales/418166096").await;

    assert_eq!(
        (other.status(), other.number("ratelimit-remaining")),
        (404, 248)
    );
}

#[tokio::test]
async fn the_call_after_the_limit_is_refused_until_the_window_ends() {
    let bench = Bench::new();
    for _ in 0..5 {
        assert_eq!(bench.get(FISCALE).await.status(), 200);
    }
    bench.wait(Duration::from_millis(10_500)).await;

    let refused = bench.get(FISCALE).await;
    let group = bench.get(VIGILANCE).await;
    let other = bench
        .ask(bench.asking(FISCALE).token(Some(bench.token("second"))))
        .await;
    bench.wait(Duration::from_millis(49_500)).await;
    let next = bench.get(FISCALE).await;

    assert_eq!(refused.refusal(), (429, vec!["00429".to_owned()]));
    assert_eq!(refused.number("retry-after"), 50);
    assert_eq!(refused.number("ratelimit-remaining"), 0);
    assert_eq!((group.status(), other.status()), (200, 200));
    assert_eq!(
        (next.status(), next.number("ratelimit-remaining")),
        (200, 4)
    );
}

#[tokio::test]
async fn of_many_at_once_exactly_as_many_as_allowed_are_accepted() {
    let bench = Bench::new();

    let calls: Vec<_> = (0..20)
        .map(|number| bench.start(bench.asking(FISCALE).and(&format!("n={number}"))))
        .collect();
    let mut accepted = 0;
    for call in calls {
        let status = super::bench::Answered::of(call).await.status();
        accepted += usize::from(status == 200);
    }

    assert_eq!(accepted, 5);
}

#[tokio::test]
async fn the_running_service_aligns_its_windows() {
    let bench = Bench::of(Edition::Observed);
    bench.wait(Duration::from_millis(30_500)).await;

    let answer = bench.get(UNITE).await;

    assert_eq!(answer.number("ratelimit-reset"), TEN.unix_seconds() + 60);
}

#[tokio::test]
async fn a_limit_may_be_set_and_counters_set_back() {
    let bench = Bench::where_(Edition::Documented, |policy| {
        policy.quota_limits.insert("json".to_owned(), 1);
    });

    let first = bench.get(UNITE).await.status();
    let second = bench.get(UNITE).await.status();
    bench.gateway.reset_quotas();
    let third = bench.get(UNITE).await.status();

    assert_eq!([first, second, third], [200, 429, 200]);
    let state = &bench.gateway.quotas()[0];
    assert_eq!(
        (state.group.as_str(), state.limit, state.remaining),
        ("json", 1, 0)
    );
}

#[tokio::test]
async fn the_older_documents_have_no_quota() {
    let bench = Bench::of(Edition::DocumentedV2);

    let answer = bench.ask(bench.asking(UNITE).query(TRACED)).await;

    assert_eq!(answer.status(), 200);
    assert!(answer.header("ratelimit-limit").is_none());
}

#[tokio::test]
async fn a_token_with_a_limit_of_its_own_counts_over_all_groups_and_no_other_token_does() {
    let bench = Bench::where_(Edition::Documented, |policy| {
        let own = TokenTerms {
            quota_limit: Some(3),
            ..TokenTerms::default()
        };
        policy.tokens.insert("second".to_owned(), own);
    });
    let second = |path| bench.asking(path).token(Some(bench.token("second")));

    let mut left = Vec::new();
    for path in [UNITE, VIGILANCE, FISCALE] {
        let answer = bench.ask(second(path)).await;
        left.push([
            answer.number("ratelimit-limit"),
            answer.number("ratelimit-remaining"),
        ]);
    }
    let over = bench.ask(second(ETABLISSEMENT)).await;
    let other = bench.get(UNITE).await;

    assert_eq!(left, [[3, 2], [3, 1], [3, 0]]);
    assert_eq!(over.status(), 429);
    assert_eq!(other.number("ratelimit-limit"), 250);
    let views = bench.gateway.quotas();
    let mut groups: Vec<_> = views
        .iter()
        .map(|state| (state.group.as_str(), state.limit, state.remaining))
        .collect();
    groups.sort_unstable();
    assert_eq!(groups, [("json", 250, 249), ("own", 3, 0)]);
}

#[tokio::test]
async fn a_token_is_refused_from_an_address_that_is_not_on_its_list_and_draws_nothing() {
    let bench = Bench::where_(Edition::Observed, |policy| {
        let listed = TokenTerms {
            allowed_addresses: Some(vec![[192, 0, 2, 1].into()]),
            ..TokenTerms::default()
        };
        policy.tokens.insert("standard".to_owned(), listed);
    });

    let here = bench.get(UNITE).await;
    let elsewhere = bench.ask(bench.asking(UNITE).from(2)).await;

    assert_eq!(here.number("ratelimit-remaining"), 249);
    assert_eq!(elsewhere.refusal(), (403, vec!["00107".to_owned()]));
    assert!(elsewhere.header("ratelimit-limit").is_none());
}

#[tokio::test]
async fn a_token_that_is_revoked_meanwhile_is_refused_from_the_next_call_on() {
    let bench = Bench::new();
    assert_eq!(bench.get(UNITE).await.status(), 200);

    let id = bench.gateway.quotas()[0].jti.clone();
    let known = bench.gateway.revoke_token(&id);

    assert!(known);
    assert_eq!(
        bench.get(UNITE).await.refusal(),
        (401, vec!["00105".to_owned()])
    );
}

#[tokio::test]
async fn in_each_edition_every_answer_to_a_valid_token_counts_and_no_other_does() {
    for edition in [Edition::Documented, Edition::Observed] {
        let bench = Bench::where_(edition, |policy| {
            policy.quota_limits.insert("json".to_owned(), 6);
        });
        let unprivileged = Some(bench.token("unprivileged"));
        let forged = Some(bench.token("forged"));
        let unknown = "/v9/insee/sirene/unites_legales/418166096";
        let calls = [
            (bench.asking(UNITE), 200, Some(5)),
            (bench.asking(UNITE).query(""), 422, Some(4)),
            (bench.asking(unknown), 404, Some(3)),
            (bench.asking(UNITE).token(forged), 401, None),
            (bench.asking(UNITE).token(None), 401, None),
            (bench.asking(UNITE).token(unprivileged), 403, Some(5)),
            (bench.asking("/nowhere"), 404, None),
            // Kept from the first call.
            (bench.asking(UNITE), 200, Some(2)),
            (bench.asking(UNITE), 200, Some(1)),
            (bench.asking(UNITE), 200, Some(0)),
            (bench.asking(UNITE), 429, Some(0)),
        ];

        for (place, (asking, status, left)) in calls.into_iter().enumerate() {
            let answer = bench.ask(asking).await;

            let told = answer.header("ratelimit-remaining");
            let told = told.map(|left| left.parse::<u64>().unwrap());
            assert_eq!(
                (answer.status(), told),
                (status, left),
                "{edition}, call {place}"
            );
        }
    }
}

#[tokio::test]
async fn the_documented_example_is_met_to_the_letter() {
    let bench = Bench::where_(Edition::Documented, |policy| {
        policy.quota_limits.insert("json".to_owned(), 50);
    });

    bench.get(UNITE).await;
    bench.wait(Duration::from_secs(20)).await;
    bench.get(UNITE).await;
    bench.wait(Duration::from_secs(10)).await;
    let third = bench.get(UNITE).await;

    let told = ["ratelimit-limit", "ratelimit-remaining", "ratelimit-reset"]
        .map(|name| third.number(name));
    let one_past_ten = TEN.unix_seconds() + 60;
    assert_eq!(told, [50, 47, one_past_ten]);
    assert!(third.header("retry-after").is_none());
}
