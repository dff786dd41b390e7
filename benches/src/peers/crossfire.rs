//! crossfire, many to many: a lock-free ring or list; spins before it waits.
//!
//! Bounded and unbounded are different types, hence two peers of one name. So are waiting and blocking
//! handles; each end keeps both.

use std::mem::size_of_val;

use crossfire::mpmc::{self, Array, List};
use crossfire::{MAsyncRx, MAsyncTx, MRx, MTx};

use crate::item::Item;
use crate::peer::{
    Capacity, Consumer, GetAsync, GetBlocking, Peer, Plain, Producer, PutAsync, PutBlocking,
};

const NAME: &str = "crossfire";

/// `crossfire::mpmc`, bounded.
pub enum CrossfireArray {}

/// `crossfire::mpmc`, unbounded.
pub enum CrossfireList {}

/// The sending end of a bounded one.
pub struct ArrayTx<T: Item> {
    waiting: MAsyncTx<Array<T>>,
    blocking: MTx<Array<T>>,
}

/// The receiving end of a bounded one.
pub struct ArrayRx<T: Item> {
    waiting: MAsyncRx<Array<T>>,
    blocking: MRx<Array<T>>,
}

/// The sending end of an unbounded one: it never waits.
pub struct ListTx<T: Item>(MTx<List<T>>);

/// The receiving end of an unbounded one.
pub struct ListRx<T: Item> {
    waiting: MAsyncRx<List<T>>,
    blocking: MRx<List<T>>,
}

impl<T: Item> Peer<T> for CrossfireArray {
    type Producer = ArrayTx<T>;
    type Consumer = ArrayRx<T>;

    fn name() -> String {
        NAME.into()
    }

    fn open(capacity: Capacity) -> Option<(ArrayTx<T>, ArrayRx<T>)> {
        let Capacity::Bounded(capacity) = capacity else {
            return None;
        };
        let (tx, rx) = mpmc::bounded_async(capacity);
        Some((
            ArrayTx {
                blocking: tx.clone().into_blocking(),
                waiting: tx,
            },
            ArrayRx {
                blocking: rx.clone().into_blocking(),
                waiting: rx,
            },
        ))
    }
}

impl<T: Item> Peer<T> for CrossfireList {
    type Producer = ListTx<T>;
    type Consumer = ListRx<T>;

    fn name() -> String {
        NAME.into()
    }

    fn open(capacity: Capacity) -> Option<(ListTx<T>, ListRx<T>)> {
        if capacity != Capacity::Unbounded {
            return None;
        }
        let (tx, rx) = mpmc::unbounded_async();
        Some((
            ListTx(tx),
            ListRx {
                blocking: rx.clone().into_blocking(),
                waiting: rx,
            },
        ))
    }
}

impl<T: Item> Clone for ArrayTx<T> {
    fn clone(&self) -> Self {
        Self {
            waiting: self.waiting.clone(),
            blocking: self.blocking.clone(),
        }
    }
}

impl<T: Item> Clone for ListTx<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T: Item> Producer<T> for ArrayTx<T> {
    #[inline]
    fn try_put(&self, item: T) -> bool {
        self.waiting.try_send(item).is_ok()
    }
}

impl<T: Item> Producer<T> for ListTx<T> {
    #[inline]
    fn try_put(&self, item: T) -> bool {
        self.0.try_send(item).is_ok()
    }
}

impl<T: Item> Consumer<T> for ArrayRx<T> {
    type Got<'a> = Plain<T>;

    #[inline]
    fn try_get(&mut self) -> Option<Plain<T>> {
        self.waiting.try_recv().ok().map(Plain)
    }

    fn share(&self) -> Option<Self> {
        Some(Self {
            waiting: self.waiting.clone(),
            blocking: self.blocking.clone(),
        })
    }
}

impl<T: Item> Consumer<T> for ListRx<T> {
    type Got<'a> = Plain<T>;

    #[inline]
    fn try_get(&mut self) -> Option<Plain<T>> {
        self.waiting.try_recv().ok().map(Plain)
    }

    fn share(&self) -> Option<Self> {
        Some(Self {
            waiting: self.waiting.clone(),
            blocking: self.blocking.clone(),
        })
    }
}

impl<T: Item> PutAsync<T> for ArrayTx<T> {
    async fn put(&self, item: T) {
        if self.waiting.send(item).await.is_err() {
            panic!("never closed");
        }
    }

    fn put_bytes(&self, item: T) -> Option<usize> {
        Some(size_of_val(&self.waiting.send(item)))
    }
}

impl<T: Item> PutAsync<T> for ListTx<T> {
    async fn put(&self, item: T) {
        self.put_blocking(item);
    }
}

impl<T: Item> GetAsync<T> for ArrayRx<T> {
    async fn get(&mut self) -> Plain<T> {
        Plain(self.waiting.recv().await.expect("never closed"))
    }

    fn get_bytes(&mut self) -> Option<usize> {
        Some(size_of_val(&self.waiting.recv()))
    }
}

impl<T: Item> GetAsync<T> for ListRx<T> {
    async fn get(&mut self) -> Plain<T> {
        Plain(self.waiting.recv().await.expect("never closed"))
    }

    fn get_bytes(&mut self) -> Option<usize> {
        Some(size_of_val(&self.waiting.recv()))
    }
}

impl<T: Item> PutBlocking<T> for ArrayTx<T> {
    fn put_blocking(&self, item: T) {
        if self.blocking.send(item).is_err() {
            panic!("never closed");
        }
    }
}

impl<T: Item> PutBlocking<T> for ListTx<T> {
    fn put_blocking(&self, item: T) {
        if self.0.send(item).is_err() {
            panic!("never closed");
        }
    }
}

impl<T: Item> GetBlocking<T> for ArrayRx<T> {
    fn get_blocking(&mut self) -> Plain<T> {
        Plain(self.blocking.recv().expect("never closed"))
    }
}

impl<T: Item> GetBlocking<T> for ListRx<T> {
    fn get_blocking(&mut self) -> Plain<T> {
        Plain(self.blocking.recv().expect("never closed"))
    }
}
