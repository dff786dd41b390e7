//! The containers on the heap: those of `Queue`, `LifoQueue` and `PriorityQueue`.

use alloc::collections::VecDeque;
use alloc::vec::Vec;
use core::marker::PhantomData;
use core::mem;
use core::ops::{Deref, DerefMut};

use super::backing::Backing;
use super::container::{Container, Remains};
use super::heap::{Entry, Heap};
use super::locked::Locked;
use super::stack::Stack;
use super::{FifoEngine, Storage, sealed};
use crate::sync::Latched;

/// First in, first out: the storage of [`Queue`](crate::Queue).
#[derive(Debug)]
pub struct Fifo<T>(PhantomData<T>);

/// Last in, first out: the storage of [`LifoQueue`](crate::LifoQueue).
#[derive(Debug)]
pub struct Lifo<T>(PhantomData<T>);

/// Smallest first: the storage of [`PriorityQueue`](crate::PriorityQueue).
#[derive(Debug)]
pub struct Priority<T>(PhantomData<T>);

impl<T> Storage for Fifo<T> {
    type Item = T;
}

impl<T> sealed::Backed<T> for Fifo<T> {
    type Engine = FifoEngine<T>;
}

impl<T> Storage for Lifo<T> {
    type Item = T;
}

impl<T> sealed::Backed<T> for Lifo<T> {
    type Engine = Locked<Stack<GrowableVec<T>>>;
}

impl<T: Ord> Storage for Priority<T> {
    type Item = T;
}

impl<T: Ord> sealed::Backed<T> for Priority<T> {
    type Engine = Locked<Heap<GrowableVec<Entry<T>>>>;
}

impl<T> Fifo<T> {
    pub(crate) fn bounded(capacity: usize) -> FifoEngine<T> {
        FifoEngine::bounded(capacity)
    }

    pub(crate) const fn unbounded() -> FifoEngine<T> {
        FifoEngine::unbounded()
    }
}

impl<T> Lifo<T> {
    pub(crate) fn bounded(capacity: usize) -> Locked<Stack<GrowableVec<T>>> {
        Locked::new(Stack::new(GrowableVec::bounded(capacity)))
    }

    pub(crate) const fn unbounded() -> Locked<Stack<GrowableVec<T>>> {
        Locked::new(Stack::new(GrowableVec::unbounded()))
    }
}

impl<T: Ord> Priority<T> {
    pub(crate) fn bounded(capacity: usize) -> Locked<Heap<GrowableVec<Entry<T>>>> {
        Locked::new(Heap::new(GrowableVec::bounded(capacity)))
    }

    pub(crate) const fn unbounded() -> Locked<Heap<GrowableVec<Entry<T>>>> {
        Locked::new(Heap::new(GrowableVec::unbounded()))
    }
}

/// The size to which a buffer shall shrink before the next pop, if it shall: to half when three quarters
/// of it are empty, but never below what `bounded` set aside, or 64 items where there is no bound. A
/// buffer that has just shrunk is half empty, so that giving memory back costs a constant share of the
/// pops that led to it.
fn shrunk(len: usize, allocated: usize, capacity: Option<usize>) -> Option<usize> {
    let target = (allocated / 2).max(capacity.unwrap_or(64));
    (len <= allocated / 4 && target < allocated).then_some(target)
}

/// A double-ended queue with a limit that follow-ups may exceed.
#[derive(Debug)]
pub struct GrowableDeque<T> {
    pub(super) items: VecDeque<T>,
    pub(super) capacity: Option<usize>,
}

impl<T> GrowableDeque<T> {
    /// With the given limit, and memory for `room` items.
    pub(super) fn with_room(capacity: Option<usize>, room: usize) -> Self {
        Self {
            items: VecDeque::with_capacity(room),
            capacity,
        }
    }
}

impl<T> Remains for GrowableDeque<T> {
    type Item = T;

    fn len(&self) -> usize {
        self.items.len()
    }

    fn pop(&mut self) -> Option<T> {
        if let Some(target) = shrunk(self.items.len(), self.items.capacity(), self.capacity) {
            self.items.shrink_to(target);
        }
        self.items.pop_front()
    }

    fn restore(&mut self) {}
}

impl<T> Container for GrowableDeque<T> {
    type Latch = Latched;
    const GROWS: bool = true;

    fn capacity(&self) -> Option<usize> {
        self.capacity
    }

    fn push(&mut self, item: &mut Option<T>) {
        self.items.reserve(1);
        if let Some(item) = item.take() {
            self.items.push_back(item);
        }
    }

    fn empty(&self) -> Self {
        Self {
            items: VecDeque::new(),
            capacity: self.capacity,
        }
    }

    fn drain_into(&mut self, into: &mut Self) -> usize {
        if !self.items.is_empty() {
            mem::swap(&mut self.items, &mut into.items);
            return into.items.len();
        }
        0
    }
}

/// A vector with a limit that follow-ups may exceed.
#[derive(Debug)]
pub struct GrowableVec<T> {
    items: Vec<T>,
    capacity: Option<usize>,
}

impl<T> GrowableVec<T> {
    fn bounded(capacity: usize) -> Self {
        Self {
            items: Vec::with_capacity(capacity),
            capacity: Some(capacity),
        }
    }

    pub(super) const fn unbounded() -> Self {
        Self {
            items: Vec::new(),
            capacity: None,
        }
    }
}

impl<T> Deref for GrowableVec<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.items
    }
}

impl<T> DerefMut for GrowableVec<T> {
    fn deref_mut(&mut self) -> &mut [T] {
        &mut self.items
    }
}

impl<T> Backing for GrowableVec<T> {
    type Item = T;
    type Latch = Latched;
    const GROWS: bool = true;
    const DRAINS_AT_ONCE: bool = true;

    fn capacity(&self) -> Option<usize> {
        self.capacity
    }

    fn reserve_one(&mut self) {
        self.items.reserve(1);
    }

    fn push(&mut self, item: &mut Option<T>) {
        self.reserve_one();
        if let Some(item) = item.take() {
            self.items.push(item);
        }
    }

    fn pop(&mut self) -> Option<T> {
        if let Some(target) = shrunk(self.items.len(), self.items.capacity(), self.capacity) {
            self.items.shrink_to(target);
        }
        self.items.pop()
    }

    fn empty(&self) -> Self {
        Self {
            items: Vec::new(),
            capacity: self.capacity,
        }
    }

    fn drain_into(&mut self, into: &mut Self) -> usize {
        if !self.items.is_empty() {
            mem::swap(&mut self.items, &mut into.items);
            return into.items.len();
        }
        0
    }
}

/// What [`Engine`](super::Engine) asks of its implementors.
const _: () = {
    const fn shareable<E: Send + Sync>() {}

    #[allow(dead_code, reason = "compiling it is the check")]
    const fn if_items_can_be_sent<T: Send + Ord>() {
        shareable::<FifoEngine<T>>();
        shareable::<Locked<Stack<GrowableVec<T>>>>();
        shareable::<Locked<Heap<GrowableVec<Entry<T>>>>>();
    }
};

#[cfg(test)]
mod tests {
    use super::shrunk;

    #[test]
    fn a_buffer_shrinks_to_half_when_three_quarters_are_empty_and_never_below_its_room() {
        for (len, allocated, capacity, target) in [
            (256, 1024, None, Some(512)),
            (257, 1024, None, None),
            (0, 65, None, Some(64)),
            (0, 64, None, None),
            (25, 100, Some(80), Some(80)),
            (26, 100, Some(80), None),
            (0, 200, Some(80), Some(100)),
            (0, 80, Some(80), None),
            (0, 10, Some(80), None),
        ] {
            let case = (len, allocated, capacity);
            assert_eq!(shrunk(len, allocated, capacity), target, "{case:?}");
        }
    }
}
