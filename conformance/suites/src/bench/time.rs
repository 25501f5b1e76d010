//! Time that a trial lets pass: by moving clocks where it may, by waiting where it must.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use doublure_control::Advance;
use doublure_journal::Moment;
use doublure_rules::Capability;

use super::{Bench, TrialError};
use crate::{probe, target::ForeignClock};

/// A call is under way as long as this lives.
pub(super) struct UnderWay<'a>(&'a AtomicUsize);

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Bench {
    /// What time it is to the session beside the target.
    pub(crate) async fn now(&self) -> Result<Moment, TrialError> {
        Ok(self.inner.session.clock().await?.now)
    }

    /// Whether the target's clock can be moved.
    pub fn moves_clock(&self) -> bool {
        self.offers(Capability::Clock)
    }

    /// Whether no time passes to the target but what this trial lets pass.
    pub fn stands_still(&self) -> bool {
        self.inner.profile.stands_still()
    }

    /// Whether a trial waits for the end of a ban.
    pub(crate) fn sees_the_end_of_bans(&self) -> bool {
        self.offers(Capability::BanTerm)
    }

    /// Lets a time pass while calls are under way: where it does not pass by itself, the clock is moved.
    pub async fn let_pass(&self, duration: Duration) -> Result<(), TrialError> {
        match self.stands_still() {
            true => self.advance(duration).await,
            false => Ok(()),
        }
    }

    /// Lets a time pass that no rule speaks of, if that costs nothing: where the clock can be moved. By whole seconds
    /// where it runs by itself. No call is under way.
    pub async fn skip(&self, duration: Duration) -> Result<(), TrialError> {
        match &self.inner.clock {
            Some(clock) => self.set_forward(clock, duration).await,
            None => self.let_pass(duration).await,
        }
    }

    /// Lets a time pass that a trial must see the end of: where the clock cannot be moved it waits for it. No call is
    /// under way.
    pub async fn wait_out(&self, duration: Duration) -> Result<(), TrialError> {
        self.skip(duration).await?;
        if !self.moves_clock() {
            probe::after(duration).await;
        } else if !self.stands_still() {
            let part = Duration::from_nanos(duration.subsec_nanos().into());
            probe::after(part).await;
        }
        Ok(())
    }

    /// Lets pass what is left until so long before a moment. No call is under way.
    pub(crate) async fn wait_until(
        &self,
        moment: Moment,
        before: Duration,
    ) -> Result<(), TrialError> {
        let left = async || {
            let left = moment.since(self.now().await?);
            Ok::<_, TrialError>(left.saturating_sub(before))
        };
        if !self.stands_still() {
            // How long it takes to move a clock is not known before.
            self.skip(left().await?.saturating_sub(OF_A_MOVE)).await?;
            probe::after(left().await?).await;
            return Ok(());
        }
        self.wait_out(left().await?).await
    }

    /// Lets the quota windows that an earlier try used come to their end, where the target's tokens are the same.
    pub(crate) async fn let_windows_end(&self) -> Result<(), TrialError> {
        let gateway = &self.inner.profile.gateway;
        if self.inner.fresh_tokens || !self.offers(Capability::Quota) {
            return Ok(());
        }
        self.wait_out(gateway.quota_window() + ROUNDED).await
    }

    /// Lets bans of earlier trials come to their end, where that costs nothing.
    pub(crate) async fn let_bans_end(&self) -> Result<(), TrialError> {
        match self.inner.clock {
            Some(_) => {
                let term = self.inner.profile.gateway.ban_term();
                self.skip(term + ROUNDED).await
            }
            None => Ok(()),
        }
    }

    /// Whether the target's clock went where it was moved to.
    pub(crate) async fn is_in_step(&self) -> Result<(), TrialError> {
        match &self.inner.clock {
            Some(clock) => clock.is_in_step(&self.inner.session).await,
            None => Ok(()),
        }
    }

    /// Says that a call is under way.
    pub(super) fn under_way(&self) -> UnderWay<'_> {
        self.inner.under_way.fetch_add(1, Ordering::Relaxed);
        UnderWay(&self.inner.under_way)
    }

    async fn advance(&self, duration: Duration) -> Result<(), TrialError> {
        let advance = Advance {
            by_ms: u64::try_from(duration.as_millis()).unwrap_or(u64::MAX),
            ..Advance::default()
        };
        self.inner.session.advance(&advance).await?;
        Ok(())
    }

    /// Moves the target's clock and the session's. What happens meanwhile happens at no time that anybody knows.
    async fn set_forward(
        &self,
        clock: &ForeignClock,
        duration: Duration,
    ) -> Result<(), TrialError> {
        let calls = self.inner.under_way.load(Ordering::Relaxed);
        if calls > 0 {
            let why = format!("the target's clock is moved while {calls} calls are under way");
            return Err(TrialError::Broken(why));
        }
        match duration.as_secs() {
            0 => Ok(()),
            seconds => clock.advance(&self.inner.session, seconds).await,
        }
    }
}

/// What the end of a window may have been rounded by.
const ROUNDED: Duration = Duration::from_secs(1);
/// Longer than a move takes.
const OF_A_MOVE: Duration = Duration::from_secs(1);
