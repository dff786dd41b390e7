//! The lock of a model: shuttle's mutex.

extern crate std;

use core::marker::PhantomData;

use shuttle::sync::{Mutex, TryLockError};

use self::std::sync::PoisonError;

/// See the table in [`crate::sync`]. The latch is not needed: shuttle reports a thread that enters twice.
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

    pub(crate) fn with<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
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
