//! tokio's mpsc. Bounded and unbounded are different types, hence two peers of one name.

use std::mem::size_of_val;

use tokio::sync::mpsc::{
    self, Receiver, Sender, UnboundedReceiver, UnboundedSender, error::TryRecvError,
};

use crate::item::Item;
use crate::peer::{
    Capacity, Consumer, GetAsync, GetBlocking, Peer, Plain, Producer, PutAsync, PutBlocking,
};

const NAME: &str = "tokio mpsc";

/// `tokio::sync::mpsc::channel`.
pub enum TokioBounded {}

/// `tokio::sync::mpsc::unbounded_channel`.
pub enum TokioUnbounded {}

impl<T: Item> Peer<T> for TokioBounded {
    type Producer = Sender<T>;
    type Consumer = Receiver<T>;

    fn name() -> String {
        NAME.into()
    }

    fn open(capacity: Capacity) -> Option<(Sender<T>, Receiver<T>)> {
        match capacity {
            Capacity::Bounded(capacity) => Some(mpsc::channel(capacity)),
            Capacity::Unbounded => None,
        }
    }
}

impl<T: Item> Peer<T> for TokioUnbounded {
    type Producer = UnboundedSender<T>;
    type Consumer = UnboundedReceiver<T>;

    fn name() -> String {
        NAME.into()
    }

    fn open(capacity: Capacity) -> Option<(UnboundedSender<T>, UnboundedReceiver<T>)> {
        (capacity == Capacity::Unbounded).then(mpsc::unbounded_channel)
    }
}

impl<T: Item> Producer<T> for Sender<T> {
    #[inline]
    fn try_put(&self, item: T) -> bool {
        self.try_send(item).is_ok()
    }
}

impl<T: Item> Producer<T> for UnboundedSender<T> {
    #[inline]
    fn try_put(&self, item: T) -> bool {
        self.send(item).is_ok()
    }
}

fn taken<T>(received: Result<T, TryRecvError>) -> Option<Plain<T>> {
    received.ok().map(Plain)
}

impl<T: Item> Consumer<T> for Receiver<T> {
    type Got<'a> = Plain<T>;

    #[inline]
    fn try_get(&mut self) -> Option<Plain<T>> {
        taken(self.try_recv())
    }

    fn share(&self) -> Option<Self> {
        None
    }
}

impl<T: Item> Consumer<T> for UnboundedReceiver<T> {
    type Got<'a> = Plain<T>;

    #[inline]
    fn try_get(&mut self) -> Option<Plain<T>> {
        taken(self.try_recv())
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

impl<T: Item> PutAsync<T> for UnboundedSender<T> {
    async fn put(&self, item: T) {
        self.put_blocking(item);
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

impl<T: Item> GetAsync<T> for UnboundedReceiver<T> {
    async fn get(&mut self) -> Plain<T> {
        Plain(self.recv().await.expect("never closed"))
    }

    fn get_bytes(&mut self) -> Option<usize> {
        Some(size_of_val(&self.recv()))
    }
}

impl<T: Item> PutBlocking<T> for Sender<T> {
    fn put_blocking(&self, item: T) {
        if self.blocking_send(item).is_err() {
            panic!("never closed");
        }
    }
}

impl<T: Item> PutBlocking<T> for UnboundedSender<T> {
    fn put_blocking(&self, item: T) {
        if self.send(item).is_err() {
            panic!("never closed");
        }
    }
}

impl<T: Item> GetBlocking<T> for Receiver<T> {
    fn get_blocking(&mut self) -> Plain<T> {
        Plain(self.blocking_recv().expect("never closed"))
    }
}

impl<T: Item> GetBlocking<T> for UnboundedReceiver<T> {
    fn get_blocking(&mut self) -> Plain<T> {
        Plain(self.blocking_recv().expect("never closed"))
    }
}
