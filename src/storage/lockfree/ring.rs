//! A bounded queue without a lock: an array of slots, and two tickets that are the counters.
//!
//! The array is D. Vyukov's bounded MPMC queue, with the encoding of tickets that crossbeam's `ArrayQueue`
//! uses for capacities that are no powers of two. A ticket is a lap and an index:
//!
//! ```text
//!   put:   closed | overflow | lap | index          got:   0 | 0 | lap | index
//! ```
//!
//! A slot's stamp says whose turn it is: `ticket` when the put with that ticket may write, `ticket + 1`
//! when the get with that ticket may read, and the ticket a lap later when it is free again. So an
//! operation is one compare-and-swap on its own ticket, by which it *claims* a slot, and one plain store to
//! the stamp, by which it hands the slot on.
//!
//! Invariants:
//!
//! - **Q1** The index of a ticket is less than the capacity ([`after`](Ring::after)).
//! - **Q2** Between claiming a ticket and storing the stamp, the slot belongs to the claimant. (The stamp
//!   was the ticket, or the ticket + 1; it has been that of nobody else since: who claims is who
//!   changes the ticket, and tickets never return.)
//! - **Q3** With tickets `put` and `got`, `put` − `got` items are stored, from 0 to the capacity. So equal
//!   tickets mean empty and a lap's difference means full, whatever the stamps say. A ticket has 62
//!   bits: at a billion operations a second it would come round after 73 years (where the capacity is a
//!   power of two, so that half of the indices are of no use; in others later).
//!
//! What a slot shows need not be true yet: a put may have claimed it and not written it. Whoever meets such
//! a slot is told [`Busy`](Taken::Busy), and comes back; that is never taken for empty or full.
//!
//! More items than the capacity go to the [`Overflow`].

use alloc::boxed::Box;
use alloc::collections::VecDeque;
use core::mem::MaybeUninit;

use super::ends::{CLOSED, Ends};
use super::items::{Refused, Taken};
use super::overflow::Overflow;
use crate::sync::atomic::{AtomicUsize, Ordering};
use crate::sync::{Backoff, Slot};

/// There are items in the overflow, or there may be: only who holds its lock may claim a put ticket.
const OVERFLOW: usize = CLOSED >> 1;
/// An overflow that is over keeps memory for so many items.
const KEPT: usize = 64;
const FLAGS: usize = CLOSED | OVERFLOW;

struct Cell<T> {
    stamp: AtomicUsize,
    item: Slot<MaybeUninit<T>>,
}

pub(super) struct Ring<T> {
    cells: Box<[Cell<T>]>,
    /// A power of two, more than the capacity.
    one_lap: usize,
    overflow: Overflow<T>,
}

impl<T> Ring<T> {
    pub(super) fn new(capacity: usize) -> Self {
        let cell = |index| Cell {
            stamp: AtomicUsize::new(index),
            item: Slot::new(MaybeUninit::uninit()),
        };
        Self {
            cells: (0..capacity).map(cell).collect(),
            one_lap: (capacity + 1).next_power_of_two(),
            overflow: Overflow::new(),
        }
    }

    pub(super) fn capacity(&self) -> usize {
        self.cells.len()
    }

    /// How many can be stored: more than the capacity while there is an overflow.
    pub(super) fn limit(&self) -> usize {
        self.overflow.with(|items| self.capacity() + items.len())
    }

    #[inline]
    fn cell(&self, ticket: usize) -> &Cell<T> {
        let index = ticket & (self.one_lap - 1);
        // SAFETY: the index of a ticket is less than the capacity (Q1).
        unsafe { self.cells.get_unchecked(index) }
    }

    /// The ticket that follows.
    #[inline]
    fn after(&self, ticket: usize) -> usize {
        let index = ticket & (self.one_lap - 1);
        if index + 1 < self.cells.len() {
            ticket + 1
        } else {
            (ticket - index) + self.one_lap
        }
    }

    /// How many tickets were given out before this one.
    pub(super) fn count(&self, ticket: usize) -> usize {
        let ticket = ticket & !FLAGS;
        let index = ticket & (self.one_lap - 1);
        (ticket >> self.one_lap.trailing_zeros()) * self.cells.len() + index
    }

    #[inline]
    pub(super) fn push(&self, ends: &Ends<T>, item: T) -> Result<(), (Refused, T)> {
        // Ordering: Relaxed; what matters is read from the cell, or again in the compare-and-swap.
        let put = ends.put.ticket.load(Ordering::Relaxed);
        if put & FLAGS == 0 && self.claim_put(ends, put) {
            self.fill(put, item);
            return Ok(());
        }
        self.push_slowly(ends, item)
    }

    /// Claims the put ticket if it is `put` and its cell is free.
    #[inline]
    fn claim_put(&self, ends: &Ends<T>, put: usize) -> bool {
        // Ordering: Acquire pairs with the Release in `empty`: the item that was there is read before it is
        // overwritten.
        self.cell(put).stamp.load(Ordering::Acquire) == put && ends.put.claim(put, self.after(put))
    }

    #[cold]
    #[inline(never)]
    fn push_slowly(&self, ends: &Ends<T>, item: T) -> Result<(), (Refused, T)> {
        let mut backoff = Backoff::new();
        loop {
            // Ordering: Acquire, unlike in `push`: `why_not_free` reads the get ticket, which must not be older
            // than what this put ticket was claimed by.
            let put = ends.put.ticket.load(Ordering::Acquire);
            let refused = if put & FLAGS != 0 {
                self.why_flagged(ends, put)
            } else if self.claim_put(ends, put) {
                self.fill(put, item);
                return Ok(());
            } else {
                self.why_not_free(ends, put)
            };
            match refused {
                None => backoff.spin(),
                Some(refused) => return Err((refused, item)),
            }
        }
    }

    /// For who has claimed the put ticket.
    #[inline]
    fn fill(&self, ticket: usize, item: T) {
        let cell = self.cell(ticket);
        cell.item.with_mut(|place| {
            // SAFETY: the caller has claimed `ticket`, so the cell is its own (Q2).
            unsafe { (*place).write(item) };
        });
        // Ordering: Release pairs with the Acquire in `claim_get`.
        cell.stamp.store(ticket + 1, Ordering::Release);
    }

    /// Why the cell of `put` is not free; `None` if the ticket is old, or it is free now.
    fn why_not_free(&self, ends: &Ends<T>, put: usize) -> Option<Refused> {
        // Ordering: SeqCst, as the claims: of two that claim, and look then where the other claims, one sees the
        // other. (Or one could be told `Full`, and the other `Empty`.)
        let got = ends.got.ticket.load(Ordering::SeqCst);
        if got + self.one_lap == put {
            // `put` was the ticket before `got` was read, and tickets only grow: full (Q3).
            return Some(Refused::Full);
        }
        // Ordering: Relaxed, both; who comes back reads them again.
        let is_old = ends.put.ticket.load(Ordering::Relaxed) != put;
        let is_free = || self.cell(put).stamp.load(Ordering::Relaxed) == put;
        if is_old || is_free() {
            None
        } else {
            Some(Refused::Busy)
        }
    }

    /// Why the put ticket is flagged; `None` if it is not any more.
    fn why_flagged(&self, ends: &Ends<T>, put: usize) -> Option<Refused> {
        if put & CLOSED != 0 {
            return Some(Refused::Closed);
        }
        self.overflow.with(|items| {
            self.refill(ends, items);
            // Ordering: SeqCst, as in `why_not_free`.
            let got = ends.got.ticket.load(Ordering::SeqCst);
            // Ordering: Relaxed; the lock orders it, and keeps it where it is as long as it is flagged.
            let put = ends.put.ticket.load(Ordering::Relaxed);
            if put & OVERFLOW == 0 {
                return None;
            }
            let stored = self.count(put) - self.count(got) + items.len();
            if stored < self.capacity() {
                Some(Refused::Busy)
            } else {
                Some(Refused::Full)
            }
        })
    }

    #[inline]
    pub(super) fn pop(&self, ends: &Ends<T>) -> Taken<T> {
        // Ordering: Relaxed, as in `push`.
        let got = ends.got.ticket.load(Ordering::Relaxed);
        if self.claim_get(ends, got) {
            Taken::Item(self.empty(got))
        } else {
            self.pop_slowly(ends)
        }
    }

    /// Claims the get ticket if it is `got` and its cell is filled.
    #[inline]
    fn claim_get(&self, ends: &Ends<T>, got: usize) -> bool {
        // Ordering: Acquire pairs with the Release in `fill`.
        self.cell(got).stamp.load(Ordering::Acquire) == got + 1
            && ends.got.claim(got, self.after(got))
    }

    /// For who has claimed the get ticket.
    #[inline]
    fn empty(&self, ticket: usize) -> T {
        let cell = self.cell(ticket);
        let item = cell.item.with_mut(|place| {
            // SAFETY: the caller has claimed `ticket`, so the cell is its own (Q2).
            let place = unsafe { &mut *place };
            // SAFETY: the stamp said that it is filled.
            unsafe { place.assume_init_read() }
        });
        // Ordering: Release pairs with the Acquire in `claim_put`.
        cell.stamp.store(ticket + self.one_lap, Ordering::Release);
        item
    }

    #[cold]
    #[inline(never)]
    fn pop_slowly(&self, ends: &Ends<T>) -> Taken<T> {
        let mut backoff = Backoff::new();
        loop {
            // Ordering: Acquire, unlike in `pop`: `why_not_filled` reads the put ticket, which must not be older
            // than what this get ticket was claimed by.
            let got = ends.got.ticket.load(Ordering::Acquire);
            if self.claim_get(ends, got) {
                return Taken::Item(self.empty(got));
            }
            match self.why_not_filled(ends, got) {
                None => backoff.spin(),
                Some(taken) => return taken,
            }
        }
    }

    /// Why the cell of `got` is not filled; `None` if the ticket is old, or it is filled now.
    fn why_not_filled(&self, ends: &Ends<T>, got: usize) -> Option<Taken<T>> {
        // Ordering: SeqCst, as in `why_not_free`.
        let put = ends.put.ticket.load(Ordering::SeqCst);
        if put & !FLAGS == got {
            // `got` was the ticket before `put` was read, and it never passes `put`: empty (Q3), except
            // for the overflow.
            if put & OVERFLOW != 0 {
                self.overflow.with(|items| self.refill(ends, items));
            } else if put & CLOSED != 0 {
                return Some(Taken::Closed);
            } else {
                return Some(Taken::Empty);
            }
        }
        // Ordering: Relaxed, both, as in `why_not_free`.
        let is_old = ends.got.ticket.load(Ordering::Relaxed) != got;
        let is_filled = || self.cell(got).stamp.load(Ordering::Relaxed) == got + 1;
        if is_old || is_filled() {
            None
        } else {
            Some(Taken::Busy)
        }
    }

    /// Puts past the capacity, if it must; fails if the queue is closed.
    pub(super) fn push_exempt(&self, ends: &Ends<T>, item: T) -> Result<(), T> {
        let item = match self.push(ends, item) {
            Ok(()) => return Ok(()),
            Err((Refused::Closed, item)) => return Err(item),
            Err((Refused::Full | Refused::Busy, item)) => item,
        };
        self.overflow.with(|items| {
            items.reserve(1);
            // Ordering: SeqCst, as all that changes the put ticket. From here on no other put can claim a
            // ticket, and whoever reads this one asks for the lock: the put takes effect here.
            let put = ends.put.ticket.fetch_or(OVERFLOW, Ordering::SeqCst);
            if put & CLOSED == 0 {
                items.push_back(item);
                self.refill(ends, items);
                return Ok(());
            }
            if items.is_empty() {
                // Ordering: Relaxed; nobody has seen more than the flag, and it is closed.
                ends.put.ticket.fetch_and(!OVERFLOW, Ordering::Relaxed);
            }
            Err(item)
        })
    }

    /// Moves what is in the overflow to where there is room, in order; all that is left is behind a cell that
    /// is not free. Nobody has to come back for it before the ring is empty, and then a get does.
    fn refill(&self, ends: &Ends<T>, items: &mut VecDeque<T>) {
        while !items.is_empty() {
            // Ordering: Relaxed; the lock orders it, and `claim` reads it again.
            let flagged = ends.put.ticket.load(Ordering::Relaxed);
            let put = flagged & !FLAGS;
            let cell = self.cell(put);
            // Ordering: Acquire pairs with the Release in `empty`.
            if cell.stamp.load(Ordering::Acquire) != put {
                return;
            }
            let keep = if items.len() == 1 { CLOSED } else { FLAGS };
            let next = self.after(put) | (flagged & keep);
            // It fails only if the queue is closed meanwhile: the flag keeps the other puts away.
            if !ends.put.claim(flagged, next) {
                continue;
            }
            if let Some(item) = items.pop_front() {
                self.fill(put, item);
            }
        }
        if items.capacity() > KEPT {
            *items = VecDeque::new();
        }
    }

    pub(super) fn put_count(&self, ends: &Ends<T>) -> usize {
        // Ordering: SeqCst, as in `Items::put_count`.
        let put = ends.put.ticket.load(Ordering::SeqCst);
        if put & OVERFLOW == 0 {
            return self.count(put);
        }
        self.overflow.with(|items| self.put_count_with(ends, items))
    }

    /// `None` if that would have to wait for the lock of the overflow.
    pub(super) fn try_put_count(&self, ends: &Ends<T>) -> Option<usize> {
        // Ordering: SeqCst, as in `Items::put_count`.
        let put = ends.put.ticket.load(Ordering::SeqCst);
        if put & OVERFLOW == 0 {
            return Some(self.count(put));
        }
        self.overflow
            .try_with(|items| self.put_count_with(ends, items))
    }

    /// The lock, which gives out `items`, keeps the two together.
    fn put_count_with(&self, ends: &Ends<T>, items: &VecDeque<T>) -> usize {
        // Ordering: SeqCst, as in `Items::put_count`: the overflow may be over, and then puts take no lock.
        self.count(ends.put.ticket.load(Ordering::SeqCst)) + items.len()
    }
}

// SAFETY: a cell is used by one thread at a time (Q2), which moves items in and out: `T: Send`. No
// references to items are handed out, so not `T: Sync`.
unsafe impl<T: Send> Send for Ring<T> {}
// SAFETY: as above.
unsafe impl<T: Send> Sync for Ring<T> {}
