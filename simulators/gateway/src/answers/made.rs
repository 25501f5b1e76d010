//! What a plan makes of what its sources gave.

use bytes::Bytes;
use http::Response;
use serde_json::Value;

use crate::{sources::Raw, trouble::Trouble};

/// What each source gave, in the order of the plan: the answers to its calls, one after another.
pub(crate) type Said = Vec<Result<Vec<Raw>, Trouble>>;

/// What a plan makes.
#[derive(Debug)]
pub(crate) enum Made {
    /// A whole answer.
    Whole(Value),
    /// An answer in which something is missing: 206.
    Partial(Value),
    /// Something else altogether.
    Other(Response<Bytes>),
}

/// What the last call of a plan's only source gave.
pub(crate) fn only(said: Said) -> Result<Raw, Trouble> {
    let source = said.into_iter().next();
    let last = source.and_then(|source| source.map(|mut raws| raws.pop()).transpose());
    last.expect("each source has a call, and gives an answer for it or its trouble")
}

impl From<Value> for Made {
    fn from(answer: Value) -> Self {
        Self::Whole(answer)
    }
}
