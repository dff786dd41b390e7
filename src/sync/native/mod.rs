//! What is shipped: `core`'s atomics and cells, and the lock of the platform.
#![allow(
    dead_code,
    unused_imports,
    reason = "not every build has a flavour that uses all of it"
)]

#[cfg(feature = "critical-section")]
mod critical;
#[cfg(feature = "critical-section")]
pub(crate) use critical::Lock;

#[cfg(all(feature = "std", not(feature = "critical-section")))]
mod hosted;
#[cfg(all(feature = "std", not(feature = "critical-section")))]
pub(crate) use hosted::Lock;

#[cfg(not(any(feature = "std", feature = "critical-section")))]
mod missing;
#[cfg(not(any(feature = "std", feature = "critical-section")))]
pub(crate) use missing::Lock;

#[cfg(feature = "std")]
pub(crate) mod parking;
mod slot;
pub(crate) use slot::Slot;

pub(crate) mod atomic {
    pub(crate) use core::sync::atomic::{AtomicBool, AtomicPtr, AtomicUsize, Ordering, fence};
}

pub(crate) use core::hint::spin_loop as spin_hint;
#[cfg(not(feature = "std"))]
pub(crate) use core::hint::spin_loop as yield_thread;
#[cfg(feature = "std")]
pub(crate) use std::thread::yield_now as yield_thread;

/// See [`crate::sync`]: what it stands between is in order by itself.
#[inline(always)]
pub(crate) fn handshake() {}

/// A wait for another thread spins up to 2^6 times at once before it yields.
pub(crate) const SPINS: u32 = 6;

pub(crate) const CELLS_OF_A_BLOCK: usize = 31;

/// How often to look for an instant at which nothing changes.
pub(crate) const TRIES: usize = 32;
