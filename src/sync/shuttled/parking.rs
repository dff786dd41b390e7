//! Threads that sleep in a model, which has no clock: a deadline passes as soon as the others went on.

extern crate std;

use self::std::time::Instant;

pub(crate) use shuttle::thread::{Thread, current};
pub(crate) use shuttle::thread_local;

/// As on the other sides.
pub(crate) fn park_until(deadline: Option<Instant>) -> bool {
    match deadline {
        None => shuttle::thread::park(),
        Some(_) => shuttle::thread::yield_now(),
    }
    deadline.is_none()
}

/// As on the other sides.
pub(crate) fn pause_until(deadline: Option<Instant>) -> bool {
    shuttle::thread::yield_now();
    deadline.is_none()
}
