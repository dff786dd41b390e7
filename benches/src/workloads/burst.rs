//! One thread: put 512, then get and finish 512.

use std::hint::black_box;
use std::time::Instant;

use super::{Fault, Measured, Polling, per_item, refused};
use crate::peer::{Capacity, Consumer, Got, Peer, Producer};

const BURST: u64 = 512;

/// Bursts of 512.
pub struct Burst {
    /// Of the queue: at least 512.
    pub capacity: Capacity,
}

impl Polling<u64> for Burst {
    fn run<P: Peer<u64>>(&self, items: u64) -> Measured {
        let (producer, mut consumer) = P::open(self.capacity).ok_or(Fault::Absent)?;
        let bursts = items.div_ceil(BURST);
        let start = Instant::now();
        let mut sum = 0;
        for burst in 0..bursts {
            for number in burst * BURST..(burst + 1) * BURST {
                if !producer.try_put(black_box(number)) {
                    return Err(refused("a put with room"));
                }
            }
            for _ in 0..BURST {
                let got = consumer.try_get();
                sum += black_box(got.ok_or_else(|| refused("a get with items"))?.finish());
            }
        }
        per_item(start.elapsed(), bursts * BURST, sum)
    }
}
