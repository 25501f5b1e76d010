use std::sync::Mutex;

use doublure_rules::{Capability, ExitCode, Level, Outcome, Proof, testing::HistoryBuilder};

use super::*;

static HOLDS: Rule = Rule {
    id: "gw.theme.holds",
    role: Role::Gateway,
    theme: "theme",
    level: Level::Must,
    sentence: "It holds.",
    source: "house",
    needs: &[],
    trial: "trial",
    reasons: &[],
    judge: |history| match Proof::of_all(&history.entries) {
        Some(proof) => Verdict::pass(proof),
        None => Verdict::inconclusive("nothing happened"),
    },
};

static NEEDS_CLOCK: Rule = Rule {
    id: "gw.theme.needs-clock",
    needs: &[Capability::Clock],
    ..HOLDS
};

fn heading() -> Heading {
    Heading {
        role: Role::Gateway,
        target: "by hand".to_owned(),
        edition: "documented".to_owned(),
        side_by_side: true,
        retries: 0,
    }
}

/// A job of one try whose work is this, each time.
fn job<F>(work: impl Fn(u32) -> F + Send + Sync + 'static) -> Job
where
    F: Future<Output = Result<History, TrialError>> + Send + 'static,
{
    Job {
        trial: "trial",
        rules: vec![&HOLDS, &NEEDS_CLOCK],
        tries: 1,
        work: Box::new(move |nth| Box::pin(work(nth))),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn trials_that_do_not_run_side_by_side_run_in_their_order() {
    let heading = Heading {
        side_by_side: false,
        ..heading()
    };
    let done = Arc::new(Mutex::new(Vec::new()));
    let jobs = (0..50).map(|nth| {
        let done = Arc::clone(&done);
        job(move |_| {
            done.lock().unwrap().push(nth);
            async { Ok(HistoryBuilder::gateway().end()) }
        })
    });

    run(&heading, jobs.collect(), &mut |_| ()).await;

    assert_eq!(*done.lock().unwrap(), Vec::from_iter(0..50));
}

async fn carried_out<F>(work: impl Fn(u32) -> F + Send + Sync + 'static) -> (Run, Vec<RunEvent>)
where
    F: Future<Output = Result<History, TrialError>> + Send + 'static,
{
    told_of(job(work)).await
}

async fn told_of(job: Job) -> (Run, Vec<RunEvent>) {
    let mut events = Vec::new();
    let run = run(&heading(), vec![job], &mut |event| {
        events.push(event.clone());
    })
    .await;
    (run, events)
}

#[tokio::test]
async fn a_history_is_judged_by_every_rule_of_its_trial() {
    let (run, events) = carried_out(|_| async { Ok(HistoryBuilder::gateway().end()) }).await;

    assert_eq!(run, Run::of(&events));
    assert_eq!(run.exit_code(), ExitCode::Conforms);
    assert_eq!(events.len(), 6);
}

#[tokio::test]
async fn what_the_target_lacks_is_told_and_not_judged() {
    let (run, _) = carried_out(|_| async { Ok(HistoryBuilder::gateway().end()) }).await;

    let gap = run.with(Outcome::NotApplicable).next().unwrap();
    assert_eq!(gap.rule.id, NEEDS_CLOCK.id);
    assert_eq!(
        gap.verdict,
        Verdict::not_applicable(Capability::Clock.absence())
    );
}

#[tokio::test]
async fn a_verdict_comes_with_the_entries_that_prove_it() {
    let (run, _) = carried_out(|_| async { Ok(HistoryBuilder::gateway().end()) }).await;

    assert_eq!(run.with(Outcome::Pass).next().unwrap().evidence.len(), 1);
}

#[tokio::test]
async fn a_trial_that_cannot_be_carried_out_is_the_harness_s_error() {
    let (run, _) = carried_out(|_| async { Err(TrialError::Dropped(3)) }).await;

    assert_eq!(run.exit_code(), ExitCode::HarnessError);
    assert_eq!(run.failures[0].rules, [HOLDS.id, NEEDS_CLOCK.id]);
}

#[tokio::test]
async fn a_trial_that_panics_is_the_harness_s_error_too() {
    let (run, _) = carried_out(|_| async { panic!("a bug of the trial") }).await;

    assert_eq!(run.exit_code(), ExitCode::HarnessError);
}

/// What a doubtful rule is judged by: nothing happened, or something did.
fn seen(nothing: bool) -> History {
    let asked = HistoryBuilder::gateway().ask("probe", "op", "111");
    let mut history = asked.answer("probe", 200, "{}").end();
    if nothing {
        history.entries.truncate(1);
    }
    history
}

static TELLS_AT_THE_END: Rule = Rule {
    id: "gw.theme.tells-at-the-end",
    judge: |history| match history.end() {
        Ok(end) => Verdict::pass(Proof::of(end)),
        Err(doubt) => doubt,
    },
    ..HOLDS
};

/// Of three tries; its first so many leave a history that does not tell.
fn doubtful(first: u32) -> Job {
    Job {
        rules: vec![&HOLDS, &TELLS_AT_THE_END],
        tries: 3,
        ..job(move |nth| async move { Ok(seen(nth < first)) })
    }
}

#[tokio::test]
async fn a_verdict_in_doubt_is_tried_again_and_what_is_clear_is_not_said_twice() {
    let (run, events) = told_of(doubtful(1)).await;

    assert_eq!(run, Run::of(&events));
    assert_eq!(run.exit_code(), ExitCode::Conforms);
    let [clear, doubtful] = &run.judgements[..] else {
        panic!("two rules are judged: {run:?}")
    };
    assert_eq!(clear.doubts, Vec::<String>::new());
    assert_eq!(doubtful.doubts, ["the trial was not seen to end"]);
}

#[tokio::test]
async fn what_stays_in_doubt_is_inconclusive_after_the_last_try() {
    let (run, events) = told_of(doubtful(3)).await;

    let ended = |event: &&RunEvent| matches!(event, RunEvent::TrialEnded { .. });
    assert_eq!(events.iter().filter(ended).count(), 3);
    let unclear = run.with(Outcome::Inconclusive).next().unwrap();
    assert_eq!(unclear.doubts.len(), 2);
}

#[tokio::test]
async fn a_trial_that_had_nothing_to_do_is_not_carried_out_again() {
    let nothing_done = Job {
        rules: vec![&TELLS_AT_THE_END],
        tries: 3,
        ..job(|_| async {
            let mut idle = HistoryBuilder::gateway().end();
            idle.entries.clear();
            Ok(idle)
        })
    };

    let (run, _) = told_of(nothing_done).await;

    assert_eq!(run.tried_again(), 0);
    assert_eq!(run.exit_code(), ExitCode::Incomplete);
}

#[tokio::test]
async fn a_second_try_that_cannot_be_carried_out_leaves_only_the_doubtful_rules_unjudged() {
    let broken = Job {
        rules: vec![&HOLDS, &TELLS_AT_THE_END],
        tries: 2,
        ..job(|nth| async move {
            match nth {
                0 => Ok(seen(true)),
                _ => Err(TrialError::Dropped(3)),
            }
        })
    };

    let (run, _) = told_of(broken).await;

    assert_eq!(run.failures[0].rules, [TELLS_AT_THE_END.id]);
    assert_eq!(run.judgements[0].rule.id, HOLDS.id);
}
