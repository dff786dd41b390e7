//! Two threads and two queues with room for one: a number goes over and comes back.

use std::thread;
use std::time::Instant;

use super::{Blocking, Fault, Measured, per_item};
use crate::peer::{BlockingPeer, Capacity, GetBlocking, Got, PutBlocking};

/// Round trips between threads.
pub struct PingPongThreads;

impl Blocking<u64> for PingPongThreads {
    fn run<P: BlockingPeer<u64>>(&self, items: u64) -> Measured {
        let room = Capacity::Bounded(1);
        let (serve, mut receive) = P::open(room).ok_or(Fault::Absent)?;
        let (reply, mut replies) = P::open(room).ok_or(Fault::Absent)?;
        let (took, sum) = thread::scope(|scope| {
            scope.spawn(move || {
                for _ in 0..items {
                    reply.put_blocking(receive.get_blocking().finish());
                }
            });
            // The first trip, outside of the time: the other thread is running then.
            serve.put_blocking(0);
            let mut sum = replies.get_blocking().finish();
            let start = Instant::now();
            for number in 1..items {
                serve.put_blocking(number);
                sum += replies.get_blocking().finish();
            }
            (start.elapsed(), sum)
        });
        per_item(took, items, sum)
    }
}
