//! Closing a queue, gently or at once: what can still be put and taken, who is woken, and what becomes
//! of the items.

use std::mem;
use std::pin::pin;
use std::sync::{Arc, Mutex};

use crate::kit::*;
use joinable_queue::storage::Storage;
use joinable_queue::{JoinableQueue, Prioritized, TryGetError, TryPutError};

/// Closes `queue` in one of the two ways, and returns what was taken out.
fn close<S: Storage>(queue: &JoinableQueue<S>, now: bool) -> Vec<S::Item> {
    if now {
        queue.shutdown_now().collect()
    } else {
        queue.shutdown();
        Vec::new()
    }
}

/// Checks that a closed queue is and stays empty and refuses everything, and that nobody waits.
#[track_caller]
fn assert_over<S: Storage<Item = i32>>(queue: &JoinableQueue<S>) {
    assert!(queue.is_shutdown());
    assert_settled(queue, 0, 0);
    let before = queue.stats();
    assert_eq!(queue.try_put(1), Err(TryPutError::ShutDown(1)));
    assert_eq!(ready(pin!(queue.put(2))).unwrap_err().into_inner(), 2);
    assert_eq!(queue.try_get().unwrap_err(), TryGetError::ShutDown);
    assert!(ready(pin!(queue.get())).is_err());
    ready(pin!(queue.join()));
    assert!(queue.task_done().is_err());
    assert_eq!(queue.stats(), before);
}

/// After a shutdown nothing can be put, in no way, room or no room; every item comes back, and the
/// numbers do not change.
fn after_a_shutdown_nothing_can_be_put<F: Flavour>() {
    for full in [false, true] {
        let queue: QueueOf<F, i32, 2> = F::bounded();
        queue.try_put(0).unwrap();
        let task = queue.try_get().unwrap();
        queue
            .try_put_all(&mut (0..if full { 2 } else { 1 }))
            .unwrap();
        assert_eq!(queue.is_full(), full);
        queue.shutdown();
        let before = queue.stats();

        assert_eq!(queue.try_put(1), Err(TryPutError::ShutDown(1)));
        assert_eq!(ready(pin!(queue.put(2))).unwrap_err().into_inner(), 2);
        assert_eq!(task.put_follow_up(3), Err(TryPutError::ShutDown(3)));
        let mut items = 4..=6;
        let error = queue.try_put_all(&mut items).unwrap_err();
        assert!(error.is_shutdown());
        assert_eq!((error.put, error.into_inner(), items), (0, 4, 5..=6));
        let mut items = 4..=6;
        let error = ready(pin!(queue.put_all(items.by_ref()))).unwrap_err();
        assert_eq!((error.put, error.into_inner(), items), (0, 4, 5..=6));
        let error = task.requeue().unwrap_err();
        assert!(error.is_shutdown());
        assert_eq!(queue.stats(), before);

        error.into_inner().done();
        drain(&queue);
        assert_over(&queue);
    }
}

/// What is in the queue when it is shut down can still be taken, in the order of the queue, by every
/// kind of get; then all of them fail: none is told that it is merely empty, none waits.
fn what_is_left_can_be_taken_and_then_gets_fail<F: Flavour>() {
    let queue: QueueOf<F, i32, 5> = F::bounded();
    let items = vec![4, 2, 5, 1, 3];
    queue.try_put_all(&mut items.clone().into_iter()).unwrap();
    queue.shutdown();
    let mut taken = vec![queue.try_get().unwrap().done()];
    taken.push(ready(pin!(queue.get())).unwrap().done());
    let ticket = ready(pin!(queue.get_many(2, &mut taken))).unwrap();
    assert_eq!(ticket.owed(), 2);
    ticket.done();
    queue.try_get_many(9, &mut taken).unwrap().done();
    assert_eq!(taken, F::ORDER.of(items));
    assert!(queue.try_get_many(9, &mut taken).unwrap_err().is_shutdown());
    assert!(ready(pin!(queue.get_many(9, &mut taken))).is_err());
    assert_eq!(taken.len(), 5);
    assert_over(&queue);
}

/// An immediate shutdown takes everything out, and counts it as finished before it returns.
fn an_immediate_shutdown_takes_everything_out<F: Flavour>() {
    let queue: QueueOf<F, i32, 5> = F::bounded();
    let items = vec![4, 2, 5, 1, 3];
    queue.try_put_all(&mut items.clone().into_iter()).unwrap();
    let remaining = queue.shutdown_now();
    let stats = assert_settled(&queue, 0, 0);
    assert_eq!((stats.put, stats.got, stats.done), (5, 5, 5));
    assert_eq!((stats.failed, stats.abandoned), (0, 0));
    assert_over(&queue);
    assert_eq!(remaining.collect::<Vec<_>>(), F::ORDER.of(items));
    assert_over(&queue);
}

/// A shutdown of an empty queue, used or not, lets waiting getters fail and a join return.
fn an_empty_queue_can_be_shut_down<F: Flavour>() {
    for now in [false, true] {
        for used in [false, true] {
            let queue: QueueOf<F, i32, 2> = F::bounded();
            if used {
                queue.try_put(1).unwrap();
                drain(&queue);
            }
            let mut get = Waiter::queued(queue.get());
            assert!(close(&queue, now).is_empty());
            assert_eq!(get.wakes(), 1);
            assert!(get.ready().is_err());
            assert_eq!(get.probe().alive(), 0);
            assert_over(&queue);
        }
    }
}

/// Every waiting put is woken and fails, its item given back, though room is there or comes along.
fn waiting_putters_fail<F: Flavour>() {
    for now in [false, true] {
        let queue: QueueOf<F, i32, 2> = F::bounded();
        queue.try_put_all(&mut (0..2)).unwrap();
        let mut putters: Vec<_> = (10..13).map(|i| Waiter::queued(queue.put(i))).collect();
        let mut items = 20..23;
        let mut batch = Waiter::queued(queue.put_all(items.by_ref()));
        let left = close(&queue, now);
        assert_eq!((wakes(&putters), batch.wakes()), (vec![1, 1, 1], 1));
        // Taking an item now makes room, and wakes nobody: there is nobody to be let in.
        assert_eq!(queue.try_get().is_ok(), left.is_empty());
        for (putter, item) in putters.iter_mut().zip(10..) {
            assert_eq!(putter.ready().unwrap_err().into_inner(), item);
        }
        let error = batch.ready().unwrap_err();
        assert_eq!((error.put, error.into_inner()), (0, 20));
        assert_eq!((wakes(&putters), batch.wakes()), (vec![1, 1, 1], 1));
        drop(batch);
        assert_eq!(items, 21..23);
        drain(&queue);
        assert_over(&queue);
    }
}

/// So does a putter that had been woken for room before the shutdown and has not run: the room is
/// there, and it fails. It is not woken again.
fn a_putter_in_transit_fails<F: Flavour>() {
    for now in [false, true] {
        let queue: QueueOf<F, i32, 1> = F::bounded();
        queue.try_put(1).unwrap();
        let mut woken = Waiter::queued(queue.put(2));
        let mut queued = Waiter::queued(queue.put(3));
        assert_eq!(drain(&queue), [1]);
        assert_eq!((woken.wakes(), queued.wakes()), (1, 0));
        assert!(close(&queue, now).is_empty());
        assert_eq!((woken.wakes(), queued.wakes()), (1, 1));
        assert_eq!(woken.ready().unwrap_err().into_inner(), 2);
        assert_eq!(queued.ready().unwrap_err().into_inner(), 3);
        assert_over(&queue);
    }
}

/// A getter that had been woken for an item and has not run still gets it when the queue drains, while
/// the others fail; an immediate shutdown takes the item out, and all fail.
fn a_getter_in_transit_gets_its_item_if_the_queue_drains<F: Flavour>() {
    for now in [false, true] {
        let queue: QueueOf<F, i32, 1> = F::bounded();
        let mut woken = Waiter::queued(queue.get());
        let mut queued = Waiter::queued(queue.get());
        queue.try_put(1).unwrap();
        let left = close(&queue, now);
        assert_eq!((woken.wakes(), queued.wakes()), (1, 1));
        if now {
            assert_eq!(left, [1]);
            assert!(woken.ready().is_err());
        } else {
            assert_eq!(woken.ready().unwrap().done(), 1);
        }
        assert!(queued.ready().is_err());
        assert_over(&queue);
    }
}

/// Every released getter looks again, and whichever comes first takes what is left.
fn released_getters_look_again<F: Flavour>() {
    let queue: QueueOf<F, i32, 1> = F::bounded();
    let mut getters: Vec<_> = (0..3).map(|_| Waiter::queued(queue.get())).collect();
    queue.try_put(1).unwrap();
    queue.shutdown();
    assert_eq!(wakes(&getters), [1, 1, 1]);
    assert!(getters[2].ready().is_ok());
    assert!(getters[0].ready().is_err());
    assert!(getters[1].ready().is_err());
    assert_over(&queue);
}

/// After a shutdown nobody holds back for a waiter that had lost: there is nothing to wait for.
fn after_a_shutdown_nobody_holds_back<F: Flavour>() {
    let queue: QueueOf<F, i32, 1> = F::bounded();
    let mut starved = Waiter::queued(queue.get());
    for _ in 0..2 {
        queue.try_put(1).unwrap();
        drain(&queue);
        starved.waits();
    }
    queue.try_put(1).unwrap();
    let mut behind = Waiter::queued(queue.get());
    queue.shutdown();
    assert_eq!((starved.wakes(), behind.wakes()), (3, 1));
    assert_eq!(ready(pin!(queue.get())).unwrap().done(), 1);
    assert!(behind.ready().is_err());
    assert!(starved.ready().is_err());
    assert_over(&queue);
}

/// Getters, putters and joiners wait all at once, some already woken, some gone: the shutdown wakes
/// every live one that was not woken, exactly once, and the last completion the joiners.
fn everybody_is_woken_exactly_once<F: Flavour>() {
    for now in [false, true] {
        let queue: QueueOf<F, i32, 1> = F::bounded();
        queue.try_put(0).unwrap();
        let mut putters: Vec<_> = (1..=5).map(|i| Waiter::queued(queue.put(i))).collect();
        let task = queue.try_get().unwrap();
        // One putter is in transit now, so that the queue is empty.
        let mut getters: Vec<_> = (0..4).map(|_| Waiter::queued(queue.get())).collect();
        let mut joins: Vec<_> = (0..3).map(|_| Waiter::queued(queue.join())).collect();
        drop((putters.remove(3), getters.remove(2), joins.remove(0)));
        let stats = queue.stats();
        assert_eq!((stats.waiting_getters, stats.waiting_putters), (3, 3));
        assert_eq!(stats.waiting_joiners, 2);

        assert!(close(&queue, now).is_empty());
        assert_eq!((wakes(&getters), wakes(&putters)), (vec![1; 3], vec![1; 4]));
        assert_eq!(wakes(&joins), [0, 0]);
        let stats = queue.stats();
        assert_eq!((stats.waiting_getters, stats.waiting_putters), (0, 0));
        assert_eq!(task.done(), 0);
        assert_eq!(wakes(&joins), [1, 1]);
        for getter in &mut getters {
            assert!(getter.ready().is_err());
        }
        for putter in &mut putters {
            assert!(putter.ready().is_err());
        }
        for join in &mut joins {
            join.ready();
        }
        assert_eq!((wakes(&getters), wakes(&putters)), (vec![1; 3], vec![1; 4]));
        assert_over(&queue);
    }
}

/// Those whom a shutdown or the last completion lets go are woken in the order of their line; one that was
/// overtaken is where it was.
fn those_let_go_are_woken_in_the_order_of_their_line<F: Flavour>() {
    fn line<Fut: Future>(
        order: &Arc<Mutex<Vec<usize>>>,
        future: impl Fn() -> Fut,
    ) -> Vec<Waiter<Fut>> {
        let mut line: Vec<_> = (0..6).map(|_| Waiter::queued(future())).collect();
        for (place, waiter) in line.iter().enumerate() {
            let order = Arc::clone(order);
            waiter.probe().on_event(move |event| {
                if event == Event::Wake {
                    order.lock().unwrap().push(place);
                }
            });
        }
        drop(line.remove(3));
        line
    }

    for now in [false, true] {
        let order = Arc::default();
        let came = |order: &Arc<Mutex<Vec<usize>>>| std::mem::take(&mut *order.lock().unwrap());
        let queue: QueueOf<F, i32, 1> = F::bounded();
        let mut getters = line(&order, || queue.get());
        for turn in 0..2 {
            queue.try_put(1).unwrap();
            drain(&queue);
            assert_eq!(came(&order), [0], "turn {turn}");
            getters[0].waits();
        }
        close(&queue, now);
        assert_eq!(came(&order), [0, 1, 2, 4, 5]);
        drop(getters);

        let queue: QueueOf<F, i32, 1> = F::bounded();
        queue.try_put(1).unwrap();
        let putters = line(&order, || queue.put(2));
        let joins = line(&order, || queue.join());
        // Nothing is in flight: an immediate one lets the joiners go, too.
        close(&queue, now);
        let mut expected = vec![vec![0, 1, 2, 4, 5]; 1 + usize::from(now)];
        assert_eq!(came(&order), expected.concat());
        drop(putters);
        expected.truncate(usize::from(!now));
        drain(&queue);
        assert_eq!(came(&order), expected.concat());
        drop(joins);
        assert_over(&queue);
    }
}

/// Waiters that the first wake-up of a shutdown drops are not woken any more, those that it polls
/// complete, and all others are woken.
fn waiters_may_come_and_go_while_a_shutdown_wakes_them<F: Flavour>() {
    within_limit(|| {
        for now in [false, true] {
            let queue: &'static QueueOf<F, i32, 1> = forever(F::bounded());
            let first = Waiter::queued(queue.get());
            let polled = Waiter::queued(queue.get());
            let dropped = Waiter::queued(queue.get());
            let mut last = Waiter::queued(queue.get());
            let probes = [polled.probe().clone(), dropped.probe().clone()];
            let others = Mutex::new(Some((polled, dropped)));
            first.probe().on_event(move |event| {
                if event == Event::Wake {
                    let (mut polled, dropped) = others.lock().unwrap().take().unwrap();
                    assert!(polled.ready().is_err());
                    drop(dropped);
                    // A shutdown within a shutdown wakes the rest, and they are not woken twice.
                    queue.shutdown();
                }
            });
            assert!(close(queue, now).is_empty());
            assert_eq!(probes.each_ref().map(Probe::wakes), [0, 0]);
            assert_eq!(probes.each_ref().map(Probe::alive), [0, 0]);
            assert_eq!((first.wakes(), last.wakes()), (1, 1));
            assert!(last.ready().is_err());
            first.probe().off();
            drop(first);
            assert_over(queue);
        }
    });
}

/// A shutdown in the middle of a poll that saw no room, or no item, just before its waker is
/// registered, is not missed: that poll fails, and gives the item back.
fn a_shutdown_in_the_middle_of_a_poll_is_not_missed<F: Flavour>() {
    within_limit(|| {
        for now in [false, true] {
            let queue: Arc<QueueOf<F, i32, 1>> = Arc::new(F::bounded());
            let mut get = Waiter::new(queue.get());
            let hook = Arc::clone(&queue);
            get.probe().on_event(move |event| {
                if event == Event::Clone {
                    close(&hook, now);
                }
            });
            assert!(get.ready().is_err());
            assert_eq!((get.wakes(), get.probe().alive()), (0, 0));
            get.probe().off();
            assert_over(&queue);

            let queue: Arc<QueueOf<F, i32, 1>> = Arc::new(F::bounded());
            queue.try_put(1).unwrap();
            let mut put = Waiter::new(queue.put(2));
            let hook = Arc::clone(&queue);
            put.probe().on_event(move |event| {
                if event == Event::Clone {
                    close(&hook, now);
                }
            });
            assert_eq!(put.ready().unwrap_err().into_inner(), 2);
            assert_eq!((put.wakes(), put.probe().alive()), (0, 0));
            put.probe().off();
            drain(&queue);
            assert_over(&queue);
        }
    });
}

/// A put made before the shutdown and polled first after it fails; a get still receives what is left.
fn what_counts_is_when_an_operation_starts_to_run<F: Flavour>() {
    for now in [false, true] {
        let queue: QueueOf<F, i32, 2> = F::bounded();
        queue.try_put(1).unwrap();
        let mut put = Waiter::new(queue.put(2));
        let mut get = Waiter::new(queue.get());
        let mut other = Waiter::new(queue.get());
        close(&queue, now);
        assert_eq!(put.ready().unwrap_err().into_inner(), 2);
        assert_eq!(get.ready().is_ok(), !now);
        assert!(other.ready().is_err());
        assert_over(&queue);
    }
}

/// Tasks in flight stay unfinished until somebody finishes them, in whichever way, after either kind
/// of shutdown; one call of `task_done` too many is an error as always.
fn tasks_in_flight_can_be_finished_after_a_shutdown<F: Flavour>() {
    for now in [false, true] {
        let queue: QueueOf<F, i32, 5> = F::bounded();
        queue.try_put_all(&mut (0..5)).unwrap();
        let [done, failed, dropped, detached] = [(); 4].map(|()| queue.try_get().unwrap());
        detached.detach();
        let left = close(&queue, now).len();
        assert_eq!(queue.stats().in_flight, 4);
        assert_eq!(queue.unfinished(), 5 - left);
        done.done();
        failed.fail();
        drop(dropped);
        assert!(queue.task_done().is_ok());
        assert!(queue.task_done().is_err());
        assert_eq!(drain(&queue).len(), 1 - left);
        let stats = assert_settled(&queue, 0, 0);
        assert_eq!((stats.done, stats.failed, stats.abandoned), (5, 1, 1));
        assert_over(&queue);
    }
}

/// A shutdown may be repeated. The second one of either kind wakes nobody again and changes nothing;
/// an immediate one after a draining one takes out what is left and lets joiners go.
fn a_shutdown_may_be_repeated_and_upgraded<F: Flavour>() {
    let queue: QueueOf<F, i32, 3> = F::bounded();
    queue.try_put_all(&mut [3, 1, 2].into_iter()).unwrap();
    let mut put = Waiter::queued(queue.put(4));
    let mut join = Waiter::queued(queue.join());
    queue.shutdown();
    queue.shutdown();
    assert_eq!((put.wakes(), join.wakes(), queue.len()), (1, 0, 3));

    let left: Vec<_> = queue.shutdown_now().collect();
    assert_eq!(left, F::ORDER.of(vec![3, 1, 2]));
    assert_eq!((put.wakes(), join.wakes()), (1, 1));
    let before = queue.stats();
    queue.shutdown();
    assert_eq!(queue.shutdown_now().len(), 0);
    queue.shutdown();
    assert_eq!(queue.stats(), before);
    assert_eq!((put.wakes(), join.wakes()), (1, 1));
    assert_eq!(put.ready().unwrap_err().into_inner(), 4);
    assert_eq!(join.ready().done, 3);
    assert_over(&queue);
}

/// Both kinds leave the queue in the same state: shut down, and, sooner or later, empty. No operation
/// opens it again.
fn there_is_one_way_to_be_shut_down<F: Flavour>() {
    for now in [false, true] {
        let queue: QueueOf<F, i32, 2> = F::bounded();
        assert!(!queue.is_shutdown() && !queue.stats().is_shutdown);
        queue.try_put(1).unwrap();
        queue.try_put(2).unwrap();
        let task = queue.try_get().unwrap();
        close(&queue, now);
        assert!(queue.is_shutdown() && queue.stats().is_shutdown);
        task.done();
        drain(&queue);
        assert!(poll(pin!(queue.join())).is_ready());
        for _ in 0..3 {
            assert_over(&queue);
        }
    }
}

/// What an immediate shutdown returns is an iterator in the order in which `get` would have taken the
/// items; it knows how many there are, and stays at its end.
fn what_remains_comes_in_the_order_of_the_queue<F: Flavour>() {
    let inputs: [&[i32]; 6] = [
        &[],
        &[7],
        &[2, 1],
        &[3, 1, 4, 1, 5, 9, 2, 6],
        &[8, 7, 6, 5, 4, 3, 2, 1],
        &[5, 3, 5, 3, 1, 5],
    ];
    for input in inputs {
        for taken in 0..=input.len().min(3) {
            let queue: QueueOf<F, i32, 8> = F::bounded();
            queue.try_put_all(&mut input.iter().copied()).unwrap();
            let mut all = Vec::new();
            for _ in 0..taken {
                all.push(queue.try_get().unwrap().done());
            }
            let mut remaining = queue.shutdown_now();
            for left in (0..input.len() - taken).rev() {
                assert_eq!(
                    (remaining.len(), remaining.size_hint()),
                    (left + 1, (left + 1, Some(left + 1)))
                );
                all.push(remaining.next().unwrap());
                assert_eq!(remaining.len(), left);
            }
            assert_eq!((remaining.next(), remaining.next()), (None, None));
            assert_eq!(remaining.size_hint(), (0, Some(0)));
            assert_eq!(all, F::ORDER.of(input.to_vec()));
            assert_over(&queue);
        }
    }
}

/// Equal priorities remain in the order in which they were put, also when taken out all at once, after
/// some were taken, and whatever lies between them.
fn what_remains_keeps_equal_priorities_in_order<F: Flavour>() {
    let queue: QueueOf<F, Prioritized<u32, usize>, 32> = F::bounded();
    let priorities = [2, 1, 2, 0, 1, 2, 0, 2, 1, 1, 0, 2, 2, 1, 0, 0, 1, 2, 1, 2];
    let items: Vec<_> = (0..)
        .zip(priorities)
        .map(|(i, priority)| Prioritized::new(priority, i))
        .collect();
    queue.try_put_all(&mut items.iter().copied()).unwrap();
    let mut all: Vec<_> = (0..3).map(|_| queue.try_get().unwrap().done()).collect();
    all.extend(queue.shutdown_now());
    let numbers = |items: Vec<Prioritized<u32, usize>>| -> Vec<usize> {
        items.into_iter().map(|item| item.item).collect()
    };
    // `Order::of` sorts stably.
    assert_eq!(numbers(all), numbers(F::ORDER.of(items)));
    assert_settled(&queue, 0, 0);
}

/// What is done with the iterator, kept, dropped, half used or leaked, is no matter to `join`; and every
/// item in it is dropped once.
fn what_remains_holds_up_no_join<F: Flavour>() {
    enum Fate {
        Kept,
        Dropped,
        HalfUsed,
        Leaked,
    }

    for fate in [Fate::Kept, Fate::Dropped, Fate::HalfUsed, Fate::Leaked] {
        let queue: QueueOf<F, Arc<i32>, 5> = F::bounded();
        let items: Vec<_> = [4, 2, 5, 1, 3].into_iter().map(Arc::new).collect();
        let alive = || items.iter().map(Arc::strong_count).sum::<usize>() - 5;
        queue.try_put_all(&mut items.iter().cloned()).unwrap();
        let mut join = Waiter::queued(queue.join());
        let mut remaining = queue.shutdown_now();
        assert_eq!((alive(), join.wakes(), queue.unfinished()), (5, 1, 0));
        join.ready();
        match fate {
            Fate::Kept => {
                assert_eq!(alive(), 5);
                assert_eq!(remaining.by_ref().count(), 5);
                drop(remaining);
            }
            Fate::Dropped => drop(remaining),
            Fate::HalfUsed => {
                let order = F::ORDER.of(vec![4, 2, 5, 1, 3]);
                for (expected, left) in [(order[0], 4), (order[1], 3)] {
                    assert_eq!(*remaining.next().unwrap(), expected);
                    assert_eq!(alive(), left);
                }
                drop(remaining);
            }
            Fate::Leaked => {
                mem::forget(remaining);
                assert_settled(&queue, 0, 0);
                assert_eq!(alive(), 5);
                continue;
            }
        }
        assert_eq!(alive(), 0);
        drop(join);
        assert_settled(&queue, 0, 0);
    }
}

/// A queue that is dropped drops what is left in it, each item once, open or shut down in either way,
/// whatever was taken before.
fn a_dropped_queue_drops_each_item_once<F: Flavour>() {
    for ending in [None, Some(false), Some(true)] {
        for taken in 0..=3 {
            let items: Vec<_> = (0..3).map(Arc::new).collect();
            let alive = || items.iter().map(Arc::strong_count).sum::<usize>() - 3;
            let queue: QueueOf<F, Arc<i32>, 3> = F::bounded();
            queue.try_put_all(&mut items.iter().cloned()).unwrap();
            let tasks: Vec<_> = (0..taken).map(|_| queue.try_get().unwrap()).collect();
            let put = Waiter::new(queue.put(Arc::clone(&items[0])));
            let left = match ending {
                None => None,
                Some(true) => Some(queue.shutdown_now()),
                Some(false) => {
                    queue.shutdown();
                    None
                }
            };
            assert_eq!(alive(), 4);
            drop(put);
            assert_eq!(alive(), 3);
            drop(tasks);
            assert_eq!(alive(), 3 - taken);
            drop(queue);
            assert_eq!(alive(), left.as_ref().map_or(0, ExactSizeIterator::len));
            drop(left);
            assert_eq!(alive(), 0);
        }
    }
}

for_every_flavour!(
    after_a_shutdown_nothing_can_be_put,
    what_is_left_can_be_taken_and_then_gets_fail,
    an_immediate_shutdown_takes_everything_out,
    an_empty_queue_can_be_shut_down,
    waiting_putters_fail,
    a_putter_in_transit_fails,
    a_getter_in_transit_gets_its_item_if_the_queue_drains,
    released_getters_look_again,
    after_a_shutdown_nobody_holds_back,
    everybody_is_woken_exactly_once,
    those_let_go_are_woken_in_the_order_of_their_line,
    waiters_may_come_and_go_while_a_shutdown_wakes_them,
    a_shutdown_in_the_middle_of_a_poll_is_not_missed,
    what_counts_is_when_an_operation_starts_to_run,
    tasks_in_flight_can_be_finished_after_a_shutdown,
    a_shutdown_may_be_repeated_and_upgraded,
    there_is_one_way_to_be_shut_down,
    what_remains_comes_in_the_order_of_the_queue,
    what_remains_keeps_equal_priorities_in_order,
    what_remains_holds_up_no_join,
    a_dropped_queue_drops_each_item_once,
);
