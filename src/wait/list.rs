//! The doubly linked list: links only. It knows no lock, wakes nobody, and allocates nothing.
//!
//! Invariant **L1**: every pointer that starts at `head` or `tail`, or in a link of a node so
//! reached, is to a node that is in this list. Upheld by `insert_after`, whose caller promises that
//! the node stays (N2), and by `remove` and `pop_front`, which leave no pointer to it behind.

use super::node::{Node, NodePtr};

/// Every operation but `last_not` takes constant time.
#[derive(Debug)]
pub(super) struct List {
    head: Option<NodePtr>,
    tail: Option<NodePtr>,
    len: usize,
}

impl List {
    pub(super) const fn new() -> Self {
        Self {
            head: None,
            tail: None,
            len: 0,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    pub(super) fn tail(&self) -> Option<NodePtr> {
        self.tail
    }

    pub(super) fn front(&self) -> Option<&Node> {
        let head = self.head?;
        // SAFETY: `head` is in this list (L1), which stays as it is while `self` is borrowed.
        Some(unsafe { head.node() })
    }

    pub(super) fn back(&self) -> Option<&Node> {
        let tail = self.tail?;
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
            at = node.prev.get();
        }
        at
    }

    /// Links `node` behind `place`, or at the front if that is `None`.
    ///
    /// # Safety
    ///
    /// `place` must be in this list, and `node` in none. `node` must be pinned, and must not be
    /// dropped before it has been taken out of this list (N2).
    pub(super) unsafe fn insert_after(&mut self, place: Option<NodePtr>, node: &Node) {
        let here = NodePtr::new(node);
        let next = match place {
            None => self.head,
            // SAFETY: the caller says that `place` is in this list.
            Some(place) => unsafe { place.node() }.next.get(),
        };
        node.prev.set(place);
        node.next.set(next);
        // SAFETY: `place` is in this list, as the caller says, and so is what followed it (L1).
        unsafe { self.link(place, next, Some(here), Some(here)) };
        self.len += 1;
    }

    /// Unlinks `node`.
    ///
    /// # Safety
    ///
    /// `node` must be in this list.
    pub(super) unsafe fn remove(&mut self, node: &Node) {
        let prev = node.prev.take();
        let next = node.next.take();
        // SAFETY: the neighbours of a node in this list are in it (L1).
        unsafe { self.link(prev, next, next, prev) };
        self.len -= 1;
    }

    pub(super) fn pop_front(&mut self) -> Option<&Node> {
        let head = self.head?;
        // SAFETY: `head` is in this list (L1). Its owner drops it only after having seen, under the
        // lock, that it is in no list any more (N1, N2), and the lock is held while `self` is borrowed.
        let node = unsafe { head.node() };
        // SAFETY: the node was reached through `head`.
        unsafe { self.remove(node) };
        Some(node)
    }

    /// Makes `after_prev` what follows `prev`, and `before_next` what precedes `next`; where there
    /// is no `prev` or `next`, that is the head or the tail.
    ///
    /// # Safety
    ///
    /// `prev` and `next` must be in this list, where they are nodes.
    unsafe fn link(
        &mut self,
        prev: Option<NodePtr>,
        next: Option<NodePtr>,
        after_prev: Option<NodePtr>,
        before_next: Option<NodePtr>,
    ) {
        match prev {
            None => self.head = after_prev,
            // SAFETY: the caller says that `prev` is in this list.
            Some(prev) => unsafe { prev.node() }.next.set(after_prev),
        }
        match next {
            None => self.tail = before_next,
            // SAFETY: as for `prev`.
            Some(next) => unsafe { next.node() }.prev.set(before_next),
        }
    }
}
