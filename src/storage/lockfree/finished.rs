//! What is done, and those who wait until all of it is.

use core::task::Waker;

use crate::sync::atomic::{AtomicUsize, Ordering};
use crate::sync::{Backoff, Latched, Lock, handshake};
use crate::tally::Outcome;
use crate::wait::Joiners;

pub(super) struct Finished {
    done: AtomicUsize,
    /// How many joiners are queued. Written under the lock only.
    waiting: AtomicUsize,
    failed: AtomicUsize,
    abandoned: AtomicUsize,
    /// Taken, unfinished, and owned by nobody: what `task_done` may finish.
    detached: AtomicUsize,
    requeues: AtomicUsize,
    /// How many observers keep requeues from beginning.
    holds: AtomicUsize,
    joiners: Lock<Joiners, Latched>,
}

/// In `requeues`: one that ever was. They are numbered modulo 2^40, and the bits below count those that are
/// under way: in this order, so that nothing is carried from the number into the count.
const ONE_MORE: usize = 1 << 24;

impl Finished {
    pub(super) const fn new() -> Self {
        Self {
            done: AtomicUsize::new(0),
            waiting: AtomicUsize::new(0),
            failed: AtomicUsize::new(0),
            abandoned: AtomicUsize::new(0),
            detached: AtomicUsize::new(0),
            requeues: AtomicUsize::new(0),
            holds: AtomicUsize::new(0),
            joiners: Lock::new(Joiners::new()),
        }
    }

    /// Returns whether somebody may wait for it.
    #[inline]
    pub(super) fn add(&self, count: usize, outcome: Outcome) -> bool {
        match outcome {
            Outcome::Done => {}
            // Ordering: Relaxed; who sees it in `done` sees it here.
            Outcome::Failed => _ = self.failed.fetch_add(count, Ordering::Relaxed),
            Outcome::Abandoned => _ = self.abandoned.fetch_add(count, Ordering::Relaxed),
        }
        // Ordering: SeqCst, see `sync`: finish, then look for joiners. It is a Release, too, and
        // every addition continues the sequences of those before: who reads a number of done has
        // everything that came before each of them (contract: done happens before the return of join).
        self.done.fetch_add(count, Ordering::SeqCst);
        self.is_watched()
    }

    /// Whether somebody waits in a join.
    #[inline]
    pub(super) fn is_watched(&self) -> bool {
        handshake();
        // Ordering: SeqCst, see `sync`.
        self.waiting.load(Ordering::SeqCst) != 0
    }

    pub(super) fn done(&self) -> usize {
        // Ordering: SeqCst, see `sync`: a joiner registers, and looks again here.
        self.done.load(Ordering::SeqCst)
    }

    /// Of `done`: what failed, and what was abandoned. Each is counted before it is done, so that it can be
    /// ahead of a `done` that was read before.
    pub(super) fn shares(&self, done: usize) -> (usize, usize) {
        // Ordering: Relaxed; the caller has read `done` with Acquire.
        let failed = self.failed.load(Ordering::Relaxed).min(done);
        let abandoned = self.abandoned.load(Ordering::Relaxed).min(done - failed);
        (failed, abandoned)
    }

    pub(super) fn waiting(&self) -> usize {
        // Ordering: Acquire: who sees a joiner gone sees why.
        self.waiting.load(Ordering::Acquire)
    }

    pub(super) fn detach(&self, count: usize) {
        // Ordering: Release pairs with the Acquire in `reclaim`.
        self.detached.fetch_add(count, Ordering::Release);
    }

    /// Takes one task back from those detached; `false` if there is none.
    pub(super) fn reclaim(&self) -> bool {
        // Ordering: Acquire pairs with the Release in `detach`.
        self.detached
            .fetch_update(Ordering::Acquire, Ordering::Relaxed, |n| n.checked_sub(1))
            .is_ok()
    }

    /// Runs `f`, which puts an item and finishes a task; [`requeues`](Self::requeues) tells observers.
    pub(super) fn requeue<R>(&self, f: impl FnOnce() -> R) -> R {
        let mut backoff = Backoff::new();
        // Neither the put nor the addition seems to be outside: each is a Release, so that who sees it sees what has
        // begun, and the end is one, too.
        let _under_way = loop {
            let begun = UnderWay::new(&self.requeues);
            handshake();
            // Ordering: SeqCst, see `sync`: begin, then look for holds. It is an Acquire, too, for those that
            // have ended.
            if self.holds.load(Ordering::SeqCst) == 0 {
                break begun;
            }
            drop(begun);
            // Ordering: Relaxed; it is looked at again above.
            while self.holds.load(Ordering::Relaxed) != 0 {
                backoff.snooze();
            }
        };
        f()
    }

    /// Runs `f` while no requeue is under way. For observers that have tried without.
    pub(super) fn hold_requeues<R>(&self, f: impl FnOnce() -> R) -> R {
        // Ordering: SeqCst, see `sync`: hold, then look for those that have begun.
        self.holds.fetch_add(1, Ordering::SeqCst);
        handshake();
        let mut backoff = Backoff::new();
        while self.requeues().is_none() {
            backoff.snooze();
        }
        let result = f();
        // Ordering: Release pairs with the look in `requeue`: what `f` read is what was there before.
        self.holds.fetch_sub(1, Ordering::Release);
        result
    }

    /// `None` while there is a requeue under way; otherwise a number that changes with each.
    pub(super) fn requeues(&self) -> Option<usize> {
        // Ordering: SeqCst, see `sync`: an observer holds, and looks here then.
        let requeues = self.requeues.load(Ordering::SeqCst);
        requeues.is_multiple_of(ONE_MORE).then_some(requeues)
    }

    /// Runs `f` on the joiners, and lets everybody see how many wait then.
    pub(super) fn with_joiners<R>(&self, f: impl FnOnce(&mut Joiners) -> R) -> R {
        self.joiners.with(|joiners| {
            let result = f(joiners);
            self.publish(joiners);
            result
        })
    }

    /// As `with_joiners`; `None` if somebody has the lock.
    pub(super) fn try_with_joiners<R>(&self, f: impl FnOnce(&mut Joiners) -> R) -> Option<R> {
        self.joiners.try_with(|joiners| {
            let result = f(joiners);
            self.publish(joiners);
            result
        })
    }

    /// Lets everybody see how many wait, before the caller looks again at what it waits for.
    pub(super) fn publish(&self, joiners: &Joiners) {
        // Ordering: SeqCst, see `sync`: a joiner registers here, and looks again then.
        self.waiting.store(joiners.waiting(), Ordering::SeqCst);
        handshake();
    }

    /// The next joiner that was released.
    pub(super) fn next_released(&self) -> Option<Waker> {
        self.with_joiners(Joiners::next_released)
    }
}

/// A requeue that has begun.
struct UnderWay<'a>(&'a AtomicUsize);

impl<'a> UnderWay<'a> {
    fn new(requeues: &'a AtomicUsize) -> Self {
        // Ordering: SeqCst, see `sync`: begin, then look for holds.
        requeues.fetch_add(ONE_MORE + 1, Ordering::SeqCst);
        Self(requeues)
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        // Ordering: Release pairs with the load in `requeues`: who finds none under way sees what they did.
        self.0.fetch_sub(1, Ordering::Release);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requeues_may_be_numbered_round() {
        let finished = Finished {
            requeues: AtomicUsize::new(usize::MAX / ONE_MORE * ONE_MORE),
            ..Finished::new()
        };
        let last = finished.requeues();
        finished.requeue(|| assert_eq!(finished.requeues(), None));
        assert_eq!((last.is_some(), finished.requeues()), (true, Some(0)));
        finished.requeue(|| finished.requeue(|| assert_eq!(finished.requeues(), None)));
        assert_eq!(finished.requeues(), Some(2 * ONE_MORE));
    }
}
