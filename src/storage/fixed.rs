//! The containers of fixed capacity: those of `heapless::Queue`, `LifoQueue` and `PriorityQueue`.

use core::marker::PhantomData;

use heapless::{Deque, Vec};

use super::backing::Backing;
use super::container::{Container, Remains};
use super::locked::Locked;
use super::sorted::Sorted;
use super::stack::Stack;
use super::{Storage, sealed};
use crate::sync::Unlatched;

/// First in, first out, at most `N`: the storage of [`heapless::Queue`](crate::heapless::Queue).
#[derive(Debug)]
pub struct FixedFifo<T, const N: usize>(PhantomData<T>);

/// Last in, first out, at most `N`: the storage of
/// [`heapless::LifoQueue`](crate::heapless::LifoQueue).
#[derive(Debug)]
pub struct FixedLifo<T, const N: usize>(PhantomData<T>);

/// Smallest first, at most `N`: the storage of
/// [`heapless::PriorityQueue`](crate::heapless::PriorityQueue).
#[derive(Debug)]
pub struct FixedPriority<T, const N: usize>(PhantomData<T>);

impl<T, const N: usize> Storage for FixedFifo<T, N> {
    type Item = T;
}

impl<T, const N: usize> sealed::Backed<T> for FixedFifo<T, N> {
    type Engine = Locked<FixedDeque<T, N>>;
}

impl<T, const N: usize> Storage for FixedLifo<T, N> {
    type Item = T;
}

impl<T, const N: usize> sealed::Backed<T> for FixedLifo<T, N> {
    type Engine = Locked<Stack<Vec<T, N>>>;
}

impl<T: Ord, const N: usize> Storage for FixedPriority<T, N> {
    type Item = T;
}

impl<T: Ord, const N: usize> sealed::Backed<T> for FixedPriority<T, N> {
    type Engine = Locked<Sorted<Vec<T, N>>>;
}

impl<T, const N: usize> FixedFifo<T, N> {
    pub(crate) const fn engine() -> Locked<FixedDeque<T, N>> {
        const { assert!(N > 0, "a queue must have room for at least one item") };
        Locked::new(FixedDeque {
            items: Deque::new(),
        })
    }
}

impl<T, const N: usize> FixedLifo<T, N> {
    pub(crate) const fn engine() -> Locked<Stack<Vec<T, N>>> {
        const { assert!(N > 0, "a queue must have room for at least one item") };
        Locked::new(Stack::new(Vec::new()))
    }
}

impl<T: Ord, const N: usize> FixedPriority<T, N> {
    pub(crate) const fn engine() -> Locked<Sorted<Vec<T, N>>> {
        const { assert!(N > 0, "a queue must have room for at least one item") };
        Locked::new(Sorted::new(Vec::new()))
    }
}

/// A double-ended queue that drops all of its items even if one of them panics.
#[derive(Debug)]
pub struct FixedDeque<T, const N: usize> {
    items: Deque<T, N>,
}

impl<T, const N: usize> Remains for FixedDeque<T, N> {
    type Item = T;

    fn len(&self) -> usize {
        self.items.len()
    }

    fn pop(&mut self) -> Option<T> {
        self.items.pop_front()
    }

    fn restore(&mut self) {}
}

impl<T, const N: usize> Container for FixedDeque<T, N> {
    type Latch = Unlatched;
    const GROWS: bool = false;

    fn capacity(&self) -> Option<usize> {
        Some(N)
    }

    fn is_full(&self) -> bool {
        self.items.is_full()
    }

    fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    fn push(&mut self, item: &mut Option<T>) {
        if let Some(new) = item.take() {
            *item = self.items.push_back(new).err();
        }
    }

    fn empty(&self) -> Self {
        Self {
            items: Deque::new(),
        }
    }

    fn drain_into(&mut self, into: &mut Self) -> usize {
        let mut moving = self.pop();
        let count = usize::from(moving.is_some());
        into.push(&mut moving);
        count
    }
}

impl<T, const N: usize> Drop for FixedDeque<T, N> {
    fn drop(&mut self) {
        /// Goes on where a panic left off. (`heapless` leaks the part that has wrapped.)
        struct Rest<'a, T, const N: usize>(&'a mut Deque<T, N>);

        impl<T, const N: usize> Drop for Rest<'_, T, N> {
            fn drop(&mut self) {
                self.0.clear();
            }
        }

        let rest = Rest(&mut self.items);
        while let Some(item) = rest.0.pop_front() {
            drop(item);
        }
    }
}

impl<T, const N: usize> Backing for Vec<T, N> {
    type Item = T;
    type Latch = Unlatched;
    const GROWS: bool = false;
    const DRAINS_AT_ONCE: bool = false;

    fn capacity(&self) -> Option<usize> {
        Some(N)
    }

    fn reserve_one(&mut self) {}

    fn push(&mut self, item: &mut Option<T>) {
        if let Some(new) = item.take() {
            *item = Self::push(self, new).err();
        }
    }

    fn pop(&mut self) -> Option<T> {
        Self::pop(self)
    }

    fn empty(&self) -> Self {
        Self::new()
    }

    fn drain_into(&mut self, into: &mut Self) -> usize {
        let mut moving = Self::pop(self);
        let count = usize::from(moving.is_some());
        Backing::push(into, &mut moving);
        count
    }
}

/// What [`Engine`](super::Engine) asks of its implementors.
const _: () = {
    const fn shareable<E: Send + Sync>() {}

    #[allow(dead_code, reason = "compiling it is the check")]
    const fn if_items_can_be_sent<T: Send + Ord, const N: usize>() {
        shareable::<Locked<FixedDeque<T, N>>>();
        shareable::<Locked<Stack<Vec<T, N>>>>();
        shareable::<Locked<Sorted<Vec<T, N>>>>();
    }
};
