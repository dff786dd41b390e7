//! The engine of `Queue` on hosted systems: no lock where nobody waits.
//!
//! ```text
//!   put      claim a put ticket, hand the cell on, look whether getters wait
//!   get      claim a get ticket, hand the cell on, look whether putters wait
//!   finish   add to `done`, look whether joiners wait
//! ```
//!
//! The tickets are the counters `put` and `got`, so that counting costs nothing but the addition to `done`.
//! Who has to wait takes the lock of its row, registers, *looks again*, and sleeps; who finds waiters
//! behind a [`Gate`] takes the lock to wake one. That neither misses the other is the argument beside
//! [`handshake`](crate::sync::handshake). Fairness is the row's, as in
//! [`Locked`](super::locked::Locked): a newcomer that the gate does not admit asks the row.
//!
//! # When a join is let go
//!
//! A join waits for an instant at which `put` and `done` are equal. Whoever *witnesses* such an instant while
//! joiners wait, releases them: the finisher that adds to `done` and then finds `put` equal; another joiner;
//! a snapshot. An instant that nobody witnesses, because a put followed before the finisher looked, is no
//! instant: put and finish overlap then, and nobody can tell that they did not happen in the other order.
//! Releasing is marking. The finisher that made the two equal wakes whoever is marked: it added to `done` after
//! the joiner had registered, since that one looked again then, and so it finds that there are joiners.

mod block;
mod ends;
mod finished;
mod gate;
mod items;
mod overflow;
mod ring;
mod segments;
mod snapshot;
mod waits;

use core::pin::Pin;
use core::task::{Poll, Waker};

use self::finished::Finished;
use self::gate::Gate;
use self::items::{Items, Refused, Taken};
use super::growable::GrowableDeque;
use super::{Container, Engine, Lane, Refusal, Remains, ShutDown};
use crate::error::{GetError, TaskDoneError, TryGetError};
use crate::stats::Stats;
use crate::sync::{Backoff, Padded};
use crate::tally::Outcome;
use crate::wait::{Effects, Node, Wake, wake_each};

#[allow(
    missing_debug_implementations,
    reason = "the queue has it, by `try_stats`"
)]
pub struct LockFree<T> {
    items: Items<T>,
    getters: Padded<Gate>,
    putters: Padded<Gate>,
    finished: Padded<Finished>,
}

impl<T> LockFree<T> {
    pub(super) fn bounded(capacity: usize) -> Self {
        Self::new(Items::bounded(capacity))
    }

    pub(super) const fn unbounded() -> Self {
        Self::new(Items::unbounded())
    }

    const fn new(items: Items<T>) -> Self {
        Self {
            items,
            getters: Padded::new(Gate::new()),
            putters: Padded::new(Gate::new()),
            finished: Padded::new(Finished::new()),
        }
    }

    /// An item went in: the first getter in line is to be woken.
    #[inline]
    fn next_getter(&self) -> Option<Waker> {
        if self.getters.is_idle() {
            return None;
        }
        self.getters.notify(|| true)
    }

    /// An item came out: the first putter in line is to be woken, if that made room for it.
    #[inline]
    fn next_putter(&self) -> Option<Waker> {
        if self.putters.is_idle() {
            return None;
        }
        self.putters.notify(|| self.has_room())
    }

    /// Whether a putter could use a notice. (One that is closed wakes everybody anyway.)
    fn has_room(&self) -> bool {
        !self.items.is_closed() && self.items.room() > 0
    }

    /// How many were put and done, if that was the same number at an instant during the call.
    fn finished_at(&self) -> Option<usize> {
        // In this order: `done` never passes `put`, so that if they are equal, they were when `done` was
        // read.
        let done = self.finished.done();
        (done == self.items.put_count()).then_some(done)
    }

    fn all_finished(&self) -> bool {
        self.finished_at().is_some()
    }

    /// Lets the joiners go if everything is finished, and returns the first one's waker.
    #[cold]
    #[inline(never)]
    fn release_joiners(&self) -> Option<Waker> {
        self.finished.with_joiners(|joiners| {
            if self.all_finished() {
                joiners.release();
            }
            joiners.next_released()
        })
    }

    fn wake_joiners(&self, first: Option<Waker>) {
        wake_each(first, || self.finished.next_released());
    }

    #[cold]
    #[inline(never)]
    fn put_exempt(&self, item: T) -> Result<Option<Waker>, (Refusal, T)> {
        match self.items.push_exempt(item) {
            Ok(()) => Ok(self.next_getter()),
            Err(item) => Err((Refusal::ShutDown, item)),
        }
    }

    /// Goes on until it is known how it ends.
    #[cold]
    #[inline(never)]
    fn put_slowly(&self, mut refused: Refused, mut item: T) -> Result<Option<Waker>, (Refusal, T)> {
        let mut backoff = Backoff::new();
        loop {
            match refused {
                Refused::Full => return Err((Refusal::Full, item)),
                Refused::Closed => return Err((Refusal::ShutDown, item)),
                Refused::Busy => backoff.snooze(),
            }
            match self.items.push(item) {
                Ok(()) => return Ok(self.next_getter()),
                Err(again) => (refused, item) = again,
            }
        }
    }

    /// As `put_slowly`.
    #[cold]
    #[inline(never)]
    fn get_slowly(&self, mut taken: Taken<T>) -> Result<(T, Option<Waker>), TryGetError> {
        let mut backoff = Backoff::new();
        loop {
            match taken {
                Taken::Item(item) => return Ok((item, self.next_putter())),
                Taken::Empty => return Err(TryGetError::Empty),
                Taken::Closed => return Err(TryGetError::ShutDown),
                Taken::Busy => backoff.snooze(),
            }
            taken = self.items.pop();
        }
    }

    /// Wakes everybody who has nothing to wait for any more, once the queue is closed: whoever registers
    /// from then on finds it closed.
    fn wake_all(&self) {
        let next = || {
            self.finished
                .next_released()
                .or_else(|| self.getters.notify(|| true))
                .or_else(|| self.putters.notify(|| true))
        };
        wake_each(next(), next);
    }
}

// SAFETY: items, gates and counters are `Sync` if the items are `Send`; the compiler checks it
// (`if_items_can_be_sent`).
unsafe impl<T> Engine for LockFree<T> {
    type Item = T;
    type Remains = GrowableDeque<T>;

    #[inline]
    fn try_put(&self, item: T, lane: Lane) -> Result<Wake, (Refusal, T)> {
        let woken = if lane == Lane::Exempt {
            self.put_exempt(item)
        } else {
            match self.items.push(item) {
                Ok(()) => Ok(self.next_getter()),
                Err((refused, item)) => self.put_slowly(refused, item),
            }
        };
        woken.map(Wake)
    }

    #[inline]
    fn try_get(&self) -> Result<(T, Wake), TryGetError> {
        let (item, woken) = match self.items.pop() {
            Taken::Item(item) => (item, self.next_putter()),
            taken => self.get_slowly(taken)?,
        };
        Ok((item, Wake(woken)))
    }

    fn get_more(&self) -> Option<(T, Wake)> {
        // After shutdown nobody holds back.
        if !self.getters.admits(|| self.items.len()) && !self.items.is_closed() {
            let item = self.ask_for_more()?;
            return Some((item, Wake(self.next_putter())));
        }
        self.try_get().ok()
    }

    fn requeue(&self, item: T) -> Result<Wake, (Refusal, T)> {
        let put = self.finished.requeue(|| {
            self.items.push_exempt(item)?;
            Ok(self.finished.add(1, Outcome::Done))
        });
        let is_watched = put.map_err(|item| (Refusal::ShutDown, item))?;
        if !is_watched {
            // Without the lock: there is nobody to let go.
            return Ok(Wake(self.next_getter()));
        }
        // Another consumer may have finished the item already, and then that was the last one. The getter
        // is woken whatever the wakers of the joiners do.
        let mut getter = self.next_getter();
        let joiner = self.release_joiners();
        wake_each(joiner, || {
            getter.take().or_else(|| self.finished.next_released())
        });
        Ok(Wake(getter))
    }

    #[inline]
    fn get_at_once(&self) -> Option<(T, Wake)> {
        if !self.getters.admits(|| self.items.len()) {
            return None;
        }
        match self.items.pop() {
            Taken::Item(item) => Some((item, Wake(self.next_putter()))),
            Taken::Empty | Taken::Closed | Taken::Busy => None,
        }
    }

    #[inline]
    fn put_at_once(&self, item: &mut Option<T>) -> Option<Wake> {
        if !self.putters.admits(|| self.items.room()) || self.push_out_of(item).is_err() {
            return None;
        }
        Some(Wake(self.next_getter()))
    }

    unsafe fn poll_put(
        &self,
        item: &mut Option<T>,
        node: Pin<&Node>,
        waker: &Waker,
    ) -> Poll<(Result<(), ShutDown>, Effects)> {
        // SAFETY: passed on to the caller.
        unsafe { self.wait_for_room(item, node, waker) }
    }

    unsafe fn poll_get(
        &self,
        node: Pin<&Node>,
        waker: &Waker,
    ) -> Poll<(Result<T, GetError>, Effects)> {
        // SAFETY: passed on to the caller.
        unsafe { self.wait_for_item(node, waker) }
    }

    unsafe fn poll_join(&self, node: Pin<&Node>, waker: &Waker) -> Poll<(Stats, Effects)> {
        // SAFETY: passed on to the caller.
        unsafe { self.wait_until_finished(node, waker) }
    }

    #[inline(never)]
    unsafe fn cancel(&self, node: Pin<&Node>) {
        // SAFETY: passed on to the caller.
        unsafe { self.leave(node) }.run();
    }

    #[inline]
    fn finish(&self, count: usize, outcome: Outcome) {
        if self.finished.add(count, outcome) {
            self.wake_joiners(self.release_joiners());
        }
    }

    fn detach(&self, count: usize) {
        self.finished.detach(count);
    }

    fn task_done(&self) -> Result<(), TaskDoneError> {
        if !self.finished.reclaim() {
            return Err(TaskDoneError);
        }
        self.finish(1, Outcome::Done);
        Ok(())
    }

    fn shutdown(&self) {
        self.items.close();
        self.wake_all();
    }

    fn shutdown_now(&self) -> GrowableDeque<T> {
        self.items.close();
        let mut remains = GrowableDeque::with_room(self.capacity(), self.len());
        let mut backoff = Backoff::new();
        // Everything is taken out and counted before anybody is woken: a waker that panics finds the
        // work done.
        loop {
            match self.items.pop() {
                Taken::Item(item) => remains.push(&mut Some(item)),
                Taken::Busy => backoff.snooze(),
                Taken::Empty | Taken::Closed => break,
            }
        }
        if self.finished.add(remains.len(), Outcome::Done) {
            self.finished.with_joiners(|joiners| {
                if self.all_finished() {
                    joiners.release();
                }
            });
        }
        self.wake_all();
        remains
    }

    fn len(&self) -> usize {
        self.items.len()
    }

    fn capacity(&self) -> Option<usize> {
        self.items.capacity()
    }

    fn is_shutdown(&self) -> bool {
        self.items.is_closed()
    }

    fn stats(&self) -> Stats {
        self.snapshot()
    }

    fn try_stats(&self) -> Option<Stats> {
        self.try_snapshot()
    }
}
