use std::sync::Mutex;

use super::*;

const PATIENCE: Duration = Duration::from_secs(60);

fn manual() -> Clock {
    Clock::new(ClockKind::Manual(Moment::from_unix_seconds(0)))
}

fn micros(count: u64) -> Duration {
    Duration::from_micros(count)
}

async fn advance(clock: &Clock, by: Duration) -> Moment {
    clock.advance(by, When::default(), PATIENCE).await.unwrap()
}

/// A list of what happened, and tasks known to the clock that write into it.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<(String, Moment)>>>);

impl Log {
    fn write(&self, clock: &Clock, what: &str) {
        self.0.lock().unwrap().push((what.to_owned(), clock.now()));
    }

    fn sleeper(&self, clock: &Clock, what: &'static str, due: Duration, order: Order) {
        let (log, clock, start) = (self.clone(), clock.clone(), clock.now());
        let ledger = Arc::clone(clock.ledger());
        let work = async move {
            clock.sleep_until(start + due, order).await;
            log.write(&clock, what);
        };
        tokio::spawn(Tracked::new(&ledger, work));
    }

    fn names(&self) -> Vec<String> {
        let log = self.0.lock().unwrap();
        log.iter().map(|(name, _)| name.clone()).collect()
    }
}

#[tokio::test]
async fn timers_fire_by_moment_then_deliveries_first_then_in_the_order_of_their_coming() {
    let (clock, log) = (manual(), Log::default());
    for (what, due, order) in [
        ("deadline", 5, Order::Deadline),
        ("second", 5, Order::Delivery),
        ("third", 5, Order::Delivery),
        ("first", 4, Order::Deadline),
        ("beyond", 7, Order::Delivery),
    ] {
        log.sleeper(&clock, what, micros(due), order);
        // Settled: the timer stands in the queue before the next comes.
        advance(&clock, Duration::ZERO).await;
    }

    advance(&clock, micros(6)).await;

    assert_eq!(log.names(), ["first", "second", "third", "deadline"]);
    assert_eq!(log.0.lock().unwrap()[0].1, Moment::from_micros(4));
    assert_eq!(clock.now(), Moment::from_micros(6));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_timer_is_settled_before_the_next_fires() {
    let (clock, log) = (manual(), Log::default());
    let (send, mut receive) = tokio::sync::mpsc::unbounded_channel();
    let (timer, ledger) = (clock.clone(), Arc::clone(clock.ledger()));
    let delivers = async move {
        timer.sleep(micros(5), Order::Delivery).await;
        send.send(()).unwrap();
    };
    let (limited, told) = (clock.clone(), log.clone());
    let waits = async move {
        let got = limited.within(micros(5), receive.recv()).await;
        told.write(&limited, &format!("{got:?}"));
    };
    tokio::spawn(Tracked::new(&ledger, waits));
    tokio::spawn(Tracked::new(&ledger, delivers));

    advance(&clock, micros(5)).await;

    assert_eq!(log.names(), ["Ok(Some(()))"]);
}

#[tokio::test]
async fn a_wait_for_what_has_passed_ends_at_once_and_one_that_is_dropped_is_forgotten() {
    let clock = manual();
    advance(&clock, micros(5)).await;

    clock
        .sleep_until(Moment::from_micros(5), Order::Delivery)
        .await;
    let outcome = clock
        .within(Duration::ZERO, std::future::pending::<()>())
        .await;
    let mut dropped = Box::pin(clock.sleep(micros(1), Order::Delivery));
    let waits = poll_fn(|context| Poll::Ready(dropped.as_mut().poll(context).is_pending())).await;
    drop(dropped);

    assert_eq!(outcome, Err(Elapsed));
    assert!(waits);
    let Face::Manual(manual) = &*clock.face else {
        panic!("the clock is manual");
    };
    assert!(manual.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn moves_at_once_are_made_one_after_another() {
    let clock = manual();

    let moves = [(); 20].map(|()| {
        let clock = clock.clone();
        tokio::spawn(async move { advance(&clock, micros(7)).await })
    });
    for moved in moves {
        moved.await.unwrap();
    }

    assert_eq!(clock.now(), Moment::from_micros(140));
}

#[tokio::test]
async fn a_real_clock_is_near_the_wall_and_waits_in_real_time() {
    let clock = Clock::new(ClockKind::Real);
    let (before, start) = (Moment::from_unix_seconds(1_700_000_000), clock.now());

    clock.sleep(Duration::from_millis(2), Order::Delivery).await;
    let in_time = clock.within(PATIENCE, async { 7 }).await;
    let late = clock.within(micros(1), std::future::pending::<()>()).await;

    assert!(start > before);
    assert!(clock.now().since(start) >= Duration::from_millis(2));
    assert_eq!((in_time, late), (Ok(7), Err(Elapsed)));
    assert_eq!(clock.kind(), ClockKind::Real);
}

#[tokio::test]
async fn a_real_clock_that_is_set_forward_runs_on_from_there() {
    let clock = Clock::new(ClockKind::Real);
    let hours = Duration::from_secs(12 * 3_600);
    let start = clock.now();

    let moved = advance(&clock, hours).await;
    clock.sleep(Duration::from_millis(2), Order::Delivery).await;

    assert!(moved >= start + hours && moved.since(start) < hours + PATIENCE);
    assert!(clock.now() >= moved + Duration::from_millis(2));
}

#[tokio::test]
async fn whoever_waits_on_a_real_clock_is_called_when_it_is_set_forward_far_enough() {
    let clock = Clock::new(ClockKind::Real);
    let hour = Duration::from_secs(3_600);
    let mut wait = Box::pin(clock.sleep(hour, Order::Delivery));
    let pends = |wait: &mut Pin<Box<Sleep>>, context: &mut Context<'_>| {
        Poll::Ready(wait.as_mut().poll(context).is_pending())
    };

    let waits = poll_fn(|context| pends(&mut wait, context)).await;
    advance(&clock, hour / 2).await;
    let waits_still = poll_fn(|context| pends(&mut wait, context)).await;
    let waiter = tokio::spawn(wait);
    tokio::task::yield_now().await;
    advance(&clock, hour / 2).await;

    assert!(waits && waits_still);
    assert_eq!(
        Clock::patience(PATIENCE, waiter).await.unwrap().ok(),
        Some(())
    );
}

#[tokio::test]
async fn a_move_of_a_real_clock_is_told_from_and_to() {
    let clock = Clock::new(ClockKind::Real);
    let told = Arc::new(Mutex::new(Vec::new()));
    let hears = Arc::clone(&told);
    clock.on_moved(move |from, to| hears.lock().unwrap().push((from, to)));

    let now = advance(&clock, micros(7)).await;

    let told = told.lock().unwrap();
    assert_eq!(told[..], [(Moment::from_micros(now.as_micros() - 7), now)]);
}
