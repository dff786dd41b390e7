//! A storage that cannot wait, polled in a loop: the "raw" figures.

use std::hint;
use std::sync::Arc;
use std::thread;

use futures_lite::future;

use crate::item::Item;
use crate::peer::{
    Capacity, Consumer, GetAsync, GetBlocking, Peer, Plain, Producer, PutAsync, PutBlocking,
};

/// How often a thread looks again before it gives up its core.
const SPINS: u32 = 64;

/// Push and pop.
pub trait Storage<T>: Sized + Send + Sync + 'static {
    /// As the tables call it.
    const NAME: &'static str;

    /// A new one; `None` if there is none of this capacity.
    fn new(capacity: Capacity) -> Option<Self>;

    /// Gives the item back if there is no room.
    fn push(&self, item: T) -> Result<(), T>;

    /// The next item.
    fn pop(&self) -> Option<T>;
}

/// Either end.
pub struct End<S>(Arc<S>);

impl<T: Item, S: Storage<T>> Peer<T> for End<S> {
    type Producer = Self;
    type Consumer = Self;

    fn name() -> String {
        S::NAME.into()
    }

    fn open(capacity: Capacity) -> Option<(Self, Self)> {
        let end = Self(Arc::new(S::new(capacity)?));
        Some((end.clone(), end))
    }
}

impl<S> Clone for End<S> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T: Item, S: Storage<T>> Producer<T> for End<S> {
    #[inline]
    fn try_put(&self, item: T) -> bool {
        self.0.push(item).is_ok()
    }
}

impl<T: Item, S: Storage<T>> Consumer<T> for End<S> {
    type Got<'a> = Plain<T>;

    #[inline]
    fn try_get(&mut self) -> Option<Plain<T>> {
        self.0.pop().map(Plain)
    }

    fn share(&self) -> Option<Self> {
        Some(self.clone())
    }
}

impl<T: Item, S: Storage<T>> PutAsync<T> for End<S> {
    async fn put(&self, mut item: T) {
        while let Err(refused) = self.0.push(item) {
            item = refused;
            future::yield_now().await;
        }
    }
}

impl<T: Item, S: Storage<T>> GetAsync<T> for End<S> {
    async fn get(&mut self) -> Plain<T> {
        loop {
            if let Some(item) = self.0.pop() {
                return Plain(item);
            }
            future::yield_now().await;
        }
    }
}

impl<T: Item, S: Storage<T>> PutBlocking<T> for End<S> {
    fn put_blocking(&self, item: T) {
        let mut refused = Some(item);
        poll(|| match self.0.push(refused.take()?) {
            Ok(()) => Some(()),
            Err(item) => {
                refused = Some(item);
                None
            }
        });
    }
}

impl<T: Item, S: Storage<T>> GetBlocking<T> for End<S> {
    fn get_blocking(&mut self) -> Plain<T> {
        Plain(poll(|| self.0.pop()))
    }
}

fn poll<R>(mut attempt: impl FnMut() -> Option<R>) -> R {
    loop {
        for _ in 0..SPINS {
            if let Some(result) = attempt() {
                return result;
            }
            hint::spin_loop();
        }
        thread::yield_now();
    }
}
