//! Where editions disagree (facts 17): what each does, held against the table of differences.

use std::time::Duration;

use doublure_fixtures::{
    Contract, Edition,
    contract::{Against, ParameterKind},
};
use doublure_journal::Moment;

use super::bench::{Bench, TEN, TRACED, UNITE};
use crate::Policy;

const OWN: &str = r#"{"header":{}}"#;

#[tokio::test]
async fn editions_differ_where_the_table_says_so_and_nowhere_else() {
    let contract = Contract::built_in();

    for topic in contract.differences(Against::Editions) {
        let mut each = Vec::new();
        for edition in Edition::ALL {
            let told = match in_tables(&topic.what, edition) {
                Some(told) => told,
                None => on_the_bench(&topic.what, &Bench::of(edition)).await,
            };
            each.push(told);
        }
        each.dedup();
        let differs = if each.len() > 1 {
            "differs"
        } else {
            "one for all"
        };
        assert_eq!(topic.aspect, differs, "{}: {each:?}", topic.what);
    }
}

#[test]
fn every_topic_of_the_facts_is_in_the_table() {
    let contract = Contract::built_in();

    assert_eq!(contract.differences(Against::Editions).count(), 22);
}

/// What tables and policy say; none: the topic is one of behaviour.
fn in_tables(topic: &str, edition: Edition) -> Option<String> {
    let contract = Contract::built_in();
    let policy = Policy::of(edition, &contract);
    let with_status = |status| {
        let errors = contract.errors();
        let such = errors.filter(|row| *row.status.of(edition) == status);
        such.map(|row| row.code.as_str())
            .collect::<Vec<_>>()
            .join(" ")
    };
    Some(match topic {
        "status of an outage" => contract.error("XX001")?.status.of(edition).to_string(),
        "meaning of 503" => with_status(503),
        "time for providers" => {
            let mut seconds: Vec<u64> = policy
                .provider_deadlines
                .values()
                .map(Duration::as_secs)
                .collect();
            seconds.sort_unstable();
            seconds.dedup();
            format!("{seconds:?} s")
        }
        "RateLimit-Limit" => format!("{:?}", policy.quota_limits),
        "window of a quota" => format!("{:?}", policy.quota_window_start),
        "limit of an address" => {
            format!("{} in {:?}", policy.address_limit, policy.address_window)
        }
        "length of a ban" => format!("{:?}", policy.ban_term),
        "provider of the register of crafts" => contract.provider("rnm")?.number.clone(),
        "depth of effectifs" => {
            let depths = 0..=20;
            let fits = |depth: &u32| {
                ParameterKind::Depth
                    .refusal(&depth.to_string(), 2026)
                    .is_none()
            };
            format!("{:?}", depths.filter(fits).collect::<Vec<_>>())
        }
        _ => return None,
    })
}

/// What a call shows.
async fn on_the_bench(topic: &str, bench: &Bench) -> String {
    let statuses = async |queries: &[&str]| {
        let mut met = Vec::new();
        for query in queries {
            met.push(bench.ask(bench.asking(UNITE).query(query)).await.status());
        }
        format!("{met:?}")
    };
    let long = "o".repeat(200);
    match topic {
        "body of /privileges" => shape(&bench.get("/privileges").await.text()),
        "Content-Type" => bench
            .get(UNITE)
            .await
            .header("content-type")
            .unwrap()
            .to_owned(),
        "source that is null" => {
            let nobody = bench.get("/v9/insee/sirene/unites_legales/418166096").await;
            format!("{:?}", nobody.json()["errors"][0].get("source"))
        }
        "recipient that is asked about" => {
            statuses(&["context=a&object=b&recipient=41816609600069"]).await
        }
        "length of object" => {
            let query = format!("context=a&recipient=13002526500013&object={long}");
            statuses(&[&query]).await
        }
        "call that was refused early" => statuses(&["context=a", "context=a"]).await,
        "X-Response-Cached" => {
            bench.get(UNITE).await;
            bench
                .get(UNITE)
                .await
                .header("x-response-cached")
                .unwrap()
                .to_owned()
        }
        topic => of_tokens_and_providers(topic, bench).await,
    }
}

async fn of_tokens_and_providers(topic: &str, bench: &Bench) -> String {
    match topic {
        "place of the token" => {
            let token = bench.token("standard");
            let bare = || bench.asking(UNITE).token(None);
            let mut met = Vec::new();
            for asking in [
                bare().header("authorization", &format!("Bearer {token}")),
                bare().header("x-api-key", &token),
                bare().query(&format!("{TRACED}&token={token}")),
            ] {
                met.push(bench.ask(asking).await.status());
            }
            format!("{met:?}")
        }
        "end of a token" => {
            let expired = Some(bench.token("expired"));
            bench
                .ask(bench.asking(UNITE).token(expired))
                .await
                .status()
                .to_string()
        }
        "entity shown to nobody" => {
            bench.providers.answer("unite-legale", 403, OWN);
            bench.providers.answer("siege", 403, OWN);
            let part = bench.get(&format!("{UNITE}/siege_social")).await.status();
            format!("{} {part}", bench.get(UNITE).await.status())
        }
        "entity that is unknown" => {
            bench.providers.answer("unite-legale", 404, OWN);
            format!("{:?}", bench.get(UNITE).await.refusal())
        }
        "states of a ping" => {
            let half_past_one: Moment = "2026-01-16T00:30:00Z".parse().unwrap();
            bench.wait(half_past_one.since(TEN)).await;
            bench.get("/ping/dgfip/attestation_fiscale").await.json()["status"].to_string()
        }
        "watchdoge" => {
            let path = "/watchdoge/dashboard/current_status";
            bench.get(path).await.status().to_string()
        }
        other => panic!("nobody looks at {other}"),
    }
}

/// The names of an answer, without what stands under them.
fn shape(body: &str) -> String {
    body.split('[').next().unwrap_or_default().to_owned()
}
