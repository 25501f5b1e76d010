//! `doublure control clock`.

use clap::Subcommand;
use doublure_control::{Advance, ClockView};

use super::Spoken;
use crate::{
    exit::Outcome,
    spans::{self, Span},
};

/// What is wanted of the clock.
#[derive(Subcommand, Debug)]
pub(super) enum ClockWish {
    /// Show what time it is
    Show,
    /// Move a manual clock on, or set a real one forward
    Advance {
        /// By how long, as 10s, 500ms or 12h
        #[arg(value_parser = spans::parse)]
        by: Span,
        /// Only once so many calls are waiting
        #[arg(long, value_name = "N")]
        parked: Option<usize>,
        /// How long to wait for them, of real time
        #[arg(long, value_name = "DURATION", value_parser = spans::parse, requires = "parked")]
        patience: Option<Span>,
    },
}

impl ClockWish {
    pub(super) async fn exec(self, spoken: &Spoken<'_>) -> Outcome {
        let view = match self {
            Self::Show => spoken.session.clock().await?,
            Self::Advance {
                by,
                parked,
                patience,
            } => {
                let advance = Advance {
                    by_ms: by.as_millis(),
                    parked,
                    patience_ms: patience.map(Span::as_millis),
                };
                spoken.session.advance(&advance).await?
            }
        };
        spoken.show(&view, told(&view))
    }
}

fn told(view: &ClockView) -> String {
    format!(
        "{}  {}  {} calls in progress",
        view.now,
        if view.manual { "manual" } else { "real" },
        view.calls_in_progress
    )
}
