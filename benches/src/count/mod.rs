//! What can be counted instead of timed: instructions, locked instructions, allocations, bytes.
//!
//! The same on every run, so a change of one instruction shows.

mod callgrind;
mod disassembly;
mod figures;
mod footprint;
pub mod heap;
mod table;

pub use callgrind::missing_tools;
pub use figures::{Scope, operate, tables};
pub use table::{Table, parse, render, worse};
