//! joinable-queue beside its peers: the same workloads on all of them, timed in turns and counted.
//!
//! `peer` says what a peer can do, `peers` has one adapter per peer, `workloads` what they are given to
//! do, `cases` which workload with which parameters; `run` measures, `report` writes. `count` is apart
//! from time: instructions, allocations, bytes.

pub mod cases;
pub mod count;
pub mod executors;
pub mod item;
pub mod peer;
pub mod peers;
pub mod report;
pub mod run;
pub mod workloads;
