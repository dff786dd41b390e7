//! shuttle's side, for models of many tasks: every access is a point at which another task may go on, which one
//! is decided at random. Memory is sequentially consistent here; orderings are loom's concern.
#![allow(
    dead_code,
    reason = "not every build has a flavour that uses all of it"
)]

mod lock;
#[cfg(feature = "std")]
pub(crate) mod parking;

pub(crate) use lock::Lock;

/// Nothing checks the accesses of a cell here.
#[path = "../native/slot.rs"]
mod slot;
pub(crate) use slot::Slot;

pub(crate) mod atomic {
    pub(crate) use shuttle::sync::atomic::{AtomicBool, AtomicPtr, AtomicUsize, Ordering, fence};
}

/// Who waits for another must let it go on.
pub(crate) use shuttle::thread::yield_now as spin_hint;
pub(crate) use shuttle::thread::yield_now as yield_thread;

/// See [`crate::sync`]; as in what is shipped.
pub(crate) fn handshake() {}

/// Once is enough to let the others go on.
pub(crate) const SPINS: u32 = 0;

/// So that models reach the end of a block.
pub(crate) const CELLS_OF_A_BLOCK: usize = 3;

/// So that models come to what follows.
pub(crate) const TRIES: usize = 1;
