//! So that loom misses no race.
//!
//! loom tries another order of two accesses where they depend on each other, and compares each access with the
//! *latest* one it depends on. It takes two loads for independent, but a load is a latest access all the
//! same. So where one thread loads, and another loads and then exchanges, as everybody does who claims a
//! ticket, the exchange is compared with the load of its own thread, and loom never finds out that it
//! could have come before the load of the first (loom 0.7.2, `rt::atomic::State::last_access`). A model
//! may have one interleaving then instead of hundreds.
//!
//! So every access takes its turn first, by a store to a word beside: stores depend on each other. It is
//! relaxed, so that it orders nothing, and nobody reads it.

use loom::sync::atomic::{AtomicUsize, Ordering};

use super::objects::Object;

pub(super) struct Turn(Object<AtomicUsize>);

impl Turn {
    pub(super) const fn new() -> Self {
        Self(Object::new())
    }

    pub(super) fn take(&self) {
        self.0.get().store(0, Ordering::Relaxed);
    }
}
