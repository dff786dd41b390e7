//! concurrent-queue, polled: what is inside async-channel.

use concurrent_queue::ConcurrentQueue;

use crate::item::Item;
use crate::peer::Capacity;
use crate::peers::polled::Storage;

impl<T: Item> Storage<T> for ConcurrentQueue<T> {
    const NAME: &'static str = "concurrent-queue, polled";

    fn new(capacity: Capacity) -> Option<Self> {
        Some(match capacity {
            Capacity::Bounded(capacity) => ConcurrentQueue::bounded(capacity),
            Capacity::Unbounded => ConcurrentQueue::unbounded(),
        })
    }

    #[inline]
    fn push(&self, item: T) -> Result<(), T> {
        ConcurrentQueue::push(self, item).map_err(|error| error.into_inner())
    }

    #[inline]
    fn pop(&self) -> Option<T> {
        ConcurrentQueue::pop(self).ok()
    }
}
