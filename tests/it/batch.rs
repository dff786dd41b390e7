//! Many items at once, in and out: the order, what is left where when a batch ends early, and that a
//! batch wakes as many waiters as it has items or room for, no more and no fewer.

use std::cell::Cell;
use std::iter;
use std::pin::Pin;

use joinable_queue::{GetError, PutError, TryGetError};

use crate::kit::*;

/// So many futures of one kind that wait in line, each with a probe of its own.
fn line_up<Fut: Future>(
    count: usize,
    mut make: impl FnMut(usize) -> Fut,
) -> Vec<(Pin<Box<Fut>>, Probe)> {
    (0..count)
        .map(|i| {
            let probe = Probe::new();
            let mut future = Box::pin(make(i));
            pending(future.as_mut(), &probe.waker());
            (future, probe)
        })
        .collect()
}

/// How often each was woken.
fn wakes<Fut>(line: &[(Fut, Probe)]) -> Vec<usize> {
    line.iter().map(|(_, probe)| probe.wakes()).collect()
}

/// Ones, then zeros: the first so many of the line have been woken, once each.
fn first_woken(woken: usize, line: usize) -> Vec<usize> {
    (0..line).map(|i| usize::from(i < woken)).collect()
}

/// A batch that fits goes in at once, in order, and says how many there were.
fn a_batch_goes_in_in_order<F: Flavour>() {
    let queue: QueueOf<F, i32, 8> = F::bounded();
    assert_eq!(
        ready(Box::pin(queue.put_all([4, 2, 5])).as_mut()),
        Ok(3),
        "by the future"
    );
    assert_eq!(queue.try_put_all(&mut [1, 3].into_iter()), Ok(2));
    assert_eq!(drain(&queue), F::ORDER.of(vec![4, 2, 5, 1, 3]));
    assert_eq!(assert_settled(&queue, 0, 0).put, 5);
}

/// A batch of nothing is done at once, on a full queue and on one that is shut down as well.
fn a_batch_of_nothing_is_always_done<F: Flavour>() {
    let queue: QueueOf<F, i32, 1> = F::bounded();
    let nothing = || {
        assert_eq!(ready(Box::pin(queue.put_all([])).as_mut()), Ok(0));
        assert_eq!(queue.try_put_all(&mut iter::empty()), Ok(0));
    };
    nothing();
    queue.try_put(1).unwrap();
    nothing();
    queue.shutdown();
    nothing();
    assert_settled(&queue, 1, 1);
}

/// `try_put_all` stops at the first item for which there is no room: it says how many are in and gives
/// that one back, and the others were never taken from the iterator.
fn try_put_all_stops_where_there_is_no_more_room<F: Flavour>() {
    let queue: QueueOf<F, i32, 2> = F::bounded();
    let mut items = 1..=5;
    let error = queue.try_put_all(&mut items).unwrap_err();
    assert!(error.is_full() && !error.is_shutdown());
    assert_eq!((error.put, error.into_inner()), (2, 3));
    assert_eq!(items, 4..=5);
    // Nothing fits: the first is given back.
    let error = queue.try_put_all(&mut items).unwrap_err();
    assert_eq!((error.put, error.into_inner()), (0, 4));
    assert_eq!(items, 5..=5);
    // Through a trait object too.
    drain(&queue);
    let boxed: &mut dyn Iterator<Item = i32> = &mut items;
    assert_eq!(queue.try_put_all(boxed), Ok(1));
    assert_eq!(drain(&queue), [5]);
    assert_eq!(assert_settled(&queue, 0, 0).put, 3);
}

/// After shutdown `try_put_all` gives the first item back, also where there is no room.
fn try_put_all_after_shutdown_gives_the_first_item_back<F: Flavour>() {
    let queue: QueueOf<F, i32, 1> = F::bounded();
    queue.try_put(0).unwrap();
    queue.shutdown();
    for _ in 0..2 {
        let mut items = 1..=3;
        let error = queue.try_put_all(&mut items).unwrap_err();
        assert!(error.is_shutdown() && !error.is_full());
        assert_eq!((error.put, error.into_inner()), (0, 1));
        assert_eq!(items, 2..=3);
        drain(&queue);
    }
    assert_eq!(assert_settled(&queue, 0, 0).put, 1);
}

/// A batch larger than the queue waits for room as often as it has to; an item leaves the iterator
/// only when the one before it is in.
fn a_batch_larger_than_the_queue_goes_in_as_room_is_made<F: Flavour>() {
    let queue: QueueOf<F, i32, 2> = F::bounded();
    let taken = Cell::new(0);
    let items = (1..=5).inspect(|item| taken.set(*item));
    let probe = Probe::new();
    let mut put = Box::pin(queue.put_all(items));
    assert_eq!((put.put_so_far(), taken.get()), (0, 0), "lazy");
    pending(put.as_mut(), &probe.waker());
    for done in 2..5 {
        assert_eq!(put.put_so_far(), done);
        assert_eq!(taken.get(), i32::try_from(done).unwrap() + 1);
        let stats = queue.stats();
        assert_eq!((stats.put, stats.len, stats.waiting_putters), (done, 2, 1));
        // Polled for nothing it changes nothing.
        pending(put.as_mut(), &probe.waker());
        assert_eq!(queue.stats(), stats);

        queue.try_get().unwrap().done();
        assert_eq!(probe.wakes(), done - 1);
        if done < 4 {
            pending(put.as_mut(), &probe.waker());
        }
    }
    assert_eq!(ready(put.as_mut()), Ok(5));
    assert_eq!(assert_settled(&queue, 2, 2).put, 5);
    assert_eq!(probe.wakes(), 3);
}

/// Between two items of a batch that waits, others may put theirs; the batch keeps its own order.
fn a_waiting_batch_keeps_its_order_among_the_items_of_others<F: Flavour>() {
    let queue: QueueOf<F, i32, 1> = F::bounded();
    let mut batch = Box::pin(queue.put_all([10, 11, 12]));
    let mut seen = Vec::new();
    let mut others = 0..;
    loop {
        if let std::task::Poll::Ready(done) = poll(batch.as_mut()) {
            assert_eq!(done, Ok(3));
            break;
        }
        seen.push(queue.try_get().unwrap().done());
        queue.try_put(others.next().unwrap()).unwrap();
        assert!(poll(batch.as_mut()).is_pending(), "was overtaken");
        seen.push(queue.try_get().unwrap().done());
    }
    seen.extend(drain(&queue));
    assert_eq!(seen, [10, 0, 11, 1, 12]);
    assert_settled(&queue, 0, 0);
}

/// A batch that is dropped in the middle leaves in the queue what it had put, and in the iterator what
/// it had not taken; only the one item in between is dropped, and `into_item` saves that too.
fn a_cancelled_batch_loses_at_most_the_item_in_its_hand<F: Flavour>() {
    for save in [false, true] {
        let queue: QueueOf<F, String, 2> = F::bounded();
        let probe = Probe::new();
        let mut items = (1..=5).map(|n| n.to_string());
        let mut put = Box::pin(queue.put_all(items.by_ref()));
        pending(put.as_mut(), &probe.waker());
        assert_eq!(put.put_so_far(), 2);
        if save {
            assert_eq!(put.as_mut().into_item().as_deref(), Some("3"));
            // It has left the line, though it lives on.
            assert_settled(&queue, 2, 2);
            assert_eq!(put.as_mut().into_item(), None);
            assert_eq!(put.put_so_far(), 2);
        }
        drop(put);
        assert_eq!((probe.wakes(), probe.alive()), (0, 0));
        assert_settled(&queue, 2, 2);
        let expected = F::ORDER.of(vec!["1".to_owned(), "2".to_owned()]);
        assert_eq!(drain(&queue), expected);
        assert!(items.eq(["4", "5"]));
    }
}

/// Before its first poll a batch has nothing in its hand, and neither has it after its end.
fn a_batch_holds_no_item_before_and_after<F: Flavour>() {
    let queue: QueueOf<F, i32, 4> = F::bounded();
    let mut items = 1..=3;
    let mut put = Box::pin(queue.put_all(items.by_ref()));
    assert_eq!(put.as_mut().into_item(), None);
    drop(put);
    assert_eq!(items, 1..=3);

    let mut put = Box::pin(queue.put_all(items.by_ref()));
    assert_eq!(ready(put.as_mut()), Ok(3));
    assert_eq!(put.put_so_far(), 3);
    assert_eq!(put.as_mut().into_item(), None);
    drop(put);
    assert_settled(&queue, 3, 3);
}

/// A batch that was woken and is given up before it runs hands its wake-up on to the next in line.
fn a_woken_batch_that_is_given_up_passes_the_room_on<F: Flavour>() {
    for by_into_item in [false, true] {
        let queue: QueueOf<F, i32, 1> = F::bounded();
        let mut batch = line_up(1, |_| queue.put_all([1, 2]));
        // It has put the first, and waits with the second.
        let mut putters = line_up(2, |i| queue.put(10 + i32::try_from(i).unwrap()));
        assert_eq!(queue.try_get().unwrap().done(), 1);
        assert_eq!((wakes(&batch), wakes(&putters)), (vec![1], vec![0, 0]));
        if by_into_item {
            assert_eq!(batch[0].0.as_mut().into_item(), Some(2));
        } else {
            batch.clear();
        }
        assert_eq!(wakes(&putters), [1, 0]);
        assert_eq!(ready(putters[0].0.as_mut()), Ok(()));
        assert_eq!(drain(&queue), [10]);
        assert_eq!(ready(putters[1].0.as_mut()), Ok(()));
        assert_eq!(drain(&queue), [11]);
        assert_settled(&queue, 0, 0);
    }
}

/// A shutdown in the middle ends a batch: the error says how many are in and has the one that was
/// refused, and the iterator has the rest.
fn a_shutdown_ends_a_batch_in_the_middle<F: Flavour>() {
    for woken_before in [false, true] {
        let queue: QueueOf<F, i32, 2> = F::bounded();
        let probe = Probe::new();
        let mut items = 1..=5;
        let mut put = Box::pin(queue.put_all(items.by_ref()));
        pending(put.as_mut(), &probe.waker());
        if woken_before {
            // Even if there is room by now.
            queue.try_get().unwrap().done();
        }
        queue.shutdown();
        assert_eq!(probe.wakes(), 1);
        let error = ready(put.as_mut()).unwrap_err();
        assert_eq!((error.put, error.item), (2, 3));
        assert_eq!(error.into_inner(), 3);
        assert_eq!(put.put_so_far(), 2);
        assert_eq!(put.as_mut().into_item(), None);
        drop(put);
        assert_eq!(items, 4..=5);
        let left = 2 - usize::from(woken_before);
        assert_eq!(assert_settled(&queue, left, left).put, 2);
    }

    // One that begins after the shutdown fails with its first item.
    let queue: QueueOf<F, i32, 2> = F::bounded();
    let mut items = 1..=3;
    let mut put = Box::pin(queue.put_all(items.by_ref()));
    queue.shutdown();
    let error = ready(put.as_mut()).unwrap_err();
    assert_eq!((error.put, error.item), (0, 1));
    drop(put);
    assert_eq!(items, 2..=3);
    assert_settled(&queue, 0, 0);
}

/// A batch wakes one getter for each item, as long as there are getters: the first in line, once each.
fn a_batch_put_wakes_one_getter_for_each_item<F: Flavour>() {
    for count in 0..=5 {
        for waiting in 0..=3 {
            for by_future in [false, true] {
                let queue: QueueOf<F, usize, 8> = F::bounded();
                let mut getters = line_up(waiting, |_| queue.get());
                if by_future {
                    assert_eq!(ready(Box::pin(queue.put_all(0..count)).as_mut()), Ok(count));
                } else {
                    assert_eq!(queue.try_put_all(&mut (0..count)), Ok(count));
                }
                assert_eq!(wakes(&getters), first_woken(count.min(waiting), waiting));
                let stats = queue.stats();
                assert_eq!(stats.waiting_getters, waiting.saturating_sub(count));
                assert_eq!((stats.len, stats.unfinished), (count, count));

                // Who was woken finds an item.
                for (get, _) in getters.iter_mut().take(count) {
                    ready(get.as_mut()).unwrap().done();
                }
                let left = count - count.min(waiting);
                drop(getters);
                assert_settled(&queue, left, left);
            }
        }
    }
}

/// A batch taken out wakes one putter for each place that became free: the first in line, once each.
fn a_batch_taken_wakes_one_putter_for_each_place<F: Flavour>() {
    for max in 0..=5 {
        for waiting in 0..=5 {
            for by_future in [false, true] {
                let queue: QueueOf<F, usize, 4> = F::bounded();
                queue.try_put_all(&mut (0..4)).unwrap();
                let mut putters = line_up(waiting, |i| queue.put(10 + i));
                let mut batch = Vec::new();
                let ticket = if by_future {
                    ready(Box::pin(queue.get_many(max, &mut batch)).as_mut()).unwrap()
                } else {
                    queue.try_get_many(max, &mut batch).unwrap()
                };
                let taken = max.min(4);
                let woken = taken.min(waiting);
                assert_eq!((ticket.owed(), batch.len()), (taken, taken));
                assert_eq!(wakes(&putters), first_woken(woken, waiting));
                assert_eq!(queue.stats().waiting_putters, waiting - woken);
                ticket.done();

                // Who was woken finds room.
                for (put, _) in putters.iter_mut().take(woken) {
                    assert_eq!(ready(put.as_mut()), Ok(()));
                }
                drop(putters);
                let left = 4 - taken + woken;
                assert_settled(&queue, left, left);
            }
        }
    }
}

/// From a queue that holds more than its capacity, a batch wakes putters for the room that it makes
/// below the capacity, not for every item taken.
fn a_batch_taken_from_an_overfull_queue_wakes_for_real_room_only<F: Flavour>() {
    if !F::GROWS {
        return;
    }
    let queue: QueueOf<F, i32, 2> = F::bounded();
    queue.try_put(0).unwrap();
    let task = queue.try_get().unwrap();
    queue.try_put_all(&mut [1, 2].into_iter()).unwrap();
    for follow_up in [3, 4] {
        task.put_follow_up(follow_up).unwrap();
    }
    let putters = line_up(3, |_| queue.put(9));
    let ticket = queue.try_get_many(3, &mut Vec::new()).unwrap();
    assert_eq!(queue.len(), 1);
    assert_eq!(wakes(&putters), [1, 0, 0]);
    ticket.done();
    task.done();
    drop(putters);
    drain(&queue);
    assert_settled(&queue, 0, 0);
}

/// Up to `max` items, in order, behind what the vector held before; one ticket for all of them.
fn a_batch_comes_out_in_order_behind_what_was_there<F: Flavour>() {
    for by_future in [false, true] {
        for (max, taken) in [(1, 1), (2, 2), (4, 4), (5, 4), (usize::MAX, 4)] {
            let queue: QueueOf<F, i32, 8> = F::bounded();
            queue.try_put_all(&mut [3, 1, 4, 2].into_iter()).unwrap();
            let mut batch = vec![100, 101];
            let ticket = if by_future {
                ready(Box::pin(queue.get_many(max, &mut batch)).as_mut()).unwrap()
            } else {
                queue.try_get_many(max, &mut batch).unwrap()
            };
            let ordered = F::ORDER.of(vec![3, 1, 4, 2]);
            assert_eq!(batch, [&[100, 101], &ordered[..taken]].concat());
            assert_eq!(ticket.owed(), taken);
            let stats = queue.stats();
            assert_eq!((stats.len, stats.in_flight), (4 - taken, taken));
            ticket.done();
            assert_eq!(drain(&queue), ordered[taken..]);
            assert_settled(&queue, 0, 0);
        }
    }
}

/// A batch of at most nothing takes nothing and does not wait: not on an empty queue, nor on one that is
/// shut down.
fn a_batch_of_at_most_nothing_takes_nothing<F: Flavour>() {
    let queue: QueueOf<F, i32, 2> = F::bounded();
    let nothing = || {
        let mut batch = vec![7];
        let ticket = ready(Box::pin(queue.get_many(0, &mut batch)).as_mut()).unwrap();
        assert_eq!(ticket.owed(), 0);
        drop(ticket);
        let ticket = queue.try_get_many(0, &mut batch).unwrap();
        assert_eq!(ticket.owed(), 0);
        ticket.fail();
        assert_eq!(batch, [7]);
    };
    nothing();
    queue.try_put(1).unwrap();
    nothing();
    assert_settled(&queue, 1, 1);
    queue.shutdown();
    drain(&queue);
    nothing();
    let stats = assert_settled(&queue, 0, 0);
    assert_eq!((stats.failed, stats.abandoned), (0, 0));
}

/// On an empty queue `try_get_many` fails like `try_get`, and touches nothing.
fn try_get_many_from_an_empty_queue_fails<F: Flavour>() {
    let queue: QueueOf<F, i32, 2> = F::bounded();
    let mut batch = vec![7];
    let error = queue.try_get_many(3, &mut batch).unwrap_err();
    assert_eq!(error, TryGetError::Empty);
    queue.shutdown();
    let error = queue.try_get_many(3, &mut batch).unwrap_err();
    assert_eq!(error, TryGetError::ShutDown);
    assert_eq!(batch, [7]);
    assert_settled(&queue, 0, 0);
}

/// A batch waits for its first item only, and then takes all that are there when it runs.
fn a_waiting_batch_takes_what_is_there_when_it_runs<F: Flavour>() {
    let queue: QueueOf<F, i32, 8> = F::bounded();
    let probe = Probe::new();
    let mut batch = vec![0];
    let mut get = Box::pin(queue.get_many(3, &mut batch));
    assert_eq!(queue.stats().waiting_getters, 0, "lazy");
    pending(get.as_mut(), &probe.waker());
    assert_eq!(queue.stats().waiting_getters, 1);
    queue.try_put_all(&mut [4, 3, 2, 1].into_iter()).unwrap();
    assert_eq!(probe.wakes(), 1);
    assert_eq!(queue.len(), 4, "nothing is reserved");
    let ticket = ready(get.as_mut()).unwrap();
    assert_eq!(ticket.owed(), 3);
    drop(get);
    let ordered = F::ORDER.of(vec![4, 3, 2, 1]);
    assert_eq!(batch, [&[0], &ordered[..3]].concat());
    ticket.done();
    assert_eq!(drain(&queue), ordered[3..]);
    assert_settled(&queue, 0, 0);
}

/// A batch that was woken, and whose item somebody else has taken, waits again and has touched nothing.
fn a_waiting_batch_whose_item_was_taken_waits_again<F: Flavour>() {
    let queue: QueueOf<F, i32, 2> = F::bounded();
    let probe = Probe::new();
    let mut batch = Vec::new();
    let mut get = Box::pin(queue.get_many(3, &mut batch));
    pending(get.as_mut(), &probe.waker());
    queue.try_put(1).unwrap();
    queue.try_get().unwrap().done();
    pending(get.as_mut(), &probe.waker());
    queue.try_put(2).unwrap();
    assert_eq!(probe.wakes(), 2);
    ready(get.as_mut()).unwrap().done();
    drop(get);
    assert_eq!(batch, [2]);
    assert_settled(&queue, 0, 0);
}

/// A batch get that is dropped takes nothing; woken before, it hands its wake-up on.
fn a_cancelled_batch_get_takes_nothing_and_passes_its_wake_up_on<F: Flavour>() {
    let queue: QueueOf<F, i32, 4> = F::bounded();
    let probe = Probe::new();
    let mut batch = vec![7];
    let mut first = Box::pin(queue.get_many(3, &mut batch));
    pending(first.as_mut(), &probe.waker());
    let mut getters = line_up(2, |_| queue.get());
    queue.try_put(1).unwrap();
    assert_eq!((probe.wakes(), wakes(&getters)), (1, vec![0, 0]));
    drop(first);
    assert_eq!(wakes(&getters), [1, 0]);
    assert_eq!(batch, [7]);
    assert_eq!(ready(getters[0].0.as_mut()).unwrap().done(), 1);

    // Not woken yet, it just leaves the line.
    let mut second = Box::pin(queue.get_many(3, &mut batch));
    pending(second.as_mut(), &probe.waker());
    assert_eq!(queue.stats().waiting_getters, 2);
    drop(second);
    assert_eq!(queue.stats().waiting_getters, 1);
    assert_eq!((probe.wakes(), wakes(&getters)), (1, vec![1, 0]));
    drop(getters);
    assert_eq!(batch, [7]);
    assert_settled(&queue, 0, 0);
}

/// A shutdown ends a waiting batch get; what is left can still be taken in batches.
fn a_shutdown_ends_a_batch_get_once_the_queue_is_empty<F: Flavour>() {
    let queue: QueueOf<F, i32, 4> = F::bounded();
    let probe = Probe::new();
    let mut batch = vec![7];
    let mut get = Box::pin(queue.get_many(3, &mut batch));
    pending(get.as_mut(), &probe.waker());
    queue.shutdown();
    assert_eq!(probe.wakes(), 1);
    assert_eq!(ready(get.as_mut()).unwrap_err(), GetError);
    drop(get);
    assert_eq!(batch, [7]);

    let queue: QueueOf<F, i32, 4> = F::bounded();
    let mut get = Box::pin(queue.get_many(3, &mut batch));
    pending(get.as_mut(), &probe.waker());
    queue.try_put_all(&mut (1..=4)).unwrap();
    queue.shutdown();
    assert_eq!(ready(get.as_mut()).unwrap().owed(), 3);
    drop(get);
    assert_eq!(batch.len(), 4);
    let ticket = ready(Box::pin(queue.get_many(3, &mut batch)).as_mut()).unwrap();
    assert_eq!((ticket.owed(), batch.len()), (1, 5));
    drop(ticket);
    let end = ready(Box::pin(queue.get_many(3, &mut batch)).as_mut());
    assert_eq!(end.unwrap_err(), GetError);
    assert_settled(&queue, 0, 0);
}

/// Takes so many of the items that it is offered, and leaves the others alone.
struct TakesOnly {
    most: usize,
    items: Vec<i32>,
}

impl Extend<i32> for TakesOnly {
    fn extend<I: IntoIterator<Item = i32>>(&mut self, iter: I) {
        let mut iter = iter.into_iter();
        for _ in 0..self.most {
            self.items.extend(iter.next());
        }
    }
}

/// A collection that takes only some of the items leaves the others in the queue: what was not asked
/// for was not taken.
fn what_a_collection_does_not_ask_for_stays_in_the_queue<F: Flavour>() {
    for most in 1..=4 {
        let queue: QueueOf<F, i32, 8> = F::bounded();
        queue.try_put_all(&mut [3, 1, 4, 2].into_iter()).unwrap();
        let mut some = TakesOnly {
            most,
            items: Vec::new(),
        };
        let ticket = queue.try_get_many(3, &mut some).unwrap();
        let taken = most.min(3);
        let ordered = F::ORDER.of(vec![3, 1, 4, 2]);
        assert_eq!(some.items, ordered[..taken]);
        assert_eq!((ticket.owed(), queue.len()), (taken, 4 - taken));
        ticket.done();
        assert_eq!(drain(&queue), ordered[taken..]);
        assert_settled(&queue, 0, 0);
    }
}

/// A collection that takes nothing at all drops the first item, which had left the queue to see that
/// there is one; the ticket still has to finish it, and nothing hangs or is counted twice.
fn an_item_that_a_collection_drops_is_finished_by_the_ticket<F: Flavour>() {
    for abandon in [false, true] {
        let queue: QueueOf<F, i32, 8> = F::bounded();
        queue.try_put_all(&mut [3, 1, 2].into_iter()).unwrap();
        let probe = Probe::new();
        let mut join = Box::pin(queue.join());
        pending(join.as_mut(), &probe.waker());
        let mut none = TakesOnly {
            most: 0,
            items: Vec::new(),
        };
        let ticket = ready(Box::pin(queue.get_many(3, &mut none)).as_mut()).unwrap();
        assert_eq!((ticket.owed(), none.items.len()), (1, 0));
        assert_eq!((queue.len(), queue.unfinished()), (2, 3));
        if abandon {
            drop(ticket);
        } else {
            ticket.done();
        }
        assert_eq!(drain(&queue), F::ORDER.of(vec![3, 1, 2])[1..]);
        assert_eq!(probe.wakes(), 1);
        assert_eq!(ready(join.as_mut()).abandoned, usize::from(abandon));
        assert_settled(&queue, 0, 0);
    }
}

/// Takes two items, and panics.
struct Panics(Vec<i32>);

impl Extend<i32> for Panics {
    fn extend<I: IntoIterator<Item = i32>>(&mut self, iter: I) {
        self.0.extend(iter.into_iter().take(2));
        std::panic::resume_unwind(Box::new("as planned"));
    }
}

/// When a collection panics, what it had taken is abandoned, and the rest is still in the queue.
fn what_a_panicking_collection_had_taken_is_abandoned<F: Flavour>() {
    let queue: QueueOf<F, i32, 4> = F::bounded();
    queue.try_put_all(&mut [3, 1, 4, 2].into_iter()).unwrap();
    let putters = line_up(3, |_| queue.put(9));
    let ordered = F::ORDER.of(vec![3, 1, 4, 2]);
    let mut broken = Panics(Vec::new());
    assert_eq!(panics(|| queue.try_get_many(4, &mut broken)), "as planned");
    assert_eq!(broken.0, ordered[..2]);
    let stats = queue.stats();
    assert_eq!((stats.done, stats.abandoned), (2, 2));
    assert_eq!((stats.len, stats.unfinished), (2, 2));
    assert_eq!(wakes(&putters), [1, 1, 0]);
    drop(putters);
    assert_eq!(drain(&queue), ordered[2..]);
    assert_settled(&queue, 0, 0);
}

/// An iterator that panics leaves in the queue what came before, and the batch can go on.
fn a_panicking_iterator_leaves_what_it_had_given<F: Flavour>() {
    let queue: QueueOf<F, i32, 4> = F::bounded();
    let mut n = 0;
    let items = iter::from_fn(|| {
        n += 1;
        match n {
            3 => std::panic::resume_unwind(Box::new("as planned")),
            5.. => None,
            n => Some(n),
        }
    });
    let mut put = Box::pin(queue.put_all(items));
    assert_eq!(panics(|| ready(put.as_mut())), "as planned");
    assert_eq!((put.put_so_far(), queue.len()), (2, 2));
    assert_eq!(ready(put.as_mut()), Ok(3));
    drop(put);
    assert_eq!(drain(&queue), F::ORDER.of(vec![1, 2, 4]));
    assert_settled(&queue, 0, 0);
}

/// The iterator of a batch may use the queue itself: here it takes out an item for each one it gives.
fn the_iterator_of_a_batch_may_use_the_queue<F: Flavour>() {
    let queue: QueueOf<F, i32, 1> = F::bounded();
    queue.try_put(1).unwrap();
    let doubled = || {
        iter::from_fn(|| queue.try_get().ok().map(|task| task.done() * 2)).take_while(|n| *n < 100)
    };
    assert_eq!(queue.try_put_all(&mut doubled()), Ok(6));
    queue.try_put(1).unwrap();
    assert_eq!(ready(Box::pin(queue.put_all(doubled())).as_mut()), Ok(6));
    assert_eq!(assert_settled(&queue, 0, 0).put, 14);
}

/// The futures of batches panic when they are polled after their end, whatever end it was.
fn a_batch_polled_after_its_end_panics<F: Flavour>() {
    const MESSAGE: &str = "a future of joinable-queue was polled after completion";
    let queue: QueueOf<F, i32, 2> = F::bounded();
    let mut put = Box::pin(queue.put_all([1]));
    ready(put.as_mut()).unwrap();
    assert_eq!(panics(|| ready(put.as_mut())), MESSAGE);
    let mut put = Box::pin(queue.put_all([2]));
    assert_eq!(put.as_mut().into_item(), None);
    assert_eq!(panics(|| ready(put.as_mut())), MESSAGE);
    for max in [0, 1] {
        let mut batch = Vec::new();
        let mut get = Box::pin(queue.get_many(max, &mut batch));
        ready(get.as_mut()).unwrap().done();
        assert_eq!(panics(|| ready(get.as_mut())), MESSAGE);
    }
    queue.shutdown();
    let mut put = Box::pin(queue.put_all([3]));
    assert!(ready(put.as_mut()).is_err());
    assert_eq!(panics(|| ready(put.as_mut())), MESSAGE);
    let mut batch = Vec::new();
    let mut get = Box::pin(queue.get_many(1, &mut batch));
    assert!(ready(get.as_mut()).is_err());
    assert_eq!(panics(|| ready(get.as_mut())), MESSAGE);
    // And leave the queue alone.
    assert_settled(&queue, 0, 0);
}

/// Batches of both directions against each other, through a queue of one place: everything arrives.
fn batches_flow_through_a_queue_of_one_place<F: Flavour>() {
    within_limit(|| {
        let queue: QueueOf<F, usize, 1> = F::bounded();
        let (put, seen) = std::thread::scope(|s| {
            let putter = s.spawn(|| {
                let put = futures::executor::block_on(queue.put_all(0..500));
                queue.shutdown();
                put
            });
            let mut seen = Vec::new();
            while let Ok(ticket) = futures::executor::block_on(queue.get_many(7, &mut seen)) {
                ticket.done();
            }
            (putter.join().unwrap(), seen)
        });
        assert_eq!(put, Ok(500));
        assert!(seen.into_iter().eq(0..500));
        assert_eq!(ready(Box::pin(queue.put(0)).as_mut()), Err(PutError(0)));
        assert_settled(&queue, 0, 0);
    });
}

for_every_flavour!(
    a_batch_comes_out_in_order_behind_what_was_there,
    a_batch_goes_in_in_order,
    a_batch_holds_no_item_before_and_after,
    a_batch_larger_than_the_queue_goes_in_as_room_is_made,
    a_batch_of_at_most_nothing_takes_nothing,
    a_batch_of_nothing_is_always_done,
    a_batch_polled_after_its_end_panics,
    a_batch_put_wakes_one_getter_for_each_item,
    a_batch_taken_from_an_overfull_queue_wakes_for_real_room_only,
    a_batch_taken_wakes_one_putter_for_each_place,
    a_cancelled_batch_get_takes_nothing_and_passes_its_wake_up_on,
    a_cancelled_batch_loses_at_most_the_item_in_its_hand,
    a_panicking_iterator_leaves_what_it_had_given,
    a_shutdown_ends_a_batch_get_once_the_queue_is_empty,
    a_shutdown_ends_a_batch_in_the_middle,
    a_waiting_batch_keeps_its_order_among_the_items_of_others,
    a_waiting_batch_takes_what_is_there_when_it_runs,
    a_waiting_batch_whose_item_was_taken_waits_again,
    a_woken_batch_that_is_given_up_passes_the_room_on,
    an_item_that_a_collection_drops_is_finished_by_the_ticket,
    batches_flow_through_a_queue_of_one_place,
    the_iterator_of_a_batch_may_use_the_queue,
    try_get_many_from_an_empty_queue_fails,
    try_put_all_after_shutdown_gives_the_first_item_back,
    try_put_all_stops_where_there_is_no_more_room,
    what_a_collection_does_not_ask_for_stays_in_the_queue,
    what_a_panicking_collection_had_taken_is_abandoned,
);
