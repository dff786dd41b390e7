//! Every operation that neither blocks a thread nor makes a queue.
#![forbid(unsafe_code)]

use crate::error::{TaskDoneError, TryGetError, TryPutAllError, TryPutError};
use crate::future::{Get, GetMany, Join, Put, PutAll, take_more};
use crate::queue::JoinableQueue;
use crate::remaining::Remaining;
use crate::stats::Stats;
use crate::storage::{Engine, EngineOf, Lane, Storage};
use crate::task::Task;
use crate::ticket::Ticket;

impl<S: Storage> JoinableQueue<S> {
    /// Puts an item, waiting for room if the queue is full. (As `asyncio.Queue` does it.)
    ///
    /// The item takes part in nothing before it is in: a put that waits is not seen by `get`,
    /// `len` or [`join`](Self::join). With room it resolves at once, so that a loop of puts into a queue
    /// that never fills up never yields to the other tasks of its executor.
    ///
    /// Allocates only where an unbounded queue has to grow.
    ///
    /// # Errors
    ///
    /// [`PutError`](crate::PutError) gives the item back if the queue is shut down, before or during
    /// the wait, even if there is room.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future before it is ready drops the item, which was never in the queue.
    /// [`Put::into_item`] gives it back instead.
    ///
    /// ```
    /// # futures::executor::block_on(async {
    /// use joinable_queue::Queue;
    ///
    /// let queue = Queue::bounded(2);
    /// queue.put("a job").await?;
    /// assert_eq!(queue.len(), 1);
    /// # Ok::<(), joinable_queue::PutError<&str>>(())
    /// # }).unwrap();
    /// ```
    #[doc(alias = "send")]
    #[doc(alias = "push")]
    #[inline]
    pub fn put(&self, item: S::Item) -> Put<&Self> {
        Put::new(self, item)
    }

    /// Puts an item if there is room now. Never waits.
    ///
    /// # Errors
    ///
    /// [`Full`](TryPutError::Full) or [`ShutDown`](TryPutError::ShutDown), with the item. `Full` is
    /// true at some instant during the call; after shutdown it is always `ShutDown`.
    ///
    /// ```
    /// use joinable_queue::{Queue, TryPutError};
    ///
    /// let queue = Queue::bounded(1);
    /// assert_eq!(queue.try_put(1), Ok(()));
    /// assert_eq!(queue.try_put(2), Err(TryPutError::Full(2)));
    /// ```
    #[doc(alias = "put_nowait")]
    #[doc(alias = "try_send")]
    #[inline]
    pub fn try_put(&self, item: S::Item) -> Result<(), TryPutError<S::Item>> {
        self.put_in(item, Lane::Bounded)
    }

    /// Puts every item of `iter` in order, waiting for room where needed; resolves to their number.
    ///
    /// An item is taken from the iterator only when the one before it is in, and takes the lock for
    /// itself: items of others may come in between. With an iterator that never ends, on an unbounded
    /// queue, the future never yields. With an empty one it is ready at once, also after shutdown.
    ///
    /// # Errors
    ///
    /// [`PutAllError`](crate::PutAllError) after shutdown: the item that was refused, and how many
    /// were put before it. The rest stays in the iterator: pass `iter.by_ref()` to keep that.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future before it is ready leaves in the queue what was put, and drops the one item
    /// that waits for room; [`PutAll::into_item`] gives that back instead.
    ///
    /// ```
    /// # futures::executor::block_on(async {
    /// use joinable_queue::Queue;
    ///
    /// let queue = Queue::bounded(8);
    /// assert_eq!(queue.put_all(1..=5).await, Ok(5));
    /// # });
    /// ```
    pub fn put_all<I>(&self, iter: I) -> PutAll<&Self, I::IntoIter>
    where
        I: IntoIterator<Item = S::Item>,
    {
        PutAll::new(self, iter.into_iter())
    }

    /// Puts items of `iter` in order until there are no more, or one is refused. Never waits. Returns
    /// how many were put.
    ///
    /// # Errors
    ///
    /// [`TryPutAllError`] has the one item that was taken from the iterator and refused, and the
    /// number put before it; the rest stays in the iterator.
    ///
    /// ```
    /// use joinable_queue::Queue;
    ///
    /// let queue = Queue::bounded(2);
    /// let mut jobs = 1..=4;
    /// let error = queue.try_put_all(&mut jobs).unwrap_err();
    /// assert!(error.is_full());
    /// assert_eq!((error.put, error.into_inner()), (2, 3));
    /// assert_eq!(jobs.next(), Some(4));
    /// ```
    pub fn try_put_all<I>(&self, iter: &mut I) -> Result<usize, TryPutAllError<S::Item>>
    where
        I: Iterator<Item = S::Item> + ?Sized,
    {
        let mut put = 0;
        for item in iter {
            match self.try_put(item) {
                Ok(()) => put += 1,
                Err(error) => return Err(TryPutAllError { put, error }),
            }
        }
        Ok(put)
    }

    /// Takes the next item, waiting for one if the queue is empty.
    ///
    /// The order of the queue decides which item that is when the future completes, not when it began to
    /// wait. Resolves at once if there is one, so that a loop of gets from a queue that is kept filled
    /// never yields to the other tasks of its executor. (As `asyncio.Queue` does it.)
    ///
    /// # Errors
    ///
    /// [`GetError`](crate::GetError) once the queue is shut down and empty.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future before it is ready takes nothing from the queue.
    ///
    /// ```
    /// # futures::executor::block_on(async {
    /// use joinable_queue::Queue;
    ///
    /// let queue = Queue::bounded(8);
    /// queue.put("a job").await.unwrap();
    /// let task = queue.get().await?;
    /// assert_eq!(*task, "a job");
    /// task.done();
    /// # Ok::<(), joinable_queue::GetError>(())
    /// # }).unwrap();
    /// ```
    #[doc(alias = "recv")]
    #[doc(alias = "pop")]
    #[inline]
    pub fn get(&self) -> Get<&Self> {
        Get::new(self)
    }

    /// Takes the next item if there is one now. Never waits.
    ///
    /// # Errors
    ///
    /// [`Empty`](TryGetError::Empty), true at some instant during the call;
    /// [`ShutDown`](TryGetError::ShutDown) if the queue is also shut down.
    ///
    /// ```
    /// use joinable_queue::{Queue, TryGetError};
    ///
    /// let queue = Queue::<i32>::unbounded();
    /// assert_eq!(queue.try_get().unwrap_err(), TryGetError::Empty);
    /// queue.shutdown();
    /// assert_eq!(queue.try_get().unwrap_err(), TryGetError::ShutDown);
    /// ```
    #[doc(alias = "get_nowait")]
    #[doc(alias = "try_recv")]
    #[inline]
    pub fn try_get(&self) -> Result<Task<&Self>, TryGetError> {
        let (item, wake) = self.engine().try_get()?;
        // The task first: if a waker panics, its item is dropped as an abandoned task.
        let task = Task::new(self, item);
        wake.run();
        Ok(task)
    }

    /// Waits for at least one item, and extends `into` with all there are, up to `max`; the [`Ticket`]
    /// finishes them all, or each by [`done_one`](Ticket::done_one).
    ///
    /// Takes an item when `into` asks for it, so that what it does not ask for stays in the queue, and other
    /// consumers may get items in between: each costs as much as a [`try_get`](Self::try_get). With a `max` of
    /// zero it takes nothing and does not wait. `into` should have room for `max`: a `heapless::Vec`
    /// panics when it is full, and what had been taken by then is counted as abandoned.
    ///
    /// # Errors
    ///
    /// [`GetError`](crate::GetError) once the queue is shut down and empty; `into` is as it was.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future before it is ready takes nothing from the queue.
    ///
    /// ```
    /// # futures::executor::block_on(async {
    /// use joinable_queue::Queue;
    ///
    /// let queue = Queue::bounded(8);
    /// queue.put_all(1..=5).await.unwrap();
    /// let mut batch = Vec::new();
    /// let ticket = queue.get_many(3, &mut batch).await?;
    /// assert_eq!(batch, [1, 2, 3]);
    /// ticket.done();
    /// # Ok::<(), joinable_queue::GetError>(())
    /// # }).unwrap();
    /// ```
    pub fn get_many<'e, E>(&self, max: usize, into: &'e mut E) -> GetMany<'e, &Self, E>
    where
        E: Extend<S::Item>,
    {
        GetMany::new(self, max, into)
    }

    /// As [`get_many`](Self::get_many), without waiting.
    ///
    /// # Errors
    ///
    /// As for [`try_get`](Self::try_get); `into` is as it was.
    ///
    /// ```
    /// use joinable_queue::Queue;
    ///
    /// let queue = Queue::bounded(8);
    /// queue.try_put_all(&mut (1..=5)).unwrap();
    /// let mut batch = Vec::new();
    /// queue.try_get_many(3, &mut batch).unwrap().done();
    /// queue.try_get_many(3, &mut batch).unwrap().done();
    /// assert_eq!(batch, [1, 2, 3, 4, 5]);
    /// ```
    pub fn try_get_many<E>(&self, max: usize, into: &mut E) -> Result<Ticket<&Self>, TryGetError>
    where
        E: Extend<S::Item>,
    {
        if max == 0 {
            return Ok(Ticket::new(self, 0));
        }
        let (first, wake) = self.engine().try_get()?;
        let next = |engine: &EngineOf<S>| engine.try_get().ok();
        Ok(take_more(self, (first, wake.into()), next, max, into))
    }

    /// Waits until every item ever put is finished.
    ///
    /// Finished, not taken: an empty queue with tasks in flight keeps it waiting. Precisely: it completes
    /// once [`unfinished`](Self::unfinished) has been zero at some instant since its first poll. So it
    /// returns at once on a queue with nothing unfinished; a joiner that was waiting at such an instant
    /// completes even if new items come before it runs, and one that starts then waits for those too.
    /// Any number may wait at once, and again and again. A shutdown does not end it. (As `asyncio.Queue`
    /// does it.)
    ///
    /// Everything done before a task was finished happens before the return of the join that this lets
    /// go.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future affects nobody else.
    ///
    /// ```
    /// # futures::executor::block_on(async {
    /// use joinable_queue::Queue;
    ///
    /// let queue = Queue::bounded(8);
    /// queue.put_all(1..=5).await.unwrap();
    /// let worker = async {
    ///     while let Ok(task) = queue.try_get() {
    ///         task.done();
    ///     }
    /// };
    /// let (stats, ()) = futures::join!(queue.join(), worker);
    /// assert_eq!((stats.done, stats.abandoned), (5, 0));
    /// # });
    /// ```
    pub fn join(&self) -> Join<&Self> {
        Join::new(self)
    }

    /// Finishes one *detached* task: Python's `task_done()`.
    ///
    /// Only tasks that were [detached](Task::detach) are finished by this; every other one is
    /// finished through its [`Task`], so that one call too many cannot release a `join` early.
    ///
    /// # Errors
    ///
    /// [`TaskDoneError`] if no detached task is unfinished; nothing is changed then. Python raises
    /// `ValueError`.
    ///
    /// ```
    /// use joinable_queue::Queue;
    ///
    /// let queue = Queue::unbounded();
    /// queue.try_put("a job").unwrap();
    /// let job = queue.try_get().unwrap().detach();
    /// assert_eq!(queue.unfinished(), 1);
    /// assert!(queue.task_done().is_ok());
    /// assert!(queue.task_done().is_err());
    /// ```
    pub fn task_done(&self) -> Result<(), TaskDoneError> {
        self.engine().task_done()
    }

    /// Closes the queue: no put succeeds once this has returned. Items that are left can still be taken;
    /// once there are none, gets fail. All who wait in a put or a get are woken, and waiting puts give
    /// their items back. Joins go on waiting. Idempotent; there is no way back. (As Python's `shutdown()`.)
    ///
    /// ```
    /// use joinable_queue::Queue;
    ///
    /// let queue = Queue::unbounded();
    /// queue.try_put(1).unwrap();
    /// queue.shutdown();
    /// assert!(queue.try_put(2).unwrap_err().is_shutdown());
    /// assert_eq!(queue.try_get().unwrap().done(), 1);
    /// assert!(queue.try_get().unwrap_err().is_shutdown());
    /// ```
    #[doc(alias = "close")]
    pub fn shutdown(&self) {
        self.engine().shutdown();
    }

    /// As [`shutdown`](Self::shutdown), and takes out what is left, each item counted as finished by
    /// the time the call returns. Tasks in flight still hold up [`join`](Self::join).
    ///
    /// The iterator that is returned owns the items, and gives them in the order in which `get` would
    /// have. Nothing is dropped behind the caller's back; whether you keep, drop or leak it makes no
    /// difference to `join`. Python's `shutdown(immediate=True)` throws the items away, as
    /// `drop(queue.shutdown_now())` does.
    ///
    /// Compares no items and allocates nothing. If a waker panics, the items are dropped.
    ///
    /// ```
    /// use joinable_queue::Queue;
    ///
    /// let queue = Queue::bounded(8);
    /// queue.try_put_all(&mut (1..=3)).unwrap();
    /// let left: Vec<i32> = queue.shutdown_now().collect();
    /// assert_eq!(left, [1, 2, 3]);
    /// assert_eq!(queue.unfinished(), 0);
    /// ```
    pub fn shutdown_now(&self) -> Remaining<S> {
        Remaining::new(self.engine().shutdown_now())
    }

    /// Whether the queue has been shut down, in either way.
    pub fn is_shutdown(&self) -> bool {
        self.engine().is_shutdown()
    }

    /// How many items are in the queue: neither those taken nor those that a waiting put holds.
    ///
    /// As every snapshot here, true at one instant during the call; but a lock-free queue that changes so
    /// fast that no such instant is found in some dozens of looks answers with numbers of instants close
    /// together. Even then `put >= got >= done`, and `len` is no more than fits.
    #[doc(alias = "qsize")]
    pub fn len(&self) -> usize {
        self.engine().len()
    }

    /// Whether no items are in the queue.
    #[doc(alias = "empty")]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether no more items fit: `len` is at the capacity, or above it after follow-ups. Never on an
    /// unbounded queue.
    #[doc(alias = "full")]
    pub fn is_full(&self) -> bool {
        self.stats().is_full()
    }

    /// How many items fit; `None`: as many as memory holds.
    #[doc(alias = "maxsize")]
    pub fn capacity(&self) -> Option<usize> {
        self.engine().capacity()
    }

    /// How many items were put and are not finished: what [`join`](Self::join) waits for.
    #[doc(alias = "unfinished_tasks")]
    pub fn unfinished(&self) -> usize {
        self.stats().unfinished
    }

    /// How many items were taken and are not finished.
    pub fn in_flight(&self) -> usize {
        self.stats().in_flight
    }

    /// All numbers in one snapshot.
    ///
    /// Never waits for anybody but one thread: without a lock (`Queue` on 64-bit targets with `std`), for one that is
    /// in the middle of a [`requeue`](crate::Task::requeue), which must not be seen half done. So do `is_full`,
    /// `unfinished` and `in_flight`, and a poll of a [`join`](Self::join) that was let go while others went on
    /// putting.
    ///
    /// ```
    /// use joinable_queue::Queue;
    ///
    /// let queue = Queue::bounded(8);
    /// queue.try_put_all(&mut (1..=3)).unwrap();
    /// queue.try_get().unwrap().fail();
    /// let task = queue.try_get().unwrap();
    /// let stats = queue.stats();
    /// assert_eq!((stats.put, stats.got, stats.done), (3, 2, 1));
    /// assert_eq!((stats.len, stats.in_flight, stats.unfinished), (1, 1, 2));
    /// assert_eq!((stats.failed, stats.abandoned), (1, 0));
    /// # drop(task);
    /// ```
    pub fn stats(&self) -> Stats {
        self.engine().stats()
    }
}
