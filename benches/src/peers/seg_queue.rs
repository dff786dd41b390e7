//! crossbeam's unbounded list of segments, polled: the raw storage that unbounded queues are compared
//! with.

use crossbeam_queue::SegQueue;

use crate::item::Item;
use crate::peer::Capacity;
use crate::peers::polled::Storage;

impl<T: Item> Storage<T> for SegQueue<T> {
    const NAME: &'static str = "SegQueue, polled";

    fn new(capacity: Capacity) -> Option<Self> {
        (capacity == Capacity::Unbounded).then(SegQueue::new)
    }

    #[inline]
    fn push(&self, item: T) -> Result<(), T> {
        SegQueue::push(self, item);
        Ok(())
    }

    #[inline]
    fn pop(&self) -> Option<T> {
        SegQueue::pop(self)
    }
}
