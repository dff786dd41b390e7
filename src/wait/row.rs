//! A row of getters or of putters, served first come, first served.
//!
//! What a row hands out is *notices*, never items or room: a woken waiter looks again, and may find
//! that a running task was faster. Then it goes back to where it was, in front of those that were never
//! woken:
//!
//! ```text
//!   front                                                    back
//!   [ those that came back, oldest first ][ those never woken ]       notified: woken, not yet back
//!                                       ^ returned
//! ```
//!
//! Invariants, for the row of getters (for putters read "room" for "items"); they hold whenever the
//! lock is free and the queue is open:
//!
//! - **R1** If somebody is queued, at least as many are notified as there are items. So whoever stops
//!   being notified without taking an item (`leave` says so) has to pass the notice on.
//! - **R2** `starved` counts the nodes in the row, queued or notified, that came back `LIMIT` times.
//!   While there are any, a newcomer takes an item only if there are more items than notified waiters.
//! - **R3** `returned` is the last of the nodes in the list that came back, if there are any. The list is
//!   sorted by ticket.
//!
//! A `&Row` is proof that the lock is held, which is what the nodes ask for (N1).

use core::task::Waker;

use super::list::List;
use super::node::{Node, NodePtr, Place};

/// How often a waiter may be overtaken before newcomers queue behind it.
const LIMIT: u8 = 2;

/// What tells who began to wait first. Any number of rows may take theirs from one dispenser.
///
/// Tickets are compared by wrapping difference: of two that wait at once, fewer than 2^31 arrivals
/// apart, the older is known.
#[derive(Debug)]
pub(crate) struct Tickets {
    next: u32,
}

impl Tickets {
    pub(crate) const fn new() -> Self {
        Self { next: 0 }
    }

    fn take(&mut self) -> u32 {
        let ticket = self.next;
        self.next = ticket.wrapping_add(1);
        ticket
    }
}

#[derive(Debug)]
pub(crate) struct Row {
    list: List,
    returned: Option<NodePtr>,
    /// At most as many as there are nodes in memory, which 2^32 of 40 bytes would fill.
    starved: u32,
    notified: usize,
}

impl Row {
    pub(crate) const fn new() -> Self {
        Self {
            list: List::new(),
            returned: None,
            starved: 0,
            notified: 0,
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

    /// Whether R1 holds with so many `available`.
    pub(crate) fn is_served(&self, available: usize) -> bool {
        self.list.is_empty() || self.notified >= available
    }

    /// Whether the owner of `node` may now take one of the `available`, or has to let those in front
    /// of it go first (R2).
    #[inline]
    pub(crate) fn may_take(&self, node: &Node, available: impl FnOnce() -> usize) -> bool {
        self.admits_newcomers(available)
            || node.place.get() == Place::Woken
            || node.lost.get() == LIMIT
    }

    /// As many items there must be for a newcomer to take one (R2); 0 if that does not matter.
    #[allow(
        dead_code,
        reason = "the lock-free engine asks, which is not in every build"
    )]
    #[inline]
    pub(crate) fn bar(&self) -> usize {
        if self.starved > 0 {
            self.notified + 1
        } else {
            0
        }
    }

    /// Whether somebody who is not in line may now take one of the `available` (R2).
    #[inline]
    pub(crate) fn admits_newcomers(&self, available: impl FnOnce() -> usize) -> bool {
        self.starved == 0 || self.admits_late(available)
    }

    #[cold]
    #[inline(never)]
    fn admits_late(&self, available: impl FnOnce() -> usize) -> bool {
        available() > self.notified
    }

    /// Queues `node`, unless it is queued, with a waker that wakes what `waker` wakes: its own, or the clone in
    /// `spare`, in exchange for its own, to be dropped outside the lock. Returns `false`, and has done
    /// nothing, if it would take a clone and there is none. `waker` is `None` if `node` has just
    /// [begun](Node::begin), with a clone, and from here on: not every clone is known to wake what the original
    /// does.
    ///
    /// Takes a ticket from `tickets` if it begins to wait.
    ///
    /// # Safety
    ///
    /// `node` must be pinned, in no list but this row's, and must not be dropped before
    /// [`leave`](Self::leave) has been called for it.
    #[inline(never)]
    pub(crate) unsafe fn wait(
        &mut self,
        node: &Node,
        tickets: &mut Tickets,
        waker: &mut Option<&Waker>,
        spare: &mut Option<Waker>,
    ) -> bool {
        if !node.has_waker(waker, spare) {
            return false;
        }
        match node.place.replace(Place::Queued) {
            Place::Queued => {}
            Place::Idle => {
                node.mark.set(tickets.take());
                // SAFETY: an idle node is in no list; it has a waker, so it is in line; the caller promises that
                // it stays.
                unsafe { self.list.push_back(node) };
            }
            // SAFETY: as above, for a node that was woken.
            Place::Woken => unsafe { self.go_back(node) },
        }
        true
    }

    /// Queues `node`, which was woken for nothing, where it was.
    ///
    /// # Safety
    ///
    /// As for `wait`; the node is in line.
    #[cold]
    #[inline(never)]
    unsafe fn go_back(&mut self, node: &Node) {
        self.notified -= 1;
        self.count_loss(node);
        let place = self.old_place(node);
        if place == self.returned {
            self.returned = Some(NodePtr::new(node));
        }
        // SAFETY: a node that was woken is in no list; the place is from this list; the rest the caller says.
        unsafe { self.list.insert_after(place, node) };
    }

    fn count_loss(&mut self, node: &Node) {
        if node.lost.get() < LIMIT {
            node.lost.set(node.lost.get() + 1);
            if node.lost.get() == LIMIT {
                self.starved += 1;
            }
        }
    }

    /// Behind which node one that comes back belongs (R3); `None`: at the front.
    ///
    /// Takes constant time for one that comes back alone, and for several that come back in the order
    /// in which they were woken; at worst a step for each that came back before.
    fn old_place(&self, node: &Node) -> Option<NodePtr> {
        let is_younger = |other: &Node| {
            let age = other.mark.get().wrapping_sub(node.mark.get());
            age.cast_signed() > 0
        };
        if is_younger(self.list.front()?) {
            return None;
        }
        // The front is older than `node`, which was woken: so the front came back.
        // SAFETY: `returned` is in the list (R3).
        unsafe { self.list.last_not(is_younger, self.returned) }
    }

    /// Takes the first in line out and returns its waker, to be woken outside the lock.
    #[inline]
    pub(crate) fn notify_one(&mut self) -> Option<Waker> {
        if self.list.is_empty() {
            return None;
        }
        self.notify_first()
    }

    #[inline(never)]
    fn notify_first(&mut self) -> Option<Waker> {
        let node = self.list.pop_front()?;
        if self.returned == Some(NodePtr::new(node)) {
            // It was the first, so there is none left that came back.
            self.returned = None;
        }
        node.place.set(Place::Woken);
        self.notified += 1;
        // SAFETY: it was in the list.
        unsafe { node.links() }.take_waker()
    }

    /// Takes `node` out of this row, if it is in it. Returns whether it had been woken: unless it takes what it
    /// was woken for, somebody else has to be (R1).
    ///
    /// # Safety
    ///
    /// `node` must be in no list but this row's.
    #[inline]
    pub(crate) unsafe fn leave(&mut self, node: &Node) -> bool {
        // SAFETY: passed on to the caller.
        node.is_in_line() && unsafe { self.take_out(node) }
    }

    /// # Safety
    ///
    /// As for `leave`.
    #[inline(never)]
    unsafe fn take_out(&mut self, node: &Node) -> bool {
        if node.lost.replace(0) == LIMIT {
            self.starved -= 1;
        }
        match node.place.replace(Place::Idle) {
            Place::Idle => false,
            Place::Woken => {
                self.notified -= 1;
                true
            }
            Place::Queued => {
                if self.returned == Some(NodePtr::new(node)) {
                    // SAFETY: a queued node is in the list of the row it waits in, this one.
                    self.returned = unsafe { self.list.before(node) };
                }
                // SAFETY: as above.
                unsafe { self.list.remove(node) };
                false
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::sync::Arc;
    use alloc::task::Wake;
    use core::ptr;
    use core::sync::atomic::{AtomicUsize, Ordering};
    use core::task::{RawWaker, RawWakerVTable};

    use super::*;
    use crate::wait::Line;

    /// A waker that says whose it is.
    struct Tagged {
        tag: usize,
        last: Arc<AtomicUsize>,
    }

    impl Wake for Tagged {
        fn wake(self: Arc<Self>) {
            self.last.store(self.tag, Ordering::Relaxed);
        }
    }

    /// A row and six nodes, named by their index.
    struct Fixture<'a> {
        row: Row,
        tickets: Tickets,
        nodes: &'a [Node; 6],
        last: Arc<AtomicUsize>,
    }

    impl<'a> Fixture<'a> {
        /// With everybody in line.
        fn new(nodes: &'a [Node; 6], next: u32) -> Self {
            let mut fixture = Self {
                row: Row::new(),
                tickets: Tickets { next },
                nodes,
                last: Arc::default(),
            };
            (0..6).for_each(|tag| fixture.wait(tag));
            assert_eq!(fixture.row.waiting(), 6);
            fixture
        }

        fn wait(&mut self, tag: usize) {
            let last = Arc::clone(&self.last);
            let waker = Waker::from(Arc::new(Tagged { tag, last }));
            let mut spare = None;
            let (row, node, tickets) = (&mut self.row, &self.nodes[tag], &mut self.tickets);
            if node.is_in_line() {
                // SAFETY: the nodes outlive the fixture, and are borrowed by it.
                assert!(!unsafe { row.wait(node, tickets, &mut Some(&waker), &mut spare) });
                spare = Some(waker.clone());
            } else {
                node.begin(waker.clone());
            }
            // SAFETY: as above.
            assert!(unsafe { row.wait(node, tickets, &mut Some(&waker), &mut spare) });
            assert!(spare.is_none());
        }

        #[track_caller]
        fn notify(&mut self, expected: &[usize]) {
            for tag in expected {
                self.row.notify_one().expect("nobody is left").wake();
                assert_eq!(self.last.load(Ordering::Relaxed), *tag);
            }
        }

        fn leave(&mut self, tag: usize) -> bool {
            let node = &self.nodes[tag];
            // SAFETY: the nodes wait in this row only.
            let owes_notice = unsafe { self.row.leave(node) };
            assert_eq!(node.end().is_none(), owes_notice);
            owes_notice
        }

        /// The rest is as it should be, is served in this order, and leaves nothing behind.
        #[track_caller]
        fn finish(mut self, expected: &[usize]) {
            self.notify(expected);
            assert!(self.row.notify_one().is_none());
            for tag in expected {
                assert!(self.leave(*tag));
            }
            let row = &self.row;
            assert!(row.is_empty());
            assert_eq!((row.waiting(), row.notified, row.starved), (0, 0, 0));
            assert!(row.returned.is_none());
        }
    }

    /// Tickets that wrap in the middle, and tickets that do not.
    const FIRST_TICKETS: [u32; 2] = [0, u32::MAX - 2];

    #[test]
    fn whoever_comes_back_is_where_it_was() {
        for first in FIRST_TICKETS {
            for order in [
                [0, 1, 2],
                [2, 1, 0],
                [1, 2, 0],
                [1, 0, 2],
                [0, 2, 1],
                [2, 0, 1],
            ] {
                let nodes = [const { Node::new(Line::Getters) }; 6];
                let mut line = Fixture::new(&nodes, first);
                line.notify(&[0, 1, 2]);
                for tag in order {
                    line.wait(tag);
                }
                assert_eq!((line.row.waiting(), line.row.notified), (6, 0));
                line.finish(&[0, 1, 2, 3, 4, 5]);
            }
        }
    }

    #[test]
    fn the_end_of_those_that_came_back_is_known_whoever_leaves() {
        for gone in 0..3 {
            let nodes = [const { Node::new(Line::Getters) }; 6];
            let mut line = Fixture::new(&nodes, 0);
            line.notify(&[0, 1, 2, 3]);
            (0..3).for_each(|tag| line.wait(tag));
            assert!(!line.leave(gone));
            // 3 comes back behind those, whoever of them is left, and in front of 4.
            line.wait(3);
            let rest: [usize; 5] = core::array::from_fn(|i| i + usize::from(i >= gone));
            line.finish(&rest);
        }
    }

    #[test]
    fn the_end_of_those_that_came_back_is_known_whoever_is_notified() {
        for notified in 0..3 {
            let nodes = [const { Node::new(Line::Getters) }; 6];
            let mut line = Fixture::new(&nodes, 0);
            line.notify(&[0, 1, 2, 3]);
            (0..3).for_each(|tag| line.wait(tag));
            // 3 comes back behind those that are still there, and in front of 4.
            let (gone, rest) = [0, 1, 2, 3, 4, 5].split_at(notified);
            line.notify(gone);
            line.wait(3);
            line.notify(rest);
            (0..6).for_each(|tag| assert!(line.leave(tag)));
            line.finish(&[]);
        }
    }

    #[test]
    fn a_waker_that_fits_is_not_asked_again() {
        let nodes = [const { Node::new(Line::Getters) }; 6];
        let mut line = Fixture::new(&nodes, 0);
        let newcomer = Node::new(Line::Getters);
        // Unlike that of `Waker::noop`, this table is nowhere twice: each clone is known to do the same.
        static SILENT: RawWakerVTable =
            RawWakerVTable::new(|data| RawWaker::new(data, &SILENT), |_| {}, |_| {}, |_| {});
        // SAFETY: it does nothing, from any thread, and owns nothing.
        let silent = unsafe { Waker::new(ptr::null(), &SILENT) };
        newcomer.begin(silent.clone());
        let mut waker = Some(&silent);
        // SAFETY: the node outlives the fixture, and is in no other row.
        assert!(unsafe {
            line.row
                .wait(&newcomer, &mut line.tickets, &mut waker, &mut None)
        });
        assert!(waker.is_none());
        // SAFETY: as above.
        assert!(!unsafe { line.row.leave(&newcomer) });
        assert!(newcomer.end().is_some());
        line.finish(&[0, 1, 2, 3, 4, 5]);
    }

    /// Not every clone is known to wake what the original does; but one that is gone must be missed.
    #[test]
    fn a_clone_that_was_just_brought_will_do_until_it_is_taken() {
        let nodes = [const { Node::new(Line::Getters) }; 6];
        let newcomer = Node::new(Line::Getters);
        let mut line = Fixture::new(&nodes, 0);
        let other = Waker::from(Arc::new(Tagged {
            tag: 6,
            last: Arc::clone(&line.last),
        }));
        let wait = |line: &mut Fixture<'_>, mut waker: Option<&Waker>| {
            // SAFETY: the node outlives the fixture, and is in no other row.
            unsafe {
                line.row
                    .wait(&newcomer, &mut line.tickets, &mut waker, &mut None)
            }
        };
        assert!(!wait(&mut line, None), "it is not in line");
        newcomer.begin(Waker::noop().clone());
        assert!(!wait(&mut line, Some(&other)));
        assert!(wait(&mut line, None));
        assert_eq!(line.row.waiting(), 7);
        line.notify(&[0, 1, 2, 3, 4, 5]);
        assert!(line.row.notify_one().is_some());
        assert!(!wait(&mut line, None), "its waker was taken");
        // SAFETY: as above.
        assert!(unsafe { line.row.leave(&newcomer) });
        assert!(newcomer.end().is_none());
        (0..6).for_each(|tag| assert!(line.leave(tag)));
        line.finish(&[]);
    }

    #[test]
    fn whoever_lost_twice_makes_newcomers_hold_back() {
        let nodes = [const { Node::new(Line::Getters) }; 6];
        let mut line = Fixture::new(&nodes, 0);
        let newcomer = Node::new(Line::Getters);
        for losses in 0..4 {
            assert_eq!(line.row.starved, u32::from(losses >= LIMIT));
            assert_eq!(line.row.bar(), usize::from(losses >= LIMIT));
            assert_eq!(line.row.may_take(&newcomer, || 0), losses < LIMIT);
            assert!(line.row.may_take(&newcomer, || 1), "nobody is notified");
            assert_eq!(line.row.may_take(&line.nodes[1], || 0), losses < LIMIT);
            assert!(line.row.may_take(&line.nodes[0], || 0));
            line.notify(&[0]);
            assert_eq!(line.row.bar(), if losses < LIMIT { 0 } else { 2 });
            assert!(line.row.may_take(&line.nodes[0], || 0));
            assert_eq!(line.row.may_take(&newcomer, || 1), losses < LIMIT);
            line.wait(0);
        }
        assert!(!line.leave(0));
        assert!(line.row.may_take(&newcomer, || 0));
        line.finish(&[1, 2, 3, 4, 5]);
    }

    /// Who is polled with another waker looks again in the same poll: the clone is not asked once more, and what
    /// it has displaced stays out.
    #[test]
    fn a_waker_that_was_displaced_does_not_come_back() {
        let last = Arc::new(AtomicUsize::new(0));
        let tagged = |tag| {
            let last = Arc::clone(&last);
            Waker::from(Arc::new(Tagged { tag, last }))
        };
        let (node, mut row, mut tickets) = (Node::new(Line::Getters), Row::new(), Tickets::new());
        node.begin(tagged(1));
        // SAFETY: the node outlives the row, and is in no other.
        assert!(unsafe { row.wait(&node, &mut tickets, &mut None, &mut None) });
        // A clone that is not known to wake what the original does.
        let (new, mut spare) = (tagged(2), Some(tagged(2)));
        let mut waker = Some(&new);
        for _ in 0..2 {
            // SAFETY: as above.
            assert!(unsafe { row.wait(&node, &mut tickets, &mut waker, &mut spare) });
        }
        row.notify_one().expect("it is in line").wake();
        assert_eq!(last.load(Ordering::Relaxed), 2);
        // SAFETY: as above.
        assert!(unsafe { row.leave(&node) });
        assert!(node.end().is_none());
    }
}
