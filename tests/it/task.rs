//! The obligation to finish what was taken: every way in which a task or a ticket can end, what each
//! is counted as, and that no way leaves a join waiting that should not.

use std::cmp::Ordering as Comparison;
use std::iter;
use std::mem;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use futures::executor::block_on;

use joinable_queue::storage::Storage;
use joinable_queue::{JoinableQueue, RequeueError, TaskDoneError, TryGetError, TryPutError};

use crate::kit::*;

/// Every number of a queue that is not computed from others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Numbers {
    put: usize,
    got: usize,
    done: usize,
    failed: usize,
    abandoned: usize,
    waiting_getters: usize,
    waiting_putters: usize,
    waiting_joiners: usize,
    is_shutdown: bool,
}

impl Numbers {
    /// Checks that these are the queue's numbers, and that all others follow from them.
    #[track_caller]
    fn assert<S: Storage>(self, queue: &JoinableQueue<S>) {
        let stats = queue.stats();
        let actual = Self {
            put: stats.put,
            got: stats.got,
            done: stats.done,
            failed: stats.failed,
            abandoned: stats.abandoned,
            waiting_getters: stats.waiting_getters,
            waiting_putters: stats.waiting_putters,
            waiting_joiners: stats.waiting_joiners,
            is_shutdown: stats.is_shutdown,
        };
        assert_eq!(actual, self);
        assert_consistent(&stats);
        assert_eq!(
            (
                queue.len(),
                queue.in_flight(),
                queue.unfinished(),
                queue.capacity(),
                queue.is_shutdown()
            ),
            (
                self.put - self.got,
                self.got - self.done,
                self.put - self.done,
                stats.capacity,
                self.is_shutdown
            )
        );
    }
}

/// Goes through all operations, and looks at all numbers after each.
fn each_operation_moves_its_own_numbers_and_no_others<F: Flavour>() {
    let queue: QueueOf<F, i32, 2> = F::bounded();
    let mut n = Numbers::default();
    n.assert(&queue);

    queue.try_put(1).unwrap();
    n.put += 1;
    n.assert(&queue);
    ready(Box::pin(queue.put(2)).as_mut()).unwrap();
    n.put += 1;
    n.assert(&queue);
    assert!(queue.try_put(3).unwrap_err().is_full());
    n.assert(&queue);

    let mut put = Box::pin(queue.put(3));
    n.assert(&queue);
    assert!(poll(put.as_mut()).is_pending());
    n.waiting_putters += 1;
    n.assert(&queue);
    let one = queue.try_get().unwrap();
    n.got += 1;
    n.waiting_putters -= 1; // woken
    n.assert(&queue);
    ready(put.as_mut()).unwrap();
    n.put += 1;
    n.assert(&queue);

    let mut join = Box::pin(queue.join());
    assert!(poll(join.as_mut()).is_pending());
    n.waiting_joiners += 1;
    n.assert(&queue);

    one.done();
    n.done += 1;
    n.assert(&queue);
    let two = ready(Box::pin(queue.get()).as_mut()).unwrap();
    n.got += 1;
    n.assert(&queue);
    two.fail();
    n.done += 1;
    n.failed += 1;
    n.assert(&queue);
    let three = queue.try_get().unwrap();
    n.got += 1;
    n.assert(&queue);

    three.put_follow_up(4).unwrap();
    n.put += 1;
    n.assert(&queue);
    three.requeue().unwrap();
    n.put += 1;
    n.done += 1;
    n.assert(&queue);

    let mut batch = Vec::new();
    let mut ticket = queue.try_get_many(8, &mut batch).unwrap();
    n.got += 2;
    n.assert(&queue);
    assert!(ticket.done_one());
    n.done += 1;
    n.assert(&queue);
    ticket.detach();
    n.assert(&queue);
    assert_eq!(queue.task_done(), Ok(()));
    n.done += 1;
    n.waiting_joiners -= 1; // woken: that was the last
    n.assert(&queue);
    assert_eq!(queue.task_done(), Err(TaskDoneError));
    n.assert(&queue);
    let stats = ready(join.as_mut());
    assert_eq!(stats, queue.stats());
    n.assert(&queue);

    assert!(queue.try_get().unwrap_err().is_empty());
    n.assert(&queue);
    let mut get = Box::pin(queue.get());
    assert!(poll(get.as_mut()).is_pending());
    n.waiting_getters += 1;
    n.assert(&queue);
    queue.try_put(5).unwrap();
    n.put += 1;
    n.waiting_getters -= 1; // woken
    n.assert(&queue);
    drop(get);
    n.assert(&queue);
    drop(queue.try_get());
    n.got += 1;
    n.done += 1;
    n.abandoned += 1;
    n.assert(&queue);

    assert_eq!(queue.try_put_all(&mut [6, 7].into_iter()), Ok(2));
    n.put += 2;
    n.assert(&queue);
    let last = queue.try_get().unwrap();
    n.got += 1;
    n.assert(&queue);
    queue.shutdown();
    n.is_shutdown = true;
    n.assert(&queue);
    assert!(queue.try_put(8).unwrap_err().is_shutdown());
    n.assert(&queue);
    drop(queue.shutdown_now());
    n.got += 1;
    n.done += 1;
    n.assert(&queue);
    last.done();
    n.done += 1;
    n.assert(&queue);
    assert!(queue.try_get().unwrap_err().is_shutdown());
    n.assert(&queue);
}

/// `done` and `fail` hand the item back, dropping the task drops it, `detach` and `into_parts` leave the
/// task unfinished; and each of the ends is counted as what it is.
fn each_end_of_a_task_is_counted_as_what_it_is<F: Flavour>() {
    let queue: QueueOf<F, String, 8> = F::bounded();
    let take = |item: &str| {
        queue.try_put(item.to_owned()).unwrap();
        queue.try_get().unwrap()
    };
    assert_eq!(take("a").done(), "a");
    assert_eq!(take("b").fail(), "b");
    drop(take("c"));
    let (item, ticket) = take("d").into_parts();
    assert_eq!(
        (item.as_str(), ticket.owed(), queue.unfinished()),
        ("d", 1, 1)
    );
    drop(item);
    assert_eq!(queue.unfinished(), 1);
    ticket.done();
    take("e").into_parts().1.fail();
    drop(take("f").into_parts().1);
    assert_eq!(take("g").detach(), "g");
    assert_eq!((queue.unfinished(), queue.in_flight()), (1, 1));
    queue.task_done().unwrap();

    let stats = assert_settled(&queue, 0, 0);
    assert_eq!((stats.done, stats.failed, stats.abandoned), (7, 2, 2));
}

/// A task is used like the item that it is about.
fn a_task_derefs_to_its_item<F: Flavour>() {
    let queue: QueueOf<F, Vec<i32>, 4> = F::bounded();
    queue.try_put(vec![1, 2]).unwrap();
    let mut task = queue.try_get().unwrap();
    assert_eq!((task.len(), task[0], task.first()), (2, 1, Some(&1)));
    task.push(3);
    task[0] = 9;
    *task = [task.as_slice(), &[4]].concat();
    assert_eq!(queue.unfinished(), 1);
    assert!(std::ptr::eq(task.queue(), &queue));
    assert_eq!(task.done(), [9, 2, 3, 4]);
}

/// Every way to end the last task lets a join go, once.
fn whatever_ends_the_last_task_releases_a_join<F: Flavour>() {
    type Ending<S> = fn(joinable_queue::Task<&JoinableQueue<S>>);
    fn endings<S: Storage<Item = i32>>() -> [Ending<S>; 8] {
        [
            |task| {
                task.done();
            },
            |task| {
                task.fail();
            },
            |task| drop(task),
            |task| task.into_parts().1.done(),
            |task| task.into_parts().1.fail(),
            |task| drop(task.into_parts()),
            |task| assert!(task.into_parts().1.done_one()),
            |task| assert!(task.into_parts().1.fail_one()),
        ]
    }

    let queue: QueueOf<F, i32, 2> = F::bounded();
    for (round, end) in endings().into_iter().enumerate() {
        queue.try_put_all(&mut [1, 2].into_iter()).unwrap();
        let probe = Probe::new();
        let mut joins = [Box::pin(queue.join()), Box::pin(queue.join())];
        for join in &mut joins {
            pending(join.as_mut(), &probe.waker());
        }
        end(queue.try_get().unwrap());
        assert_eq!(probe.wakes(), 0);
        let last = queue.try_get().unwrap();
        assert_eq!(probe.wakes(), 0, "taken is not finished");
        end(last);
        assert_eq!(probe.wakes(), 2);
        for join in &mut joins {
            assert_eq!(ready(join.as_mut()).done, 2 * (round + 1));
        }
        assert_settled(&queue, 0, 0);
    }
    let stats = queue.stats();
    assert_eq!((stats.failed, stats.abandoned), (6, 4));
}

/// A leaked task is the one thing that holds up a join for good.
fn a_leaked_task_holds_up_join<F: Flavour>() {
    let queue: QueueOf<F, i32, 2> = F::bounded();
    queue.try_put_all(&mut [1, 2].into_iter()).unwrap();
    let mut join = Box::pin(queue.join());
    assert!(poll(join.as_mut()).is_pending());
    mem::forget(queue.try_get().unwrap());
    queue.try_get().unwrap().done();
    assert!(poll(join.as_mut()).is_pending());
    assert_eq!(queue.task_done(), Err(TaskDoneError));
    drop(queue.shutdown_now());
    assert!(poll(join.as_mut()).is_pending());
    drop(join);
    assert_settled(&queue, 0, 1);
}

/// An item that tells when it is dropped.
struct Telling(Arc<AtomicBool>);

impl Drop for Telling {
    fn drop(&mut self) {
        assert!(!self.0.swap(true, Ordering::SeqCst), "dropped twice");
    }
}

impl PartialEq for Telling {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Telling {}

impl PartialOrd for Telling {
    fn partial_cmp(&self, other: &Self) -> Option<Comparison> {
        Some(self.cmp(other))
    }
}

impl Ord for Telling {
    fn cmp(&self, _: &Self) -> Comparison {
        Comparison::Equal
    }
}

/// When a dropped task lets a join go, the item is gone already: whoever joins may rely on all that
/// the items held being free.
fn the_item_of_a_dropped_task_is_gone_before_join_is_released<F: Flavour>() {
    let queue: QueueOf<F, Telling, 2> = F::bounded();
    let dropped = Arc::new(AtomicBool::new(false));
    queue.try_put(Telling(Arc::clone(&dropped))).ok().unwrap();
    let task = queue.try_get().unwrap();

    let seen = Arc::new(AtomicUsize::new(0));
    let probe = Probe::new();
    let mut join = Box::pin(queue.join());
    pending(join.as_mut(), &probe.waker());
    probe.on_event({
        let (dropped, seen) = (Arc::clone(&dropped), Arc::clone(&seen));
        move |event| {
            assert_eq!(event, Event::Wake);
            assert!(dropped.load(Ordering::SeqCst), "released before the drop");
            seen.fetch_add(1, Ordering::SeqCst);
        }
    });
    assert!(!dropped.load(Ordering::SeqCst));
    drop(task);
    assert_eq!(seen.load(Ordering::SeqCst), 1);
    probe.off();
    assert_eq!(ready(join.as_mut()).abandoned, 1);
}

/// A consumer that panics with a task in hand finishes it: join returns, and the numbers tell.
fn a_consumer_that_panics_does_not_hang_join<F: Flavour>() {
    within_limit(|| {
        let queue: QueueOf<F, i32, 4> = F::bounded();
        queue.try_put_all(&mut [1, 2, 3].into_iter()).unwrap();
        thread::scope(|s| {
            let consumer = s.spawn(|| {
                let _task = block_on(queue.get()).unwrap();
                let mut batch = Vec::new();
                let mut ticket = queue.try_get_many(2, &mut batch).unwrap();
                ticket.done_one();
                // Not `panic!`: a panic that was planned need not be printed.
                std::panic::resume_unwind(Box::new("as planned"));
            });
            let stats = block_on(queue.join());
            assert_eq!((stats.done, stats.failed, stats.abandoned), (3, 0, 2));
            assert!(consumer.join().is_err());
        });
        assert_settled(&queue, 0, 0);
    });
}

/// A consumer that is a future and is dropped in the middle of its work finishes its task as well.
fn a_consumer_that_is_cancelled_does_not_hang_join<F: Flavour>() {
    let queue: QueueOf<F, i32, 4> = F::bounded();
    queue.try_put(1).unwrap();
    let mut consumer = Box::pin(async {
        let task = queue.get().await.unwrap();
        std::future::pending::<()>().await;
        task.done();
    });
    assert!(poll(consumer.as_mut()).is_pending());
    let probe = Probe::new();
    let mut join = Box::pin(queue.join());
    pending(join.as_mut(), &probe.waker());
    drop(consumer);
    assert_eq!(probe.wakes(), 1);
    assert_eq!(ready(join.as_mut()).abandoned, 1);
    assert_settled(&queue, 0, 0);
}

/// A waker that panics when a task is finished reaches the caller, after the others who joined have
/// been woken; the task is finished by then, once, and as what it was.
fn a_waker_that_panics_does_not_finish_a_task_twice<F: Flavour>() {
    for (end, failed, abandoned) in [("done", 0, 0), ("fail", 2, 0), ("drop", 0, 2)] {
        let queue: QueueOf<F, i32, 4> = F::bounded();
        for batch in [false, true] {
            queue.try_put(1).unwrap();
            let (broken, sound) = (Probe::new(), Probe::new());
            let mut first = Box::pin(queue.join());
            pending(first.as_mut(), &broken.waker());
            let mut second = Box::pin(queue.join());
            pending(second.as_mut(), &sound.waker());
            broken.on_event(|event| {
                if event == Event::Wake {
                    std::panic::resume_unwind(Box::new("as planned"));
                }
            });
            let said = if batch {
                let ticket = queue.try_get_many(4, &mut Vec::new()).unwrap();
                panics(|| match end {
                    "done" => ticket.done(),
                    "fail" => ticket.fail(),
                    _ => drop(ticket),
                })
            } else {
                let task = queue.try_get().unwrap();
                panics(|| match end {
                    "done" => drop(task.done()),
                    "fail" => drop(task.fail()),
                    _ => drop(task),
                })
            };
            assert_eq!(said, "as planned");
            broken.off();
            assert_eq!((broken.wakes(), sound.wakes()), (1, 1));
            ready(first.as_mut());
            ready(second.as_mut());
        }
        let stats = assert_settled(&queue, 0, 0);
        assert_eq!(
            (stats.done, stats.failed, stats.abandoned),
            (2, failed, abandoned),
            "{end}"
        );
    }
}

/// A ticket finishes its items one by one or all the rest at once, never more than it owes.
fn a_ticket_finishes_what_it_owes_and_no_more<F: Flavour>() {
    let queue: QueueOf<F, i32, 8> = F::bounded();
    queue.try_put_all(&mut (0..6)).unwrap();
    let mut batch = Vec::new();
    let mut ticket = queue.try_get_many(6, &mut batch).unwrap();
    assert!(std::ptr::eq(ticket.queue(), &queue));
    assert!(ticket.done_one());
    assert!(ticket.fail_one());
    assert_eq!((ticket.owed(), queue.unfinished()), (4, 4));
    while ticket.done_one() {}
    assert_eq!(ticket.owed(), 0);
    assert!(!ticket.done_one() && !ticket.fail_one());
    let before = queue.stats();
    assert_eq!((before.done, before.failed, before.abandoned), (6, 1, 0));
    ticket.fail();
    assert_eq!(queue.stats(), before);
    assert_settled(&queue, 0, 0);
}

/// What a ticket owes at its end is counted as its end says; what was finished before stays as it was.
fn the_rest_of_a_ticket_is_counted_as_its_end_says<F: Flavour>() {
    for (end, failed, abandoned, unfinished) in [
        ("done", 1, 0, 0),
        ("fail", 4, 0, 0),
        ("drop", 1, 3, 0),
        ("detach", 1, 0, 3),
    ] {
        let queue: QueueOf<F, i32, 8> = F::bounded();
        queue.try_put_all(&mut (0..5)).unwrap();
        let probe = Probe::new();
        let mut join = Box::pin(queue.join());
        pending(join.as_mut(), &probe.waker());
        let mut ticket = queue.try_get_many(5, &mut Vec::new()).unwrap();
        assert!(ticket.fail_one() && ticket.done_one());
        match end {
            "done" => ticket.done(),
            "fail" => ticket.fail(),
            "drop" => drop(ticket),
            _ => ticket.detach(),
        }
        let stats = queue.stats();
        assert_eq!(
            (stats.failed, stats.abandoned, stats.unfinished),
            (failed, abandoned, unfinished),
            "{end}"
        );
        for left in (0..unfinished).rev() {
            assert_eq!(probe.wakes(), 0, "{end}");
            assert_eq!(queue.task_done(), Ok(()));
            assert_eq!(queue.unfinished(), left);
        }
        assert_eq!(probe.wakes(), 1, "{end}");
        assert_eq!(ready(join.as_mut()).done, 5);
        assert_eq!(queue.task_done(), Err(TaskDoneError));
    }
}

/// A ticket for nothing finishes nothing, and releases nobody.
fn a_ticket_for_nothing_does_nothing<F: Flavour>() {
    let queue: QueueOf<F, i32, 2> = F::bounded();
    queue.try_put(1).unwrap();
    let probe = Probe::new();
    let mut join = Box::pin(queue.join());
    pending(join.as_mut(), &probe.waker());
    let before = queue.stats();
    let ticket = || queue.try_get_many(0, &mut Vec::new()).unwrap();
    assert_eq!(ticket().owed(), 0);
    ticket().done();
    ticket().fail();
    ticket().detach();
    drop(ticket());
    assert!(!ticket().done_one() && !ticket().fail_one());
    assert_eq!(queue.stats(), before);
    assert_eq!(queue.task_done(), Err(TaskDoneError));
    assert_eq!(probe.wakes(), 0);
}

/// `task_done` is for detached tasks only, and only as often as there are such: not for items that
/// are still stored, nor for tasks that somebody holds (both of which Python
/// would let finish), nor on a new queue.
/// (Python: `_QueueJoinTestMixin.test_task_done_underflow`.)
fn task_done_finishes_detached_tasks_only<F: Flavour>() {
    let queue: QueueOf<F, i32, 8> = F::bounded();
    let refused = || {
        let before = queue.stats();
        assert_eq!(queue.task_done(), Err(TaskDoneError));
        assert_eq!(queue.stats(), before, "a refused call changes nothing");
    };
    refused();
    queue.try_put_all(&mut (0..4)).unwrap();
    refused();
    let held = queue.try_get().unwrap();
    refused();
    queue.try_get().unwrap().detach();
    queue.try_get().unwrap().detach();
    assert_eq!(queue.unfinished(), 4);
    assert_eq!(queue.task_done(), Ok(()));
    assert_eq!(queue.task_done(), Ok(()));
    assert_eq!(queue.unfinished(), 2);
    refused();
    held.done();
    refused();
    // After a shutdown of either kind it goes on being valid for what is in flight.
    queue.try_get().unwrap().detach();
    queue.shutdown();
    drop(queue.shutdown_now());
    assert_eq!(queue.unfinished(), 1);
    assert_eq!(queue.task_done(), Ok(()));
    refused();
    let stats = assert_settled(&queue, 0, 0);
    assert_eq!((stats.done, stats.failed, stats.abandoned), (4, 0, 0));
}

/// The manual mode of Python: workers that call `task_done` for each item, and a join.
/// (Python: `_QueueJoinTestMixin.test_task_done`.)
fn detached_tasks_and_join_are_pythons_manual_mode<F: Flavour>() {
    within_limit(|| {
        let queue: QueueOf<F, usize, 100> = F::bounded();
        queue.try_put_all(&mut (0..100)).unwrap();
        let sum = AtomicUsize::new(0);
        thread::scope(|s| {
            for _ in 0..2 {
                s.spawn(|| {
                    while let Ok(task) = block_on(queue.get()) {
                        sum.fetch_add(task.detach(), Ordering::SeqCst);
                        queue.task_done().unwrap();
                    }
                });
            }
            block_on(queue.join());
            assert_eq!(sum.load(Ordering::SeqCst), 4950);
            queue.shutdown();
        });
        assert_eq!(assert_settled(&queue, 0, 0).done, 100);
    });
}

/// However many threads race for it, exactly as many `task_done` calls succeed as tasks were
/// detached, while others are detached and finished around them.
fn racing_calls_of_task_done_succeed_once_for_each_detached_task<F: Flavour>() {
    within_limit(|| {
        const ROUNDS: usize = 50;
        let queue: QueueOf<F, usize, 8> = F::bounded();
        for _ in 0..ROUNDS {
            queue.try_put_all(&mut (0..8)).unwrap();
            queue.try_get_many(4, &mut Vec::new()).unwrap().detach();
            let by_racers: usize = thread::scope(|s| {
                let racers: Vec<_> = (0..4)
                    .map(|_| s.spawn(|| (0..5).filter(|_| queue.task_done().is_ok()).count()))
                    .collect();
                // In the middle of the race: two that are not detached, and two that are.
                queue.try_get().unwrap().done();
                queue.try_get_many(2, &mut Vec::new()).unwrap().detach();
                drop(queue.try_get());
                racers.into_iter().map(|racer| racer.join().unwrap()).sum()
            });
            // Two may have been detached too late for the racers.
            let late = iter::from_fn(|| queue.task_done().ok()).count();
            assert!(late <= 2, "{late}");
            assert_eq!(by_racers + late, 6);
            assert_settled(&queue, 0, 0);
        }
        let stats = queue.stats();
        assert_eq!((stats.done, stats.abandoned), (8 * ROUNDS, ROUNDS));
    });
}

/// With nothing going on besides, the number of calls that succeed is exact.
fn as_many_racing_calls_succeed_as_tasks_were_detached<F: Flavour>() {
    within_limit(|| {
        let queue: QueueOf<F, usize, 64> = F::bounded();
        queue.try_put_all(&mut (0..64)).unwrap();
        queue.try_get_many(50, &mut Vec::new()).unwrap().detach();
        let succeeded: usize = thread::scope(|s| {
            let racers: Vec<_> = (0..4)
                .map(|_| s.spawn(|| (0..30).filter(|_| queue.task_done().is_ok()).count()))
                .collect();
            racers.into_iter().map(|racer| racer.join().unwrap()).sum()
        });
        assert_eq!(succeeded, 50);
        assert_settled(&queue, 14, 14);
    });
}

/// A task that is put back is one more put and one more completion in one step: what join waits for
/// does not move, and a join cannot slip through. Nothing is counted as abandoned.
fn requeueing_moves_an_item_back_without_letting_join_through<F: Flavour>() {
    let queue: QueueOf<F, i32, 4> = F::bounded();
    let join_probe = Probe::new();
    let mut join = Box::pin(queue.join());
    queue.try_put(1).unwrap();
    pending(join.as_mut(), &join_probe.waker());
    for round in 1..=3 {
        let task = queue.try_get().unwrap();
        // A getter waits for it.
        let get_probe = Probe::new();
        let mut get = Box::pin(queue.get());
        pending(get.as_mut(), &get_probe.waker());
        task.requeue().unwrap();
        assert_eq!(get_probe.wakes(), 1);
        let stats = queue.stats();
        assert_eq!((stats.put, stats.done), (round + 1, round));
        assert_eq!((stats.len, stats.in_flight, stats.unfinished), (1, 0, 1));
        assert_eq!((stats.failed, stats.abandoned), (0, 0));
        assert_eq!(join_probe.wakes(), 0);
        assert!(poll(join.as_mut()).is_pending());
        drop(get);
    }
    queue.try_get().unwrap().done();
    assert_eq!(ready(join.as_mut()).done, 4);
    assert_settled(&queue, 0, 0);
}

/// The same with other threads looking: while an item goes round and round, nobody ever sees a queue
/// with nothing unfinished, and no join returns.
fn no_observer_sees_a_requeued_item_missing<F: Flavour>() {
    within_limit(|| {
        let queue: QueueOf<F, i32, 1> = F::bounded();
        queue.try_put(1).unwrap();
        let stop = AtomicBool::new(false);
        thread::scope(|s| {
            let observer = s.spawn(|| {
                let mut joins = 0;
                while !stop.load(Ordering::SeqCst) {
                    let stats = queue.stats();
                    assert_consistent(&stats);
                    assert_eq!(stats.unfinished, 1);
                    joins += usize::from(poll(Box::pin(queue.join()).as_mut()).is_ready());
                }
                joins
            });
            for _ in 0..many(2000) {
                queue.try_get().unwrap().requeue().unwrap();
            }
            stop.store(true, Ordering::SeqCst);
            assert_eq!(observer.join().unwrap(), 0);
        });
        assert_eq!(drain(&queue), [1]);
    });
}

/// Where a requeued item goes depends on the order: to the end, to the top, among its like.
fn a_requeued_item_takes_the_place_of_a_new_one<F: Flavour>() {
    let queue: QueueOf<F, i32, 4> = F::bounded();
    queue.try_put_all(&mut [3, 1, 2].into_iter()).unwrap();
    let first = F::ORDER.of(vec![3, 1, 2])[0];
    let mut task = queue.try_get().unwrap();
    assert_eq!(*task, first);
    // Changed in between, it is the changed item that goes back.
    *task *= 10;
    task.requeue().unwrap();
    assert_eq!(
        drain(&queue),
        match F::ORDER {
            Order::Fifo => [1, 2, 30],
            Order::Lifo => [20, 1, 3],
            Order::Priority => [2, 3, 10],
        }
    );
}

/// On a full queue that cannot grow, requeueing is refused and gives the task back, still owed.
fn requeueing_on_a_full_queue_exceeds_it_or_gives_the_task_back<F: Flavour>() {
    let queue: QueueOf<F, i32, 2> = F::bounded();
    queue.try_put_all(&mut [1, 2].into_iter()).unwrap();
    let task = queue.try_get().unwrap();
    queue.try_put(3).unwrap();
    let item = *task;
    let before = queue.stats();
    match task.requeue() {
        Ok(()) => {
            assert!(F::GROWS);
            assert_eq!(queue.len(), 3);
            assert!(queue.is_full());
        }
        Err(error) => {
            assert!(!F::GROWS);
            assert!(error.is_full() && !error.is_shutdown());
            assert!(matches!(error, RequeueError::Full(_)));
            assert_eq!(queue.stats(), before);
            let task = error.into_inner();
            assert_eq!(*task, item);
            // Still owed: once there is room, it gets in.
            queue.try_get().unwrap().done();
            task.requeue().unwrap();
            assert_eq!((queue.len(), queue.in_flight()), (2, 0));
        }
    }
    assert_eq!(queue.stats().abandoned, 0);
    drain(&queue);
    assert_settled(&queue, 0, 0);
}

/// After shutdown, requeueing gives the task back, still owed, whether there is room or not.
fn requeueing_after_shutdown_gives_the_task_back<F: Flavour>() {
    let queue: QueueOf<F, i32, 2> = F::bounded();
    queue.try_put(1).unwrap();
    let task = queue.try_get().unwrap();
    queue.shutdown();
    let before = queue.stats();
    let error = task.requeue().unwrap_err();
    assert!(error.is_shutdown() && !error.is_full());
    assert!(matches!(error, RequeueError::ShutDown(_)));
    assert_eq!(queue.stats(), before);
    assert_eq!((queue.len(), queue.in_flight()), (0, 1));
    let task = error.into_inner();
    assert_eq!(task.done(), 1);
    assert_eq!(assert_settled(&queue, 0, 0).abandoned, 0);

    // Shutdown is told before "full".
    let queue: QueueOf<F, i32, 1> = F::bounded();
    queue.try_put(1).unwrap();
    let task = queue.try_get().unwrap();
    queue.try_put(2).unwrap();
    queue.shutdown();
    // Dropping the error drops the task.
    assert!(task.requeue().is_err_and(|error| error.is_shutdown()));
    assert_eq!(assert_settled(&queue, 1, 1).abandoned, 1);
}

/// A follow-up is a put that never waits: counted at once, seen by a waiting getter, and join waits for
/// it as well.
fn a_follow_up_is_put_at_once<F: Flavour>() {
    let queue: QueueOf<F, i32, 2> = F::bounded();
    queue.try_put(1).unwrap();
    let task = queue.try_get().unwrap();
    let (get_probe, join_probe) = (Probe::new(), Probe::new());
    let mut get = Box::pin(queue.get());
    pending(get.as_mut(), &get_probe.waker());
    let mut join = Box::pin(queue.join());
    pending(join.as_mut(), &join_probe.waker());
    assert_eq!(task.put_follow_up(2), Ok(()));
    assert_eq!(get_probe.wakes(), 1);
    assert_eq!((queue.len(), queue.unfinished()), (1, 2));
    task.done();
    assert_eq!(join_probe.wakes(), 0);
    assert_eq!(ready(get.as_mut()).unwrap().done(), 2);
    assert_eq!(join_probe.wakes(), 1);
    ready(join.as_mut());
    assert_settled(&queue, 0, 0);
}

/// A follow-up exceeds the capacity where the queue can grow, and comes back where it cannot; after
/// shutdown it comes back everywhere. The task is not touched by any of it.
fn a_follow_up_on_a_full_queue_exceeds_it_or_comes_back<F: Flavour>() {
    let queue: QueueOf<F, i32, 1> = F::bounded();
    queue.try_put(1).unwrap();
    let task = queue.try_get().unwrap();
    queue.try_put(2).unwrap();
    for (follow_up, len) in [(3, 2), (4, 3)] {
        let outcome = task.put_follow_up(follow_up);
        if F::GROWS {
            assert_eq!(outcome, Ok(()));
            assert_eq!(queue.len(), len);
        } else {
            assert_eq!(outcome, Err(TryPutError::Full(follow_up)));
            assert_eq!(queue.len(), 1);
        }
        assert!(queue.is_full());
    }
    queue.shutdown();
    assert_eq!(task.put_follow_up(5), Err(TryPutError::ShutDown(5)));
    drain(&queue);
    assert_eq!(task.put_follow_up(6), Err(TryPutError::ShutDown(6)));
    assert_eq!(queue.try_get().unwrap_err(), TryGetError::ShutDown);
    assert_settled(&queue, 0, 1);
    assert_eq!(task.done(), 1);
    assert_settled(&queue, 0, 0);
}

/// A queue that holds more than its capacity is full until it holds less: every get from it leaves
/// the putters where they are, until one makes room.
fn an_overfull_queue_admits_nobody_until_there_is_room<F: Flavour>() {
    if !F::GROWS {
        return;
    }
    let queue: QueueOf<F, i32, 2> = F::bounded();
    queue.try_put_all(&mut [1, 2].into_iter()).unwrap();
    let task = queue.try_get().unwrap();
    queue.try_put(3).unwrap();
    let probe = Probe::new();
    let mut put = Box::pin(queue.put(4));
    pending(put.as_mut(), &probe.waker());
    task.put_follow_up(5).unwrap();
    task.requeue().unwrap();
    assert_eq!(queue.len(), 4);

    for len in [3, 2] {
        queue.try_get().unwrap().done();
        assert_eq!(queue.len(), len);
        assert!(queue.is_full() && queue.stats().is_full());
        assert_eq!(queue.try_put(6), Err(TryPutError::Full(6)));
        assert_eq!(probe.wakes(), 0);
        pending(put.as_mut(), &probe.waker());
        assert_eq!(queue.stats().waiting_putters, 1);
    }
    queue.try_get().unwrap().done();
    assert!(!queue.is_full());
    assert_eq!(probe.wakes(), 1);
    ready(put.as_mut()).unwrap();
    assert!(queue.is_full());
    drain(&queue);
    assert_settled(&queue, 0, 0);
}

/// A put that was woken finds its room taken by a requeued item: it goes on waiting, and gets the
/// next room.
fn a_requeued_item_may_take_the_room_of_a_woken_put<F: Flavour>() {
    let queue: QueueOf<F, i32, 1> = F::bounded();
    queue.try_put(1).unwrap();
    let probe = Probe::new();
    let mut put = Box::pin(queue.put(2));
    pending(put.as_mut(), &probe.waker());
    let task = queue.try_get().unwrap();
    assert_eq!(probe.wakes(), 1);
    task.requeue().unwrap();
    pending(put.as_mut(), &probe.waker());
    assert_eq!(queue.try_get().unwrap().done(), 1);
    assert_eq!(probe.wakes(), 2);
    ready(put.as_mut()).unwrap();
    assert_eq!(drain(&queue), [2]);
    assert_settled(&queue, 0, 0);
}

/// Consumers that feed their own full queue do not deadlock: a crawl from one page, three links on
/// each, in a queue of room for one.
fn consumers_can_feed_their_own_queue<F: Flavour>() {
    if !F::GROWS {
        return;
    }
    within_limit(|| {
        let queue: QueueOf<F, u32, 1> = F::bounded();
        queue.try_put(5).unwrap();
        let refused = AtomicUsize::new(0);
        thread::scope(|s| {
            for _ in 0..2 {
                s.spawn(|| {
                    while let Ok(task) = block_on(queue.get()) {
                        for _ in 0..3 {
                            if *task > 0 && task.put_follow_up(*task - 1).is_err() {
                                refused.fetch_add(1, Ordering::SeqCst);
                            }
                        }
                        task.done();
                    }
                });
            }
            let stats = block_on(queue.join());
            queue.shutdown();
            assert_eq!(refused.load(Ordering::SeqCst), 0);
            assert_eq!(
                stats.done,
                (0..=5).map(|depth| 3_usize.pow(depth)).sum::<usize>()
            );
        });
        assert_settled(&queue, 0, 0);
    });
}

/// A ticket and a task can be finished by another thread than the one that took them.
fn an_obligation_can_be_handed_to_another_thread<F: Flavour>() {
    within_limit(|| {
        let queue: QueueOf<F, i32, 4> = F::bounded();
        queue.try_put_all(&mut [1, 2, 3].into_iter()).unwrap();
        let task = queue.try_get().unwrap();
        let ticket = queue.try_get_many(2, &mut Vec::new()).unwrap();
        thread::scope(|s| {
            s.spawn(move || task.fail());
            s.spawn(move || ticket.done());
            assert_eq!(block_on(queue.join()).failed, 1);
        });
        assert_settled(&queue, 0, 0);
    });
}

for_every_flavour!(
    a_consumer_that_is_cancelled_does_not_hang_join,
    a_consumer_that_panics_does_not_hang_join,
    a_follow_up_is_put_at_once,
    a_follow_up_on_a_full_queue_exceeds_it_or_comes_back,
    a_leaked_task_holds_up_join,
    a_requeued_item_may_take_the_room_of_a_woken_put,
    a_requeued_item_takes_the_place_of_a_new_one,
    a_task_derefs_to_its_item,
    a_ticket_finishes_what_it_owes_and_no_more,
    a_ticket_for_nothing_does_nothing,
    a_waker_that_panics_does_not_finish_a_task_twice,
    an_obligation_can_be_handed_to_another_thread,
    an_overfull_queue_admits_nobody_until_there_is_room,
    as_many_racing_calls_succeed_as_tasks_were_detached,
    consumers_can_feed_their_own_queue,
    detached_tasks_and_join_are_pythons_manual_mode,
    each_end_of_a_task_is_counted_as_what_it_is,
    each_operation_moves_its_own_numbers_and_no_others,
    no_observer_sees_a_requeued_item_missing,
    racing_calls_of_task_done_succeed_once_for_each_detached_task,
    requeueing_after_shutdown_gives_the_task_back,
    requeueing_moves_an_item_back_without_letting_join_through,
    requeueing_on_a_full_queue_exceeds_it_or_gives_the_task_back,
    task_done_finishes_detached_tasks_only,
    the_item_of_a_dropped_task_is_gone_before_join_is_released,
    the_rest_of_a_ticket_is_counted_as_its_end_says,
    whatever_ends_the_last_task_releases_a_join,
);
