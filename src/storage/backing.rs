//! The vector that a stack or a heap lies in.

use core::ops::DerefMut;

use crate::sync::Latch;

/// A slice that grows and shrinks at its end.
pub trait Backing: DerefMut<Target = [Self::Item]> + Sized {
    type Item;
    /// [`Latched`](crate::sync::Latched) if it allocates.
    type Latch: Latch;
    /// Whether it takes more than `capacity` items.
    const GROWS: bool;
    /// Whether `drain_into` moves everything at once.
    const DRAINS_AT_ONCE: bool;

    /// `None`: no limit.
    fn capacity(&self) -> Option<usize>;

    /// Allocates, if that takes it, what the next `push` needs.
    fn reserve_one(&mut self);

    /// Moves `item` to the end, if there is room.
    fn push(&mut self, item: &mut Option<Self::Item>);

    /// Takes the last one.
    fn pop(&mut self) -> Option<Self::Item>;

    /// One of the same kind, empty.
    fn empty(&self) -> Self;

    /// Moves everything to the empty `into`, in the same places; or else the last one from here to
    /// the end of `into`. Returns how many.
    fn drain_into(&mut self, into: &mut Self) -> usize;
}
