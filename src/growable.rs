//! The flavours on the heap, and how to make them.
#![forbid(unsafe_code)]

use crate::queue::JoinableQueue;
use crate::storage::{Fifo, Lifo, Priority};

/// First in, first out. Python: `Queue`.
///
/// ```
/// use joinable_queue::Queue;
///
/// static JOBS: Queue<&str> = Queue::unbounded();
///
/// JOBS.try_put("first")?;
/// JOBS.try_put("second")?;
/// assert_eq!(JOBS.try_get().unwrap().done(), "first");
/// # Ok::<(), joinable_queue::TryPutError<&str>>(())
/// ```
pub type Queue<T> = JoinableQueue<Fifo<T>>;

/// Last in, first out. Python: `LifoQueue`.
///
/// ```
/// use joinable_queue::LifoQueue;
///
/// let jobs = LifoQueue::bounded(8);
/// jobs.try_put("first")?;
/// jobs.try_put("second")?;
/// assert_eq!(jobs.try_get().unwrap().done(), "second");
/// # Ok::<(), joinable_queue::TryPutError<&str>>(())
/// ```
pub type LifoQueue<T> = JoinableQueue<Lifo<T>>;

/// Smallest first; equal items in the order they were put. Python: `PriorityQueue`, where equal ones
/// come in any order. For largest first use [`core::cmp::Reverse`]; for priorities that are not part of the
/// item [`Prioritized`](crate::Prioritized).
///
/// `Ord::cmp` of the items runs inside the queue's lock, at most log₂(`len`) + 1 times in a put and
/// twice that in a get. It must not call the same queue: that deadlocks, or panics, as the mutex of the
/// standard library documents; with the feature `critical-section` it panics. If it panics itself, the
/// queue is as it was before the call. If it is no total order, items come in some order, and none is
/// lost.
///
/// ```
/// use joinable_queue::PriorityQueue;
///
/// let jobs = PriorityQueue::bounded(8);
/// jobs.try_put(5)?;
/// jobs.try_put(1)?;
/// assert_eq!(jobs.try_get().unwrap().done(), 1);
/// # Ok::<(), joinable_queue::TryPutError<i32>>(())
/// ```
pub type PriorityQueue<T> = JoinableQueue<Priority<T>>;

impl<T> Queue<T> {
    /// A queue with room for exactly `capacity` items, which is allocated here and now: a word more than
    /// an item for each where it is lock-free. Later operations allocate nothing, unless follow-ups or requeued
    /// tasks exceed the capacity; and `shutdown_now` allocates once, for what it takes out, where the queue is
    /// lock-free.
    ///
    /// # Panics
    ///
    /// If `capacity` is zero: use [`unbounded`](Self::unbounded) for a queue without a limit. If so many
    /// items exceed the address space.
    #[track_caller]
    pub fn bounded(capacity: usize) -> Self {
        assert_room(capacity);
        Self::from_engine(Fifo::bounded(capacity))
    }

    /// A queue limited by memory alone, which it gives back after a burst.
    ///
    /// Where it is lock-free, items are in blocks of 31, which are used again: a queue whose length stays
    /// about the same allocates nothing. Of those that are empty it keeps 16 KiB, or two. Elsewhere it is as
    /// described at [`LifoQueue::unbounded`].
    pub const fn unbounded() -> Self {
        Self::from_engine(Fifo::unbounded())
    }
}

impl<T> LifoQueue<T> {
    /// As [`Queue::bounded`].
    ///
    /// # Panics
    ///
    /// As for `Queue::bounded`.
    #[track_caller]
    pub fn bounded(capacity: usize) -> Self {
        assert_room(capacity);
        Self::from_engine(Lifo::bounded(capacity))
    }

    /// A queue limited by memory alone, which it gives back after a burst: a get that finds three
    /// quarters of the memory unused frees half of it, down to room for 64 items. Growing and shrinking
    /// move all items, inside the lock, once for about as many puts or gets as there are items.
    pub const fn unbounded() -> Self {
        Self::from_engine(Lifo::unbounded())
    }
}

impl<T: Ord> PriorityQueue<T> {
    /// As [`Queue::bounded`].
    ///
    /// # Panics
    ///
    /// As for `Queue::bounded`.
    #[track_caller]
    pub fn bounded(capacity: usize) -> Self {
        assert_room(capacity);
        Self::from_engine(Priority::bounded(capacity))
    }

    /// As [`LifoQueue::unbounded`].
    pub const fn unbounded() -> Self {
        Self::from_engine(Priority::unbounded())
    }
}

/// An unbounded queue.
impl<T> Default for Queue<T> {
    fn default() -> Self {
        Self::unbounded()
    }
}

/// An unbounded queue.
impl<T> Default for LifoQueue<T> {
    fn default() -> Self {
        Self::unbounded()
    }
}

/// An unbounded queue.
impl<T: Ord> Default for PriorityQueue<T> {
    fn default() -> Self {
        Self::unbounded()
    }
}

#[track_caller]
fn assert_room(capacity: usize) {
    assert!(
        capacity > 0,
        "a bounded queue must have room for at least one item; \
         for a queue without a limit use `unbounded()`"
    );
}
