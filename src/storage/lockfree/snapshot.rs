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

    /// As `snapshot`; `None` if that would have to wait for a lock or for a requeue that is under way, or finds
    /// no instant at which nothing changes.
    pub(super) fn try_snapshot(&self) -> Option<Stats> {
        let mut numbers = self.try_numbers()?;
        if numbers.put == numbers.done && self.finished.is_watched() {
            // As in `snapshot`.
            let again = self.finished.try_with_joiners(|joiners| {
                let numbers = self.try_numbers()?;
                if numbers.put == numbers.done {
                    joiners.release();
                }
                Some(numbers)
            });
            numbers = again.flatten()?;
        }
        Some(self.stats_of(numbers))
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
            let put_count = || Some(self.items.put_count());
            if let Some(numbers) = self.numbers_between_requeues(put_count) {
                return numbers;
            }
            backoff.snooze();
        }
        self.finished
            .hold_requeues(|| self.numbers_without_requeues())
    }

    fn try_numbers(&self) -> Option<Numbers> {
        let put_count = || self.items.try_put_count();
        (0..TRIES).find_map(|_| self.numbers_between_requeues(put_count))
    }

    fn numbers_between_requeues(
        &self,
        put_count: impl FnOnce() -> Option<usize>,
    ) -> Option<Numbers> {
        let requeues = self.finished.requeues();
        let numbers = self.numbers_at_an_instant(put_count);
        let is_between = requeues.is_some() && requeues == self.finished.requeues();
        numbers.filter(|_| is_between)
    }

    #[cold]
    fn numbers_without_requeues(&self) -> Numbers {
        let put_count = || Some(self.items.put_count());
        for _ in 0..TRIES {
            if let Some(numbers) = self.numbers_at_an_instant(put_count) {
                return numbers;
            }
        }
        // In this order: none of them passes the next one.
        let done = self.finished.done();
        let got = self.items.got_count();
        let put = self.items.put_count();
        Numbers {
            put,
            // What was put meanwhile must not make it more than full.
            got: got.max(put.saturating_sub(self.items.limit())),
            done,
        }
    }

    fn numbers_at_an_instant(&self, put_count: impl FnOnce() -> Option<usize>) -> Option<Numbers> {
        let done = self.finished.done();
        let got = self.items.got_count();
        let put = put_count()?;
        // `got` and `done` were what they are now when `put` was read between.
        let is_instant = got == self.items.got_count() && done == self.finished.done();
        is_instant.then_some(Numbers { put, got, done })
    }
}
