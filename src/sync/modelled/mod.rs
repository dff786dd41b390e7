//! loom's side, for models: every access is a point at which loom may let another thread run, and
//! what the orderings allow to be read is read, one after the other.
#![allow(
    dead_code,
    reason = "not every build has a flavour that uses all of it"
)]

// In our own models, which bring a section of loom's. Others' have no such thing.
#[cfg(loom_sections)]
#[path = "../native/critical.rs"]
mod critical;
mod flags;
#[cfg(not(loom_sections))]
mod lock;
mod objects;
#[cfg(feature = "std")]
pub(crate) mod parking;
mod pointers;
mod seq_cst;
mod slot;
mod turns;
mod words;

#[cfg(loom_sections)]
pub(crate) use critical::Lock;
#[cfg(not(loom_sections))]
pub(crate) use lock::Lock;
pub(crate) use seq_cst::handshake;
pub(crate) use slot::Slot;

pub(crate) mod atomic {
    pub(crate) use loom::sync::atomic::{Ordering, fence};

    pub(crate) use super::flags::AtomicBool;
    pub(crate) use super::pointers::AtomicPtr;
    pub(crate) use super::words::AtomicUsize;
}

/// A thread that waits for another must tell loom, which would let it spin for ever.
pub(crate) use loom::thread::yield_now as spin_hint;
pub(crate) use loom::thread::yield_now as yield_thread;

/// Once is enough to let the others go on.
pub(crate) const SPINS: u32 = 0;

/// So that models reach the end of a block.
pub(crate) const CELLS_OF_A_BLOCK: usize = 3;

/// So that models come to what follows.
pub(crate) const TRIES: usize = 1;
