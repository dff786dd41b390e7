//! Plain data that threads hand over.

use std::sync::Arc;

use loom::cell::UnsafeCell;

/// A number without any synchronisation of its own: loom fails a model in which it is read or written
/// while another thread may be writing it.
#[derive(Clone)]
pub struct Data(Arc<UnsafeCell<u32>>);

// SAFETY: loom checks every access, and runs all threads of a model on one.
unsafe impl Send for Data {}

impl Data {
    #[expect(clippy::new_without_default, reason = "it belongs to a running model")]
    pub fn new() -> Self {
        #[expect(clippy::arc_with_non_send_sync, reason = "see above")]
        Self(Arc::new(UnsafeCell::new(0)))
    }

    pub fn write(&self, value: u32) {
        // SAFETY: loom has checked that nobody else has access.
        self.0.with_mut(|data| unsafe { *data = value });
    }

    pub fn read(&self) -> u32 {
        // SAFETY: loom has checked that nobody writes.
        self.0.with(|data| unsafe { *data })
    }
}
