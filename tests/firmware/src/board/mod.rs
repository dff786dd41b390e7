//! The machine: its timer, and an interrupt that software raises.
//!
//! | function | does |
//! |---|---|
//! | `every(ticks)` | calls the hook of [`time`](crate::time) every `ticks` of the timer |
//! | `once(ticks)` | calls it once |
//! | `stop()` | not any more |
//! | `load_exclusive()` | faults on a chip without compare-and-swap |
//!
//! A fault is printed, and the emulator exits with a failure.

#[cfg(target_arch = "arm")]
mod cortex_m;
#[cfg(target_arch = "arm")]
pub use self::cortex_m::*;

#[cfg(target_arch = "riscv32")]
mod above;
#[cfg(target_arch = "riscv32")]
pub use self::above::run_above;
#[cfg(target_arch = "riscv32")]
mod riscv;
#[cfg(target_arch = "riscv32")]
pub use self::riscv::*;
