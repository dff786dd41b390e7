//! Waiting, waking and leaving, evaluated by the compiler: see `run`.
#![feature(
    const_cell_traits,
    const_closures,
    const_cmp,
    const_convert,
    const_default,
    const_destruct,
    const_index,
    const_option_ops,
    const_raw_ptr_comparison,
    const_trait_impl,
    const_try,
    derive_const
)]

mod stand_ins;
mod wait;

use stand_ins::Waker;
use wait::{Joiners, Line, Node, Row, Tickets};

const NODES: usize = 4;
/// The number of orders of so many.
const ORDERS: usize = 24;

const fn nodes() -> [Node; NODES] {
    [const { Node::new(Line::Getters) }; NODES]
}

/// The nodes in the order with this number.
const fn order(mut number: usize) -> [usize; NODES] {
    let mut left = [0, 1, 2, 3];
    let mut order = [0; NODES];
    let mut at = 0;
    while at < NODES {
        let choices = NODES - at;
        let chosen = number % choices;
        number /= choices;
        order[at] = left[chosen];
        left[chosen] = left[choices - 1];
        at += 1;
    }
    order
}

/// A row whose nodes are known by their index.
struct Getters<'a> {
    row: Row,
    tickets: Tickets,
    nodes: &'a [Node; NODES],
}

impl<'a> Getters<'a> {
    /// With everybody in line.
    const fn new(nodes: &'a [Node; NODES]) -> Self {
        let mut getters = Self {
            row: Row::new(),
            tickets: Tickets::new(),
            nodes,
        };
        let mut tag = 0;
        while tag < NODES {
            getters.wait(tag);
            tag += 1;
        }
        assert!(getters.row.waiting() == NODES);
        getters
    }

    const fn wait(&mut self, tag: usize) {
        let waker = Waker(tag as u8);
        let mut spare = None;
        let (row, node, tickets) = (&mut self.row, &self.nodes[tag], &mut self.tickets);
        let mut to_wake = Some(&waker);
        if node.is_in_line() {
            spare = Some(Waker(tag as u8));
        } else {
            node.begin(Waker(tag as u8));
            to_wake = None;
        }
        // SAFETY: the nodes outlive the row, unless a test means them not to.
        assert!(unsafe { row.wait(node, tickets, &mut to_wake, &mut spare) });
    }

    /// Wakes the first in line, who must be this one.
    const fn notify(&mut self, tag: usize) {
        assert!(self.row.notify_one().expect("nobody is in line").0 as usize == tag);
    }

    /// Returns whether a notice has to be passed on.
    const fn leave(&mut self, tag: usize) -> bool {
        let node = &self.nodes[tag];
        // SAFETY: the nodes wait in this row only.
        let owes_notice = unsafe { self.row.leave(node) };
        assert!(node.end().is_none() == owes_notice);
        owes_notice
    }

    /// The rest is woken in the order in which it came, but for those that are `gone`.
    const fn finish(&mut self, gone: [bool; NODES]) {
        let mut tag = 0;
        while tag < NODES {
            if !gone[tag] {
                self.notify(tag);
                assert!(self.leave(tag));
            }
            tag += 1;
        }
        assert!(self.row.notify_one().is_none() && self.row.waiting() == 0);
        assert!(self.row.admits_newcomers(const || 0));
    }
}

/// Whoever leaves, and in whatever order, the others stay in line.
const fn leaving() {
    let mut number = 0;
    while number < ORDERS {
        let mut leavers = 0;
        while leavers <= NODES {
            let nodes = nodes();
            let mut getters = Getters::new(&nodes);
            let mut gone = [false; NODES];
            let mut at = 0;
            while at < leavers {
                let tag = order(number)[at];
                assert!(!getters.leave(tag));
                gone[tag] = true;
                at += 1;
            }
            getters.finish(gone);
            leavers += 1;
        }
        number += 1;
    }
}

/// Whoever was woken comes back to its place, in whatever order they come, once and twice.
const fn coming_back() {
    let mut number = 0;
    while number < ORDERS {
        let nodes = nodes();
        let mut getters = Getters::new(&nodes);
        let mut time = 0;
        while time < 2 {
            let mut tag = 0;
            while tag < NODES {
                getters.notify(tag);
                tag += 1;
            }
            let mut at = 0;
            while at < NODES {
                getters.wait(order(number)[at]);
                at += 1;
            }
            assert!(getters.row.admits_newcomers(const || 0) == (time == 0));
            time += 1;
        }
        // The last that came back leaves, so that another is the last.
        assert!(!getters.leave(order(number)[0]));
        let mut gone = [false; NODES];
        gone[order(number)[0]] = true;
        getters.finish(gone);
        number += 1;
    }
}

/// Some leave after they were woken, and owe a notice then; the others come back.
const fn leaving_woken() {
    let mut number = 0;
    while number < ORDERS {
        let nodes = nodes();
        let mut getters = Getters::new(&nodes);
        getters.notify(0);
        getters.notify(1);
        let mut gone = [false; NODES];
        let mut at = 0;
        while at < NODES {
            let tag = order(number)[at];
            if at % 2 == 0 {
                assert!(getters.leave(tag) == (tag < 2));
                gone[tag] = true;
            } else {
                getters.wait(tag);
            }
            at += 1;
        }
        getters.finish(gone);
        number += 1;
    }
}

/// One that came back leaves before the next comes back: that one's place is found all the same.
const fn coming_back_later() {
    let mut leaver = 0;
    while leaver < 2 {
        let nodes = nodes();
        let mut getters = Getters::new(&nodes);
        getters.notify(0);
        getters.notify(1);
        getters.notify(2);
        getters.wait(0);
        getters.wait(1);
        assert!(!getters.leave(leaver));
        getters.wait(2);
        let mut gone = [false; NODES];
        gone[leaver] = true;
        getters.finish(gone);
        leaver += 1;
    }
}

/// Joiners are let go together; one that comes during the release stays, and one that leaves is not
/// woken.
const fn joining() {
    let mut number = 0;
    while number < ORDERS {
        let nodes = nodes();
        let [first, second, third, _] = order(number);
        let mut joiners = Joiners::new();
        join(&mut joiners, &nodes, first);
        join(&mut joiners, &nodes, second);
        joiners.release();
        join(&mut joiners, &nodes, third);
        assert!(joiners.is_released(&nodes[first]) && !joiners.is_released(&nodes[third]));
        assert!(joiners.next_released().expect("a joiner").0 as usize == first);
        // SAFETY: the nodes wait in this line only.
        unsafe { joiners.leave(&nodes[second]) };
        assert!(nodes[second].end().expect("a waker").0 as usize == second);
        assert!(joiners.next_released().is_none() && joiners.waiting() == 1);
        joiners.release();
        assert!(joiners.next_released().expect("a joiner").0 as usize == third);
        // SAFETY: as above.
        unsafe { joiners.leave(&nodes[first]) };
        assert!(nodes[first].end().is_none());
        number += 1;
    }
}

const fn join(joiners: &mut Joiners, nodes: &[Node; NODES], tag: usize) {
    nodes[tag].begin(Waker(tag as u8));
    // SAFETY: the nodes outlive the line.
    assert!(unsafe { joiners.wait(&nodes[tag], &mut None, &mut None) });
}

const _: () = leaving();
const _: () = coming_back();
const _: () = leaving_woken();
const _: () = coming_back_later();
const _: () = joining();

/// A future that was forgotten on a stack: its node goes while it is in line.
#[cfg(misuse = "forgotten")]
const _: () = {
    const fn forget() -> Row {
        Getters::new(&nodes()).row
    }
    let mut row = forget();
    row.notify_one();
};

/// Nodes that are moved while they are in line: the list looks for them where they were.
#[cfg(misuse = "moved")]
const _: () = {
    const fn move_out() -> (Row, [Node; NODES]) {
        let nodes = nodes();
        (Getters::new(&nodes).row, nodes)
    }
    let (mut row, _nodes) = move_out();
    row.notify_one();
};
