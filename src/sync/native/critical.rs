//! The lock of builds that must work from interrupts: a critical section. Models run it, too, on a section of theirs.

use crate::sync::{Latch, Slot};

/// See the table in [`crate::sync`].
pub(crate) struct Lock<T, L> {
    latch: L,
    value: Slot<T>,
}

// SAFETY: the value is reached only in `with` and `try_with`, by one context at a time.
// - `T: Send`, because the context that reaches it changes.
// - not `T: Sync`: two contexts never hold references to it at once.
// - `L: Sync`, because the latch is reached through `&self`; both kinds of latch are.
unsafe impl<T: Send, L: Sync> Sync for Lock<T, L> {}

impl<T, L: Latch> Lock<T, L> {
    pub(crate) const fn new(value: T) -> Self {
        Self {
            latch: L::OPEN,
            value: Slot::new(value),
        }
    }

    #[inline]
    pub(crate) fn with<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
        match self.try_with(f) {
            Some(result) => result,
            None => reentered(),
        }
    }

    #[inline]
    pub(crate) fn try_with<R>(&self, f: impl FnOnce(&mut T) -> R) -> Option<R> {
        critical_section::with(|_| {
            if !self.latch.try_close() {
                return None;
            }
            // Opens the latch also when `f` unwinds.
            let _open = OpenOnDrop(&self.latch);
            self.value.with_mut(|value| {
                // SAFETY: no other context runs inside a critical section. This context is not inside
                // of `f` already: a `Latched` lock was seen to be open, and the state behind an
                // `Unlatched` one runs no foreign code that could come back here (`Container::Latch`,
                // upheld by each container).
                Some(f(unsafe { &mut *value }))
            })
        })
    }
}

struct OpenOnDrop<'a, L: Latch>(&'a L);

impl<L: Latch> Drop for OpenOnDrop<'_, L> {
    fn drop(&mut self) {
        self.0.open();
    }
}

#[cold]
#[inline(never)]
fn reentered() -> ! {
    panic!("a queue was used from within itself: by the `Ord` of its items, or by the allocator")
}
