//! The models, a file for each promise; `facade` is about what they stand on.

mod batch;
mod blocking;
mod cancel;
mod facade;
mod join;
mod lockfree;
mod put_get;
mod shutdown;
mod task;
