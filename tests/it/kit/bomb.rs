//! Panics at a chosen moment.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Counts ticks, and panics at one of them. Clones share the count.
#[derive(Clone)]
pub(crate) struct Bomb(Arc<AtomicUsize>);

/// What a [`Bomb`] panics with.
struct Bang;

impl Bomb {
    /// Goes off at the `tick`-th tick, counted from 1, and at no other.
    pub(crate) fn at(tick: usize) -> Self {
        Self(Arc::new(AtomicUsize::new(tick)))
    }

    pub(crate) fn tick(&self) {
        let left = self
            .0
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| {
                left.checked_sub(1)
            });
        if left == Ok(1) {
            // A panic, without a message on standard error.
            resume_unwind(Box::new(Bang));
        }
    }

    pub(crate) fn went_off(&self) -> bool {
        self.0.load(Ordering::SeqCst) == 0
    }
}

/// Runs `scenario` with a bomb for the first tick, then with one for the second, and so on, until one
/// does not go off. Returns how many did.
pub(crate) fn at_every_tick(scenario: impl Fn(&Bomb)) -> usize {
    let mut tick = 1;
    loop {
        let bomb = Bomb::at(tick);
        scenario(&bomb);
        if !bomb.went_off() {
            return tick - 1;
        }
        tick += 1;
    }
}

/// Runs `f`; `None` if a bomb went off in it. Any other panic goes on.
pub(crate) fn attempt<R>(f: impl FnOnce() -> R) -> Option<R> {
    match catch_unwind(AssertUnwindSafe(f)) {
        Ok(result) => Some(result),
        Err(panic) if panic.is::<Bang>() => None,
        Err(panic) => resume_unwind(panic),
    }
}
