//! How an answer is let through: whole, cut, dripping.

use std::{future::Future, pin::Pin, task::Context};

use bytes::{Buf, Bytes};

use crate::{Clock, Order, clock::Sleep, engine::delay};

/// How an answer is let through.
#[derive(Debug, Default)]
pub(crate) enum Shape {
    /// As it is.
    #[default]
    Whole,
    /// So many bytes of its body, and no more.
    Cut(Cut),
    /// A piece at a time.
    Drip(Drip),
    /// Not at all: these bytes come instead, and then the end.
    Instead(Bytes),
}

/// What may pass now.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Pass {
    /// So many bytes, at least one.
    Allowed(usize),
    /// Something, when the clock says so.
    Later,
    /// Nothing, ever.
    Nothing,
}

/// Lets the head through and so many bytes of the body.
#[derive(Clone, Debug)]
pub(crate) struct Cut {
    left: u64,
    /// How many bytes of the empty line that ends the head have been seen.
    matched: usize,
}

/// Lets a piece through, then waits.
#[derive(Debug)]
pub(crate) struct Drip {
    clock: Clock,
    drip: doublure_scenarios::Drip,
    /// How many pieces have passed.
    pieces: u64,
    /// How many bytes of this piece may still pass.
    left: u64,
    wait: Option<Sleep>,
}

impl Shape {
    pub(crate) const fn cut(after: u64) -> Self {
        Self::Cut(Cut {
            left: after,
            matched: 0,
        })
    }

    pub(crate) const fn drip(clock: Clock, drip: doublure_scenarios::Drip) -> Self {
        Self::Drip(Drip {
            left: drip.bytes,
            clock,
            drip,
            pieces: 0,
            wait: None,
        })
    }

    /// What is still to be written instead of the answer.
    pub(super) fn instead(&self) -> Option<Bytes> {
        match self {
            Self::Instead(left) => Some(left.clone()).filter(|left| !left.is_empty()),
            _ => None,
        }
    }

    pub(super) fn poll_pass(&mut self, context: &mut Context<'_>, bytes: &[u8]) -> Pass {
        match self {
            Self::Whole => Pass::Allowed(bytes.len()),
            Self::Cut(cut) => cut.pass(bytes),
            Self::Drip(drip) => drip.poll_pass(context, bytes),
            Self::Instead(_) => Pass::Nothing,
        }
    }

    /// These bytes have passed.
    pub(super) fn passed(&mut self, bytes: &[u8]) {
        match self {
            Self::Whole => {}
            Self::Cut(cut) => {
                cut.take(bytes);
            }
            Self::Drip(drip) => drip.take(bytes.len() as u64),
            Self::Instead(left) => left.advance(bytes.len()),
        }
    }
}

impl Cut {
    fn pass(&self, bytes: &[u8]) -> Pass {
        match self.clone().take(bytes) {
            0 if !bytes.is_empty() => Pass::Nothing,
            allowed => Pass::Allowed(allowed),
        }
    }

    /// Counts what is left after these bytes; returns how many of them may pass.
    fn take(&mut self, bytes: &[u8]) -> usize {
        let head = bytes.iter().take_while(|byte| self.is_head(**byte)).count();
        let body = bytes.len() - head;
        let allowed = usize::try_from(self.left).map_or(body, |left| left.min(body));
        self.left -= allowed as u64;
        head + allowed
    }

    fn is_head(&mut self, byte: u8) -> bool {
        if self.matched == END_OF_HEAD.len() {
            return false;
        }
        self.matched = match byte {
            _ if byte == END_OF_HEAD[self.matched] => self.matched + 1,
            b'\r' => 1,
            _ => 0,
        };
        true
    }
}

impl Drip {
    fn poll_pass(&mut self, context: &mut Context<'_>, bytes: &[u8]) -> Pass {
        if let Some(wait) = &mut self.wait {
            if Pin::new(wait).poll(context).is_pending() {
                return Pass::Later;
            }
            self.wait = None;
        }
        Pass::Allowed(usize::try_from(self.left).map_or(bytes.len(), |left| left.min(bytes.len())))
    }

    /// So many bytes have passed; after the last of a piece comes the wait.
    fn take(&mut self, bytes: u64) {
        self.left -= bytes.min(self.left);
        if self.left > 0 {
            return;
        }
        self.pieces += 1;
        self.left = self.drip.bytes;
        let gap = delay::gap(&self.drip, self.pieces);
        self.wait = Some(self.clock.sleep(gap, Order::Delivery));
    }
}

const END_OF_HEAD: &[u8] = b"\r\n\r\n";

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\nx: \r\r\n\r\n0123456789";

    /// What comes through when HTTP writes in pieces of these lengths.
    fn through(mut cut: Cut, pieces: &[usize]) -> Vec<u8> {
        let mut passed = Vec::new();
        let mut rest = ANSWER;
        for piece in pieces.iter().cycle() {
            let offered = &rest[..(*piece).min(rest.len())];
            let Pass::Allowed(allowed) = cut.pass(offered) else {
                break;
            };
            passed.extend_from_slice(&offered[..allowed]);
            cut.take(&offered[..allowed]);
            rest = &rest[allowed..];
            if rest.is_empty() {
                break;
            }
        }
        passed
    }

    proptest! {
        #[test]
        fn a_cut_lets_the_head_and_so_many_bytes_of_the_body_through(
            after in 0_u64..15,
            pieces in prop::collection::vec(1_usize..40, 1..5),
        ) {
            let cut = Cut { left: after, matched: 0 };

            let passed = through(cut, &pieces);

            let body = usize::try_from(after).unwrap().min(10);
            prop_assert_eq!(&passed[..], &ANSWER[..ANSWER.len() - 10 + body]);
        }
    }
}
