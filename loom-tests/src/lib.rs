//! What the models share: how one is run, the flavours it runs on, and futures polled by hand.
//!
//! A model is a function over a [`World`]: it gets a queue, starts one or two threads, and returns when
//! they have ended. It knows the public API alone, so that it says nothing about what is inside of a
//! queue, and it asserts what is true however the threads were interleaved.

#[cfg(not(loom))]
compile_error!(
    "run cargo inside of `loom-tests/` and without RUSTFLAGS: `.cargo/config.toml` there sets `--cfg loom`"
);

mod data;
mod flavour;
mod hand;
mod job;
mod ledger;
#[cfg(not(feature = "critical-section"))]
pub mod parts;
#[cfg(feature = "critical-section")]
mod section;
mod world;

// What the parts find under `crate`.
extern crate alloc;
#[allow(dead_code, unused_macros, reason = "the parts need some of it")]
#[path = "../../src/sync/mod.rs"]
mod sync;
#[allow(dead_code, unused_imports, reason = "the parts need some of it")]
#[path = "../../src/tally.rs"]
mod tally;
#[allow(dead_code, unused_imports, reason = "the parts need some of it")]
#[path = "../../src/wait/mod.rs"]
mod wait;

pub use data::Data;
pub use flavour::{
    Fifo, FixedFifo, FixedLifo, FixedPriority, Flavour, Lifo, Priority, UnboundedFifo,
    UnboundedLifo,
};
pub use hand::Hand;
pub use job::Job;
pub use world::{Queue, World, check, explore, explore_each, in_a_world};

/// A module for each model, with a test for each flavour.
///
/// `room 1` is the capacity of the model's queue. `threads 3` counts the main one. `preemptions` is a bound on
/// how often loom takes the turn from a thread that could go on: `any` for two threads, otherwise a number.
/// After that comes the set of flavours: one of the macros below.
#[macro_export]
macro_rules! models {
    ($(room $room:literal threads $threads:literal preemptions $bound:tt,
        $set:ident: $($name:ident)*;)*) => {$($(
        mod $name {
            $crate::$set! { $name $room $threads $bound }
        }
    )*)*};
}

/// Every storage of fixed size.
#[cfg(not(feature = "mutants"))]
#[macro_export]
macro_rules! bounded {
    ($($model:tt)*) => {
        $crate::tests! { $($model)*: (fifo Fifo) (lifo Lifo) (priority Priority) (fixed_fifo FixedFifo)
            (fixed_lifo FixedLifo) (fixed_priority FixedPriority) }
    };
}

/// Every storage, for models in which a queue is never full.
#[cfg(not(feature = "mutants"))]
#[macro_export]
macro_rules! all {
    ($($model:tt)*) => {
        $crate::bounded! { $($model)* }
        $crate::tests! { $($model)*: (unbounded_fifo UnboundedFifo) (unbounded_lifo UnboundedLifo) }
    };
}

/// One bounded storage on the heap and one of fixed capacity: for large models.
#[macro_export]
macro_rules! few {
    ($($model:tt)*) => {
        $crate::tests! { $($model)*: (fifo Fifo) (fixed_fifo FixedFifo) }
    };
}

/// As `few`, and an unbounded one: for large models in which a queue is never full.
#[macro_export]
macro_rules! some {
    ($($model:tt)*) => {
        $crate::few! { $($model)* }
        $crate::tests! { $($model)*: (unbounded_fifo UnboundedFifo) }
    };
}

/// The queues without a lock, for models in which a queue is never full.
#[macro_export]
macro_rules! lockfree {
    ($($model:tt)*) => {
        $crate::tests! { $($model)*: (fifo Fifo) (unbounded_fifo UnboundedFifo) }
    };
}

/// The queue of a ring.
#[macro_export]
macro_rules! ring {
    ($($model:tt)*) => {
        $crate::tests! { $($model)*: (fifo Fifo) }
    };
}

/// The queue of segments.
#[macro_export]
macro_rules! segments {
    ($($model:tt)*) => {
        $crate::tests! { $($model)*: (unbounded_fifo UnboundedFifo) }
    };
}

/// With bugs in it, one of each kind is enough.
#[cfg(feature = "mutants")]
#[macro_export]
macro_rules! bounded {
    ($($model:tt)*) => {
        $crate::tests! { $($model)*: (fifo Fifo) (lifo Lifo) }
    };
}

/// As above.
#[cfg(feature = "mutants")]
#[macro_export]
macro_rules! all {
    ($($model:tt)*) => {
        $crate::bounded! { $($model)* }
        $crate::tests! { $($model)*: (unbounded_fifo UnboundedFifo) }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! tests {
    ($name:ident $room:literal $threads:literal $bound:tt:) => {};
    ($name:ident $room:literal $threads:literal $bound:tt: ($test:ident $flavour:ident) $($rest:tt)*) => {
        #[test]
        fn $test() {
            $crate::check::<$crate::$flavour, $room>(
                concat!(stringify!($name), "::", stringify!($test)),
                $threads,
                $crate::preemptions!($bound),
                super::$name::<$crate::$flavour>,
            );
        }
        $crate::tests! { $name $room $threads $bound: $($rest)* }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! preemptions {
    (any) => {
        None
    };
    ($bound:literal) => {
        Some($bound)
    };
}
