//! Items that are accounted for: each is dropped exactly once, or a test fails.

use std::cmp::Ordering;
use std::fmt;
use std::sync::{Arc, Mutex};

type Compare = Arc<dyn Fn(u32, u32) -> Ordering + Send + Sync>;
type OnDrop = Arc<dyn Fn(u32) + Send + Sync>;

#[derive(Default)]
struct Book {
    /// How often each item was dropped.
    drops: Mutex<Vec<u32>>,
    compare: Mutex<Option<Compare>>,
    on_drop: Mutex<Option<OnDrop>>,
}

/// Makes items, and knows how often each was dropped. Clones are the same ledger.
#[derive(Clone, Default)]
pub(crate) struct Ledger(Arc<Book>);

impl Ledger {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// An item that is ordered by its rank.
    pub(crate) fn item(&self, rank: u32) -> Item {
        let mut drops = self.0.drops.lock().unwrap();
        drops.push(0);
        Item {
            rank,
            entry: drops.len() - 1,
            book: Arc::clone(&self.0),
        }
    }

    pub(crate) fn items(&self, ranks: impl IntoIterator<Item = u32>) -> Vec<Item> {
        ranks.into_iter().map(|rank| self.item(rank)).collect()
    }

    /// Compares ranks with `compare` from now on; it may panic, or use a queue.
    pub(crate) fn compare_by(
        &self,
        compare: impl Fn(u32, u32) -> Ordering + Send + Sync + 'static,
    ) {
        *self.0.compare.lock().unwrap() = Some(Arc::new(compare));
    }

    /// Calls `hook` with the rank of each item that is dropped from now on, after it was accounted for;
    /// it may panic, or use a queue.
    pub(crate) fn on_drop(&self, hook: impl Fn(u32) + Send + Sync + 'static) {
        *self.0.on_drop.lock().unwrap() = Some(Arc::new(hook));
    }

    /// Stops both.
    pub(crate) fn off(&self) {
        let compare = self.0.compare.lock().unwrap().take();
        let on_drop = self.0.on_drop.lock().unwrap().take();
        drop((compare, on_drop));
    }

    /// How many items have been made.
    pub(crate) fn made(&self) -> usize {
        self.0.drops.lock().unwrap().len()
    }

    /// How many items have not been dropped; none may have been dropped twice.
    #[track_caller]
    pub(crate) fn alive(&self) -> usize {
        let drops = self.0.drops.lock().unwrap().clone();
        assert!(drops.iter().all(|&times| times <= 1), "twice: {drops:?}");
        drops.iter().filter(|&&times| times == 0).count()
    }
}

/// An item of a [`Ledger`].
pub(crate) struct Item {
    pub(crate) rank: u32,
    entry: usize,
    book: Arc<Book>,
}

impl Drop for Item {
    fn drop(&mut self) {
        self.book.drops.lock().unwrap()[self.entry] += 1;
        // Cloned out, so that the hook may drop items itself.
        let hook = self.book.on_drop.lock().unwrap().clone();
        if let Some(hook) = hook {
            hook(self.rank);
        }
    }
}

impl Ord for Item {
    fn cmp(&self, other: &Self) -> Ordering {
        let compare = self.book.compare.lock().unwrap().clone();
        compare.map_or_else(
            || self.rank.cmp(&other.rank),
            |compare| compare(self.rank, other.rank),
        )
    }
}

impl PartialOrd for Item {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Item {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Item {}

impl fmt::Debug for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Item({})", self.rank)
    }
}

/// The ranks of `items`.
pub(crate) fn ranks<'a>(items: impl IntoIterator<Item = &'a Item>) -> Vec<u32> {
    items.into_iter().map(|item| item.rank).collect()
}
