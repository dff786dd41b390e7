//! Parts of the lock-free queue by themselves, made of its own source: what a model of a whole queue reaches only
//! with more interleavings than there is time for.

#![allow(dead_code, reason = "a part of each is enough here")]

use loom::cell::UnsafeCell;

#[path = "../../src/storage/lockfree/block.rs"]
mod block;
#[path = "../../src/storage/lockfree/ends.rs"]
mod ends;
#[path = "../../src/storage/lockfree/finished.rs"]
mod finished;
#[path = "../../src/storage/lockfree/items.rs"]
mod items;
#[path = "../../src/storage/lockfree/overflow.rs"]
mod overflow;
#[path = "../../src/storage/lockfree/ring.rs"]
mod ring;
#[path = "../../src/storage/lockfree/segments.rs"]
mod segments;

use self::finished::Finished;
use self::items::{Items, Refused, Taken};
use crate::sync::handshake;

/// What a requeue changes and an observer reads: loom fails if nothing keeps the two apart.
pub struct Counters {
    finished: Finished,
    numbers: UnsafeCell<u32>,
}

// SAFETY: loom runs all threads on one, and checks the cell.
unsafe impl Send for Counters {}
// SAFETY: as above.
unsafe impl Sync for Counters {}

impl Counters {
    #[expect(clippy::new_without_default, reason = "nobody asks for one")]
    pub fn new() -> Self {
        Self {
            finished: Finished::new(),
            numbers: UnsafeCell::new(0),
        }
    }

    /// To be called by one thread at a time.
    pub fn requeue(&self) {
        self.finished.requeue(|| {
            // SAFETY: that nobody reads meanwhile is what loom checks.
            self.numbers.with_mut(|numbers| unsafe { *numbers += 1 });
        });
    }

    /// The number of requeues, by an observer that keeps others away.
    pub fn hold(&self) -> u32 {
        // SAFETY: that nobody writes meanwhile is what loom checks.
        let read = || self.numbers.with(|numbers| unsafe { *numbers });
        self.finished.hold_requeues(read)
    }
}

/// Two queues without those who wait for them. In a whole queue whoever claims looks for waiters next, and finds in a
/// model the fence that stands for the order of that look. Here it looks at the tickets next.
pub struct Pair([Items<u32>; 2]);

impl Pair {
    pub fn bounded() -> Self {
        Self([Items::bounded(1), Items::bounded(1)])
    }

    /// With an item in each.
    pub fn filled(self) -> Self {
        assert!(self.0.iter().all(|items| items.push(1).is_ok()));
        self
    }

    pub fn unbounded() -> Self {
        Self([Items::unbounded(), Items::unbounded()])
    }

    /// Puts into one, and finds the other empty.
    pub fn puts_and_finds_empty(&self, at: usize) -> bool {
        self.puts_and(at, |other| matches!(other.pop(), Taken::Empty))
    }

    /// Puts into one, and finds that nothing was put into the other.
    pub fn puts_and_counts_none(&self, at: usize) -> bool {
        self.puts_and(at, |other| other.put_count() == 0)
    }

    fn puts_and(&self, at: usize, look: impl Fn(&Items<u32>) -> bool) -> bool {
        assert!(self.0[at].push(1).is_ok());
        handshake();
        look(&self.0[1 - at])
    }

    /// Gets from one, and finds the other full.
    pub fn gets_and_finds_full(&self, at: usize) -> bool {
        self.gets_and(at, |other| matches!(other.push(2), Err((Refused::Full, _))))
    }

    /// Gets from one, and finds that nothing was taken from the other.
    pub fn gets_and_counts_none(&self, at: usize) -> bool {
        self.gets_and(at, |other| other.got_count() == 0)
    }

    fn gets_and(&self, at: usize, look: impl Fn(&Items<u32>) -> bool) -> bool {
        assert!(matches!(self.0[at].pop(), Taken::Item(_)));
        handshake();
        look(&self.0[1 - at])
    }

    /// Closes one, and finds the other open.
    pub fn closes_and_finds_open(&self, at: usize) -> bool {
        self.0[at].close();
        handshake();
        !self.0[1 - at].is_closed()
    }
}
