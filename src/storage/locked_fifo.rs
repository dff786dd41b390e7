//! The engine of `Queue` where [`lockfree`](super) is not to be had.

use alloc::collections::VecDeque;

use super::growable::GrowableDeque;
use super::locked::Locked;

pub(super) type FifoEngine<T> = Locked<GrowableDeque<T>>;

impl<T> Locked<GrowableDeque<T>> {
    pub(super) fn bounded(capacity: usize) -> Self {
        Self::new(GrowableDeque::with_room(Some(capacity), capacity))
    }

    pub(super) const fn unbounded() -> Self {
        Self::new(GrowableDeque {
            items: VecDeque::new(),
            capacity: None,
        })
    }
}
