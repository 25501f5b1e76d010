//! How noisy the machine is while a trial runs, measured beside it, and waits that noise does not shorten.
//!
//! A beat waits a moment and has a byte echoed over loopback. What it took longer than the moment the machine
//! kept from the harness: the processor, the timer or the network. That is told in the journal of the trial.

use std::{convert::Infallible, future::Future, time::Duration};

use doublure_control::timed;
use doublure_journal::Event;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

use crate::{Bench, TrialError, probe};

/// Tells the journal of a trial of every pause until it is dropped.
pub(crate) async fn watch(bench: &Bench) -> Result<Infallible, TrialError> {
    let mut echo = Echo::open().await;
    loop {
        let lasted = timed(beat(&mut echo)).await;
        if let Some(lasted) = stall(lasted) {
            bench.record(&Event::Stalled { lasted }).await?;
        }
    }
}

/// Waits until the machine has let the harness run for so long, in real time: a pause counts for no more than the beat
/// it falls into. Who gives up after that was not merely kept from hearing what came.
pub(crate) async fn quiet(limit: Duration) {
    let mut left = limit;
    while !left.is_zero() {
        let beat = left.min(BEAT);
        probe::after(beat).await;
        left -= beat;
    }
}

/// What `work` came to, or none if it took longer than a [`quiet`] time.
pub(crate) async fn within<F: Future>(limit: Duration, work: F) -> Option<F::Output> {
    tokio::select! {
        biased;
        done = work => Some(done),
        () = quiet(limit) => None,
    }
}

/// Two ends of a connection over loopback; none where the machine has none to give.
struct Echo(Option<(TcpStream, TcpStream)>);

impl Echo {
    async fn open() -> Self {
        let opened = async {
            let listener = TcpListener::bind("127.0.0.1:0").await?;
            let near = TcpStream::connect(listener.local_addr()?).await?;
            let (far, _) = listener.accept().await?;
            near.set_nodelay(true)?;
            far.set_nodelay(true)?;
            std::io::Result::Ok((near, far))
        };
        Self(opened.await.ok())
    }

    /// One byte there and back.
    async fn back_and_forth(&mut self) -> std::io::Result<()> {
        if let Some((near, far)) = &mut self.0 {
            near.write_u8(BYTE).await?;
            far.read_u8().await?;
            far.write_u8(BYTE).await?;
            near.read_u8().await?;
        }
        Ok(())
    }
}

async fn beat(echo: &mut Echo) {
    probe::after(BEAT).await;
    if echo.back_and_forth().await.is_err() {
        echo.0 = None;
    }
}

/// What a beat took longer than it should, where that is worth telling.
fn stall(lasted: Duration) -> Option<Duration> {
    let excess = lasted.saturating_sub(BEAT);
    (excess >= WORTH_TELLING).then_some(excess)
}

const BEAT: Duration = Duration::from_millis(20);
/// Shorter ones blur no verdict: the narrowest line that judges draw on real time is 200 ms wide.
const WORTH_TELLING: Duration = Duration::from_millis(50);
const BYTE: u8 = b'.';

#[cfg(test)]
mod tests {
    use std::future::pending;

    use super::*;

    #[test]
    fn what_a_beat_took_longer_than_it_should_is_a_stall_from_a_twentieth_of_a_second_on() {
        let after = |millis| stall(Duration::from_millis(millis));

        assert_eq!(after(20), None);
        assert_eq!(after(69), None);
        assert_eq!(after(70), Some(Duration::from_millis(50)));
        assert_eq!(after(3_020), Some(Duration::from_secs(3)));
    }

    #[tokio::test]
    async fn a_byte_comes_back_over_loopback_and_an_end_that_is_gone_is_noticed() {
        let mut echo = Echo::open().await;

        let whole = echo.back_and_forth().await;
        let far = &mut echo.0.as_mut().unwrap().1;
        far.shutdown().await.unwrap();
        let ended = echo.back_and_forth().await;

        assert!(whole.is_ok());
        assert!(ended.is_err());
    }

    #[tokio::test(start_paused = true)]
    async fn a_pause_of_the_harness_is_no_part_of_a_wait() {
        let waiting = tokio::spawn(within(BEAT * 3, pending::<()>()));
        tokio::task::yield_now().await;

        tokio::time::advance(BEAT * 100).await;
        for _ in 0..10 {
            tokio::task::yield_now().await;
        }

        assert!(!waiting.is_finished());
        assert_eq!(waiting.await.unwrap(), None);
    }

    #[tokio::test(start_paused = true)]
    async fn what_comes_within_the_beats_came_in_time() {
        let came = within(BEAT * 3, probe::after(BEAT * 2)).await;

        assert_eq!(came, Some(()));
    }

    #[tokio::test]
    async fn a_beat_without_an_echo_still_measures_the_timer() {
        let mut echo = Echo(None);

        let lasted = timed(beat(&mut echo)).await;

        assert!(lasted >= BEAT);
    }
}
