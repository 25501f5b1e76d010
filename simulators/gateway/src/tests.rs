//! The whole gateway, called as a service, in front of providers that say what a test tells them to.
//!
//! [`bench`] is the gateway on its bench; each other file is one theme.

mod bench;

mod bans;
mod caching;
mod certificates;
mod differences;
mod documents;
mod faults;
mod hostile;
mod model;
mod order;
mod pings;
mod providers;
mod quotas;
mod usual;
mod v_two;
