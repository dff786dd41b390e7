//! The flavours of fixed capacity, for which nothing is ever allocated. Needs the feature `heapless`.
//!
//! A queue holds its `N` items itself and is made by a `const fn`, so that it can be a `static`:
//!
//! ```
//! use joinable_queue::heapless::Queue;
//!
//! static JOBS: Queue<u32, 8> = Queue::new();
//!
//! JOBS.try_put(1).unwrap();
//! JOBS.try_get().unwrap().done();
//! ```
//!
//! They do all that the others do, with two differences:
//! [`put_follow_up`](crate::Task::put_follow_up) and [`requeue`](crate::Task::requeue) are refused
//! with `Full` when there is no room; and `shutdown_now` takes the lock once for each item.
//!
//! With the feature `critical-section`, everything that does not wait (`try_put`, `try_get`, finishing,
//! `task_done`, `shutdown`, the snapshots) may be called from an interrupt. One call is one critical
//! section, and one more for each waiter that finishing or shutting down wakes. Inside, at most one
//! item is moved; but a put into a priority queue also moves those that go before its item, equal ones among
//! them, by one place, after up to log₂ N + 2 comparisons: so keep that one short, and its items small. Put
//! an index or a reference into the queue where items are large. Only atomic loads and stores are used,
//! which every Cortex-M and RISC-V has.
//!
//! What they cost, and more about chips and interrupts: [`embedded`](crate::embedded).
//!
//! The items lie in containers of the crate `heapless`, which is the source of the names as well. (Where
//! both are in scope, that crate is `::heapless`.)
#![forbid(unsafe_code)]

use crate::queue::JoinableQueue;
use crate::storage::{FixedFifo, FixedLifo, FixedPriority};

/// First in, first out, at most `N` items.
pub type Queue<T, const N: usize> = JoinableQueue<FixedFifo<T, N>>;

/// Last in, first out, at most `N` items.
///
/// ```
/// use joinable_queue::heapless::LifoQueue;
///
/// static JOBS: LifoQueue<u32, 8> = LifoQueue::new();
///
/// JOBS.try_put(1).unwrap();
/// JOBS.try_put(2).unwrap();
/// assert_eq!(JOBS.try_get().unwrap().done(), 2);
/// ```
pub type LifoQueue<T, const N: usize> = JoinableQueue<FixedLifo<T, N>>;

/// Smallest first, equal ones in the order they were put, at most `N` items.
///
/// For few items, or small ones: they are kept sorted, so that a put moves those that go before its item
/// ([how long that takes](crate::embedded#interrupts)).
///
/// `Ord::cmp` of the items runs inside the critical section or lock, at most log₂ N + 2 times in a put and
/// never in a get, and must not call the same queue: that panics, or, without the feature
/// `critical-section`, may deadlock. [`Prioritized`](crate::Prioritized) with an integer as the
/// priority keeps it short.
///
/// ```
/// use joinable_queue::heapless::PriorityQueue;
///
/// static JOBS: PriorityQueue<u32, 8> = PriorityQueue::new();
///
/// JOBS.try_put(2).unwrap();
/// JOBS.try_put(1).unwrap();
/// assert_eq!(JOBS.try_get().unwrap().done(), 1);
/// ```
pub type PriorityQueue<T, const N: usize> = JoinableQueue<FixedPriority<T, N>>;

impl<T, const N: usize> Queue<T, N> {
    /// An empty queue. An `N` of zero does not compile.
    ///
    /// ```compile_fail
    /// let queue = joinable_queue::heapless::Queue::<u32, 0>::new();
    /// ```
    pub const fn new() -> Self {
        Self::from_engine(FixedFifo::<T, N>::engine())
    }
}

impl<T, const N: usize> LifoQueue<T, N> {
    /// An empty queue. An `N` of zero does not compile.
    pub const fn new() -> Self {
        Self::from_engine(FixedLifo::<T, N>::engine())
    }
}

impl<T: Ord, const N: usize> PriorityQueue<T, N> {
    /// An empty queue. An `N` of zero does not compile.
    pub const fn new() -> Self {
        Self::from_engine(FixedPriority::<T, N>::engine())
    }
}

impl<T, const N: usize> Default for Queue<T, N> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T, const N: usize> Default for LifoQueue<T, N> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: Ord, const N: usize> Default for PriorityQueue<T, N> {
    fn default() -> Self {
        Self::new()
    }
}
