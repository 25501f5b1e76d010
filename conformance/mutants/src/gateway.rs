//! Deliberately broken gateways, and the matrix of which rule catches which.
//!
//! - `mutant`: a broken gateway as a record.
//! - `catalogue`: every one, one theme a file.
//! - `target`: a mutant as a gateway under test.
//! - `matrix`: puts every mutant to the test.
//! - `result`: what came of a mutant.

mod catalogue;
mod matrix;
mod mutant;
mod result;
mod target;

pub use catalogue::all;
pub use matrix::{matrix, matrix_of, put_to_the_test};
pub use mutant::{How, Mutant};
pub use result::KillResult;
pub use target::BrokenGateway;
