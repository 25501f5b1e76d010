//! The simulated gateway as if it were somebody else's: over sockets, on the machine's clock, under a ban of each manner.

use std::fs;

use doublure_control::{BanManner, ClockSetting, NewSession, Overrides};
use doublure_fixtures::tokens::DEFAULT_SECRET;
use doublure_rules::Rule;
use doublure_stage::Doublure;
use doublure_suites::Target;

use crate::{gateway::carried_out, verdicts::Said};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ban_that_nobody_can_connect_under_holds_like_one_that_is_silent() {
    if !cfg!(target_os = "linux") {
        println!("skipped: here no listener can leave connections without an answer");
        return;
    }

    let amiss = otherwise_than(BanManner::Unreachable, &HOLDS).await;

    assert_eq!(amiss, [""; 0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ban_that_says_403_fails_for_what_it_says() {
    let expected = [
        ("gw.ban.address-limit", "fail not-banned"),
        ("gw.ban.is-silence", "fail answered"),
        ("gw.ban.lasts-its-term", "fail never-began"),
    ];

    let amiss = otherwise_than(BanManner::Refusal, &expected).await;

    assert_eq!(amiss, [""; 0]);
}

/// What comes out otherwise than expected; what does is asked again: this machine may be busy.
async fn otherwise_than(manner: BanManner, expected: &[(&str, &str)]) -> Vec<String> {
    let mut amiss: Vec<String> = Vec::new();
    for _ in 0..TRIES {
        let said = judged(manner, &|rule| {
            expected.iter().any(|(id, _)| *id == rule.id)
        })
        .await;
        let is_expected = |said: &&Said| {
            let (_, verdict) = expected.iter().find(|(id, _)| *id == said.rule).unwrap();
            !said.in_words().starts_with(verdict)
        };
        let told = |said: &Said| format!("{}: {}", said.rule, said.in_words());
        amiss = said.iter().filter(is_expected).map(told).collect();
        if amiss.is_empty() {
            break;
        }
    }
    amiss
}

/// What is said of a gateway that bans so.
async fn judged(manner: BanManner, wanted: &dyn Fn(&Rule) -> bool) -> Vec<Said> {
    let doublure = Doublure::with(NewSession {
        clock: ClockSetting::Real,
        overrides: Overrides {
            address_limit: Some(100),
            address_window_ms: Some(10_000),
            ignored_429_limit: Some(20),
            never_banned: vec![[127, 0, 0, 8].into()],
            ban_term_ms: Some(12_000),
            ban_manner: Some(manner),
            ..Overrides::default()
        },
        ..NewSession::default()
    })
    .await
    .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("target.toml");
    fs::write(&file, target_file(doublure.gateway())).unwrap();
    let target = Target::read(&file, |_| None).unwrap();
    let run = carried_out(&target, "simulated", wanted).await;
    assert!(run.failures.is_empty(), "{:#?}", run.failures);
    run.judgements.iter().map(Said::of).collect()
}

/// All that is known of it: where it is, by what it checks tokens, and its numbers.
fn target_file(base_url: &str) -> String {
    format!(
        r#"
        [gateway]
        kind = "url"
        base_url = "{base_url}"
        [gateway.mint]
        secret = "{DEFAULT_SECRET}"
        [gateway.ban]
        mode = "scaled"
        term_ms = 12000
        [gateway.declared]
        address_limit = 100
        address_window_ms = 10000
        ignored_429_limit = 20
        never_banned = ["127.0.0.8"]
        "#
    )
}

const HOLDS: [(&str, &str); 7] = [
    ("gw.ban.address-limit", "pass"),
    ("gw.ban.ignored-429", "pass"),
    ("gw.ban.is-silence", "pass"),
    ("gw.ban.covers-all-tokens", "pass"),
    ("gw.ban.spares-other-addresses", "pass"),
    ("gw.ban.allow-listed-is-spared", "pass"),
    ("gw.ban.lasts-its-term", "pass"),
];
const TRIES: u32 = 3;
