//! What the peers are given to do. Each workload is written once, over the abilities in `peer`.

pub mod burst;
pub mod cancelled;
pub mod fairness;
pub mod pair;
pub mod ping_pong;
pub mod ping_pong_threads;
pub mod polled;
pub mod pool;
pub mod served;
pub mod solo;
pub mod tasks;
pub mod threads;

mod stream;
mod waiters;

use std::time::Duration;

use crate::item::Item;
use crate::peer::{AsyncPeer, BlockingPeer, JoiningPeer, Peer};

/// Nanoseconds for each metric of a workload, per item where the metric says nothing else.
pub type Figures = Vec<f64>;

/// Why there are no figures.
#[derive(Debug)]
pub enum Fault {
    /// The peer has no queue of this kind.
    Absent,
    /// The peer lost, doubled or refused items.
    Wrong(String),
}

/// What a run of a workload gives.
pub type Measured = Result<Figures, Fault>;

/// The one metric of most workloads.
pub const PER_ITEM: &[&str] = &["per item"];

/// A workload on one thread that never waits.
pub trait Polling<T: Item> {
    /// Does it for about this many items.
    fn run<P: Peer<T>>(&self, items: u64) -> Measured;
}

/// A workload of futures.
pub trait Asynchronous<T: Item> {
    /// Does it for about this many items.
    fn run<P: AsyncPeer<T>>(&self, items: u64) -> Measured;
}

/// A workload of threads that block.
pub trait Blocking<T: Item> {
    /// Does it for about this many items.
    fn run<P: BlockingPeer<T>>(&self, items: u64) -> Measured;
}

/// A workload of futures that joins.
pub trait Joining<T: Item> {
    /// Does it for about this many items.
    fn run<P: JoiningPeer<T>>(&self, items: u64) -> Measured;
}

/// One figure, after checking that the numbers 0 to `items` have arrived, each once.
fn per_item(took: Duration, items: u64, sum: u64) -> Measured {
    check_sum(items, sum)?;
    Ok(vec![nanoseconds_each(took, items)])
}

fn check_sum(items: u64, sum: u64) -> Result<(), Fault> {
    let expected = sum_below(items);
    if sum == expected {
        Ok(())
    } else {
        let text = format!("the items add up to {sum}, not {expected}: lost or doubled");
        Err(Fault::Wrong(text))
    }
}

fn sum_below(items: u64) -> u64 {
    (0..items).sum()
}

fn nanoseconds_each(took: Duration, number: u64) -> f64 {
    took.as_nanos() as f64 / number as f64
}

fn refused(what: &str) -> Fault {
    Fault::Wrong(format!("{what} refused"))
}
