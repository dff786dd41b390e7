//! The numbers of a queue at one instant.
#![forbid(unsafe_code)]

/// A snapshot of a queue's numbers.
///
/// ```text
/// put  ≥  got  ≥  done      len = put − got      in_flight = got − done      unfinished = put − done
/// ```
///
/// The totals never go back; on targets with 32-bit `usize` they wrap at 2^32. The differences are
/// exact as long as fewer than 2^`usize::BITS` items are unfinished at once.
///
/// Returned by [`JoinableQueue::stats`](crate::JoinableQueue::stats) and by a completed
/// [`join`](crate::JoinableQueue::join).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Stats {
    /// Items ever put, requeued ones each time.
    pub put: usize,
    /// Items that have left the queue: taken by a get, or by `shutdown_now`.
    pub got: usize,
    /// Tasks finished in whichever way, and items taken out by `shutdown_now`.
    pub done: usize,
    /// Of those done: finished by `fail` (or `fail_one`).
    pub failed: usize,
    /// Of those done: dropped without `done`, `fail` or `detach`.
    pub abandoned: usize,
    /// Items in the queue. Python: `qsize()`.
    pub len: usize,
    /// Items taken and not finished.
    pub in_flight: usize,
    /// Items put and not finished: what `join` waits for. Python: `unfinished_tasks`.
    pub unfinished: usize,
    /// Futures and blocked threads that wait in a get; one that was woken is not counted any more.
    pub waiting_getters: usize,
    /// The same, waiting in a put.
    pub waiting_putters: usize,
    /// The same, waiting in a join.
    pub waiting_joiners: usize,
    /// How many items fit; `None`: as many as memory holds. Python: `maxsize`.
    pub capacity: Option<usize>,
    /// Whether the queue has been shut down, in either way.
    pub is_shutdown: bool,
}

impl Stats {
    /// Whether no more items fit: `len` is at `capacity` (or above it, after follow-ups).
    pub fn is_full(&self) -> bool {
        self.capacity.is_some_and(|capacity| self.len >= capacity)
    }
}
