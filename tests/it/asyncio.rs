//! The tests of Python's asyncio queues, each under the name it has there.

use std::cell::Cell;
use std::future::poll_fn;
use std::mem;
use std::pin::pin;
use std::rc::Rc;
use std::task::Poll;
use std::thread;
use std::time::Duration;

use futures::executor::LocalPool;
use futures::future;
use futures::task::LocalSpawnExt;
use joinable_queue::storage::Storage;
use joinable_queue::{
    GetError, JoinableQueue, PutError, Stats, TaskDoneError, TryGetError, TryPutError,
};

use crate::calls;
use crate::kit::*;

/// What `Debug` shows, less what is the same for every queue.
#[track_caller]
fn assert_shows<S: Storage>(queue: &JoinableQueue<S>, fields: &str) {
    assert_eq!(
        format!("{queue:?}"),
        format!("JoinableQueue {{ {fields}, .. }}")
    );
}

/// A shut down and empty queue refuses everything at once, gives refused items back, and is not
/// changed by that.
#[track_caller]
fn assert_closed<S: Storage<Item = i32>>(queue: &JoinableQueue<S>) -> Stats {
    let before = queue.stats();
    assert!(queue.is_shutdown() && before.is_shutdown);
    assert_eq!(ready(pin!(queue.put(71))), Err(PutError(71)));
    assert_eq!(queue.try_put(72), Err(TryPutError::ShutDown(72)));
    assert_eq!(ready(pin!(queue.get())).unwrap_err(), GetError);
    assert_eq!(queue.try_get().unwrap_err(), TryGetError::ShutDown);
    assert_eq!(queue.stats(), before);
    before
}

/// Gives the other tasks of the executor a turn.
async fn turn() {
    let mut first = true;
    poll_fn(|cx| {
        if mem::take(&mut first) {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(())
    })
    .await;
}

/// `QueueBasicTests.test_repr` (R6).
fn o01_repr<F: Flavour>() {
    let q: QueueOf<F, i32, 1> = F::bounded();
    let (getting, putting) = (Probe::new(), Probe::new());
    assert_shows(&q, "capacity: Some(1)");

    let mut get = Box::pin(q.get());
    pending(get.as_mut(), &getting.waker());
    assert_shows(&q, "capacity: Some(1), waiting_getters: 1");
    q.try_put(0).unwrap();
    // A getter that was woken is not counted any more.
    assert_shows(&q, "capacity: Some(1), len: 1, unfinished: 1");
    assert_eq!(getting.wakes(), 1);
    assert_eq!(ready(get.as_mut()).unwrap().done(), 0);
    assert_shows(&q, "capacity: Some(1)");

    q.try_put(1).unwrap();
    let mut put = Box::pin(q.put(2));
    pending(put.as_mut(), &putting.waker());
    assert_shows(
        &q,
        "capacity: Some(1), len: 1, waiting_putters: 1, unfinished: 1",
    );
    let first = q.try_get().unwrap();
    assert_shows(&q, "capacity: Some(1), unfinished: 1");
    assert_eq!(putting.wakes(), 1);
    assert_eq!(ready(put.as_mut()), Ok(()));
    assert_shows(&q, "capacity: Some(1), len: 1, unfinished: 2");

    let mut join = Box::pin(q.join());
    pending(join.as_mut(), &Probe::new().waker());
    assert_shows(
        &q,
        "capacity: Some(1), len: 1, waiting_joiners: 1, unfinished: 2",
    );
    assert_eq!(first.done(), 1);
    assert_eq!(q.try_get().unwrap().done(), 2);
    assert_eq!(ready(join.as_mut()).done, 3);
    q.shutdown();
    assert_shows(&q, "capacity: Some(1), is_shutdown: true");
    assert_settled(&q, 0, 0);
}

#[cfg(feature = "alloc")]
fn o01_repr_unbounded<F: Unbounded>() {
    let q = F::unbounded::<i32>();
    assert_shows(&q, "capacity: None");
    q.try_put(1).unwrap();
    assert_shows(&q, "capacity: None, len: 1, unfinished: 1");
    assert_eq!(q.try_get().unwrap().detach(), 1);
    assert_shows(&q, "capacity: None, unfinished: 1");
}

/// `QueueBasicTests.test_empty` (R5).
fn o02_empty<F: Flavour>() {
    let q: QueueOf<F, i32, 4> = F::bounded();
    assert!(q.is_empty());
    assert_eq!(ready(pin!(q.put(1))), Ok(()));
    assert!(!q.is_empty());
    assert_eq!(q.len(), 1);
    let task = ready(pin!(q.get())).unwrap();
    assert_eq!(*task, 1);
    // A task in flight is not in the queue.
    assert!(q.is_empty());
    assert_settled(&q, 0, 1);
    task.done();
    assert!(q.is_empty());
    assert_settled(&q, 0, 0);
}

/// `QueueBasicTests.test_full` (R1, R2, R5).
fn o03_full<F: Flavour>() {
    let q: QueueOf<F, i32, 1> = F::bounded();
    assert_eq!(q.capacity(), Some(1));
    assert!(!q.is_full());
    assert_eq!(ready(pin!(q.put(1))), Ok(()));
    assert!(q.is_full() && q.stats().is_full());
    let task = q.try_get().unwrap();
    // The task in flight takes no room.
    assert!(!q.is_full());
    task.done();

    let roomy: QueueOf<F, i32, 128> = F::bounded();
    assert_eq!(roomy.capacity(), Some(128));
    never_full(&roomy);
}

#[cfg(feature = "alloc")]
fn o03_full_unbounded<F: Unbounded>() {
    let q = F::unbounded::<i32>();
    assert_eq!(q.capacity(), None);
    never_full(&q);
}

fn never_full<S: Storage<Item = i32>>(q: &JoinableQueue<S>) {
    for n in 0..100 {
        assert!(!q.is_full());
        assert_eq!(ready(pin!(q.put(n))), Ok(()));
    }
    assert!(!q.is_full());
    assert_settled(q, 100, 100);
}

/// `QueueBasicTests.test_order` and `LifoQueueTests.test_order` (R11, R12, R13).
fn o04_o18_order<F: Flavour>() {
    let q: QueueOf<F, i32, 4> = F::bounded();
    for n in [1, 3, 2] {
        assert_eq!(ready(pin!(q.put(n))), Ok(()));
    }
    let expected = match F::ORDER {
        Order::Fifo => [1, 3, 2],
        Order::Lifo => [2, 3, 1],
        Order::Priority => [1, 2, 3],
    };
    for n in expected {
        assert_eq!(ready(pin!(q.get())).unwrap().done(), n);
    }
    assert_settled(&q, 0, 0);
}

/// `QueueGetTests.test_blocking_get` (R19).
fn o05_blocking_get<F: Flavour>() {
    let q: QueueOf<F, i32, 4> = F::bounded();
    let p = Probe::new();
    q.try_put(1).unwrap();
    let Poll::Ready(task) = poll_as(pin!(q.get()), &p.waker()) else {
        panic!("get waits with an item there")
    };
    assert_eq!(task.unwrap().done(), 1);
    // It never meant to wait.
    assert_eq!((p.clones(), p.wakes()), (0, 0));
    assert_settled(&q, 0, 0);
}

/// `QueueGetTests.test_blocking_get_wait` (R21).
fn o06_blocking_get_wait<F: Flavour>() {
    let q: QueueOf<F, i32, 4> = F::bounded();
    let p = Probe::new();
    let mut get = Box::pin(q.get());
    pending(get.as_mut(), &p.waker());
    pending(get.as_mut(), &p.waker());
    assert_eq!((p.wakes(), q.stats().waiting_getters), (0, 1));
    thread::scope(|s| {
        s.spawn(|| q.try_put(1).unwrap());
    });
    assert_eq!(p.wakes(), 1);
    assert_eq!(ready(get.as_mut()).unwrap().done(), 1);
    assert_eq!(p.wakes(), 1);
    assert_settled(&q, 0, 0);
}

/// `QueueGetTests.test_nonblocking_get` (R18).
fn o07_nonblocking_get<F: Flavour>() {
    let q: QueueOf<F, i32, 4> = F::bounded();
    q.try_put(1).unwrap();
    assert_eq!(q.try_get().unwrap().done(), 1);
    assert_eq!(q.try_get().unwrap_err(), TryGetError::Empty);
    assert_settled(&q, 0, 0);
}

/// `QueueGetTests.test_get_cancelled_race` (R26, R29).
fn o08_get_cancelled_race<F: Flavour>() {
    let q: QueueOf<F, &str, 4> = F::bounded();
    let (p1, p2) = (Probe::new(), Probe::new());
    let mut t1 = Box::pin(q.get());
    let mut t2 = Box::pin(q.get());
    pending(t1.as_mut(), &p1.waker());
    pending(t2.as_mut(), &p2.waker());
    assert_eq!(q.stats().waiting_getters, 2);

    drop(t1);
    assert_eq!((p1.alive(), q.stats().waiting_getters), (0, 1));
    // Nobody is owed anything for a wait that was given up.
    assert_eq!((p1.wakes(), p2.wakes()), (0, 0));

    q.try_put("a").unwrap();
    assert_eq!((p1.wakes(), p2.wakes()), (0, 1));
    assert_eq!(ready(t2.as_mut()).unwrap().done(), "a");
    assert_settled(&q, 0, 0);
}

/// `QueueGetTests.test_why_are_getters_waiting` (R27), through more than one capacity.
fn o09_why_are_getters_waiting<F: Flavour>() {
    within_limit(|| {
        for consumer_first in [true, false] {
            // With room for one item, every order is the order in which they were put.
            assert_eq!(exchange::<F, 1>(consumer_first), [0, 1, 2, 3, 4]);
            for mut received in [
                exchange::<F, 2>(consumer_first),
                exchange::<F, 5>(consumer_first),
            ] {
                received.sort_unstable();
                assert_eq!(received, [0, 1, 2, 3, 4]);
            }
        }
    });
}

fn exchange<F: Flavour, const N: usize>(consumer_first: bool) -> Vec<i32> {
    let queue: Rc<QueueOf<F, i32, N>> = Rc::new(F::bounded());
    let mut pool = LocalPool::new();
    let spawner = pool.spawner();
    let producer = {
        let queue = Rc::clone(&queue);
        async move {
            for n in 0..5 {
                queue.put(n).await.unwrap();
            }
        }
    };
    let received = Rc::new(Cell::new(Vec::new()));
    let consumer = {
        let (queue, received) = (Rc::clone(&queue), Rc::clone(&received));
        async move {
            for _ in 0..5 {
                let item = queue.get().await.unwrap().done();
                let mut so_far = received.take();
                so_far.push(item);
                received.set(so_far);
            }
        }
    };
    if consumer_first {
        spawner.spawn_local(consumer).unwrap();
        spawner.spawn_local(producer).unwrap();
    } else {
        spawner.spawn_local(producer).unwrap();
        spawner.spawn_local(consumer).unwrap();
    }
    // Until both have ended.
    pool.run();
    assert_eq!(assert_settled(&queue, 0, 0).put, 5);
    received.take()
}

/// `QueueGetTests.test_cancelled_getters_not_being_held_in_self_getters` (R31, R38), and the same for
/// putters.
fn o10_cancelled_waiters_not_being_held<F: Flavour>() {
    let q: QueueOf<F, i32, 1> = F::bounded();
    let p = Probe::new();
    let mut get = Box::pin(q.get());
    pending(get.as_mut(), &p.waker());
    assert_eq!((p.alive(), q.stats().waiting_getters), (1, 1));
    drop(get);
    assert_eq!((p.alive(), p.wakes()), (0, 0));
    assert_settled(&q, 0, 0);

    // Under a timer.
    assert!(calls::drive(Box::pin(q.get()).as_mut(), Duration::from_millis(5)).is_none());
    assert_settled(&q, 0, 0);

    // However often: no memory is needed, so none can be kept.
    let waker = p.waker();
    let needed = allocations(|| {
        for _ in 0..1000 {
            let mut get = pin!(q.get());
            pending(get.as_mut(), &waker);
        }
        q.try_put(1).unwrap();
        for n in 0..1000 {
            let mut put = pin!(q.put(n));
            pending(put.as_mut(), &waker);
        }
    });
    assert_eq!(needed, 0);
    drop(waker);
    assert_eq!((p.alive(), p.wakes()), (0, 0));
    assert_settled(&q, 1, 1);
    assert!(calls::drive(Box::pin(q.put(2)).as_mut(), Duration::from_millis(5)).is_none());
    assert_settled(&q, 1, 1);
    let mut put = Box::pin(q.put(2));
    pending(put.as_mut(), &p.waker());
    assert_eq!(put.as_mut().into_item(), Some(2));
    // Gone with the item, not only with the future.
    assert_eq!((p.alive(), p.wakes()), (0, 0));
    assert_settled(&q, 1, 1);
    drop(put);
    assert_eq!(drain(&q), [1]);
    assert_eq!(assert_settled(&q, 0, 0).put, 1);
}

/// `QueuePutTests.test_blocking_put` (R19).
fn o11_blocking_put<F: Flavour>() {
    put_does_not_wait(&F::bounded::<i32, 128>());
}

#[cfg(feature = "alloc")]
fn o11_blocking_put_unbounded<F: Unbounded>() {
    put_does_not_wait(&F::unbounded::<i32>());
}

fn put_does_not_wait<S: Storage<Item = i32>>(q: &JoinableQueue<S>) {
    let p = Probe::new();
    assert_eq!(poll_as(pin!(q.put(1)), &p.waker()), Poll::Ready(Ok(())));
    assert_eq!(ready(pin!(q.get())).unwrap().done(), 1);
    for n in 0..100 {
        assert_eq!(poll_as(pin!(q.put(n)), &p.waker()), Poll::Ready(Ok(())));
    }
    assert_eq!((p.clones(), p.wakes()), (0, 0));
    let mut received = drain(q);
    received.sort_unstable();
    assert!(received.into_iter().eq(0..100));
    assert_settled(q, 0, 0);
}

/// `QueuePutTests.test_nonblocking_put` (R17).
fn o12_nonblocking_put<F: Flavour>() {
    let q: QueueOf<F, i32, 4> = F::bounded();
    assert_eq!(q.try_put(1), Ok(()));
    assert_settled(&q, 1, 1);
    assert_eq!(q.try_get().unwrap().done(), 1);
    assert_settled(&q, 0, 0);
}

/// `QueuePutTests.test_get_cancel_drop_one_pending_reader` (R32); then with more readers than one.
fn o13_get_cancel_drop_one_pending_reader<F: Flavour>() {
    let q: QueueOf<F, i32, 4> = F::bounded();
    let p = Probe::new();
    let mut reader = Box::pin(q.get());
    pending(reader.as_mut(), &p.waker());
    q.try_put(1).unwrap();
    q.try_put(2).unwrap();
    // One waiter, one wake, and the items are still where they were.
    assert_eq!(p.wakes(), 1);
    assert_settled(&q, 2, 2);

    drop(reader);
    assert_eq!((p.wakes(), p.alive()), (1, 0));
    assert_settled(&q, 2, 2);
    let expected = match F::ORDER {
        Order::Fifo | Order::Priority => [1, 2],
        Order::Lifo => [2, 1],
    };
    assert_eq!(ready(pin!(q.get())).unwrap().done(), expected[0]);
    assert_eq!(ready(pin!(q.get())).unwrap().done(), expected[1]);
    assert_settled(&q, 0, 0);

    // With others in line, the first of them inherits the wake.
    let mut readers = [(); 3].map(|()| Some(Box::pin(q.get())));
    let probes = [(); 3].map(|()| Probe::new());
    let wakes = || [0, 1, 2].map(|i| probes[i].wakes());
    for (reader, probe) in readers.iter_mut().flatten().zip(&probes) {
        pending(reader.as_mut(), &probe.waker());
    }
    q.try_put(3).unwrap();
    assert_eq!(wakes(), [1, 0, 0]);
    readers[0] = None;
    assert_eq!(wakes(), [1, 1, 0]);
    assert_eq!((q.len(), q.stats().waiting_getters), (1, 1));
    let inherited = ready(readers[1].as_mut().unwrap().as_mut()).unwrap();
    assert_eq!(inherited.done(), 3);
    assert_eq!(wakes(), [1, 1, 0]);
    readers[2] = None;
    assert_eq!(wakes(), [1, 1, 0]);
    assert_settled(&q, 0, 0);
}

/// `QueuePutTests.test_put_cancel_drop` (R33, R30); given up by a drop, and by taking the item back.
fn o14_put_cancel_drop<F: Flavour>() {
    for takes_back in [false, true] {
        let q: QueueOf<F, i32, 1> = F::bounded();
        let p = Probe::new();
        q.try_put(1).unwrap();
        let mut put = Box::pin(q.put(2));
        pending(put.as_mut(), &p.waker());
        assert_eq!(q.try_get().unwrap().done(), 1);
        // Woken, not run: the room is free, the item still outside.
        assert_eq!(p.wakes(), 1);
        assert_settled(&q, 0, 0);

        if takes_back {
            assert_eq!(put.as_mut().into_item(), Some(2));
        }
        drop(put);
        assert_eq!((p.wakes(), p.alive()), (1, 0));
        assert_eq!(assert_settled(&q, 0, 0).put, 1);

        assert_eq!(ready(pin!(q.put(2))), Ok(()));
        assert_eq!(q.try_get().unwrap().done(), 2);
        assert_eq!(q.len(), 0);
        assert_eq!(assert_settled(&q, 0, 0).put, 2);
    }
}

/// `QueuePutTests.test_nonblocking_put_exception` (R17, R8).
fn o15_nonblocking_put_exception<F: Flavour>() {
    let q: QueueOf<F, String, 1> = F::bounded();
    q.try_put("in".to_owned()).unwrap();
    let before = q.stats();
    let refused = q.try_put("out".to_owned()).unwrap_err();
    assert!(refused.is_full() && !refused.is_shutdown());
    assert_eq!(refused.into_inner(), "out");
    assert_eq!(q.stats(), before);
    assert_eq!(drain(&q), ["in"]);
    assert_settled(&q, 0, 0);
}

/// `QueuePutTests.test_put_cancelled` (R19, R21). Nothing is cancelled there either.
fn o16_put_cancelled<F: Flavour>() {
    put_is_spawned(&F::bounded::<i32, 128>());
}

#[cfg(feature = "alloc")]
fn o16_put_cancelled_unbounded<F: Unbounded>() {
    put_is_spawned(&F::unbounded::<i32>());
}

fn put_is_spawned<S: Storage<Item = i32>>(q: &JoinableQueue<S>) {
    let p = Probe::new();
    // Spawned first, run second, as on an event loop.
    let mut put = Box::pin(q.put(1));
    let mut get = Box::pin(q.get());
    pending(get.as_mut(), &p.waker());
    assert_eq!(ready(put.as_mut()), Ok(()));
    assert_eq!(p.wakes(), 1);
    assert_eq!(ready(get.as_mut()).unwrap().done(), 1);
    assert_settled(q, 0, 0);
}

/// `QueuePutTests.test_cancelled_put_silence_value_error_exception` (R35, R33); then with a second
/// putter, who inherits the wake.
fn o17_cancelled_put_silence_value_error_exception<F: Flavour>() {
    let q: QueueOf<F, i32, 1> = F::bounded();
    let (p1, p2, p3) = (Probe::new(), Probe::new(), Probe::new());
    q.try_put(1).unwrap();
    let mut alone = Box::pin(q.put(2));
    pending(alone.as_mut(), &p1.waker());
    assert_eq!(q.stats().waiting_putters, 1);
    assert_eq!(q.try_get().unwrap().done(), 1);
    // Out of line already, by being woken.
    assert_eq!((p1.wakes(), q.stats().waiting_putters), (1, 0));
    drop(alone);
    assert_eq!(p1.alive(), 0);
    assert_eq!(assert_settled(&q, 0, 0).put, 1);

    q.try_put(3).unwrap();
    let mut first = Box::pin(q.put(4));
    let mut second = Box::pin(q.put(5));
    let mut third = Box::pin(q.put(6));
    for (put, probe) in [(&mut first, &p1), (&mut second, &p2), (&mut third, &p3)] {
        pending(put.as_mut(), &probe.waker());
    }
    assert_eq!(q.try_get().unwrap().done(), 3);
    assert_eq!((p1.wakes(), p2.wakes(), p3.wakes()), (2, 0, 0));
    drop(first);
    assert_eq!((p1.wakes(), p2.wakes(), p3.wakes()), (2, 1, 0));
    assert_eq!(ready(second.as_mut()), Ok(()));
    assert_eq!(q.stats().waiting_putters, 1);
    assert_eq!(q.try_get().unwrap().done(), 5);
    assert_eq!((p1.wakes(), p2.wakes(), p3.wakes()), (2, 1, 1));
    assert_eq!(ready(third.as_mut()), Ok(()));
    assert_eq!(drain(&q), [6]);
    assert_eq!(assert_settled(&q, 0, 0).put, 4);
}

/// `_QueueJoinTestMixin.test_task_done_underflow` (R41, R49).
fn o19_task_done_underflow<F: Flavour>() {
    let q: QueueOf<F, i32, 4> = F::bounded();
    let fresh = q.stats();
    assert_eq!(q.task_done(), Err(TaskDoneError));
    assert_eq!(q.stats(), fresh);

    // Neither a stored item nor a task that somebody holds is for `task_done` to finish.
    q.try_put(1).unwrap();
    assert_eq!(q.task_done(), Err(TaskDoneError));
    let task = q.try_get().unwrap();
    assert_eq!(q.task_done(), Err(TaskDoneError));
    assert_settled(&q, 0, 1);
    assert_eq!(task.detach(), 1);
    assert_settled(&q, 0, 1);
    assert_eq!(q.task_done(), Ok(()));
    assert_eq!(q.task_done(), Err(TaskDoneError));
    assert_eq!(assert_settled(&q, 0, 0).done, 1);
}

/// `_QueueJoinTestMixin.test_task_done` (R39, R40, R44, R49).
fn o20_task_done<F: Flavour>() {
    within_limit(|| two_workers(F::bounded::<u32, 128>()));
}

#[cfg(feature = "alloc")]
fn o20_task_done_unbounded<F: Unbounded>() {
    within_limit(|| two_workers(F::unbounded::<u32>()));
}

fn two_workers<S: Storage<Item = u32> + 'static>(queue: JoinableQueue<S>) {
    let queue = Rc::new(queue);
    for n in 0..100 {
        queue.try_put(n).unwrap();
    }
    let running = Rc::new(Cell::new(true));
    let sum = Rc::new(Cell::new(0));
    let mut pool = LocalPool::new();
    let spawn_worker = || {
        let (queue, running, sum) = (Rc::clone(&queue), Rc::clone(&running), Rc::clone(&sum));
        let worker = async move {
            let mut count = 0;
            while running.get() {
                let n = queue.get().await.unwrap().detach();
                sum.set(sum.get() + n);
                turn().await;
                queue.task_done().unwrap();
                count += 1;
            }
            count
        };
        pool.spawner().spawn_local_with_handle(worker).unwrap()
    };
    let workers = [spawn_worker(), spawn_worker()];

    // Polled by hand, so that nothing but its wake-up can let it go.
    let p = Probe::new();
    let mut join = Box::pin(queue.join());
    pending(join.as_mut(), &p.waker());
    pool.run_until_stalled();
    assert_eq!((p.wakes(), p.alive()), (1, 0));
    let stats = ready(join.as_mut());
    assert_eq!(sum.get(), 4950);
    assert_eq!((stats.put, stats.got, stats.done), (100, 100, 100));
    assert_eq!((stats.failed, stats.abandoned), (0, 0));
    assert_eq!(queue.task_done(), Err(TaskDoneError));

    // One more item for each, to end it.
    running.set(false);
    assert_eq!(queue.stats().waiting_getters, 2);
    queue.try_put(0).unwrap();
    queue.try_put(0).unwrap();
    let counts = pool.run_until(future::join_all(workers));
    assert!(counts.iter().all(|&count| count > 1), "{counts:?}");
    assert_eq!(counts.iter().sum::<i32>(), 102);
    assert_eq!(assert_settled(&queue, 0, 0).done, 102);

    // An empty queue is not a finished one.
    queue.try_put(0).unwrap();
    queue.try_get().unwrap().detach();
    let mut join = Box::pin(queue.join());
    pending(join.as_mut(), &p.waker());
    assert_eq!((queue.len(), queue.stats().waiting_joiners), (0, 1));
    queue.task_done().unwrap();
    assert_eq!((p.wakes(), p.alive()), (2, 0));
    assert_eq!(ready(join.as_mut()).done, 103);
}

/// `_QueueJoinTestMixin.test_join_empty_queue` (R43, R49).
fn o21_join_empty_queue<F: Flavour>() {
    let q: QueueOf<F, i32, 4> = F::bounded();
    let p = Probe::new();
    for _ in 0..2 {
        let Poll::Ready(stats) = poll_as(pin!(q.join()), &p.waker()) else {
            panic!("join waits for nothing")
        };
        assert_eq!(stats, q.stats());
    }
    assert_eq!((p.clones(), p.wakes()), (0, 0));
    assert_settled(&q, 0, 0);
}

/// `_QueueJoinTestMixin.test_format` (R6, R49).
fn o22_format<F: Flavour>() {
    let q: QueueOf<F, i32, 5> = F::bounded();
    assert_shows(&q, "capacity: Some(5)");
    assert_eq!(q.try_put_all(&mut [1, 2].into_iter()), Ok(2));
    q.try_get().unwrap().detach();
    q.try_get().unwrap().detach();
    assert_shows(&q, "capacity: Some(5), unfinished: 2");
    q.task_done().unwrap();
    q.task_done().unwrap();
    assert_shows(&q, "capacity: Some(5)");
}

/// `_QueueShutdownTestMixin.test_shutdown_empty` (R53, R54, R57, R66).
fn o23_shutdown_empty<F: Flavour>() {
    let q: QueueOf<F, i32, 4> = F::bounded();
    let p = Probe::new();
    let mut get = Box::pin(q.get());
    pending(get.as_mut(), &p.waker());

    q.shutdown();
    assert_eq!(q.len(), 0);
    assert_eq!(ready(pin!(q.join())).put, 0);
    assert_eq!((p.wakes(), p.alive()), (1, 0));
    assert_eq!(ready(get.as_mut()).unwrap_err(), GetError);
    assert_closed(&q);
    assert_settled(&q, 0, 0);
    assert_eq!(p.wakes(), 1);
}

/// `_QueueShutdownTestMixin.test_shutdown_immediate` (R53, R55, R59, R41).
fn o24_shutdown_immediate<F: Flavour>() {
    let q: QueueOf<F, i32, 4> = F::bounded();
    let p = Probe::new();
    q.try_put(1).unwrap();
    let mut join = Box::pin(q.join());
    pending(join.as_mut(), &p.waker());

    let left = q.shutdown_now();
    assert_eq!(left.len(), 1);
    assert_eq!((q.len(), q.unfinished()), (0, 0));
    // By the call, not by what becomes of the items.
    assert_eq!((p.wakes(), p.alive()), (1, 0));
    assert_eq!(ready(join.as_mut()).done, 1);
    assert!(left.eq([1]));
    assert_closed(&q);
    assert_eq!(q.task_done(), Err(TaskDoneError));
    let stats = assert_settled(&q, 0, 0);
    assert_eq!((stats.got, stats.failed, stats.abandoned), (1, 0, 0));
}

for_every_flavour!(
    o01_repr,
    o02_empty,
    o03_full,
    o04_o18_order,
    o05_blocking_get,
    o06_blocking_get_wait,
    o07_nonblocking_get,
    o08_get_cancelled_race,
    o09_why_are_getters_waiting,
    o10_cancelled_waiters_not_being_held,
    o11_blocking_put,
    o12_nonblocking_put,
    o13_get_cancel_drop_one_pending_reader,
    o14_put_cancel_drop,
    o15_nonblocking_put_exception,
    o16_put_cancelled,
    o17_cancelled_put_silence_value_error_exception,
    o19_task_done_underflow,
    o20_task_done,
    o21_join_empty_queue,
    o22_format,
    o23_shutdown_empty,
    o24_shutdown_immediate,
);

for_every_unbounded_flavour!(
    o01_repr_unbounded,
    o03_full_unbounded,
    o11_blocking_put_unbounded,
    o16_put_cancelled_unbounded,
    o20_task_done_unbounded,
);
