//! A lock that survives a panic beside it: its holders leave nothing half done, since none is held across an await.
//!
//! For those who see no kernel, which has the same for everybody else.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Locks, whoever panicked before.
pub fn locked<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}
