//! An unbounded queue without a lock: blocks in a line, and two tickets that are the counters.
//!
//! The line of blocks is that of crossbeam's `SegQueue`. What differs is how blocks come back: there every
//! get marks its cell with a read-modify-write, so that the last one to leave a block can free it; here
//! it marks it with a plain store, and whoever passes the end of a block looks at all marks, once.
//! Blocks are used again ([`Store`]), so that a queue that neither grows nor shrinks allocates nothing.
//!
//! ```text
//!   put:   closed | count / 31 | count % 31      got:   more | count / 31 | count % 31
//! ```
//!
//! An operation is one compare-and-swap on its ticket, by which it *claims* a cell, and one plain store to
//! the cell's state, by which it hands it on. Every 31st takes the lock of the store as well.
//!
//! Invariants:
//!
//! - **S1** Whoever claims the put or get ticket of a cell may touch its block until that cell is marked as
//!   taken: a block is used again only when all of its cells are. The get with the last ticket of a block is
//!   the one that retires it, after having marked its own cell.
//! - **S2** The block pointer beside a ticket is that of the ticket's block, when it was read after the
//!   ticket and the ticket was then claimed: the pointer changes while the ticket's place is 31, between
//!   two blocks, where nobody claims anything.
//! - **S3** With tickets `put` and `got`, the difference of their counts is how many items are stored.
//!   A ticket has 63 bits and never comes round.
//!
//! A get that has claimed a cell whose put has not filled it yet waits for it. It cannot look before it
//! claims, as in the ring: until then the block may be gone.

use core::ptr;

use super::block::{Block, CELLS, Store, free};
use super::ends::{CLOSED, Ends};
use super::items::{Refused, Taken};
use crate::sync::Backoff;
use crate::sync::atomic::Ordering;

/// A part of the get ticket: there is another block behind this one, so this one is full.
const MORE: usize = FLAG;
/// What of either ticket is no number.
const FLAG: usize = CLOSED;

/// Tickets of a block, and the place between it and the next.
const LAP: usize = CELLS + 1;
/// The last place in a block; behind it is the one between two blocks.
const LAST: usize = CELLS - 1;

pub(super) struct Segments<T> {
    store: Store<T>,
}

impl<T> Segments<T> {
    pub(super) const fn new() -> Self {
        Self {
            store: Store::new(),
        }
    }

    #[inline]
    pub(super) fn push(&self, ends: &Ends<T>, item: T) -> Result<(), (Refused, T)> {
        let (put, block) = ends.put.read();
        // Neither closed, nor one of the last two places, nor the first put of all.
        if put & CLOSED == 0 && put % LAP < LAST && !block.is_null() && ends.put.claim(put, put + 1)
        {
            // SAFETY: the ticket was claimed here, for this block (S1, S2).
            let cell = unsafe { Block::cell(block, put % LAP) };
            // SAFETY: as above.
            unsafe { cell.fill(item) };
            return Ok(());
        }
        self.push_slowly(ends, item)
    }

    #[cold]
    #[inline(never)]
    fn push_slowly(&self, ends: &Ends<T>, item: T) -> Result<(), (Refused, T)> {
        let mut backoff = Backoff::new();
        // Taken before the last ticket of a block is claimed: nobody shall have to wait for an allocation.
        let mut next: *mut Block<T> = ptr::null_mut();
        let result = loop {
            let (put, block) = ends.put.read();
            let place = put % LAP;
            if put & CLOSED != 0 {
                break Err((Refused::Closed, item));
            }
            if place > LAST {
                // Somebody is about to append the next block.
                backoff.snooze();
                continue;
            }
            if block.is_null() {
                self.install_first(ends);
                continue;
            }
            if place == LAST && next.is_null() {
                next = self.store.take();
            }
            if !ends.put.claim(put, put + 1) {
                backoff.spin();
                continue;
            }
            if place == LAST {
                // SAFETY: the last ticket of `block` was claimed here (S1, S2).
                unsafe { self.append(ends, block, next) };
                next = ptr::null_mut();
            }
            // SAFETY: the ticket was claimed here, for this block (S1, S2).
            let cell = unsafe { Block::cell(block, place) };
            // SAFETY: as above.
            unsafe { cell.fill(item) };
            break Ok(());
        };
        if !next.is_null() {
            // SAFETY: it came from the store, and was not made known to anybody.
            unsafe { self.store.put_back(next) };
        }
        result
    }

    /// # Safety
    ///
    /// The caller has claimed the last ticket of `block` and not filled its cell; `next` is a block as new
    /// that is nobody's.
    #[cold]
    unsafe fn append(&self, ends: &Ends<T>, block: *mut Block<T>, next: *mut Block<T>) {
        // Ordering: Release, the three of them, pairs with the Acquire in `push` and in `pass`: the block is
        // as new. The ticket comes last: until then its place is 31, and everybody waits. (It is
        // added to, not stored, because the queue may be closed meanwhile.)
        ends.put.block.store(next, Ordering::Release);
        ends.put.ticket.fetch_add(1, Ordering::Release);
        // SAFETY: the caller has claimed a cell of it and not filled it: it is there (S1).
        unsafe { (*block).next.store(next, Ordering::Release) };
    }

    #[cold]
    fn install_first(&self, ends: &Ends<T>) {
        let first = self.store.take();
        // Ordering: Release pairs with the Acquire in `push`.
        if ends
            .put
            .block
            .compare_exchange(ptr::null_mut(), first, Ordering::Release, Ordering::Relaxed)
            .is_ok()
        {
            // Ordering: Release pairs with the Acquire in `pop`.
            ends.got.block.store(first, Ordering::Release);
        } else {
            // SAFETY: it came from the store, and was not made known to anybody.
            unsafe { self.store.put_back(first) };
        }
    }

    #[inline]
    pub(super) fn pop(&self, ends: &Ends<T>) -> Taken<T> {
        let (got, block) = ends.got.read();
        // In the middle of a block that is there.
        if got % LAP < LAST && !block.is_null() {
            let (claimed, put) = self.next_get(ends, got);
            if put & !FLAG != got && ends.got.claim(got, claimed) {
                // SAFETY: the ticket was claimed here, for this block (S1, S2).
                let cell = unsafe { Block::cell(block, got % LAP) };
                // SAFETY: as above.
                return Taken::Item(unsafe { cell.take() });
            }
        }
        self.pop_slowly(ends)
    }

    /// The get ticket that follows `got`, and the put ticket, unless that is known to be in another block.
    #[inline]
    fn next_get(&self, ends: &Ends<T>, got: usize) -> (usize, usize) {
        let next = got + 1;
        if got & MORE != 0 {
            return (next, 0);
        }
        // Ordering: SeqCst, as the claims: of two that claim, and look then where the other claims, one sees the
        // other.
        let put = ends.put.ticket.load(Ordering::SeqCst);
        let is_behind = (put & !FLAG) / LAP != got / LAP;
        (if is_behind { next | MORE } else { next }, put)
    }

    #[cold]
    #[inline(never)]
    fn pop_slowly(&self, ends: &Ends<T>) -> Taken<T> {
        let mut backoff = Backoff::new();
        loop {
            let (got, block) = ends.got.read();
            let place = got % LAP;
            if place > LAST {
                // Somebody is about to pass on to the next block.
                backoff.snooze();
                continue;
            }
            let (claimed, put) = self.next_get(ends, got);
            if put & !FLAG == got {
                // `got` was the ticket before `put` was read, and it never passes `put`: empty (S3).
                return if put & CLOSED == 0 {
                    Taken::Empty
                } else {
                    Taken::Closed
                };
            }
            if block.is_null() {
                // The first block is there, and somebody is about to say so here.
                backoff.snooze();
                continue;
            }
            if !ends.got.claim(got, claimed) {
                backoff.spin();
                continue;
            }
            if place == LAST {
                // SAFETY: the last ticket of `block` was claimed here (S1, S2).
                unsafe { self.pass(ends, block, claimed) };
            }
            // SAFETY: the ticket was claimed here, for this block (S1, S2).
            let cell = unsafe { Block::cell(block, place) };
            // SAFETY: as above.
            let item = unsafe { cell.take() };
            if place == LAST {
                // SAFETY: every ticket of the block was claimed, and it is not in the line any more.
                unsafe { self.store.retire(block) };
            }
            return Taken::Item(item);
        }
    }

    /// Makes the next block the one that gets take from.
    ///
    /// # Safety
    ///
    /// The caller has claimed the last ticket of `block` and not taken from its cell; `claimed` is the
    /// ticket since.
    #[cold]
    unsafe fn pass(&self, ends: &Ends<T>, block: *mut Block<T>, claimed: usize) {
        let mut backoff = Backoff::new();
        let next = loop {
            // Ordering: Acquire pairs with the Release in `append`.
            // SAFETY: the caller has claimed a cell of it and not marked it as taken: it is there (S1).
            let next = unsafe { (*block).next.load(Ordering::Acquire) };
            if !next.is_null() {
                break next;
            }
            backoff.snooze();
        };
        // SAFETY: what follows a block in the line stays until the gets have passed it, too.
        let has_more = unsafe { !(*next).next.load(Ordering::Relaxed).is_null() };
        let more = if has_more { MORE } else { 0 };
        // Ordering: Release, both, pairs with the Acquire in `pop`. The ticket comes last: until then its
        // place is 31, and everybody waits.
        ends.got.block.store(next, Ordering::Release);
        ends.got
            .ticket
            .store(((claimed & !MORE) + 1) | more, Ordering::Release);
    }

    pub(super) fn count(ticket: usize) -> usize {
        let ticket = ticket & !FLAG;
        ticket / LAP * CELLS + ticket % LAP
    }

    /// Frees the block that is left when there are no items any more.
    pub(super) fn free_last(&mut self, ends: &mut Ends<T>) {
        let last = ends.put.block.load(Ordering::Relaxed);
        if !last.is_null() {
            // SAFETY: the gets have passed all others, and by `&mut` nobody else is here.
            unsafe { free(last) };
        }
    }
}

// SAFETY: a cell is used by one thread at a time (S1), which moves items in and out: `T: Send`. No
// references to items are handed out, so not `T: Sync`.
unsafe impl<T: Send> Send for Segments<T> {}
// SAFETY: as above.
unsafe impl<T: Send> Sync for Segments<T> {}
