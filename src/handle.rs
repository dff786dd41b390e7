//! How a future or a task holds its queue.
#![forbid(unsafe_code)]

use crate::queue::JoinableQueue;
use crate::storage::Storage;

/// A way to hold a queue: the parameter of futures and tasks. Sealed; implemented for
/// `&JoinableQueue<S>`, so that what a method of a `&Queue<T>` returns is a `Get<&Queue<T>>`, a
/// `Task<&Queue<T>>` and so on.
pub trait Handle: sealed::Sealed {
    /// What the queue stores.
    type Item;
    /// Where the queue stores it.
    type Storage: Storage<Item = Self::Item>;

    /// The queue; the same one each time.
    fn queue(&self) -> &JoinableQueue<Self::Storage>;
}

impl<S: Storage> Handle for &JoinableQueue<S> {
    type Item = S::Item;
    type Storage = S;

    #[inline]
    fn queue(&self) -> &JoinableQueue<S> {
        self
    }
}

mod sealed {
    /// Keeps out implementations that could return another queue each time: a future takes its node
    /// out of the queue that its handle names when it is dropped.
    pub trait Sealed {}

    impl<S: super::Storage> Sealed for &super::JoinableQueue<S> {}
}
