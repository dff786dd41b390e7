//! An item with the obligation to finish it.
#![forbid(unsafe_code)]

use core::fmt;
use core::ops::{Deref, DerefMut};

use crate::error::{RequeueError, TryPutError};
use crate::handle::Handle;
use crate::queue::JoinableQueue;
use crate::receipt::Receipt;
use crate::storage::{Engine, Lane, Refusal};
use crate::tally::Outcome;
use crate::ticket::Ticket;

/// An item taken from a queue: it derefs to the item, and it *is* the obligation to finish it.
///
/// | end | counted as |
/// |---|---|
/// | [`done`](Self::done) | done |
/// | [`fail`](Self::fail) | done, and `failed` |
/// | dropped: a panic, a cancelled worker, a forgotten call | done, and `abandoned` |
/// | [`requeue`](Self::requeue) | done, and put once more |
/// | [`detach`](Self::detach) | nothing yet: somebody calls [`task_done`](crate::JoinableQueue::task_done) |
///
/// Python leaves it to the consumer to call `task_done` once for each item, and hangs in `join` for
/// ever when one call is missing. Here dropping it is enough. Only leaking a task (`mem::forget`), or
/// detaching it without a `task_done`, leaves `join` waiting.
///
/// None of the methods waits. Only `requeue` and `put_follow_up` can allocate, where the queue has to
/// grow. Each takes the queue's lock at most once, and once more for each joiner that it wakes.
///
/// The methods hide those of the item that have the same names: call these as `(*task).fail()`.
///
/// ```
/// use joinable_queue::Queue;
///
/// let queue = Queue::unbounded();
/// queue.try_put("a job")?;
/// let task = queue.try_get().unwrap();
/// assert_eq!(task.len(), 5);
/// assert_eq!(queue.unfinished(), 1);
/// assert_eq!(task.done(), "a job");
/// assert_eq!(queue.unfinished(), 0);
/// # Ok::<(), joinable_queue::TryPutError<&str>>(())
/// ```
#[must_use = "dropping a task counts it as abandoned: call `done` or `fail`"]
pub struct Task<H: Handle> {
    // In this order: a dropped task drops the item first, and is counted then, so that the item is
    // gone when `join` returns.
    // (Not called `item`: that would get in the way of an item's own field of this name.)
    inner: H::Item,
    receipt: Receipt<H>,
}

impl<H: Handle> Task<H> {
    #[inline]
    pub(crate) fn new(queue: H, item: H::Item) -> Self {
        Self {
            inner: item,
            receipt: Receipt::new(queue),
        }
    }

    /// Finishes the task and returns the item.
    ///
    /// All that happened before happens before the return of the `join` that this lets go.
    #[doc(alias = "task_done")]
    #[inline]
    pub fn done(self) -> H::Item {
        self.receipt.finish(Outcome::Done);
        self.inner
    }

    /// Finishes the task, counts it in [`Stats::failed`](crate::Stats::failed), and returns the item.
    ///
    /// ```
    /// # let queue = joinable_queue::Queue::unbounded();
    /// # queue.try_put("not a number").unwrap();
    /// let task = queue.try_get().unwrap();
    /// match task.parse::<i32>() {
    ///     Ok(_) => task.done(),
    ///     Err(_) => task.fail(),
    /// };
    /// assert_eq!(queue.stats().failed, 1);
    /// ```
    pub fn fail(self) -> H::Item {
        self.receipt.finish(Outcome::Failed);
        self.inner
    }

    /// Leaves the task to be finished by a call of
    /// [`task_done`](crate::JoinableQueue::task_done), whoever makes it: Python's manual mode.
    pub fn detach(self) -> H::Item {
        self.receipt.settle().queue().engine().detach(1);
        self.inner
    }

    /// Separates the item from the obligation.
    ///
    /// ```
    /// # let queue = joinable_queue::Queue::unbounded();
    /// # queue.try_put(String::from("a job")).unwrap();
    /// let (job, ticket) = queue.try_get().unwrap().into_parts();
    /// let worker = std::thread::spawn(move || job.len());
    /// assert_eq!(worker.join().unwrap(), 5);
    /// ticket.done();
    /// ```
    pub fn into_parts(self) -> (H::Item, Ticket<H>) {
        (self.inner, Ticket::new(self.receipt.settle(), 1))
    }

    /// Puts the item back and finishes this task, in one step for every observer: a `join` cannot
    /// slip through in between. The item is put as a new one: at the end of a FIFO queue, at the
    /// top of a LIFO one, behind its equals in a priority queue.
    ///
    /// Never waits: on the `alloc` flavours it may exceed the capacity (and allocate then), so that
    /// consumers cannot deadlock on their own full queue.
    ///
    /// # Errors
    ///
    /// [`ShutDown`](RequeueError::ShutDown) after shutdown, and [`Full`](RequeueError::Full) on a full
    /// fixed-capacity queue. The task comes back, still to be finished.
    ///
    /// ```
    /// # let queue = joinable_queue::Queue::unbounded();
    /// # queue.try_put("a job").unwrap();
    /// let task = queue.try_get().unwrap();
    /// if let Err(error) = task.requeue() {
    ///     // Dropped, it would be counted as abandoned.
    ///     error.into_inner().fail();
    /// }
    /// assert_eq!((queue.len(), queue.unfinished()), (1, 1));
    /// ```
    pub fn requeue(self) -> Result<(), RequeueError<Self>> {
        let Self { inner, receipt } = self;
        match receipt.queue().queue().engine().requeue(inner) {
            Ok(wake) => {
                let _queue = receipt.settle();
                wake.run();
                Ok(())
            }
            Err((refusal, inner)) => {
                let task = Self { inner, receipt };
                Err(match refusal {
                    Refusal::Full => RequeueError::Full(task),
                    Refusal::ShutDown => RequeueError::ShutDown(task),
                })
            }
        }
    }

    /// Puts work that was found while working on this task (the links of a page that was crawled).
    ///
    /// Never waits: on the `alloc` flavours it may exceed the capacity (and allocate then), so that
    /// consumers that feed their own queue cannot deadlock. As this task is unfinished, no `join` can
    /// return in between.
    ///
    /// # Errors
    ///
    /// [`ShutDown`](TryPutError::ShutDown) after shutdown, and [`Full`](TryPutError::Full) on a full
    /// fixed-capacity queue. The item comes back.
    ///
    /// ```
    /// use joinable_queue::Queue;
    ///
    /// let links = |page: u32| (page < 4).then_some([2 * page, 2 * page + 1]).into_iter().flatten();
    ///
    /// let pages = Queue::bounded(1);
    /// pages.try_put(1)?;
    /// while let Ok(page) = pages.try_get() {
    ///     for link in links(*page) {
    ///         page.put_follow_up(link)?;
    ///     }
    ///     page.done();
    /// }
    /// assert_eq!(pages.stats().done, 7);
    /// # Ok::<(), joinable_queue::TryPutError<u32>>(())
    /// ```
    pub fn put_follow_up(&self, item: H::Item) -> Result<(), TryPutError<H::Item>> {
        self.queue().put_in(item, Lane::Exempt)
    }

    /// The queue that the item came from.
    pub fn queue(&self) -> &JoinableQueue<H::Storage> {
        self.receipt.queue().queue()
    }
}

impl<H: Handle> Deref for Task<H> {
    type Target = H::Item;

    fn deref(&self) -> &H::Item {
        &self.inner
    }
}

impl<H: Handle> DerefMut for Task<H> {
    fn deref_mut(&mut self) -> &mut H::Item {
        &mut self.inner
    }
}

impl<H: Handle> fmt::Display for Task<H>
where
    H::Item: fmt::Display,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}

/// Needs no `Debug` of the item, and does not show it: print `*task` for that.
impl<H: Handle> fmt::Debug for Task<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Task").finish_non_exhaustive()
    }
}
