//! The obligation to finish one task.
#![forbid(unsafe_code)]

use core::mem::ManuallyDrop;

use crate::handle::Handle;
use crate::storage::Engine;
use crate::tally::Outcome;

/// What a [`Task`](crate::Task) owes. Dropping it counts the task as abandoned.
///
/// A [`Ticket`](crate::Ticket) for one, but without a number: a task that is handed from function to
/// function is a word smaller.
pub(crate) struct Receipt<H: Handle> {
    // `None`: settled.
    queue: Option<H>,
}

impl<H: Handle> Receipt<H> {
    #[inline]
    pub(crate) fn new(queue: H) -> Self {
        Self { queue: Some(queue) }
    }

    pub(crate) fn queue(&self) -> &H {
        self.queue.as_ref().unwrap_or_else(|| settled())
    }

    #[inline]
    pub(crate) fn finish(self, outcome: Outcome) {
        // Not dropped: then the compiler need not keep it in memory for a second look.
        ManuallyDrop::new(self).finish_once(outcome);
    }

    /// Nothing is owed any more, or it is owed in another way now.
    pub(crate) fn settle(mut self) -> H {
        self.queue.take().unwrap_or_else(|| settled())
    }

    #[inline]
    fn finish_once(&mut self, outcome: Outcome) {
        // Taken first, so that a panicking waker of a joiner does not make the drop below finish it again.
        if let Some(queue) = self.queue.take() {
            queue.queue().engine().finish(1, outcome);
        }
    }
}

impl<H: Handle> Drop for Receipt<H> {
    #[inline]
    fn drop(&mut self) {
        self.finish_once(Outcome::Abandoned);
    }
}

#[cold]
fn settled() -> ! {
    unreachable!("whatever settles a receipt takes it by value")
}
