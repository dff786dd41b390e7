//! The numbers at one instant.

use super::LockFree;
use crate::stats::Stats;
use crate::sync::Backoff;

struct Numbers {
    put: usize,
    got: usize,
    done: usize,
}

/// How often a snapshot looks for an instant at which nothing changes, before it keeps requeues away; and how
/// often then, before it takes numbers of instants that are close together.
const TRIES: usize = crate::sync::TRIES;

impl<T> LockFree<T> {
    pub(super) fn snapshot(&self) -> Stats {
        let mut numbers = self.numbers();
        if numbers.put == numbers.done && self.finished.is_watched() {
            // A witness of that while somebody may wait for it: look again, and let the joiners go if it
            // is so.
            self.finished.with_joiners(|joiners| {
                numbers = self.numbers();
                if numbers.put == numbers.done {
                    joiners.release();
                }
            });
        }
        self.stats_of(numbers)
    }

    /// At an instant at which everything was finished.
    pub(super) fn stats_when_finished(&self, count: usize) -> Stats {
        self.stats_of(Numbers {
            put: count,
            got: count,
            done: count,
        })
    }

    fn stats_of(&self, numbers: Numbers) -> Stats {
        let Numbers { put, got, done } = numbers;
        let (failed, abandoned) = self.finished.shares(done);
        Stats {
            put,
            got,
            done,
            failed,
            abandoned,
            len: put - got,
            in_flight: got - done,
            unfinished: put - done,
            waiting_getters: self.getters.waiting(),
            waiting_putters: self.putters.waiting(),
            waiting_joiners: self.finished.waiting(),
            capacity: self.items.capacity(),
            is_shutdown: self.items.is_closed(),
        }
    }

    fn numbers(&self) -> Numbers {
        let mut backoff = Backoff::new();
        for _ in 0..TRIES {
            let requeues = self.finished.requeues();
            let numbers = self.numbers_at_an_instant();
            if requeues.is_some() && requeues == self.finished.requeues() {
                if let Some(numbers) = numbers {
                    return numbers;
                }
            }
            backoff.snooze();
        }
        self.finished
            .hold_requeues(|| self.numbers_without_requeues())
    }

    #[cold]
    fn numbers_without_requeues(&self) -> Numbers {
        for _ in 0..TRIES {
            if let Some(numbers) = self.numbers_at_an_instant() {
                return numbers;
            }
        }
        let Numbers { put, got, done } = self.read_in_order();
        Numbers {
            put,
            // What was put meanwhile must not make it more than full.
            got: got.max(put.saturating_sub(self.items.limit())),
            done,
        }
    }

    fn numbers_at_an_instant(&self) -> Option<Numbers> {
        let numbers = self.read_in_order();
        // `got` and `done` were what they are now when `put` was read between.
        let is_instant =
            numbers.got == self.items.got_count() && numbers.done == self.finished.done();
        is_instant.then_some(numbers)
    }

    /// In this order: none of them passes the next one.
    fn read_in_order(&self) -> Numbers {
        let done = self.finished.done();
        let got = self.items.got_count();
        let put = self.items.put_count();
        Numbers { put, got, done }
    }
}
