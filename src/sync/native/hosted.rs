//! The lock on a hosted system: the standard library's mutex, blind to poison.

use core::marker::PhantomData;
use std::sync::{Mutex, PoisonError, TryLockError};

/// See the table in [`crate::sync`]. The latch is not needed: a thread that enters the mutex twice blocks
/// or panics, as the standard library documents, and never sees the value twice.
pub(crate) struct Lock<T, L> {
    value: Mutex<T>,
    latch: PhantomData<L>,
}

impl<T, L> Lock<T, L> {
    pub(crate) const fn new(value: T) -> Self {
        Self {
            value: Mutex::new(value),
            latch: PhantomData,
        }
    }

    #[inline]
    pub(crate) fn with<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
        // Poison is ignored: what can panic inside, an item's `Ord::cmp` or the allocator, runs before
        // the containers change anything.
        let mut value = self.value.lock().unwrap_or_else(PoisonError::into_inner);
        f(&mut value)
    }

    pub(crate) fn try_with<R>(&self, f: impl FnOnce(&mut T) -> R) -> Option<R> {
        match self.value.try_lock() {
            Ok(mut value) => Some(f(&mut value)),
            Err(TryLockError::Poisoned(poisoned)) => Some(f(&mut poisoned.into_inner())),
            Err(TryLockError::WouldBlock) => None,
        }
    }
}
