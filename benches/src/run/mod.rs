//! Measuring: a process per case, in which the contestants take turns, and one that watches it.

mod event;
mod supervisor;
mod turns;

pub use supervisor::{CaseResult, Outcome, PeerResult, supervise};
pub use turns::{Budget, take_turns};
