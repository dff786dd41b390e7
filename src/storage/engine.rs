//! What a flavour of queue has to be able to do: the contract between the public skin (queue, tasks,
//! futures) and the storages.
//!
//! An engine is storage, numbers and the three lines of waiters together, because how they meet is
//! what differs between kinds of storage: under one lock here ([`Locked`](super::locked::Locked)); with
//! tickets for numbers, closing as a bit of the put ticket and locks around the lines alone in the
//! lock-free one (`lockfree`). The skin knows neither locks nor atomics.

use core::pin::Pin;
use core::task::{Poll, Waker};

use super::Remains;
use crate::error::{GetError, TaskDoneError, TryGetError};
use crate::stats::Stats;
use crate::tally::Outcome;
use crate::wait::{Effects, Node, Wake};

/// Whether a put has to respect the capacity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lane {
    Bounded,
    /// Past the capacity where the storage can grow: for work found while working.
    Exempt,
}

/// Why an item was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    Full,
    ShutDown,
}

/// Why a put that waits for room fails: nothing else can happen to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShutDown;

/// All methods may be called from any thread or (with critical sections) interrupt at any time.
///
/// # Safety
///
/// Implementors are `Send` and `Sync` whenever `Item` is `Send`; [`Shared`](super::Shared) relies on it.
///
/// # Polling
///
/// The three `poll_` functions are `unsafe` because they link `node` into a line: a node must be used
/// with one engine and one line only, and once it has been polled, [`cancel`](Self::cancel) must be
/// called before it is dropped. After `Ready` the node is out of the line, and may wait again.
pub unsafe trait Engine {
    type Item;
    /// What `shutdown_now` takes out.
    type Remains: Remains<Item = Self::Item>;

    fn try_put(&self, item: Self::Item, lane: Lane) -> Result<Wake, (Refusal, Self::Item)>;

    fn try_get(&self) -> Result<(Self::Item, Wake), TryGetError>;

    /// As `try_get`, for a future that takes more than one item: leaves to those who wait, and were
    /// overtaken too often, what they were woken for.
    fn get_more(&self) -> Option<(Self::Item, Wake)>;

    /// Puts an item back and finishes one task, in one step.
    fn requeue(&self, item: Self::Item) -> Result<Wake, (Refusal, Self::Item)>;

    /// For a future that is not in line: the item, if it can be had without a lock, and nobody is to be let
    /// go first. `None` says nothing; `poll_get` finds out.
    #[inline]
    fn get_at_once(&self) -> Option<(Self::Item, Wake)> {
        None
    }

    /// As `get_at_once`, for a put; the item is taken on success alone.
    #[inline]
    fn put_at_once(&self, _item: &mut Option<Self::Item>) -> Option<Wake> {
        None
    }

    /// Takes the item out of `item` once there is room. After shutdown, or if a comparison panics, it is
    /// still there. Never called with `None`.
    ///
    /// # Safety
    ///
    /// See [Polling](Self#polling).
    unsafe fn poll_put(
        &self,
        item: &mut Option<Self::Item>,
        node: Pin<&Node>,
        waker: &Waker,
    ) -> Poll<(Result<(), ShutDown>, Effects)>;

    /// # Safety
    ///
    /// See [Polling](Self#polling).
    unsafe fn poll_get(
        &self,
        node: Pin<&Node>,
        waker: &Waker,
    ) -> Poll<(Result<Self::Item, GetError>, Effects)>;

    /// # Safety
    ///
    /// See [Polling](Self#polling).
    unsafe fn poll_join(&self, node: Pin<&Node>, waker: &Waker) -> Poll<(Stats, Effects)>;

    /// Takes `node` out of its line; a notice that it had received goes to the next in line. Does not
    /// unwind before the node is out.
    ///
    /// # Safety
    ///
    /// `node` must have been used with this engine only, and for its line only.
    unsafe fn cancel(&self, node: Pin<&Node>);

    /// Finishes `count` tasks.
    fn finish(&self, count: usize, outcome: Outcome);

    /// Leaves `count` tasks to be finished by `task_done`.
    fn detach(&self, count: usize);

    fn task_done(&self) -> Result<(), TaskDoneError>;

    fn shutdown(&self);

    fn shutdown_now(&self) -> Self::Remains;

    fn len(&self) -> usize;

    fn capacity(&self) -> Option<usize>;

    fn is_shutdown(&self) -> bool;

    /// In every snapshot `put >= got >= done`, and the differences are what they should be.
    fn stats(&self) -> Stats;

    /// `None` if that would have to wait for somebody.
    fn try_stats(&self) -> Option<Stats>;
}
