//! A sequential container: what a [`Locked`](super::locked::Locked) storage keeps its items in.

use crate::sync::Latch;

/// Items that can be taken out, in the order of the flavour: all that is needed of those that were
/// left in a queue.
pub trait Remains {
    type Item;

    fn len(&self) -> usize;

    /// Takes out the item that is first.
    fn pop(&mut self) -> Option<Self::Item>;

    /// Is called once before the first `pop` of what `shutdown_now` took out: puts the items in order,
    /// if taking them out has not kept it.
    fn restore(&mut self);
}

/// Push and pop in the order of the flavour; knows nothing about waiting, completion or shutdown.
///
/// The methods run inside the queue's lock. They call no foreign code other than the items'
/// `Ord::cmp` and the global allocator, and that before they change anything, so that one that panics
/// leaves the container as it was. They drop no items.
pub trait Container: Remains + Sized {
    /// [`Latched`](crate::sync::Latched) if `push` or `pop` compare items or allocate.
    type Latch: Latch;
    /// Whether more than `capacity` items can be pushed.
    const GROWS: bool;

    /// `None`: no limit.
    fn capacity(&self) -> Option<usize>;

    fn is_full(&self) -> bool {
        self.capacity()
            .is_some_and(|capacity| self.len() >= capacity)
    }

    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Moves `item` in. The caller has made sure that there is room, or that the container grows.
    fn push(&mut self, item: &mut Option<Self::Item>);

    /// An empty container that could take what is in this one.
    fn empty(&self) -> Self;

    /// Moves items from here to `into`, without comparing them, and returns how many: all of them,
    /// or, where that is no matter of swapping pointers, one. 0 when there are none left.
    fn drain_into(&mut self, into: &mut Self) -> usize;
}
