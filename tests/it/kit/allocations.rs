//! Counts allocations and allocated bytes, thread by thread.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

thread_local! {
    static COUNT: Cell<usize> = const { Cell::new(0) };
    static BYTES: Cell<isize> = const { Cell::new(0) };
    static HOOK: Cell<Option<fn()>> = const { Cell::new(None) };
}

/// Calls `hook` inside the next allocation of this thread. It must not unwind.
pub(crate) fn on_next_allocation(hook: fn()) {
    HOOK.set(Some(hook));
}

fn book(count: usize, bytes: isize) {
    // An error means that the thread is ending: nobody asks any more.
    if count > 0 {
        if let Some(hook) = HOOK.try_with(Cell::take).ok().flatten() {
            hook();
        }
    }
    let _ = COUNT.try_with(|total| total.set(total.get() + count));
    let _ = BYTES.try_with(|total| total.set(total.get() + bytes));
}

struct Counting;

// SAFETY: passes everything on to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        book(1, layout.size().cast_signed());
        // SAFETY: the caller's promises, passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, ptr: *mut u8, layout: Layout) {
        book(0, -layout.size().cast_signed());
        // SAFETY: the caller's promises, passed on.
        unsafe { System.dealloc(ptr, layout) }
    }

    unsafe fn realloc(&self, ptr: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        book(1, new_size.cast_signed() - layout.size().cast_signed());
        // SAFETY: the caller's promises, passed on.
        unsafe { System.realloc(ptr, layout, new_size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// How often `f` allocates or reallocates on this thread.
pub(crate) fn allocations(f: impl FnOnce()) -> usize {
    let before = COUNT.with(Cell::get);
    f();
    COUNT.with(Cell::get) - before
}

/// How many bytes more are allocated after `f` than before it, counting this thread alone.
pub(crate) fn retained<R>(f: impl FnOnce() -> R) -> (R, isize) {
    let before = BYTES.with(Cell::get);
    let result = f();
    (result, BYTES.with(Cell::get) - before)
}
