//! An HTTP client over one connection, used once.

use std::{
    error::Error,
    future::{Future, poll_fn},
    io,
    pin::{Pin, pin},
    task::Poll,
};

use bytes::Bytes;
use doublure_journal::Failure;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};

use super::asking::Head;
use crate::{
    gate::{Driven, Gate, Keeper, drive},
    session::Core,
};

/// Asks over a connection, which ends with this.
pub(super) async fn ask<L>(
    core: &Core,
    line: L,
    keeper: Keeper,
    request: Request<Bytes>,
    head: Head,
) -> Result<Response<Bytes>, Failure>
where
    L: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let gate = Gate::new(line, keeper.clone());
    let (sender, connection) = http1::handshake(TokioIo::new(gate))
        .await
        .map_err(|error| failure(&error))?;
    let mut exchange = pin!(exchange(core, sender, request, head));
    let mut connection = Some(connection);
    let mut broken = None;
    // Both in one task, as they end together: whoever drops the exchange drops the connection.
    let mut both = poll_fn(|context| {
        if let Some(alive) = &mut connection
            && let Poll::Ready(ended) = Pin::new(alive).poll(context)
        {
            broken = ended.err();
            connection = None;
        }
        exchange.as_mut().poll(context)
    });
    let Driven::Done(outcome) = drive(&keeper, &mut both).await else {
        // Nobody orders anything of this end's keeper.
        return Err(Failure::Closed);
    };
    // Why a body ended is known to the connection alone.
    outcome.map_err(|error| broken.as_ref().map_or_else(|| failure(&error), failure))
}

async fn exchange(
    core: &Core,
    mut sender: SendRequest<Full<Bytes>>,
    request: Request<Bytes>,
    head: Head,
) -> hyper::Result<Response<Bytes>> {
    let response = sender.send_request(request.map(Full::new)).await?;
    let (parts, body) = response.into_parts();
    let came = Response::from_parts(parts, Bytes::new());
    // Set once: one answer comes on one connection.
    let _ = head.set(core.journal.head(&came));
    let body = body.collect().await?.to_bytes();
    Ok(came.map(|_| body))
}

/// What became of an exchange, in the words of a journal.
fn failure(error: &hyper::Error) -> Failure {
    let causes = std::iter::successors(error.source(), |cause: &&(dyn Error + 'static)| {
        (*cause).source()
    });
    let broken = causes
        .filter_map(|cause| cause.downcast_ref::<io::Error>())
        .any(|cause| {
            use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset};
            matches!(
                cause.kind(),
                ConnectionReset | ConnectionAborted | BrokenPipe
            )
        });
    match () {
        () if broken => Failure::Reset,
        () if error.is_parse() => Failure::Malformed,
        () => Failure::Closed,
    }
}
