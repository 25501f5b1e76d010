//! Which connections are open, which of them pair two of our own sockets, which are silent.

use std::{
    collections::{BTreeMap, HashMap},
    net::{IpAddr, SocketAddr},
    sync::{Arc, Mutex},
    time::Duration,
};

use doublure_journal::{ConnectionId, ExchangeId};
use tokio::sync::Notify;

use crate::{
    doorway::Doorway,
    gate::{Fate, Keeper, Wire},
    lock::locked,
    upstream::Parent,
};

/// The connections of a session.
#[derive(Debug, Default)]
pub(crate) struct Connections {
    doors: Mutex<HashMap<SocketAddr, Arc<Doorway>>>,
    pairings: Mutex<HashMap<SocketAddr, Pairing>>,
    open: Mutex<HashMap<ConnectionId, (IpAddr, Keeper)>>,
    silent: Mutex<Silent>,
    bounds: Mutex<SilenceBounds>,
}

/// How long silent connections are held, of real time, and how many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SilenceBounds {
    /// How long one is held whose peer stays: more than any client waits.
    pub longest: Duration,
    /// How many at once; with one more, the oldest is closed. More than a caller would open in earnest.
    pub most: usize,
    /// How long one is held whose peer has left: an end at once would be an answer.
    pub afterwards: Duration,
}

/// Which exchange of ours comes on a connection, and which one caused it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Origin {
    pub(crate) exchange: ExchangeId,
    pub(crate) parent: Parent,
}

/// A connection between two of our own sockets.
#[derive(Clone, Debug)]
pub(crate) struct Pairing {
    pub(crate) origin: Origin,
    /// Where bytes on their way are counted; none on a real clock, which nothing moves.
    pub(crate) wire: Option<Arc<Wire>>,
}

/// A place among the silent sockets, given up when dropped.
pub(crate) struct SilentPlace {
    core: Arc<super::Core>,
    ordinal: u64,
    evicted: Arc<Notify>,
}

#[derive(Debug, Default)]
struct Silent {
    places: BTreeMap<u64, Arc<Notify>>,
    last: u64,
}

impl Connections {
    /// A host of ours listens there.
    pub(crate) fn open_door(&self, door: Arc<Doorway>) {
        locked(&self.doors).insert(door.address(), door);
    }

    /// Every door.
    pub(crate) fn doors(&self) -> Vec<Arc<Doorway>> {
        locked(&self.doors).values().cloned().collect()
    }

    pub(crate) fn close_door(&self, address: SocketAddr) {
        locked(&self.doors).remove(&address);
    }

    /// Whether a connection to `target` comes to one of our own hosts.
    pub(crate) fn is_door(&self, target: SocketAddr) -> bool {
        let doors = locked(&self.doors);
        doors.contains_key(&target)
            || doors
                .keys()
                .any(|door| door.ip().is_unspecified() && door.port() == target.port())
    }

    /// Makes a connection known by the address it will come from.
    pub(crate) fn pair(&self, local: SocketAddr, pairing: Pairing) {
        locked(&self.pairings).insert(local, pairing);
    }

    /// The pairing of a connection that came from `peer`. Asked once: an address is used again.
    pub(crate) fn take_pairing(&self, peer: SocketAddr) -> Option<Pairing> {
        locked(&self.pairings).remove(&peer)
    }

    pub(crate) fn add(&self, connection: ConnectionId, address: IpAddr, keeper: Keeper) {
        locked(&self.open).insert(connection, (address.to_canonical(), keeper));
    }

    pub(crate) fn remove(&self, connection: ConnectionId) {
        locked(&self.open).remove(&connection);
    }

    pub(crate) fn bound_silence(&self, bounds: SilenceBounds) {
        *locked(&self.bounds) = bounds;
    }

    pub(crate) fn silence_bounds(&self) -> SilenceBounds {
        *locked(&self.bounds)
    }

    pub(crate) fn silence(&self, address: IpAddr) {
        let address = address.to_canonical();
        let open = locked(&self.open);
        let keepers: Vec<Keeper> = open
            .values()
            .filter(|(peer, _)| *peer == address)
            .map(|(_, keeper)| keeper.clone())
            .collect();
        drop(open);
        for keeper in keepers {
            keeper.order(Fate::Silent);
        }
    }
}

impl Default for SilenceBounds {
    fn default() -> Self {
        Self {
            longest: Duration::from_secs(120),
            most: 8_000,
            afterwards: Duration::from_secs(2),
        }
    }
}

impl SilentPlace {
    /// Takes a place; where there are too many, the oldest is told to go.
    pub(crate) fn take(core: &Arc<super::Core>) -> Self {
        let evicted = Arc::new(Notify::new());
        let (ordinal, oldest) = {
            let most = core.connections.silence_bounds().most;
            let mut silent = locked(&core.connections.silent);
            silent.last += 1;
            let ordinal = silent.last;
            silent.places.insert(ordinal, Arc::clone(&evicted));
            let too_many = silent.places.len() > most;
            (
                ordinal,
                too_many.then(|| silent.places.pop_first()).flatten(),
            )
        };
        if let Some((_, oldest)) = oldest {
            oldest.notify_one();
        }
        Self {
            core: Arc::clone(core),
            ordinal,
            evicted,
        }
    }

    /// Returns when there are too many and this is the oldest.
    pub(crate) async fn evicted(&self) {
        self.evicted.notified().await;
    }
}

impl Drop for SilentPlace {
    fn drop(&mut self) {
        let silent = &self.core.connections.silent;
        locked(silent).places.remove(&self.ordinal);
    }
}

#[cfg(test)]
mod tests {
    use std::{future::Future, pin::Pin};

    use bytes::Bytes;
    use doublure_journal::{CaptureLevel, Hop};
    use doublure_scenarios::Scenario;
    use http::Request;

    use super::*;
    use crate::{ClockKind, Exchange, Labels, Reply, Service, Session, SessionConfig};

    fn session() -> Session {
        Session::new(SessionConfig {
            name: "tests".into(),
            seed: 1,
            clock: ClockKind::Real,
            capture: CaptureLevel::Meta,
            journal_capacity: 10,
            scenario: Scenario::default(),
            marks_answers: false,
            access_log: None,
            fault_header: None,
            fault_log: None,
        })
    }

    #[tokio::test]
    async fn the_oldest_silent_socket_gives_way_when_there_are_too_many() {
        let session = session();
        let most = SilenceBounds::default().most;
        let places: Vec<_> = (0..=most)
            .map(|_| SilentPlace::take(session.core()))
            .collect();

        places[0].evicted().await;

        let silent = || locked(&session.core().connections.silent).places.len();
        assert_eq!(silent(), most);
        drop(places);
        assert_eq!(silent(), 0);
    }

    struct Nobody;

    impl Service for Nobody {
        fn label(&self, _: &mut Request<Bytes>) -> Labels {
            Labels::default()
        }

        fn call(self: Arc<Self>, _: Exchange) -> Pin<Box<dyn Future<Output = Reply> + Send>> {
            panic!("nobody calls")
        }
    }

    fn door(address: [u8; 4]) -> Arc<Doorway> {
        let address = SocketAddr::from((address, 0));
        Arc::new(Doorway::bind(Hop::Provider, address, Arc::new(Nobody)).unwrap())
    }

    #[tokio::test]
    async fn a_door_on_every_address_is_ours_on_any() {
        let connections = Connections::default();
        let loopback = |port| SocketAddr::from(([127, 0, 0, 1], port));
        let (any, own) = (door([0, 0, 0, 0]), door([127, 0, 0, 1]));
        let elsewhere = door([127, 0, 0, 1]).address().port();
        connections.open_door(Arc::clone(&any));
        connections.open_door(Arc::clone(&own));

        let ports = [any.address().port(), own.address().port(), elsewhere];
        let ours = ports.map(|port| connections.is_door(loopback(port)));
        connections.close_door(any.address());

        assert_eq!(ours, [true, true, false]);
        assert!(!connections.is_door(loopback(any.address().port())));
    }

    #[test]
    fn a_pairing_is_told_once() {
        let connections = Connections::default();
        let local = SocketAddr::from(([127, 0, 0, 1], 5_000));
        let origin = Origin {
            exchange: ExchangeId(2),
            parent: ExchangeId(1).into(),
        };
        connections.pair(local, Pairing { origin, wire: None });

        let told = [(); 2].map(|()| {
            connections
                .take_pairing(local)
                .map(|pairing| pairing.origin)
        });

        assert_eq!(told, [Some(origin), None]);
    }
}
