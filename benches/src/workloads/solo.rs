//! One task on an executor, that puts one and gets it: the first step of growth.

use std::hint::black_box;

use super::{Asynchronous, Fault, Measured, per_item};
use crate::executors::{Kind, Work, run};
use crate::peer::{AsyncPeer, Capacity, GetAsync, Got, PutAsync};

/// A task alone with a queue.
pub struct Solo {
    /// Who runs it.
    pub executor: Kind,
    /// Of the queue.
    pub capacity: Capacity,
}

impl Asynchronous<u64> for Solo {
    fn run<P: AsyncPeer<u64>>(&self, items: u64) -> Measured {
        let (producer, mut consumer) = P::open(self.capacity).ok_or(Fault::Absent)?;
        let task: Work<u64> = Box::pin(async move {
            let mut sum = 0;
            for number in 0..items {
                producer.put(black_box(number)).await;
                sum += black_box(consumer.get().await.finish());
            }
            sum
        });
        let (took, sums) = run(self.executor, vec![task]);
        per_item(took, items, sums[0])
    }
}
