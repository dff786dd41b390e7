//! The lock of a model: loom's mutex.

extern crate std;

use core::cell::UnsafeCell;
use core::marker::PhantomData;
use core::panic::AssertUnwindSafe;

use loom::sync::{Mutex, MutexGuard};

use self::std::panic::{catch_unwind, resume_unwind};
use super::objects::Object;

/// See the table in [`crate::sync`]. The latch is not needed: loom reports a thread that enters twice.
pub(crate) struct Lock<T, L> {
    mutex: Object<Mutex<()>>,
    value: UnsafeCell<T>,
    latch: PhantomData<L>,
}

// SAFETY: the value is reached by one thread at a time, inside the mutex.
// - `T: Send`, because that thread changes.
// - not `T: Sync`: two threads never hold references to it at once.
// - `L: Sync`, as on the other side. There is no `L` in here.
unsafe impl<T: Send, L: Sync> Sync for Lock<T, L> {}

impl<T, L> Lock<T, L> {
    pub(crate) const fn new(value: T) -> Self {
        Self {
            mutex: Object::new(),
            value: UnsafeCell::new(value),
            latch: PhantomData,
        }
    }

    pub(crate) fn with<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
        match self.mutex.get().lock() {
            Ok(guard) => self.inside(guard, f),
            Err(_) => unreachable!("no guard is dropped by unwinding"),
        }
    }

    pub(crate) fn try_with<R>(&self, f: impl FnOnce(&mut T) -> R) -> Option<R> {
        let guard = self.mutex.get().try_lock().ok()?;
        Some(self.inside(guard, f))
    }

    fn inside<R>(&self, guard: MutexGuard<'_, ()>, f: impl FnOnce(&mut T) -> R) -> R {
        let result = catch_unwind(AssertUnwindSafe(|| {
            // SAFETY: the guard is that of our mutex, so nobody else is here.
            f(unsafe { &mut *self.value.get() })
        }));
        // Outside of any unwinding, which would poison the mutex.
        drop(guard);
        result.unwrap_or_else(|panic| resume_unwind(panic))
    }
}
