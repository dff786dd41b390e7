use loom::cell::UnsafeCell;

use super::finished::Finished;

/// What a requeue changes and an observer reads: loom fails if nothing keeps the two apart.
pub struct Counters {
    finished: Finished,
    numbers: UnsafeCell<u32>,
}

// SAFETY: loom runs all threads on one, and checks the cell.
unsafe impl Send for Counters {}
// SAFETY: as above.
unsafe impl Sync for Counters {}

impl Counters {
    #[expect(clippy::new_without_default, reason = "nobody asks for one")]
    pub fn new() -> Self {
        Self {
            finished: Finished::new(),
            numbers: UnsafeCell::new(0),
        }
    }

    /// To be called by one thread at a time.
    pub fn requeue(&self) {
        self.finished.requeue(|| {
            // SAFETY: that nobody reads meanwhile is what loom checks.
            self.numbers.with_mut(|numbers| unsafe { *numbers += 1 });
        });
    }

    /// The number of requeues, by an observer that keeps others away.
    pub fn hold(&self) -> u32 {
        // SAFETY: that nobody writes meanwhile is what loom checks.
        let read = || self.numbers.with(|numbers| unsafe { *numbers });
        self.finished.hold_requeues(read)
    }
}
