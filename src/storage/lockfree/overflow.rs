//! What a [`Ring`](super::ring::Ring) holds beyond its capacity: work found while working.
//!
//! The items are behind a lock, and are younger than those in the ring: while there are any, a flag in the
//! put ticket sends every put here. Who finds the ring empty, or wants to put, moves the first of them in, so
//! that they are never overtaken. A get that finds something in the ring need not know of them.

use alloc::collections::VecDeque;

use crate::sync::{Latched, Lock};

pub(super) struct Overflow<T> {
    items: Lock<VecDeque<T>, Latched>,
}

impl<T> Overflow<T> {
    pub(super) const fn new() -> Self {
        Self {
            items: Lock::new(VecDeque::new()),
        }
    }

    #[cold]
    #[inline(never)]
    pub(super) fn with<R>(&self, f: impl FnOnce(&mut VecDeque<T>) -> R) -> R {
        self.items.with(f)
    }

    /// `None` if somebody has the lock.
    pub(super) fn try_with<R>(&self, f: impl FnOnce(&VecDeque<T>) -> R) -> Option<R> {
        self.items.try_with(|items| f(items))
    }
}
