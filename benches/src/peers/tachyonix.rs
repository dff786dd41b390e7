//! tachyonix: bounded, one consumer, futures only.

use std::mem::size_of_val;

use tachyonix::{Receiver, Sender};

use crate::item::Item;
use crate::peer::{Capacity, Consumer, GetAsync, Peer, Plain, Producer, PutAsync};

/// `tachyonix`.
pub enum Tachyonix {}

impl<T: Item> Peer<T> for Tachyonix {
    type Producer = Sender<T>;
    type Consumer = Receiver<T>;

    fn name() -> String {
        "tachyonix".into()
    }

    fn open(capacity: Capacity) -> Option<(Sender<T>, Receiver<T>)> {
        match capacity {
            Capacity::Bounded(capacity) => Some(tachyonix::channel(capacity)),
            Capacity::Unbounded => None,
        }
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
        None
    }
}

impl<T: Item> PutAsync<T> for Sender<T> {
    async fn put(&self, item: T) {
        if self.send(item).await.is_err() {
            panic!("never closed");
        }
    }

    fn put_bytes(&self, item: T) -> Option<usize> {
        Some(size_of_val(&self.send(item)))
    }
}

impl<T: Item> GetAsync<T> for Receiver<T> {
    async fn get(&mut self) -> Plain<T> {
        Plain(self.recv().await.expect("never closed"))
    }

    fn get_bytes(&mut self) -> Option<usize> {
        Some(size_of_val(&self.recv()))
    }
}
