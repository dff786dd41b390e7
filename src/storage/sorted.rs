//! Smallest first; equal items in the order in which they were put. For few items: a vector that is kept
//! sorted.
//!
//! A heap moves fewer items when there are many, but has to number them to keep equal ones in order, which
//! doubles the memory where items are words. Here a get moves nothing but its item and compares nothing; a
//! put moves those that go before the new one, or with it, by one place. It finds out where that is, which is
//! all that compares, before it moves anything.

use core::mem;

use super::backing::Backing;
use super::container::{Container, Remains};
use crate::sync::Latched;

/// The one that goes first is the last in the vector.
#[derive(Debug)]
pub struct Sorted<V> {
    items: V,
}

impl<V> Sorted<V> {
    pub(super) const fn new(items: V) -> Self {
        Self { items }
    }
}

impl<V: Backing<Item: Ord>> Remains for Sorted<V> {
    type Item = V::Item;

    fn len(&self) -> usize {
        self.items.len()
    }

    fn pop(&mut self) -> Option<V::Item> {
        self.items.pop()
    }

    fn restore(&mut self) {
        if !V::DRAINS_AT_ONCE {
            self.items.reverse();
        }
    }
}

impl<V: Backing<Item: Ord>> Container for Sorted<V> {
    type Latch = Latched;
    const GROWS: bool = V::GROWS;

    fn capacity(&self) -> Option<usize> {
        self.items.capacity()
    }

    fn push(&mut self, item: &mut Option<V::Item>) {
        let Some(new) = item else { return };
        let place = self.items.partition_point(|other| other.cmp(new).is_gt());
        self.items.reserve_one();
        // From here on nothing compares or allocates.
        let Some(new) = item else { return };
        // (`rotate_right` brings `memmove`, which is larger than all of this.)
        for other in self.items.iter_mut().skip(place) {
            mem::swap(other, new);
        }
        self.items.push(item);
        debug_assert!(item.is_none(), "the caller makes sure that there is room");
    }

    fn empty(&self) -> Self {
        Self::new(self.items.empty())
    }

    fn drain_into(&mut self, into: &mut Self) -> usize {
        self.items.drain_into(&mut into.items)
    }
}
