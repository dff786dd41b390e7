//! The doubly linked list: links only. It knows no lock, wakes nobody, and allocates nothing.
//!
//! ```text
//!   head ──> first ──next──> second ──next──> last ──next──> nothing
//!            first ──prev──> last             (the others: to the one before)
//! ```
//!
//! Invariant **L1**: every pointer that starts at `head`, or in a link of a node so reached, is to a
//! node that is in this list. Upheld by `insert_after`, whose caller promises that the node stays (N2),
//! and by `remove` and `pop_front`, which leave no pointer to it behind.

use core::mem;

use super::node::{Node, NodePtr};

/// Every operation but `last_not` takes constant time.
#[derive(Debug)]
pub(super) struct List {
    head: Option<NodePtr>,
    len: usize,
}

impl List {
    pub(super) const fn new() -> Self {
        Self { head: None, len: 0 }
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    #[inline]
    pub(super) fn is_empty(&self) -> bool {
        self.head.is_none()
    }

    pub(super) fn tail(&self) -> Option<NodePtr> {
        // SAFETY: the first node is in this list.
        unsafe { self.front()?.links() }.prev.get()
    }

    /// What is in front of `node`; `None` if that is the first.
    ///
    /// # Safety
    ///
    /// `node` must be in this list.
    pub(super) unsafe fn before(&self, node: &Node) -> Option<NodePtr> {
        if self.head == Some(NodePtr::new(node)) {
            None
        } else {
            // SAFETY: the caller says that it is in this list.
            unsafe { node.links() }.prev.get()
        }
    }

    pub(super) fn front(&self) -> Option<&Node> {
        let head = self.head?;
        // SAFETY: `head` is in this list (L1), which stays as it is while `self` is borrowed.
        Some(unsafe { head.node() })
    }

    pub(super) fn back(&self) -> Option<&Node> {
        let tail = self.tail()?;
        // SAFETY: as for `front`.
        Some(unsafe { tail.node() })
    }

    /// The last node, from `start` towards the front, for which `skip` is not true; `None` if it is true
    /// for all.
    ///
    /// # Safety
    ///
    /// `start` must be in this list, if it is a node.
    pub(super) unsafe fn last_not(
        &self,
        skip: impl Fn(&Node) -> bool,
        start: Option<NodePtr>,
    ) -> Option<NodePtr> {
        let mut at = start;
        while let Some(here) = at {
            // SAFETY: the caller says that `start` is in this list, and so are all nodes before it (L1).
            let node = unsafe { here.node() };
            if !skip(node) {
                break;
            }
            // SAFETY: as above.
            at = unsafe { self.before(node) };
        }
        at
    }

    /// Links `node` behind all others.
    ///
    /// # Safety
    ///
    /// As for [`insert_after`](Self::insert_after).
    #[inline]
    pub(super) unsafe fn push_back(&mut self, node: &Node) {
        let here = Some(NodePtr::new(node));
        // SAFETY: the caller says that it is in line.
        let links = unsafe { node.links() };
        links.next.set(None);
        let first = match self.head {
            None => {
                self.head = here;
                links
            }
            Some(head) => {
                // SAFETY: the first node is in this list (L1).
                let first = unsafe { head.links() };
                links.prev.set(first.prev.get());
                if let Some(last) = first.prev.get() {
                    // SAFETY: so is the last.
                    unsafe { last.links() }.next.set(here);
                }
                first
            }
        };
        first.prev.set(here);
        self.len += 1;
    }

    /// Links `node` behind `place`, or at the front if that is `None`.
    ///
    /// # Safety
    ///
    /// `place` must be in this list, and `node` in none, but in line (N4). `node` must be pinned, and must
    /// not be dropped before it has been taken out of this list (N2).
    pub(super) unsafe fn insert_after(&mut self, place: Option<NodePtr>, node: &Node) {
        let here = Some(NodePtr::new(node));
        // In front of the first there is the last, or, of an empty list, the node itself.
        let prev = place.or(self.tail()).or(here);
        let next = match place {
            None => mem::replace(&mut self.head, here),
            // SAFETY: the caller says that `place` is in this list.
            Some(place) => unsafe { place.links() }.next.replace(here),
        };
        // SAFETY: the caller says that it is in line.
        let links = unsafe { node.links() };
        links.next.set(next);
        links.prev.set(prev);
        // What follows it; or else it is the last one.
        if let Some(after) = next.or(self.head) {
            // SAFETY: what followed the place is in this list (L1), and so is the first node.
            unsafe { after.links() }.prev.set(here);
        }
        self.len += 1;
    }

    /// Unlinks `node`.
    ///
    /// # Safety
    ///
    /// `node` must be in this list.
    pub(super) unsafe fn remove(&mut self, node: &Node) {
        // SAFETY: passed on to the caller.
        let before = unsafe { self.before(node) };
        // SAFETY: the caller says that it is in this list.
        let links = unsafe { node.links() };
        let next = links.next.get();
        match before {
            None => self.head = next,
            // SAFETY: what precedes a node in this list is in it (L1).
            Some(before) => unsafe { before.links() }.next.set(next),
        }
        if let Some(after) = next.or(self.head) {
            // SAFETY: what followed a node of this list is in it (L1), and so is the first.
            unsafe { after.links() }.prev.set(links.prev.get());
        }
        self.len -= 1;
    }

    pub(super) fn pop_front(&mut self) -> Option<&Node> {
        let head = self.head?;
        // SAFETY: `head` is in this list (L1). Its owner drops it only after having seen, under the
        // lock, that it is in no list any more (N1, N2), and the lock is held while `self` is borrowed.
        let node = unsafe { head.node() };
        // SAFETY: a node in a list is in line.
        let links = unsafe { node.links() };
        self.head = links.next.get();
        if let Some(next) = self.head {
            // SAFETY: what followed a node of this list is in it (L1).
            unsafe { next.links() }.prev.set(links.prev.get());
        }
        self.len -= 1;
        Some(node)
    }
}

#[cfg(test)]
mod tests {
    use core::task::Waker;

    use super::*;
    use crate::wait::Line;

    #[test]
    fn a_node_that_was_in_the_list_may_come_again_as_the_last() {
        let nodes = [const { Node::new(Line::Getters) }; 3];
        nodes
            .iter()
            .for_each(|node| node.begin(Waker::noop().clone()));
        let mut list = List::new();
        assert!(list.is_empty());
        for node in &nodes {
            // SAFETY: it is in no list, in line, and outlives this one.
            unsafe { list.push_back(node) };
            assert!(!list.is_empty());
        }
        let pop = |list: &mut List| list.pop_front().map(NodePtr::new);
        let order = [0, 1, 2].map(|at| Some(NodePtr::new(&nodes[at])));
        assert_eq!(pop(&mut list), order[0]);
        // SAFETY: as above.
        unsafe { list.push_back(&nodes[0]) };
        assert_eq!(
            [(); 3].map(|()| pop(&mut list)),
            [order[1], order[2], order[0]]
        );
        assert_eq!(pop(&mut list), None);
        assert!(list.is_empty());
    }
}
