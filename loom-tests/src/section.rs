//! Critical sections as a microcontroller has them: one for everything, which nests. Made of loom's mutex.

use std::cell::RefCell;
use std::sync::PoisonError;

use critical_section::{Impl, RawRestoreState, set_impl};
use loom::sync::{Mutex, MutexGuard};
use loom::{lazy_static, thread_local};

struct Section;

set_impl!(Section);

lazy_static! {
    static ref MASKED: Mutex<()> = Mutex::new(());
}

thread_local! {
    /// Of the thread that is inside.
    static INSIDE: RefCell<Option<MutexGuard<'static, ()>>> = RefCell::new(None);
}

// SAFETY: between `acquire` and `release` the thread has the mutex, or had it before and has it afterwards.
unsafe impl Impl for Section {
    /// Returns whether the thread is inside already.
    unsafe fn acquire() -> RawRestoreState {
        let nested = INSIDE.with(|inside| inside.borrow().is_some());
        if !nested {
            let guard = MASKED.lock().unwrap_or_else(PoisonError::into_inner);
            INSIDE.with(|inside| inside.replace(Some(guard)));
        }
        nested
    }

    unsafe fn release(nested: RawRestoreState) {
        if !nested {
            drop(INSIDE.with(RefCell::take));
        }
    }
}
