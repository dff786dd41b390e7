//! The two halves of every streaming workload: put a share of the numbers, and take a number of items.

use std::hint::black_box;

use crate::item::Item;
use crate::peer::{Capacity, Consumer, GetAsync, GetBlocking, Got, Peer, PutAsync, PutBlocking};
use crate::workloads::Fault;

/// The ends of a stream of items, and the share of each.
pub(super) struct Stream<P, C> {
    pub(super) producers: Vec<P>,
    pub(super) consumers: Vec<C>,
    pub(super) items: u64,
}

impl<P, C> Stream<P, C> {
    /// `items` is rounded up, so that all producers put the same number and all consumers take the same.
    pub(super) fn open<T, Q>(
        capacity: Capacity,
        producers: usize,
        consumers: usize,
        items: u64,
    ) -> Result<Self, Fault>
    where
        T: Item,
        P: Clone,
        C: Consumer<T>,
        Q: Peer<T, Producer = P, Consumer = C>,
    {
        let (producer, consumer) = Q::open(capacity).ok_or(Fault::Absent)?;
        let mut ends = Self {
            producers: vec![producer; producers],
            consumers: vec![consumer],
            items: items.next_multiple_of((producers * consumers) as u64),
        };
        while ends.consumers.len() < consumers {
            let another = ends.consumers[0].share().ok_or(Fault::Absent)?;
            ends.consumers.push(another);
        }
        Ok(ends)
    }

    pub(super) fn per_producer(&self) -> u64 {
        self.items / self.producers.len() as u64
    }

    pub(super) fn per_consumer(&self) -> u64 {
        self.items / self.consumers.len() as u64
    }
}

pub(super) async fn put_all<T: Item>(producer: impl PutAsync<T>, first: u64, number: u64) {
    for number in first..first + number {
        producer.put(T::new(number)).await;
    }
}

pub(super) async fn get_all<T: Item>(mut consumer: impl GetAsync<T>, number: u64) -> u64 {
    let mut sum = 0;
    for _ in 0..number {
        sum += black_box(consumer.get().await.finish()).number();
    }
    sum
}

pub(super) fn put_all_blocking<T: Item>(producer: &impl PutBlocking<T>, first: u64, number: u64) {
    for number in first..first + number {
        producer.put_blocking(T::new(number));
    }
}

pub(super) fn get_all_blocking<T: Item>(mut consumer: impl GetBlocking<T>, number: u64) -> u64 {
    let mut sum = 0;
    for _ in 0..number {
        sum += black_box(consumer.get_blocking().finish()).number();
    }
    sum
}
