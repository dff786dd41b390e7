//! The integration tests: one binary, a file per promise.
//!
//! Futures are polled by hand with probing wakers wherever possible, so that "woken but not run yet"
//! is exact: the waker was called, and the future not polled since. Nothing sleeps to be right.
//! Generic test bodies run against every flavour: see `kit::for_every_flavour`.

#![allow(
    clippy::significant_drop_in_scrutinee,
    reason = "tests look at tasks where they get them"
)]

#[macro_use]
#[allow(
    dead_code,
    unused_macros,
    reason = "some helpers serve tests of one feature only"
)]
mod kit;

// The contract.
mod batch;
#[cfg(feature = "std")]
mod blocking;
mod cancel;
mod capacity;
mod fairness;
mod join;
mod order;
mod put_get;
mod scripts;
mod shutdown;
mod task;

// Foreign code, memory, types.
mod auto_traits;
mod errors;
#[cfg(feature = "defmt")]
mod logged;
#[cfg(all(
    feature = "std",
    not(feature = "critical-section"),
    target_pointer_width = "64"
))]
mod meanwhile;
mod memory;
mod nested;
mod panics;
mod printed;
#[cfg(all(
    feature = "std",
    feature = "heapless",
    not(feature = "critical-section"),
    not(miri)
))]
mod ui;
mod wakers;

// The reference.
mod asyncio;
mod calls;
mod process_queues;
mod thread_queues;
mod traces;

// Everything at once.
#[cfg(all(feature = "alloc", feature = "heapless"))]
mod bodies;
#[cfg(all(feature = "alloc", feature = "heapless", not(miri)))]
mod corpus;
mod executors;
mod linearizable;
mod stress;

// The examples, and the shape of the source.
#[cfg(all(feature = "std", not(miri)))]
mod examples;
#[cfg(all(target_os = "linux", feature = "std", not(miri)))]
mod hash_tree;
#[cfg(all(feature = "std", not(miri)))]
mod tidy;
