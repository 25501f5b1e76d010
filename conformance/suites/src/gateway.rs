//! Rules of a gateway, one theme a file.

#[cfg(test)]
mod acquitted;
pub mod auth;
pub mod availability;
pub mod ban;
pub mod cache;
pub mod classes;
pub mod conflict;
pub mod document;
pub mod error;
pub mod gaps;
pub mod leak;
#[cfg(test)]
mod model;
pub mod own_fault;
pub mod partial;
pub mod questions;
pub mod quota;
pub mod relay;
pub mod shape;
pub mod status;
pub mod timeout;
pub mod tls;
pub mod trace;
