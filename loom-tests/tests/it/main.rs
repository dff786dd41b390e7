//! The models, a file for each promise; `facade` is about what they stand on, and `parts` about what is
//! too deep inside for a model of a whole queue.

mod batch;
mod blocking;
mod cancel;
mod cells;

mod facade;
mod fairness;
mod join;
mod linearizable;
mod lockfree;
mod parts;
mod put_get;
mod shutdown;
mod task;
