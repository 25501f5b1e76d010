//! A modest gateway by hand, in Python: it knows three providers, each where it is and in its own dialect.

use std::process::Command;

use crate::{
    gateway::{Edit, RealGateway},
    verdicts::Said,
};

pub(crate) const MODEST: RealGateway = RealGateway {
    name: "modest",
    program: "python3",
    configuration: "modest.json",
    beside: &["modest.py", "modest_sources.py"],
    start: |program, folder, configuration| {
        let mut command = Command::new(program);
        // Nothing is left beside its files.
        command
            .arg("-B")
            .arg(folder.join("modest.py"))
            .arg(configuration);
        command
    },
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_modest_gateway_is_judged_as_written_down() {
    MODEST.is_judged_as_written_down().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn callers_that_a_header_names_are_banned_and_spared_one_by_one() {
    bans_and_spares(&[BELIEVES_THE_HEADER, SAYS_THE_HEADER]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn callers_at_listed_addresses_are_banned_and_spared_one_by_one() {
    bans_and_spares(&[LISTS_ADDRESSES]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn credentials_that_are_kept_for_ever_are_seen_once_its_providers_have_forgotten_them() {
    let keeps = Edit("for _ in range(2):", "for _ in range(1):");
    // The first trial logs in, at providers that are gone when the second one begins.
    let rules = [
        "gw.quota.window-opens-at-first-call",
        "gw.relay.fast-provider-gives-200",
    ];

    let Some(said) = MODEST.judged_when_edited(&[keeps], &rules).await else {
        return;
    };

    let relay = said.iter().find(|said| said.rule == rules[1]).unwrap();
    assert!(
        relay.in_words().starts_with("fail not-200"),
        "{}",
        relay.in_words()
    );
}

/// Puts it to the test of every rule of the ban; what does not hold is asked again: this machine may be busy.
async fn bans_and_spares(edits: &[Edit]) {
    let holds = |said: &Said| said.in_words().starts_with("pass");
    let mut amiss: Vec<Said> = Vec::new();
    for _ in 0..TRIES {
        let rules = match &amiss[..] {
            [] => BAN.to_vec(),
            some => some.iter().map(|said| said.rule.as_str()).collect(),
        };
        let Some(said) = MODEST.judged_when_edited(edits, &rules).await else {
            return;
        };
        amiss = said.into_iter().filter(|said| !holds(said)).collect();
        if amiss.is_empty() {
            return;
        }
    }

    panic!("{amiss:#?}");
}

/// In its settings: callers are behind a proxy that is believed.
pub(crate) const BELIEVES_THE_HEADER: Edit = Edit(
    "\"callers_are_in\": \"the connection\"",
    "\"callers_are_in\": \"X-Forwarded-For\"",
);
/// In its target file.
pub(crate) const SAYS_THE_HEADER: Edit = Edit(
    "unsupported = [\"version-two\"]",
    "unsupported = [\"version-two\"]\nforwarded_for = \"X-Forwarded-For\"",
);
/// In its target file: all that have an address of their own.
const LISTS_ADDRESSES: Edit = Edit(
    "unsupported = [\"version-two\"]",
    "unsupported = [\"version-two\"]\n\
     source_addresses = [\"127.0.1.2\", \"127.0.1.4\", \"127.0.1.5\", \"127.0.1.6\", \"127.0.1.7\"]",
);
const BAN: &[&str] = &[
    "gw.ban.address-limit",
    "gw.ban.ignored-429",
    "gw.ban.is-silence",
    "gw.ban.covers-all-tokens",
    "gw.ban.spares-other-addresses",
    "gw.ban.allow-listed-is-spared",
    "gw.ban.lasts-its-term",
];
const TRIES: u32 = 3;
