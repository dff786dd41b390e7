//! A global allocator that counts while it is told to.
//!
//! The counters are loaded and stored, not added to atomically: what is counted runs on one thread, and
//! a locked instruction here would be counted as the peer's. While not counting, an allocation costs
//! one load and one branch more than without.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};

static COUNTING: AtomicBool = AtomicBool::new(false);
static ALLOCATIONS: AtomicUsize = AtomicUsize::new(0);
static LIVE: AtomicUsize = AtomicUsize::new(0);

/// The system's allocator, counted.
pub struct Counting;

/// What the counters say.
#[derive(Clone, Copy, Debug)]
pub struct Snapshot {
    /// Allocations so far.
    pub allocations: usize,
    /// Bytes allocated and not freed.
    pub live: usize,
}

/// Begins to count. Never ends: what was allocated before is freed uncounted, or below zero.
pub fn start() {
    COUNTING.store(true, Relaxed);
}

/// The counters now.
pub fn snapshot() -> Snapshot {
    Snapshot {
        allocations: ALLOCATIONS.load(Relaxed),
        live: LIVE.load(Relaxed),
    }
}

impl Snapshot {
    /// What has come to it since `earlier`.
    pub fn since(self, earlier: Self) -> Self {
        Self {
            allocations: self.allocations - earlier.allocations,
            live: self.live.wrapping_sub(earlier.live),
        }
    }
}

fn allocated(bytes: usize) {
    ALLOCATIONS.store(ALLOCATIONS.load(Relaxed) + 1, Relaxed);
    LIVE.store(LIVE.load(Relaxed).wrapping_add(bytes), Relaxed);
}

fn freed(bytes: usize) {
    LIVE.store(LIVE.load(Relaxed).wrapping_sub(bytes), Relaxed);
}

// SAFETY: every call goes on to `System` as it is; the counters do not allocate.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if COUNTING.load(Relaxed) {
            allocated(layout.size());
        }
        // SAFETY: the caller's promises are the ones asked for.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        if COUNTING.load(Relaxed) {
            allocated(layout.size());
        }
        // SAFETY: the caller's promises are the ones asked for.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        if COUNTING.load(Relaxed) {
            freed(layout.size());
        }
        // SAFETY: the caller's promises are the ones asked for.
        unsafe { System.dealloc(memory, layout) }
    }

    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        if COUNTING.load(Relaxed) {
            freed(layout.size());
            allocated(size);
        }
        // SAFETY: the caller's promises are the ones asked for.
        unsafe { System.realloc(memory, layout, size) }
    }
}
