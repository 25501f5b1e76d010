//! Makes a connection to a socket, known to the session where the other end is ours.

use std::{
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::Arc,
};

use doublure_journal::Failure;
use tokio::net::{TcpSocket, TcpStream};

use crate::{
    gate::{Keeper, Wire},
    session::{Core, Origin, Pairing},
};

/// Connects. Where a host of this session listens there, it will know whose exchange comes.
pub(super) async fn connect(
    core: &Arc<Core>,
    origin: Origin,
    target: SocketAddr,
) -> Result<(TcpStream, Keeper), Failure> {
    let socket = bound(target).map_err(|error| failure(&error))?;
    let keeper = if core.connections.is_door(target) {
        let local = socket.local_addr().map_err(|error| failure(&error))?;
        announced(core, origin, local)
    } else {
        Keeper::default()
    };
    // Nothing tells the clock that a connection is being made, but this.
    let _busy = core.clock.is_manual().then(|| core.clock.ledger().hold());
    let stream = socket
        .connect(target)
        .await
        .map_err(|error| failure(&error))?;
    // Small requests must not wait for the peer's acknowledgements; without it they only come later.
    let _ = stream.set_nodelay(true);
    Ok((stream, keeper))
}

/// A socket whose address is known before the other end can see it.
fn bound(target: SocketAddr) -> io::Result<TcpSocket> {
    let (socket, local) = match target {
        SocketAddr::V4(_) => (TcpSocket::new_v4()?, IpAddr::from(Ipv4Addr::LOCALHOST)),
        SocketAddr::V6(_) => (TcpSocket::new_v6()?, IpAddr::from(Ipv6Addr::LOCALHOST)),
    };
    if target.ip().is_loopback() {
        socket.bind(SocketAddr::new(local, 0))?;
    }
    Ok(socket)
}

fn announced(core: &Core, origin: Origin, local: SocketAddr) -> Keeper {
    let wire = core
        .clock
        .is_manual()
        .then(|| Wire::new(core.clock.ledger()));
    let keeper = Keeper::of_wire(wire.as_ref().map(Wire::asking));
    core.connections.pair(local, Pairing { origin, wire });
    keeper
}

fn failure(error: &io::Error) -> Failure {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => Failure::Refused,
        io::ErrorKind::ConnectionReset => Failure::Reset,
        _ => Failure::Unreachable,
    }
}
