//! A row of waiters, and in front of it a number that says whether its lock is worth taking.

use core::task::Waker;

use crate::sync::atomic::{AtomicUsize, Ordering};
use crate::sync::{Latched, Lock, SPINS, handshake, spin_hint};
use crate::wait::{Row, Tickets};

/// In the state: one who is queued. Below stands the bar: 0 if there is none, otherwise 1 + how many are
/// notified. So newcomers, while there is a bar, need as many items as it says (R2 of the row). Either half
/// counts nodes, of which 2^32 do not fit into memory. (On 32-bit targets there is no such engine.)
const ONE_WAITER: usize = 1 << (usize::BITS / 2);

/// How many more items than the bar says there must be for a newcomer to take one without the lock. Others
/// may have looked and not taken theirs yet, and waiters may have been notified since the newcomer read the
/// bar: as long as these are no more together, R2 holds here, too. (If they are more, the starved one may lose
/// once more. It stays where it is in the row, and the bar stays.)
const MARGIN: usize = 64;

/// How often a newcomer looks again before it registers; the pauses before that are 8, 16, 32 and 64 turns of
/// `spin_hint`. (In a model it never does.)
const LOOKS: usize = if SPINS == 0 { 0 } else { 4 };
const FIRST_PAUSE: usize = 8;
/// `trust` below this counts the waits since the last trial, and nobody looks; from here on newcomers do.
const TRIAL: usize = 32;
/// So much `trust` above `TRIAL` makes for another look.
const ANOTHER_LOOK: usize = 8;
/// By so much `trust` rises when a look was of use, and falls when none was.
const STEP: usize = 4;

pub(super) struct Gate {
    /// How many are queued, and the bar. Written under the lock only.
    state: AtomicUsize,
    /// How often it was of use lately that a newcomer spun.
    trust: AtomicUsize,
    line: Lock<Waiters, Latched>,
}

/// A row with the tickets that its nodes take.
pub(super) struct Waiters {
    pub(super) row: Row,
    pub(super) tickets: Tickets,
}

impl Gate {
    pub(super) const fn new() -> Self {
        Self {
            state: AtomicUsize::new(0),
            trust: AtomicUsize::new(0),
            line: Lock::new(Waiters {
                row: Row::new(),
                tickets: Tickets::new(),
            }),
        }
    }

    /// Whether nobody is queued.
    #[inline]
    pub(super) fn is_idle(&self) -> bool {
        handshake();
        // Ordering: SeqCst, see `sync`: the caller has claimed, and looks here now.
        self.state.load(Ordering::SeqCst) < ONE_WAITER
    }

    /// Whether a newcomer may take one of the `available` without asking the row.
    #[inline]
    pub(super) fn admits(&self, available: impl FnOnce() -> usize) -> bool {
        // Ordering: Relaxed; a newcomer that misses the bar was there before it.
        let bar = self.state.load(Ordering::Relaxed) % ONE_WAITER;
        bar == 0 || available() >= bar + MARGIN
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
    /// The pauses between the looks are long on purpose. A look takes the line of the other side's ticket
    /// away from it; and who comes too early finds one item, takes it, and waits again, where a little
    /// later there are many. How often it looks follows how the last ones fared, as in glibc's adaptive
    /// mutex: where nobody ever comes, as on an executor with one thread, it is one pause in 33 waits.
    #[allow(clippy::unnecessary_min_or_max, reason = "in a model `LOOKS` is 0")]
    pub(super) fn spin(&self, is_there: impl Fn() -> bool) -> bool {
        // Who has to queue anyway need not look first.
        if LOOKS == 0 || !self.admits(|| 0) {
            return false;
        }
        // Ordering: Relaxed, here and below; it is a guess.
        let trust = self.trust.load(Ordering::Relaxed);
        let Some(earned) = trust.checked_sub(TRIAL) else {
            self.trust.store(trust + 1, Ordering::Relaxed);
            return false;
        };
        for look in 0..(1 + earned / ANOTHER_LOOK).min(LOOKS) {
            for _ in 0..FIRST_PAUSE << look {
                spin_hint();
            }
            if is_there() {
                let most = TRIAL + LOOKS * ANOTHER_LOOK;
                self.trust
                    .store((trust + STEP).min(most), Ordering::Relaxed);
                return true;
            }
        }
        let trust = if earned < STEP { 0 } else { trust - STEP };
        self.trust.store(trust, Ordering::Relaxed);
        false
    }

    /// Lets everybody see how the row is now, before the caller looks again at what it waits for.
    pub(super) fn publish(&self, row: &Row) {
        let state = row.waiting() * ONE_WAITER + row.bar();
        // Not again what it is: a store takes the line away from all who read it. Ordering: Relaxed, because it is
        // written under the lock only.
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
