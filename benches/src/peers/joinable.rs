//! joinable-queue itself. It always counts: every item that is taken is finished as a task.

use std::mem::size_of_val;
use std::sync::Arc;

use joinable_queue::{Queue, Task};

use crate::item::Item;
use crate::peer::{
    Capacity, Consumer, GetAsync, GetBlocking, Got, Join, Peer, Producer, PutAsync, PutBlocking,
};

/// `joinable_queue::Queue`.
pub enum Joinable {}

/// Either end: a queue has no handles of its own.
pub struct End<T>(Arc<Queue<T>>);

impl<T: Item> Peer<T> for Joinable {
    type Producer = End<T>;
    type Consumer = End<T>;

    fn name() -> String {
        "joinable-queue".into()
    }

    fn open(capacity: Capacity) -> Option<(End<T>, End<T>)> {
        let queue = Arc::new(match capacity {
            Capacity::Bounded(capacity) => Queue::bounded(capacity),
            Capacity::Unbounded => Queue::unbounded(),
        });
        Some((End(Arc::clone(&queue)), End(queue)))
    }
}

impl<T> Clone for End<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T: Item> Producer<T> for End<T> {
    #[inline]
    fn try_put(&self, item: T) -> bool {
        self.0.try_put(item).is_ok()
    }
}

impl<T: Item> Consumer<T> for End<T> {
    type Got<'a> = Task<&'a Queue<T>>;

    #[inline]
    fn try_get(&mut self) -> Option<Self::Got<'_>> {
        self.0.try_get().ok()
    }

    fn share(&self) -> Option<Self> {
        Some(self.clone())
    }
}

impl<T: Item> Got<T> for Task<&Queue<T>> {
    #[inline]
    fn finish(self) -> T {
        self.done()
    }
}

impl<T: Item> PutAsync<T> for End<T> {
    async fn put(&self, item: T) {
        self.0.put(item).await.expect("never shut down");
    }

    fn put_bytes(&self, item: T) -> Option<usize> {
        Some(size_of_val(&self.0.put(item)))
    }
}

impl<T: Item> GetAsync<T> for End<T> {
    async fn get(&mut self) -> Self::Got<'_> {
        self.0.get().await.expect("never shut down")
    }

    fn get_bytes(&mut self) -> Option<usize> {
        Some(size_of_val(&self.0.get()))
    }
}

impl<T: Item> PutBlocking<T> for End<T> {
    fn put_blocking(&self, item: T) {
        self.0
            .put_blocking(item)
            .unwrap_or_else(|_| panic!("never shut down"));
    }
}

impl<T: Item> GetBlocking<T> for End<T> {
    fn get_blocking(&mut self) -> Self::Got<'_> {
        self.0.get_blocking().expect("never shut down")
    }
}

impl<T: Item> Join for End<T> {
    async fn join(&self) {
        self.0.join().await;
    }
}
