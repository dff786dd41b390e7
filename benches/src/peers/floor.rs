//! The least that counting what is done can cost: one addition beside a storage.

use std::future::{Future, pending};
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::peers::tracked::Completion;

/// A number of items done, which nobody can wait for: a storage's own tickets say how many were put.
#[derive(Default)]
pub struct Addition(AtomicUsize);

impl Completion for Addition {
    const NAME: &'static str = "one addition";

    #[inline]
    fn add(&self) {}

    #[inline]
    fn done(&self) {
        // Ordering: Release, for whoever would look whether all is done.
        self.0.fetch_add(1, Ordering::Release);
    }

    /// Never resolves: it takes part only where nobody joins.
    fn wait(&self) -> impl Future<Output = ()> + Send {
        pending()
    }
}
