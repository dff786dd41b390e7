//! Waiting for a thread that is in the middle of something short.
#![allow(dead_code, reason = "not every build has a flavour that uses it")]

use super::{SPINS, spin_hint, yield_thread};

/// Waits longer each time.
pub(crate) struct Backoff {
    step: u32,
}

#[allow(
    clippy::unnecessary_min_or_max,
    clippy::absurd_extreme_comparisons,
    reason = "in a model `SPINS` is 0"
)]
impl Backoff {
    #[inline(always)]
    pub(crate) const fn new() -> Self {
        Self { step: 0 }
    }

    /// For who was overtaken, and so need not wait for anybody: leaves the others some room.
    #[cold]
    pub(crate) fn spin(&mut self) {
        let step = self.step.min(SPINS);
        for _ in 0..1 << step {
            spin_hint();
        }
        self.step = step + 1;
    }

    /// For who waits for another thread, which may not even be running.
    #[cold]
    pub(crate) fn snooze(&mut self) {
        if self.is_patient() {
            self.spin();
        } else {
            yield_thread();
        }
    }

    /// Whether it has not spun for as long as it should.
    pub(crate) fn is_patient(&self) -> bool {
        self.step <= SPINS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_spins_so_many_times_and_then_yields() {
        let mut backoff = Backoff::new();
        for _ in 0..=SPINS {
            assert!(backoff.is_patient());
            backoff.snooze();
        }
        for _ in 0..2 {
            assert!(!backoff.is_patient());
            backoff.snooze();
        }
    }
}
