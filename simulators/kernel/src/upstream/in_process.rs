//! The same exchange without a socket.

use std::{
    net::{Ipv4Addr, SocketAddr},
    pin::pin,
    sync::{Arc, Mutex},
};

use bytes::Bytes;
use doublure_journal::{Failure, Hop};
use http::{Method, Request, Response};

use super::{asking::Head, client};
use crate::{
    Reply, Sent, Service,
    gate::{Gate, Keeper, pipe},
    host::{
        answer, connection,
        inbound::{self, Arrival, Call},
    },
    lock::locked,
    session::{Core, Origin},
};

/// Calls the service; where a fault touches the wire, lets its reply through host and client in memory.
pub(super) async fn exchange(
    core: &Arc<Core>,
    origin: Origin,
    service: &Arc<dyn Service>,
    request: Request<Bytes>,
    head: Head,
) -> Result<Response<Bytes>, Failure> {
    let arrival = Arrival {
        hop: Hop::Provider,
        peer: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
        origin: Some(origin),
    };
    let method = request.method().clone();
    let (call, reply) = inbound::receive(core, arrival, service, None, request).await;
    if reply.wire.is_some() && call.passed_on_in().is_none() {
        // Boxed, as what is large and rare should not be moved about with every call.
        return Box::pin(over_a_pipe(core, method, call, reply, head)).await;
    }
    let (response, out) = answer::whole(core, call, reply, None);
    out.into_iter().for_each(Sent::tell);
    Ok(response)
}

async fn over_a_pipe(
    core: &Arc<Core>,
    method: Method,
    call: Call,
    reply: Reply,
    head: Head,
) -> Result<Response<Bytes>, Failure> {
    let (near, far) = pipe();
    let keeper = Keeper::default();
    let gate = Gate::new(near, keeper.clone());
    let once = Mutex::new(Some((call, reply)));
    let connection = core.next_connection();
    let mut host = pin!(connection::converse(
        core,
        connection,
        gate,
        &keeper,
        |_| async {
            let due = locked(&once).take();
            match due {
                Some((call, reply)) => answer::send(core, &keeper, call, reply).await,
                // One exchange has one answer.
                None => std::future::pending().await,
            }
        }
    ));
    // The reply is there already: all that this asks for is that it be sent.
    let mut request = Request::new(Bytes::new());
    *request.method_mut() = method;
    let mut asking = pin!(client::ask(core, far, Keeper::default(), request, head));
    tokio::select! {
        biased;
        outcome = &mut asking => return outcome,
        _ = &mut host => {}
    }
    asking.await
}
