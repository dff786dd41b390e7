//! A machine with interrupts, one for each thread: a critical section that lets them in wherever they
//! could come.
//!
//! An interrupt can come at any instruction outside of a critical section. What it can observe changes
//! only in sections and in foreign code, so it is enough to let it come before and after each of those:
//! at *points*. An interrupt has points itself, at which a second one, of higher priority, can come.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use critical_section::RawRestoreState;

/// How deep interrupts nest.
pub const LEVELS: usize = 2;

type Handler = Rc<dyn Fn(usize)>;

thread_local! {
    static MASKED: Cell<bool> = const { Cell::new(false) };
    static LEVEL: Cell<usize> = const { Cell::new(LEVELS) };
    static COUNT: [Cell<usize>; LEVELS] = const { [const { Cell::new(0) }; LEVELS] };
    static AT: [Cell<usize>; LEVELS] = const { [const { Cell::new(0) }; LEVELS] };
    static HANDLER: RefCell<Option<Handler>> = const { RefCell::new(None) };
}

/// An instant at which an interrupt may come.
pub fn point() {
    let level = LEVEL.get();
    if MASKED.get() || level == LEVELS {
        return;
    }
    let count = COUNT.with(|count| count[level].replace(count[level].get() + 1));
    if AT.with(|at| at[level].get()) == count {
        let handler = HANDLER.with_borrow(Clone::clone);
        LEVEL.set(level + 1);
        if let Some(handler) = handler {
            handler(level);
        }
        LEVEL.set(level);
    }
}

/// Runs `f`; at its point `at[0]` the handler comes in, with 0, and at point `at[1]` of that once more,
/// with 1. Returns how many points there were on either level.
pub fn interrupted<R>(
    at: [usize; LEVELS],
    handler: impl Fn(usize) + 'static,
    f: impl FnOnce() -> R,
) -> (R, [usize; LEVELS]) {
    AT.with(|cells| (0..LEVELS).for_each(|level| cells[level].set(at[level])));
    COUNT.with(|cells| cells.iter().for_each(|count| count.set(0)));
    HANDLER.set(Some(Rc::new(handler)));
    LEVEL.set(0);
    let result = f();
    LEVEL.set(LEVELS);
    HANDLER.set(None);
    (
        result,
        COUNT.with(|count| std::array::from_fn(|level| count[level].get())),
    )
}

/// Whether this thread is inside a critical section.
pub fn is_masked() -> bool {
    MASKED.get()
}

struct Machine;

critical_section::set_impl!(Machine);

// SAFETY: the state of a queue is used by one thread only here, and inside a section no handler runs on
// it.
unsafe impl critical_section::Impl for Machine {
    unsafe fn acquire() -> RawRestoreState {
        point();
        MASKED.replace(true)
    }

    unsafe fn release(was_masked: RawRestoreState) {
        MASKED.set(was_masked);
        point();
    }
}
