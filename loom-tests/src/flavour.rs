//! The queues that the models run on.

use joinable_queue::storage::{self, Storage};
use joinable_queue::{JoinableQueue, heapless};

use crate::Job;

/// A way to make a queue with room for `ROOM` items.
pub trait Flavour<const ROOM: usize>: 'static {
    type Storage: Storage<Item = Job> + 'static;

    fn make() -> JoinableQueue<Self::Storage>;
}

macro_rules! flavours {
    ($($name:ident: $storage:ty, $make:expr;)*) => {$(
        pub struct $name;

        impl<const ROOM: usize> Flavour<ROOM> for $name {
            type Storage = $storage;

            fn make() -> JoinableQueue<Self::Storage> {
                $make
            }
        }
    )*};
}

flavours! {
    Fifo: storage::Fifo<Job>, joinable_queue::Queue::bounded(ROOM);
    Lifo: storage::Lifo<Job>, joinable_queue::LifoQueue::bounded(ROOM);
    Priority: storage::Priority<Job>, joinable_queue::PriorityQueue::bounded(ROOM);
    FixedFifo: storage::FixedFifo<Job, ROOM>, heapless::Queue::new();
    FixedLifo: storage::FixedLifo<Job, ROOM>, heapless::LifoQueue::new();
    FixedPriority: storage::FixedPriority<Job, ROOM>, heapless::PriorityQueue::new();
    UnboundedFifo: storage::Fifo<Job>, joinable_queue::Queue::unbounded();
    UnboundedLifo: storage::Lifo<Job>, joinable_queue::LifoQueue::unbounded();
}
