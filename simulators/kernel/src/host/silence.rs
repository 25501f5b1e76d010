//! A connection on which nothing is ever sent again.

use std::sync::Arc;

use doublure_journal::{ConnectionId, Ending, Event, Side};

use super::opened::Ended;
use crate::{
    Clock,
    gate::{Gate, Keeper, Line},
    session::{Core, SilentPlace},
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
    let bounds = core.connections.silence_bounds();
    let place = SilentPlace::take(core);
    let waited = Clock::patience(bounds.longest, async {
        tokio::select! {
            () = gate.line().hung_up() => true,
            () = place.evicted() => false,
        }
    });
    let told = match waited.await {
        Ok(true) => {
            // An end that answers the peer's at once would be an answer.
            let _ = Clock::patience(bounds.afterwards, std::future::pending::<()>()).await;
            return (Side::Peer, Ending::Closed);
        }
        Ok(false) => format!(
            "more than {} silent connections: the oldest is closed",
            bounds.most
        ),
        Err(_) => format!(
            "a silent connection is closed after {} ms",
            bounds.longest.as_millis()
        ),
    };
    core.note(None, "silence", told);
    (Side::Ours, Ending::Closed)
}
