//! Many gets wait, and are given up in an order that is neither first nor last. Per waiter.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::waiters::{Wakes, open, poll_pending};
use super::{Asynchronous, Fault, Measured, nanoseconds_each, refused};
use crate::peer::{AsyncPeer, Consumer, GetAsync, Got, Producer};

/// The figures.
pub const METRICS: &[&str] = &["cancel"];

/// A prime, so that steps of this length visit every waiter once.
const STRIDE: usize = 7_919;

/// Waiters that give up.
pub struct Cancelled {
    /// How many wait at once.
    pub waiters: usize,
}

impl Asynchronous<u64> for Cancelled {
    fn run<P: AsyncPeer<u64>>(&self, items: u64) -> Measured {
        let cycles = items.div_ceil(self.waiters as u64);
        let mut ends = open::<P>(self.waiters)?;
        let mut total = Duration::ZERO;
        for _ in 0..cycles {
            total += cycle(&mut ends.consumers)?;
        }
        // Those who gave up have taken nothing with them.
        let left = &mut ends.consumers[0];
        if !ends.producer.try_put(7) {
            return Err(refused("a put after all had given up"));
        }
        if left.try_get().map(Got::finish) != Some(7) {
            return Err(Fault::Wrong(
                "an item went to a get that was given up".into(),
            ));
        }
        Ok(vec![nanoseconds_each(total, cycles * self.waiters as u64)])
    }
}

fn cycle<C: GetAsync<u64>>(consumers: &mut [C]) -> Result<Duration, Fault> {
    let waker = Arc::new(Wakes::default()).waker();
    let number = consumers.len();
    let mut waiting: Vec<_> = consumers
        .iter_mut()
        .map(|end| Box::pin(end.get()))
        .collect();
    poll_pending(&mut waiting, &waker)?;
    let mut waiting: Vec<_> = waiting.into_iter().map(Some).collect();
    let start = Instant::now();
    for step in 0..number {
        waiting[step * STRIDE % number] = None;
    }
    Ok(start.elapsed())
}
