//! async-channel: concurrent-queue and event-listener.

use std::mem::size_of_val;

use async_channel::{Receiver, Sender};

use crate::item::Item;
use crate::peer::{
    Capacity, Consumer, GetAsync, GetBlocking, Peer, Plain, Producer, PutAsync, PutBlocking,
};

/// `async_channel`.
pub enum AsyncChannel {}

/// Its sending end.
pub struct Tx<T>(Sender<T>);

/// Its receiving end.
pub struct Rx<T>(Receiver<T>);

impl<T: Item> Peer<T> for AsyncChannel {
    type Producer = Tx<T>;
    type Consumer = Rx<T>;

    fn name() -> String {
        "async-channel".into()
    }

    fn open(capacity: Capacity) -> Option<(Tx<T>, Rx<T>)> {
        let (tx, rx) = match capacity {
            Capacity::Bounded(capacity) => async_channel::bounded(capacity),
            Capacity::Unbounded => async_channel::unbounded(),
        };
        Some((Tx(tx), Rx(rx)))
    }
}

impl<T> Clone for Tx<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T: Item> Producer<T> for Tx<T> {
    #[inline]
    fn try_put(&self, item: T) -> bool {
        self.0.try_send(item).is_ok()
    }
}

impl<T: Item> Consumer<T> for Rx<T> {
    type Got<'a> = Plain<T>;

    #[inline]
    fn try_get(&mut self) -> Option<Plain<T>> {
        self.0.try_recv().ok().map(Plain)
    }

    fn share(&self) -> Option<Self> {
        Some(Self(self.0.clone()))
    }
}

impl<T: Item> PutAsync<T> for Tx<T> {
    async fn put(&self, item: T) {
        if self.0.send(item).await.is_err() {
            panic!("never closed");
        }
    }

    fn put_bytes(&self, item: T) -> Option<usize> {
        Some(size_of_val(&self.0.send(item)))
    }
}

impl<T: Item> GetAsync<T> for Rx<T> {
    async fn get(&mut self) -> Plain<T> {
        Plain(self.0.recv().await.expect("never closed"))
    }

    fn get_bytes(&mut self) -> Option<usize> {
        Some(size_of_val(&self.0.recv()))
    }
}

impl<T: Item> PutBlocking<T> for Tx<T> {
    fn put_blocking(&self, item: T) {
        if self.0.send_blocking(item).is_err() {
            panic!("never closed");
        }
    }
}

impl<T: Item> GetBlocking<T> for Rx<T> {
    fn get_blocking(&mut self) -> Plain<T> {
        Plain(self.0.recv_blocking().expect("never closed"))
    }
}
