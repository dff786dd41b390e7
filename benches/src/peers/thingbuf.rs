//! thingbuf's mpsc: bounded, one consumer. Waiting and blocking channels are different types, hence two
//! peers of one name that never meet in one workload.

use std::mem::size_of_val;

use thingbuf::mpsc;

use crate::item::Item;
use crate::peer::{
    Capacity, Consumer, GetAsync, GetBlocking, Peer, Plain, Producer, PutAsync, PutBlocking,
};

const NAME: &str = "thingbuf";

/// `thingbuf::mpsc`.
pub enum Thingbuf {}

/// `thingbuf::mpsc::blocking`.
pub enum ThingbufBlocking {}

impl<T: Item> Peer<T> for Thingbuf {
    type Producer = mpsc::Sender<T>;
    type Consumer = mpsc::Receiver<T>;

    fn name() -> String {
        NAME.into()
    }

    fn open(capacity: Capacity) -> Option<(Self::Producer, Self::Consumer)> {
        match capacity {
            Capacity::Bounded(capacity) => Some(mpsc::channel(capacity)),
            Capacity::Unbounded => None,
        }
    }
}

impl<T: Item> Peer<T> for ThingbufBlocking {
    type Producer = mpsc::blocking::Sender<T>;
    type Consumer = mpsc::blocking::Receiver<T>;

    fn name() -> String {
        NAME.into()
    }

    fn open(capacity: Capacity) -> Option<(Self::Producer, Self::Consumer)> {
        match capacity {
            Capacity::Bounded(capacity) => Some(mpsc::blocking::channel(capacity)),
            Capacity::Unbounded => None,
        }
    }
}

impl<T: Item> Producer<T> for mpsc::Sender<T> {
    #[inline]
    fn try_put(&self, item: T) -> bool {
        self.try_send(item).is_ok()
    }
}

impl<T: Item> Producer<T> for mpsc::blocking::Sender<T> {
    #[inline]
    fn try_put(&self, item: T) -> bool {
        self.try_send(item).is_ok()
    }
}

impl<T: Item> Consumer<T> for mpsc::Receiver<T> {
    type Got<'a> = Plain<T>;

    #[inline]
    fn try_get(&mut self) -> Option<Plain<T>> {
        self.try_recv().ok().map(Plain)
    }

    fn share(&self) -> Option<Self> {
        None
    }
}

impl<T: Item> Consumer<T> for mpsc::blocking::Receiver<T> {
    type Got<'a> = Plain<T>;

    #[inline]
    fn try_get(&mut self) -> Option<Plain<T>> {
        self.try_recv().ok().map(Plain)
    }

    fn share(&self) -> Option<Self> {
        None
    }
}

impl<T: Item> PutAsync<T> for mpsc::Sender<T> {
    async fn put(&self, item: T) {
        if self.send(item).await.is_err() {
            panic!("never closed");
        }
    }

    fn put_bytes(&self, item: T) -> Option<usize> {
        Some(size_of_val(&self.send(item)))
    }
}

impl<T: Item> GetAsync<T> for mpsc::Receiver<T> {
    async fn get(&mut self) -> Plain<T> {
        Plain(self.recv().await.expect("never closed"))
    }

    fn get_bytes(&mut self) -> Option<usize> {
        Some(size_of_val(&self.recv()))
    }
}

impl<T: Item> PutBlocking<T> for mpsc::blocking::Sender<T> {
    fn put_blocking(&self, item: T) {
        if self.send(item).is_err() {
            panic!("never closed");
        }
    }
}

impl<T: Item> GetBlocking<T> for mpsc::blocking::Receiver<T> {
    fn get_blocking(&mut self) -> Plain<T> {
        Plain(self.recv().expect("never closed"))
    }
}
