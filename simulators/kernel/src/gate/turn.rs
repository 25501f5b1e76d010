//! Drives what reads and writes through a gate.

use std::{
    future::{Future, poll_fn},
    pin::Pin,
    task::Poll,
};

use super::{Fate, Keeper};

/// What came of driving a connection.
#[derive(Debug)]
pub(crate) enum Driven<T> {
    /// It is over.
    Done(T),
    /// The keeper ordered otherwise.
    Ordered(Fate),
}

/// Drives work on a gate until it is done or the gate's keeper orders otherwise.
pub(crate) async fn drive<F: Future + Unpin>(keeper: &Keeper, work: &mut F) -> Driven<F::Output> {
    poll_fn(|context| match keeper.begin_turn(context.waker()) {
        Fate::Open => match (Pin::new(&mut *work).poll(context), keeper.fate()) {
            (Poll::Ready(output), _) => Poll::Ready(Driven::Done(output)),
            (Poll::Pending, Fate::Open) => Poll::Pending,
            (Poll::Pending, ordered) => Poll::Ready(Driven::Ordered(ordered)),
        },
        ordered => Poll::Ready(Driven::Ordered(ordered)),
    })
    .await
}
