//! Whether a lock has to notice that it is entered again from within.
//!
//! A critical section excludes other contexts, not its own: code that runs inside and calls the
//! queue again would get a second `&mut` to the same state. Two pieces of foreign code run inside: an
//! item's `Ord::cmp`, and the global allocator where a container grows. So the priority flavours and
//! those on the heap carry a latch; the others, `heapless::Queue` and `heapless::LifoQueue`, carry
//! nothing and have no panicking branch.

use core::sync::atomic::{AtomicBool, Ordering};

/// Closed while somebody is inside the lock.
pub trait Latch {
    /// An open latch.
    const OPEN: Self;
    /// Closes the latch; `false` if it was closed already.
    fn try_close(&self) -> bool;
    /// Opens it again.
    fn open(&self);
}

/// For state that is never touched by foreign code: always open, takes no room.
#[cfg(feature = "heapless")]
#[derive(Debug)]
pub struct Unlatched;

#[cfg(feature = "heapless")]
impl Latch for Unlatched {
    const OPEN: Self = Self;

    fn try_close(&self) -> bool {
        true
    }

    fn open(&self) {}
}

/// For state whose methods call `Ord::cmp` of the items, or allocate.
#[derive(Debug)]
pub struct Latched(AtomicBool);

impl Latch for Latched {
    #[allow(
        clippy::declare_interior_mutable_const,
        reason = "an initial value, each use makes its own"
    )]
    const OPEN: Self = Self(AtomicBool::new(false));

    fn try_close(&self) -> bool {
        // Ordering: Relaxed, because the latch is read and written inside the critical section
        // only, which orders it. A load and a store, no read-modify-write: a Cortex-M0 has none.
        if self.0.load(Ordering::Relaxed) {
            return false;
        }
        self.0.store(true, Ordering::Relaxed);
        true
    }

    fn open(&self) {
        // Ordering: as in `try_close`.
        self.0.store(false, Ordering::Relaxed);
    }
}
