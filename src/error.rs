//! Error types. Those of a put or a requeue give back what was not taken: map such an error
//! (`.map_err(|error| error.to_string())`) to pass it on without the item.
#![forbid(unsafe_code)]

use core::error::Error;
use core::fmt;

/// The queue was shut down; the item comes back. Returned by [`put`](crate::JoinableQueue::put).
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PutError<T>(pub T);

impl<T> PutError<T> {
    /// The item that was not put.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T> fmt::Debug for PutError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PutError(..)")
    }
}

impl<T> fmt::Display for PutError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(SHUT_DOWN)
    }
}

impl<T> Error for PutError<T> {}

/// Why [`try_put`](crate::JoinableQueue::try_put) or
/// [`put_follow_up`](crate::Task::put_follow_up) did not take the item, which comes back.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum TryPutError<T> {
    /// There is no room. Python: `QueueFull`.
    Full(T),
    /// The queue was shut down. Python: `QueueShutDown`.
    ShutDown(T),
}

impl<T> TryPutError<T> {
    /// The item that was not put.
    pub fn into_inner(self) -> T {
        match self {
            Self::Full(item) | Self::ShutDown(item) => item,
        }
    }

    /// Whether there was no room.
    pub fn is_full(&self) -> bool {
        matches!(self, Self::Full(_))
    }

    /// Whether the queue was shut down.
    pub fn is_shutdown(&self) -> bool {
        matches!(self, Self::ShutDown(_))
    }
}

impl<T> fmt::Debug for TryPutError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Full(_) => "Full(..)",
            Self::ShutDown(_) => "ShutDown(..)",
        })
    }
}

impl<T> fmt::Display for TryPutError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Full(_) => FULL,
            Self::ShutDown(_) => SHUT_DOWN,
        })
    }
}

impl<T> Error for TryPutError<T> {}

/// The queue was shut down in the middle of a batch. Returned by
/// [`put_all`](crate::JoinableQueue::put_all).
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PutAllError<T> {
    /// How many items had been put before.
    pub put: usize,
    /// The item that was taken from the iterator and not put. The following ones were not taken.
    pub item: T,
}

impl<T> PutAllError<T> {
    /// The item that was taken from the iterator and not put.
    pub fn into_inner(self) -> T {
        self.item
    }
}

impl<T> fmt::Debug for PutAllError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PutAllError")
            .field("put", &self.put)
            .finish_non_exhaustive()
    }
}

impl<T> fmt::Display for PutAllError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{SHUT_DOWN} ({} items of the batch were put)", self.put)
    }
}

impl<T> Error for PutAllError<T> {}

/// Why [`try_put_all`](crate::JoinableQueue::try_put_all) stopped.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct TryPutAllError<T> {
    /// How many items had been put before.
    pub put: usize,
    /// Why the next one was not put, and that item. The following ones were not taken from the
    /// iterator.
    pub error: TryPutError<T>,
}

impl<T> TryPutAllError<T> {
    /// The item that was taken from the iterator and not put.
    pub fn into_inner(self) -> T {
        self.error.into_inner()
    }

    /// Whether there was no room for it.
    pub fn is_full(&self) -> bool {
        self.error.is_full()
    }

    /// Whether the queue was shut down.
    pub fn is_shutdown(&self) -> bool {
        self.error.is_shutdown()
    }
}

impl<T> fmt::Debug for TryPutAllError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TryPutAllError")
            .field("put", &self.put)
            .field("error", &self.error)
            .finish()
    }
}

impl<T> fmt::Display for TryPutAllError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} ({} items of the batch were put)",
            self.error, self.put
        )
    }
}

impl<T> Error for TryPutAllError<T> {}

/// The queue was shut down and is empty. Returned by [`get`](crate::JoinableQueue::get).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GetError;

impl fmt::Display for GetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(SHUT_DOWN_AND_EMPTY)
    }
}

impl Error for GetError {}

/// Why [`try_get`](crate::JoinableQueue::try_get) returned no item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TryGetError {
    /// There was none at that moment. Python: `QueueEmpty`.
    Empty,
    /// There was none and there will be none: the queue was shut down. Python: `QueueShutDown`.
    ShutDown,
}

impl TryGetError {
    /// Whether the queue was empty but not shut down.
    pub fn is_empty(&self) -> bool {
        matches!(self, Self::Empty)
    }

    /// Whether the queue was shut down.
    pub fn is_shutdown(&self) -> bool {
        matches!(self, Self::ShutDown)
    }
}

impl fmt::Display for TryGetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "queue is empty",
            Self::ShutDown => SHUT_DOWN_AND_EMPTY,
        })
    }
}

impl Error for TryGetError {}

/// There is no detached task to finish. Returned by
/// [`task_done`](crate::JoinableQueue::task_done); Python raises `ValueError`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TaskDoneError;

impl fmt::Display for TaskDoneError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no detached task is unfinished")
    }
}

impl Error for TaskDoneError {}

/// Why [`requeue`](crate::Task::requeue) did not put the task back: it is still the caller's to
/// finish.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum RequeueError<K> {
    /// There is no room (fixed-capacity flavours only).
    Full(K),
    /// The queue was shut down.
    ShutDown(K),
}

impl<K> RequeueError<K> {
    /// The task, still unfinished.
    pub fn into_inner(self) -> K {
        match self {
            Self::Full(task) | Self::ShutDown(task) => task,
        }
    }

    /// Whether there was no room.
    pub fn is_full(&self) -> bool {
        matches!(self, Self::Full(_))
    }

    /// Whether the queue was shut down.
    pub fn is_shutdown(&self) -> bool {
        matches!(self, Self::ShutDown(_))
    }
}

impl<K> fmt::Debug for RequeueError<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Full(_) => "Full(..)",
            Self::ShutDown(_) => "ShutDown(..)",
        })
    }
}

impl<K> fmt::Display for RequeueError<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Full(_) => FULL,
            Self::ShutDown(_) => SHUT_DOWN,
        })
    }
}

impl<K> Error for RequeueError<K> {}

/// Why a put with a deadline did not take the item, which comes back.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum PutTimeoutError<T> {
    /// There was no room until the deadline.
    TimedOut(T),
    /// The queue was shut down.
    ShutDown(T),
}

impl<T> PutTimeoutError<T> {
    /// The item that was not put.
    pub fn into_inner(self) -> T {
        match self {
            Self::TimedOut(item) | Self::ShutDown(item) => item,
        }
    }

    /// Whether the time ran out.
    pub fn is_timeout(&self) -> bool {
        matches!(self, Self::TimedOut(_))
    }

    /// Whether the queue was shut down.
    pub fn is_shutdown(&self) -> bool {
        matches!(self, Self::ShutDown(_))
    }
}

impl<T> fmt::Debug for PutTimeoutError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TimedOut(_) => "TimedOut(..)",
            Self::ShutDown(_) => "ShutDown(..)",
        })
    }
}

impl<T> fmt::Display for PutTimeoutError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TimedOut(_) => "timed out waiting for room in the queue",
            Self::ShutDown(_) => SHUT_DOWN,
        })
    }
}

impl<T> Error for PutTimeoutError<T> {}

/// Why a get with a deadline returned no item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GetTimeoutError {
    /// There was none until the deadline.
    TimedOut,
    /// The queue was shut down and is empty.
    ShutDown,
}

impl GetTimeoutError {
    /// Whether the time ran out.
    pub fn is_timeout(&self) -> bool {
        matches!(self, Self::TimedOut)
    }

    /// Whether the queue was shut down.
    pub fn is_shutdown(&self) -> bool {
        matches!(self, Self::ShutDown)
    }
}

impl fmt::Display for GetTimeoutError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TimedOut => "timed out waiting for an item",
            Self::ShutDown => SHUT_DOWN_AND_EMPTY,
        })
    }
}

impl Error for GetTimeoutError {}

/// At no instant before the deadline was every item finished. (A join is never told of a shutdown: it
/// waits for what is in flight.)
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JoinTimeoutError;

impl fmt::Display for JoinTimeoutError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("timed out waiting for unfinished tasks")
    }
}

impl Error for JoinTimeoutError {}

impl<T> From<PutError<T>> for TryPutError<T> {
    fn from(PutError(item): PutError<T>) -> Self {
        Self::ShutDown(item)
    }
}

impl<T> From<PutError<T>> for PutTimeoutError<T> {
    fn from(PutError(item): PutError<T>) -> Self {
        Self::ShutDown(item)
    }
}

impl From<GetError> for TryGetError {
    fn from(GetError: GetError) -> Self {
        Self::ShutDown
    }
}

impl From<GetError> for GetTimeoutError {
    fn from(GetError: GetError) -> Self {
        Self::ShutDown
    }
}

const FULL: &str = "queue is full";
const SHUT_DOWN: &str = "queue is shut down";
const SHUT_DOWN_AND_EMPTY: &str = "queue is shut down and empty";
