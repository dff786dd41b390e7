//! Where a queue keeps its items, and in which order it hands them out.
//!
//! The types here are the parameter of [`JoinableQueue`](crate::JoinableQueue). You meet them in type
//! names and in bounds (`S: Storage<Item = Job>`: any queue of jobs); there are no values of them.
//!
//! | type | order | memory | feature |
//! |---|---|---|---|
//! | `Fifo<T>` | first in, first out | heap | `alloc` |
//! | `Lifo<T>` | last in, first out | heap | `alloc` |
//! | `Priority<T>` | smallest first, equal ones first in, first out | heap | `alloc` |
//! | `FixedFifo<T, N>` | as `Fifo` | in the queue itself | `heapless` |
//! | `FixedLifo<T, N>` | as `Lifo` | in the queue itself | `heapless` |
//! | `FixedPriority<T, N>` | as `Priority` | in the queue itself | `heapless` |

mod backing;
mod container;
mod engine;
mod locked;
mod shared;
mod stack;
mod state;

#[cfg(feature = "heapless")]
mod fixed;
#[cfg(feature = "alloc")]
mod growable;
#[cfg(feature = "alloc")]
mod heap;
#[cfg(all(
    feature = "alloc",
    any(
        not(feature = "std"),
        feature = "critical-section",
        not(target_pointer_width = "64")
    )
))]
mod locked_fifo;
#[cfg(feature = "heapless")]
mod sorted;
// Where there are no interrupts, and tickets never come round.
#[cfg(all(
    feature = "std",
    not(feature = "critical-section"),
    target_pointer_width = "64"
))]
mod lockfree;

#[cfg(feature = "heapless")]
pub use fixed::{FixedFifo, FixedLifo, FixedPriority};
#[cfg(feature = "alloc")]
pub use growable::{Fifo, Lifo, Priority};

pub(crate) use container::{Container, Remains};
pub(crate) use engine::{Engine, Lane, Refusal, ShutDown};
#[cfg(all(
    feature = "alloc",
    any(
        not(feature = "std"),
        feature = "critical-section",
        not(target_pointer_width = "64")
    )
))]
use locked_fifo::FifoEngine;
#[cfg(all(
    feature = "std",
    not(feature = "critical-section"),
    target_pointer_width = "64"
))]
use lockfree::LockFree as FifoEngine;
pub(crate) use shared::Shared;

/// A way to keep the items of a queue. Sealed; [the module](self) lists the implementors.
pub trait Storage: sealed::Backed<Self::Item> {
    /// What is stored.
    type Item;
}

/// The machinery behind `S`.
pub(crate) type EngineOf<S> = <S as sealed::Backed<<S as Storage>::Item>>::Engine;

pub(crate) mod sealed {
    use super::Engine;

    /// Names the machinery behind a storage. (The parameter is the storage's item, so that a bound on
    /// `Storage` alone says what the engine stores.)
    pub trait Backed<T> {
        type Engine: Engine<Item = T>;
    }
}
