//! What `shutdown_now` takes out.
#![forbid(unsafe_code)]

use core::fmt;
use core::iter::FusedIterator;

use crate::storage::{Engine, EngineOf, Remains, Storage};

/// The items that were left in a queue, returned by
/// [`shutdown_now`](crate::JoinableQueue::shutdown_now). It owns them: dropping it drops them.
///
/// Iterates in the order in which `get` would have taken them. In a priority queue on the heap that order is
/// made as you iterate: `next` compares, and keeps every item if a comparison panics.
#[must_use = "dropping it drops the items that were left in the queue"]
pub struct Remaining<S: Storage> {
    items: RemainsOf<S>,
    ordered: bool,
}

type RemainsOf<S> = <EngineOf<S> as Engine>::Remains;

impl<S: Storage> Remaining<S> {
    pub(crate) fn new(items: RemainsOf<S>) -> Self {
        Self {
            items,
            ordered: false,
        }
    }
}

impl<S: Storage> Iterator for Remaining<S> {
    type Item = S::Item;

    fn next(&mut self) -> Option<S::Item> {
        if !self.ordered {
            self.items.restore();
            self.ordered = true;
        }
        self.items.pop()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let len = self.items.len();
        (len, Some(len))
    }
}

impl<S: Storage> ExactSizeIterator for Remaining<S> {}

impl<S: Storage> FusedIterator for Remaining<S> {}

impl<S: Storage> fmt::Debug for Remaining<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Remaining")
            .field("len", &self.len())
            .finish_non_exhaustive()
    }
}
