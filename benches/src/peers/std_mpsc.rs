//! The standard library's mpsc: threads only, one consumer. Bounded and unbounded senders are different
//! types, hence two peers of one name.

use std::sync::mpsc::{self, Receiver, Sender, SyncSender};

use crate::item::Item;
use crate::peer::{Capacity, Consumer, GetBlocking, Peer, Plain, Producer, PutBlocking};

const NAME: &str = "std mpsc";

/// `std::sync::mpsc::sync_channel`.
pub enum StdBounded {}

/// `std::sync::mpsc::channel`.
pub enum StdUnbounded {}

impl<T: Item> Peer<T> for StdBounded {
    type Producer = SyncSender<T>;
    type Consumer = Receiver<T>;

    fn name() -> String {
        NAME.into()
    }

    fn open(capacity: Capacity) -> Option<(SyncSender<T>, Receiver<T>)> {
        match capacity {
            Capacity::Bounded(capacity) => Some(mpsc::sync_channel(capacity)),
            Capacity::Unbounded => None,
        }
    }
}

impl<T: Item> Peer<T> for StdUnbounded {
    type Producer = Sender<T>;
    type Consumer = Receiver<T>;

    fn name() -> String {
        NAME.into()
    }

    fn open(capacity: Capacity) -> Option<(Sender<T>, Receiver<T>)> {
        (capacity == Capacity::Unbounded).then(mpsc::channel)
    }
}

impl<T: Item> Producer<T> for SyncSender<T> {
    #[inline]
    fn try_put(&self, item: T) -> bool {
        self.try_send(item).is_ok()
    }
}

impl<T: Item> Producer<T> for Sender<T> {
    #[inline]
    fn try_put(&self, item: T) -> bool {
        self.send(item).is_ok()
    }
}

impl<T: Item> Consumer<T> for Receiver<T> {
    type Got<'a> = Plain<T>;

    #[inline]
    fn try_get(&mut self) -> Option<Plain<T>> {
        self.try_recv().ok().map(Plain)
    }

    fn share(&self) -> Option<Self> {
        None
    }
}

impl<T: Item> PutBlocking<T> for SyncSender<T> {
    fn put_blocking(&self, item: T) {
        if self.send(item).is_err() {
            panic!("never closed");
        }
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
