//! The receipt of work that was taken: an obligation to finish it.
#![forbid(unsafe_code)]

use core::fmt;
use core::mem;

use crate::handle::Handle;
use crate::queue::JoinableQueue;
use crate::storage::Engine;
use crate::tally::Outcome;

/// The receipt for one or more items taken from a queue, apart from the items: it *is* the obligation
/// to finish them.
///
/// Comes from [`Task::into_parts`](crate::Task::into_parts) and from
/// [`get_many`](crate::JoinableQueue::get_many). Dropping it finishes what is still owed and counts it
/// in [`Stats::abandoned`](crate::Stats::abandoned), so that a consumer that panics, is cancelled or
/// forgets never leaves a `join` waiting. Leaking it (`mem::forget`) does leave `join` waiting.
///
/// Finishing takes at most one lock, whatever the number of items, plus one per joiner that is woken by
/// it; a lock-free queue takes none where nobody joins. It never waits and does not allocate.
///
/// ```
/// use joinable_queue::Queue;
///
/// let queue = Queue::bounded(8);
/// for n in 1..=5 {
///     queue.try_put(n)?;
/// }
/// let mut batch = Vec::new();
/// let mut ticket = queue.try_get_many(8, &mut batch).unwrap();
/// ticket.done_one();
/// assert_eq!((ticket.owed(), queue.unfinished()), (4, 4));
/// ticket.done();
/// assert_eq!(queue.unfinished(), 0);
/// # Ok::<(), joinable_queue::TryPutError<i32>>(())
/// ```
#[must_use = "dropping a ticket counts its items as abandoned"]
pub struct Ticket<H: Handle> {
    queue: H,
    owed: usize,
}

impl<H: Handle> Ticket<H> {
    #[inline]
    pub(crate) fn new(queue: H, owed: usize) -> Self {
        Self { queue, owed }
    }

    /// How many items are still to be finished.
    pub fn owed(&self) -> usize {
        self.owed
    }

    /// The queue that the items came from.
    pub fn queue(&self) -> &JoinableQueue<H::Storage> {
        self.queue.queue()
    }

    /// Finishes everything that is owed.
    ///
    /// All that happened before happens before the return of the `join` that this lets go.
    #[inline]
    pub fn done(mut self) {
        self.finish(self.owed, Outcome::Done);
    }

    /// Finishes everything that is owed, and counts it in [`Stats::failed`](crate::Stats::failed).
    pub fn fail(mut self) {
        self.finish(self.owed, Outcome::Failed);
    }

    /// Finishes one of the items; `false` if none is owed any more.
    pub fn done_one(&mut self) -> bool {
        self.finish(1, Outcome::Done)
    }

    /// Finishes one of the items as failed; `false` if none is owed any more.
    pub fn fail_one(&mut self) -> bool {
        self.finish(1, Outcome::Failed)
    }

    /// Leaves everything that is owed to be finished by calls of
    /// [`task_done`](crate::JoinableQueue::task_done), one for each item.
    pub fn detach(mut self) {
        let owed = mem::take(&mut self.owed);
        self.queue.queue().engine().detach(owed);
    }

    pub(crate) fn add_one(&mut self) {
        self.owed += 1;
    }

    #[inline]
    fn finish(&mut self, count: usize, outcome: Outcome) -> bool {
        if count == 0 || count > self.owed {
            return false;
        }
        // First, so that a panicking waker of a joiner does not make the drop below finish it again.
        self.owed -= count;
        self.queue.queue().engine().finish(count, outcome);
        true
    }
}

impl<H: Handle> Drop for Ticket<H> {
    fn drop(&mut self) {
        self.finish(self.owed, Outcome::Abandoned);
    }
}

impl<H: Handle> fmt::Debug for Ticket<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ticket")
            .field("owed", &self.owed)
            .finish_non_exhaustive()
    }
}
