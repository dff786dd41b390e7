//! Smallest first; equal items in the order in which they were put.
//!
//! A binary heap (J. W. J. Williams, "Algorithm 232: Heapsort", 1964) of items with sequence numbers.
//! It is our own, over a well-kept vector, because of what the ready-made ones do when a comparison
//! panics: they have changed by then. This one first finds out where everything goes, which is all
//! that compares, and then moves.

use core::cmp::Ordering;
use core::mem;

use super::backing::Backing;
use super::container::{Container, Remains};
use crate::sync::Latched;

#[derive(Debug)]
pub struct Entry<T> {
    item: T,
    /// Of those equal, the lower goes first. Compared by wrapping difference, and back to 0 whenever
    /// the heap is empty: the order of equal items is right as long as fewer than
    /// 2^(`usize::BITS` - 1) are put between two of them.
    seq: usize,
}

impl<T: Ord> Entry<T> {
    fn goes_before(&self, other: &Self) -> bool {
        match self.item.cmp(&other.item) {
            Ordering::Less => true,
            Ordering::Greater => false,
            Ordering::Equal => self.seq.wrapping_sub(other.seq).cast_signed() < 0,
        }
    }
}

/// No entry goes before its parent; the parent of entry `i` is entry `(i - 1) / 2`.
#[derive(Debug)]
pub struct Heap<V> {
    entries: V,
    next_seq: usize,
}

impl<V> Heap<V> {
    pub(super) const fn new(entries: V) -> Self {
        Self {
            entries,
            next_seq: 0,
        }
    }
}

impl<T: Ord, V: Backing<Item = Entry<T>>> Remains for Heap<V> {
    type Item = T;

    fn len(&self) -> usize {
        self.entries.len()
    }

    fn pop(&mut self) -> Option<T> {
        // The last entry is to take the place of the first: where does it sink to?
        let place = match self.entries.split_last() {
            None => return None,
            Some((last, rest)) => sink(rest, 0, last),
        };
        // From here on nothing compares.
        let mut moving = self.entries.pop()?;
        if self.entries.is_empty() {
            self.next_seq = 0;
            return Some(moving.item);
        }
        let mut at = place;
        while let Some(entry) = self.entries.get_mut(at) {
            mem::swap(entry, &mut moving);
            if at == 0 {
                break;
            }
            at = parent(at);
        }
        Some(moving.item)
    }

    fn restore(&mut self) {
        // It has been moved as it was.
        const { assert!(V::DRAINS_AT_ONCE) }
    }
}

impl<T: Ord, V: Backing<Item = Entry<T>>> Container for Heap<V> {
    type Latch = Latched;
    const GROWS: bool = V::GROWS;

    fn capacity(&self) -> Option<usize> {
        self.entries.capacity()
    }

    fn push(&mut self, item: &mut Option<T>) {
        let Some(new) = item.as_ref() else { return };
        let end = self.entries.len();
        // How many generations above the end it belongs.
        let mut climbs = 0;
        while let Some(above) = ancestor(end, climbs + 1).and_then(|at| self.entries.get(at)) {
            if new.cmp(&above.item).is_ge() {
                break;
            }
            climbs += 1;
        }
        self.entries.reserve_one();
        // From here on nothing compares or allocates.
        let seq = self.next_seq;
        self.next_seq = seq.wrapping_add(1);
        let mut moving = item.take().map(|item| Entry { item, seq });
        // Into its place, and each that was on the way down one generation.
        for generation in (1..=climbs).rev() {
            let slot = ancestor(end, generation).and_then(|at| self.entries.get_mut(at));
            if let (Some(entry), Some(moving)) = (slot, &mut moving) {
                mem::swap(entry, moving);
            }
        }
        self.entries.push(&mut moving);
        debug_assert!(moving.is_none(), "the caller makes sure that there is room");
        *item = moving.map(|entry| entry.item);
    }

    fn empty(&self) -> Self {
        Self::new(self.entries.empty())
    }

    fn drain_into(&mut self, into: &mut Self) -> usize {
        self.entries.drain_into(&mut into.entries)
    }
}

fn parent(index: usize) -> usize {
    (index - 1) / 2
}

/// So many generations above.
fn ancestor(index: usize, generations: u32) -> Option<usize> {
    ((index + 1) >> generations).checked_sub(1)
}

/// Where `entry` belongs in the heap below `root`, whose own entry is taken away. Only looks.
fn sink<T: Ord>(entries: &[Entry<T>], root: usize, entry: &Entry<T>) -> usize {
    let mut hole = root;
    loop {
        let left = 2 * hole + 1;
        let (child, first) = match entries.get(left..) {
            None | Some([]) => return hole,
            Some([left_entry, right_entry, ..]) if right_entry.goes_before(left_entry) => {
                (left + 1, right_entry)
            }
            Some([left_entry, ..]) => (left, left_entry),
        };
        if !first.goes_before(entry) {
            return hole;
        }
        hole = child;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prioritized::Prioritized;
    use crate::storage::growable::GrowableVec;

    type Equal = Prioritized<(), usize>;

    fn heap(next_seq: usize) -> Heap<GrowableVec<Entry<Equal>>> {
        let mut heap = Heap::new(GrowableVec::unbounded());
        heap.next_seq = next_seq;
        for item in 0..6 {
            heap.push(&mut Some(Prioritized::new((), item)));
        }
        heap
    }

    #[test]
    fn equal_items_keep_their_order_where_their_numbers_wrap() {
        let mut heap = heap(usize::MAX - 2);
        assert_eq!(heap.next_seq, 3);
        for item in 0..6 {
            assert_eq!(heap.pop().map(|equal| equal.item), Some(item));
        }
    }

    #[test]
    fn numbers_begin_again_with_an_empty_heap_alone() {
        let mut heap = heap(10);
        for _ in 0..5 {
            heap.pop();
            assert_eq!(heap.next_seq, 16);
        }
        heap.pop();
        assert_eq!(heap.next_seq, 0);
    }
}
