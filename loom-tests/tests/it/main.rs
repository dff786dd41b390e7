//! The models, a file for each promise; `facade` is about what they stand on, and `parts` about what is
//! too deep inside for a model of a whole queue.

mod batch;
mod blocking;
mod cancel;
mod fairness;
mod join;
mod linearizable;
mod put_get;
mod shutdown;
mod task;

// The lock-free queue, and what stands in for the lock of the others.
#[cfg(not(feature = "critical-section"))]
mod cells;
#[cfg(not(feature = "critical-section"))]
mod facade;
#[cfg(not(feature = "critical-section"))]
mod lockfree;
#[cfg(not(feature = "critical-section"))]
mod parts;

#[cfg(feature = "critical-section")]
mod section;
