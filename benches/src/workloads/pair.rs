//! One thread: put one, get it, finish it.

use std::hint::black_box;
use std::marker::PhantomData;
use std::time::Instant;

use super::{Fault, Measured, Polling, per_item, refused};
use crate::item::Item;
use crate::peer::{Capacity, Consumer, Got, Peer, Producer};

/// Items of type `T`, one after the other.
pub struct Pair<T> {
    /// Of the queue.
    pub capacity: Capacity,
    /// What is put.
    pub item: PhantomData<T>,
}

impl<T: Item> Polling<T> for Pair<T> {
    fn run<P: Peer<T>>(&self, items: u64) -> Measured {
        let (producer, mut consumer) = P::open(self.capacity).ok_or(Fault::Absent)?;
        let start = Instant::now();
        let sum = pairs(&producer, &mut consumer, items)?;
        per_item(start.elapsed(), items, sum)
    }
}

/// Puts and takes `items` items; the sum of what came out.
pub fn pairs<T: Item>(
    producer: &impl Producer<T>,
    consumer: &mut impl Consumer<T>,
    items: u64,
) -> Result<u64, Fault> {
    let mut sum = 0;
    for number in 0..items {
        if !producer.try_put(black_box(T::new(number))) {
            return Err(refused("a put into an empty queue"));
        }
        let got = consumer.try_get();
        let got = got.ok_or_else(|| refused("a get after a put"))?;
        sum += black_box(got.finish()).number();
    }
    Ok(sum)
}
