//! `doublure control journal`.

use clap::Args;
use doublure_control::{Count, JournalQuery};
use doublure_journal::{Entry, EventKind, Filter, Hop};
use serde::de::DeserializeOwned;

use super::Spoken;
use crate::{
    exit::{Exit, Failure, Outcome},
    spans::{self, Span},
};

/// Which entries are wanted.
#[derive(Args, Debug)]
pub(super) struct JournalArgs {
    /// Only this kind of event, as request_got, response_sent or fault_fired
    #[arg(long, value_name = "KIND", value_parser = word::<EventKind>)]
    event: Option<EventKind>,

    /// Only this hop: client or provider
    #[arg(long, value_parser = word::<Hop>)]
    hop: Option<Hop>,

    /// Only requests of this operation
    #[arg(long, value_name = "ID")]
    operation: Option<String>,

    /// Only calls to this provider
    #[arg(long, value_name = "ID")]
    provider: Option<String>,

    /// Only requests about this SIREN or SIRET
    #[arg(long, value_name = "NUMBER")]
    entity: Option<String>,

    /// Only entries after this one
    #[arg(long, value_name = "INDEX")]
    after: Option<u64>,

    /// So many at most
    #[arg(long, value_name = "N")]
    limit: Option<usize>,

    /// Go on with the entries to come, until the session ends or Ctrl-C
    #[arg(long)]
    follow: bool,

    /// Print how many they are instead
    #[arg(long, conflicts_with_all = ["limit", "follow"])]
    count: bool,

    /// Wait until there are so many, then print how many they are
    #[arg(long, value_name = "N", conflicts_with_all = ["limit", "follow", "count"])]
    wait: Option<usize>,

    /// How long to wait for them, of real time
    #[arg(long, value_name = "DURATION", value_parser = spans::parse, requires = "wait", default_value = "10s")]
    patience: Span,

    /// Forget all entries instead
    #[arg(long, conflicts_with_all = ["event", "hop", "operation", "provider", "entity", "after", "limit", "follow", "count", "wait"])]
    clear: bool,
}

impl JournalArgs {
    pub(super) async fn exec(self, spoken: &Spoken<'_>) -> Outcome {
        if self.clear {
            spoken.session.clear_journal().await?;
            spoken.terminal.note("the journal is empty");
            return Ok(Exit::DONE);
        }
        let filter = Filter {
            after: self.after,
            event: self.event,
            hop: self.hop,
            operation: self.operation,
            provider: self.provider,
            entity: self.entity,
        };
        if let Some(wanted) = self.wait {
            return wait(&filter, wanted, self.patience, spoken).await;
        }
        if self.count {
            let count = spoken.session.count(&filter).await?;
            return spoken.show(&Count { count }, count);
        }
        if self.follow {
            return follow(&filter, self.limit, spoken).await;
        }
        let limit = self.limit;
        let query = JournalQuery { filter, limit };
        let page = spoken.session.journal(&query).await?;
        for entry in &page.entries {
            print(entry, spoken)?;
        }
        if page.dropped > 0 {
            let dropped = page.dropped;
            spoken.terminal.note(format_args!(
                "the full journal dropped {dropped} older entries"
            ));
        }
        Ok(Exit::DONE)
    }
}

async fn wait(
    filter: &Filter,
    wanted: usize,
    Span(patience): Span,
    spoken: &Spoken<'_>,
) -> Outcome {
    let count = spoken.session.wait_for(filter, wanted, patience).await?;
    spoken.show(&Count { count }, count)?;
    if count >= wanted {
        return Ok(Exit::DONE);
    }
    Err(Failure::new(format!(
        "only {count} of {wanted} entries came within {} ms",
        patience.as_millis()
    )))
}

async fn follow(filter: &Filter, limit: Option<usize>, spoken: &Spoken<'_>) -> Outcome {
    let mut following = spoken.session.follow(filter).await?;
    let (mut left, mut told) = (limit.unwrap_or(usize::MAX), 0);
    while left > 0 {
        let Some(entry) = following.next().await? else {
            break;
        };
        if following.dropped() > told {
            told = following.dropped();
            spoken.terminal.note(format_args!(
                "the full journal dropped {told} entries before they could be followed"
            ));
        }
        print(&entry, spoken)?;
        left -= 1;
    }
    Ok(Exit::DONE)
}

fn print(entry: &Entry, spoken: &Spoken<'_>) -> Result<(), Failure> {
    let line = serde_json::to_string(entry).map_err(Failure::new)?;
    spoken.terminal.answer(line)?;
    Ok(())
}

/// Reads a word as it stands in the journal; `-` and `_` are alike.
fn word<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    serde_json::from_value(text.replace('-', "_").into()).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_read_as_the_journal_writes_them() {
        assert_eq!(word("fault_fired"), Ok(EventKind::FaultFired));
        assert_eq!(word("request-got"), Ok(EventKind::RequestGot));
        assert_eq!(word("provider"), Ok(Hop::Provider));
    }

    #[test]
    fn a_kind_that_does_not_exist_is_refused_beside_those_that_do() {
        let refusal = word::<EventKind>("fault").unwrap_err();

        assert!(refusal.contains("fault_fired"), "{refusal}");
    }
}
