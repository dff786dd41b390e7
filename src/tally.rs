//! The numbers of a queue, and whether it is shut down.
//!
//! ```text
//! put  >=  got  >=  done          never reset; `got` is `put` less what is stored
//! ```
//!
//! Totals wrap at `usize::MAX`. What is computed from them is right as long as fewer than
//! 2^`usize::BITS` items are unfinished at once.
#![forbid(unsafe_code)]

/// How a task ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// As it should.
    Done,
    /// The worker said that it failed.
    Failed,
    /// The task was dropped: the worker panicked, was cancelled, or forgot it.
    Abandoned,
}

#[derive(Debug)]
pub(crate) struct Tally {
    pub(crate) put: usize,
    pub(crate) done: usize,
    pub(crate) failed: usize,
    pub(crate) abandoned: usize,
    /// Twice the number of tasks that are taken, unfinished, and owned by nobody, which `task_done` may
    /// finish; and one more after shutdown. (One word less in a `static`.)
    detached_and_shut_down: usize,
}

impl Tally {
    pub(crate) const fn new() -> Self {
        Self {
            put: 0,
            done: 0,
            failed: 0,
            abandoned: 0,
            detached_and_shut_down: 0,
        }
    }

    pub(crate) fn unfinished(&self) -> usize {
        self.put.wrapping_sub(self.done)
    }

    pub(crate) fn put_one(&mut self) {
        self.put = self.put.wrapping_add(1);
    }

    /// Returns whether nothing is unfinished any more.
    pub(crate) fn finish(&mut self, count: usize, outcome: Outcome) -> bool {
        self.done = self.done.wrapping_add(count);
        match outcome {
            Outcome::Done => {}
            Outcome::Failed => self.failed = self.failed.wrapping_add(count),
            Outcome::Abandoned => self.abandoned = self.abandoned.wrapping_add(count),
        }
        self.unfinished() == 0
    }

    pub(crate) fn is_shut_down(&self) -> bool {
        self.detached_and_shut_down & 1 != 0
    }

    pub(crate) fn shut_down(&mut self) {
        self.detached_and_shut_down |= 1;
    }

    /// Exact as long as fewer than half of what a word can count are detached at once.
    pub(crate) fn detach(&mut self, count: usize) {
        self.detached_and_shut_down = self.detached_and_shut_down.wrapping_add(count << 1);
    }

    /// Takes one task back from those detached; `false` if there is none.
    pub(crate) fn reclaim(&mut self) -> bool {
        let some = self.detached_and_shut_down > 1;
        if some {
            self.detached_and_shut_down -= 2;
        }
        some
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn totals_wrap_and_differences_do_not() {
        let near = usize::MAX - 2;
        let mut tally = Tally {
            put: near,
            done: near,
            ..Tally::new()
        };
        for _ in 0..5 {
            tally.put_one();
        }
        assert_eq!((tally.put, tally.unfinished()), (2, 5));
        assert!(!tally.finish(4, Outcome::Failed));
        assert_eq!((tally.done, tally.unfinished()), (1, 1));
        assert!(tally.finish(1, Outcome::Abandoned));
        assert_eq!((tally.failed, tally.abandoned), (4, 1));
    }

    #[test]
    fn only_detached_tasks_can_be_reclaimed() {
        let mut tally = Tally::new();
        tally.put_one();
        assert!(!tally.reclaim());
        tally.detach(2);
        assert!(tally.reclaim());
        assert!(tally.reclaim());
        assert!(!tally.reclaim());
    }

    #[test]
    fn shutdown_and_detached_tasks_do_not_get_mixed_up() {
        let mut tally = Tally::new();
        tally.detach(1);
        assert!(!tally.is_shut_down());
        tally.shut_down();
        tally.shut_down();
        assert!(tally.is_shut_down());
        tally.detach(2);
        for _ in 0..3 {
            assert!(tally.reclaim());
        }
        assert!(!tally.reclaim());
        assert!(tally.is_shut_down());
    }
}
