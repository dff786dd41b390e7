//! The one door to the platform: which lock guards a queue.
//!
//! Every side offers the same `Lock<T, L>`:
//!
//! | method | does |
//! |---|---|
//! | `const new(value)` | |
//! | `with(f)` | runs `f` on the value, alone; a panic in `f` leaves the lock usable |
//! | `try_with(f)` | the same, or `None` at once if somebody is inside (for `Debug`) |
//!
//! Nothing but the closure ever sees the value, and the closure's result cannot borrow from it: what
//! has to be woken or dropped leaves the lock as a return value.

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
#[cfg(not(any(feature = "std", feature = "critical-section")))]
compile_error!(
    "joinable-queue without the feature `std` needs the feature `critical-section`: \
     a queue must be able to exclude other threads and interrupts"
);

mod latch;
#[cfg(feature = "heapless")]
pub(crate) use latch::Unlatched;
pub(crate) use latch::{Latch, Latched};
