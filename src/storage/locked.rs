//! The engine of every flavour that keeps its items in a sequential container: one lock around all of
//! it, one section per operation that need not wait, and two where it waits (the waker is cloned
//! between them). Wakers are woken, and wakers and items dropped, outside.

use core::mem;
use core::pin::Pin;
use core::task::{Poll, Waker};

use super::state::{State, Step};
use super::{Container, Engine, Lane, Refusal, ShutDown};
use crate::error::{GetError, TaskDoneError, TryGetError};
use crate::stats::Stats;
use crate::sync::Lock;
use crate::tally::Outcome;
use crate::wait::{Effects, Node, Wake, wake_each};

#[allow(
    missing_debug_implementations,
    reason = "the queue has it, by `try_stats`"
)]
pub struct Locked<C: Container> {
    state: Lock<State<C>, C::Latch>,
}

impl<C: Container> Locked<C> {
    pub(super) const fn new(items: C) -> Self {
        Self {
            state: Lock::new(State::new(items)),
        }
    }

    /// Puts `item`, and then does `more` in the same step.
    fn put(
        &self,
        item: C::Item,
        lane: Lane,
        more: impl FnOnce(&mut State<C>),
    ) -> Result<Wake, (Refusal, C::Item)> {
        // Out here, so that a comparison that panics does not drop it inside the lock.
        let mut admitted = None;
        self.state.with(|state| {
            if let Err(refusal) = state.admits(lane) {
                return Err((refusal, item));
            }
            admitted = Some(item);
            let wake = state.put(&mut admitted);
            more(state);
            Ok(wake)
        })
    }

    /// Runs `attempt` until it is ready or queued, bringing it a clone of `waker` when it asks.
    fn poll<R>(
        &self,
        node: Pin<&Node>,
        waker: &Waker,
        mut attempt: impl FnMut(&mut State<C>, &mut Option<&Waker>, &mut Option<Waker>) -> Step<R>,
    ) -> Poll<(R, Effects)> {
        let (mut to_wake, mut spare) = (Some(waker), None);
        loop {
            let began = to_wake.is_none();
            let on_unwind = EndOnUnwind { node, began };
            let step = self
                .state
                .with(|state| attempt(state, &mut to_wake, &mut spare));
            mem::forget(on_unwind);
            match step {
                Step::BringWaker if node.is_in_line() => spare = Some(waker.clone()),
                Step::BringWaker => {
                    node.begin(waker.clone());
                    to_wake = None;
                }
                Step::Pending => return Poll::Pending,
                Step::Ready(result, wake) => {
                    let own = node.end();
                    return Poll::Ready((result, Effects { wake, own, spare }));
                }
            }
        }
    }

    fn wake_joiners(&self, first: Option<Waker>) {
        wake_each(first, || self.state.with(State::next_joiner));
    }

    fn wake_released(&self, first: Option<Waker>) {
        wake_each(first, || self.state.with(State::next_released));
    }
}

// SAFETY: the state is behind a lock, and by N1 so are the nodes that its lines point to: what remains
// to be sent is the container, which owns its items and nothing else. (Checked beside each container.)
unsafe impl<C: Container> Engine for Locked<C> {
    type Item = C::Item;
    type Remains = C;

    fn try_put(&self, item: C::Item, lane: Lane) -> Result<Wake, (Refusal, C::Item)> {
        self.put(item, lane, |_| ())
    }

    fn try_get(&self) -> Result<(C::Item, Wake), TryGetError> {
        self.state.with(|state| match state.try_get() {
            Some(taken) => Ok(taken),
            None if state.is_shutdown() => Err(TryGetError::ShutDown),
            None => Err(TryGetError::Empty),
        })
    }

    fn get_more(&self) -> Option<(C::Item, Wake)> {
        self.state.with(State::get_more)
    }

    fn requeue(&self, item: C::Item) -> Result<Wake, (Refusal, C::Item)> {
        self.put(item, Lane::Exempt, State::finish_requeued)
    }

    unsafe fn poll_put(
        &self,
        item: &mut Option<C::Item>,
        node: Pin<&Node>,
        waker: &Waker,
    ) -> Poll<(Result<(), ShutDown>, Effects)> {
        self.poll(node, waker, |state, waker, spare| {
            // SAFETY: passed on to the caller; `state` comes out of the lock.
            unsafe { state.put_or_wait(item, node, waker, spare) }
        })
    }

    unsafe fn poll_get(
        &self,
        node: Pin<&Node>,
        waker: &Waker,
    ) -> Poll<(Result<C::Item, GetError>, Effects)> {
        self.poll(node, waker, |state, waker, spare| {
            // SAFETY: passed on to the caller; `state` comes out of the lock.
            unsafe { state.get_or_wait(node, waker, spare) }
        })
        .map(|(item, effects)| (item.ok_or(GetError), effects))
    }

    unsafe fn poll_join(&self, node: Pin<&Node>, waker: &Waker) -> Poll<(Stats, Effects)> {
        self.poll(node, waker, |state, waker, spare| {
            // SAFETY: passed on to the caller; `state` comes out of the lock.
            unsafe { state.join_or_wait(node, waker, spare) }
        })
    }

    #[inline(never)]
    unsafe fn cancel(&self, node: Pin<&Node>) {
        let unlinked = AbortOnUnwind;
        let wake = self
            .state
            // SAFETY: passed on to the caller; `state` comes out of the lock.
            .with(|state| unsafe { state.cancel(node) });
        mem::forget(unlinked);
        let (own, spare) = (node.end(), None);
        Effects { wake, own, spare }.run();
    }

    fn finish(&self, count: usize, outcome: Outcome) {
        self.wake_joiners(self.state.with(|state| state.finish(count, outcome)));
    }

    fn detach(&self, count: usize) {
        self.state.with(|state| state.detach(count));
    }

    fn task_done(&self) -> Result<(), TaskDoneError> {
        self.wake_joiners(self.state.with(State::finish_detached)?);
        Ok(())
    }

    fn shutdown(&self) {
        self.wake_released(self.state.with(|state| {
            state.shut_down();
            state.next_released()
        }));
    }

    fn shutdown_now(&self) -> C {
        let mut remains = self.state.with(|state| {
            state.shut_down();
            state.empty()
        });
        // Everything is taken out and counted before anybody is woken: a waker that panics finds the
        // work done.
        while self.state.with(|state| state.drain(&mut remains)) > 0 {}
        self.wake_released(self.state.with(State::next_released));
        remains
    }

    fn len(&self) -> usize {
        self.state.with(|state| state.len())
    }

    fn capacity(&self) -> Option<usize> {
        self.state.with(|state| state.capacity())
    }

    fn is_shutdown(&self) -> bool {
        self.state.with(|state| state.is_shutdown())
    }

    fn stats(&self) -> Stats {
        self.state.with(|state| state.stats())
    }

    fn try_stats(&self) -> Option<Stats> {
        self.state.try_with(|state| state.stats())
    }
}

/// Takes the waker back that a node began to wait with, if the attempt that was to queue it panics: by a
/// comparison, before anything has changed. Whoever polls next may bring another.
struct EndOnUnwind<'a> {
    node: Pin<&'a Node>,
    began: bool,
}

impl Drop for EndOnUnwind<'_> {
    fn drop(&mut self) {
        if self.began {
            drop(self.node.end());
        }
    }
}

/// Stands where a node must not stay in its line, because it is about to be dropped: an `Ord` that drops
/// a future of the queue that is comparing is turned away by the latch, by a panic, and must not get
/// any further.
struct AbortOnUnwind;

impl Drop for AbortOnUnwind {
    fn drop(&mut self) {
        // The second panic: the process aborts.
        panic!("a future was dropped inside its own queue's lock");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[should_panic(expected = "a future was dropped inside its own queue's lock")]
    fn unwinding_does_not_get_past_a_node_that_is_still_in_line() {
        drop(AbortOnUnwind);
    }
}
