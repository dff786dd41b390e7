//! What a put and a get wait for, what ends the wait, and who is woken by what.

use std::pin::pin;
use std::sync::Arc;
use std::thread;

use crate::kit::*;
use joinable_queue::{TryGetError, TryPutError};

/// A put with room, a get with an item and a join with nothing unfinished are ready on their first
/// poll, do not touch the waker, and allocate nothing.
fn what_need_not_wait_is_ready_at_once<F: Flavour>() {
    let queue: QueueOf<F, i32, 2> = F::bounded();
    let probe = Probe::new();
    let waker = probe.waker();
    let allocated = allocations(|| {
        for i in 0..10 {
            assert!(poll_as(pin!(queue.join()), &waker).is_ready());
            assert!(poll_as(pin!(queue.put(i)), &waker).is_ready());
            assert!(poll_as(pin!(queue.get()), &waker).is_ready());
        }
    });
    assert_eq!((allocated, probe.clones(), probe.wakes()), (0, 0, 0));
    let stats = assert_settled(&queue, 0, 0);
    assert_eq!((stats.put, stats.abandoned), (10, 10));
}

/// A get waits while there is no item and for nothing else; a put comes along and ends the wait.
fn a_get_waits_for_an_item<F: Flavour>() {
    let queue: QueueOf<F, i32, 2> = F::bounded();
    let mut get = Waiter::queued(queue.get());
    assert_eq!(queue.stats().waiting_getters, 1);
    queue.try_put(1).unwrap();
    assert_eq!((get.wakes(), queue.stats().waiting_getters), (1, 0));
    assert_eq!(get.ready().unwrap().done(), 1);
    assert_eq!(get.wakes(), 1);
    assert_settled(&queue, 0, 0);
}

/// A put waits while there is no room and for nothing else; a get comes along and ends the wait.
fn a_put_waits_for_room<F: Flavour>() {
    let queue: QueueOf<F, i32, 2> = F::bounded();
    queue.try_put(1).unwrap();
    queue.try_put(1).unwrap();
    let mut put = Waiter::queued(queue.put(2));
    assert_eq!((queue.stats().waiting_putters, queue.len()), (1, 2));
    let task = queue.try_get().unwrap();
    assert_eq!((put.wakes(), queue.stats().waiting_putters), (1, 0));
    // To finish the task makes no room: that was made when it was taken.
    task.done();
    assert_eq!(put.wakes(), 1);
    assert_eq!(put.ready(), Ok(()));
    assert_eq!((put.wakes(), queue.len()), (1, 2));
    drain(&queue);
    assert_settled(&queue, 0, 0);
}

/// A future that was never polled is in no line, has put nothing and taken nothing, and leaves
/// nothing behind when it is dropped. It is as good as new later.
fn nothing_happens_before_the_first_poll<F: Flavour>() {
    let queue: QueueOf<F, i32, 2> = F::bounded();
    queue.try_put(1).unwrap();
    let before = queue.stats();
    let (get, put, join) = (queue.get(), queue.put(2), queue.join());
    assert_eq!(queue.stats(), before);
    drop((get, put, join));
    assert_eq!(queue.stats(), before);

    let mut put = Box::pin(queue.put(3));
    assert_eq!(put.as_mut().into_item(), Some(3));
    drop(put);
    assert_eq!(queue.stats(), before);

    // Made while there was nothing to get, polled when there is; and the other way round.
    let (mut put, mut get) = (Box::pin(queue.put(4)), Box::pin(queue.get()));
    assert_eq!(drain(&queue), [1]);
    assert!(poll(get.as_mut()).is_pending());
    assert_eq!(ready(put.as_mut()), Ok(()));
    assert_eq!(ready(get.as_mut()).unwrap().done(), 4);
    assert_settled(&queue, 0, 0);
}

/// An item put in the middle of the poll that found none, just before its waker is registered, is not
/// missed: that poll returns it.
fn an_item_put_in_the_middle_of_a_poll_is_returned_by_it<F: Flavour>() {
    within_limit(|| {
        let queue: Arc<QueueOf<F, i32, 2>> = Arc::new(F::bounded());
        let mut get = Waiter::new(queue.get());
        // The poll clones the waker between having seen that it has to wait and waiting.
        let hook = Arc::clone(&queue);
        get.probe().on_event(move |event| {
            if event == Event::Clone {
                hook.try_put(1).unwrap();
            }
        });
        assert_eq!(get.ready().unwrap().done(), 1);
        assert_eq!((get.probe().clones(), get.wakes()), (1, 0));
        assert_eq!(get.probe().alive(), 0);
        get.probe().off();
        assert_settled(&queue, 0, 0);
    });
}

/// Room made in the middle of the poll that found none, just before its waker is registered, is not
/// missed: that poll puts the item.
fn room_made_in_the_middle_of_a_poll_is_used_by_it<F: Flavour>() {
    within_limit(|| {
        let queue: Arc<QueueOf<F, i32, 1>> = Arc::new(F::bounded());
        queue.try_put(1).unwrap();
        let mut put = Waiter::new(queue.put(2));
        let hook = Arc::clone(&queue);
        put.probe().on_event(move |event| {
            if event == Event::Clone {
                assert_eq!(hook.try_get().unwrap().done(), 1);
            }
        });
        assert_eq!(put.ready(), Ok(()));
        assert_eq!((put.probe().clones(), put.wakes()), (1, 0));
        assert_eq!(put.probe().alive(), 0);
        put.probe().off();
        assert_eq!(drain(&queue), [2]);
        assert_settled(&queue, 0, 0);
    });
}

/// A future polled with one waker and then with another wakes the second, and only that; the first
/// one is let go of at once.
fn only_the_latest_waker_counts<F: Flavour>() {
    let queue: QueueOf<F, i32, 1> = F::bounded();
    let (a, b) = (Probe::new(), Probe::new());

    let mut get = Box::pin(queue.get());
    pending(get.as_mut(), &a.waker());
    pending(get.as_mut(), &b.waker());
    assert_eq!((a.alive(), b.alive()), (0, 1));
    queue.try_put(1).unwrap();
    assert_eq!((a.wakes(), b.wakes()), (0, 1));
    let task = ready(get.as_mut()).unwrap();

    let mut join = Box::pin(queue.join());
    pending(join.as_mut(), &a.waker());
    pending(join.as_mut(), &b.waker());
    assert_eq!((a.alive(), b.alive()), (0, 1));
    task.done();
    assert_eq!((a.wakes(), b.wakes()), (0, 2));
    ready(join.as_mut());

    queue.try_put(2).unwrap();
    let mut put = Box::pin(queue.put(3));
    pending(put.as_mut(), &a.waker());
    pending(put.as_mut(), &b.waker());
    assert_eq!((a.alive(), b.alive()), (0, 1));
    assert_eq!(drain(&queue), [2]);
    assert_eq!((a.wakes(), b.wakes()), (0, 3));
    assert_eq!(ready(put.as_mut()), Ok(()));
    assert_eq!((a.alive(), b.alive()), (0, 0));
    drain(&queue);
    assert_settled(&queue, 0, 0);
}

/// A future polled again by the same task clones no waker, drops none, and keeps its place; the same
/// with a new waker: that is no reason to line up anew.
fn polling_again_keeps_the_waker_and_the_place<F: Flavour>() {
    let queue: QueueOf<F, i32, 1> = F::bounded();
    let probe = Probe::new();
    let waker = probe.waker();
    let mut first = Box::pin(queue.get());
    pending(first.as_mut(), &waker);
    let second = Waiter::queued(queue.get());
    for _ in 0..10 {
        pending(first.as_mut(), &waker);
    }
    assert_eq!((probe.clones(), probe.drops()), (1, 0));
    assert_eq!(queue.stats().waiting_getters, 2);

    let other = Probe::new();
    pending(first.as_mut(), &other.waker());
    assert_eq!(queue.stats().waiting_getters, 2);
    queue.try_put(1).unwrap();
    assert_eq!((probe.wakes(), other.wakes(), second.wakes()), (0, 1, 0));
    assert_eq!(ready(first.as_mut()).unwrap().done(), 1);
    drop(second);
    assert_settled(&queue, 0, 0);
}

/// A million polls without an event, as `join_all` and `select` make them, register nothing twice,
/// allocate nothing and change no place. (asyncio: gh-75801, gh-76755)
fn a_million_idle_polls_leave_no_trace<F: Flavour>() {
    const POLLS: usize = many(1_000_000);
    let queue: QueueOf<F, i32, 1> = F::bounded();
    queue.try_put(0).unwrap();
    let mut put = Waiter::queued(queue.put(1));
    let behind_put = Waiter::queued(queue.put(2));
    let mut join = Waiter::queued(queue.join());
    let allocated = allocations(|| {
        for _ in 0..POLLS {
            put.waits();
            join.waits();
        }
    });
    assert_eq!(allocated, 0);
    let stats = queue.stats();
    assert_eq!((stats.waiting_putters, stats.waiting_joiners), (2, 1));
    assert_eq!((put.probe().clones(), join.probe().clones()), (1, 1));
    assert_eq!(drain(&queue), [0]);
    assert_eq!((put.wakes(), behind_put.wakes(), join.wakes()), (1, 0, 1));
    drop((put, behind_put));
    join.ready();

    let mut get = Waiter::queued(queue.get());
    let behind_get = Waiter::queued(queue.get());
    let allocated = allocations(|| {
        for _ in 0..POLLS {
            get.waits();
        }
    });
    assert_eq!((allocated, get.probe().clones()), (0, 1));
    assert_eq!(queue.stats().waiting_getters, 2);
    queue.try_put(3).unwrap();
    assert_eq!((get.wakes(), behind_get.wakes()), (1, 0));
    assert_eq!(get.ready().unwrap().done(), 3);
    drop(behind_get);
    assert_settled(&queue, 0, 0);
}

/// A million futures made, polled once and dropped, as a select loop does it, leave no node, no waker
/// and no memory behind. (asyncio: gh-75801, gh-76755)
fn a_million_waits_given_up_leave_no_trace<F: Flavour>() {
    const ROUNDS: usize = many(1_000_000);
    let probe = Probe::new();
    let waker = probe.waker();

    let queue: QueueOf<F, i32, 1> = F::bounded();
    let allocated = allocations(|| {
        for _ in 0..ROUNDS {
            pending(pin!(queue.get()), &waker);
        }
    });
    assert_eq!((allocated, probe.alive()), (0, 1));
    assert_settled(&queue, 0, 0);

    queue.try_put(0).unwrap();
    let allocated = allocations(|| {
        for _ in 0..ROUNDS {
            pending(pin!(queue.put(1)), &waker);
            pending(pin!(queue.join()), &waker);
        }
    });
    assert_eq!((allocated, probe.alive(), probe.wakes()), (0, 1, 0));
    assert_settled(&queue, 1, 1);
    assert_eq!(drain(&queue), [0]);
    assert_settled(&queue, 0, 0);
}

/// A future that finds something to take while it is still in line leaves the line before it returns:
/// the next notice goes to somebody else, and its waker is let go of.
fn who_is_served_in_line_leaves_the_line<F: Flavour>() {
    let queue: QueueOf<F, i32, 1> = F::bounded();
    let mut getters: Vec<_> = (0..3).map(|_| Waiter::queued(queue.get())).collect();
    queue.try_put(1).unwrap();
    assert_eq!(wakes(&getters), [1, 0, 0]);
    // The second was not woken. It is polled all the same, and there is an item.
    assert_eq!(getters[1].ready().unwrap().done(), 1);
    assert_eq!(getters[1].probe().alive(), 0);
    assert_eq!(queue.stats().waiting_getters, 1);
    getters[0].waits();
    getters.swap(0, 1);
    // The future that has completed is still there, and is passed over.
    for expected in [[0, 2, 0], [0, 2, 1]] {
        queue.try_put(2).unwrap();
        assert_eq!(wakes(&getters), expected);
        queue.try_get().unwrap().done();
    }
    drop(getters);
    assert_settled(&queue, 0, 0);

    queue.try_put(1).unwrap();
    let mut putters: Vec<_> = (2..5).map(|i| Waiter::queued(queue.put(i))).collect();
    assert_eq!(drain(&queue), [1]);
    assert_eq!(putters[1].ready(), Ok(()));
    assert_eq!(putters[1].probe().alive(), 0);
    assert_eq!(queue.stats().waiting_putters, 1);
    putters[0].waits();
    assert_eq!(drain(&queue), [3]);
    assert_eq!(wakes(&putters), [2, 0, 0]);
    drop(putters);
    assert_settled(&queue, 0, 0);
}

/// What was woken and is not polled holds up nobody but itself: the next item wakes the next in
/// line, and the first item is there for whoever comes.
fn nothing_is_reserved_for_a_waiter_that_sleeps_on<F: Flavour>() {
    let queue: QueueOf<F, i32, 2> = F::bounded();
    let mut dormant = Waiter::queued(queue.get());
    let mut second = Waiter::queued(queue.get());
    queue.try_put(1).unwrap();
    assert_eq!((dormant.wakes(), second.wakes()), (1, 0));
    queue.try_put(1).unwrap();
    assert_eq!((dormant.wakes(), second.wakes()), (1, 1));
    assert_eq!(queue.try_get().unwrap().done(), 1);
    assert_eq!(second.ready().unwrap().done(), 1);
    queue.try_put(3).unwrap();
    assert_eq!(ready(pin!(queue.get())).unwrap().done(), 3);
    dormant.waits();
    assert_eq!(dormant.wakes(), 1);
    queue.try_put(4).unwrap();
    assert_eq!((dormant.wakes(), dormant.ready().unwrap().done()), (2, 4));
    assert_settled(&queue, 0, 0);

    queue.try_put(1).unwrap();
    queue.try_put(1).unwrap();
    let mut dormant = Waiter::queued(queue.put(2));
    let mut second = Waiter::queued(queue.put(3));
    let tasks = [queue.try_get().unwrap(), queue.try_get().unwrap()];
    assert_eq!((dormant.wakes(), second.wakes()), (1, 1));
    assert_eq!(queue.try_put(4), Ok(()));
    assert_eq!(second.ready(), Ok(()));
    dormant.waits();
    for task in tasks {
        task.done();
    }
    assert_eq!(drain(&queue), F::ORDER.of(vec![4, 3]));
    assert_eq!((dormant.wakes(), dormant.ready()), (2, Ok(())));
    assert_eq!(drain(&queue), [2]);
    assert_settled(&queue, 0, 0);
}

/// A future may change tasks and threads between polls: the last one that polled it is woken, and
/// nothing of the earlier ones is kept, so that they may end.
fn a_future_may_move_to_another_task_and_thread<F: Flavour>() {
    let queue: QueueOf<F, i32, 2> = F::bounded();
    let (x, y) = (Probe::new(), Probe::new());
    let mut get = Box::pin(queue.get());
    pending(get.as_mut(), &x.waker());
    let mut get = thread::scope(|scope| {
        let waker = y.waker();
        let thread = scope.spawn(move || {
            pending(get.as_mut(), &waker);
            drop(waker);
            get
        });
        thread.join().unwrap()
    });
    assert_eq!((x.alive(), y.alive()), (0, 1));
    queue.try_put(1).unwrap();
    assert_eq!((x.wakes(), y.wakes()), (0, 1));
    let got = thread::scope(|scope| {
        let thread = scope.spawn(move || ready(get.as_mut()).unwrap().done());
        thread.join().unwrap()
    });
    assert_eq!((got, x.alive(), y.alive()), (1, 0, 0));
    assert_settled(&queue, 0, 0);
}

/// Which item a getter receives is decided when it runs, by the order of the queue, not when it was
/// woken.
fn the_item_is_chosen_when_the_getter_runs<F: Flavour>() {
    let queue: QueueOf<F, i32, 2> = F::bounded();
    let mut first = Waiter::queued(queue.get());
    let mut second = Waiter::queued(queue.get());
    queue.try_put(5).unwrap();
    queue.try_put(1).unwrap();
    let expected = F::ORDER.of(vec![5, 1]);
    assert_eq!(first.ready().unwrap().done(), expected[0]);
    assert_eq!(second.ready().unwrap().done(), expected[1]);
    assert_eq!((first.wakes(), second.wakes()), (1, 1));
    assert_settled(&queue, 0, 0);
}

/// The item of a put that waits takes part in nothing: it is not counted, not returned, and not
/// ordered among those stored, not even while there is room for it already.
fn the_item_of_a_waiting_put_is_not_in_the_queue<F: Flavour>() {
    let queue: QueueOf<F, i32, 1> = F::bounded();
    queue.try_put(5).unwrap();
    let mut put = Waiter::queued(queue.put(1));
    let stats = queue.stats();
    assert_eq!((stats.put, stats.len, stats.unfinished), (1, 1, 1));
    assert_eq!(queue.try_get().unwrap().done(), 5);
    assert_eq!(put.wakes(), 1);
    assert_eq!(queue.try_get().unwrap_err(), TryGetError::Empty);
    assert_eq!(queue.stats().put, 1);
    queue.try_put(3).unwrap();
    put.waits();
    assert_eq!(queue.try_get().unwrap().done(), 3);
    assert_eq!(put.ready(), Ok(()));
    assert_eq!(queue.try_get().unwrap().done(), 1);
    assert_settled(&queue, 0, 0);
}

/// One put wakes one getter, and one get one putter, however many wait; what is refused wakes nobody.
/// (asyncio: python/asyncio#269)
fn one_event_wakes_one_waiter<F: Flavour>() {
    let queue: QueueOf<F, i32, 3> = F::bounded();
    let mut getters: Vec<_> = (0..5).map(|_| Waiter::queued(queue.get())).collect();
    assert!(queue.try_get().is_err());
    assert_eq!(wakes(&getters), [0, 0, 0, 0, 0]);
    for (i, expected) in [[1, 0, 0, 0, 0], [1, 1, 0, 0, 0], [1, 1, 1, 0, 0]]
        .iter()
        .enumerate()
    {
        queue.try_put(0).unwrap();
        assert_eq!(wakes(&getters), *expected, "after put {i}");
    }
    assert_eq!(queue.try_put(0), Err(TryPutError::Full(0)));
    assert_eq!(wakes(&getters), [1, 1, 1, 0, 0]);
    // That the three take their items wakes nobody either.
    for getter in &mut getters[..3] {
        getter.ready().unwrap().done();
    }
    assert_eq!(wakes(&getters), [1, 1, 1, 0, 0]);
    assert_eq!(queue.stats().waiting_getters, 2);
    drop(getters);
    assert_settled(&queue, 0, 0);
}

/// A follow-up and a requeued task wake a getter like any other put, and only one.
fn work_found_or_put_back_wakes_a_getter<F: Flavour>() {
    let queue: QueueOf<F, i32, 2> = F::bounded();
    queue.try_put(1).unwrap();
    let task = queue.try_get().unwrap();
    let mut getters: Vec<_> = (0..3).map(|_| Waiter::queued(queue.get())).collect();
    task.put_follow_up(2).unwrap();
    assert_eq!(wakes(&getters), [1, 0, 0]);
    assert_eq!(getters[0].ready().unwrap().done(), 2);
    assert_eq!(queue.unfinished(), 1);
    task.requeue().unwrap();
    assert_eq!((wakes(&getters), queue.unfinished()), (vec![1, 1, 0], 1));
    assert_eq!(getters[1].ready().unwrap().done(), 1);
    drop(getters);
    assert_settled(&queue, 0, 0);
}

/// Several removals before any putter has run wake as many putters, which all get in; the others go
/// on waiting. (asyncio: python/asyncio#265)
fn a_burst_of_removals_lets_as_many_putters_in<F: Flavour>() {
    let queue: QueueOf<F, i32, 3> = F::bounded();
    assert_eq!(queue.try_put_all(&mut (0..3)), Ok(3));
    let mut putters: Vec<_> = (3..8).map(|i| Waiter::queued(queue.put(i))).collect();
    for expected in [[1, 0, 0, 0, 0], [1, 1, 0, 0, 0], [1, 1, 1, 0, 0]] {
        queue.try_get().unwrap().done();
        assert_eq!(wakes(&putters), expected);
    }
    assert_eq!(queue.try_get().unwrap_err(), TryGetError::Empty);
    for putter in &mut putters[..3] {
        assert_eq!(putter.ready(), Ok(()));
    }
    for putter in &mut putters[3..] {
        putter.waits();
    }
    assert_eq!(wakes(&putters), [1, 1, 1, 0, 0]);
    assert_eq!(queue.stats().waiting_putters, 2);
    assert_eq!(drain(&queue), F::ORDER.of(vec![3, 4, 5]));
    for putter in &mut putters[3..] {
        assert_eq!((putter.wakes(), putter.ready()), (1, Ok(())));
    }
    assert_eq!(drain(&queue), F::ORDER.of(vec![6, 7]));
    assert_settled(&queue, 0, 0);
}

/// One batch that is taken makes room for several, and wakes as many putters as there is room for,
/// or all that there are.
fn a_batch_wakes_as_many_putters_as_it_makes_room_for<F: Flavour>() {
    for (waiting, taken) in [(5, 3), (2, 3), (3, 1)] {
        let queue: QueueOf<F, i32, 3> = F::bounded();
        assert_eq!(queue.try_put_all(&mut (0..3)), Ok(3));
        let mut putters: Vec<_> = (0..waiting).map(|i| Waiter::queued(queue.put(i))).collect();
        let mut batch = Vec::new();
        let ticket = ready(pin!(queue.get_many(taken, &mut batch))).unwrap();
        let woken: Vec<usize> = (0..putters.len()).map(|i| usize::from(i < taken)).collect();
        assert_eq!((ticket.owed(), wakes(&putters)), (taken, woken));
        for putter in putters.iter_mut().take(taken) {
            assert_eq!(putter.ready(), Ok(()));
        }
        ticket.done();
        drop(putters);
        drain(&queue);
        assert_settled(&queue, 0, 0);
    }
}

/// A wake-up is a hint and not a transfer: until the woken task runs, the item is in the queue for
/// all to see and to take, and the room is free.
fn a_wake_up_reserves_nothing<F: Flavour>() {
    let queue: QueueOf<F, i32, 1> = F::bounded();
    let mut get = Waiter::queued(queue.get());
    queue.try_put(1).unwrap();
    assert_eq!((get.wakes(), queue.len(), queue.is_full()), (1, 1, true));
    assert_eq!(queue.stats().got, 0);
    assert_eq!(queue.try_get().unwrap().done(), 1);
    get.waits();
    drop(get);

    queue.try_put(1).unwrap();
    let mut put = Waiter::queued(queue.put(2));
    assert_eq!(drain(&queue), [1]);
    assert_eq!((put.wakes(), queue.len(), queue.is_full()), (1, 0, false));
    assert_eq!(queue.try_put(3), Ok(()));
    put.waits();
    assert_eq!(drain(&queue), [3]);
    drop(put);
    assert_settled(&queue, 0, 0);
}

/// Whoever is woken for an item finds it there, and counted, already in the wake-up itself; and so for
/// room. Nothing is locked meanwhile.
fn the_change_is_there_before_the_wake_up<F: Flavour>() {
    within_limit(|| {
        let queue: Arc<QueueOf<F, i32, 1>> = Arc::new(F::bounded());
        let get = Waiter::queued(queue.get());
        let hook = Arc::clone(&queue);
        get.probe().on_event(move |event| {
            if event == Event::Wake {
                assert_eq!((hook.len(), hook.unfinished()), (1, 1));
                assert_eq!(hook.try_get().unwrap().done(), 1);
            }
        });
        queue.try_put(1).unwrap();
        assert_eq!(get.wakes(), 1);
        get.probe().off();
        drop(get);
        assert_settled(&queue, 0, 0);

        queue.try_put(2).unwrap();
        let put = Waiter::queued(queue.put(3));
        let hook = Arc::clone(&queue);
        put.probe().on_event(move |event| {
            if event == Event::Wake {
                assert_eq!(hook.try_put(4), Ok(()));
            }
        });
        assert_eq!(queue.try_get().unwrap().done(), 2);
        assert_eq!(put.wakes(), 1);
        put.probe().off();
        drop(put);
        assert_eq!(drain(&queue), [4]);
        assert_settled(&queue, 0, 0);
    });
}

for_every_flavour!(
    what_need_not_wait_is_ready_at_once,
    a_get_waits_for_an_item,
    a_put_waits_for_room,
    nothing_happens_before_the_first_poll,
    an_item_put_in_the_middle_of_a_poll_is_returned_by_it,
    room_made_in_the_middle_of_a_poll_is_used_by_it,
    only_the_latest_waker_counts,
    polling_again_keeps_the_waker_and_the_place,
    a_million_idle_polls_leave_no_trace,
    a_million_waits_given_up_leave_no_trace,
    who_is_served_in_line_leaves_the_line,
    nothing_is_reserved_for_a_waiter_that_sleeps_on,
    a_future_may_move_to_another_task_and_thread,
    the_item_is_chosen_when_the_getter_runs,
    the_item_of_a_waiting_put_is_not_in_the_queue,
    one_event_wakes_one_waiter,
    work_found_or_put_back_wakes_a_getter,
    a_burst_of_removals_lets_as_many_putters_in,
    a_batch_wakes_as_many_putters_as_it_makes_room_for,
    a_wake_up_reserves_nothing,
    the_change_is_there_before_the_wake_up,
);
