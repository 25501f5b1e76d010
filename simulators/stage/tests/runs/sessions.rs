//! Several sessions side by side, and their ends.

use std::time::Duration;

use doublure_control::{
    Advance, BanManner, Client, ClockSetting, NewFault, NewSession, NewToken, Overrides,
    SessionClient, SessionView,
};
use doublure_stage::{Stage, StageConfig};

use crate::{
    caller::Caller,
    house::{House, PATIENCE, TRACING, company, manual},
    parity::without_ports,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_sessions_share_neither_clock_nor_quota_nor_journal() {
    let house = House::documented().await;
    let other = house.doublure.stage().create(manual()).await.unwrap();
    house.get(&company("all-in-order")).await;

    let clock = house.advance(Duration::from_secs(3_600)).await;
    let url = format!(
        "{}{}?{TRACING}",
        other.gateway.unwrap(),
        company("all-in-order")
    );
    let answer = Caller::LOCAL
        .get(&url, Some(&other.tokens["standard"]))
        .await;

    let other = house.doublure.stage().view(&other.name).unwrap();
    assert_eq!(clock.now.since(other.clock.now), Duration::from_secs(3_600));
    assert_eq!(answer.number("RateLimit-Remaining"), 249);
    let entries = house.journal().await;
    let calls = entries.iter().filter(|entry| {
        entry.event.kind() == doublure_journal::EventKind::RequestGot
            && entry.event.hop() == Some(doublure_journal::Hop::Client)
    });
    assert_eq!(calls.count(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_a_busy_neighbour_on_another_clock_no_byte_is_to_be_seen() {
    let alone = quiet(false).await;
    let beside = quiet(true).await;

    for (alone, beside) in alone.iter().zip(&beside) {
        assert_eq!(alone, beside);
    }
    assert_eq!(alone.len(), beside.len());
    assert!(alone.len() > 40, "{alone:?}");
}

/// What a session answers and writes down, alone or beside one that is commanded and called between its own calls.
async fn quiet(disturbed: bool) -> Vec<String> {
    let house = House::with(NewSession {
        name: Some("quiet".into()),
        scenario: Some("brownout".into()),
        ..manual()
    })
    .await;
    let noisy = if disturbed {
        Some(Noisy::beside(&house).await)
    } else {
        None
    };
    let mut seen = Vec::new();
    for nth in 0..12 {
        if let Some(noisy) = &noisy {
            noisy.disturb().await;
        }
        let name = ["all-in-order", "ceased"][nth % 2];
        let answer = house.get_settled(&company(name), nth + 1).await;
        seen.push(format!(
            "{} {:?} {:?}",
            answer.status, answer.headers, answer.body
        ));
        house.advance(Duration::from_secs(7)).await;
    }
    let mut journal = house.journal().await;
    // When the end of a connection is seen is the system's choice; all else keeps its order.
    journal.retain(|entry| entry.event.kind() != doublure_journal::EventKind::ConnectionClosed);
    journal.iter_mut().for_each(|entry| entry.index = 0);
    let entries = journal
        .iter()
        .map(|entry| serde_json::to_string(entry).unwrap());
    seen.into_iter()
        .chain(entries)
        .map(|text| without_ports(&text))
        .collect()
}

/// A session that does all that may be done, hours ahead of its neighbour.
struct Noisy {
    session: SessionClient,
    view: SessionView,
}

impl Noisy {
    async fn beside(house: &House) -> Self {
        let start = "2031-07-01T03:00:00Z".parse().unwrap();
        let new = NewSession {
            name: Some("noisy".into()),
            clock: ClockSetting::Manual(Some(start)),
            edition: Some("observed".into()),
            overrides: Overrides {
                address_limit: Some(2),
                ban_manner: Some(BanManner::Refusal),
                ..Overrides::default()
            },
            ..NewSession::default()
        };
        let view = house.doublure.stage().create(new).await.unwrap();
        let client = Client::new(house.doublure.stage().control());
        Self {
            session: client.session(&view.name),
            view,
        }
    }

    async fn disturb(&self) {
        let hour = Advance {
            by_ms: 3_600_000,
            ..Advance::default()
        };
        let gateway = self.view.gateway.as_deref().unwrap();
        let url = format!("{gateway}{}?{TRACING}", company("all-in-order"));
        let token = Some(self.view.tokens["standard"].as_str());
        self.session.calm().await.unwrap();
        self.session
            .ask_for_fault(&NewFault::once("then: close"))
            .await
            .unwrap();
        self.session.mint(&NewToken::default()).await.unwrap();
        for _ in 0..3 {
            Caller::LOCAL.get(&url, token).await;
        }
        self.session.reset_providers().await.unwrap();
        self.session.lift_bans().await.unwrap();
        self.session.advance(&hour).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_session_on_real_time_stands_beside_one_on_manual_time() {
    let house = House::documented().await;
    let real = house
        .doublure
        .stage()
        .create(NewSession::default())
        .await
        .unwrap();

    let url = format!(
        "{}{}?{TRACING}",
        real.gateway.unwrap(),
        company("all-in-order")
    );
    let answer = Caller::LOCAL
        .get(&url, Some(&real.tokens["standard"]))
        .await;

    assert_eq!(answer.status, 200);
    assert!(!real.clock.manual && house.doublure.view().clock.manual);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_session_that_was_ended_listens_no_more() {
    let house = House::with(NewSession {
        providers_on_sockets: true,
        ..manual()
    })
    .await;
    let view = house.doublure.view().clone();
    let urls: Vec<String> = view
        .providers
        .values()
        .cloned()
        .chain(view.gateway)
        .collect();
    // Each provider, the plain one, the gateway.
    assert_eq!(urls.len(), doublure_providers::IDS.len() + 2);

    house.doublure.session().end().await.unwrap();

    for url in urls {
        let address = url.trim_start_matches("http://");
        let refused = tokio::net::TcpStream::connect(address).await.unwrap_err();
        assert_eq!(
            refused.kind(),
            std::io::ErrorKind::ConnectionRefused,
            "{url}"
        );
    }
    assert!(house.doublure.session().view().await.is_err());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn closing_the_stage_ends_all_even_while_somebody_waits() {
    let stage = Stage::open(StageConfig::default()).await.unwrap();
    let view = stage.create(manual()).await.unwrap();
    let control = stage.control();
    let session = doublure_control::Client::new(control).session(&view.name);
    let endless = doublure_journal::Filter::default();
    let waiting = tokio::spawn(async move { session.wait_for(&endless, 1_000, PATIENCE).await });

    stage.close().await;

    assert!(tokio::net::TcpStream::connect(control).await.is_err());
    waiting.abort();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn providers_stand_alone_for_a_gateway_of_somebody_else() {
    let stage = Stage::open(StageConfig::default()).await.unwrap();

    let view = stage
        .create(NewSession {
            without_gateway: true,
            ..NewSession::default()
        })
        .await
        .unwrap();

    assert_eq!(view.gateway, None);
    let ids: Vec<&str> = view.providers.keys().map(String::as_str).collect();
    let mut known: Vec<&str> = doublure_providers::IDS
        .into_iter()
        .chain(["plain"])
        .collect();
    known.sort_unstable();
    assert_eq!(ids, known);
    for url in view.providers.values() {
        let answer = Caller::LOCAL.get(&format!("{url}/"), None).await;
        assert_ne!(answer.status, 200, "{url}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_hundred_thousand_companies_cost_no_time_to_start() {
    let house = House::with(NewSession {
        companies: Some(100_000),
        clock: ClockSetting::Manual(None),
        ..NewSession::default()
    })
    .await;
    let world = doublure_fixtures::World::new(1, 100_000);
    let last = world.siren_of(99_999).unwrap();

    let answer = house
        .get(&format!("/v3/insee/sirene/unites_legales/{last}"))
        .await;

    assert_eq!(answer.status, 200);
}
