//! embassy-sync's channel, under a critical section (here: a process-wide mutex). Its capacity is part of its type,
//! hence one peer for each. It keeps one waker per end: further waiters wake each other.

use std::mem::size_of_val;
use std::sync::Arc;

use embassy_sync::blocking_mutex::raw::CriticalSectionRawMutex;
use embassy_sync::channel::Channel;

use crate::item::Item;
use crate::peer::{Capacity, Consumer, GetAsync, Peer, Plain, Producer, PutAsync};

/// `embassy_sync::channel::Channel` with room for `N`.
pub struct Embassy<const N: usize>;

/// Either end.
pub struct End<T, const N: usize>(Arc<Channel<CriticalSectionRawMutex, T, N>>);

impl<T: Item, const N: usize> Peer<T> for Embassy<N> {
    type Producer = End<T, N>;
    type Consumer = End<T, N>;

    fn name() -> String {
        "embassy-sync".into()
    }

    fn open(capacity: Capacity) -> Option<(End<T, N>, End<T, N>)> {
        (capacity == Capacity::Bounded(N)).then(make)
    }
}

/// Apart, so that only who calls it has a whole channel on the stack.
#[inline(never)]
fn make<T, const N: usize>() -> (End<T, N>, End<T, N>) {
    let end = End(Arc::new(Channel::new()));
    (end.clone(), end)
}

impl<T, const N: usize> Clone for End<T, N> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T: Item, const N: usize> Producer<T> for End<T, N> {
    #[inline]
    fn try_put(&self, item: T) -> bool {
        self.0.try_send(item).is_ok()
    }
}

impl<T: Item, const N: usize> Consumer<T> for End<T, N> {
    type Got<'a> = Plain<T>;

    #[inline]
    fn try_get(&mut self) -> Option<Plain<T>> {
        self.0.try_receive().ok().map(Plain)
    }

    fn share(&self) -> Option<Self> {
        Some(self.clone())
    }
}

impl<T: Item, const N: usize> PutAsync<T> for End<T, N> {
    async fn put(&self, item: T) {
        self.0.send(item).await;
    }

    fn put_bytes(&self, item: T) -> Option<usize> {
        Some(size_of_val(&self.0.send(item)))
    }
}

impl<T: Item, const N: usize> GetAsync<T> for End<T, N> {
    async fn get(&mut self) -> Plain<T> {
        Plain(self.0.receive().await)
    }

    fn get_bytes(&mut self) -> Option<usize> {
        Some(size_of_val(&self.0.receive()))
    }
}
