//! Locks that survive a panic beside them.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Locks. A panic of another holder leaves nothing half done: no lock is held across foreign code.
pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
