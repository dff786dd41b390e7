//! Waiting for an instant at which everything ever put is finished.

use std::mem;
use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use futures::executor::block_on;

use crate::kit::*;

/// A join of a queue with nothing unfinished returns at once, again and again, without touching the
/// waker.
fn a_join_with_nothing_unfinished_returns_at_once<F: Flavour>() {
    let queue: QueueOf<F, i32, 2> = F::bounded();
    let probe = Probe::new();
    for round in 0..3 {
        for _ in 0..2 {
            assert!(poll_as(pin!(queue.join()), &probe.waker()).is_ready());
        }
        assert_eq!(probe.clones(), 0);
        queue.try_put(round).unwrap();
        assert_eq!(drain(&queue), [round]);
    }
    assert_settled(&queue, 0, 0);
}

/// A join waits for finished, not for taken: an empty queue with tasks in flight keeps it waiting, and
/// the last completion, not the last but one, wakes it, once.
fn a_join_waits_for_the_last_completion<F: Flavour>() {
    let queue: QueueOf<F, i32, 2> = F::bounded();
    queue.try_put(1).unwrap();
    queue.try_put(2).unwrap();
    let mut join = Waiter::queued(queue.join());
    let tasks = [queue.try_get().unwrap(), queue.try_get().unwrap()];
    assert!(queue.is_empty());
    join.waits();
    let [first, second] = tasks;
    first.done();
    assert_eq!(join.wakes(), 0);
    join.waits();
    second.done();
    assert_eq!((join.wakes(), queue.stats().waiting_joiners), (1, 0));
    join.ready();
    assert_eq!((join.wakes(), join.probe().alive()), (1, 0));
    assert_settled(&queue, 0, 0);
}

/// Whichever way the last task ends, it lets the joiners go; what is no end does not.
fn every_way_to_finish_lets_joiners_go<F: Flavour>() {
    let queue: QueueOf<F, i32, 2> = F::bounded();
    let finishes = |finish: &dyn Fn()| {
        queue.try_put(1).unwrap();
        let mut join = Waiter::queued(queue.join());
        finish();
        assert_eq!(join.wakes(), 1);
        join.ready()
    };
    let mut failed = 0;
    let mut abandoned = 0;

    finishes(&|| {
        queue.try_get().unwrap().done();
    });
    finishes(&|| {
        queue.try_get().unwrap().fail();
    });
    failed += 1;
    finishes(&|| drop(queue.try_get().unwrap()));
    abandoned += 1;
    finishes(&|| queue.try_get().unwrap().into_parts().1.done());
    finishes(&|| queue.try_get().unwrap().into_parts().1.fail());
    failed += 1;
    finishes(&|| drop(queue.try_get().unwrap().into_parts().1));
    abandoned += 1;
    finishes(&|| {
        queue.try_put(2).unwrap();
        let mut ticket = queue.try_get_many(2, &mut Vec::new()).unwrap();
        assert!(ticket.done_one());
        assert_eq!((queue.unfinished(), queue.stats().waiting_joiners), (1, 1));
        assert!(ticket.fail_one());
        assert!(!ticket.done_one());
    });
    failed += 1;
    finishes(&|| {
        queue.try_get().unwrap().detach();
        assert_eq!(queue.stats().waiting_joiners, 1);
        queue.task_done().unwrap();
    });
    let stats = finishes(&|| {
        queue.try_get().unwrap().requeue().unwrap();
        assert_eq!((queue.unfinished(), queue.stats().waiting_joiners), (1, 1));
        queue.try_get().unwrap().done();
    });
    assert_eq!((stats.failed, stats.abandoned), (failed, abandoned));
    finishes(&|| drop(queue.shutdown_now()));
    assert_settled(&queue, 0, 0);
}

/// A completed join returns the numbers of the queue as they are when it completes.
fn a_join_returns_the_numbers_of_the_queue<F: Flavour>() {
    let queue: QueueOf<F, i32, 4> = F::bounded();
    assert_eq!(ready(pin!(queue.join())), queue.stats());
    queue.try_put_all(&mut (0..4)).unwrap();
    let mut join = Waiter::queued(queue.join());
    queue.try_get().unwrap().done();
    queue.try_get().unwrap().fail();
    drop(queue.try_get().unwrap());
    queue.try_get().unwrap().done();
    let stats = join.ready();
    assert_eq!(stats, queue.stats());
    assert_consistent(&stats);
    assert_eq!((stats.put, stats.got, stats.done), (4, 4, 4));
    assert_eq!((stats.failed, stats.abandoned, stats.unfinished), (1, 1, 0));
}

/// `task_done` without a detached task is an error and changes nothing, also with tasks in flight
/// that have an owner; with some, exactly as many calls succeed. (asyncio: `test_task_done_underflow`)
fn one_task_done_too_many_is_an_error<F: Flavour>() {
    let queue: QueueOf<F, i32, 3> = F::bounded();
    let fresh = queue.stats();
    assert!(queue.task_done().is_err());
    assert_eq!(queue.stats(), fresh);

    queue.try_put_all(&mut (0..3)).unwrap();
    let owned = queue.try_get().unwrap();
    queue.try_get().unwrap().detach();
    queue.try_get().unwrap().detach();
    let mut join = Waiter::queued(queue.join());
    assert!(queue.task_done().is_ok());
    assert!(queue.task_done().is_ok());
    let before = queue.stats();
    assert!(queue.task_done().is_err());
    assert_eq!((queue.stats(), before.unfinished), (before, 1));
    assert_eq!(join.wakes(), 0);
    owned.done();
    assert_eq!(join.wakes(), 1);
    join.ready();
    assert!(queue.task_done().is_err());
    assert_settled(&queue, 0, 0);
}

/// One completion lets any number of joiners go, each woken exactly once.
fn one_completion_lets_every_joiner_go<F: Flavour>() {
    let queue: QueueOf<F, i32, 2> = F::bounded();
    queue.try_put(1).unwrap();
    let mut joins: Vec<_> = (0..1000).map(|_| Waiter::queued(queue.join())).collect();
    assert_eq!(queue.stats().waiting_joiners, 1000);
    let task = queue.try_get().unwrap();
    assert_eq!(wakes(&joins), [0; 1000]);
    task.done();
    assert_eq!(wakes(&joins), [1; 1000]);
    assert_eq!(queue.stats().waiting_joiners, 0);
    for join in &mut joins {
        join.ready();
    }
    assert_eq!(wakes(&joins), [1; 1000]);
    assert_settled(&queue, 0, 0);
}

/// Letting joiners go allocates nothing.
fn letting_joiners_go_allocates_nothing<F: Flavour>() {
    let queue: QueueOf<F, i32, 2> = F::bounded();
    queue.try_put(1).unwrap();
    let mut joins: Vec<_> = (0..100).map(|_| Waiter::queued(queue.join())).collect();
    let allocated = allocations(|| {
        queue.try_get().unwrap().done();
        for join in &mut joins {
            join.ready();
        }
    });
    assert_eq!((allocated, wakes(&joins)), (0, vec![1; 100]));
    assert_settled(&queue, 0, 0);
}

/// A joiner that was waiting when everything was finished completes, even if new items come before it
/// runs. One that starts then waits for those as well. (asyncio: as there; `queue.Queue`: otherwise)
fn a_joiner_that_was_let_go_does_not_wait_for_newer_items<F: Flavour>() {
    let queue: QueueOf<F, i32, 2> = F::bounded();
    queue.try_put(1).unwrap();
    let mut early = Waiter::queued(queue.join());
    let mut not_polled_yet = Waiter::new(queue.join());
    queue.try_get().unwrap().done();
    queue.try_put(2).unwrap();
    let mut late = Waiter::queued(queue.join());
    not_polled_yet.waits();
    assert_eq!(early.wakes(), 1);
    let stats = early.ready();
    assert_eq!((stats.put, stats.done, stats.unfinished), (2, 1, 1));
    assert_eq!(queue.stats().waiting_joiners, 2);
    late.waits();
    queue.try_get().unwrap().done();
    assert_eq!(
        (late.wakes(), not_polled_yet.wakes(), early.wakes()),
        (1, 1, 1)
    );
    late.ready();
    not_polled_yet.ready();
    assert_settled(&queue, 0, 0);
}

/// Nor if the count went up and down again meanwhile, any number of times: each joiner is woken once.
fn joiners_of_several_rounds_are_let_go_each_in_its_round<F: Flavour>() {
    let queue: QueueOf<F, i32, 2> = F::bounded();
    let mut joins = Vec::new();
    for round in 0..5 {
        queue.try_put(round).unwrap();
        joins.push(Waiter::queued(queue.join()));
        joins.push(Waiter::queued(queue.join()));
        assert_eq!(queue.stats().waiting_joiners, 2);
        queue.try_get().unwrap().done();
        assert_eq!(wakes(&joins), vec![1; 2 * (round as usize + 1)]);
    }
    queue.try_put(9).unwrap();
    for join in &mut joins {
        join.ready();
    }
    assert_settled(&queue, 1, 1);
}

/// A put that waits, or was woken and has not run, is not counted: join completes in spite of it.
fn a_put_that_waits_does_not_hold_up_a_join<F: Flavour>() {
    let queue: QueueOf<F, i32, 1> = F::bounded();
    queue.try_put(1).unwrap();
    let mut put = Waiter::queued(queue.put(2));
    let mut behind = Waiter::queued(queue.put(3));
    let mut join = Waiter::queued(queue.join());
    queue.try_get().unwrap().done();
    assert_eq!((put.wakes(), behind.wakes(), join.wakes()), (1, 0, 1));
    join.ready();
    ready(pin!(queue.join()));
    assert_eq!(queue.stats().waiting_putters, 1);
    // From the moment that it is in, it counts.
    assert_eq!(put.ready(), Ok(()));
    let mut join = Waiter::queued(queue.join());
    assert_eq!(drain(&queue), [2]);
    join.ready();
    assert_eq!(behind.ready(), Ok(()));
    assert_eq!(drain(&queue), [3]);
    assert_settled(&queue, 0, 0);
}

/// A joiner that is dropped concerns nobody else, and leaves no trace: before it is let go and after,
/// wherever in the line it is.
fn a_joiner_that_gives_up_concerns_nobody_else<F: Flavour>() {
    for gone in 0..3 {
        let queue: QueueOf<F, i32, 1> = F::bounded();
        queue.try_put(1).unwrap();
        let mut joins: Vec<_> = (0..3).map(|_| Waiter::queued(queue.join())).collect();
        let probe = joins[gone].probe().clone();
        drop(joins.remove(gone));
        assert_eq!((probe.alive(), queue.unfinished()), (0, 1));
        assert_eq!(queue.stats().waiting_joiners, 2);
        queue.try_get().unwrap().done();
        assert_eq!((probe.wakes(), wakes(&joins)), (0, vec![1, 1]));
        for join in &mut joins {
            join.ready();
        }
        assert_settled(&queue, 0, 0);

        queue.try_put(1).unwrap();
        let mut joins: Vec<_> = (0..3).map(|_| Waiter::queued(queue.join())).collect();
        queue.try_get().unwrap().done();
        queue.try_put(2).unwrap();
        drop(joins.remove(gone));
        assert_eq!(wakes(&joins), [1, 1]);
        for join in &mut joins {
            join.ready();
        }
        assert_settled(&queue, 1, 1);
        assert_eq!(drain(&queue), [2]);
        assert_settled(&queue, 0, 0);
    }
}

/// Insert and join, insert and join: any number of times on one queue.
fn a_queue_can_be_joined_again_and_again<F: Flavour>() {
    let queue: QueueOf<F, usize, 2> = F::bounded();
    let mut join = Box::pin(queue.join());
    for round in 1..=100 {
        queue.try_put(round).unwrap();
        let probe = Probe::new();
        pending(join.as_mut(), &probe.waker());
        assert_eq!(drain(&queue), [round]);
        assert_eq!(probe.wakes(), 1);
        let stats = ready(join.as_mut());
        assert_eq!((stats.put, stats.done), (round, round));
        join.set(queue.join());
    }
    drop(join);
    assert_settled(&queue, 0, 0);
}

/// The last completion in the middle of the poll that saw something unfinished, just before its waker
/// is registered, is not missed: that poll is ready, new items or not.
fn a_completion_in_the_middle_of_a_poll_is_not_missed<F: Flavour>() {
    within_limit(|| {
        let queue: Arc<QueueOf<F, i32, 1>> = Arc::new(F::bounded());
        queue.try_put(1).unwrap();
        let mut join = Waiter::new(queue.join());
        let hook = Arc::clone(&queue);
        join.probe().on_event(move |event| {
            if event == Event::Clone {
                hook.try_get().unwrap().done();
            }
        });
        assert_eq!(join.ready().done, 1);
        assert_eq!((join.wakes(), join.probe().alive()), (0, 0));
        join.probe().off();
        assert_settled(&queue, 0, 0);
    });
}

/// While the joiners of one release are being woken, one of them puts an item and a new join starts:
/// the others of that release are let go all the same, and the new one waits for the new item.
fn a_join_that_starts_during_a_release_is_no_part_of_it<F: Flavour>() {
    within_limit(|| {
        let queue: &'static QueueOf<F, i32, 2> = forever(F::bounded());
        queue.try_put(1).unwrap();
        let mut old: Vec<_> = (0..3).map(|_| Waiter::queued(queue.join())).collect();
        let new = Arc::new(Mutex::new(None));
        let started = Arc::clone(&new);
        old[0].probe().on_event(move |event| {
            if event == Event::Wake {
                assert_eq!(queue.unfinished(), 0);
                queue.try_put(2).unwrap();
                *started.lock().unwrap() = Some(Waiter::queued(queue.join()));
            }
        });
        queue.try_get().unwrap().done();
        let mut new = new.lock().unwrap().take().unwrap();
        assert_eq!((wakes(&old), new.wakes()), (vec![1, 1, 1], 0));
        assert_eq!(queue.stats().waiting_joiners, 1);
        for join in &mut old {
            assert_eq!(join.ready().unfinished, 1);
        }
        new.waits();
        queue.try_get().unwrap().done();
        assert_eq!((wakes(&old), new.wakes()), (vec![1, 1, 1], 1));
        assert_eq!(new.ready().done, 2);
        old[0].probe().off();
        assert_settled(queue, 0, 0);
    });
}

/// The same, and the joiner that is woken first also looks after those behind it, which are let go
/// but not woken yet: polled, one completes and is not woken any more; dropped, one is passed over.
fn joiners_let_go_but_not_woken_yet_may_be_polled_or_dropped<F: Flavour>() {
    within_limit(|| {
        let queue: &'static QueueOf<F, i32, 2> = forever(F::bounded());
        queue.try_put(1).unwrap();
        let first = Waiter::queued(queue.join());
        let polled = Waiter::queued(queue.join());
        let dropped = Waiter::queued(queue.join());
        let mut last = Waiter::queued(queue.join());
        let probes = [polled.probe().clone(), dropped.probe().clone()];
        let others = Mutex::new(Some((polled, dropped)));
        first.probe().on_event(move |event| {
            if event == Event::Wake {
                queue.try_put(2).unwrap();
                let (mut polled, dropped) = others.lock().unwrap().take().unwrap();
                assert_eq!(polled.ready().unfinished, 1);
                drop(dropped);
            }
        });
        queue.try_get().unwrap().done();
        assert_eq!((first.wakes(), last.wakes()), (1, 1));
        assert_eq!(probes.each_ref().map(Probe::wakes), [0, 0]);
        assert_eq!(probes.each_ref().map(Probe::alive), [0, 0]);
        last.ready();
        first.probe().off();
        drop(first);
        assert_settled(queue, 1, 1);
        assert_eq!(drain(queue), [2]);
    });
}

/// A release within a release: the first joiner to be woken puts an item and finishes it, which lets go
/// the join that started in between too. Everybody is woken once.
fn a_release_within_a_release_wakes_everybody_once<F: Flavour>() {
    within_limit(|| {
        let queue: &'static QueueOf<F, i32, 2> = forever(F::bounded());
        queue.try_put(1).unwrap();
        let mut old: Vec<_> = (0..3).map(|_| Waiter::queued(queue.join())).collect();
        let new = Arc::new(Mutex::new(None));
        let started = Arc::clone(&new);
        old[0].probe().on_event(move |event| {
            if event == Event::Wake {
                queue.try_put(2).unwrap();
                *started.lock().unwrap() = Some(Waiter::queued(queue.join()));
                queue.try_get().unwrap().done();
            }
        });
        queue.try_get().unwrap().done();
        let mut new = new.lock().unwrap().take().unwrap();
        assert_eq!((wakes(&old), new.wakes()), (vec![1, 1, 1], 1));
        for join in &mut old {
            join.ready();
        }
        new.ready();
        old[0].probe().off();
        assert_settled(queue, 0, 0);
    });
}

/// A task that unwinds with its worker is finished, as abandoned; one that is leaked never is, which
/// leaves a join waiting and does no other harm.
fn a_task_lost_in_a_panic_is_finished_and_a_leaked_one_is_not<F: Flavour>() {
    let queue: QueueOf<F, i32, 2> = F::bounded();
    queue.try_put(1).unwrap();
    let mut join = Waiter::queued(queue.join());
    let message = panics(|| {
        let _task = queue.try_get().unwrap();
        panic!("the worker");
    });
    assert_eq!((message.as_str(), join.wakes()), ("the worker", 1));
    assert_eq!(join.ready().abandoned, 1);

    queue.try_put(2).unwrap();
    mem::forget(queue.try_get().unwrap());
    let mut join = Waiter::queued(queue.join());
    queue.try_put(3).unwrap();
    assert_eq!(drain(&queue), [3]);
    assert_eq!(join.wakes(), 0);
    join.waits();
    drop(join);
    let stats = assert_settled(&queue, 0, 1);
    assert_eq!((stats.in_flight, stats.abandoned), (1, 1));
}

/// An item counts from the moment that anybody can see it: whoever gets it finds it counted, and can
/// finish it.
fn an_item_is_counted_with_its_insertion<F: Flavour>() {
    within_limit(|| {
        let queue: Arc<QueueOf<F, i32, 1>> = Arc::new(F::bounded());
        let get = Waiter::queued(queue.get());
        let hook = Arc::clone(&queue);
        get.probe().on_event(move |event| {
            if event == Event::Wake {
                hook.try_get().unwrap().detach();
                let stats = hook.stats();
                assert_eq!((stats.put, stats.got, stats.unfinished), (1, 1, 1));
                assert!(poll(pin!(hook.join())).is_pending());
                hook.task_done().unwrap();
                assert!(hook.task_done().is_err());
            }
        });
        queue.try_put(1).unwrap();
        assert_eq!(get.wakes(), 1);
        get.probe().off();
        drop(get);
        assert_settled(&queue, 0, 0);
    });
}

/// A shutdown that lets the queue drain lets no joiner go; the completion of the last item does.
fn a_draining_shutdown_lets_no_joiner_go<F: Flavour>() {
    let queue: QueueOf<F, i32, 2> = F::bounded();
    queue.try_put(1).unwrap();
    queue.try_put(2).unwrap();
    let in_flight = queue.try_get().unwrap();
    let mut join = Waiter::queued(queue.join());
    queue.shutdown();
    assert_eq!(join.wakes(), 0);
    join.waits();
    // And a join may start after it.
    let mut late = Waiter::queued(queue.join());
    queue.try_get().unwrap().done();
    assert_eq!((join.wakes(), late.wakes()), (0, 0));
    in_flight.done();
    assert_eq!((join.wakes(), late.wakes()), (1, 1));
    assert!(join.ready().is_shutdown);
    late.ready();
    ready(pin!(queue.join()));
    assert_settled(&queue, 0, 0);
}

/// An immediate shutdown finishes what it takes out. It lets joiners go if nothing is in flight; what
/// is in flight holds them until it is finished.
fn an_immediate_shutdown_lets_joiners_go_if_nothing_is_in_flight<F: Flavour>() {
    for in_flight in 0..=2 {
        let queue: QueueOf<F, i32, 4> = F::bounded();
        queue.try_put_all(&mut (0..4)).unwrap();
        let tasks: Vec<_> = (0..in_flight).map(|_| queue.try_get().unwrap()).collect();
        let mut joins = [Waiter::queued(queue.join()), Waiter::queued(queue.join())];
        assert_eq!(queue.shutdown_now().len(), 4 - in_flight);
        assert_eq!(
            queue.stats().waiting_joiners,
            if in_flight > 0 { 2 } else { 0 }
        );
        for (i, task) in tasks.into_iter().enumerate() {
            assert_eq!(
                (wakes(&joins), queue.unfinished()),
                (vec![0, 0], in_flight - i)
            );
            task.done();
        }
        assert_eq!(wakes(&joins), [1, 1]);
        for join in &mut joins {
            assert_eq!(join.ready().done, 4);
        }
        assert!(queue.task_done().is_err());
        assert_settled(&queue, 0, 0);
    }
}

/// What a worker did before it finished its task, whoever waited for it in a join sees.
fn what_was_done_before_finishing_is_seen_after_the_join<F: Flavour>() {
    const ITEMS: usize = many(2000);
    within_limit(|| {
        let queue: QueueOf<F, usize, 4> = F::bounded();
        let results: Vec<AtomicUsize> = (0..ITEMS).map(|_| AtomicUsize::new(0)).collect();
        thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    while let Ok(task) = block_on(queue.get()) {
                        // Ordering: none; it is the join that orders.
                        results[*task].store(*task + 1, Ordering::Relaxed);
                        task.done();
                    }
                });
            }
            for round in 0..2 {
                let items = round * ITEMS / 2..(round + 1) * ITEMS / 2;
                assert_eq!(block_on(queue.put_all(items.clone())), Ok(ITEMS / 2));
                block_on(queue.join());
                for i in items {
                    assert_eq!(results[i].load(Ordering::Relaxed), i + 1);
                }
            }
            queue.shutdown();
        });
        assert_eq!(assert_settled(&queue, 0, 0).done, ITEMS);
    });
}

for_every_flavour!(
    a_join_with_nothing_unfinished_returns_at_once,
    a_join_waits_for_the_last_completion,
    every_way_to_finish_lets_joiners_go,
    a_join_returns_the_numbers_of_the_queue,
    one_task_done_too_many_is_an_error,
    one_completion_lets_every_joiner_go,
    letting_joiners_go_allocates_nothing,
    a_joiner_that_was_let_go_does_not_wait_for_newer_items,
    joiners_of_several_rounds_are_let_go_each_in_its_round,
    a_put_that_waits_does_not_hold_up_a_join,
    a_joiner_that_gives_up_concerns_nobody_else,
    a_queue_can_be_joined_again_and_again,
    a_completion_in_the_middle_of_a_poll_is_not_missed,
    a_join_that_starts_during_a_release_is_no_part_of_it,
    joiners_let_go_but_not_woken_yet_may_be_polled_or_dropped,
    a_release_within_a_release_wakes_everybody_once,
    a_task_lost_in_a_panic_is_finished_and_a_leaked_one_is_not,
    an_item_is_counted_with_its_insertion,
    a_draining_shutdown_lets_no_joiner_go,
    an_immediate_shutdown_lets_joiners_go_if_nothing_is_in_flight,
    what_was_done_before_finishing_is_seen_after_the_join,
);
