//! One of each message, every field filled.

use doublure_scenarios::{BanManner, TokenTerms, WindowStart};

use super::*;

pub(super) fn moment() -> Moment {
    "2026-01-15T10:00:00Z".parse().unwrap()
}

pub(super) fn overrides() -> Overrides {
    Overrides {
        quota_limit: Some(3),
        quota_limits: [("json".to_owned(), 5)].into(),
        tokens: [(
            "second".to_owned(),
            TokenTerms {
                quota_limit: Some(9),
                allowed_addresses: Some(vec![[127, 0, 0, 2].into()]),
            },
        )]
        .into(),
        quota_window_ms: Some(1_000),
        quota_window_start: Some(WindowStart::FirstCall),
        provider_deadline_ms: Some(500),
        provider_deadlines_ms: [("v2_entreprises_restored".to_owned(), 600)].into(),
        address_limit: Some(20),
        address_window_ms: Some(1_000),
        never_banned: vec![[127, 0, 0, 3].into()],
        trust_forwarded_for: Some(true),
        ignored_429_limit: Some(2),
        ban_term_ms: Some(60_000),
        ban_prolonged_by_calls: Some(true),
        ban_manner: Some(BanManner::Refusal),
        document_life_ms: Some(1_000),
        leaks_provider_words: Some(true),
        cache: Some(false),
    }
}

pub(super) fn new_session() -> NewSession {
    NewSession {
        name: Some("sample".into()),
        seed: Some(7),
        clock: ClockSetting::Manual(Some(moment())),
        edition: Some("observed".into()),
        scenario: Some("calm".into()),
        scenario_text: Some("faults: []\n".into()),
        companies: Some(10),
        capture: Some(CaptureLevel::Heads),
        journal_entries: Some(1_000),
        providers_on_sockets: true,
        gateway_address: Some(([127, 0, 0, 1], 8_080).into()),
        provider_addresses: [("insee".to_owned(), ([127, 0, 0, 1], 8_081).into())].into(),
        upstream_addresses: [("insee".to_owned(), ([127, 0, 0, 1], 9_101).into())].into(),
        tls: true,
        without_gateway: false,
        overrides: overrides(),
        allow_fault_header: true,
    }
}

pub(crate) fn session() -> SessionView {
    SessionView {
        name: "sample".into(),
        seed: 7,
        edition: "documented".into(),
        scenario: "calm".into(),
        clock: clock(),
        gateway: Some("http://127.0.0.1:8080".into()),
        providers: [("insee".to_owned(), "http://127.0.0.1:8081".to_owned())].into(),
        authority: None,
        tokens: [("standard".to_owned(), "e.y.z".to_owned())].into(),
        declared: Declared {
            quota_limits: [("json".to_owned(), 250), ("documents".to_owned(), 50)].into(),
            quota_window_ms: 60_000,
            provider_deadline_ms: [("v2_entreprises_restored".to_owned(), 10_000)].into(),
            address_limit: 1_000,
            address_window_ms: 60_000,
            ignored_429_limit: 50,
            ban_term_ms: 43_200_000,
            document_life_ms: 86_400_000,
        },
    }
}

pub(super) fn clock() -> ClockView {
    ClockView {
        now: moment(),
        manual: true,
        calls_in_progress: 2,
    }
}

pub(super) fn quota() -> QuotaView {
    QuotaView {
        token: "standard".into(),
        group: "json".into(),
        limit: 250,
        remaining: 249,
        reset: moment(),
    }
}

pub(super) fn address() -> AddressView {
    AddressView {
        address: [127, 0, 0, 2].into(),
        requests: 1_001,
        ignored_429: 0,
        banned_until: Some(moment()),
        because: Some("volume".into()),
    }
}
