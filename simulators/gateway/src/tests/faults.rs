//! Faults of the scenario on the client hop.

use std::time::Duration;

use doublure_fixtures::Edition;
use doublure_scenarios::{
    Answer, Damage, Effect, Fault, On, Pointer, Scenario, Symptom, When, WireFault,
};

use super::bench::{Answered, Bench, Setting, UNITE};

fn bench(then: Effect, delay: Duration) -> Bench {
    let fault = Fault {
        name: "fault".to_owned(),
        on: On::Client,
        when: When::default(),
        delay: delay.into(),
        then,
        enters: None,
    };
    let scenario = Scenario {
        faults: vec![fault],
        ..Scenario::default()
    };
    Bench::with(Setting {
        scenario,
        ..Setting::of(Edition::Documented)
    })
}

#[tokio::test]
async fn an_answer_of_the_scenario_takes_the_place_of_the_real_one() {
    let answer = Answer {
        status: 503,
        body: "<html>".to_owned(),
        ..Answer::default()
    };
    let bench = bench(Effect::Answer(answer), Duration::ZERO);

    let answered = bench.get(UNITE).await;

    assert_eq!(
        (answered.status(), answered.text().as_str()),
        (503, "<html>")
    );
    assert_eq!(bench.providers.asked("unite-legale"), 0);
}

#[tokio::test]
async fn a_gateway_that_fails_inside_says_so_and_asks_nobody() {
    let bench = bench(Effect::Symptom(Symptom::InternalError), Duration::ZERO);

    let answered = bench.get(UNITE).await;

    assert_eq!(answered.status(), 500);
    assert_eq!(answered.json()["errors"][0]["code"], "00500");
    assert_eq!(bench.providers.asked("unite-legale"), 0);
}

#[tokio::test]
async fn what_breaks_the_wire_leaves_no_call_and_what_damages_it_does() {
    let reset = bench(Effect::Wire(WireFault::Reset), Duration::ZERO);
    let cut = bench(Effect::Wire(WireFault::Cut { after: 5 }), Duration::ZERO);

    let broken = reset.get(UNITE).await;
    let damaged = cut.get(UNITE).await;

    assert_eq!(broken.reply.wire, Some(WireFault::Reset));
    assert_eq!(reset.providers.asked("unite-legale"), 0);
    assert_eq!(damaged.reply.wire, Some(WireFault::Cut { after: 5 }));
    assert_eq!(damaged.status(), 200);
}

#[tokio::test]
async fn an_answer_is_damaged_once_it_is_there() {
    let field = Pointer::parse("/data/siren").unwrap();
    let bench = bench(Effect::Damage(Damage::Remove(field)), Duration::ZERO);

    let answered = bench.get(UNITE).await;

    assert_eq!(answered.status(), 200);
    assert!(
        !answered.text().contains("\"siren\":"),
        "{}",
        answered.text()
    );
    assert_eq!(bench.providers.asked("unite-legale"), 1);
}

#[tokio::test]
async fn a_delay_is_waited_and_the_call_goes_on() {
    let bench = bench(Effect::Pass, Duration::from_secs(3));

    let call = bench.start(bench.asking(UNITE));
    bench.wait(Duration::from_micros(2_999_999)).await;
    let before = bench.providers.asked("unite-legale");
    bench.wait(Duration::from_micros(1)).await;

    assert_eq!(Answered::of(call).await.status(), 200);
    assert_eq!((before, bench.providers.asked("unite-legale")), (0, 1));
}
