//! A mutex around a deque, and tokio's `Notify` to wait with: what people write without a crate.

use std::collections::VecDeque;
use std::pin::pin;
use std::sync::{Arc, Mutex};

use tokio::sync::Notify;

use crate::item::Item;
use crate::peer::{Capacity, Consumer, GetAsync, Peer, Plain, Producer, PutAsync};

/// `Mutex<VecDeque>` and two `Notify`.
pub enum NotifyDeque {}

struct Shared<T> {
    items: Mutex<VecDeque<T>>,
    capacity: usize,
    not_empty: Notify,
    not_full: Notify,
}

/// Either end.
pub struct End<T>(Arc<Shared<T>>);

impl<T> Shared<T> {
    fn push(&self, item: T) -> Result<(), T> {
        let mut items = self.items.lock().expect("nothing panics inside");
        if items.len() == self.capacity {
            return Err(item);
        }
        items.push_back(item);
        drop(items);
        self.not_empty.notify_one();
        Ok(())
    }

    fn pop(&self) -> Option<T> {
        let item = self
            .items
            .lock()
            .expect("nothing panics inside")
            .pop_front()?;
        if self.capacity != usize::MAX {
            self.not_full.notify_one();
        }
        Some(item)
    }
}

impl<T: Item> Peer<T> for NotifyDeque {
    type Producer = End<T>;
    type Consumer = End<T>;

    fn name() -> String {
        "Mutex<VecDeque> + Notify".into()
    }

    fn open(capacity: Capacity) -> Option<(End<T>, End<T>)> {
        let (reserved, capacity) = match capacity {
            Capacity::Bounded(capacity) => (capacity, capacity),
            Capacity::Unbounded => (0, usize::MAX),
        };
        let end = End(Arc::new(Shared {
            items: Mutex::new(VecDeque::with_capacity(reserved)),
            capacity,
            not_empty: Notify::new(),
            not_full: Notify::new(),
        }));
        Some((end.clone(), end))
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
        self.0.push(item).is_ok()
    }
}

impl<T: Item> Consumer<T> for End<T> {
    type Got<'a> = Plain<T>;

    #[inline]
    fn try_get(&mut self) -> Option<Plain<T>> {
        self.0.pop().map(Plain)
    }

    fn share(&self) -> Option<Self> {
        Some(self.clone())
    }
}

impl<T: Item> PutAsync<T> for End<T> {
    async fn put(&self, item: T) {
        let Err(mut item) = self.0.push(item) else {
            return;
        };
        loop {
            // In line before the second look: one stored permit would not do for two who wait.
            let mut not_full = pin!(self.0.not_full.notified());
            not_full.as_mut().enable();
            match self.0.push(item) {
                Ok(()) => return,
                Err(refused) => item = refused,
            }
            not_full.await;
        }
    }
}

impl<T: Item> GetAsync<T> for End<T> {
    async fn get(&mut self) -> Plain<T> {
        if let Some(item) = self.0.pop() {
            return Plain(item);
        }
        loop {
            let mut not_empty = pin!(self.0.not_empty.notified());
            not_empty.as_mut().enable();
            if let Some(item) = self.0.pop() {
                return Plain(item);
            }
            not_empty.await;
        }
    }
}
