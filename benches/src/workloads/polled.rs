//! One thread: a put future and a get future, each ready at its first poll.

use std::future::Future;
use std::hint::black_box;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Instant;

use super::{Asynchronous, Fault, Measured, per_item, refused};
use crate::peer::{AsyncPeer, Capacity, GetAsync, Got, PutAsync};

/// Futures that do not wait.
pub struct Polled {
    /// Of the queue.
    pub capacity: Capacity,
}

impl Asynchronous<u64> for Polled {
    fn run<P: AsyncPeer<u64>>(&self, items: u64) -> Measured {
        let (producer, mut consumer) = P::open(self.capacity).ok_or(Fault::Absent)?;
        let start = Instant::now();
        let mut sum = 0;
        for number in 0..items {
            ready(producer.put(black_box(number))).ok_or_else(|| refused("a put with room"))?;
            let got = ready(consumer.get()).ok_or_else(|| refused("a get with an item"))?;
            sum += black_box(got.finish());
        }
        per_item(start.elapsed(), items, sum)
    }
}

fn ready<F: Future>(future: F) -> Option<F::Output> {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => Some(output),
        Poll::Pending => None,
    }
}
