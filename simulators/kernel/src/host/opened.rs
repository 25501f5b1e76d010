//! A connection that is known as open, and how it ended.

use std::net::SocketAddr;

use doublure_journal::{ConnectionId, Ending, Event, Side};

use crate::{doorway::Doorway, session::Core};

/// How a connection ended, and by whom.
pub(crate) type Ended = (Side, Ending);

/// A connection that is known as open, until this is dropped.
pub(super) struct Opened<'a> {
    core: &'a Core,
    connection: ConnectionId,
}

impl<'a> Opened<'a> {
    pub(super) fn record(
        core: &'a Core,
        connection: ConnectionId,
        door: &Doorway,
        peer: SocketAddr,
    ) -> Self {
        core.journal.record(Event::ConnectionOpened {
            connection,
            hop: door.hop(),
            peer,
            local: door.address(),
        });
        Self { core, connection }
    }

    pub(super) fn close(self, (by, how): Ended) {
        self.core.journal.record(Event::ConnectionClosed {
            connection: self.connection,
            by,
            how,
        });
    }
}

impl Drop for Opened<'_> {
    fn drop(&mut self) {
        self.core.connections.remove(self.connection);
    }
}
