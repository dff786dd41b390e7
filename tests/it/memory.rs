//! Memory: who owns an item or a node when, how much is allocated and given back, how many items fit, and
//! that items may be of any shape.

use std::fmt::Debug;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Waker;

use joinable_queue::future::{Get, Put};
use joinable_queue::storage::Storage;
use joinable_queue::{JoinableQueue, Task, TryPutError};
use rand::rngs::SmallRng;
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};

use crate::kit::*;

/// A future that is in line and is then forgotten stays in line, in memory that nobody uses again.
fn a_forgotten_future_harms_nobody<F: Flavour>() {
    let queue = F::bounded::<u32, 2>();
    let probe = Probe::new();
    let mut get = Box::pin(queue.get());
    pending(get.as_mut(), &probe.waker());
    forget(get);
    let mut next = Box::pin(queue.get());
    pending(next.as_mut(), &probe.waker());
    // The first put wakes the forgotten one, the second one the next in line.
    queue.try_put(1).unwrap();
    assert_eq!((probe.wakes(), queue.stats().waiting_getters), (1, 1));
    queue.try_put(2).unwrap();
    assert_eq!((probe.wakes(), queue.stats().waiting_getters), (2, 0));
    let mut taken = vec![ready(next.as_mut()).unwrap().done()];
    drop(next);
    taken.extend(drain(&queue));
    assert_eq!(taken, F::ORDER.of(vec![1, 2]));

    // Putters and joiners, too.
    queue.try_put(3).unwrap();
    queue.try_put(4).unwrap();
    let mut put = Box::pin(queue.put(5));
    pending(put.as_mut(), &probe.waker());
    forget(put);
    let mut join = Box::pin(queue.join());
    pending(join.as_mut(), &probe.waker());
    forget(join);
    assert_eq!(drain(&queue), F::ORDER.of(vec![3, 4]));
    assert_eq!(probe.wakes(), 4);
    assert_settled(&queue, 0, 0);

    // In line when the queue itself is dropped.
    let mut get = Box::pin(queue.get());
    pending(get.as_mut(), &probe.waker());
    forget(get);
    assert_eq!(queue.stats().waiting_getters, 1);
    drop(queue);
    assert_eq!(probe.wakes(), 4);
}

/// A shutdown and the last completion wake it where it lies, once, and those behind it.
fn a_forgotten_future_is_let_go_like_any_other<F: Flavour>() {
    for now in [false, true] {
        let queue = F::bounded::<u32, 1>();
        let probe = Probe::new();
        let mut batch = Vec::new();
        let mut get = Box::pin(queue.get_many(2, &mut batch));
        pending(get.as_mut(), &probe.waker());
        forget(get);
        let mut next = Waiter::queued(queue.get());
        if now {
            assert_eq!(queue.shutdown_now().len(), 0);
        } else {
            queue.shutdown();
        }
        assert_eq!((probe.wakes(), next.wakes()), (1, 1));
        assert!(next.ready().is_err());
        assert_settled(&queue, 0, 0);

        let queue = F::bounded::<u32, 1>();
        queue.try_put(1).unwrap();
        let mut put = Box::pin(queue.put_all([2, 3]));
        pending(put.as_mut(), &probe.waker());
        forget(put);
        let mut join = Box::pin(queue.join());
        pending(join.as_mut(), &probe.waker());
        forget(join);
        let mut next = (Waiter::queued(queue.put(4)), Waiter::queued(queue.join()));
        if now {
            assert_eq!(queue.shutdown_now().len(), 1);
        } else {
            queue.shutdown();
            assert_eq!(drain(&queue), [1]);
        }
        assert_eq!((probe.wakes(), next.0.wakes(), next.1.wakes()), (3, 1, 1));
        assert_eq!(next.0.ready().unwrap_err().into_inner(), 4);
        assert_eq!(next.1.ready().done, 1);
        assert_settled(&queue, 0, 0);
        // A wake-up uses a waker up, also that of a future that nobody will poll.
        assert_eq!(probe.alive(), 0);
    }
}

fn a_forgotten_task_or_ticket_only_holds_up_join<F: Flavour>() {
    let ledger = Ledger::new();
    let queue = F::bounded::<Item, 3>();
    let items = ledger.items(1..=3);
    queue.try_put_all(&mut items.into_iter()).unwrap();
    let (item, ticket) = queue.try_get().unwrap().into_parts();
    std::mem::forget(ticket);
    drop(item);
    let mut remaining = queue.shutdown_now();
    assert_eq!(remaining.next().map(drop), Some(()));
    assert_eq!((remaining.len(), queue.unfinished()), (1, 1));
    assert!(poll(pin!(queue.join())).is_pending());
    drop(remaining);
    assert_settled(&queue, 0, 1);
    assert_eq!(ledger.alive(), 0);
}

/// Nothing links a future into a line before its first poll, so that it may be moved until then.
fn a_future_may_be_moved_before_its_first_poll<F: Flavour>() {
    let queue = F::bounded::<u32, 1>();
    let mut gets: Vec<Get<_>> = Vec::new();
    let mut puts: Vec<Put<_>> = Vec::new();
    for item in 0..100 {
        // Moves the others whenever it grows.
        gets.push(queue.get());
        puts.push(queue.put(item));
    }
    gets.reverse();
    let mut gets: Vec<_> = gets.into_iter().map(Box::pin).collect();
    let mut puts: Vec<_> = puts.into_iter().map(Box::pin).collect();
    for get in &mut gets {
        pending(get.as_mut(), Waker::noop());
    }
    assert_eq!(queue.stats().waiting_getters, 100);
    for (item, (get, put)) in (0..).zip(gets.iter_mut().zip(&mut puts)) {
        ready(put.as_mut()).unwrap();
        assert_eq!(ready(get.as_mut()).unwrap().done(), item);
    }
    drop(gets);
    assert_settled(&queue, 0, 0);
}

/// What is dropped has to be the future: its pinned reference cancels nothing.
fn dropping_a_pinned_reference_does_not_cancel<F: Flavour>() {
    let queue = F::bounded::<u32, 1>();
    {
        let mut get = pin!(queue.get());
        pending(get.as_mut(), Waker::noop());
        #[allow(clippy::drop_non_drop, reason = "the mistake that is meant")]
        drop::<Pin<&mut Get<_>>>(get);
        assert_eq!(queue.stats().waiting_getters, 1);
    }
    assert_eq!(queue.stats().waiting_getters, 0);
    let mut get = Box::pin(queue.get());
    pending(get.as_mut(), Waker::noop());
    drop(get);
    assert_settled(&queue, 0, 0);
}

/// Puts and gets `items` in turns, so that a ring goes round several times, and leaves some to be dropped
/// with the queue.
fn passes_through<F: Flavour, T: Ord + Clone + Debug + 'static>(items: &[T]) {
    let queue = F::bounded::<T, 3>();
    let mut expected = Vec::new();
    for item in items.iter().cycle().take(60) {
        if expected.len() == 3 {
            for _ in 0..2 {
                let task = queue.try_get().unwrap();
                let address = std::ptr::from_ref::<T>(&task);
                assert!(address.is_aligned());
                let first = F::ORDER.of(expected.clone()).remove(0);
                assert_eq!(*task, first);
                let place = match F::ORDER {
                    Order::Lifo => expected.iter().rposition(|item| *item == first),
                    Order::Fifo | Order::Priority => expected.iter().position(|i| *i == first),
                };
                expected.remove(place.unwrap());
                assert_eq!(task.done(), first);
            }
        }
        queue.try_put(item.clone()).unwrap();
        expected.push(item.clone());
    }
    let mut put = Box::pin(queue.put(items[0].clone()));
    if expected.len() == 3 {
        pending(put.as_mut(), Waker::noop());
    }
    assert_eq!(put.as_mut().into_item(), Some(items[0].clone()));
    let task = queue.try_get().unwrap();
    if task.requeue().is_ok() {
        assert_eq!(queue.len(), expected.len());
    }
    assert_eq!(queue.shutdown_now().count(), expected.len());
    assert_settled(&queue, 0, 0);

    let queue = F::bounded::<T, 3>();
    queue.try_put(items[0].clone()).unwrap();
    drop(queue);
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Empty;

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(align(64))]
struct EmptyButAligned;

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(align(256))]
struct Aligned(u8);

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Niches {
    Nothing,
    Number(bool),
    Text(Box<str>),
}

fn items_may_be_of_any_shape<F: Flavour>() {
    use std::num::NonZero;

    passes_through::<F, ()>(&[()]);
    passes_through::<F, Empty>(&[Empty]);
    passes_through::<F, EmptyButAligned>(&[EmptyButAligned]);
    passes_through::<F, Aligned>(&[Aligned(2), Aligned(1), Aligned(255)]);
    passes_through::<F, [u64; 1024]>(&[[1; 1024], [u64::MAX; 1024], [0; 1024]]);
    passes_through::<F, NonZero<u8>>(&[1, 255, 7].map(|n| NonZero::new(n).unwrap()));
    passes_through::<F, Option<NonZero<u32>>>(&[None, NonZero::new(3), NonZero::new(1)]);
    passes_through::<F, Box<u32>>(&[3, 1, 2].map(Box::new));
    passes_through::<F, &'static u8>(&[&3, &1, &2]);
    passes_through::<F, String>(&["c", "a", "b"].map(String::from));
    let text = Niches::Text("text".into());
    passes_through::<F, Niches>(&[text, Niches::Nothing, Niches::Number(true)]);
    passes_through::<F, fn()>(&[|| ()]);
}

/// What was handed out is the receiver's alone.
fn nothing_of_an_item_is_kept_after_it_was_handed_out<F: Flavour>() {
    let queue = F::bounded::<Arc<u32>, 3>();
    let items = [1, 2, 3].map(Arc::new);
    let counts = || items.each_ref().map(Arc::strong_count);
    for _ in 0..5 {
        queue.try_put_all(&mut items.clone().into_iter()).unwrap();
        assert_eq!(counts(), [2, 2, 2]);
        drop(queue.try_get().unwrap().done());
        assert_eq!(counts().iter().sum::<usize>(), 5);
        drop(queue.try_get().unwrap());
        assert_eq!(counts().iter().sum::<usize>(), 4);
        let (item, ticket) = queue.try_get().unwrap().into_parts();
        drop(item);
        assert_eq!(counts(), [1, 1, 1]);
        ticket.done();
    }
    // Refused, given back, cancelled, left.
    queue.try_put_all(&mut items.clone().into_iter()).unwrap();
    drop(queue.try_put(Arc::clone(&items[0])));
    let mut put = Box::pin(queue.put(Arc::clone(&items[1])));
    pending(put.as_mut(), Waker::noop());
    assert_eq!(counts(), [2, 3, 2]);
    drop(put);
    let mut batch = Vec::new();
    queue.try_get_many(2, &mut batch).unwrap().done();
    batch.clear();
    assert_eq!(counts().iter().sum::<usize>(), 4);
    drop(queue.shutdown_now());
    assert_eq!(counts(), [1, 1, 1]);
    drop(queue.try_put(Arc::clone(&items[0])));
    assert_eq!(counts(), [1, 1, 1]);
    assert_settled(&queue, 0, 0);
}

/// The totals that a random script has to end up with.
#[derive(Debug, Default, PartialEq, Eq)]
struct Totals {
    put: usize,
    done: usize,
    failed: usize,
    abandoned: usize,
}

/// Ends `task` in one of all the ways there are.
fn end<S: Storage<Item = Item>>(
    task: Task<&JoinableQueue<S>>,
    ledger: &Ledger,
    totals: &mut Totals,
    random: &mut SmallRng,
) {
    match random.random_range(0..8) {
        0 | 1 => drop(task.done()),
        2 => {
            totals.failed += 1;
            drop(task.fail());
        }
        3 => {
            totals.abandoned += 1;
            drop(task);
        }
        4 => {
            totals.put += 1;
            match task.requeue() {
                Ok(()) => {}
                Err(error) => {
                    totals.put -= 1;
                    drop(error.into_inner().done());
                }
            }
        }
        5 => {
            if task.put_follow_up(ledger.item(random.random())).is_ok() {
                totals.put += 1;
            }
            drop(task.done());
        }
        6 => {
            let queue = task.queue();
            assert!(queue.in_flight() > 0);
            let (item, ticket) = task.into_parts();
            ticket.done();
            drop(item);
        }
        _ => {
            let (item, ticket) = task.into_parts();
            ticket.fail();
            totals.failed += 1;
            drop(item);
        }
    }
    totals.done += 1;
}

fn script<F: Flavour, const N: usize>(seed: u64) {
    let mut random = SmallRng::seed_from_u64(seed);
    let ledger = Ledger::new();
    let queue = F::bounded::<Item, N>();
    let mut totals = Totals::default();
    let mut gets = Vec::new();
    let mut puts = Vec::new();
    let mut tasks = Vec::new();
    for _ in 0..200 {
        let item = || ledger.item(7);
        match random.random_range(0..14) {
            0 | 1 => totals.put += usize::from(queue.try_put(item()).is_ok()),
            2 => {
                let mut put = Box::pin(queue.put(item()));
                match poll(put.as_mut()) {
                    std::task::Poll::Ready(result) => totals.put += usize::from(result.is_ok()),
                    std::task::Poll::Pending => puts.push(put),
                }
            }
            3 if !puts.is_empty() => {
                let mut put = puts.swap_remove(random.random_range(0..puts.len()));
                match poll(put.as_mut()) {
                    std::task::Poll::Ready(result) => totals.put += usize::from(result.is_ok()),
                    std::task::Poll::Pending => puts.push(put),
                }
            }
            4 if !puts.is_empty() => {
                let mut put = puts.swap_remove(random.random_range(0..puts.len()));
                if random.random() {
                    assert!(put.as_mut().into_item().is_some());
                }
            }
            5 | 6 => tasks.extend(queue.try_get()),
            7 => gets.push(Box::pin(queue.get())),
            8 if !gets.is_empty() => {
                let mut get = gets.swap_remove(random.random_range(0..gets.len()));
                match poll(get.as_mut()) {
                    std::task::Poll::Ready(result) => tasks.extend(result),
                    std::task::Poll::Pending => gets.push(get),
                }
            }
            9 if !gets.is_empty() => {
                drop(gets.swap_remove(random.random_range(0..gets.len())));
            }
            10 | 11 if !tasks.is_empty() => {
                let task = tasks.swap_remove(random.random_range(0..tasks.len()));
                end(task, &ledger, &mut totals, &mut random);
            }
            12 => {
                let mut batch = ledger.items(1..=3).into_iter();
                totals.put += match queue.try_put_all(&mut batch) {
                    Ok(put) => put,
                    Err(error) => error.put,
                };
            }
            13 => {
                let mut batch = Vec::new();
                if let Ok(mut ticket) = queue.try_get_many(2, &mut batch) {
                    assert_eq!(ticket.owed(), batch.len());
                    totals.done += batch.len();
                    assert!(ticket.done_one());
                    // The rest in one go: detached, and finished by hand.
                    let owed = ticket.owed();
                    ticket.detach();
                    (0..owed).for_each(|_| queue.task_done().unwrap());
                }
            }
            _ => {}
        }
        let stats = queue.stats();
        assert_consistent(&stats);
        assert_eq!(
            (stats.put, stats.done, stats.failed, stats.abandoned),
            (totals.put, totals.done, totals.failed, totals.abandoned)
        );
        assert_eq!(stats.in_flight, tasks.len());
        assert_eq!(ledger.alive(), stats.unfinished + puts.len());
    }
    match seed % 4 {
        0 => queue.shutdown(),
        1 => {
            let left = queue.len();
            let mut remaining = queue.shutdown_now();
            assert_eq!(remaining.len(), left);
            drop(remaining.by_ref().take(2).collect::<Vec<_>>());
            assert_eq!(queue.stats().done, totals.done + left);
        }
        2 => drop(queue.shutdown_now()),
        _ => {}
    }
    drop(tasks);
    assert_eq!(queue.unfinished(), queue.len());
    assert_eq!(ledger.alive(), queue.len() + puts.len());
    drop(puts);
    drop(gets);
    assert_settled(&queue, queue.len(), queue.len());
    drop(queue);
    assert_eq!(ledger.alive(), 0);
}

fn every_item_is_dropped_once_whatever_happens<F: Flavour>() {
    for seed in 0..many(40) as u64 {
        script::<F, 1>(seed);
        script::<F, 2>(seed);
        script::<F, 3>(seed);
        script::<F, 5>(seed);
    }
}

/// One of everything that waits, is woken, is cancelled or finishes.
fn every_operation<S: Storage<Item = u32>>(queue: &JoinableQueue<S>, capacity: u32) {
    let waker = Waker::noop();
    {
        let mut first = pin!(queue.get());
        let mut second = pin!(queue.get());
        pending(first.as_mut(), waker);
        pending(second.as_mut(), waker);
        queue.try_put(1).unwrap();
        ready(second.as_mut()).unwrap().done();
        pending(first.as_mut(), waker);
        queue.try_put(2).unwrap();
        ready(first.as_mut()).unwrap().fail();
    }
    assert_eq!(queue.try_put_all(&mut (0..capacity)), Ok(capacity as usize));
    {
        let mut join = pin!(queue.join());
        pending(join.as_mut(), waker);
        let mut cancelled = pin!(queue.join());
        pending(cancelled.as_mut(), waker);
        queue.try_get().unwrap().requeue().unwrap();
        if queue.capacity().is_some() {
            assert!(queue.try_put(9).unwrap_err().is_full());
            let mut put = pin!(queue.put(9));
            let mut given_up = pin!(queue.put(9));
            pending(put.as_mut(), waker);
            pending(given_up.as_mut(), waker);
            assert_eq!(given_up.as_mut().into_item(), Some(9));
            queue.try_get().unwrap().done();
            ready(put.as_mut()).unwrap();
        }
        queue.try_get().unwrap().detach();
        queue.task_done().unwrap();
        let (_, ticket) = queue.try_get().unwrap().into_parts();
        ticket.done();
        drop(queue.try_get().unwrap());
        ready(pin!(queue.put(3))).unwrap();
        ready(pin!(queue.get())).unwrap().done();
        while let Ok(task) = queue.try_get() {
            task.done();
        }
        ready(join.as_mut());
    }
    assert_eq!(queue.stats().unfinished, 0);
}

/// Whether the flavour has neither a lock nor a contiguous buffer here.
const fn is_lock_free<F: Flavour>() -> bool {
    let hosted = cfg!(all(
        feature = "std",
        not(feature = "critical-section"),
        target_pointer_width = "64"
    ));
    hosted && F::GROWS && matches!(F::ORDER, Order::Fifo)
}

fn nothing_is_allocated_once_a_bounded_queue_is_made<F: Flavour>() {
    let queue = F::bounded::<u32, 8>();
    assert_eq!(allocations(|| every_operation(&queue, 8)), 0);
    assert_eq!(allocations(|| every_operation(&queue, 8)), 0);
    queue.try_put_all(&mut (0..8)).unwrap();
    let mut sum = 0;
    let count = allocations(|| {
        let mut get = pin!(queue.get());
        let mut join = pin!(queue.join());
        pending(join.as_mut(), Waker::noop());
        ready(get.as_mut()).unwrap().done();
        sum = queue.shutdown_now().sum();
        ready(join.as_mut());
    });
    // What it takes out of a ring, which others may still be looking at, needs another place.
    assert_eq!(count, usize::from(is_lock_free::<F>()));
    assert!((21..=28).contains(&sum));
    assert_settled(&queue, 0, 0);
}

#[cfg(feature = "alloc")]
fn nothing_is_allocated_by_an_unbounded_queue_in_its_stride<F: Unbounded>() {
    let queue = F::unbounded::<u32>();
    every_operation(&queue, 100);
    // Between forty and a hundred: it neither grows nor gives back.
    assert_eq!(queue.try_put_all(&mut (0..40)), Ok(40));
    let there_and_back = || {
        assert_eq!(queue.try_put_all(&mut (0..60)), Ok(60));
        for _ in 0..60 {
            queue.try_get().unwrap().done();
        }
    };
    // Blocks begin at any offset, so that it takes some rounds to have as many as it may take.
    (0..31).for_each(|_| there_and_back());
    let count = allocations(|| (0..20).for_each(|_| there_and_back()));
    assert_eq!(count, 0);
    assert_eq!(drain(&queue).len(), 40);
    // As long as no more than 64 are in it, for good.
    assert_eq!(allocations(|| every_operation(&queue, 50)), 0);
    assert_eq!(allocations(|| every_operation(&queue, 64)), 0);
    assert_settled(&queue, 0, 0);
}

/// The allocation for a batch of waiters' futures is the waiters' own.
fn waiting_retains_nothing<F: Flavour>() {
    let queue = F::bounded::<u32, 1>();
    let ((), bytes) = retained(|| {
        let mut gets: Vec<_> = (0..1000).map(|_| Box::pin(queue.get())).collect();
        for _ in 0..3 {
            for get in &mut gets {
                pending(get.as_mut(), Waker::noop());
            }
        }
        assert_eq!(queue.stats().waiting_getters, 1000);
        drop(gets);
    });
    assert_eq!(bytes, 0);
    assert_settled(&queue, 0, 0);
}

/// Documented: room for at most four times what it holds, and for 64 items; or, in blocks of 31, one more than
/// it takes, and 16 KiB.
#[cfg(feature = "alloc")]
fn memory_is_given_back_after_a_burst<F: Unbounded>() {
    const BURST: u64 = many(100_000) as u64;
    // A heap keeps a number with each item.
    let entry = if F::ORDER == Order::Priority { 16 } else { 8 };
    let (queue, empty) = retained(F::unbounded::<u64>);
    assert_eq!(empty, 0);
    let bound = |left: usize| {
        if is_lock_free::<F>() {
            const BLOCK: usize = 31 * 16 + 8;
            (left / 31 + 2) * BLOCK + (16 << 10)
        } else {
            (4 * left).max(64) * entry
        }
    };
    let ((), bytes) = retained(|| {
        assert_eq!(queue.try_put_all(&mut (0..BURST)), Ok(BURST as usize));
    });
    assert!(bytes.unsigned_abs() >= BURST as usize * entry);
    let mut held = bytes;
    for left in (0..BURST as usize).rev() {
        let ((), bytes) = retained(|| {
            queue.try_get().unwrap().done();
        });
        held += bytes;
        assert!(
            held.unsigned_abs() <= bound(left),
            "{held} bytes for {left} items"
        );
    }
    assert_settled(&queue, 0, 0);
    // With the queue goes all of it.
    queue.try_put(1).unwrap();
    assert_eq!(drain(&queue), [1]);
    let ((), freed) = retained(|| drop(queue));
    assert_eq!(held + freed, 0);
}

/// What follow-ups took beyond the capacity is given back, and what was set aside for it is not.
#[cfg(feature = "alloc")]
fn a_bounded_queue_gives_back_what_follow_ups_took<F: Unbounded>() {
    let queue = F::bounded::<u64, 10>();
    queue.try_put(1).unwrap();
    let task = queue.try_get().unwrap();
    let ((), bytes) = retained(|| {
        for n in 0..1000 {
            task.put_follow_up(n).unwrap();
        }
    });
    assert!(bytes > 900 * 8);
    assert_eq!((queue.len(), queue.capacity()), (1000, Some(10)));
    assert!(queue.is_full());
    task.done();
    let (drained, freed) = retained(|| {
        let mut count = 0;
        while let Ok(task) = queue.try_get() {
            task.done();
            count += 1;
        }
        count
    });
    assert_eq!((drained, freed), (1000, -bytes));
    let count = allocations(|| assert_eq!(queue.try_put_all(&mut (0..10)), Ok(10)));
    assert_eq!(count, 0);
    assert_eq!(drain(&queue).len(), 10);
    assert_settled(&queue, 0, 0);
}

fn exactly<F: Flavour, const N: usize>() {
    let queue = F::bounded::<u32, N>();
    let items: Vec<u32> = (0..N as u32).rev().collect();
    assert_eq!(queue.capacity(), Some(N));
    // Off the start, so that a ring goes round.
    for offset in [0, 1, N / 2] {
        for _ in 0..offset {
            queue.try_put(0).unwrap();
            queue.try_get().unwrap().done();
        }
        for (len, &item) in items.iter().enumerate() {
            assert_eq!((queue.len(), queue.is_full()), (len, false));
            queue.try_put(item).unwrap();
        }
        assert!(queue.is_full());
        assert_eq!(queue.try_put(7), Err(TryPutError::Full(7)));
        assert!(poll(pin!(queue.put(7))).is_pending());
        assert_eq!(queue.len(), N);
        assert_eq!(drain(&queue), F::ORDER.of(items.clone()));
    }
    assert_settled(&queue, 0, 0);
}

fn exactly_as_many_items_fit_as_was_said<F: Flavour>() {
    exactly::<F, 1>();
    exactly::<F, 2>();
    exactly::<F, 3>();
    exactly::<F, 5>();
    exactly::<F, 127>();
    exactly::<F, 128>();
    exactly::<F, 255>();
    exactly::<F, 256>();
    exactly::<F, 257>();
    exactly::<F, 1000>();
}

/// Where zero can be said at all: the fixed-capacity flavours do not compile with it.
#[cfg(feature = "alloc")]
fn a_bounded_queue_of_no_room_is_refused<F: Unbounded>() {
    let message = panics(|| F::bounded::<u32, 0>());
    assert!(message.contains("unbounded"), "{message}");
    assert!(message.contains("at least one item"), "{message}");
    // With that one there is no limit.
    let queue = F::unbounded::<u32>();
    let plenty = many(10_000);
    let mut items = 0..plenty as u32;
    assert_eq!(queue.try_put_all(&mut items), Ok(plenty));
    assert_eq!((queue.capacity(), queue.is_full()), (None, false));
    assert_eq!(drain(&queue).len(), plenty);
    assert_settled(&queue, 0, 0);
}

/// A hundred thousand in line: there is no table of waiters to overflow, and no step of theirs that looks at
/// the others, or this would not end in time.
fn a_hundred_thousand_may_wait<F: Flavour>() {
    const WAITERS: usize = many(100_000);
    within_limit(|| {
        let mut random = SmallRng::seed_from_u64(77);
        let queue = F::bounded::<u32, 1>();
        let probe = Probe::new();
        let waker = probe.waker();
        let mut gets: Vec<_> = (0..WAITERS).map(|_| Some(Box::pin(queue.get()))).collect();
        for get in gets.iter_mut().flatten() {
            pending(get.as_mut(), &waker);
        }
        assert_eq!(queue.stats().waiting_getters, WAITERS);

        // Half of them give up, in any order.
        let mut order: Vec<usize> = (0..WAITERS).collect();
        order.shuffle(&mut random);
        for &i in &order[..WAITERS / 2] {
            gets[i] = None;
        }
        assert_eq!(queue.stats().waiting_getters, WAITERS / 2);
        assert_eq!((probe.wakes(), probe.alive()), (0, WAITERS / 2 + 1));

        // Half of the others are woken one by one, and are those who came first.
        for (turn, get) in gets.iter_mut().flatten().take(WAITERS / 4).enumerate() {
            queue.try_put(1).unwrap();
            assert_eq!(probe.wakes(), turn + 1);
            ready(get.as_mut()).unwrap().done();
        }
        assert_eq!(queue.stats().waiting_getters, WAITERS / 4);

        // The rest are woken by the shutdown.
        queue.shutdown();
        assert_eq!(probe.wakes(), WAITERS / 2);
        for get in gets.iter_mut().flatten().skip(WAITERS / 4) {
            assert!(ready(get.as_mut()).is_err());
        }
        assert_eq!(probe.alive(), 1);
        assert_settled(&queue, 0, 0);
    });
}

fn a_hundred_thousand_may_join<F: Flavour>() {
    const WAITERS: usize = many(100_000);
    within_limit(|| {
        let mut random = SmallRng::seed_from_u64(93);
        let queue = F::bounded::<u32, 1>();
        queue.try_put(1).unwrap();
        let probe = Probe::new();
        let waker = probe.waker();
        let mut joins: Vec<_> = (0..WAITERS).map(|_| Box::pin(queue.join())).collect();
        for join in &mut joins {
            pending(join.as_mut(), &waker);
        }
        joins.shuffle(&mut random);
        joins.truncate(WAITERS / 2);
        assert_eq!(queue.stats().waiting_joiners, WAITERS / 2);
        queue.try_get().unwrap().done();
        assert_eq!((probe.wakes(), probe.alive()), (WAITERS / 2, 1));
        for join in &mut joins {
            assert_eq!(ready(join.as_mut()).done, 1);
        }
        assert_settled(&queue, 0, 0);
    });
}

for_every_flavour!(
    a_forgotten_future_harms_nobody,
    a_forgotten_future_is_let_go_like_any_other,
    a_forgotten_task_or_ticket_only_holds_up_join,
    a_future_may_be_moved_before_its_first_poll,
    dropping_a_pinned_reference_does_not_cancel,
    items_may_be_of_any_shape,
    nothing_of_an_item_is_kept_after_it_was_handed_out,
    every_item_is_dropped_once_whatever_happens,
    nothing_is_allocated_once_a_bounded_queue_is_made,
    waiting_retains_nothing,
    exactly_as_many_items_fit_as_was_said,
    a_hundred_thousand_may_wait,
    a_hundred_thousand_may_join,
);

for_every_unbounded_flavour!(
    nothing_is_allocated_by_an_unbounded_queue_in_its_stride,
    memory_is_given_back_after_a_burst,
    a_bounded_queue_gives_back_what_follow_ups_took,
    a_bounded_queue_of_no_room_is_refused,
);

/// The sizes of what users hold, so that a change is noticed. They hold for the standard library's mutex on
/// 64-bit Linux; the layout of other types is the compiler's own, and may change with it.
#[cfg(all(
    feature = "std",
    not(feature = "critical-section"),
    target_os = "linux",
    target_pointer_width = "64"
))]
mod sizes {
    use joinable_queue::future::{Get, GetMany, Join, Put};
    use joinable_queue::storage::Fifo;
    use joinable_queue::{LifoQueue, PriorityQueue, Queue, Remaining, Stats, Task, Ticket};

    /// Each type with its size.
    macro_rules! sizes {
        ($($type:ty),+ $(,)?) => { [$((stringify!($type), size_of::<$type>())),+] };
    }

    type Ref = &'static Queue<u64>;

    #[test]
    fn the_growable_types_are_as_small_as_they_were() {
        assert_eq!(
            sizes![
                Queue<u64>,
                LifoQueue<u64>,
                PriorityQueue<u64>,
                Get<Ref>,
                GetMany<'static, Ref, Vec<u64>>,
                Put<Ref>,
                Join<Ref>,
                Task<Ref>,
                Ticket<Ref>,
                Remaining<Fifo<u64>>,
                Stats,
            ],
            [
                ("Queue<u64>", 768),
                ("LifoQueue<u64>", 200),
                ("PriorityQueue<u64>", 208),
                ("Get<Ref>", 48),
                ("GetMany<'static, Ref, Vec<u64>>", 64),
                ("Put<Ref>", 64),
                ("Join<Ref>", 48),
                ("Task<Ref>", 16),
                ("Ticket<Ref>", 16),
                ("Remaining<Fifo<u64>>", 56),
                ("Stats", 112),
            ]
        );
        // Items are elsewhere.
        assert_eq!(size_of::<Queue<[u64; 100]>>(), size_of::<Queue<u64>>());
    }

    #[cfg(feature = "heapless")]
    #[test]
    fn the_fixed_types_are_as_small_as_they_were() {
        use joinable_queue::heapless;

        type Fixed = &'static heapless::Queue<u32, 8>;

        assert_eq!(
            sizes![
                heapless::Queue<u32, 8>,
                heapless::LifoQueue<u32, 8>,
                heapless::PriorityQueue<u32, 8>,
                Get<Fixed>,
                Task<Fixed>,
            ],
            [
                ("heapless::Queue<u32, 8>", 216),
                ("heapless::LifoQueue<u32, 8>", 200),
                ("heapless::PriorityQueue<u32, 8>", 200),
                ("Get<Fixed>", 48),
                ("Task<Fixed>", 16),
            ]
        );
        // The items, and nothing else that would depend on their number.
        assert_eq!(
            size_of::<heapless::Queue<u64, 1000>>() - size_of::<heapless::Queue<u64, 100>>(),
            900 * size_of::<u64>()
        );
    }
}
