//! The bodies of the fuzz targets: each turns any bytes into a script, runs it, and panics if a promise
//! is broken. `fuzz/` runs them with libFuzzer, `corpus` with what that has found.

mod accounting;
mod list;

use joinable_queue::JoinableQueue;
use joinable_queue::storage::Storage;

use crate::kit::*;
use crate::scripts;

/// What a target is called, and what it does.
pub(crate) type Target = (&'static str, fn(&[u8]));

pub(crate) const TARGETS: [Target; 3] = [
    ("script", on_any_queue::<Script>),
    ("list", list::run),
    ("accounting", on_any_queue::<accounting::Accounting>),
];

/// A body that runs on a queue of any kind.
trait Body {
    type Item: Ord + 'static;

    fn run<F: Flavour, S: Storage<Item = Self::Item>>(queue: JoinableQueue<S>, bytes: &[u8]);
}

/// How many kinds of queues there are: flavours with a capacity, or without a limit.
pub(crate) const QUEUES: u8 = 21;

/// The first byte says what kind of queue.
fn on_any_queue<B: Body>(data: &[u8]) {
    let (kind, data) = data.split_first().unwrap_or((&0, &[]));
    match kind % QUEUES {
        0 => B::run::<Fifo, _>(Fifo::bounded::<B::Item, 1>(), data),
        1 => B::run::<Fifo, _>(Fifo::bounded::<B::Item, 2>(), data),
        2 => B::run::<Fifo, _>(Fifo::bounded::<B::Item, 3>(), data),
        3 => B::run::<Fifo, _>(Fifo::unbounded::<B::Item>(), data),
        4 => B::run::<Lifo, _>(Lifo::bounded::<B::Item, 1>(), data),
        5 => B::run::<Lifo, _>(Lifo::bounded::<B::Item, 2>(), data),
        6 => B::run::<Lifo, _>(Lifo::bounded::<B::Item, 3>(), data),
        7 => B::run::<Lifo, _>(Lifo::unbounded::<B::Item>(), data),
        8 => B::run::<Priority, _>(Priority::bounded::<B::Item, 1>(), data),
        9 => B::run::<Priority, _>(Priority::bounded::<B::Item, 3>(), data),
        10 => B::run::<Priority, _>(Priority::bounded::<B::Item, 7>(), data),
        11 => B::run::<Priority, _>(Priority::unbounded::<B::Item>(), data),
        12 => B::run::<FixedFifo, _>(FixedFifo::bounded::<B::Item, 1>(), data),
        13 => B::run::<FixedFifo, _>(FixedFifo::bounded::<B::Item, 2>(), data),
        14 => B::run::<FixedFifo, _>(FixedFifo::bounded::<B::Item, 3>(), data),
        15 => B::run::<FixedLifo, _>(FixedLifo::bounded::<B::Item, 1>(), data),
        16 => B::run::<FixedLifo, _>(FixedLifo::bounded::<B::Item, 2>(), data),
        17 => B::run::<FixedLifo, _>(FixedLifo::bounded::<B::Item, 3>(), data),
        18 => B::run::<FixedPriority, _>(FixedPriority::bounded::<B::Item, 1>(), data),
        19 => B::run::<FixedPriority, _>(FixedPriority::bounded::<B::Item, 3>(), data),
        _ => B::run::<FixedPriority, _>(FixedPriority::bounded::<B::Item, 7>(), data),
    }
}

/// Operations of all kinds, step by step against the model of `scripts`: what each of them returns, who is
/// woken in which order, and the numbers. Futures are polled when they should be and when not, with the
/// same waker and with another, and dropped; comparisons panic.
struct Script;

impl Body for Script {
    type Item = scripts::Item;

    fn run<F: Flavour, S: Storage<Item = Self::Item>>(queue: JoinableQueue<S>, bytes: &[u8]) {
        scripts::run::<F, S>(&queue, bytes);
    }
}

/// Reads bytes off the front; zeros when there are no more.
struct Bytes<'a>(&'a [u8]);

impl Bytes<'_> {
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn next(&mut self) -> usize {
        let Some((first, rest)) = self.0.split_first() else {
            return 0;
        };
        self.0 = rest;
        usize::from(*first)
    }

    /// An index below `len`, if there is one.
    fn below(&mut self, len: usize) -> Option<usize> {
        let byte = if len > 1 { self.next() } else { 0 };
        (len > 0).then(|| byte % len)
    }
}
