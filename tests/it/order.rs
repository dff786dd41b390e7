//! The order in which items come out: first in first out, last in first out, or smallest first with
//! equal ones in the order they were put; and that nothing else than being stored gives an item a
//! place in it.

use std::cmp::{Ordering, Reverse};
use std::collections::VecDeque;
use std::thread;

use futures::executor::block_on;
use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};

use joinable_queue::storage::Storage;
use joinable_queue::{
    JoinableQueue, Prioritized, RequeueError, Task, TryGetError, TryPutAllError, TryPutError,
};

use crate::kit::*;

/// Compared by the priority alone, told apart by the number.
type Item = Prioritized<u8, u32>;

fn identity(item: Item) -> (u8, u32) {
    (item.priority, item.item)
}

fn identities(items: impl IntoIterator<Item = Item>) -> Vec<(u8, u32)> {
    items.into_iter().map(identity).collect()
}

/// A queue as simple as can be: the items in the order in which they will come out, and the totals.
struct Model {
    order: Order,
    grows: bool,
    capacity: Option<usize>,
    items: VecDeque<Item>,
    put: usize,
    done: usize,
    failed: usize,
    abandoned: usize,
}

impl Model {
    fn room(&self) -> usize {
        self.capacity.map_or(usize::MAX, |capacity| {
            capacity.saturating_sub(self.items.len())
        })
    }

    /// Whether work that exempts itself from the capacity gets in.
    fn takes_follow_ups(&self) -> bool {
        self.grows || self.room() > 0
    }

    fn put(&mut self, item: Item) {
        self.put += 1;
        let place = match self.order {
            Order::Fifo => self.items.len(),
            Order::Lifo => 0,
            Order::Priority => self
                .items
                .partition_point(|other| other.priority <= item.priority),
        };
        self.items.insert(place, item);
    }

    #[track_caller]
    fn assert_agrees<S: Storage>(&self, queue: &JoinableQueue<S>, in_flight: usize) {
        let stats = queue.stats();
        assert_consistent(&stats);
        assert_eq!(
            (stats.put, stats.done, stats.failed, stats.abandoned),
            (self.put, self.done, self.failed, self.abandoned)
        );
        assert_eq!(
            (stats.len, stats.in_flight),
            (self.items.len(), in_flight),
            "{stats:?}"
        );
        assert_eq!(queue.len(), self.items.len());
        assert_eq!(queue.is_empty(), self.items.is_empty());
        assert_eq!(queue.is_full(), self.room() == 0);
        assert_eq!(queue.in_flight(), in_flight);
        assert_eq!(queue.unfinished(), self.items.len() + in_flight);
        assert_eq!(queue.capacity(), self.capacity);
    }
}

/// Runs a random script of everything that does not wait on a queue and its model, and compares each
/// result and all the numbers after each step.
fn run_script<S: Storage<Item = Item>>(
    queue: &JoinableQueue<S>,
    order: Order,
    grows: bool,
    seed: u64,
) {
    let mut rng = SmallRng::seed_from_u64(seed);
    let mut model = Model {
        order,
        grows,
        capacity: queue.capacity(),
        items: VecDeque::new(),
        put: 0,
        done: 0,
        failed: 0,
        abandoned: 0,
    };
    let mut held: Vec<Task<&JoinableQueue<S>>> = Vec::new();
    let mut fresh = 0;
    let mut next = |rng: &mut SmallRng| {
        fresh += 1;
        Item::new(rng.random_range(0..4), fresh)
    };
    let mut seen_full = 0;
    let mut seen_empty = 0;

    for step in 0..1540 {
        // By turns more puts than gets and the other way round, to come by "full" and by "empty".
        let (puts, gets) = if step / 50 % 2 == 0 { (6, 2) } else { (1, 24) };
        match rng.random_range(0..puts + gets + 6) {
            n if n < puts => {
                let item = next(&mut rng);
                let expected = if model.room() > 0 {
                    model.put(item);
                    Ok(())
                } else {
                    seen_full += 1;
                    Err(TryPutError::Full(identity(item)))
                };
                let outcome = queue.try_put(item).map_err(|error| match error {
                    TryPutError::Full(item) => TryPutError::Full(identity(item)),
                    TryPutError::ShutDown(item) => TryPutError::ShutDown(identity(item)),
                });
                assert_eq!(outcome, expected);
            }
            n if n < puts + gets => match (queue.try_get(), model.items.pop_front()) {
                (Ok(task), Some(expected)) => {
                    assert_eq!(identity(*task), identity(expected));
                    held.push(task);
                }
                (Err(error), None) => {
                    seen_empty += 1;
                    assert_eq!(error, TryGetError::Empty);
                }
                (outcome, expected) => panic!("{outcome:?} instead of {expected:?}"),
            },
            n if n < puts + gets + 1 => {
                let items: Vec<Item> = (0..rng.random_range(0..4))
                    .map(|_| next(&mut rng))
                    .collect();
                let fit = model.room().min(items.len());
                items[..fit].iter().for_each(|item| model.put(*item));
                let mut rest = items.iter().copied();
                match queue.try_put_all(&mut rest) {
                    Ok(put) => assert_eq!((put, fit), (items.len(), items.len())),
                    Err(TryPutAllError { put, error }) => {
                        assert!(error.is_full());
                        assert_eq!(put, fit);
                        assert_eq!(identity(error.into_inner()), identity(items[fit]));
                        assert_eq!(rest.len(), items.len() - fit - 1);
                    }
                }
            }
            n if n < puts + gets + 2 => {
                let max = rng.random_range(0..4);
                let mut batch = Vec::new();
                match queue.try_get_many(max, &mut batch) {
                    Ok(ticket) => {
                        let expected: Vec<Item> =
                            model.items.drain(..max.min(model.items.len())).collect();
                        assert_eq!(ticket.owed(), expected.len());
                        model.done += ticket.owed();
                        ticket.done();
                        assert_eq!(identities(batch), identities(expected));
                    }
                    Err(error) => {
                        assert_eq!(error, TryGetError::Empty);
                        assert!(max > 0 && model.items.is_empty() && batch.is_empty());
                    }
                }
            }
            _ if held.is_empty() => {}
            n => {
                let task = held.swap_remove(rng.random_range(0..held.len()));
                match (n - puts - gets - 2, rng.random_range(0..4)) {
                    (0, _) => {
                        let item = *task;
                        match task.requeue() {
                            Ok(()) => {
                                assert!(model.takes_follow_ups());
                                model.put(item);
                                model.done += 1;
                            }
                            Err(RequeueError::Full(task)) => {
                                assert!(!model.takes_follow_ups());
                                assert_eq!(identity(*task), identity(item));
                                held.push(task);
                            }
                            Err(RequeueError::ShutDown(_)) => panic!("is not shut down"),
                        }
                    }
                    (1, _) => {
                        let item = next(&mut rng);
                        let outcome = task.put_follow_up(item);
                        assert_eq!(outcome.is_ok(), model.takes_follow_ups());
                        match outcome {
                            Ok(()) => model.put(item),
                            Err(error) => {
                                assert!(error.is_full());
                                assert_eq!(identity(error.into_inner()), identity(item));
                            }
                        }
                        held.push(task);
                    }
                    (_, end) => {
                        model.done += 1;
                        match end {
                            0 => {
                                task.done();
                            }
                            1 => {
                                model.failed += 1;
                                task.fail();
                            }
                            2 => {
                                task.detach();
                                assert_eq!(queue.task_done(), Ok(()));
                            }
                            _ => {
                                model.abandoned += 1;
                                drop(task);
                            }
                        }
                    }
                }
            }
        }
        model.assert_agrees(queue, held.len());
    }
    assert!(seen_empty > 0, "the script never found the queue empty");
    assert!(
        seen_full > 0 || model.capacity.is_none(),
        "the script never found the queue full"
    );

    let left = identities(model.items);
    if seed.is_multiple_of(2) {
        assert_eq!(identities(queue.shutdown_now()), left);
        assert_settled(queue, 0, held.len());
    } else {
        queue.shutdown();
        assert_eq!(identities(drain(queue)), left);
    }
    assert_eq!(queue.try_get().unwrap_err(), TryGetError::ShutDown);
    drop(held);
    assert_settled(queue, 0, 0);
}

/// Whatever is done with a queue, in whichever order, each result is that of the plain model.
fn a_queue_does_as_its_model_does<F: Flavour>() {
    for seed in 0..4 {
        run_script(&F::bounded::<Item, 1>(), F::ORDER, F::GROWS, seed);
        run_script(&F::bounded::<Item, 3>(), F::ORDER, F::GROWS, seed);
        run_script(&F::bounded::<Item, 16>(), F::ORDER, F::GROWS, seed);
    }
}

/// The same without a limit.
#[cfg(feature = "alloc")]
fn an_unbounded_queue_does_as_its_model_does<F: Unbounded>() {
    for seed in 0..8 {
        run_script(&F::unbounded::<Item>(), F::ORDER, F::GROWS, seed);
    }
}

/// Items put all at once come out in the order of the flavour. (Python: `QueueBasicTests.test_order`,
/// `LifoQueueTests.test_order`.)
fn items_come_out_in_the_order_of_the_flavour<F: Flavour>() {
    let queue: QueueOf<F, i32, 8> = F::bounded();
    for item in [1, 3, 2] {
        queue.try_put(item).unwrap();
    }
    let expected = match F::ORDER {
        Order::Fifo => [1, 3, 2],
        Order::Lifo => [2, 3, 1],
        Order::Priority => [1, 2, 3],
    };
    assert_eq!(drain(&queue), expected);
    // And again, through a batch: where the ring starts by now is no matter.
    assert_eq!(
        queue.try_put_all(&mut [7, 9, 5, 8, 4, 6].into_iter()),
        Ok(6)
    );
    assert_eq!(drain(&queue), F::ORDER.of(vec![7, 9, 5, 8, 4, 6]));
    assert_settled(&queue, 0, 0);
}

/// Puts between gets: the order is one among the items that are stored at that moment.
fn the_order_is_that_of_the_items_stored_at_the_moment<F: Flavour>() {
    let queue: QueueOf<F, i32, 4> = F::bounded();
    let mut seen = Vec::new();
    let mut take = || seen.push(queue.try_get().unwrap().done());
    queue.try_put(5).unwrap();
    queue.try_put(2).unwrap();
    take();
    queue.try_put(9).unwrap();
    queue.try_put(1).unwrap();
    take();
    take();
    queue.try_put(0).unwrap();
    take();
    take();
    let expected = match F::ORDER {
        Order::Fifo => [5, 2, 9, 1, 0],
        Order::Lifo => [2, 1, 9, 0, 5],
        Order::Priority => [2, 1, 5, 0, 9],
    };
    assert_eq!(seen, expected);
}

/// Which item a waiting get receives is decided when it runs, not when it is woken: the second
/// item to come may be the first to go.
fn a_get_that_waited_takes_the_item_that_is_first_when_it_runs<F: Flavour>() {
    let queue: QueueOf<F, i32, 4> = F::bounded();
    let probe = Probe::new();
    let mut get = Box::pin(queue.get());
    pending(get.as_mut(), &probe.waker());
    queue.try_put(5).unwrap();
    assert_eq!(probe.wakes(), 1);
    queue.try_put(1).unwrap();
    assert_eq!(probe.wakes(), 1);
    let expected = F::ORDER.of(vec![5, 1]);
    assert_eq!(ready(get.as_mut()).unwrap().done(), expected[0]);
    assert_eq!(drain(&queue), expected[1..]);
}

/// Two gets wait, two items come: the one that runs first takes what is first in the order, whether
/// it is the one that was woken first or not.
fn of_two_woken_gets_the_one_that_runs_first_takes_the_first_item<F: Flavour>() {
    for first_woken_runs_first in [true, false] {
        let queue: QueueOf<F, i32, 4> = F::bounded();
        let probe = Probe::new();
        let mut gets = [Box::pin(queue.get()), Box::pin(queue.get())];
        for get in &mut gets {
            pending(get.as_mut(), &probe.waker());
        }
        queue.try_put(5).unwrap();
        queue.try_put(1).unwrap();
        assert_eq!(probe.wakes(), 2);
        if !first_woken_runs_first {
            gets.reverse();
        }
        let seen: Vec<i32> = gets
            .iter_mut()
            .map(|get| ready(get.as_mut()).unwrap().done())
            .collect();
        assert_eq!(seen, F::ORDER.of(vec![5, 1]));
    }
}

/// The item of a put that waits is not in the queue: even the smallest of all is not seen before a get
/// has made room for it.
fn the_item_of_a_waiting_put_has_no_place_in_the_order<F: Flavour>() {
    let queue: QueueOf<F, i32, 2> = F::bounded();
    queue.try_put_all(&mut [5, 7].into_iter()).unwrap();
    let probe = Probe::new();
    let mut put = Box::pin(queue.put(1));
    pending(put.as_mut(), &probe.waker());

    let before = F::ORDER.of(vec![5, 7]);
    assert_eq!(queue.try_get().unwrap().done(), before[0]);
    assert_eq!(probe.wakes(), 1);
    // Woken is not put.
    assert_eq!(queue.len(), 1);
    ready(put.as_mut()).unwrap();
    assert_eq!(drain(&queue), F::ORDER.of(vec![before[1], 1]));
}

/// Of many items with few priorities, those of one priority come out in the order they were put,
/// while others come and go between them (where Python promises nothing).
fn equal_items_keep_the_order_they_were_put_in<F: Flavour>() {
    if F::ORDER != Order::Priority {
        return;
    }
    let queue: QueueOf<F, Item, 300> = F::bounded();
    let mut rng = SmallRng::seed_from_u64(7);
    let mut number = 0;
    let mut last = [0; 3];
    let mut check = |item: Item| {
        let last = &mut last[usize::from(item.priority)];
        assert!(item.item > *last, "{item:?} came out after {last}");
        *last = item.item;
    };
    for _ in 0..200 {
        for _ in 0..rng.random_range(0..20) {
            number += 1;
            let _ = queue.try_put(Item::new(rng.random_range(0..3), number));
        }
        for _ in 0..rng.random_range(0..20) {
            if let Ok(task) = queue.try_get() {
                check(task.done());
            }
        }
    }
    assert!(queue.len() > 20, "{}", queue.len());
    let rest = drain(&queue);
    assert!(rest.is_sorted(), "smallest first");
    rest.into_iter().for_each(check);
}

/// A thousand items of one priority are a plain first in, first out queue, also for `shutdown_now`.
fn items_that_are_all_equal_come_out_first_in_first_out<F: Flavour>() {
    if F::ORDER != Order::Priority {
        return;
    }
    for at_once in [true, false] {
        let queue: QueueOf<F, Item, 1000> = F::bounded();
        for number in 0..1000 {
            queue.try_put(Item::new(3, number)).unwrap();
        }
        let out = if at_once {
            identities(queue.shutdown_now())
        } else {
            identities(drain(&queue))
        };
        assert!(out.into_iter().eq((0..1000).map(|number| (3, number))));
    }
}

/// A requeued item is a new one: last of all in a FIFO queue, first in a LIFO one, and behind its equals
/// in a priority queue.
fn a_requeued_item_goes_behind_its_equals<F: Flavour>() {
    let queue: QueueOf<F, Item, 8> = F::bounded();
    for (priority, number) in [(1, 10), (1, 11), (0, 12), (1, 13), (2, 14)] {
        queue.try_put(Item::new(priority, number)).unwrap();
    }
    for _ in 0..2 {
        queue.try_get().unwrap().requeue().unwrap();
    }
    let expected: &[u32] = match F::ORDER {
        Order::Fifo => &[12, 13, 14, 10, 11],
        Order::Lifo => &[14, 13, 12, 11, 10],
        // The only one of its priority comes back to the same place.
        Order::Priority => &[12, 10, 11, 13, 14],
    };
    let out: Vec<u32> = drain(&queue).into_iter().map(|item| item.item).collect();
    assert_eq!(out, expected);

    // Among equals, requeueing is taking turns.
    for number in 0..3 {
        queue.try_put(Item::new(0, number)).unwrap();
    }
    let turns: Vec<u32> = (0..7)
        .map(|_| {
            let task = queue.try_get().unwrap();
            let number = task.item;
            task.requeue().unwrap();
            number
        })
        .collect();
    match F::ORDER {
        Order::Lifo => assert_eq!(turns, [2; 7]),
        Order::Fifo | Order::Priority => assert_eq!(turns, [0, 1, 2, 0, 1, 2, 0]),
    }
}

/// `Reverse` makes a priority queue hand out the largest first, as an item and as a priority.
fn reversed_items_come_out_largest_first<F: Flavour>() {
    if F::ORDER != Order::Priority {
        return;
    }
    let queue: QueueOf<F, Reverse<i32>, 8> = F::bounded();
    for item in [3, 9, 1, 7] {
        queue.try_put(Reverse(item)).unwrap();
    }
    assert_eq!(
        drain(&queue),
        [Reverse(9), Reverse(7), Reverse(3), Reverse(1)]
    );

    let queue: QueueOf<F, Prioritized<Reverse<u8>, &str>, 8> = F::bounded();
    for (priority, item) in [(1, "low"), (9, "high"), (1, "low too"), (9, "high too")] {
        queue
            .try_put(Prioritized::new(Reverse(priority), item))
            .unwrap();
    }
    let out: Vec<&str> = drain(&queue).into_iter().map(|item| item.item).collect();
    assert_eq!(out, ["high", "high too", "low", "low too"]);
}

/// With several producers and several consumers each item arrives exactly once.
/// (Python: `BaseSimpleQueueTest.test_many_threads_nonblock`.)
fn every_item_arrives_exactly_once<F: Flavour>() {
    within_limit(|| {
        const EACH: usize = 400;
        let queue: QueueOf<F, usize, 3> = F::bounded();
        let mut seen: Vec<usize> = thread::scope(|s| {
            let producers: Vec<_> = (0..3)
                .map(|producer| {
                    let queue = &queue;
                    s.spawn(move || {
                        for item in 0..EACH {
                            block_on(queue.put(producer * EACH + item)).unwrap();
                        }
                    })
                })
                .collect();
            let consumers: Vec<_> = (0..3)
                .map(|_| {
                    s.spawn(|| {
                        let mut seen = Vec::new();
                        while let Ok(task) = block_on(queue.get()) {
                            seen.push(task.done());
                        }
                        seen
                    })
                })
                .collect();
            for producer in producers {
                producer.join().unwrap();
            }
            queue.shutdown();
            consumers
                .into_iter()
                .flat_map(|consumer| consumer.join().unwrap())
                .collect()
        });
        seen.sort_unstable();
        assert!(seen.into_iter().eq(0..3 * EACH));
        assert_eq!(assert_settled(&queue, 0, 0).done, 3 * EACH);
    });
}

/// One consumer sees the items of each producer in the order in which that one put them.
/// (Python: `BaseSimpleQueueTest.test_order`.)
fn the_items_of_one_producer_stay_in_order<F: Flavour>() {
    if F::ORDER != Order::Fifo {
        return;
    }
    within_limit(|| {
        const EACH: usize = 400;
        let queue: QueueOf<F, (usize, usize), 2> = F::bounded();
        thread::scope(|s| {
            for producer in 0..3 {
                let queue = &queue;
                s.spawn(move || {
                    for item in 0..EACH {
                        block_on(queue.put((producer, item))).unwrap();
                    }
                });
            }
            let mut next = [0; 3];
            for _ in 0..3 * EACH {
                let (producer, item) = block_on(queue.get()).unwrap().done();
                assert_eq!(item, next[producer], "of producer {producer}");
                next[producer] += 1;
            }
        });
        assert_settled(&queue, 0, 0);
    });
}

/// Without a limit nothing is ever full: no put waits, none is refused, and all is taken out in order.
#[cfg(feature = "alloc")]
fn an_unbounded_queue_is_never_full<F: Unbounded>() {
    let queue = F::unbounded::<usize>();
    assert_eq!(queue.capacity(), None);
    let plenty = many(5000);
    for item in 0..plenty {
        if item % 2 == 0 {
            queue.try_put(item).unwrap();
        } else {
            ready(Box::pin(queue.put(item)).as_mut()).unwrap();
        }
        assert!(!queue.is_full() && !queue.stats().is_full());
    }
    assert_eq!(queue.len(), plenty);
    assert_eq!(drain(&queue), F::ORDER.of((0..plenty).collect()));
    assert!(!queue.is_full() && queue.is_empty());
    assert_settled(&queue, 0, 0);
}

/// The life of a simple queue without a limit, step by step.
/// (Python: `BaseSimpleQueueTest.test_basic`.)
#[cfg(feature = "alloc")]
fn an_unbounded_queue_serves_as_a_simple_queue<F: Unbounded>() {
    let queue = F::unbounded::<i32>();
    let observe = || (queue.is_empty(), queue.len());
    assert_eq!(observe(), (true, 0));
    ready(Box::pin(queue.put(1)).as_mut()).unwrap();
    assert_eq!(observe(), (false, 1));
    ready(Box::pin(queue.put(2)).as_mut()).unwrap();
    queue.try_put(3).unwrap();
    ready(Box::pin(queue.put(4)).as_mut()).unwrap();
    assert_eq!(observe(), (false, 4));
    let expected = F::ORDER.of(vec![1, 2, 3, 4]);
    assert_eq!(
        ready(Box::pin(queue.get()).as_mut()).unwrap().done(),
        expected[0]
    );
    for (taken, expected) in expected.iter().enumerate().skip(1) {
        assert_eq!(observe(), (false, 4 - taken));
        assert_eq!(queue.try_get().unwrap().done(), *expected);
    }
    assert_eq!(observe(), (true, 0));
    assert_eq!(queue.try_get().unwrap_err(), TryGetError::Empty);
    let mut get = Box::pin(queue.get());
    assert!(poll(get.as_mut()).is_pending());
    drop(get);
    assert_settled(&queue, 0, 0);
    queue.try_put(5).unwrap();
    assert_eq!(drain(&queue), [5]);
}

/// `Prioritized` is compared by the priority alone, by every operator alike: equal, and the same by
/// `cmp`, `partial_cmp` and `==`, whatever the items are.
#[test]
fn prioritized_is_compared_by_the_priority_alone() {
    let (a, b, c) = (
        Prioritized::new(1, "z"),
        Prioritized::new(1, "a"),
        Prioritized::new(2, "a"),
    );
    let compare = |x, y| (x == y, x < y, x > y, x <= y, x >= y);
    assert_eq!(compare(a, b), (true, false, false, true, true));
    assert_eq!(compare(a, c), (false, true, false, true, false));
    assert_eq!(compare(c, b), (false, false, true, false, true));
    for x in [a, b, c] {
        for y in [a, b, c] {
            assert_eq!(x.cmp(&y), x.priority.cmp(&y.priority));
            assert_eq!(x.partial_cmp(&y), Some(x.cmp(&y)));
            assert_eq!(x == y, x.cmp(&y) == Ordering::Equal);
            assert_eq!(x.cmp(&y), y.cmp(&x).reverse());
        }
    }
    // What cannot be ordered has no order here either, and equals nothing.
    let (nan, one) = (Prioritized::new(f64::NAN, 0), Prioritized::new(1.0, 0));
    assert_eq!(nan.partial_cmp(&one), None);
    assert_eq!(nan.partial_cmp(&nan), None);
    assert!(nan != one && nan.ne(&nan.clone()));
    // The items need not be comparable at all.
    struct Job;
    assert!(Prioritized::new(1, Job) < Prioritized::new(2, Job));
}

for_every_flavour!(
    a_get_that_waited_takes_the_item_that_is_first_when_it_runs,
    a_queue_does_as_its_model_does,
    a_requeued_item_goes_behind_its_equals,
    equal_items_keep_the_order_they_were_put_in,
    every_item_arrives_exactly_once,
    items_come_out_in_the_order_of_the_flavour,
    items_that_are_all_equal_come_out_first_in_first_out,
    of_two_woken_gets_the_one_that_runs_first_takes_the_first_item,
    reversed_items_come_out_largest_first,
    the_item_of_a_waiting_put_has_no_place_in_the_order,
    the_items_of_one_producer_stay_in_order,
    the_order_is_that_of_the_items_stored_at_the_moment,
);

for_every_unbounded_flavour!(
    an_unbounded_queue_does_as_its_model_does,
    an_unbounded_queue_is_never_full,
    an_unbounded_queue_serves_as_a_simple_queue,
);
