//! Threads that sleep in a model, which has no clock: a deadline passes when nothing else happens, or
//! sooner.
//!
//! loom's own `unpark` lets a thread go on whatever it is blocked in, and be it a lock or a `join`, which fails an
//! assertion then (loom 0.7.2, `rt::thread::Thread::set_unparked`). But a thread may well be unparked late, when it
//! has seen its signal and gone on. So it is called here only for who is parked; for others it is remembered.

extern crate alloc;
extern crate std;

use core::cell::Cell;

use loom::thread::{self, park};

use self::alloc::rc::Rc;
use self::std::time::Instant;

#[derive(Clone)]
pub(crate) struct Thread(Rc<Sleep>);

struct Sleep {
    thread: thread::Thread,
    is_parked: Cell<bool>,
    is_unparked: Cell<bool>,
}

// SAFETY: loom runs all threads of an execution on one thread of the system, and lets another go on only within
// a call of its own, none of which happens while the count changes or a cell is accessed.
unsafe impl Send for Thread {}
// SAFETY: as above.
unsafe impl Sync for Thread {}

impl Thread {
    pub(crate) fn unpark(&self) {
        if self.0.is_parked.take() {
            self.0.thread.unpark();
        } else {
            self.0.is_unparked.set(true);
        }
    }
}

loom::thread_local! {
    static CURRENT: Thread = Thread(Rc::new(Sleep {
        thread: thread::current(),
        is_parked: Cell::new(false),
        is_unparked: Cell::new(false),
    }));
}

pub(crate) fn current() -> Thread {
    CURRENT.with(Thread::clone)
}

/// loom's does not know `const`.
macro_rules! per_thread {
    (static $name:ident: $type:ty = const { $init:expr };) => {
        loom::thread_local! { static $name: $type = $init; }
    };
}
pub(crate) use per_thread as thread_local;

/// As on the other side.
pub(crate) fn park_until(deadline: Option<Instant>) -> bool {
    match deadline {
        None => {
            let sleep = current().0;
            if !sleep.is_unparked.take() {
                sleep.is_parked.set(true);
                park();
            }
        }
        // The others go on as far as they like.
        Some(_) => loom::thread::yield_now(),
    }
    deadline.is_none()
}

/// As on the other side. Nobody has to be let go on: whoever waits for another thread takes its turns elsewhere, in
/// the operations of the queue.
pub(crate) fn pause_until(deadline: Option<Instant>) -> bool {
    deadline.is_none()
}
