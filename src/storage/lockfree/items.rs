//! The items, in a ring or in segments.

use super::ends::Ends;
use super::ring::Ring;
use super::segments::Segments;
use crate::sync::atomic::Ordering;

/// How often `len` looks for an instant at which no get comes between.
const TRIES: usize = crate::sync::TRIES;

/// Why an item was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refused {
    Full,
    Closed,
    /// Somebody has claimed the cell and not handed it on yet: come back.
    Busy,
}

/// What a look for an item has found.
pub(super) enum Taken<T> {
    Item(T),
    Empty,
    /// Empty, and so for ever.
    Closed,
    /// Somebody has claimed the cell and not handed it on yet: come back.
    Busy,
}

pub(super) struct Items<T> {
    ends: Ends<T>,
    cells: Cells<T>,
}

enum Cells<T> {
    Ring(Ring<T>),
    Segments(Segments<T>),
}

impl<T> Items<T> {
    pub(super) fn bounded(capacity: usize) -> Self {
        Self {
            ends: Ends::new(),
            cells: Cells::Ring(Ring::new(capacity)),
        }
    }

    pub(super) const fn unbounded() -> Self {
        Self {
            ends: Ends::new(),
            cells: Cells::Segments(Segments::new()),
        }
    }

    #[inline]
    pub(super) fn push(&self, item: T) -> Result<(), (Refused, T)> {
        match &self.cells {
            Cells::Ring(ring) => ring.push(&self.ends, item),
            Cells::Segments(segments) => segments.push(&self.ends, item),
        }
    }

    /// Puts past the capacity, if there is one; fails if the queue is closed.
    pub(super) fn push_exempt(&self, item: T) -> Result<(), T> {
        match &self.cells {
            Cells::Ring(ring) => ring.push_exempt(&self.ends, item),
            Cells::Segments(segments) => {
                let result = segments.push(&self.ends, item);
                result.map_err(|(_closed, item)| item)
            }
        }
    }

    #[inline]
    pub(super) fn pop(&self) -> Taken<T> {
        match &self.cells {
            Cells::Ring(ring) => ring.pop(&self.ends),
            Cells::Segments(segments) => segments.pop(&self.ends),
        }
    }

    /// No push succeeds any more.
    pub(super) fn close(&self) {
        self.ends.close();
    }

    pub(super) fn is_closed(&self) -> bool {
        self.ends.is_closed()
    }

    pub(super) fn capacity(&self) -> Option<usize> {
        match &self.cells {
            Cells::Ring(ring) => Some(ring.capacity()),
            Cells::Segments(_) => None,
        }
    }

    /// How many were ever put.
    pub(super) fn put_count(&self) -> usize {
        match &self.cells {
            Cells::Ring(ring) => ring.put_count(&self.ends),
            Cells::Segments(_) => {
                // Ordering: SeqCst, see `sync`: a getter registers, and looks again here.
                Segments::<T>::count(self.ends.put.ticket.load(Ordering::SeqCst))
            }
        }
    }

    /// As `put_count`; `None` if that would have to wait for a lock.
    pub(super) fn try_put_count(&self) -> Option<usize> {
        match &self.cells {
            Cells::Ring(ring) => ring.try_put_count(&self.ends),
            Cells::Segments(_) => Some(self.put_count()),
        }
    }

    /// How many were ever taken out.
    pub(super) fn got_count(&self) -> usize {
        // Ordering: SeqCst, see `sync`: a putter registers, and looks again here.
        let got = self.ends.got.ticket.load(Ordering::SeqCst);
        match &self.cells {
            Cells::Ring(ring) => ring.count(got),
            Cells::Segments(_) => Segments::<T>::count(got),
        }
    }

    /// Whether it was empty at an instant during the call.
    pub(super) fn is_empty(&self) -> bool {
        // In this order: `got` never passes `put`.
        let got = self.got_count();
        got == self.put_count()
    }

    /// How many were stored at an instant during the call. (If gets come so fast that no such instant is
    /// found, a number close to it, that fits.)
    pub(super) fn len(&self) -> usize {
        for _ in 0..TRIES {
            let got = self.got_count();
            let put = self.put_count();
            // Then `got` was the same when `put` was read.
            if got == self.got_count() {
                return put - got;
            }
        }
        let got = self.got_count();
        (self.put_count() - got).min(self.limit())
    }

    /// How many can be stored: more than the capacity while there is an overflow.
    pub(super) fn limit(&self) -> usize {
        match &self.cells {
            Cells::Ring(ring) => ring.limit(),
            Cells::Segments(_) => usize::MAX,
        }
    }

    /// How many more fit; 0 only if it was full at an instant during the call.
    pub(super) fn room(&self) -> usize {
        let Some(capacity) = self.capacity() else {
            return usize::MAX;
        };
        // In this order: what is put meanwhile only makes it fuller.
        let put = self.put_count();
        let stored = put.saturating_sub(self.got_count());
        capacity.saturating_sub(stored)
    }
}

impl<T> Drop for Items<T> {
    fn drop(&mut self) {
        /// If an item panics when it is dropped, the others are dropped all the same.
        struct Rest<'a, T>(&'a mut Items<T>);

        impl<T> Rest<'_, T> {
            fn clear(&mut self) {
                while let Taken::Item(item) = self.0.pop() {
                    drop(item);
                }
            }
        }

        impl<T> Drop for Rest<'_, T> {
            fn drop(&mut self) {
                self.clear();
                let Items { ends, cells } = &mut *self.0;
                if let Cells::Segments(segments) = cells {
                    segments.free_last(ends);
                }
            }
        }

        Rest(self).clear();
    }
}
