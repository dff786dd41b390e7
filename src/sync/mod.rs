//! The one door to the platform: atomics, cells, and the lock that guards a queue.
//!
//! There are three sides, and nothing outside tells them apart: [`native`], which is shipped; `modelled`, which
//! is loom's and takes its place if both the feature `loom` and `--cfg loom` ask for it; and in the same way
//! `shuttled`, which is shuttle's. Each offers:
//!
//! | name | is |
//! |---|---|
//! | `Lock<T, L>` | see below |
//! | `Slot<T>` | an `UnsafeCell` reached by closures: `with(f)` for reading, `with_mut(f)` for writing, and `get_mut`, `into_inner` for who owns it |
//! | `atomic` | `AtomicUsize`, `AtomicPtr`, `AtomicBool`, `Ordering`, `fence`, as in [`core::sync::atomic`] |
//! | `spin_hint()` | to be called in a loop that waits for another thread to go on |
//! | `yield_thread()` | the same, when that takes long: lets other threads run where the platform has any |
//! | `handshake()` | see below |
//! | `SPINS`, `TRIES`, `CELLS_OF_A_BLOCK` | sizes that are smaller in a model |
//! | `parking` | with `std`: `Thread`, `current`, `thread_local!` as in the standard library, and `park_until(deadline)` |
//!
//! All constructors are `const`, in models too.
//!
//! A lock has these methods, whatever it is made of:
//!
//! | method | does |
//! |---|---|
//! | `const new(value)` | |
//! | `with(f)` | runs `f` on the value, alone; a panic in `f` leaves the lock usable |
//! | `try_with(f)` | the same, or `None` at once if somebody is inside (for `Debug`) |
//!
//! # The handshake
//!
//! Two sides must not miss each other: one *claims* (changes a ticket or a counter) and then looks whether
//! somebody waits; the other *registers* (changes the number of those who wait) and then looks again at
//! the ticket. With loads and stores that are merely Acquire and Release both may see the old value, and the
//! waiter sleeps on. Here all four accesses are `SeqCst`, so they have one order that all threads agree on,
//! and in it the first of the two changes comes before the other side's look: one side sees the other. The
//! claim is a read-modify-write that is needed anyway, and a `SeqCst` load costs no more than any load
//! on x86-64 (and AArch64, where it waits for the read-modify-write alone), so that no fence is needed
//! between publishing an item and asking who waits.
//!
//! loom takes `SeqCst` accesses for acquire and release ones, and would find lost wake-ups that
//! cannot be; but it knows `SeqCst` fences. A fence between change and look on both sides gives the same
//! guarantee (C++20, [atomics.order]/4: the fences have one order, and whoever comes second sees
//! the other's change). So `handshake()`, which stands between the two, is such a fence in a model, and
//! nothing in what is shipped.
//!
//! # Locks
//!
//! Nothing but the closure ever sees the value, and the closure's result cannot borrow from it: what
//! has to be woken or dropped leaves the lock as a return value.
#![allow(
    unused_imports,
    reason = "not every build has a flavour that uses all of it"
)]

#[cfg(not(any(all(loom, feature = "loom"), all(shuttle, feature = "shuttle"))))]
mod native;
#[cfg(not(any(all(loom, feature = "loom"), all(shuttle, feature = "shuttle"))))]
use native as platform;

#[cfg(all(loom, feature = "loom"))]
mod modelled;
#[cfg(all(loom, feature = "loom"))]
use modelled as platform;

#[cfg(all(shuttle, feature = "shuttle", not(all(loom, feature = "loom"))))]
mod shuttled;
#[cfg(all(shuttle, feature = "shuttle", not(all(loom, feature = "loom"))))]
use shuttled as platform;

#[cfg(feature = "std")]
pub(crate) use platform::parking;
pub(crate) use platform::{
    CELLS_OF_A_BLOCK, Lock, SPINS, Slot, TRIES, atomic, handshake, spin_hint, yield_thread,
};

#[cfg(not(any(feature = "std", feature = "critical-section")))]
compile_error!(
    "joinable-queue without the feature `std` needs the feature `critical-section`: \
     a queue must be able to exclude other threads and interrupts"
);

mod latch;
#[cfg(feature = "heapless")]
pub(crate) use latch::Unlatched;
pub(crate) use latch::{Latch, Latched};

mod backoff;
pub(crate) use backoff::Backoff;

mod padded;
pub(crate) use padded::Padded;
