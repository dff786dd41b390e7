//! crossbeam's bounded ring, polled: the raw storage that bounded queues are compared with.

use crossbeam_queue::ArrayQueue;

use crate::item::Item;
use crate::peer::Capacity;
use crate::peers::polled::Storage;

impl<T: Item> Storage<T> for ArrayQueue<T> {
    const NAME: &'static str = "ArrayQueue, polled";

    fn new(capacity: Capacity) -> Option<Self> {
        match capacity {
            Capacity::Bounded(capacity) => Some(ArrayQueue::new(capacity)),
            Capacity::Unbounded => None,
        }
    }

    #[inline]
    fn push(&self, item: T) -> Result<(), T> {
        ArrayQueue::push(self, item)
    }

    #[inline]
    fn pop(&self) -> Option<T> {
        ArrayQueue::pop(self)
    }
}
