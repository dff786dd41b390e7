//! The one door to the platform: atomics, cells, and the lock that guards a queue.
//!
//! There are two sides, and nothing outside tells them apart: [`native`], which is shipped, and `modelled`,
//! which is loom's and takes its place if both the feature `loom` and `--cfg loom` ask for it. Both offer:
//!
//! | name | is |
//! |---|---|
//! | `Lock<T, L>` | see below |
//! | `Slot<T>` | an `UnsafeCell` reached by closures: `with(f)` for reading, `with_mut(f)` for writing, and `get_mut`, `into_inner` for who owns it |
//! | `atomic` | `AtomicUsize`, `AtomicPtr`, `AtomicBool`, `Ordering`, `fence`, as in [`core::sync::atomic`] |
//! | `spin_hint()` | to be called in a loop that waits for another thread to go on |
//! | `yield_thread()` | the same, when that takes long: lets other threads run where the platform has any |
//!
//! All constructors are `const`, with loom too.
//!
//! A lock has these methods, whatever it is made of:
//!
//! | method | does |
//! |---|---|
//! | `const new(value)` | |
//! | `with(f)` | runs `f` on the value, alone; a panic in `f` leaves the lock usable |
//! | `try_with(f)` | the same, or `None` at once if somebody is inside (for `Debug`) |
//!
//! Nothing but the closure ever sees the value, and the closure's result cannot borrow from it: what
//! has to be woken or dropped leaves the lock as a return value.
#![allow(
    unused_imports,
    reason = "not every build has a flavour that uses all of it"
)]

#[cfg(not(all(loom, feature = "loom")))]
mod native;
#[cfg(not(all(loom, feature = "loom")))]
pub(crate) use native::{Lock, Slot, atomic, spin_hint, yield_thread};

#[cfg(all(loom, feature = "loom"))]
mod modelled;
#[cfg(all(loom, feature = "loom"))]
pub(crate) use modelled::{Lock, Slot, atomic, spin_hint, yield_thread};

#[cfg(not(any(feature = "std", feature = "critical-section")))]
compile_error!(
    "joinable-queue without the feature `std` needs the feature `critical-section`: \
     a queue must be able to exclude other threads and interrupts"
);

mod latch;
#[cfg(feature = "heapless")]
pub(crate) use latch::Unlatched;
pub(crate) use latch::{Latch, Latched};

mod padded;
pub(crate) use padded::Padded;
