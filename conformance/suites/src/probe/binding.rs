//! Where a probe may say that it comes from.

/// Which addresses a connection may be opened from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Binding {
    /// One of this machine, towards this machine.
    Loopback,
    /// Any that is listed.
    Listed,
    /// None: an address is told otherwise.
    Unbound,
}
