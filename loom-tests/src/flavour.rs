//! The queues that the models run on.

use joinable_queue::storage::{self, Storage};
use joinable_queue::{JoinableQueue, heapless};

use crate::Job;

/// A way to make a queue with room for `ROOM` items.
pub trait Flavour<const ROOM: usize>: 'static {
    type Storage: Storage<Item = Job> + 'static;
    /// At most so many preemptions in models of two threads, which on others are not bounded: without a lock around
    /// everything, there are too many places for them.
    const BOUND: Option<usize>;

    fn make() -> JoinableQueue<Self::Storage>;
}

macro_rules! flavours {
    ($($name:ident: $storage:ty, $make:expr, $bound:expr;)*) => {$(
        pub struct $name;

        impl<const ROOM: usize> Flavour<ROOM> for $name {
            type Storage = $storage;
            const BOUND: Option<usize> = $bound;

            fn make() -> JoinableQueue<Self::Storage> {
                $make
            }
        }
    )*};
}

/// In builds with critical sections these have a lock as well.
const LOCK_FREE: Option<usize> = if cfg!(feature = "critical-section") {
    None
} else {
    Some(2)
};

flavours! {
    Fifo: storage::Fifo<Job>, joinable_queue::Queue::bounded(ROOM), LOCK_FREE;
    Lifo: storage::Lifo<Job>, joinable_queue::LifoQueue::bounded(ROOM), None;
    Priority: storage::Priority<Job>, joinable_queue::PriorityQueue::bounded(ROOM), None;
    FixedFifo: storage::FixedFifo<Job, ROOM>, heapless::Queue::new(), None;
    FixedLifo: storage::FixedLifo<Job, ROOM>, heapless::LifoQueue::new(), None;
    FixedPriority: storage::FixedPriority<Job, ROOM>, heapless::PriorityQueue::new(), None;
    UnboundedFifo: storage::Fifo<Job>, joinable_queue::Queue::unbounded(), LOCK_FREE;
    UnboundedLifo: storage::Lifo<Job>, joinable_queue::LifoQueue::unbounded(), None;
}
