//! The tests of Python's thread queues, each under the name it has there.

use std::cell::Cell;
use std::cmp::Ordering;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Barrier, Mutex, Weak, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use joinable_queue::storage::Storage;
use joinable_queue::{
    GetError, GetTimeoutError, JoinableQueue, PutError, PutTimeoutError, TaskDoneError,
    TryGetError, TryPutError,
};
use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};

use crate::calls::{self, wait_until};
use crate::kit::*;

const SHORT: Duration = Duration::from_millis(5);

/// No put can succeed, and every way to try one says so, with the item.
#[track_caller]
fn assert_refuses_puts<S: Storage<Item = i32>>(q: &JoinableQueue<S>) {
    let before = q.stats();
    assert_eq!(calls::put(q, 71), Err(PutError(71)));
    assert_eq!(q.try_put(72), Err(TryPutError::ShutDown(72)));
    // Shutdown beats the deadline.
    for limit in [Duration::ZERO, SHORT] {
        assert_eq!(
            calls::put_for(q, 73, limit),
            Err(PutTimeoutError::ShutDown(73))
        );
    }
    assert_eq!(q.stats(), before);
}

/// The same for gets.
#[track_caller]
fn assert_refuses_gets<S: Storage<Item = i32>>(q: &JoinableQueue<S>) {
    let before = q.stats();
    assert_eq!(calls::get(q).unwrap_err(), GetError);
    assert_eq!(q.try_get().unwrap_err(), TryGetError::ShutDown);
    for limit in [Duration::ZERO, SHORT] {
        assert_eq!(
            calls::get_for(q, limit).unwrap_err(),
            GetTimeoutError::ShutDown
        );
    }
    assert_eq!(q.stats(), before);
}

/// `BaseQueueTestMixin.test_queue_task_done` (R41).
fn o25_queue_task_done<F: Flavour>() {
    let q: QueueOf<F, i32, 4> = F::bounded();
    thread::scope(|s| {
        let thread = s.spawn(|| q.task_done());
        assert_eq!(thread.join().unwrap(), Err(TaskDoneError));
    });
    assert_settled(&q, 0, 0);
    q.try_put(1).unwrap();
    assert_eq!(drain(&q), [1]);
}

/// `BaseQueueTestMixin.test_basic` (R1, R5, R11, R12, R13, R17, R18, R21, R72).
fn o26_basic<F: Flavour>() {
    within_limit(|| {
        let q: QueueOf<F, i32, 5> = F::bounded();
        basic(&q, F::ORDER);
        let stats = assert_settled(&q, 0, 0);
        basic(&q, F::ORDER);
        assert_eq!(assert_settled(&q, 0, 0).put, 2 * stats.put);
    });
}

fn basic<S: Storage<Item = i32>>(q: &JoinableQueue<S>, order: Order) {
    assert_settled(q, 0, 0);
    for (n, len) in [(111, 1), (333, 2), (222, 3)] {
        assert_eq!(calls::put(q, n), Ok(()));
        assert_eq!(q.len(), len);
    }
    let expected = match order {
        Order::Fifo => [111, 333, 222],
        Order::Lifo => [222, 333, 111],
        Order::Priority => [111, 222, 333],
    };
    assert_eq!([(); 3].map(|()| calls::get(q).unwrap().done()), expected);
    assert_settled(q, 0, 0);

    for (n, len) in [(0, 1), (1, 2), (2, 3), (3, 4)] {
        assert_eq!(calls::put(q, n), Ok(()));
        assert_eq!(q.len(), len);
        assert!(!q.is_empty() && !q.is_full());
    }
    assert_eq!(calls::put(q, 10), Ok(()));
    assert!(q.is_full() && !q.is_empty());

    let full = q.stats();
    assert_eq!(q.try_put(30), Err(TryPutError::Full(30)));
    let start = Instant::now();
    assert_eq!(
        calls::put_for(q, 30, SHORT),
        Err(PutTimeoutError::TimedOut(30))
    );
    assert!(start.elapsed() >= SHORT);
    assert_eq!(q.stats(), full);

    // A put that waits takes no part before there is room.
    let expected = match order {
        Order::Fifo | Order::Priority => [0, 1],
        Order::Lifo => [10, 30],
    };
    for (expected, limit) in expected.into_iter().zip([None, Some(calls::LONG)]) {
        let freed = thread::scope(|s| {
            let put = s.spawn(|| match limit {
                None => calls::put(q, 30).unwrap(),
                Some(limit) => calls::put_for(q, 30, limit).unwrap(),
            });
            wait_until(|| q.stats().waiting_putters == 1);
            assert_eq!((q.len(), q.unfinished()), (5, 5));
            let freed = calls::get(q).unwrap().done();
            put.join().unwrap();
            freed
        });
        assert_eq!(freed, expected);
        assert!(q.is_full());
        assert_settled(q, 5, 5);
    }

    let expected = match order {
        Order::Fifo | Order::Priority => [2, 3, 10, 30, 30],
        Order::Lifo => [30, 3, 2, 1, 0],
    };
    assert_eq!([(); 5].map(|()| calls::get(q).unwrap().done()), expected);
    assert!(q.is_empty());

    let empty = q.stats();
    assert_eq!(q.try_get().unwrap_err(), TryGetError::Empty);
    let start = Instant::now();
    assert_eq!(
        calls::get_for(q, SHORT).unwrap_err(),
        GetTimeoutError::TimedOut
    );
    assert!(start.elapsed() >= SHORT);
    assert_eq!(q.stats(), empty);

    for limit in [None, Some(calls::LONG)] {
        thread::scope(|s| {
            let get = s.spawn(|| match limit {
                None => calls::get(q).unwrap().done(),
                Some(limit) => calls::get_for(q, limit).unwrap().done(),
            });
            wait_until(|| q.stats().waiting_getters == 1);
            calls::put(q, 7).unwrap();
            assert_eq!(get.join().unwrap(), 7);
        });
        assert_settled(q, 0, 0);
    }
}

/// `BaseQueueTestMixin.test_shutdown_empty` (R53, R54, R66).
fn o27_shutdown_empty<F: Flavour>() {
    within_limit(|| {
        let q: QueueOf<F, i32, 4> = F::bounded();
        q.shutdown();
        assert_refuses_puts(&q);
        assert_refuses_gets(&q);
        calls::join(&q);
        assert_settled(&q, 0, 0);
    });
}

/// `BaseQueueTestMixin.test_shutdown_nonempty` (R54).
fn o28_shutdown_nonempty<F: Flavour>() {
    within_limit(|| {
        let q: QueueOf<F, i32, 4> = F::bounded();
        calls::put(&q, 1).unwrap();
        q.shutdown();
        assert_settled(&q, 1, 1);
        assert_refuses_puts(&q);
        assert_eq!(calls::get(&q).unwrap().done(), 1);
        assert_refuses_gets(&q);
        assert_settled(&q, 0, 0);
    });
}

/// `BaseQueueTestMixin.test_shutdown_immediate` (R55).
fn o29_shutdown_immediate<F: Flavour>() {
    within_limit(|| {
        let q: QueueOf<F, i32, 4> = F::bounded();
        calls::put(&q, 1).unwrap();
        let left = q.shutdown_now();
        assert_refuses_gets(&q);
        assert_refuses_puts(&q);
        calls::join(&q);
        assert_eq!(assert_settled(&q, 0, 0).done, 1);
        assert!(left.eq([1]));
    });
}

/// `BaseQueueTestMixin.test_shutdown_all_methods_in_one_thread` (R53, R54, R59, R60).
fn o30_shutdown_all_methods_in_one_thread<F: Flavour>() {
    within_limit(|| {
        let q: QueueOf<F, i32, 2> = F::bounded();
        calls::put(&q, 1).unwrap();
        calls::put(&q, 2).unwrap();
        q.shutdown();
        assert_refuses_puts(&q);
        for (n, unfinished) in F::ORDER.of(vec![1, 2]).into_iter().zip([1, 0]) {
            assert_eq!(calls::get(&q).unwrap().detach(), n);
            assert_eq!(q.unfinished(), unfinished + 1);
            assert_eq!(q.task_done(), Ok(()));
            assert_eq!(q.unfinished(), unfinished);
            // There is room now, and still no way in.
            assert_refuses_puts(&q);
        }
        calls::join(&q);
        assert_refuses_gets(&q);
        assert_eq!(q.task_done(), Err(TaskDoneError));
        assert_settled(&q, 0, 0);
    });
}

/// `BaseQueueTestMixin.test_shutdown_all_methods_in_many_threads` (R69, R53, R54), and its immediate
/// sibling.
fn o31_shutdown_all_methods_in_many_threads<F: Flavour>() {
    within_limit(|| {
        for now in [false, true] {
            shutdown_under_load(&F::bounded::<usize, 512>(), now);
        }
    });
}

#[cfg(feature = "alloc")]
fn o31_shutdown_all_methods_in_many_threads_unbounded<F: Unbounded>() {
    within_limit(|| {
        for now in [false, true] {
            shutdown_under_load(&F::unbounded::<usize>(), now);
        }
    });
}

fn shutdown_under_load<S: Storage<Item = usize>>(q: &JoinableQueue<S>, now: bool) {
    const WRITERS: usize = 4;
    const READERS: usize = 6;
    const EACH: usize = 400;
    const MIDDLE: usize = EACH / 2;
    // Put before everybody starts; room for that is there.
    const EARLY: usize = MIDDLE / 2;

    let start = &Barrier::new(WRITERS + READERS + 2);
    let triggered = &AtomicUsize::new(0);
    let (trigger, wait_for_trigger) = mpsc::channel();

    let (mut put, mut got, left) = thread::scope(|s| {
        let write = |trigger: mpsc::Sender<()>, writer: usize| {
            let mut put = Vec::new();
            for i in 0..EACH {
                if i == EARLY {
                    start.wait();
                }
                let item = writer * EACH + i;
                match calls::put(q, item) {
                    Ok(()) => put.push(item),
                    Err(PutError(refused)) => {
                        assert_eq!(refused, item);
                        assert!(q.is_shutdown());
                        break;
                    }
                }
                if i == MIDDLE && triggered.fetch_add(1, SeqCst) == 0 {
                    trigger.send(()).unwrap();
                }
            }
            put
        };
        let read = || {
            let mut got = vec![calls::get(q).unwrap().detach()];
            q.task_done().unwrap();
            start.wait();
            loop {
                match q.try_get() {
                    Ok(task) => {
                        got.push(task.detach());
                        q.task_done().unwrap();
                    }
                    Err(TryGetError::Empty) => thread::yield_now(),
                    Err(TryGetError::ShutDown) => return got,
                }
            }
        };
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| {
                let trigger = trigger.clone();
                s.spawn(move || write(trigger, writer))
            })
            .collect();
        let readers: Vec<_> = (0..READERS).map(|_| s.spawn(read)).collect();
        let joiners = [(); 2].map(|()| {
            s.spawn(|| {
                start.wait();
                calls::join(q);
            })
        });
        let stopper = s.spawn(move || {
            wait_for_trigger.recv().unwrap();
            if now {
                let left: Vec<_> = q.shutdown_now().collect();
                assert_eq!(q.len(), 0);
                left
            } else {
                q.shutdown();
                Vec::new()
            }
        });
        let all = |threads: Vec<thread::ScopedJoinHandle<'_, Vec<usize>>>| {
            let join = |thread: thread::ScopedJoinHandle<'_, _>| thread.join().unwrap();
            threads.into_iter().flat_map(join).collect::<Vec<_>>()
        };
        let (put, got) = (all(writers), all(readers));
        for joiner in joiners {
            joiner.join().unwrap();
        }
        (put, got, stopper.join().unwrap())
    });

    assert!(triggered.load(SeqCst) >= 1);
    let stats = assert_settled(q, 0, 0);
    assert!(stats.is_shutdown);
    assert_eq!((stats.put, stats.abandoned), (put.len(), 0));
    // Nothing lost, nothing doubled.
    got.extend(left);
    got.sort_unstable();
    put.sort_unstable();
    assert_eq!(got, put);
}

/// `BaseQueueTestMixin.test_shutdown_immediate_get` (R55).
fn o32_shutdown_immediate_get<F: Flavour>() {
    within_limit(|| {
        let q: QueueOf<F, i32, 2> = F::bounded();
        calls::put(&q, 1).unwrap();
        calls::put(&q, 2).unwrap();
        let go = Barrier::new(3);
        let left = thread::scope(|s| {
            let gets = [(); 2].map(|()| {
                s.spawn(|| {
                    go.wait();
                    calls::get(&q).map(|task| *task)
                })
            });
            let left = q.shutdown_now();
            go.wait();
            assert_eq!(gets.map(|get| get.join().unwrap()), [Err(GetError); 2]);
            left
        });
        assert!(left.eq(F::ORDER.of(vec![1, 2])));
        assert_settled(&q, 0, 0);
    });
}

/// `BaseQueueTestMixin.test_shutdown_put` (R53, R56): the threads put after the shutdown, or wait in
/// it already.
fn o33_shutdown_put<F: Flavour>() {
    within_limit(|| {
        for waiting in [false, true] {
            let q: QueueOf<F, i32, 2> = F::bounded();
            calls::put(&q, 1).unwrap();
            calls::put(&q, 2).unwrap();
            let go = Barrier::new(3);
            thread::scope(|s| {
                let puts = [3, 4].map(|n| {
                    let (q, go) = (&q, &go);
                    s.spawn(move || {
                        go.wait();
                        calls::put(q, n)
                    })
                });
                if waiting {
                    go.wait();
                    wait_until(|| q.stats().waiting_putters == 2);
                    q.shutdown();
                } else {
                    q.shutdown();
                    go.wait();
                }
                assert_eq!(
                    puts.map(|put| put.join().unwrap()),
                    [Err(PutError(3)), Err(PutError(4))]
                );
            });
            assert_settled(&q, 2, 2);
            assert_eq!(drain(&q), F::ORDER.of(vec![1, 2]));
            assert_refuses_gets(&q);
            assert_settled(&q, 0, 0);
        }
    });
}

/// `BaseQueueTestMixin.test_shutdown_immediate_join` (R59, R45).
fn o34_shutdown_immediate_join<F: Flavour>() {
    within_limit(|| {
        let q: QueueOf<F, i32, 4> = F::bounded();
        calls::put(&q, 1).unwrap();
        thread::scope(|s| {
            let joins = [(); 2].map(|()| s.spawn(|| calls::join(&q)));
            wait_until(|| q.stats().waiting_joiners == 2);
            let left = q.shutdown_now();
            for join in joins {
                join.join().unwrap();
            }
            assert!(left.eq([1]));
        });
        assert_eq!(assert_settled(&q, 0, 0).done, 1);
    });
}

/// `BaseQueueTestMixin.test_shutdown_immediate_put_join` (R53, R59, R39, R54).
fn o35_shutdown_immediate_put_join<F: Flavour>() {
    within_limit(|| {
        let q: QueueOf<F, i32, 2> = F::bounded();
        calls::put(&q, 1).unwrap();
        assert_settled(&q, 1, 1);
        let go = Barrier::new(2);
        thread::scope(|s| {
            let put = s.spawn(|| {
                go.wait();
                calls::put(&q, 2)
            });
            let join = s.spawn(|| calls::join(&q));
            wait_until(|| q.stats().waiting_joiners == 1);
            let left = q.shutdown_now();
            go.wait();
            assert_eq!(put.join().unwrap(), Err(PutError(2)));
            assert_eq!(q.try_get().unwrap_err(), TryGetError::ShutDown);
            join.join().unwrap();
            assert!(left.eq([1]));
        });
        assert_eq!(assert_settled(&q, 0, 0).put, 1);
    });
}

/// `BaseQueueTestMixin.test_shutdown_put_join` (R53, R59, R54, R60).
fn o36_shutdown_put_join<F: Flavour>() {
    within_limit(|| {
        let q: QueueOf<F, i32, 2> = F::bounded();
        calls::put(&q, 1).unwrap();
        assert_settled(&q, 1, 1);
        let go = Barrier::new(2);
        thread::scope(|s| {
            let put = s.spawn(|| {
                go.wait();
                calls::put(&q, 2)
            });
            let join = s.spawn(|| calls::join(&q));
            wait_until(|| q.stats().waiting_joiners == 1);
            q.shutdown();
            go.wait();
            assert_eq!(put.join().unwrap(), Err(PutError(2)));
            assert_eq!(calls::get(&q).unwrap().detach(), 1);
            // Neither the shutdown nor the get lets the joiner go.
            assert_eq!(q.stats().waiting_joiners, 1);
            assert_eq!(q.task_done(), Ok(()));
            join.join().unwrap();
        });
        assert_refuses_gets(&q);
        assert_eq!(q.task_done(), Err(TaskDoneError));
        assert_eq!(assert_settled(&q, 0, 0).put, 1);
    });
}

thread_local! {
    /// How many more comparisons succeed on this thread; `None`: all of them.
    static SUCCEEDS: Cell<Option<usize>> = const { Cell::new(None) };
}

/// An item whose comparison panics on demand.
#[derive(Debug)]
struct Touchy {
    key: i32,
    /// Counts the items that there are.
    _alive: Arc<()>,
}

impl Ord for Touchy {
    fn cmp(&self, other: &Self) -> Ordering {
        if let Some(more) = SUCCEEDS.get() {
            let Some(more) = more.checked_sub(1) else {
                panic!("comparison failed")
            };
            SUCCEEDS.set(Some(more));
        }
        self.key.cmp(&other.key)
    }
}

impl PartialOrd for Touchy {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Touchy {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Touchy {}

/// Runs `f` with every comparison on this thread failing but the first few.
fn with_failure_after<R>(successes: usize, f: impl FnOnce() -> R) -> R {
    struct Reset;
    impl Drop for Reset {
        fn drop(&mut self) {
            SUCCEEDS.set(None);
        }
    }
    let _reset = Reset;
    SUCCEEDS.set(Some(successes));
    f()
}

/// Runs `f`, which must fail in its first comparison.
#[track_caller]
fn fails<R: std::fmt::Debug>(f: impl FnOnce() -> R) {
    let message = with_failure_after(0, || panics(f));
    assert_eq!(message, "comparison failed");
}

/// Makes touchy items and knows how many there are.
#[derive(Default)]
struct Source(Arc<()>);

impl Source {
    fn item(&self, key: i32) -> Touchy {
        Touchy {
            key,
            _alive: Arc::clone(&self.0),
        }
    }

    fn alive(&self) -> usize {
        Arc::strong_count(&self.0) - 1
    }
}

fn keys<S: Storage<Item = Touchy>>(q: &JoinableQueue<S>) -> Vec<i32> {
    drain(q).into_iter().map(|item| item.key).collect()
}

/// `FailingQueueTest.test_failing_queue` (R78, R79, R76, R1, R21; R81, R82).
fn o37_failing_queue<F: Flavour>() {
    within_limit(|| {
        let q: QueueOf<F, Touchy, 5> = F::bounded();
        let source = Source::default();
        for _ in 0..2 {
            failing_puts(&q, &source);
            // The first of those sorted comes out without a comparison.
            if F::GROWS {
                failing_gets(&q, &source);
            }
            assert_eq!(source.alive(), 0);
        }
        let stats = assert_settled(&q, 0, 0);
        assert_eq!((stats.failed, stats.abandoned), (0, 0));
    });
}

fn failing_puts<S: Storage<Item = Touchy>>(q: &JoinableQueue<S>, source: &Source) {
    for key in [10, 20, 30, 40] {
        calls::put(q, source.item(key)).unwrap();
    }
    let before = q.stats();
    let p = Probe::new();
    fails(|| q.try_put(source.item(5)));
    fails(|| calls::put_for(q, source.item(5), SHORT));
    fails(|| calls::put(q, source.item(5)));
    // Neither in nor counted, and gone with the panic...
    assert_eq!((q.stats(), source.alive()), (before, 4));
    // ... unless a future still has it.
    let mut put = Box::pin(q.put(source.item(5)));
    fails(|| poll_as(put.as_mut(), &p.waker()));
    assert_eq!(q.stats(), before);
    assert_eq!(put.as_mut().into_item().unwrap().key, 5);
    drop(put);
    assert_eq!((q.stats(), source.alive()), (before, 4));
    assert_eq!((p.wakes(), p.alive()), (0, 0));

    calls::put(q, source.item(50)).unwrap();
    assert!(q.is_full());

    // A put that had to wait first, on another thread.
    for (limit, freed) in [(None, 10), (Some(calls::LONG), 11)] {
        thread::scope(|s| {
            let put = s.spawn(|| {
                fails(|| match limit {
                    None => calls::put(q, source.item(5)).map_err(|_| ()),
                    Some(limit) => calls::put_for(q, source.item(5), limit).map_err(|_| ()),
                });
            });
            wait_until(|| q.stats().waiting_putters == 1);
            assert_eq!(calls::get(q).unwrap().done().key, freed);
            put.join().unwrap();
        });
        // The get has succeeded, the put has not.
        assert_eq!(source.alive(), 4);
        assert_settled(q, 4, 4);
        calls::put(q, source.item(11)).unwrap();
        assert!(q.is_full());
    }

    assert_eq!(calls::get(q).unwrap().done().key, 11);
    assert!(!q.is_full());
    calls::put(q, source.item(10)).unwrap();
    assert!(q.is_full());

    // And one that does not fail.
    thread::scope(|s| {
        s.spawn(|| calls::put(q, source.item(60)).unwrap());
        wait_until(|| q.stats().waiting_putters == 1);
        assert_eq!(calls::get(q).unwrap().done().key, 10);
    });
    assert_settled(q, 5, 5);
    assert_eq!(keys(q), [20, 30, 40, 50, 60]);
    assert_settled(q, 0, 0);
}

fn failing_gets<S: Storage<Item = Touchy>>(q: &JoinableQueue<S>, source: &Source) {
    // The fewest items among which a get has to choose.
    for key in [3, 1, 2] {
        calls::put(q, source.item(key)).unwrap();
    }
    let before = q.stats();
    fails(|| q.try_get().map(drop));
    fails(|| calls::get_for(q, SHORT).map(drop));
    fails(|| calls::get(q).map(drop));
    assert_eq!((q.stats(), source.alive()), (before, 3));
    assert_eq!(keys(q), [1, 2, 3]);
    assert!(q.is_empty());

    // A get that had to wait first: woken, and not run before there is something to compare.
    let p = Probe::new();
    let mut get = Box::pin(q.get());
    pending(get.as_mut(), &p.waker());
    for key in [3, 1, 2] {
        calls::put(q, source.item(key)).unwrap();
    }
    assert_eq!(p.wakes(), 1);
    let before = q.stats();
    fails(|| poll_as(get.as_mut(), &p.waker()).map(|result| result.map(drop)));
    assert_eq!((q.stats(), source.alive()), (before, 3));
    // The same future gets it once the comparison works again.
    assert_eq!(ready(get.as_mut()).unwrap().done().key, 1);
    drop(get);
    assert_eq!((p.wakes(), p.alive()), (1, 0));
    assert_eq!(keys(q), [2, 3]);
    assert_settled(q, 0, 0);
}

/// The same at every comparison that a put, a get or a requeue makes (R81, R82): it is never done by
/// half.
fn o37_failing_at_every_comparison<F: Flavour>() {
    let source = Source::default();
    let mut failures = [0; 3];
    for (operation, failures) in failures.iter_mut().enumerate() {
        loop {
            let q: QueueOf<F, Touchy, 16> = F::bounded();
            for key in [40, 80, 20, 70, 30, 60, 10, 50, 90] {
                q.try_put(source.item(key)).unwrap();
            }
            let mut task = Some(q.try_get().unwrap());
            assert_eq!(task.as_ref().unwrap().key, 10);
            let before = q.stats();
            let outcome = with_failure_after(*failures, || {
                std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| match operation {
                    0 => q.try_put(source.item(5)).unwrap(),
                    1 => assert_eq!(q.try_get().unwrap().done().key, 20),
                    _ => task.take().unwrap().requeue().unwrap(),
                }))
            });
            let after = q.stats();
            let rest = [20, 30, 40, 50, 60, 70, 80, 90];
            if outcome.is_ok() {
                match operation {
                    0 => assert_eq!((after.len, after.put), (9, before.put + 1)),
                    1 => assert_eq!((after.len, after.done), (7, before.done + 1)),
                    _ => assert_eq!((after.len, after.unfinished), (9, before.unfinished)),
                }
                break;
            }
            *failures += 1;
            if operation == 2 {
                // The task went with the panic, which makes it an abandoned one.
                assert_eq!((after.len, after.unfinished, after.abandoned), (8, 8, 1));
            } else {
                assert_eq!(after, before);
            }
            drop(task);
            assert_eq!(source.alive(), 8);
            assert_eq!(keys(&q), rest);
            assert_settled(&q, 0, 0);
        }
    }
    // Each of them did compare, but for a get of what is sorted.
    let compared = failures.map(|n| n >= 1);
    assert_eq!(compared, [true, F::GROWS, true], "{failures:?}");
    assert_eq!(source.alive(), 0);
}

/// A woken waiter that fails has not used its wake, so the next in line is woken (R80).
fn o37_failing_waiter_passes_its_wake_on<F: Flavour>() {
    let q: QueueOf<F, Touchy, 3> = F::bounded();
    let source = Source::default();
    let probes = [(); 4].map(|()| Probe::new());
    let wakes = || [0, 1, 2, 3].map(|i| probes[i].wakes());

    let mut gets = [(); 4].map(|()| Some(Box::pin(q.get())));
    for (get, probe) in gets.iter_mut().flatten().zip(&probes) {
        pending(get.as_mut(), &probe.waker());
    }
    for key in [3, 1, 2] {
        q.try_put(source.item(key)).unwrap();
    }
    assert_eq!(wakes(), [1, 1, 1, 0]);
    if F::GROWS {
        fails(|| poll(gets[0].as_mut().unwrap().as_mut()).map(|result| result.map(drop)));
    }
    assert_settled_but_for_getters(&q, 3, 1);
    gets[0] = None;
    assert_eq!(wakes(), [1, 1, 1, 1]);
    assert_settled(&q, 3, 3);
    let served = gets
        .into_iter()
        .flatten()
        .map(|mut get| ready(get.as_mut()).unwrap().done().key);
    assert_eq!(served.collect::<Vec<_>>(), [1, 2, 3]);
    assert_settled(&q, 0, 0);

    for key in [3, 1, 2] {
        q.try_put(source.item(key)).unwrap();
    }
    let mut first = Box::pin(q.put(source.item(0)));
    let mut second = Box::pin(q.put(source.item(5)));
    pending(first.as_mut(), &probes[0].waker());
    pending(second.as_mut(), &probes[1].waker());
    assert_eq!(q.try_get().unwrap().done().key, 1);
    assert_eq!(wakes(), [2, 1, 1, 1]);
    fails(|| poll(first.as_mut()));
    assert_eq!((q.len(), q.stats().waiting_putters), (2, 1));
    assert_eq!(first.as_mut().into_item().unwrap().key, 0);
    assert_eq!(wakes(), [2, 2, 1, 1]);
    assert_settled(&q, 2, 2);
    assert_eq!(ready(second.as_mut()).map_err(drop), Ok(()));
    assert_eq!(keys(&q), [2, 3, 5]);
    assert_settled(&q, 0, 0);
    drop(first);
    assert_eq!(source.alive(), 0);
    assert!(probes.iter().all(|probe| probe.alive() == 0));
}

#[track_caller]
fn assert_settled_but_for_getters<S: Storage>(q: &JoinableQueue<S>, len: usize, getters: usize) {
    let stats = q.stats();
    assert_consistent(&stats);
    assert_eq!((stats.len, stats.unfinished), (len, len));
    assert_eq!((stats.waiting_getters, stats.waiting_putters), (getters, 0));
}

/// Discarding compares nothing, so that it cannot fail, and lets everybody go (R83).
fn o37_discarding_does_not_compare<F: Flavour>() {
    let q: QueueOf<F, Touchy, 3> = F::bounded();
    let source = Source::default();
    for key in [3, 1, 2] {
        q.try_put(source.item(key)).unwrap();
    }
    let (putting, joining) = (Probe::new(), Probe::new());
    let mut put = Box::pin(q.put(source.item(4)));
    let mut join = Box::pin(q.join());
    pending(put.as_mut(), &putting.waker());
    pending(join.as_mut(), &joining.waker());

    let left = with_failure_after(0, || q.shutdown_now());
    assert_eq!((left.len(), source.alive()), (3, 4));
    assert_eq!((putting.wakes(), joining.wakes()), (1, 1));
    assert_eq!(ready(put.as_mut()).unwrap_err().into_inner().key, 4);
    assert_eq!(ready(join.as_mut()).done, 3);
    assert_settled(&q, 0, 0);
    with_failure_after(0, || drop(left));
    assert_eq!(source.alive(), 0);
}

/// `BaseSimpleQueueTest.test_basic` (R5, R17, R18, R11, R72, R87).
fn o38_simple_basic<F: Flavour>() {
    within_limit(|| simple_basic(&F::bounded::<i32, 128>(), F::ORDER));
}

#[cfg(feature = "alloc")]
fn o38_simple_basic_unbounded<F: Unbounded>() {
    within_limit(|| simple_basic(&F::unbounded::<i32>(), F::ORDER));
}

fn simple_basic<S: Storage<Item = i32>>(q: &JoinableQueue<S>, order: Order) {
    let assert_len = |len| {
        assert_eq!((q.len(), q.is_empty(), q.is_full()), (len, len == 0, false));
    };
    assert_len(0);
    calls::put(q, 1).unwrap();
    assert_len(1);
    calls::put(q, 2).unwrap();
    assert_len(2);
    q.try_put(3).unwrap();
    assert_len(3);
    calls::put(q, 4).unwrap();
    assert_len(4);

    let expected = order.of(vec![1, 2, 3, 4]);
    assert_eq!(calls::get(q).unwrap().done(), expected[0]);
    assert_len(3);
    assert_eq!(q.try_get().unwrap().done(), expected[1]);
    assert_len(2);
    assert_eq!(q.try_get().unwrap().done(), expected[2]);
    assert_len(1);
    assert_eq!(calls::get_for(q, SHORT).unwrap().done(), expected[3]);
    assert_len(0);

    let limit = Duration::from_millis(1);
    assert_eq!(q.try_get().unwrap_err(), TryGetError::Empty);
    let start = Instant::now();
    assert!(calls::drive(pin!(q.get()), limit).is_none());
    assert_eq!(
        calls::get_for(q, limit).unwrap_err(),
        GetTimeoutError::TimedOut
    );
    assert!(start.elapsed() >= 2 * limit);
    assert_len(0);
    assert_settled(q, 0, 0);
    calls::put(q, 5).unwrap();
    assert_eq!(calls::get(q).unwrap().done(), 5);
    assert_settled(q, 0, 0);
}

/// `BaseSimpleQueueTest.test_order` (R16, R11).
fn one_to_one<S: Storage<Item = Option<u32>>>(q: &JoinableQueue<S>) {
    thread::scope(|s| {
        s.spawn(|| {
            let mut random = SmallRng::seed_from_u64(39);
            for n in 0..100 {
                for _ in 0..random.random_range(0..20) {
                    thread::yield_now();
                }
                calls::put(q, Some(n)).unwrap();
            }
            calls::put(q, None).unwrap();
        });
        let mut random = SmallRng::seed_from_u64(93);
        for expected in (0..100).map(Some).chain([None]) {
            for _ in 0..random.random_range(0..20) {
                thread::yield_now();
            }
            assert_eq!(calls::get(q).unwrap().done(), expected);
        }
    });
    assert_settled(q, 0, 0);
}

/// See [`one_to_one`].
#[cfg(feature = "alloc")]
#[test]
fn o39_order_fifo() {
    within_limit(|| {
        one_to_one(&Fifo::unbounded());
        one_to_one(&Fifo::bounded::<_, 1>());
        one_to_one(&Fifo::bounded::<_, 8>());
    });
}

/// See [`one_to_one`].
#[cfg(feature = "heapless")]
#[test]
fn o39_order_fixed_fifo() {
    within_limit(|| {
        one_to_one(&FixedFifo::bounded::<_, 1>());
        one_to_one(&FixedFifo::bounded::<_, 8>());
        one_to_one(&FixedFifo::bounded::<_, 128>());
    });
}

/// `BaseSimpleQueueTest.test_many_threads_nonblock` (R16, R18).
fn o40_many_threads_nonblock<F: Flavour>() {
    within_limit(|| many_threads(&F::bounded::<u32, 8>(), F::ORDER));
}

#[cfg(feature = "alloc")]
fn o40_many_threads_nonblock_unbounded<F: Unbounded>() {
    within_limit(|| many_threads(&F::unbounded::<u32>(), F::ORDER));
}

fn many_threads<S: Storage<Item = u32>>(q: &JoinableQueue<S>, order: Order) {
    const THREADS: usize = 16;
    const INPUTS: u32 = many(5000) as u32;
    /// Goes behind every input. Not so on a stack, where a shutdown takes its place.
    const STOP: u32 = u32::MAX;

    let inputs = &Mutex::new(0..INPUTS);
    let next_input = || inputs.lock().unwrap().next();
    let mut received = thread::scope(|s| {
        let producers = [(); THREADS].map(|()| {
            s.spawn(|| {
                while let Some(input) = next_input() {
                    calls::put(q, input).unwrap();
                }
                if order != Order::Lifo {
                    calls::put(q, STOP).unwrap();
                }
            })
        });
        let consumers = [(); THREADS].map(|()| {
            s.spawn(|| {
                let mut received = Vec::new();
                loop {
                    match q.try_get() {
                        Ok(task) if *task == STOP => {
                            task.done();
                            return received;
                        }
                        Ok(task) => received.push(task.done()),
                        Err(TryGetError::Empty) => thread::yield_now(),
                        Err(TryGetError::ShutDown) => return received,
                    }
                }
            })
        });
        for producer in producers {
            producer.join().unwrap();
        }
        if order == Order::Lifo {
            q.shutdown();
        }
        let join = |consumer: thread::ScopedJoinHandle<'_, _>| consumer.join().unwrap();
        consumers.into_iter().flat_map(join).collect::<Vec<u32>>()
    });
    received.sort_unstable();
    assert!(received.into_iter().eq(0..INPUTS));
    assert_eq!(assert_settled(q, 0, 0).abandoned, 0);
}

/// An item that does something when it is dropped.
struct Farewell {
    number: u32,
    last_will: Option<Box<dyn FnOnce() + Send>>,
}

impl Farewell {
    fn plain(number: u32) -> Self {
        Self {
            number,
            last_will: None,
        }
    }

    fn with(number: u32, last_will: impl FnOnce() + Send + 'static) -> Self {
        Self {
            number,
            last_will: Some(Box::new(last_will)),
        }
    }
}

impl Drop for Farewell {
    fn drop(&mut self) {
        if let Some(last_will) = self.last_will.take() {
            last_will();
        }
    }
}

impl Ord for Farewell {
    fn cmp(&self, other: &Self) -> Ordering {
        self.number.cmp(&other.number)
    }
}

impl PartialOrd for Farewell {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Farewell {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Farewell {}

/// What came of the puts that dropped items made.
type Outcomes = Arc<Mutex<Vec<Result<(), TryPutError<u32>>>>>;

/// An item that puts another one, with ten times its number, when it is dropped.
fn reborn<S>(number: u32, queue: &Arc<JoinableQueue<S>>, outcomes: &Outcomes) -> Farewell
where
    S: Storage<Item = Farewell> + 'static,
{
    let (queue, outcomes) = (Arc::downgrade(queue), Arc::clone(outcomes));
    Farewell::with(number, move || {
        let Some(queue) = queue.upgrade() else { return };
        let outcome = queue
            .try_put(Farewell::plain(10 * number))
            .map_err(|error| match error {
                TryPutError::Full(item) => TryPutError::Full(item.number),
                TryPutError::ShutDown(item) => TryPutError::ShutDown(item.number),
            });
        outcomes.lock().unwrap().push(outcome);
    })
}

fn numbers<S: Storage<Item = Farewell>>(q: &JoinableQueue<S>) -> Vec<u32> {
    drain(q).into_iter().map(|item| item.number).collect()
}

/// `CSimpleQueueTest.test_reentrancy` (R86): each result that goes out of scope puts the next one.
fn o41_reentrancy<F: Flavour>() {
    within_limit(|| {
        const ROUNDS: u32 = many(10_000) as u32;
        fn link<S>(number: u32, queue: Weak<JoinableQueue<S>>) -> Farewell
        where
            S: Storage<Item = Farewell> + 'static,
        {
            Farewell::with(number, move || {
                if let (true, Some(strong)) = (number < ROUNDS, queue.upgrade()) {
                    assert_eq!(strong.try_put(link(number + 1, queue)), Ok(()));
                }
            })
        }
        let q: Arc<QueueOf<F, Farewell, 1>> = Arc::new(F::bounded());
        q.try_put(link(0, Arc::downgrade(&q))).unwrap();
        for number in 0..=ROUNDS {
            let task = calls::get(&q).unwrap();
            assert_eq!(task.number, number);
            // One after the other: finished first and dropped then, and the other way round.
            if number % 2 == 0 {
                task.done();
            } else {
                drop(task);
            }
        }
        let stats = assert_settled(&q, 0, 0);
        assert_eq!(stats.done, ROUNDS as usize + 1);
        assert_eq!(stats.abandoned, ROUNDS as usize / 2);
    });
}

/// The same for items that were refused, given up or discarded (R86, R84, R85).
fn o41_reentrancy_of_refused_and_discarded<F: Flavour>() {
    within_limit(|| {
        let q: Arc<QueueOf<F, Farewell, 2>> = Arc::new(F::bounded());
        let outcomes = Outcomes::default();
        let came_of_it = || take_outcomes(&outcomes);
        let p = Probe::new();

        // Refused with the queue full: so is what it puts.
        q.try_put(Farewell::plain(1)).unwrap();
        q.try_put(Farewell::plain(2)).unwrap();
        drop(q.try_put(reborn(3, &q, &outcomes)).unwrap_err());
        assert_eq!(came_of_it(), [Err(TryPutError::Full(30))]);
        assert_settled(&q, 2, 2);

        // Given up while it waits.
        let mut put = Box::pin(q.put(reborn(4, &q, &outcomes)));
        pending(put.as_mut(), &p.waker());
        drop(put);
        assert_eq!(came_of_it(), [Err(TryPutError::Full(40))]);
        assert_eq!((p.wakes(), p.alive()), (0, 0));
        assert_settled(&q, 2, 2);

        // Given up after it was woken: what it puts goes where it would have gone.
        let mut put = Box::pin(q.put(reborn(5, &q, &outcomes)));
        pending(put.as_mut(), &p.waker());
        drop(q.try_get().unwrap().done());
        assert_eq!(p.wakes(), 1);
        drop(put);
        assert_eq!(came_of_it(), [Ok(())]);
        assert_eq!((p.wakes(), p.alive()), (1, 0));
        assert_settled(&q, 2, 2);
        let mut left = numbers(&q);
        left.sort_unstable();
        assert_eq!(left, [if F::ORDER == Order::Lifo { 1 } else { 2 }, 50]);

        // Discarded: what it puts is refused, whoever drops it.
        q.try_put(reborn(6, &q, &outcomes)).unwrap();
        q.try_put(reborn(7, &q, &outcomes)).unwrap();
        let mut join = Box::pin(q.join());
        pending(join.as_mut(), &p.waker());
        drop(q.shutdown_now());
        let mut refused: Vec<u32> = came_of_it()
            .into_iter()
            .map(|outcome| match outcome {
                Err(TryPutError::ShutDown(number)) => number,
                other => panic!("{other:?}"),
            })
            .collect();
        refused.sort_unstable();
        assert_eq!(refused, [60, 70]);
        assert_eq!(p.wakes(), 2);
        assert_eq!(ready(join.as_mut()).unfinished, 0);

        // Refused because of the shutdown.
        drop(ready(pin!(q.put(reborn(8, &q, &outcomes)))).unwrap_err());
        assert_eq!(came_of_it(), [Err(TryPutError::ShutDown(80))]);
        assert_settled(&q, 0, 0);
        drop(join);
        assert_eq!(p.alive(), 0);
    });
}

fn take_outcomes(outcomes: &Outcomes) -> Vec<Result<(), TryPutError<u32>>> {
    std::mem::take(&mut outcomes.lock().unwrap())
}

/// Items that are left in a queue are dropped with it, each once, with no queue to put into (R85).
fn o41_reentrancy_of_items_left_in_a_queue<F: Flavour>() {
    within_limit(|| {
        let q: Arc<QueueOf<F, Farewell, 4>> = Arc::new(F::bounded());
        let dropped = Arc::new(AtomicUsize::new(0));
        let found_queue = Arc::new(AtomicBool::new(false));
        for number in 0..3 {
            let (queue, dropped) = (Arc::downgrade(&q), Arc::clone(&dropped));
            let found_queue = Arc::clone(&found_queue);
            q.try_put(Farewell::with(number, move || {
                dropped.fetch_add(1, SeqCst);
                found_queue.fetch_or(queue.upgrade().is_some(), SeqCst);
            }))
            .unwrap();
        }
        drop(q);
        assert_eq!(dropped.load(SeqCst), 3);
        assert!(!found_queue.load(SeqCst));
    });
}

/// A waker may use the queue as well (R86): it takes the item that it was called for.
fn o41_reentrancy_of_wakers<F: Flavour>() {
    within_limit(|| {
        let q: Arc<QueueOf<F, i32, 1>> = Arc::new(F::bounded());
        let taken = Arc::new(Mutex::new(Vec::new()));
        let p = Probe::new();
        let mut get = Box::pin(q.get());
        pending(get.as_mut(), &p.waker());
        p.on_event({
            let (q, taken) = (Arc::downgrade(&q), Arc::clone(&taken));
            move |event| {
                let Some(q) = q.upgrade() else { return };
                assert_consistent(&q.stats());
                if event == Event::Wake {
                    taken.lock().unwrap().extend(drain(&q));
                }
            }
        });
        q.try_put(1).unwrap();
        assert_eq!((p.wakes(), &*taken.lock().unwrap()), (1, &vec![1]));
        // It lost, and waits for the next one.
        pending(get.as_mut(), &p.waker());
        assert_eq!(q.stats().waiting_getters, 1);
        p.off();
        q.try_put(2).unwrap();
        assert_eq!(p.wakes(), 2);
        assert_eq!(ready(get.as_mut()).unwrap().done(), 2);
        drop(get);
        assert_eq!(p.alive(), 0);
        assert_settled(&q, 0, 0);
    });
}

for_every_flavour!(
    o25_queue_task_done,
    o26_basic,
    o27_shutdown_empty,
    o28_shutdown_nonempty,
    o29_shutdown_immediate,
    o30_shutdown_all_methods_in_one_thread,
    o31_shutdown_all_methods_in_many_threads,
    o32_shutdown_immediate_get,
    o33_shutdown_put,
    o34_shutdown_immediate_join,
    o35_shutdown_immediate_put_join,
    o36_shutdown_put_join,
    o38_simple_basic,
    o40_many_threads_nonblock,
    o41_reentrancy,
    o41_reentrancy_of_refused_and_discarded,
    o41_reentrancy_of_items_left_in_a_queue,
    o41_reentrancy_of_wakers,
);

for_every_unbounded_flavour!(
    o31_shutdown_all_methods_in_many_threads_unbounded,
    o38_simple_basic_unbounded,
    o40_many_threads_nonblock_unbounded,
);

/// The tests of items that fail to compare, for the orders that compare.
macro_rules! for_both_priorities {
    ($($test:ident),+ $(,)?) => {
        #[cfg(feature = "alloc")]
        mod failing_priority { $(#[test] fn $test() { super::$test::<crate::kit::Priority>(); })+ }
        #[cfg(feature = "heapless")]
        mod failing_fixed_priority {
            $(#[test] fn $test() { super::$test::<crate::kit::FixedPriority>(); })+
        }
    };
}

for_both_priorities!(
    o37_failing_queue,
    o37_failing_at_every_comparison,
    o37_failing_waiter_passes_its_wake_on,
    o37_discarding_does_not_compare,
);
