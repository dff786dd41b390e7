//! What the lock of a [`Locked`](super::locked::Locked) storage guards: items, numbers and the three lines,
//! as plain data. Every method is one step that nobody sees half done.
//!
//! Items go in through `&mut Option`, of which they are taken on success alone: refused, or when
//! something panics, they are still outside the lock. Wakers that are to be woken come out as values. A
//! waiter's own goes in and out with its node; if it is to be exchanged, the new one goes in through `spare`,
//! and the old one comes out there, to be dropped outside the lock.

use core::pin::Pin;
use core::task::Waker;

use super::{Container, Lane, Refusal, ShutDown};
use crate::error::TaskDoneError;
use crate::stats::Stats;
use crate::tally::{Outcome, Tally};
use crate::wait::{Joiners, Line, Node, Row, Tickets, Wake};

pub(super) struct State<C> {
    items: C,
    tally: Tally,
    getters: Row,
    putters: Row,
    joiners: Joiners,
    tickets: Tickets,
}

/// How an attempt on behalf of a waiter went.
pub(super) enum Step<R> {
    /// The result, and who is to be woken. The node is in no list.
    Ready(R, Wake),
    /// It is queued now.
    Pending,
    /// It has to wait, and must bring a clone of its waker: in its node if that is not in line, and else in `spare`.
    /// Nothing has changed.
    BringWaker,
}

impl<R> Step<R> {
    fn wait(queued: bool) -> Self {
        if queued {
            Self::Pending
        } else {
            Self::BringWaker
        }
    }
}

impl<C: Container> State<C> {
    pub(super) const fn new(items: C) -> Self {
        Self {
            items,
            tally: Tally::new(),
            getters: Row::new(),
            putters: Row::new(),
            joiners: Joiners::new(),
            tickets: Tickets::new(),
        }
    }

    /// How many more items fit.
    fn room(&self) -> usize {
        match self.items.capacity() {
            None => usize::MAX,
            Some(capacity) => capacity.saturating_sub(self.items.len()),
        }
    }

    /// Whether nobody is left queued for what is there (R1 of the rows). So it is after every step.
    fn is_served(&self) -> bool {
        self.tally.is_shut_down()
            || self.getters.is_served(self.items.len()) && self.putters.is_served(self.room())
    }

    pub(super) fn admits(&self, lane: Lane) -> Result<(), Refusal> {
        if self.tally.is_shut_down() {
            Err(Refusal::ShutDown)
        } else if self.items.is_full() && !(C::GROWS && lane == Lane::Exempt) {
            Err(Refusal::Full)
        } else {
            Ok(())
        }
    }

    /// For an item that was [admitted](Self::admits): it goes in, is counted, and the first getter in line
    /// is to be woken. If a comparison or the allocator panics, none of this has happened, and `item` still
    /// has it.
    #[inline]
    pub(super) fn put(&mut self, item: &mut Option<C::Item>) -> Wake {
        debug_assert!(item.is_some());
        self.items.push(item);
        self.tally.put_one();
        let wake = Wake(self.getters.notify_one());
        debug_assert!(self.is_served());
        wake
    }

    /// The item comes out, and the first putter in line is to be woken if that made room for it.
    #[inline]
    pub(super) fn try_get(&mut self) -> Option<(C::Item, Wake)> {
        let item = self.items.pop()?;
        let wake = self.offer_room();
        debug_assert!(self.is_served());
        Some((item, wake))
    }

    #[inline]
    fn offer_room(&mut self) -> Wake {
        if self.putters.is_empty() || self.items.is_full() || self.tally.is_shut_down() {
            return Wake(None);
        }
        Wake(self.putters.notify_one())
    }

    fn offer_item(&mut self) -> Wake {
        if self.items.is_empty() {
            return Wake(None);
        }
        Wake(self.getters.notify_one())
    }

    /// One more put and one more completion: `unfinished` is what it was, so that no join is due.
    pub(super) fn finish_requeued(&mut self) {
        self.tally.finish(1, Outcome::Done);
    }

    #[inline]
    pub(super) fn get_more(&mut self) -> Option<(C::Item, Wake)> {
        // After shutdown nobody holds back.
        if self.tally.is_shut_down() || self.getters.admits_newcomers(|| self.items.len()) {
            self.try_get()
        } else {
            None
        }
    }

    /// # Safety
    ///
    /// As for [`Engine::poll_put`](super::Engine::poll_put), and the lock is held.
    pub(super) unsafe fn put_or_wait(
        &mut self,
        item: &mut Option<C::Item>,
        node: Pin<&Node>,
        waker: &mut Option<&Waker>,
        spare: &mut Option<Waker>,
    ) -> Step<Result<(), ShutDown>> {
        let outcome = match self.admits(Lane::Bounded) {
            Err(Refusal::Full) => None,
            Err(Refusal::ShutDown) => Some((Err(ShutDown), Wake(None))),
            Ok(()) if !self.putters.may_take(&node, || self.room()) => None,
            Ok(()) => Some((Ok(()), self.put(item))),
        };
        if let Some((result, wake)) = outcome {
            // SAFETY: the node has only ever been in this row.
            unsafe { self.putters.leave(&node) };
            debug_assert!(self.is_served());
            return Step::Ready(result, wake);
        }
        let tickets = &mut self.tickets;
        // SAFETY: the caller keeps the node pinned and cancels it before it is dropped.
        let queued =
            node.is_in_line() && unsafe { self.putters.wait(&node, tickets, waker, spare) };
        debug_assert!(self.is_served());
        Step::wait(queued)
    }

    /// # Safety
    ///
    /// As for [`Engine::poll_get`](super::Engine::poll_get), and the lock is held.
    pub(super) unsafe fn get_or_wait(
        &mut self,
        node: Pin<&Node>,
        waker: &mut Option<&Waker>,
        spare: &mut Option<Waker>,
    ) -> Step<Option<C::Item>> {
        // After shutdown there are no more puts to wait for, so nobody holds back.
        let may_take =
            self.tally.is_shut_down() || self.getters.may_take(&node, || self.items.len());
        let outcome = match if may_take { self.try_get() } else { None } {
            Some((item, wake)) => Some((Some(item), wake)),
            None if self.tally.is_shut_down() => Some((None, Wake(None))),
            None => None,
        };
        if let Some((item, wake)) = outcome {
            // SAFETY: the node has only ever been in this row.
            unsafe { self.getters.leave(&node) };
            debug_assert!(self.is_served());
            return Step::Ready(item, wake);
        }
        let tickets = &mut self.tickets;
        // SAFETY: the caller keeps the node pinned and cancels it before it is dropped.
        let queued =
            node.is_in_line() && unsafe { self.getters.wait(&node, tickets, waker, spare) };
        debug_assert!(self.is_served());
        Step::wait(queued)
    }

    /// # Safety
    ///
    /// As for [`Engine::poll_join`](super::Engine::poll_join), and the lock is held.
    pub(super) unsafe fn join_or_wait(
        &mut self,
        node: Pin<&Node>,
        waker: &mut Option<&Waker>,
        spare: &mut Option<Waker>,
    ) -> Step<Stats> {
        if self.tally.unfinished() == 0 || self.joiners.is_released(&node) {
            // SAFETY: the node has only ever been in this line.
            unsafe { self.joiners.leave(&node) };
            return Step::Ready(self.stats(), Wake(None));
        }
        // SAFETY: the caller keeps the node pinned and cancels it before it is dropped; it is not
        // released.
        Step::wait(unsafe { self.joiners.wait(&node, waker, spare) })
    }

    /// # Safety
    ///
    /// As for [`Engine::cancel`](super::Engine::cancel).
    pub(super) unsafe fn cancel(&mut self, node: Pin<&Node>) -> Wake {
        let line = node.line();
        let row = match line {
            Line::Getters => &mut self.getters,
            Line::Putters => &mut self.putters,
            Line::Joiners => {
                // SAFETY: the node has only ever been in this line.
                unsafe { self.joiners.leave(&node) };
                return Wake(None);
            }
        };
        // SAFETY: the node has only ever been in this row.
        let owes_notice = unsafe { row.leave(&node) };
        let wake = match line {
            Line::Getters if owes_notice => self.offer_item(),
            Line::Putters if owes_notice => self.offer_room(),
            _ => Wake(None),
        };
        debug_assert!(self.is_served());
        wake
    }

    /// Returns the first of the joiners who are to be woken for it; [`next_joiner`](Self::next_joiner) yields
    /// the others.
    #[inline]
    pub(super) fn finish(&mut self, count: usize, outcome: Outcome) -> Option<Waker> {
        if !self.tally.finish(count, outcome) || self.joiners.is_empty() {
            return None;
        }
        self.joiners.release();
        self.next_joiner()
    }

    /// The next joiner to be woken after a release.
    #[inline]
    pub(super) fn next_joiner(&mut self) -> Option<Waker> {
        self.joiners.next_released()
    }

    /// Whoever is still in line but has nothing to wait for any more, one by one: joiners after a
    /// release; after shutdown, getters and putters as well.
    pub(super) fn next_released(&mut self) -> Option<Waker> {
        let joiner = self.joiners.next_released();
        if joiner.is_some() || !self.tally.is_shut_down() {
            return joiner;
        }
        self.getters
            .notify_one()
            .or_else(|| self.putters.notify_one())
    }

    pub(super) fn detach(&mut self, count: usize) {
        self.tally.detach(count);
    }

    /// As [`finish`](Self::finish), for a detached task.
    pub(super) fn finish_detached(&mut self) -> Result<Option<Waker>, TaskDoneError> {
        if self.tally.reclaim() {
            Ok(self.finish(1, Outcome::Done))
        } else {
            Err(TaskDoneError)
        }
    }

    pub(super) fn shut_down(&mut self) {
        self.tally.shut_down();
    }

    /// Moves stored items to `into` and finishes them; returns how many. Nobody is woken yet.
    pub(super) fn drain(&mut self, into: &mut C) -> usize {
        let count = self.items.drain_into(into);
        // Where nothing was drained, nobody is due.
        if count > 0 && self.tally.finish(count, Outcome::Done) {
            self.joiners.release();
        }
        count
    }

    pub(super) fn empty(&self) -> C {
        self.items.empty()
    }

    pub(super) fn len(&self) -> usize {
        self.items.len()
    }

    pub(super) fn capacity(&self) -> Option<usize> {
        self.items.capacity()
    }

    pub(super) fn is_shutdown(&self) -> bool {
        self.tally.is_shut_down()
    }

    pub(super) fn stats(&self) -> Stats {
        let len = self.items.len();
        let tally = &self.tally;
        Stats {
            put: tally.put,
            got: tally.put.wrapping_sub(len),
            done: tally.done,
            failed: tally.failed,
            abandoned: tally.abandoned,
            len,
            in_flight: tally.unfinished().wrapping_sub(len),
            unfinished: tally.unfinished(),
            waiting_getters: self.getters.waiting(),
            waiting_putters: self.putters.waiting(),
            waiting_joiners: self.joiners.waiting(),
            capacity: self.items.capacity(),
            is_shutdown: tally.is_shut_down(),
        }
    }
}
