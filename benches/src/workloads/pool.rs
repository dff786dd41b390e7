//! One producer and four workers: batches, and a join after each.

use std::hint::black_box;
use std::time::{Duration, Instant};

use super::stream::Stream;
use super::{Joining, Measured, per_item};
use crate::executors::{Kind, Work, run};
use crate::peer::{Capacity, GetAsync, Got, Join, JoiningPeer, PutAsync};

const WORKERS: usize = 4;

/// Sends a worker home.
const STOP: u64 = u64::MAX;

/// A pool of workers.
pub struct Pool {
    /// Who runs them.
    pub executor: Kind,
    /// Items between two joins.
    pub batch: u64,
    /// Of the queue.
    pub capacity: Capacity,
}

/// What a task of the pool brings home.
enum Report {
    Producer(Duration),
    Worker(u64),
}

impl Joining<u64> for Pool {
    fn run<P: JoiningPeer<u64>>(&self, items: u64) -> Measured {
        let mut ends = Stream::open::<u64, P>(self.capacity, 1, WORKERS, items)?;
        let batches = items.div_ceil(self.batch);
        let mut tasks: Vec<Work<Report>> = Vec::new();
        for worker in ends.consumers {
            tasks.push(Box::pin(async { Report::Worker(work(worker).await) }));
        }
        let producer = ends.producers.swap_remove(0);
        tasks.push(Box::pin(produce(producer, batches, self.batch)));
        let (mut took, mut sum) = (Duration::ZERO, 0);
        for report in run(self.executor, tasks).1 {
            match report {
                Report::Producer(time) => took = time,
                Report::Worker(part) => sum += part,
            }
        }
        per_item(took, batches * self.batch, sum)
    }
}

async fn produce(producer: impl PutAsync<u64> + Join, batches: u64, batch: u64) -> Report {
    let start = Instant::now();
    for first in (0..batches).map(|number| number * batch) {
        for number in first..first + batch {
            producer.put(number).await;
        }
        producer.join().await;
    }
    let took = start.elapsed();
    for _ in 0..WORKERS {
        producer.put(STOP).await;
    }
    Report::Producer(took)
}

async fn work(mut worker: impl GetAsync<u64>) -> u64 {
    let mut sum = 0;
    loop {
        match black_box(worker.get().await.finish()) {
            STOP => return sum,
            number => sum += number,
        }
    }
}
