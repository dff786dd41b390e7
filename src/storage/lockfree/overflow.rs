//! What a [`Ring`](super::ring::Ring) holds beyond its capacity: work found while working.
//!
//! The items are behind a lock, and are younger than those in the ring. Who takes an item out of the ring
//! moves the first of these in, so that they are never overtaken and no get comes for them. Nobody
//! looks here while there are none: a get sees it in one load, a put in the flag of its ticket.

use alloc::collections::VecDeque;

use crate::sync::atomic::{AtomicUsize, Ordering};
use crate::sync::{Latched, Lock};

pub(super) struct Overflow<T> {
    /// How many there are; written under the lock only.
    len: AtomicUsize,
    items: Lock<VecDeque<T>, Latched>,
}

impl<T> Overflow<T> {
    pub(super) const fn new() -> Self {
        Self {
            len: AtomicUsize::new(0),
            items: Lock::new(VecDeque::new()),
        }
    }

    /// Whether a get has to look.
    #[inline]
    pub(super) fn is_used(&self) -> bool {
        // Ordering: SeqCst, see `Ring::push_exempt`.
        self.len() != 0
    }

    #[inline]
    pub(super) fn len(&self) -> usize {
        self.len.load(Ordering::SeqCst)
    }

    /// Makes gets look. For who holds the lock.
    pub(super) fn announce(&self, len: usize) {
        // Ordering: SeqCst, see `Ring::push_exempt`.
        self.len.store(len, Ordering::SeqCst);
    }

    #[cold]
    #[inline(never)]
    pub(super) fn with<R>(&self, f: impl FnOnce(&mut VecDeque<T>) -> R) -> R {
        self.items.with(f)
    }
}
