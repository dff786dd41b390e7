//! Threads that sleep in a model, which has no clock: a deadline passes when nothing else happens, or
//! sooner.

extern crate std;

use self::std::time::Instant;

pub(crate) use loom::thread::{Thread, current};

/// loom's does not know `const`.
macro_rules! per_thread {
    (static $name:ident: $type:ty = const { $init:expr };) => {
        loom::thread_local! { static $name: $type = $init; }
    };
}
pub(crate) use per_thread as thread_local;

/// As on the other side.
pub(crate) fn park_until(deadline: Option<Instant>) -> bool {
    match deadline {
        None => loom::thread::park(),
        // The others go on as far as they like.
        Some(_) => loom::thread::yield_now(),
    }
    deadline.is_none()
}
