//! One waiter's place in a line.
//!
//! Invariants:
//!
//! - **N1** A node that may be in a list is read and written only while the lock of the line that it waits in is
//!   held, by its owner and by others alike: whoever calls what is in here holds it, but for `new`, `line`,
//!   `is_in_line`, and for `begin` and `end`, which are called by the owner while the node is in no list, so that
//!   nobody else can reach it. (`line` never changes.)
//! - **N2** A node that is in a list is pinned, and neither moved nor dropped until it has been
//!   taken out.
//! - **N3** `in_line` is the exception: it is written by the owner alone, in polls and in cancelling, of which
//!   one happens at a time, and while the node is in no list. So the owner reads it without the lock: a future that
//!   never had to wait never locks on behalf of its node.
//! - **N4** While `in_line` is set, `links` is initialised. Before, and afterwards, it holds nothing that
//!   would have to be dropped: a future that never waits does not write it, and who moves that future need
//!   not read it.
//!
//! Every field that changes is a cell, so that nobody ever reads or writes through a `&mut Node`: owner and list
//! reach it through shared references and pointers made from them. The `Pin<&mut _>` that an executor and
//! a projection hold around the same bytes assert nothing, because a node, and so every future with one
//! in it, is `!Unpin`.

use core::cell::{Cell, UnsafeCell};
use core::marker::PhantomPinned;
use core::mem::{self, MaybeUninit, size_of};
use core::panic::{RefUnwindSafe, UnwindSafe};
use core::ptr::NonNull;
use core::task::Waker;

/// The three lines of waiters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Line {
    Getters,
    Putters,
    Joiners,
}

/// What a node is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// In no list, and nothing is owed to it.
    Idle,
    /// In the list, with a waker.
    Queued,
    /// Was taken out of the list to be woken, and its owner has not come back yet. No waker.
    Woken,
}

/// 40 bytes on 64-bit targets, 24 on 32-bit ones; the last 8 are written before the wait begins.
#[allow(
    missing_debug_implementations,
    reason = "what is inside belongs to the lock"
)]
pub struct Node {
    /// Initialised once the wait has begun (N4).
    links: UnsafeCell<MaybeUninit<Links>>,
    /// When it began to wait: its ticket in a [`Row`](super::Row), the epoch among the
    /// [`Joiners`](super::Joiners).
    pub(super) mark: Cell<u32>,
    /// In a [`Row`](super::Row): how often it was woken and found nothing, up to a limit.
    pub(super) lost: Cell<u8>,
    pub(super) place: Cell<Place>,
    /// Whether the owner has begun to wait and not ended it. If not, the node is in no list, and `place` is
    /// `Idle`.
    in_line: Cell<bool>,
    /// Where it waits, if it waits.
    line: Line,
    _pinned: PhantomPinned,
}

/// What makes a waiter of a node.
pub(super) struct Links {
    pub(super) next: Cell<Option<NodePtr>>,
    pub(super) prev: Cell<Option<NodePtr>>,
    waker: Cell<Option<Waker>>,
}

// SAFETY: by N1 each access to the fields is ordered by a lock, whichever thread it comes from, and
// `in_line` goes where its owner goes (N3).
// - `Send`: what the links point to is reached only through the list, under its lock (N1, N2).
unsafe impl Send for Node {}
// SAFETY: as above; a `&Node` is of use only to who holds the lock (N1) or owns it (N3).
unsafe impl Sync for Node {}

impl Node {
    #[inline]
    pub(crate) const fn new(line: Line) -> Self {
        Self {
            links: UnsafeCell::new(MaybeUninit::uninit()),
            mark: Cell::new(0),
            lost: Cell::new(0),
            place: Cell::new(Place::Idle),
            in_line: Cell::new(false),
            line,
            _pinned: PhantomPinned,
        }
    }

    pub(crate) fn line(&self) -> Line {
        self.line
    }

    /// For the owner: whether there is a wait to be ended by `leave` (N3).
    #[inline]
    pub(crate) fn is_in_line(&self) -> bool {
        self.in_line.get()
    }

    /// For who holds the lock.
    ///
    /// # Safety
    ///
    /// The owner has begun to wait and not ended it: as is true of every node in a list.
    #[inline]
    pub(super) unsafe fn links(&self) -> &Links {
        debug_assert!(self.in_line.get());
        // SAFETY: nobody makes a `&mut` of it but `begin`, which is over (N1).
        let links = unsafe { &*self.links.get() };
        // SAFETY: the caller says that it is in line (N4).
        unsafe { links.assume_init_ref() }
    }

    /// For the owner of a node that is not in line: it is, from now on, with this waker.
    pub(crate) fn begin(&self, waker: Waker) {
        debug_assert!(!self.in_line.get());
        let links = Links {
            next: Cell::new(None),
            prev: Cell::new(None),
            waker: Cell::new(Some(waker)),
        };
        // SAFETY: a node that is not in line is its owner's alone (N1), which has no references to the
        // links then.
        unsafe { &mut *self.links.get() }.write(links);
        self.in_line.set(true);
    }

    /// Makes sure that the node is in line with a waker that wakes what `waker` wakes: its own, or the clone in
    /// `spare`, in exchange for its own. Returns `false`, and has done nothing, if it would take a clone and
    /// there is none.
    ///
    /// Without a `waker` its own is known to be the right one, if it is still there. So it is once this has
    /// returned `true`, and then `waker` is gone: a clone need not know that it wakes what the original does, and
    /// asked once more it would be exchanged for what is in `spare`, the one that it has displaced.
    #[inline]
    pub(super) fn has_waker(&self, waker: &mut Option<&Waker>, spare: &mut Option<Waker>) -> bool {
        if !self.in_line.get() {
            return false;
        }
        // SAFETY: it is in line.
        let place = unsafe { &self.links().waker };
        let mut own = place.take();
        let fits = match (&own, *waker) {
            (Some(own), Some(waker)) => own.will_wake(waker),
            (Some(_), None) => true,
            (None, _) => false,
        };
        let exchanges = !fits && spare.is_some();
        if exchanges {
            mem::swap(&mut own, spare);
        }
        place.set(own);
        if fits || exchanges {
            *waker = None;
        }
        fits || exchanges
    }

    /// For the owner of a node that is in no list: ends the wait, if it has begun, and returns the waker, if
    /// it is still there. Called without the lock, where the waker may be dropped.
    #[inline]
    pub(crate) fn end(&self) -> Option<Waker> {
        if !self.in_line.replace(false) {
            return None;
        }
        // SAFETY: it is in no list, and so its owner's alone (N1).
        let links = unsafe { &*self.links.get() };
        // SAFETY: it was in line, so that there are links (N4).
        unsafe { links.assume_init_ref() }.take_waker()
    }
}

impl Links {
    /// Takes the waker out, to be woken or dropped outside the lock.
    #[inline]
    pub(super) fn take_waker(&self) -> Option<Waker> {
        self.waker.take()
    }
}

const _: () = assert!(size_of::<Node>() <= if size_of::<usize>() == 8 { 40 } else { 24 });

// What unwinding leaves behind is what `wait` and `leave` leave behind: they run to their ends.
impl UnwindSafe for Node {}
impl RefUnwindSafe for Node {}

/// A node's address, as the list keeps it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NodePtr(NonNull<Node>);

// SAFETY: the pointer is followed only under the lock (N1), from whichever thread holds it.
unsafe impl Send for NodePtr {}

impl NodePtr {
    #[inline]
    pub(super) fn new(node: &Node) -> Self {
        Self(NonNull::from(node))
    }

    /// # Safety
    ///
    /// The node must be in a list that stays locked, and keeps the node, for `'a`.
    pub(super) unsafe fn node<'a>(self) -> &'a Node {
        // SAFETY: the caller says that the node is in a list, so that it is alive and pinned (N2).
        // It was made from a `&Node`, and all of a node that changes lies in cells, so that a shared
        // reference allows all that is done with it.
        unsafe { self.0.as_ref() }
    }

    /// # Safety
    ///
    /// As for `node`.
    pub(super) unsafe fn links<'a>(self) -> &'a Links {
        // SAFETY: passed on to the caller.
        let node = unsafe { self.node() };
        // SAFETY: a node in a list is in line.
        unsafe { node.links() }
    }
}
