//! Many gets wait, are polled again, woken by puts, and finish. Per waiter.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::waiters::{Wakes, open, poll_pending, poll_ready};
use super::{Asynchronous, Fault, Measured, check_sum, nanoseconds_each, refused};
use crate::peer::{AsyncPeer, GetAsync, Got, Producer};

/// In the order of the figures.
pub const METRICS: &[&str] = &["register", "re-poll", "wake", "finish"];

/// Waiters that get what they wait for.
pub struct Served {
    /// How many wait at once.
    pub waiters: usize,
}

impl Asynchronous<u64> for Served {
    fn run<P: AsyncPeer<u64>>(&self, items: u64) -> Measured {
        let cycles = items.div_ceil(self.waiters as u64);
        let mut ends = open::<P>(self.waiters)?;
        let mut total = [Duration::ZERO; METRICS.len()];
        for _ in 0..cycles {
            let steps = cycle(&ends.producer, &mut ends.consumers)?;
            for (total, step) in total.iter_mut().zip(steps) {
                *total += step;
            }
        }
        let number = cycles * self.waiters as u64;
        Ok(total.map(|time| nanoseconds_each(time, number)).into())
    }
}

fn cycle<C: GetAsync<u64>>(
    producer: &impl Producer<u64>,
    consumers: &mut [C],
) -> Result<[Duration; METRICS.len()], Fault> {
    let wakes = Arc::new(Wakes::default());
    let waker = wakes.waker();
    let number = consumers.len() as u64;
    let mut waiting: Vec<_> = consumers
        .iter_mut()
        .map(|end| Box::pin(end.get()))
        .collect();

    let register = poll_pending(&mut waiting, &waker)?;
    let repoll = poll_pending(&mut waiting, &waker)?;
    let woken_early = wakes.count();
    let start = Instant::now();
    for number in 0..number {
        if !producer.try_put(number) {
            return Err(refused("a put with room"));
        }
    }
    let wake = start.elapsed();
    let woken = wakes.count() - woken_early;
    if (woken as u64) < number {
        let text = format!("{number} puts woke {woken} of {number} waiters");
        return Err(Fault::Wrong(text));
    }
    let (finish, sum) = poll_ready(&mut waiting, &waker, |got| got.finish())?;
    check_sum(number, sum)?;
    Ok([register, repoll, wake, finish])
}
