//! The quota of a model, as somebody else would write it.

use std::collections::BTreeMap;

use doublure_rules::{GatewayProfile, WindowStart};

use super::{asked::Asked, manners::Manner};

/// The windows of every counter.
#[derive(Debug, Default)]
pub(super) struct Counters(BTreeMap<(String, String), Window>);

/// A window that is running, or was.
#[derive(Clone, Copy, Debug, Default)]
struct Window {
    end_ms: u64,
    used: u64,
}

/// What counting a call led to.
#[derive(Clone, Debug)]
pub(super) struct Counted {
    group: String,
    limit: u64,
    left: u64,
    reset: u64,
    wait: Option<u64>,
}

impl Counters {
    /// Counts a call; none: it is not of those that count.
    pub(super) fn count(
        &mut self,
        numbers: &GatewayProfile,
        manner: Manner,
        asked: &Asked,
        now: u64,
    ) -> Option<Counted> {
        let (group, limit) = numbers.quota(asked.operation()?.id())?;
        let limit = u64::from(limit);
        let first_call = (numbers.quota_window_start == WindowStart::FirstCall)
            != (manner == Manner::OtherStart);
        let length = numbers.quota_window_ms;
        let end = if first_call {
            now + length
        } else {
            now / length * length + length
        };
        let window = self.0.entry(key(manner, asked, group)).or_insert(Window {
            end_ms: end,
            used: 0,
        });
        if now >= window.end_ms {
            let used = match manner {
                Manner::ForEver => window.used,
                Manner::GivesLessBack => 1,
                _ => 0,
            };
            *window = Window { end_ms: end, used };
        }
        if manner == Manner::Slides {
            window.end_ms = end;
        }
        window.used += if manner == Manner::CountsTwice { 2 } else { 1 };
        let counted = Counted::of(group, limit, *window, first_call, now);
        if manner == Manner::Forgets && counted.wait.is_some() {
            window.used = limit - 1;
        }
        if manner == Manner::ExceptionsInGroup && !["json", "documents"].contains(&group) {
            let token = asked.step.token.unwrap_or_default().to_owned();
            self.0
                .entry((token, "json".to_owned()))
                .or_insert(Window {
                    end_ms: end,
                    used: 0,
                })
                .used += 1;
        }
        Some(counted)
    }

    /// Gives back what should not have been counted.
    pub(super) fn settle(&mut self, manner: Manner, asked: &Asked, status: u16) {
        if manner == Manner::GoodOnly && status >= 400 {
            let token = asked.step.token.unwrap_or_default();
            let windows = self.0.iter_mut().filter(|((of, _), _)| of == token);
            windows.for_each(|(_, window)| window.used = window.used.saturating_sub(1));
        }
        if manner == Manner::RefusalsTwice && status >= 400 {
            let token = asked.step.token.unwrap_or_default();
            let windows = self.0.iter_mut().filter(|((of, _), _)| of == token);
            windows.for_each(|(_, window)| window.used += 1);
        }
    }
}

impl Counted {
    fn of(group: &str, limit: u64, window: Window, first_call: bool, now: u64) -> Self {
        let up = if first_call { 999 } else { 0 };
        let wait = (window.end_ms - now).div_ceil(1_000).max(1);
        Self {
            group: group.to_owned(),
            limit,
            left: limit.saturating_sub(window.used),
            reset: (window.end_ms + up) / 1_000,
            wait: (window.used > limit).then_some(wait),
        }
    }

    /// What is said of it.
    pub(super) fn headers(&self) -> Vec<(String, String)> {
        [
            ("RateLimit-Limit", self.limit),
            ("RateLimit-Remaining", self.left),
            ("RateLimit-Reset", self.reset),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_string()))
        .into()
    }

    /// How long to wait and in which group, where it is one call too many.
    pub(super) fn refused(&self) -> Option<(u64, &str)> {
        Some((self.wait?, &self.group))
    }
}

/// Which counter counts a call.
fn key(manner: Manner, asked: &Asked, group: &str) -> (String, String) {
    let token = match manner {
        Manner::WithoutTokens => "",
        Manner::CountsForged if asked.step.token == Some("forged") => "standard",
        _ => asked.step.token.unwrap_or_default(),
    };
    let id = asked.step.operation.id();
    let group = match manner {
        Manner::WithoutGroups => "",
        Manner::ByOperation => id,
        Manner::ByVersion if id.contains("_v4_") => "later",
        _ => group,
    };
    (token.to_owned(), group.to_owned())
}
