#![doc = include_str!("../README.md")]
#![no_std]
#![deny(
    clippy::alloc_instead_of_core,
    clippy::std_instead_of_alloc,
    clippy::std_instead_of_core
)]
#![cfg_attr(
    not(any(feature = "alloc", feature = "heapless")),
    allow(
        dead_code,
        unreachable_pub,
        reason = "without a flavour nobody uses the machinery"
    )
)]
#![cfg_attr(
    not(all(feature = "std", feature = "heapless")),
    allow(
        rustdoc::broken_intra_doc_links,
        reason = "the docs speak of flavours that this build leaves out"
    )
)]

#[cfg(any(feature = "alloc", test))]
extern crate alloc;
#[cfg(any(feature = "std", test))]
extern crate std;

mod error;
#[cfg(feature = "defmt")]
mod format;
mod stats;
mod sync;
mod tally;
mod wait;

pub mod storage;

mod handle;
mod queue;
mod receipt;
mod remaining;
mod task;
mod ticket;

pub mod future;

#[cfg(feature = "std")]
mod blocking;
mod operations;

#[cfg(feature = "heapless")]
pub mod embedded;
#[cfg(feature = "alloc")]
mod growable;
#[cfg(feature = "heapless")]
pub mod heapless;
mod prioritized;

pub use error::{
    GetError, GetTimeoutError, JoinTimeoutError, PutAllError, PutError, PutTimeoutError,
    RequeueError, TaskDoneError, TryGetError, TryPutAllError, TryPutError,
};
#[cfg(feature = "alloc")]
pub use growable::{LifoQueue, PriorityQueue, Queue};
pub use handle::Handle;
pub use prioritized::Prioritized;
pub use queue::JoinableQueue;
pub use remaining::Remaining;
pub use stats::Stats;
pub use task::Task;
pub use ticket::Ticket;
