//! Threads that sleep.

use std::time::Instant;

pub(crate) use std::thread::{Thread, current};
pub(crate) use std::thread_local;

/// Sleeps until this thread is unparked, or for no reason; `false`, at once, if the time is over.
pub(crate) fn park_until(deadline: Option<Instant>) -> bool {
    let Some(deadline) = deadline else {
        std::thread::park();
        return true;
    };
    let left = deadline.saturating_duration_since(Instant::now());
    let is_over = left.is_zero();
    if !is_over {
        std::thread::park_timeout(left);
    }
    !is_over
}
