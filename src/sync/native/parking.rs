//! Threads that sleep.

use core::time::Duration;
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

/// How long to sleep where a yield would do but for others with much to do, who keep the processor for
/// milliseconds then. The timers of most systems make 20 to 100 us of it.
const MOMENT: Duration = Duration::from_micros(20);

/// Lets others run for a moment; `false` if the time is over, and the rest of the time at most.
pub(crate) fn pause_until(deadline: Option<Instant>) -> bool {
    let Some(deadline) = deadline else {
        std::thread::yield_now();
        return true;
    };
    let left = deadline.saturating_duration_since(Instant::now());
    std::thread::sleep(left.min(MOMENT));
    !left.is_zero()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_is_a_moment_at_least() {
        let start = Instant::now();
        assert!(pause_until(Some(start + Duration::from_secs(3600))));
        assert!(start.elapsed() >= MOMENT);
    }
}
