//! The count that is written by hand: an atomic number, and an event for when it is zero.

use std::sync::atomic::{AtomicUsize, Ordering};

use event_listener::Event;

use crate::peers::tracked::Completion;

/// A counter with event-listener's `Event`.
#[derive(Default)]
pub struct Counter {
    unfinished: AtomicUsize,
    zero: Event,
}

impl Completion for Counter {
    const NAME: &'static str = "counter";

    #[inline]
    fn add(&self) {
        // Ordering: Relaxed; the channel publishes the item, and with it the count.
        self.unfinished.fetch_add(1, Ordering::Relaxed);
    }

    #[inline]
    fn done(&self) {
        // Ordering: Release, for the Acquire in `wait`; AcqRel so that the last one has seen the rest.
        if self.unfinished.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.zero.notify(usize::MAX);
        }
    }

    async fn wait(&self) {
        while self.unfinished.load(Ordering::Acquire) != 0 {
            let zero = self.zero.listen();
            // Once more, now that a notification cannot be missed.
            if self.unfinished.load(Ordering::Acquire) == 0 {
                return;
            }
            zero.await;
        }
    }
}
