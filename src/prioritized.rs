//! Priorities that are not part of the item.
#![forbid(unsafe_code)]

use core::cmp::Ordering;

/// An item with a priority, ordered and compared by the priority alone: smallest first in a
/// [`PriorityQueue`](crate::PriorityQueue), equal ones in the order they were put.
///
/// The recommended form with a plain number as the priority: `Ord::cmp` of the items runs inside of
/// the queue's lock, and comparing numbers there is short and cannot panic.
///
/// ```
/// use joinable_queue::{Prioritized, PriorityQueue};
///
/// let queue = PriorityQueue::unbounded();
/// queue.try_put(Prioritized::new(5, "later"))?;
/// queue.try_put(Prioritized::new(1, "now"))?;
/// queue.try_put(Prioritized::new(1, "right after"))?;
/// assert_eq!(queue.try_get().unwrap().done().item, "now");
/// assert_eq!(queue.try_get().unwrap().done().item, "right after");
/// # Ok::<(), joinable_queue::TryPutError<Prioritized<i32, &str>>>(())
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Prioritized<P, T> {
    /// The smaller, the sooner.
    pub priority: P,
    /// What it is about; not compared.
    pub item: T,
}

impl<P, T> Prioritized<P, T> {
    /// `item`, to be taken before those with a larger `priority`.
    pub const fn new(priority: P, item: T) -> Self {
        Self { priority, item }
    }
}

impl<P: PartialEq, T> PartialEq for Prioritized<P, T> {
    fn eq(&self, other: &Self) -> bool {
        self.priority == other.priority
    }
}

impl<P: Eq, T> Eq for Prioritized<P, T> {}

impl<P: PartialOrd, T> PartialOrd for Prioritized<P, T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        self.priority.partial_cmp(&other.priority)
    }
}

impl<P: Ord, T> Ord for Prioritized<P, T> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.priority.cmp(&other.priority)
    }
}
