//! Eight producers and eight consumers who do everything at random, cancel included, until somebody
//! shuts the queue down, a million items for each flavour: every item comes out exactly once, and in
//! the end as much was done as was put.

use std::future::Future;
use std::pin::pin;
use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::Duration;

use futures::executor::block_on;
use joinable_queue::storage::Storage;
use joinable_queue::{JoinableQueue, Task, TryGetError, TryPutError};
use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};

use crate::kit::*;

const PRODUCERS: usize = 8;
const CONSUMERS: usize = 8;
const ROUNDS: usize = 20;
const ITEMS_A_ROUND: usize = many(50_000);

/// Where every item went: how often it has come out, at the consumers, out of an error, or in what a
/// shutdown took out.
struct Ledger {
    came_out: Vec<AtomicU8>,
    refused: AtomicUsize,
}

impl Ledger {
    fn new() -> Self {
        Self {
            came_out: (0..ITEMS_A_ROUND).map(|_| AtomicU8::new(0)).collect(),
            refused: AtomicUsize::new(0),
        }
    }

    fn out(&self, item: usize) {
        self.came_out[item].fetch_add(1, Ordering::Relaxed);
    }

    fn refused(&self, item: usize) {
        self.out(item);
        self.refused.fetch_add(1, Ordering::Relaxed);
    }

    fn check(&self) {
        for (item, count) in self.came_out.iter().enumerate() {
            let count = count.load(Ordering::Relaxed);
            assert_eq!(count, 1, "item {item} came out {count} times");
        }
    }
}

/// Polls once, as one branch of a `select` does, and gives up if that is not enough.
fn poll_once<Fut: Future>(future: std::pin::Pin<&mut Fut>) -> Poll<Fut::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

/// Puts `item` in some way; gives it back if the queue is shut down.
fn put_somehow<S: Storage<Item = usize>>(
    queue: &JoinableQueue<S>,
    mut item: usize,
    rng: &mut SmallRng,
) -> Result<(), usize> {
    loop {
        match rng.random_range(0..10) {
            0..4 => return block_on(queue.put(item)).map_err(|error| error.into_inner()),
            4..7 => match queue.try_put(item) {
                Ok(()) => return Ok(()),
                Err(TryPutError::ShutDown(back)) => return Err(back),
                Err(TryPutError::Full(back)) => item = back,
            },
            7..9 => {
                let mut put = pin!(queue.put(item));
                match poll_once(put.as_mut()) {
                    Poll::Ready(result) => return result.map_err(|error| error.into_inner()),
                    Poll::Pending => {
                        if rng.random() {
                            thread::yield_now();
                        }
                        match put.into_item() {
                            Some(back) => item = back,
                            None => return Ok(()),
                        }
                    }
                }
            }
            _ => match put_in_time(queue, item) {
                Ok(()) => return Ok(()),
                Err((true, back)) => return Err(back),
                Err((false, back)) => item = back,
            },
        }
    }
}

/// The error says whether the queue was shut down.
#[cfg(feature = "std")]
fn put_in_time<S: Storage<Item = usize>>(
    queue: &JoinableQueue<S>,
    item: usize,
) -> Result<(), (bool, usize)> {
    queue
        .put_timeout(item, Duration::from_micros(20))
        .map_err(|error| (error.is_shutdown(), error.into_inner()))
}

#[cfg(not(feature = "std"))]
fn put_in_time<S: Storage<Item = usize>>(
    queue: &JoinableQueue<S>,
    item: usize,
) -> Result<(), (bool, usize)> {
    thread::sleep(Duration::from_micros(1));
    queue
        .try_put(item)
        .map_err(|error| (error.is_shutdown(), error.into_inner()))
}

/// Ends `task` in some way.
fn end_somehow<S: Storage<Item = usize>>(
    queue: &JoinableQueue<S>,
    task: Task<&JoinableQueue<S>>,
    ledger: &Ledger,
    rng: &mut SmallRng,
) {
    let item = *task;
    match rng.random_range(0..20) {
        0 => drop(task),
        1 => _ = task.fail(),
        2 => {
            task.detach();
            queue.task_done().unwrap();
        }
        3 => match task.requeue() {
            Ok(()) => return,
            Err(error) => _ = error.into_inner().done(),
        },
        4 => {
            let (_, ticket) = task.into_parts();
            ticket.done();
        }
        _ => _ = task.done(),
    }
    ledger.out(item);
}

/// Gets one item or a few in some way and ends them; `false` once the queue is shut down and empty.
fn get_somehow<S: Storage<Item = usize>>(
    queue: &JoinableQueue<S>,
    ledger: &Ledger,
    rng: &mut SmallRng,
) -> bool {
    match rng.random_range(0..10) {
        0..4 => match block_on(queue.get()) {
            Ok(task) => end_somehow(queue, task, ledger, rng),
            Err(_) => return false,
        },
        4..6 => match queue.try_get() {
            Ok(task) => end_somehow(queue, task, ledger, rng),
            Err(TryGetError::Empty) => thread::yield_now(),
            Err(TryGetError::ShutDown) => return false,
        },
        6..8 => {
            let mut get = pin!(queue.get());
            match poll_once(get.as_mut()) {
                Poll::Ready(Ok(task)) => end_somehow(queue, task, ledger, rng),
                Poll::Ready(Err(_)) => return false,
                Poll::Pending => thread::yield_now(),
            }
        }
        _ => {
            let mut batch = Vec::new();
            let Ok(mut ticket) = block_on(queue.get_many(rng.random_range(1..5), &mut batch))
            else {
                return false;
            };
            batch.drain(..).for_each(|item| ledger.out(item));
            if rng.random() {
                ticket.done_one();
            }
            ticket.done();
        }
    }
    true
}

/// One round: everybody at work until all is put and joined, or until a shutdown in the middle of it.
fn round<S: Storage<Item = usize>>(queue: JoinableQueue<S>, seed: u64) {
    let ledger = Ledger::new();
    let put = AtomicUsize::new(0);
    let mut rng = SmallRng::seed_from_u64(seed);
    // In every fourth round nobody shuts the queue down before the end.
    let shutdown_after = match seed % 4 {
        0 => usize::MAX,
        _ => rng.random_range(0..ITEMS_A_ROUND),
    };
    let immediate = seed % 2 == 1;
    thread::scope(|s| {
        let (queue, ledger, put) = (&queue, &ledger, &put);
        for consumer in 0..CONSUMERS {
            s.spawn(move || {
                let mut rng = SmallRng::seed_from_u64(seed << 8 | consumer as u64);
                while get_somehow(queue, ledger, &mut rng) {}
            });
        }
        let producers: Vec<_> = (0..PRODUCERS)
            .map(|producer| {
                s.spawn(move || {
                    let mut rng = SmallRng::seed_from_u64(seed << 8 | 128 | producer as u64);
                    for item in (producer..ITEMS_A_ROUND).step_by(PRODUCERS) {
                        if let Err(back) = put_somehow(queue, item, &mut rng) {
                            ledger.refused(back);
                        }
                        if put.fetch_add(1, Ordering::Relaxed) == shutdown_after {
                            if immediate {
                                queue.shutdown_now().for_each(|item| ledger.out(item));
                            } else {
                                queue.shutdown();
                            }
                        }
                    }
                })
            })
            .collect();
        // Joiners beside them, of which one always gives up, and the other never.
        s.spawn(move || {
            while !queue.is_shutdown() {
                let mut join = pin!(queue.join());
                let _ = poll_once(join.as_mut());
                thread::yield_now();
            }
        });
        s.spawn(move || {
            while !queue.is_shutdown() {
                let stats = block_on(queue.join());
                assert!(stats.put >= stats.done, "{stats:?}");
                thread::yield_now();
            }
        });
        for producer in producers {
            producer.join().unwrap();
        }
        let stats = block_on(queue.join());
        assert_eq!(stats.put, stats.done);
        queue.shutdown();
    });
    ledger.check();
    let stats = assert_settled(&queue, 0, 0);
    assert_eq!(stats.put, stats.done);
    let refused = ledger.refused.load(Ordering::Relaxed);
    // Requeued items are put more than once.
    assert!(stats.put >= ITEMS_A_ROUND - refused, "{stats:?}");
}

fn every_item_comes_out_exactly_once<F: Flavour>() {
    // One time limit a round, so that it says which one hangs.
    for seed in 0..ROUNDS as u64 {
        within_limit(move || round(F::bounded::<usize, 7>(), seed));
    }
}

#[cfg(feature = "alloc")]
fn without_a_limit_every_item_comes_out_exactly_once<F: Unbounded>() {
    // Fewer: nobody waits for room.
    for seed in 0..4 {
        within_limit(move || round(F::unbounded::<usize>(), seed));
    }
}

for_every_flavour!(every_item_comes_out_exactly_once);
for_every_unbounded_flavour!(without_a_limit_every_item_comes_out_exactly_once);
