//! crossbeam-channel: threads only.

use crossbeam_channel::{Receiver, Sender};

use crate::item::Item;
use crate::peer::{Capacity, Consumer, GetBlocking, Peer, Plain, Producer, PutBlocking};

/// `crossbeam_channel`.
pub enum CrossbeamChannel {}

impl<T: Item> Peer<T> for CrossbeamChannel {
    type Producer = Sender<T>;
    type Consumer = Receiver<T>;

    fn name() -> String {
        "crossbeam-channel".into()
    }

    fn open(capacity: Capacity) -> Option<(Sender<T>, Receiver<T>)> {
        Some(match capacity {
            Capacity::Bounded(capacity) => crossbeam_channel::bounded(capacity),
            Capacity::Unbounded => crossbeam_channel::unbounded(),
        })
    }
}

impl<T: Item> Producer<T> for Sender<T> {
    #[inline]
    fn try_put(&self, item: T) -> bool {
        self.try_send(item).is_ok()
    }
}

impl<T: Item> Consumer<T> for Receiver<T> {
    type Got<'a> = Plain<T>;

    #[inline]
    fn try_get(&mut self) -> Option<Plain<T>> {
        self.try_recv().ok().map(Plain)
    }

    fn share(&self) -> Option<Self> {
        Some(self.clone())
    }
}

impl<T: Item> PutBlocking<T> for Sender<T> {
    fn put_blocking(&self, item: T) {
        if self.send(item).is_err() {
            panic!("never closed");
        }
    }
}

impl<T: Item> GetBlocking<T> for Receiver<T> {
    fn get_blocking(&mut self) -> Plain<T> {
        Plain(self.recv().expect("never closed"))
    }
}
