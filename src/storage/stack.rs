//! Most recent first.

use super::backing::Backing;
use super::container::{Container, Remains};

#[derive(Debug)]
pub struct Stack<V> {
    items: V,
}

impl<V> Stack<V> {
    pub(super) const fn new(items: V) -> Self {
        Self { items }
    }
}

impl<V: Backing> Remains for Stack<V> {
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

impl<V: Backing> Container for Stack<V> {
    type Latch = V::Latch;
    const GROWS: bool = V::GROWS;

    fn capacity(&self) -> Option<usize> {
        self.items.capacity()
    }

    fn push(&mut self, item: &mut Option<V::Item>) {
        self.items.push(item);
    }

    fn empty(&self) -> Self {
        Self::new(self.items.empty())
    }

    fn drain_into(&mut self, into: &mut Self) -> usize {
        self.items.drain_into(&mut into.items)
    }
}
