//! The two ends of a queue: their tickets, each on a line of its own.

use core::ptr;

use super::block::Block;
use crate::sync::Padded;
use crate::sync::atomic::{AtomicPtr, AtomicUsize, Ordering};

/// A part of the put ticket, so that no put can be under way that does not know: none succeeds any more.
pub(super) const CLOSED: usize = 1 << (usize::BITS - 1);

pub(super) struct Ends<T> {
    pub(super) put: Padded<End<T>>,
    pub(super) got: Padded<End<T>>,
}

impl<T> Ends<T> {
    pub(super) const fn new() -> Self {
        Self {
            put: Padded::new(End::new()),
            got: Padded::new(End::new()),
        }
    }

    pub(super) fn close(&self) {
        // Ordering: SeqCst, as all that changes a ticket.
        self.put.ticket.fetch_or(CLOSED, Ordering::SeqCst);
    }

    pub(super) fn is_closed(&self) -> bool {
        // Ordering: SeqCst, as `close`: of two that close, and look then whether the other has, one sees the other.
        // (Who waits sees it by the lock of its line, which whoever closes takes afterwards.)
        self.put.ticket.load(Ordering::SeqCst) & CLOSED != 0
    }
}

pub(super) struct End<T> {
    pub(super) ticket: AtomicUsize,
    /// In a ring null, in segments until the first put.
    pub(super) block: AtomicPtr<Block<T>>,
}

impl<T> End<T> {
    const fn new() -> Self {
        Self {
            ticket: AtomicUsize::new(0),
            block: AtomicPtr::new(ptr::null_mut()),
        }
    }

    /// The ticket and its block, if the ticket is claimed then (S2).
    #[inline]
    pub(super) fn read(&self) -> (usize, *mut Block<T>) {
        // Ordering: Acquire, both: S2 needs them in this order, and each pairs with the Release by which
        // a block was made known.
        let ticket = self.ticket.load(Ordering::Acquire);
        (ticket, self.block.load(Ordering::Acquire))
    }

    #[inline]
    pub(super) fn claim(&self, ticket: usize, next: usize) -> bool {
        // Ordering: SeqCst: whoever claims looks then whether somebody waits for it; see `sync`.
        self.ticket
            .compare_exchange(ticket, next, Ordering::SeqCst, Ordering::Relaxed)
            .is_ok()
    }
}
