//! A run with one verdict of each kind, for the tests of reports.

use std::{sync::Arc, time::Duration};

use doublure_journal::Moment;
use doublure_rules::{
    Baseline, Capability, Doubt, Expect, History, Known, Level, Proof, Role, RuleCard, Run,
    RunEvent, Verdict, testing::HistoryBuilder,
};
use jiff::civil::date;

/// A failure of each level, a pass, one that does not tell, a gap, and a trial that broke.
pub(crate) fn run() -> Run {
    let history = HistoryBuilder::gateway()
        .ask("probe", "op", "111")
        .provider_call("call", "insee", "unite-legale", "111")
        .wait_ms(10_000)
        .answer("probe", 502, r#"{"errors":[{"code":"01000"}]}"#)
        .end();
    let fail =
        |reason, actual: &str| Verdict::fail(reason, "<504> & \"002\"", actual, proof(&history));
    let mut events = vec![started(&[
        ("gw.relay.fast-provider-gives-200", Level::Must),
        ("gw.timeout.silent-provider-gives-504", Level::Must),
        ("gw.timeout.slow-drip-is-bounded", Level::Should),
        ("gw.timeout.not-before-deadline", Level::Must),
        ("gw.ban.is-silence", Level::Must),
        ("gw.quota.over-limit-gives-429", Level::Must),
    ])];
    let verdicts = [
        (
            "gw.relay.fast-provider-gives-200",
            Verdict::pass(proof(&history)),
        ),
        (
            "gw.timeout.silent-provider-gives-504",
            fail("not-504", "502"),
        ),
        (
            "gw.timeout.slow-drip-is-bounded",
            fail("not-bounded", "no answer (silence)"),
        ),
        (
            "gw.timeout.not-before-deadline",
            Verdict::inconclusive("no provider answered late and in time"),
        ),
        (
            "gw.ban.is-silence",
            Verdict::not_applicable(Capability::Clock.absence()),
        ),
    ];
    events.push(RunEvent::TriedAgain {
        trial: "late-providers".to_owned(),
        doubts: [
            "gw.relay.fast-provider-gives-200",
            "gw.timeout.slow-drip-is-bounded",
            "gw.timeout.not-before-deadline",
        ]
        .map(doubt)
        .into(),
    });
    for (rule, verdict) in verdicts {
        events.push(judged(rule, verdict, &history));
    }
    events.push(RunEvent::TrialFailed {
        trial: "over-limit".to_owned(),
        rules: vec!["gw.quota.over-limit-gives-429".to_owned()],
        why: "no control server answers at 127.0.0.1:1".to_owned(),
    });
    events.push(RunEvent::RunEnded);
    Run::of(&events)
}

/// The same run beside a baseline that knows one of its failures, and one that is none.
pub(crate) fn settled() -> Run {
    let known = |rule: &str, fingerprint: &str| Known {
        rule: rule.to_owned(),
        expect: Expect::Failing,
        reason: "ticket 12".to_owned(),
        until: date(2026, 3, 31),
        fingerprint: fingerprint.to_owned(),
    };
    let baseline = Baseline {
        known: vec![
            known("gw.timeout.silent-provider-gives-504", "not-504"),
            known("gw.relay.fast-provider-gives-200", "not-200"),
        ],
    };
    let mut run = run();
    baseline.settle(&mut run, date(2026, 1, 15));
    run
}

/// One rule, and it holds.
pub(crate) fn conforming() -> Run {
    let history = HistoryBuilder::gateway().end();
    Run::of(&[
        started(&[("gw.relay.fast-provider-gives-200", Level::Must)]),
        judged(
            "gw.relay.fast-provider-gives-200",
            Verdict::pass(proof(&history)),
            &history,
        ),
        RunEvent::RunEnded,
    ])
}

/// One rule, and it holds; its trial took ten seconds of the run's twelve and a half.
pub(crate) fn timed() -> Run {
    let history = HistoryBuilder::gateway().end();
    let trial = || "late-providers".to_owned();
    let rule = "gw.relay.fast-provider-gives-200";
    let events = [
        (0, started(&[(rule, Level::Must)])),
        (2_000, RunEvent::TrialStarted { trial: trial() }),
        (
            12_000,
            RunEvent::TrialEnded {
                trial: trial(),
                history: Arc::new(history.clone()),
            },
        ),
        (
            12_100,
            judged(rule, Verdict::pass(proof(&history)), &history),
        ),
        (12_500, RunEvent::RunEnded),
    ];
    let mut run = Run::default();
    for (ms, event) in events {
        let began = Moment::from_unix_seconds(1_768_471_200);
        run.take_at(&event, began + Duration::from_millis(ms));
    }
    run
}

/// One of two rules was judged when somebody said stop.
pub(crate) fn stopped() -> Run {
    let history = HistoryBuilder::gateway().end();
    Run::of(&[
        started(&[
            ("gw.relay.fast-provider-gives-200", Level::Must),
            ("gw.ban.is-silence", Level::Must),
        ]),
        judged(
            "gw.relay.fast-provider-gives-200",
            Verdict::pass(proof(&history)),
            &history,
        ),
    ])
}

fn started(rules: &[(&str, Level)]) -> RunEvent {
    let card = |(id, level): &(&str, Level)| RuleCard {
        id: (*id).to_owned(),
        role: Role::Gateway,
        theme: id.split('.').nth(1).unwrap_or_default().to_owned(),
        level: *level,
        sentence: "What is demanded stands here.".to_owned(),
        source: "002:106".to_owned(),
    };
    RunEvent::RunStarted {
        role: Role::Gateway,
        target: "simulated gateway".to_owned(),
        edition: "documented".to_owned(),
        rules: rules.iter().map(card).collect(),
    }
}

fn judged(rule: &str, verdict: Verdict, history: &History) -> RunEvent {
    let evidence = verdict.proof().map(|proof| history.evidence(proof));
    RunEvent::Judged {
        rule: rule.to_owned(),
        trial: "late-providers".to_owned(),
        verdict,
        evidence: evidence.unwrap_or_default(),
    }
}

fn doubt(rule: &str) -> Doubt {
    Doubt {
        rule: rule.to_owned(),
        why: "the machine paused the harness".to_owned(),
    }
}

fn proof(history: &History) -> Proof {
    Proof::of_all(&history.entries).expect("a trial has an end at least")
}
