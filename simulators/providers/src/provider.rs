//! What a provider remembers, and how it forgets.

use doublure_kernel::Service;

/// A provider of a session: a service with a memory.
pub trait Provider: Service {
    /// What it remembers now.
    fn memory(&self) -> Memory;

    /// Forgets all of it: whoever is logged in has to log in again.
    fn forget(&self);
}

/// What a provider remembers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Memory {
    /// Log-ins that are still good.
    pub logins: usize,
    /// Answers that it keeps for the day.
    pub answers: usize,
}
