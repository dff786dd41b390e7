//! The tests of the crate that move items, nodes and wakers about, or race.

#![allow(
    clippy::significant_drop_in_scrutinee,
    reason = "tests look at tasks where they get them"
)]

#[macro_use]
#[allow(
    dead_code,
    unused_imports,
    unused_macros,
    reason = "the tests use more of it"
)]
#[path = "../../it/kit/mod.rs"]
mod kit;

#[path = "../../it/bodies/mod.rs"]
mod bodies;
#[path = "../../it/cancel.rs"]
mod cancel;
#[path = "../../it/corpus.rs"]
mod corpus;
#[path = "../../it/linearizable/mod.rs"]
mod linearizable;
#[path = "../../it/memory.rs"]
mod memory;
#[path = "../../it/panics.rs"]
mod panics;
#[path = "../../it/scripts/mod.rs"]
mod scripts;
#[path = "../../it/stress.rs"]
mod stress;
#[path = "../../it/wakers.rs"]
mod wakers;
