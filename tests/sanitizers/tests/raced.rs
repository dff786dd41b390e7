//! The tests in which threads race: for `run thread`, which has to look at nothing else.

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

#[path = "../../it/linearizable/mod.rs"]
mod linearizable;
#[path = "../../it/stress.rs"]
mod stress;
