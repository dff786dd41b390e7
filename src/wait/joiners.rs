//! The line of joiners, released as a whole whenever the last unfinished item is finished.
//!
//! Releasing is marking: a release starts a new *epoch*, and every joiner that began to wait in
//! another epoch is released from that moment on, in constant time and however many there are.
//! Waking them then goes one by one, with the lock free in between; a joiner that arrives meanwhile
//! began to wait in the new epoch and stays.
//!
//! Epochs are compared for equality and wrap at 2^32. A release starts a new one only if somebody began to
//! wait in this one. So for one to come round while a joiner of it is in line, 2^32 others would have to
//! come and be released in the time between that one's release and its wake-up.
//!
//! A `&Joiners` is proof that the lock is held, which is what the nodes ask for (N1).

use core::task::Waker;

use super::list::List;
use super::node::{Node, Place};

#[derive(Debug)]
pub(crate) struct Joiners {
    list: List,
    epoch: u32,
}

impl Joiners {
    pub(crate) const fn new() -> Self {
        Self {
            list: List::new(),
            epoch: 0,
        }
    }

    /// How many are queued.
    pub(crate) fn waiting(&self) -> usize {
        self.list.len()
    }

    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Whether everything was finished at some instant since `node` began to wait.
    pub(crate) fn is_released(&self, node: &Node) -> bool {
        match node.place.get() {
            Place::Idle => false,
            Place::Queued => node.mark.get() != self.epoch,
            Place::Woken => true,
        }
    }

    /// Queues `node`, as [`Row::wait`](super::Row::wait) does.
    ///
    /// # Safety
    ///
    /// `node` must be pinned, not released, in no list but this one, and must not be dropped before
    /// [`leave`](Self::leave) has been called for it.
    pub(crate) unsafe fn wait(
        &mut self,
        node: &Node,
        waker: &mut Option<&Waker>,
        spare: &mut Option<Waker>,
    ) -> bool {
        if !node.has_waker(waker, spare) {
            return false;
        }
        if node.place.replace(Place::Queued) == Place::Idle {
            node.mark.set(self.epoch);
            // SAFETY: an idle node is in no list; it has a waker, so it is in line; the caller promises that it
            // stays.
            unsafe { self.list.push_back(node) };
        }
        true
    }

    /// Releases everybody in line: [`next_released`](Self::next_released) now yields them.
    pub(crate) fn release(&mut self) {
        // The last one began to wait last: if it has been released, all have been.
        let is_awaited = |last: &Node| last.mark.get() == self.epoch;
        if self.list.back().is_some_and(is_awaited) {
            self.epoch = self.epoch.wrapping_add(1);
        }
    }

    /// Takes the next released joiner out and returns its waker, to be woken outside the lock.
    #[inline(never)]
    pub(crate) fn next_released(&mut self) -> Option<Waker> {
        if self.list.front()?.mark.get() == self.epoch {
            return None;
        }
        let node = self.list.pop_front()?;
        node.place.set(Place::Woken);
        // SAFETY: it was in the list.
        unsafe { node.links() }.take_waker()
    }

    /// Takes `node` out of the line, if it is in it. A release concerns each joiner for itself, so there is
    /// nothing to pass on.
    ///
    /// # Safety
    ///
    /// `node` must be in no list but this one.
    pub(crate) unsafe fn leave(&mut self, node: &Node) {
        if node.place.replace(Place::Idle) == Place::Queued {
            // SAFETY: a queued node is in the list it waits in, this one.
            unsafe { self.list.remove(node) };
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::sync::Arc;
    use alloc::task::Wake;
    use core::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::wait::Line;

    #[derive(Default)]
    struct Count(AtomicUsize);

    impl Wake for Count {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Three rounds in which an early joiner is released, and a late one comes before that is woken: over the
    /// end of the epochs.
    #[test]
    fn a_release_concerns_those_in_line_where_its_number_wraps_too() {
        let count = Arc::<Count>::default();
        let nodes = [const { Node::new(Line::Joiners) }; 4];
        let mut joiners = Joiners {
            epoch: u32::MAX - 1,
            ..Joiners::new()
        };
        let join = |joiners: &mut Joiners, node: &Node| {
            node.begin(Waker::from(Arc::clone(&count)));
            // SAFETY: the nodes outlive the joiners, and are in no other line.
            assert!(unsafe { joiners.wait(node, &mut None, &mut None) });
        };
        join(&mut joiners, &nodes[0]);
        for (round, pair) in nodes.windows(2).enumerate() {
            let [early, late] = pair else { unreachable!() };
            joiners.release();
            join(&mut joiners, late);
            assert!(joiners.is_released(early) && !joiners.is_released(late));
            joiners.next_released().expect("it was released").wake();
            assert!(joiners.next_released().is_none(), "round {round}");
            assert!(joiners.is_released(early), "woken is released");
            // SAFETY: as above.
            unsafe { joiners.leave(early) };
            assert!(early.end().is_none());
        }
        assert_eq!((joiners.epoch, joiners.waiting()), (1, 1));
        // SAFETY: as above.
        unsafe { joiners.leave(&nodes[3]) };
        assert!(nodes[3].end().is_some());
        assert_eq!(count.0.load(Ordering::Relaxed), 3);
    }

    /// Else a joiner could be in line for a whole round of epochs.
    #[test]
    fn an_epoch_lasts_until_somebody_of_it_is_released() {
        let (node, mut joiners) = (Node::new(Line::Joiners), Joiners::new());
        assert!(joiners.is_empty());
        joiners.release();
        assert_eq!(joiners.epoch, 0);
        node.begin(Waker::noop().clone());
        // SAFETY: the node outlives the line, and is in no other.
        assert!(unsafe { joiners.wait(&node, &mut None, &mut None) });
        assert!(!joiners.is_empty());
        for _ in 0..2 {
            joiners.release();
            assert!(joiners.is_released(&node));
            assert_eq!(joiners.epoch, 1);
        }
        assert!(joiners.next_released().is_some());
        joiners.release();
        assert_eq!(joiners.epoch, 1);
    }
}
