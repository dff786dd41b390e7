//! Waiting: register, look again, sleep; and leaving the line.

use core::pin::Pin;
use core::task::{Poll, Waker};

use super::LockFree;
use super::gate::Waiters;
use super::items::{Refused, Taken};
use crate::error::GetError;
use crate::stats::Stats;
use crate::storage::{Engine, ShutDown};
use crate::sync::Backoff;
use crate::wait::{Effects, Joiners, Line, Node, Wake};

/// How an attempt went, with the row locked.
enum Step<R> {
    /// The node is in no list.
    Ready(R),
    /// It is in line, and has looked again since.
    Pending,
    /// It must not sleep: what it waits for is about to be there.
    Busy,
    /// It has to wait, and must bring a clone of its waker, as its node has another one or none. Nothing has
    /// changed.
    BringWaker,
}

/// Runs `attempt` until it is ready or may sleep; it finds `node` in line, with a clone of `waker` if that is new
/// there: who is not in line yet has looked before, and will most likely have to wait. When it asks, it gets
/// another. What is left over is dropped with the effects, outside the lock, and so is the waiter's own waker;
/// `next` says who is to be woken.
fn poll<R>(
    node: Pin<&Node>,
    waker: &Waker,
    mut attempt: impl FnMut(&mut Option<&Waker>, &mut Option<Waker>) -> Step<R>,
    next: impl FnOnce(&R) -> Option<Waker>,
) -> Poll<(R, Effects)> {
    let mut to_wake = Some(waker);
    if !node.is_in_line() {
        node.begin(waker.clone());
        to_wake = None;
    }
    let mut spare = None;
    let mut backoff = Backoff::new();
    loop {
        match attempt(&mut to_wake, &mut spare) {
            Step::Ready(result) => {
                let (wake, own) = (Wake(next(&result)), node.end());
                return Poll::Ready((result, Effects { wake, own, spare }));
            }
            Step::Pending => return Poll::Pending,
            Step::BringWaker => spare = Some(waker.clone()),
            Step::Busy if backoff.is_patient() => {
                // Perhaps the one that was displaced, which must not go in again.
                spare = None;
                backoff.spin();
            }
            Step::Busy => {
                // Whoever is in the middle of it may not be running: let the executor go on.
                waker.wake_by_ref();
                return Poll::Pending;
            }
        }
    }
}

impl<T> LockFree<T> {
    /// Takes the item out only if it goes in.
    #[inline]
    pub(super) fn push_out_of(&self, item: &mut Option<T>) -> Result<(), Refused> {
        let Some(inside) = item.take() else {
            return Ok(());
        };
        self.items.push(inside).map_err(|(refused, back)| {
            *item = Some(back);
            refused
        })
    }

    /// # Safety
    ///
    /// As for [`Engine::poll_get`].
    #[cold]
    #[inline(never)]
    pub(super) unsafe fn wait_for_item(
        &self,
        node: Pin<&Node>,
        waker: &Waker,
    ) -> Poll<(Result<T, GetError>, Effects)> {
        // It saves a newcomer the lock, and perhaps a sleep; who is in line keeps to its turn.
        if !node.is_in_line() && self.getters.spin(|| !self.items.is_empty()) {
            if let Some((item, wake)) = self.get_at_once() {
                return Poll::Ready((Ok(item), wake.into()));
            }
        }
        let attempt = |waker: &mut Option<&_>, spare: &mut _| {
            self.getters.with(|line| {
                // SAFETY: passed on to the caller; the line is the getters'.
                unsafe { self.get_or_wait(line, node, waker, spare) }
            })
        };
        poll(node, waker, attempt, |result| match result {
            Ok(_) => self.next_putter(),
            Err(GetError) => None,
        })
    }

    /// # Safety
    ///
    /// As for `wait_for_item`, and `line` is the getters'.
    unsafe fn get_or_wait(
        &self,
        line: &mut Waiters,
        node: Pin<&Node>,
        waker: &mut Option<&Waker>,
        spare: &mut Option<Waker>,
    ) -> Step<Result<T, GetError>> {
        loop {
            // After shutdown there are no more puts to wait for, so nobody holds back.
            if self.items.is_closed() || line.row.may_take(&node, || self.items.len()) {
                let outcome = match self.items.pop() {
                    Taken::Item(item) => Some(Ok(item)),
                    Taken::Closed => Some(Err(GetError)),
                    Taken::Empty => None,
                    Taken::Busy => return Step::Busy,
                };
                if let Some(result) = outcome {
                    // SAFETY: the node has only ever been in this row.
                    unsafe { line.row.leave(&node) };
                    return Step::Ready(result);
                }
            }
            // SAFETY: the caller keeps the node pinned and cancels it before it is dropped.
            if !unsafe { line.row.wait(&node, &mut line.tickets, waker, spare) } {
                return Step::BringWaker;
            }
            self.getters.publish(&line.row);
            // Not whether it is closed: whoever closes it takes this lock then, to wake those in line.
            if self.items.is_empty() || !line.row.may_take(&node, || self.items.len()) {
                return Step::Pending;
            }
        }
    }

    /// # Safety
    ///
    /// As for [`Engine::poll_put`].
    #[cold]
    #[inline(never)]
    pub(super) unsafe fn wait_for_room(
        &self,
        item: &mut Option<T>,
        node: Pin<&Node>,
        waker: &Waker,
    ) -> Poll<(Result<(), ShutDown>, Effects)> {
        // As in `wait_for_item`.
        if !node.is_in_line() && self.putters.spin(|| self.items.room() > 0) {
            if let Some(wake) = self.put_at_once(item) {
                return Poll::Ready((Ok(()), wake.into()));
            }
        }
        let attempt = |waker: &mut Option<&_>, spare: &mut _| {
            self.putters.with(|line| {
                // SAFETY: passed on to the caller; the line is the putters'.
                unsafe { self.put_or_wait(line, item, node, waker, spare) }
            })
        };
        poll(node, waker, attempt, |result| match result {
            Ok(()) => self.next_getter(),
            Err(ShutDown) => None,
        })
    }

    /// # Safety
    ///
    /// As for `wait_for_room`, and `line` is the putters'.
    unsafe fn put_or_wait(
        &self,
        line: &mut Waiters,
        item: &mut Option<T>,
        node: Pin<&Node>,
        waker: &mut Option<&Waker>,
        spare: &mut Option<Waker>,
    ) -> Step<Result<(), ShutDown>> {
        loop {
            if self.items.is_closed() || line.row.may_take(&node, || self.items.room()) {
                let outcome = match self.push_out_of(item) {
                    Ok(()) => Some(Ok(())),
                    Err(Refused::Closed) => Some(Err(ShutDown)),
                    Err(Refused::Full) => None,
                    Err(Refused::Busy) => return Step::Busy,
                };
                if let Some(result) = outcome {
                    // SAFETY: the node has only ever been in this row.
                    unsafe { line.row.leave(&node) };
                    return Step::Ready(result);
                }
            }
            // SAFETY: the caller keeps the node pinned and cancels it before it is dropped.
            if !unsafe { line.row.wait(&node, &mut line.tickets, waker, spare) } {
                return Step::BringWaker;
            }
            self.putters.publish(&line.row);
            // As in `get_or_wait`.
            let room = self.items.room();
            if room == 0 || !line.row.may_take(&node, || room) {
                return Step::Pending;
            }
        }
    }

    /// # Safety
    ///
    /// As for [`Engine::poll_join`].
    pub(super) unsafe fn wait_until_finished(
        &self,
        node: Pin<&Node>,
        waker: &Waker,
    ) -> Poll<(Stats, Effects)> {
        // Without the lock, unless there are others to be let go.
        if !node.is_in_line() {
            let instant = self.finished_at().filter(|_| !self.finished.is_watched());
            if let Some(count) = instant {
                return Poll::Ready((self.stats_when_finished(count), Wake(None).into()));
            }
        }
        let attempt = |waker: &mut Option<&_>, spare: &mut _| {
            self.finished.with_joiners(|joiners| {
                // SAFETY: passed on to the caller.
                unsafe { self.join_or_wait(joiners, node, waker, spare) }
            })
        };
        poll(node, waker, attempt, |_| None).map(|(instant, effects)| {
            let stats = instant.map(|count| self.stats_when_finished(count));
            (stats.unwrap_or_else(|| self.snapshot()), effects)
        })
    }

    /// Ready with the number of all items if they are finished now, not just were at an earlier instant.
    ///
    /// # Safety
    ///
    /// As for `wait_until_finished`, and these are the joiners of this queue.
    unsafe fn join_or_wait(
        &self,
        joiners: &mut Joiners,
        node: Pin<&Node>,
        waker: &mut Option<&Waker>,
        spare: &mut Option<Waker>,
    ) -> Step<Option<usize>> {
        loop {
            let instant = self.finished_at();
            if instant.is_some() {
                joiners.release();
            }
            // A newcomer is not in line yet, and would be released in another round.
            if instant.is_some() || joiners.is_released(&node) {
                // SAFETY: the node has only ever been in this line.
                unsafe { joiners.leave(&node) };
                return Step::Ready(instant);
            }
            // SAFETY: the caller keeps the node pinned and cancels it before it is dropped; it is not
            // released.
            if !unsafe { joiners.wait(&node, waker, spare) } {
                return Step::BringWaker;
            }
            self.finished.publish(joiners);
            if !self.all_finished() {
                return Step::Pending;
            }
        }
    }

    /// Takes `node` out of its line. Whoever had been woken for something that is still there passes the
    /// notice on.
    ///
    /// # Safety
    ///
    /// As for [`Engine::cancel`].
    pub(super) unsafe fn leave(&self, node: Pin<&Node>) -> Effects {
        let (gate, is_there): (_, &dyn Fn() -> bool) = match node.line() {
            Line::Getters => (&self.getters, &|| !self.items.is_empty()),
            Line::Putters => (&self.putters, &|| self.has_room()),
            Line::Joiners => {
                // SAFETY: the node has only ever been in this line.
                self.finished
                    .with_joiners(|joiners| unsafe { joiners.leave(&node) });
                let (wake, own, spare) = (Wake(None), node.end(), None);
                return Effects { wake, own, spare };
            }
        };
        let wake = Wake(gate.with(|line| {
            // SAFETY: the node has only ever been in this row.
            let owes_notice = unsafe { line.row.leave(&node) };
            if owes_notice && is_there() {
                line.row.notify_one()
            } else {
                None
            }
        }));
        let (own, spare) = (node.end(), None);
        Effects { wake, own, spare }
    }

    /// As [`get_more`](crate::storage::Engine::get_more), while some getter was overtaken too often.
    #[cold]
    pub(super) fn ask_for_more(&self) -> Option<T> {
        let mut backoff = Backoff::new();
        loop {
            let taken = self.getters.with(|line| {
                if !line.row.admits_newcomers(|| self.items.len()) {
                    return Taken::Empty;
                }
                self.items.pop()
            });
            match taken {
                Taken::Item(item) => return Some(item),
                Taken::Empty | Taken::Closed => return None,
                Taken::Busy => backoff.snooze(),
            }
        }
    }
}
