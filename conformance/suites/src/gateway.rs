//! Rules of a gateway, one theme a file.

pub mod ban;
pub mod error;
pub mod gaps;
pub mod leak;
pub mod partial;
pub mod quota;
pub mod relay;
pub mod timeout;
