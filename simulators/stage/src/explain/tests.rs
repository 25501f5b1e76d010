use super::*;

/// What is told of one request about a company.
async fn told(scenario: &str, nth: u64) -> Explanation {
    explain(question(scenario, nth)).await.unwrap()
}

fn question(scenario: &str, nth: u64) -> Question {
    let target = "/v3/insee/sirene/unites_legales/418166096?context=essai&recipient=13002526500013&object=essai";
    Question {
        session: NewSession {
            name: Some("main".into()),
            scenario_text: Some(scenario.into()),
            ..NewSession::default()
        },
        request: Request::get(target).body(Bytes::new()).unwrap(),
        token: Some("standard".into()),
        nth,
    }
}

fn steps(explanation: &Explanation) -> Vec<String> {
    let of = |exchange: &StepsOfExchange| {
        let hop = exchange.call.clone().unwrap_or_else(|| "client".into());
        exchange
            .steps
            .iter()
            .map(|step| format!("{hop}, {}: {:?}, {}", step.fault, step.outcome, step.why))
            .collect::<Vec<_>>()
    };
    explanation.exchanges.iter().flat_map(of).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_step_of_every_hop_says_what_it_does_or_why_it_does_not() {
    let scenario = "faults:
  - { name: other-token, on: client, when: { token: second }, then: silence }
  - { name: log-ins-are-well, when: { call: login }, then: pass }
  - { name: others, when: { provider: dgfip }, then: silence }
  - { name: unlikely, when: { share: 0 }, then: close }
  - { name: second, when: { nth: 2 }, then: close }
  - { name: down, when: { call: unite-legale }, delay: 3s, then: { symptom: unavailable } }
  - { name: rest, then: silence }
";

    let explanation = told(scenario, 1).await;

    assert_eq!(explanation.answer, "503 01001");
    assert_eq!(explanation.took_ms, 3_000);
    insta::assert_snapshot!(steps(&explanation).join("\n"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_nth_of_equal_requests_is_told_with_its_own_draw() {
    let scenario = "faults:
  - { name: half, when: { call: unite-legale, share: 0.5 }, then: { symptom: unavailable } }
";

    let draws: Vec<_> = [
        told(scenario, 1).await,
        told(scenario, 2).await,
        told(scenario, 2).await,
    ]
    .iter()
    .map(|told| {
        let steps = told.exchanges.iter().flat_map(|exchange| &exchange.steps);
        let drawn = steps.filter_map(|step| Some((step.draw?, step.ordinal?)));
        drawn.collect::<Vec<_>>()
    })
    .collect();

    assert_eq!(draws[0].len(), 1);
    assert_eq!((draws[0][0].1, draws[1][0].1), (0, 1));
    assert_ne!(draws[0], draws[1]);
    assert_eq!(draws[1], draws[2]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_told_is_what_happens() {
    let scenario = "faults:
  - { name: some, when: { share: 0.3 }, then: { symptom: unavailable } }
  - { name: slow, when: { share: 0.5 }, delay: { uniform: [1s, 12s] } }
";

    for nth in 1..6 {
        let explanation = told(scenario, nth).await;
        let fired = explanation
            .exchanges
            .iter()
            .flat_map(|exchange| &exchange.steps)
            .filter(|step| step.outcome == Outcome::Fires);
        let hindered =
            fired.clone().any(|step| step.fault == "some") || explanation.took_ms >= 10_000;

        assert_eq!(explanation.answer == "200", !hindered, "{explanation:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn silence_of_the_gateway_and_of_a_provider_are_both_told() {
    let gateway = told("faults:\n  - { on: client, then: silence }\n", 1).await;
    let provider = told("faults:\n  - { then: silence }\n", 1).await;

    assert_eq!(gateway.answer, "silence");
    assert_eq!(
        (provider.answer.as_str(), provider.took_ms),
        ("504 01002", 10_000)
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn times_are_those_of_the_clock_that_is_asked_for() {
    let scenario =
        "faults:\n  - { name: night, when: { hours: \"01:00-02:00\" }, then: silence }\n";
    let at = |instant: &str| {
        let mut question = question(scenario, 1);
        question.session.clock = ClockSetting::Manual(Some(instant.parse().unwrap()));
        explain(question)
    };

    let day = at("2026-01-15T10:00:00Z").await.unwrap();
    let night = at("2026-01-15T00:30:00Z").await.unwrap();

    assert_eq!(
        (day.answer.as_str(), night.answer.as_str()),
        ("200", "504 01002")
    );
    assert!(
        steps(&day)[0].contains("outside its hours"),
        "{:?}",
        steps(&day)
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_that_there_is_not_is_refused_with_those_that_there_are() {
    let mut question = question("faults: []\n", 1);
    question.token = Some("standrad".into());

    let problem = explain(question).await.unwrap_err();

    assert!(
        problem.problem.contains("did you mean `standard`?"),
        "{problem}"
    );
}
