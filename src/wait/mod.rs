//! Sleeping and waking.
//!
//! The words used here and above:
//!
//! - a *node* is one waiter's place in a line; it lives inside the pinned future that waits;
//! - *queued*: the node is linked, and the future will be woken through it;
//! - *woken*: taken out of the line, its waker handed out, and not polled since;
//! - a *row* is a line of getters or putters with what it takes to serve them fairly;
//! - the *joiners* are a line that is released as a whole.
//!
//! Nothing in here locks, wakes or drops a waker: the functions run inside the queue's lock and
//! return the wakers that the caller shall wake or drop once outside.

mod effects;
mod joiners;
mod list;
mod node;
mod row;

pub(crate) use effects::{Effects, Wake, wake_each};
pub(crate) use joiners::Joiners;
pub(crate) use node::{Line, Node};
pub(crate) use row::{Row, Tickets};
