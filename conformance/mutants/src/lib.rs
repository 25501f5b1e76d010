//! Deliberately broken gateways, clients and providers: each rule is seen to fail on one of them, for its reason.
//!
//! - [`clients`]: clients of ours that misbehave on demand.

pub mod clients;
