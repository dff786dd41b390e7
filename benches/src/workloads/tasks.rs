//! Producer and consumer tasks on an executor.

use std::marker::PhantomData;

use super::stream::{Stream, get_all, put_all};
use super::{Asynchronous, Measured, per_item};
use crate::executors::{Kind, Work, run};
use crate::item::Item;
use crate::peer::{AsyncPeer, Capacity};

/// Tasks that stream items of type `T` through one queue.
pub struct Tasks<T> {
    /// Who runs them.
    pub executor: Kind,
    /// How many put.
    pub producers: usize,
    /// How many get.
    pub consumers: usize,
    /// Of the queue.
    pub capacity: Capacity,
    /// What is put.
    pub item: PhantomData<T>,
}

impl<T: Item> Asynchronous<T> for Tasks<T> {
    fn run<P: AsyncPeer<T>>(&self, items: u64) -> Measured {
        let ends = Stream::open::<T, P>(self.capacity, self.producers, self.consumers, items)?;
        let (items, puts, gets) = (ends.items, ends.per_producer(), ends.per_consumer());
        let mut tasks: Vec<Work<u64>> = Vec::new();
        for consumer in ends.consumers {
            tasks.push(Box::pin(get_all(consumer, gets)));
        }
        for (number, producer) in (0..).zip(ends.producers) {
            tasks.push(Box::pin(async move {
                put_all(producer, number * puts, puts).await;
                0
            }));
        }
        let (took, sums) = run(self.executor, tasks);
        per_item(took, items, sums.iter().sum())
    }
}
