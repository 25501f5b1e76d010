//! Deliberately broken gateways, clients and providers: each rule is seen to fail on one of them, for its reason.
//!
//! - [`clients`]: clients of ours that misbehave on demand.
//! - [`front`]: stands before a gateway and spoils the handshake.
//! - [`gateway`]: broken gateways, and the matrix of which rule catches which. Start here.
//! - [`proxy`]: stands before a gateway and spoils one thing of what it says.

pub mod clients;
pub mod front;
pub mod gateway;
pub mod proxy;
