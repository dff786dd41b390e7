//! The calls for threads: the same results as the futures give, deadlines that never cost an item,
//! and threads and async tasks on one queue.

use std::cell::RefCell;
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Barrier, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use futures::executor::block_on;

use joinable_queue::{
    GetError, GetTimeoutError, JoinTimeoutError, PutError, PutTimeoutError, TryGetError,
    TryPutError,
};

use crate::kit::*;

/// Longer than any test may take.
const LONG: Duration = Duration::from_secs(3600);
/// Passes soon; nothing depends on how soon.
const SHORT: Duration = Duration::from_millis(10);

/// Lets other threads run until `condition` holds.
fn until(condition: impl Fn() -> bool) {
    while !condition() {
        thread::yield_now();
    }
}

/// The ways to wait without giving up, for tests that have the other side come in time.
const PATIENT: [Option<Duration>; 3] = [None, Some(LONG), Some(Duration::MAX)];

/// With nothing to wait for, the calls return at once, with what the futures would give.
fn calls_that_need_not_wait_return_at_once<F: Flavour>() {
    within_limit(|| {
        let queue: QueueOf<F, i32, 2> = F::bounded();
        assert_eq!(queue.join_blocking().put, 0);
        assert_eq!(queue.put_blocking(2), Ok(()));
        assert_eq!(queue.put_timeout(1, LONG), Ok(()));
        let expected = F::ORDER.of(vec![2, 1]);
        assert_eq!(queue.get_blocking().unwrap().done(), expected[0]);
        assert_eq!(queue.get_timeout(LONG).unwrap().done(), expected[1]);
        assert_eq!(queue.put_deadline(3, Instant::now() + LONG), Ok(()));
        let task = queue.get_deadline(Instant::now() + LONG).unwrap();
        assert_eq!(task.done(), 3);
        assert_eq!(queue.join_timeout(LONG).unwrap().done, 3);
        assert_eq!(queue.join_deadline(Instant::now() + LONG).unwrap().done, 3);
        assert_settled(&queue, 0, 0);
    });
}

/// A blocked get is freed by a put from another thread; one with a time limit, and one with the
/// longest that there is, which is no deadline at all, as well.
fn a_blocked_get_is_freed_by_a_put<F: Flavour>() {
    within_limit(|| {
        let queue: QueueOf<F, i32, 2> = F::bounded();
        for (item, patience) in (0..).zip(PATIENT) {
            thread::scope(|s| {
                let getter = s.spawn(|| match patience {
                    None => queue.get_blocking().unwrap().done(),
                    Some(timeout) => queue.get_timeout(timeout).unwrap().done(),
                });
                until(|| queue.stats().waiting_getters == 1);
                queue.try_put(item).unwrap();
                assert_eq!(getter.join().unwrap(), item);
            });
            assert_settled(&queue, 0, 0);
        }
    });
}

/// Once it has seen for a moment that nobody comes, a blocked thread sleeps: that is looked at from outside, where the
/// system tells.
fn a_blocked_thread_sleeps<F: Flavour>() {
    if !cfg!(target_os = "linux") || cfg!(miri) {
        return;
    }
    within_limit(|| {
        let queue: QueueOf<F, i32, 2> = F::bounded();
        for patience in PATIENT {
            thread::scope(|s| {
                let (sender, receiver) = mpsc::channel();
                let queue = &queue;
                let getter = s.spawn(move || {
                    sender.send(fs::read_link("/proc/thread-self")).unwrap();
                    match patience {
                        None => queue.get_blocking().unwrap().done(),
                        Some(timeout) => queue.get_timeout(timeout).unwrap().done(),
                    }
                });
                let getters = Path::new("/proc").join(receiver.recv().unwrap().unwrap());
                until(|| queue.stats().waiting_getters == 1);
                until(|| {
                    let stat = fs::read_to_string(getters.join("stat")).unwrap();
                    stat.contains(") S ")
                });
                queue.try_put(1).unwrap();
                assert_eq!(getter.join().unwrap(), 1);
            });
        }
        assert_settled(&queue, 0, 0);
    });
}

/// A blocked put is freed by a get from another thread.
fn a_blocked_put_is_freed_by_a_get<F: Flavour>() {
    within_limit(|| {
        let queue: QueueOf<F, i32, 1> = F::bounded();
        for patience in PATIENT {
            queue.try_put(1).unwrap();
            thread::scope(|s| {
                let putter = s.spawn(|| match patience {
                    None => queue.put_blocking(2).is_ok(),
                    Some(timeout) => queue.put_timeout(2, timeout).is_ok(),
                });
                until(|| queue.stats().waiting_putters == 1);
                assert_eq!(queue.len(), 1, "what a blocked put holds is not in");
                assert_eq!(queue.try_get().unwrap().done(), 1);
                assert!(putter.join().unwrap());
            });
            assert_eq!(drain(&queue), [2]);
            assert_settled(&queue, 0, 0);
        }
    });
}

/// Blocked joins are freed, all of them, by whatever finishes the last task.
fn blocked_joins_are_freed_by_the_last_completion<F: Flavour>() {
    within_limit(|| {
        let queue: QueueOf<F, i32, 1> = F::bounded();
        queue.try_put(1).unwrap();
        thread::scope(|s| {
            let joiners: Vec<_> = PATIENT
                .into_iter()
                .map(|patience| {
                    let queue = &queue;
                    s.spawn(move || match patience {
                        None => queue.join_blocking(),
                        Some(timeout) => queue.join_timeout(timeout).unwrap(),
                    })
                })
                .collect();
            until(|| queue.stats().waiting_joiners == 3);
            let task = queue.get_blocking().unwrap();
            assert_eq!(queue.stats().waiting_joiners, 3);
            task.fail();
            for joiner in joiners {
                let stats = joiner.join().unwrap();
                assert_eq!((stats.done, stats.failed), (1, 1));
            }
        });
        assert_settled(&queue, 0, 0);
    });
}

/// What can be had is had, even if the time is up before the call begins.
fn success_beats_the_deadline<F: Flavour>() {
    within_limit(|| {
        let queue: QueueOf<F, i32, 1> = F::bounded();
        let past = Instant::now();
        assert_eq!(queue.put_deadline(1, past), Ok(()));
        assert!(queue.join_deadline(past).is_err());
        assert_eq!(queue.get_deadline(past).unwrap().done(), 1);
        assert_eq!(queue.join_deadline(past).unwrap().done, 1);
        assert_settled(&queue, 0, 0);
    });
}

/// A shutdown is reported, not the time that is up as well: by a put always, by a get once the
/// queue is empty. A join is told neither.
fn shutdown_beats_the_deadline<F: Flavour>() {
    within_limit(|| {
        let queue: QueueOf<F, i32, 1> = F::bounded();
        queue.try_put(1).unwrap();
        queue.shutdown();
        let past = Instant::now();
        assert_eq!(
            queue.put_deadline(2, past),
            Err(PutTimeoutError::ShutDown(2))
        );
        assert_eq!(
            queue.put_timeout(3, Duration::ZERO),
            Err(PutTimeoutError::ShutDown(3))
        );
        assert_eq!(
            queue.put_timeout(4, LONG),
            Err(PutTimeoutError::ShutDown(4))
        );
        assert_eq!(queue.put_blocking(5), Err(PutError(5)));
        let task = queue.get_deadline(past).unwrap();
        for end in [
            queue.get_deadline(past),
            queue.get_timeout(Duration::ZERO),
            queue.get_timeout(LONG),
        ] {
            assert_eq!(end.unwrap_err(), GetTimeoutError::ShutDown);
        }
        assert_eq!(queue.get_blocking().unwrap_err(), GetError);
        assert_eq!(queue.join_deadline(past), Err(JoinTimeoutError));
        task.done();
        assert_eq!(queue.join_blocking().done, 1);
        assert_settled(&queue, 0, 0);
    });
}

/// A shutdown frees whoever is blocked, with or without a deadline, and says so; a put gets its item
/// back.
fn a_shutdown_frees_blocked_threads<F: Flavour>() {
    within_limit(|| {
        let getting: QueueOf<F, i32, 1> = F::bounded();
        let putting: QueueOf<F, i32, 1> = F::bounded();
        putting.try_put(0).unwrap();
        thread::scope(|s| {
            let getters = [
                s.spawn(|| getting.get_blocking().is_err()),
                s.spawn(|| getting.get_timeout(LONG).is_err_and(|e| e.is_shutdown())),
            ];
            let putters = [
                s.spawn(|| putting.put_blocking(1).unwrap_err().into_inner()),
                s.spawn(|| {
                    let error = putting.put_timeout(1, LONG).unwrap_err();
                    assert!(error.is_shutdown() && !error.is_timeout());
                    error.into_inner()
                }),
            ];
            until(|| getting.stats().waiting_getters == 2);
            until(|| putting.stats().waiting_putters == 2);
            getting.shutdown();
            putting.shutdown();
            assert_eq!(getters.map(|getter| getter.join().unwrap()), [true; 2]);
            assert_eq!(putters.map(|putter| putter.join().unwrap()), [1; 2]);
        });
        assert_settled(&getting, 0, 0);
        assert_settled(&putting, 1, 1);
    });
}

/// A timeout of zero is one attempt: it succeeds if it can, and else fails at once.
fn a_timeout_of_zero_is_one_attempt<F: Flavour>() {
    within_limit(|| {
        let queue: QueueOf<F, i32, 1> = F::bounded();
        assert_eq!(
            queue.get_timeout(Duration::ZERO).unwrap_err(),
            GetTimeoutError::TimedOut
        );
        assert_eq!(queue.put_timeout(1, Duration::ZERO), Ok(()));
        assert_eq!(
            queue.put_timeout(2, Duration::ZERO),
            Err(PutTimeoutError::TimedOut(2))
        );
        assert_eq!(queue.join_timeout(Duration::ZERO), Err(JoinTimeoutError));
        assert_eq!(queue.get_timeout(Duration::ZERO).unwrap().done(), 1);
        assert!(queue.join_timeout(Duration::ZERO).is_ok());
        assert_settled(&queue, 0, 0);
    });
}

/// No call gives up before its time; a put has its item back then; and no trace of the call is left.
fn a_call_that_times_out_does_so_not_too_early_and_leaves_no_trace<F: Flavour>() {
    within_limit(|| {
        let queue: QueueOf<F, String, 1> = F::bounded();
        let begin = Instant::now();
        let error = queue.get_timeout(SHORT).unwrap_err();
        assert!(begin.elapsed() >= SHORT);
        assert!(error.is_timeout() && !error.is_shutdown());
        let deadline = Instant::now() + SHORT;
        assert!(queue.get_deadline(deadline).unwrap_err().is_timeout());
        assert!(Instant::now() >= deadline);
        assert_settled(&queue, 0, 0);

        queue.try_put("first".to_owned()).unwrap();
        let begin = Instant::now();
        let error = queue.put_timeout("second".to_owned(), SHORT).unwrap_err();
        assert!(begin.elapsed() >= SHORT);
        assert!(error.is_timeout() && !error.is_shutdown());
        assert_eq!(error.into_inner(), "second");
        let deadline = Instant::now() + SHORT;
        let error = queue
            .put_deadline("third".to_owned(), deadline)
            .unwrap_err();
        assert!(Instant::now() >= deadline);
        assert_eq!(error, PutTimeoutError::TimedOut("third".to_owned()));

        let begin = Instant::now();
        assert_eq!(queue.join_timeout(SHORT), Err(JoinTimeoutError));
        assert!(begin.elapsed() >= SHORT);
        let deadline = Instant::now() + SHORT;
        assert_eq!(queue.join_deadline(deadline), Err(JoinTimeoutError));
        assert!(Instant::now() >= deadline);

        assert_eq!(assert_settled(&queue, 1, 1).put, 1);
        assert_eq!(drain(&queue), ["first"]);
        assert_settled(&queue, 0, 0);
    });
}

/// After a get has timed out, the next item goes to the next in line; the same for a put and the
/// next room.
fn after_a_timeout_it_is_the_next_in_lines_turn<F: Flavour>() {
    within_limit(|| {
        let queue: QueueOf<F, i32, 1> = F::bounded();
        let probe = Probe::new();
        thread::scope(|s| {
            let impatient = s.spawn(|| queue.get_timeout(SHORT).unwrap_err());
            until(|| queue.stats().waiting_getters == 1 || impatient.is_finished());
            let mut next = Box::pin(queue.get());
            pending(next.as_mut(), &probe.waker());
            assert_eq!(impatient.join().unwrap(), GetTimeoutError::TimedOut);
            assert_eq!((queue.stats().waiting_getters, probe.wakes()), (1, 0));
            queue.try_put(1).unwrap();
            assert_eq!(probe.wakes(), 1);
            assert_eq!(ready(next.as_mut()).unwrap().done(), 1);
        });
        queue.try_put(2).unwrap();
        thread::scope(|s| {
            let impatient = s.spawn(|| queue.put_timeout(3, SHORT).unwrap_err());
            until(|| queue.stats().waiting_putters == 1 || impatient.is_finished());
            let mut next = Box::pin(queue.put(4));
            pending(next.as_mut(), &probe.waker());
            assert_eq!(impatient.join().unwrap(), PutTimeoutError::TimedOut(3));
            assert_eq!((queue.stats().waiting_putters, probe.wakes()), (1, 1));
            assert_eq!(queue.try_get().unwrap().done(), 2);
            assert_eq!(probe.wakes(), 2);
            ready(next.as_mut()).unwrap();
        });
        assert_eq!(drain(&queue), [4]);
        assert_settled(&queue, 0, 0);
    });
}

/// An item that comes while a get is timing out is not lost on it: either that get has it, or the
/// next in line is woken and finds it. The same for room and a put.
fn a_call_that_is_timing_out_uses_its_wake_up_or_passes_it_on<F: Flavour>() {
    within_limit(|| {
        let queue: QueueOf<F, i32, 1> = F::bounded();
        let start = Barrier::new(2);
        let timeouts = || (0..150).map(|round| Duration::from_micros(round % 30));
        for timeout in timeouts() {
            let probe = Probe::new();
            let mut next = Box::pin(queue.get());
            pending(next.as_mut(), &probe.waker());
            let got = thread::scope(|s| {
                let impatient = s.spawn(|| {
                    start.wait();
                    queue.get_timeout(timeout).map(|task| task.done())
                });
                start.wait();
                queue.try_put(1).unwrap();
                impatient.join().unwrap()
            });
            match got {
                Ok(item) => assert_eq!(item, 1),
                Err(error) => {
                    assert!(error.is_timeout());
                    assert_eq!(probe.wakes(), 1, "the item lies there and nobody knows");
                    assert_eq!(ready(next.as_mut()).unwrap().done(), 1);
                }
            }
            drop(next);
            assert_settled(&queue, 0, 0);
        }

        for timeout in timeouts() {
            queue.try_put(1).unwrap();
            let probe = Probe::new();
            let mut next = Box::pin(queue.put(3));
            pending(next.as_mut(), &probe.waker());
            let put = thread::scope(|s| {
                let impatient = s.spawn(|| {
                    start.wait();
                    queue.put_timeout(2, timeout)
                });
                start.wait();
                queue.try_get().unwrap().done();
                impatient.join().unwrap()
            });
            if let Err(error) = put {
                assert_eq!(error, PutTimeoutError::TimedOut(2));
                assert_eq!(probe.wakes(), 1, "there is room and nobody knows");
                ready(next.as_mut()).unwrap();
            }
            drop(next);
            assert_eq!(drain(&queue), [if put.is_ok() { 2 } else { 3 }]);
            assert_settled(&queue, 0, 0);
        }
    });
}

/// While threads are blocked in all of its calls, a queue can be used by others.
fn a_blocked_thread_holds_nothing_up<F: Flavour>() {
    within_limit(|| {
        let queue: QueueOf<F, i32, 1> = F::bounded();
        thread::scope(|s| {
            let getter = s.spawn(|| queue.get_blocking().unwrap().detach());
            until(|| queue.stats().waiting_getters == 1);
            assert_eq!(queue.try_get().unwrap_err(), TryGetError::Empty);
            assert_eq!((queue.len(), queue.is_full()), (0, false));
            queue.try_put(1).unwrap();
            assert_eq!(getter.join().unwrap(), 1);

            let joiner = s.spawn(|| queue.join_blocking());
            until(|| queue.stats().waiting_joiners == 1);
            queue.try_put(2).unwrap();
            let putter = s.spawn(|| queue.put_blocking(3));
            until(|| queue.stats().waiting_putters == 1);
            assert_eq!(queue.try_put(4), Err(TryPutError::Full(4)));
            assert_eq!(queue.unfinished(), 2);
            queue.get_blocking().unwrap().done();
            queue.get_blocking().unwrap().done();
            putter.join().unwrap().unwrap();
            assert_eq!(queue.stats().waiting_joiners, 1);
            queue.task_done().unwrap();
            assert_eq!(joiner.join().unwrap().done, 3);
        });
        assert_settled(&queue, 0, 0);
    });
}

/// Threads and async tasks on one queue, on both sides, and both kinds of join at its end.
fn threads_and_async_tasks_mix_on_one_queue<F: Flavour>() {
    within_limit(|| {
        const EACH: usize = 300;
        let queue: QueueOf<F, usize, 2> = F::bounded();
        let sum = AtomicUsize::new(0);
        thread::scope(|s| {
            let producers = [
                s.spawn(|| (0..EACH).all(|n| queue.put_blocking(n).is_ok())),
                s.spawn(|| (0..EACH).all(|n| queue.put_timeout(n, LONG).is_ok())),
                s.spawn(|| {
                    // Two tasks on one thread.
                    block_on(async {
                        let (a, b) = futures::join!(queue.put_all(0..EACH), queue.put_all(0..EACH));
                        (a, b) == (Ok(EACH), Ok(EACH))
                    })
                }),
            ];
            s.spawn(|| {
                while let Ok(task) = queue.get_blocking() {
                    sum.fetch_add(task.done(), Ordering::SeqCst);
                }
            });
            s.spawn(|| {
                let work = || async {
                    while let Ok(task) = queue.get().await {
                        sum.fetch_add(task.done(), Ordering::SeqCst);
                    }
                };
                block_on(async { futures::join!(work(), work()) })
            });
            assert!(producers.into_iter().all(|p| p.join().unwrap()));
            let (by_thread, by_task) = (
                s.spawn(|| queue.join_blocking().done),
                block_on(queue.join()).done,
            );
            assert_eq!((by_thread.join().unwrap(), by_task), (4 * EACH, 4 * EACH));
            queue.shutdown();
        });
        assert_eq!(sum.into_inner(), 4 * EACH * (EACH - 1) / 2);
        assert_settled(&queue, 0, 0);
    });
}

/// A thread that is unparked for no reason goes on waiting: it neither returns early nor gives up
/// early, and a leftover unpark from before the call does no harm.
fn a_spurious_unpark_neither_ends_a_wait_nor_shortens_it<F: Flavour>() {
    within_limit(|| {
        let queue: QueueOf<F, i32, 1> = F::bounded();
        thread::current().unpark();
        let begin = Instant::now();
        assert!(queue.get_timeout(SHORT).is_err());
        assert!(begin.elapsed() >= SHORT);

        let getter_done = AtomicBool::new(false);
        thread::scope(|s| {
            let getter = s.spawn(|| {
                thread::current().unpark();
                let item = queue.get_blocking().unwrap().done();
                getter_done.store(true, Ordering::SeqCst);
                item
            });
            until(|| queue.stats().waiting_getters == 1);
            for _ in 0..100 {
                getter.thread().unpark();
                thread::yield_now();
                assert!(!getter_done.load(Ordering::SeqCst));
                assert_eq!(queue.stats().waiting_getters, 1, "keeps its place");
            }
            queue.try_put(7).unwrap();
            assert_eq!(getter.join().unwrap(), 7);
        });

        // Unparked all the time, until its time is really up.
        thread::scope(|s| {
            let impatient = s.spawn(|| {
                let begin = Instant::now();
                assert!(queue.get_timeout(SHORT).unwrap_err().is_timeout());
                begin.elapsed()
            });
            while !impatient.is_finished() {
                impatient.thread().unpark();
                thread::yield_now();
            }
            assert!(impatient.join().unwrap() >= SHORT);
        });
        assert_settled(&queue, 0, 0);
    });
}

/// A waker may block on another queue, in the middle of a blocking call of its thread that has waited
/// itself and has woken it: both calls end, and so do those that the thread makes afterwards.
fn a_blocking_call_may_be_made_inside_of_another_one<F: Flavour>() {
    within_limit(|| {
        let outer: QueueOf<F, i32, 1> = F::bounded();
        let inner: Arc<QueueOf<F, i32, 1>> = Arc::new(F::bounded());
        let innermost: Arc<QueueOf<F, i32, 1>> = Arc::new(F::bounded());
        let (sender, receiver) = mpsc::channel();

        // A getter of `inner` whose waker blocks on `innermost`.
        let inner_probe = Probe::new();
        let mut inner_get = Box::pin(inner.get());
        pending(inner_get.as_mut(), &inner_probe.waker());
        inner_probe.on_event({
            let (innermost, sender) = (Arc::clone(&innermost), sender.clone());
            move |event| {
                if event == Event::Wake {
                    let item = innermost.get_timeout(LONG).unwrap().done();
                    sender.send((thread::current().id(), item)).unwrap();
                }
            }
        });
        // Two getters of `outer`: the first to be passed over, the waker of the second blocks on
        // `inner`, twice.
        let probe = Probe::new();
        let mut first = Box::pin(outer.get());
        assert!(poll(first.as_mut()).is_pending());
        let mut second = Box::pin(outer.get());
        pending(second.as_mut(), &probe.waker());
        probe.on_event({
            let inner = Arc::clone(&inner);
            move |event| {
                if event == Event::Wake {
                    inner.put_blocking(20).unwrap();
                    inner.put_timeout(21, LONG).unwrap();
                    sender.send((thread::current().id(), 99)).unwrap();
                }
            }
        });

        outer.try_put(1).unwrap();
        thread::scope(|s| {
            let thread = s.spawn(|| {
                outer.put_blocking(2).unwrap();
                outer.put_blocking(3).unwrap();
                assert!(outer.put_timeout(4, SHORT).unwrap_err().is_timeout());
            });
            until(|| outer.stats().waiting_putters == 1);
            assert_eq!(outer.try_get().unwrap().done(), 1);
            // Now it puts, wakes the second getter, whose waker puts into `inner`, which wakes the
            // getter there, whose waker waits here:
            until(|| innermost.stats().waiting_getters == 1);
            innermost.try_put(30).unwrap();
            let id = thread.thread().id();
            assert_eq!(receiver.recv().unwrap(), (id, 30));
            // Then the second put into `inner` waits for room.
            until(|| inner.stats().waiting_putters == 1);
            assert_eq!(inner.try_get().unwrap().done(), 20);
            assert_eq!(receiver.recv().unwrap(), (id, 99));
            // And the outermost call is back, and the next one waits for room.
            until(|| outer.stats().waiting_putters == 1);
            assert_eq!(outer.try_get().unwrap().done(), 2);
            thread.join().unwrap();
        });
        drop((first, second));
        probe.off();
        inner_probe.off();
        drop(inner_get);
        assert_eq!((drain(&outer), drain(&inner)), (vec![3], vec![21]));
        assert_settled(&outer, 0, 0);
        assert_settled(&inner, 0, 0);
        assert_settled(&innermost, 0, 0);
    });
}

/// A panic that comes out of a blocking call (here from a waker) does no harm to the calls that the
/// thread makes after it.
fn a_panic_out_of_a_blocking_call_does_no_harm_to_the_next<F: Flavour>() {
    within_limit(|| {
        let queue: QueueOf<F, i32, 1> = F::bounded();
        for _ in 0..2 {
            let probe = Probe::new();
            let mut get = Box::pin(queue.get());
            pending(get.as_mut(), &probe.waker());
            probe.on_event(|event| {
                if event == Event::Wake {
                    std::panic::resume_unwind(Box::new("as planned"));
                }
            });
            assert_eq!(panics(|| queue.put_blocking(1)), "as planned");
            probe.off();
            assert_eq!(queue.len(), 1, "the item is in");
            assert!(queue.put_timeout(2, SHORT).unwrap_err().is_timeout());
            thread::scope(|s| {
                s.spawn(|| {
                    until(|| queue.stats().waiting_putters == 1);
                    queue.try_get().unwrap().done();
                });
                queue.put_blocking(3).unwrap();
            });
            drop(get);
            assert_eq!(drain(&queue), [3]);
            assert_settled(&queue, 0, 0);
        }
    });
}

type AtExit = Box<dyn FnOnce()>;

/// Runs what it holds when the thread ends.
struct RunOnDrop(RefCell<Vec<AtExit>>);

impl Drop for RunOnDrop {
    fn drop(&mut self) {
        for at_exit in self.0.take() {
            at_exit();
        }
    }
}

thread_local! {
    static AT_EXIT: RunOnDrop = const { RunOnDrop(RefCell::new(Vec::new())) };
}

/// A thread that is ending, and dropping its thread-locals, can still block: whether what the blocking
/// calls keep for the thread was made before or after the local whose destructor blocks, or never.
fn the_destructor_of_a_thread_local_may_block<F: Flavour>() {
    within_limit(|| {
        for blocked_before in [None, Some(false), Some(true)] {
            let queue: Arc<QueueOf<F, i32, 1>> = Arc::new(F::bounded());
            let block = |queue: &QueueOf<F, i32, 1>| {
                assert!(queue.get_timeout(Duration::from_millis(1)).is_err());
            };
            let (sender, ends) = mpsc::channel();
            let thread = {
                let queue = Arc::clone(&queue);
                thread::spawn(move || {
                    if blocked_before == Some(true) {
                        block(&queue);
                    }
                    let at_exit: AtExit = {
                        let queue = Arc::clone(&queue);
                        Box::new(move || {
                            let item = queue.get_blocking().unwrap().done();
                            queue.put_blocking(10 * item).unwrap();
                            queue.put_timeout(100 * item, LONG).unwrap();
                        })
                    };
                    AT_EXIT.with(|it| it.0.borrow_mut().push(at_exit));
                    if blocked_before == Some(false) {
                        block(&queue);
                    }
                    sender.send(()).unwrap();
                })
            };
            ends.recv().unwrap();
            // Whoever waits from now on does so in the destructor.
            until(|| queue.stats().waiting_getters == 1);
            queue.try_put(1).unwrap();
            until(|| queue.stats().waiting_putters == 1);
            assert_eq!(queue.try_get().unwrap().done(), 10);
            thread.join().unwrap();
            assert_eq!(drain(&*queue), [100]);
            assert_settled(&queue, 0, 0);
        }
    });
}

/// A bounded queue between threads, step by step. (Python: `BaseQueueTestMixin.test_basic`, twice on one
/// queue as there.)
fn the_basics_between_threads<F: Flavour>() {
    within_limit(|| {
        let queue: QueueOf<F, i32, 5> = F::bounded();
        for _ in 0..2 {
            block_on(queue.put_all([111, 333, 222])).unwrap();
            let ordered = F::ORDER.of(vec![111, 333, 222]);
            for expected in ordered {
                assert_eq!(queue.get_blocking().unwrap().done(), expected);
            }
            for item in 0..5 {
                assert!(!queue.is_full());
                queue.put_blocking(item).unwrap();
                assert!(!queue.is_empty());
            }
            assert!(queue.is_full());
            assert_eq!(queue.try_put(9), Err(TryPutError::Full(9)));
            assert_eq!(
                queue.put_timeout(9, SHORT),
                Err(PutTimeoutError::TimedOut(9))
            );
            assert_eq!(queue.len(), 5);
            assert_eq!(drain(&queue), F::ORDER.of((0..5).collect()));
            assert!(queue.is_empty());
            assert!(queue.get_timeout(SHORT).unwrap_err().is_timeout());
            assert_settled(&queue, 0, 0);
        }
    });
}

for_every_flavour!(
    a_blocked_get_is_freed_by_a_put,
    a_blocked_put_is_freed_by_a_get,
    a_blocked_thread_holds_nothing_up,
    a_blocked_thread_sleeps,
    a_blocking_call_may_be_made_inside_of_another_one,
    a_call_that_is_timing_out_uses_its_wake_up_or_passes_it_on,
    a_call_that_times_out_does_so_not_too_early_and_leaves_no_trace,
    a_panic_out_of_a_blocking_call_does_no_harm_to_the_next,
    a_shutdown_frees_blocked_threads,
    a_spurious_unpark_neither_ends_a_wait_nor_shortens_it,
    a_timeout_of_zero_is_one_attempt,
    after_a_timeout_it_is_the_next_in_lines_turn,
    blocked_joins_are_freed_by_the_last_completion,
    calls_that_need_not_wait_return_at_once,
    shutdown_beats_the_deadline,
    success_beats_the_deadline,
    the_basics_between_threads,
    the_destructor_of_a_thread_local_may_block,
    threads_and_async_tasks_mix_on_one_queue,
);
