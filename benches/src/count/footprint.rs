//! How large things are: queues, futures, and what a waiting get takes from the heap.

use std::future::Future;
use std::pin::{Pin, pin};
use std::task::{Context, Waker};

use super::heap::{Snapshot, snapshot};
use crate::peer::{AsyncPeer, Capacity, Consumer, GetAsync, PutAsync};
use crate::workloads::{Asynchronous, Fault, Measured};

/// In the order of the figures; one that is not a number does not exist.
pub(super) const METRICS: [&str; 5] = [
    "heap of an empty queue",
    "get future",
    "put future",
    "heap of a waiting get",
    "allocations of a waiting get",
];

/// Bytes and allocations of a queue of `u64`, not of items.
pub(super) struct Footprint {
    pub(super) capacity: Capacity,
}

impl Asynchronous<u64> for Footprint {
    fn run<P: AsyncPeer<u64>>(&self, _items: u64) -> Measured {
        let before = snapshot();
        let (producer, mut consumer) = P::open(self.capacity).ok_or(Fault::Absent)?;
        let queue = snapshot().since(before);

        let or_none = |bytes: Option<usize>| bytes.map_or(f64::NAN, |bytes| bytes as f64);
        let get = or_none(consumer.get_bytes());
        let put = or_none(producer.put_bytes(0));

        // Where two can wait: the second one, for the first may pay for what they share.
        let waiting = match consumer.share() {
            Some(mut second) => {
                let mut first = pin!(consumer.get());
                poll(first.as_mut());
                waiting_get(&mut second)
            }
            None => waiting_get(&mut consumer),
        };
        Ok(vec![
            queue.live as f64,
            get,
            put,
            waiting.live as f64,
            waiting.allocations as f64,
        ])
    }
}

fn waiting_get(consumer: &mut impl GetAsync<u64>) -> Snapshot {
    let mut get = pin!(consumer.get());
    let before = snapshot();
    poll(get.as_mut());
    snapshot().since(before)
}

fn poll<F: Future>(future: Pin<&mut F>) {
    let polled = future.poll(&mut Context::from_waker(Waker::noop()));
    assert!(polled.is_pending(), "the queue is empty");
}
