//! A connection on which nothing is ever sent again.

use std::{sync::Arc, time::Duration};

use doublure_journal::{ConnectionId, Ending, Event, Side};

use super::connection::Ended;
use crate::{
    Clock,
    gate::{Gate, Keeper, Line},
    session::{Core, MOST_SILENT, SilentPlace},
};

/// Holds a connection in silence: until its peer leaves and a little longer, or until it stood too
/// long, or there are too many and it is the oldest. On real time, as all guards of sockets.
pub(super) async fn hold<L: Line + Sync>(
    core: &Arc<Core>,
    connection: ConnectionId,
    gate: Gate<L>,
    keeper: &Keeper,
) -> Ended {
    core.journal
        .record(Event::ConnectionSilenced { connection });
    keeper.stop_reading();
    let place = SilentPlace::take(core);
    let waited = Clock::patience(LONGEST, async {
        tokio::select! {
            () = gate.line().hung_up() => true,
            () = place.evicted() => false,
        }
    });
    let told = match waited.await {
        Ok(true) => {
            // An end that answers the peer's at once would be an answer.
            let _ = Clock::patience(AFTERWARDS, std::future::pending::<()>()).await;
            return (Side::Peer, Ending::Closed);
        }
        Ok(false) => format!("more than {MOST_SILENT} silent connections: the oldest is closed"),
        Err(_) => format!(
            "a silent connection is closed after {} s",
            LONGEST.as_secs()
        ),
    };
    core.note(None, "silence", told);
    (Side::Ours, Ending::Closed)
}

const LONGEST: Duration = Duration::from_secs(120);
const AFTERWARDS: Duration = Duration::from_secs(2);
