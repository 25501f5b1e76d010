//! What is done to a target so that its rules can be judged.

pub mod names;
