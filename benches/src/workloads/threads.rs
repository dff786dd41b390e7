//! Producer and consumer threads that block.

use std::sync::Barrier;
use std::thread;
use std::time::Instant;

use super::stream::{Stream, get_all_blocking, put_all_blocking};
use super::{Blocking, Measured, per_item};
use crate::peer::{BlockingPeer, Capacity};

/// Threads that stream items through one queue.
pub struct Threads {
    /// How many put.
    pub producers: usize,
    /// How many get.
    pub consumers: usize,
    /// Of the queue.
    pub capacity: Capacity,
}

impl Blocking<u64> for Threads {
    fn run<P: BlockingPeer<u64>>(&self, items: u64) -> Measured {
        let ends = Stream::open::<u64, P>(self.capacity, self.producers, self.consumers, items)?;
        let (items, puts, gets) = (ends.items, ends.per_producer(), ends.per_consumer());
        let ready = &Barrier::new(self.producers + self.consumers + 1);
        let (start, sum) = thread::scope(|scope| {
            let consumers: Vec<_> = ends
                .consumers
                .into_iter()
                .map(|consumer| {
                    scope.spawn(move || {
                        ready.wait();
                        get_all_blocking(consumer, gets)
                    })
                })
                .collect();
            for (number, producer) in (0..).zip(ends.producers) {
                scope.spawn(move || {
                    ready.wait();
                    put_all_blocking(&producer, number * puts, puts);
                });
            }
            ready.wait();
            let start = Instant::now();
            let sums = consumers.into_iter().map(|thread| thread.join());
            let sum = sums.map(|sum| sum.expect("a consumer panicked")).sum();
            (start, sum)
        });
        per_item(start.elapsed(), items, sum)
    }
}
