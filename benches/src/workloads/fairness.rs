//! Sixteen producers at a full queue: how long each put takes to be admitted.

use std::time::{Duration, Instant};

use super::stream::{Stream, get_all};
use super::{Asynchronous, Measured, check_sum};
use crate::executors::{Kind, Work, run};
use crate::peer::{AsyncPeer, Capacity, PutAsync};

/// In the order of the figures: of all puts of a run.
pub const METRICS: &[&str] = &["p50", "p99", "max"];

const PRODUCERS: usize = 16;

/// Puts that stand in line.
pub struct Fairness {
    /// Who runs them.
    pub executor: Kind,
    /// Of the queue: small, so that it is full.
    pub capacity: Capacity,
}

/// What a task brings home.
enum Report {
    Producer(Vec<Duration>),
    Consumer(u64),
}

impl Asynchronous<u64> for Fairness {
    fn run<P: AsyncPeer<u64>>(&self, items: u64) -> Measured {
        let ends = Stream::open::<u64, P>(self.capacity, PRODUCERS, 1, items)?;
        let (items, puts, gets) = (ends.items, ends.per_producer(), ends.per_consumer());
        let mut tasks: Vec<Work<Report>> = Vec::new();
        for (number, producer) in (0..).zip(ends.producers) {
            tasks.push(Box::pin(timed_puts(producer, number * puts, puts)));
        }
        for consumer in ends.consumers {
            tasks.push(Box::pin(async move {
                Report::Consumer(get_all(consumer, gets).await)
            }));
        }
        let (mut waits, mut sum) = (Vec::new(), 0);
        for report in run(self.executor, tasks).1 {
            match report {
                Report::Producer(times) => waits.extend(times),
                Report::Consumer(part) => sum += part,
            }
        }
        check_sum(items, sum)?;
        Ok(percentiles(waits))
    }
}

async fn timed_puts(producer: impl PutAsync<u64>, first: u64, number: u64) -> Report {
    let mut times = Vec::with_capacity(number as usize);
    for number in first..first + number {
        let start = Instant::now();
        producer.put(number).await;
        times.push(start.elapsed());
    }
    Report::Producer(times)
}

fn percentiles(mut waits: Vec<Duration>) -> Vec<f64> {
    waits.sort_unstable();
    let last = waits.len() - 1;
    [last / 2, last * 99 / 100, last]
        .map(|place| waits[place].as_nanos() as f64)
        .into()
}
