//! A row of waiters, and in front of it a number that says whether its lock is worth taking.

use core::task::Waker;

use crate::sync::atomic::{AtomicUsize, Ordering};
use crate::sync::{Latched, Lock, SPINS, handshake, spin_hint};
use crate::wait::{Row, Tickets};

/// Somebody in the row was overtaken too often: newcomers have to ask (R2 of the row).
const BARRED: usize = 1;
const ONE_WAITER: usize = 2;

pub(super) struct Gate {
    /// `BARRED`, and how many are queued. Written under the lock only.
    state: AtomicUsize,
    /// How many turns a newcomer spins before it registers, times `SCALE`.
    patience: AtomicUsize,
    line: Lock<Waiters, Latched>,
}

/// The most turns that a newcomer spins; each is a look at the other side's ticket and a pause. (In a
/// model none.)
const MOST: usize = 10 * SPINS as usize;
const SCALE: usize = 8;

/// A row with the tickets that its nodes take.
pub(super) struct Waiters {
    pub(super) row: Row,
    pub(super) tickets: Tickets,
}

impl Gate {
    pub(super) const fn new() -> Self {
        Self {
            state: AtomicUsize::new(0),
            patience: AtomicUsize::new(0),
            line: Lock::new(Waiters {
                row: Row::new(),
                tickets: Tickets::new(),
            }),
        }
    }

    /// Whether nobody waits.
    #[inline]
    pub(super) fn is_idle(&self) -> bool {
        handshake();
        // Ordering: SeqCst, see `sync`: the caller has claimed, and looks here now.
        self.state.load(Ordering::SeqCst) == 0
    }

    /// Whether a newcomer has to ask the row before it takes anything.
    #[inline]
    pub(super) fn is_barred(&self) -> bool {
        // Ordering: Relaxed; a newcomer that misses the bar was there before it.
        self.state.load(Ordering::Relaxed) & BARRED != 0
    }

    pub(super) fn waiting(&self) -> usize {
        // Ordering: Acquire: who sees a waiter gone sees why.
        self.state.load(Ordering::Acquire) / ONE_WAITER
    }

    /// Runs `f` on the row, and makes the state what the row is then.
    pub(super) fn with<R>(&self, f: impl FnOnce(&mut Waiters) -> R) -> R {
        self.line.with(|line| {
            let result = f(line);
            self.publish(&line.row);
            result
        })
    }

    /// Waits for a moment until `is_there`, if that was worthwhile lately: when the other side is on another
    /// processor and about to come, that saves both a wake-up. Returns whether it came.
    ///
    /// The number of turns follows what the last waits took, as in glibc's adaptive mutex. Where nobody ever
    /// comes, as on an executor with one thread, it soon falls to one look.
    #[allow(clippy::unnecessary_min_or_max, reason = "in a model `MOST` is 0")]
    pub(super) fn spin(&self, is_there: impl Fn() -> bool) -> bool {
        // Ordering: Relaxed, here and below; it is a guess.
        let patience = self.patience.load(Ordering::Relaxed);
        let most = (patience / SCALE * 2 + 4).min(MOST);
        for turn in 0..most {
            if is_there() {
                let patience = patience + 2 * turn - patience / SCALE;
                self.patience.store(patience, Ordering::Relaxed);
                return true;
            }
            spin_hint();
        }
        self.patience
            .store(patience - patience.div_ceil(SCALE), Ordering::Relaxed);
        false
    }

    /// Lets everybody see how the row is now, before the caller looks again at what it waits for.
    pub(super) fn publish(&self, row: &Row) {
        let bar = if row.is_barred() { BARRED } else { 0 };
        let state = row.waiting() * ONE_WAITER + bar;
        // Ordering: Relaxed, because it is written under the lock only.
        if self.state.load(Ordering::Relaxed) != state {
            // Ordering: SeqCst, see `sync`: a waiter registers here, and looks again then.
            self.state.store(state, Ordering::SeqCst);
        }
        handshake();
    }

    /// Wakes the first in line, if `worthwhile`.
    #[cold]
    #[inline(never)]
    pub(super) fn notify(&self, worthwhile: impl FnOnce() -> bool) -> Option<Waker> {
        self.with(|line| {
            if worthwhile() {
                line.row.notify_one()
            } else {
                None
            }
        })
    }
}
