//! The tests of Python's process queues that mean something between threads, each under the name it
//! has there.

use std::pin::pin;
use std::thread;
use std::time::{Duration, Instant};

use joinable_queue::{
    GetError, PutError, PutTimeoutError, TaskDoneError, TryGetError, TryPutError,
};

use crate::calls;
use crate::kit::*;

/// `_TestQueue.test_put` (R1, R17, R5, R72).
fn o42_put<F: Flavour>() {
    within_limit(|| {
        let q: QueueOf<F, i32, 6> = F::bounded();
        for n in [1, 2, 3] {
            assert!(!q.is_full());
            assert_eq!(calls::put(&q, n), Ok(()));
        }
        for n in [4, 5, 6] {
            assert!(!q.is_full());
            assert_eq!(q.try_put(n), Ok(()));
        }
        assert!(q.is_full());

        assert_eq!(q.try_put(7), Err(TryPutError::Full(7)));
        assert_eq!(
            calls::put_for(&q, 7, Duration::ZERO),
            Err(PutTimeoutError::TimedOut(7))
        );
        let limit = Duration::from_millis(20);
        let start = Instant::now();
        assert_eq!(
            calls::put_for(&q, 7, limit),
            Err(PutTimeoutError::TimedOut(7))
        );
        assert!(start.elapsed() >= limit);
        assert_settled(&q, 6, 6);

        let received = thread::scope(|s| {
            let worker = s.spawn(|| {
                let get = |_| calls::get(&q).unwrap().done();
                (0..6).map(get).collect::<Vec<_>>()
            });
            worker.join().unwrap()
        });
        assert_eq!(received, F::ORDER.of(vec![1, 2, 3, 4, 5, 6]));
        assert!(q.is_empty() && !q.is_full());
        assert_settled(&q, 0, 0);
    });
}

/// `_TestQueue.test_closed_queue_put_get_exceptions` (R53, R54). A queue is plain and tracked in one
/// here; closing is shutting down, in either way.
fn o43_closed_queue_put_get_exceptions<F: Flavour>() {
    within_limit(|| {
        for now in [false, true] {
            let q: QueueOf<F, i32, 4> = F::bounded();
            if now {
                assert_eq!(q.shutdown_now().count(), 0);
            } else {
                q.shutdown();
            }
            assert_eq!(ready(pin!(q.put(1))), Err(PutError(1)));
            assert_eq!(ready(pin!(q.get())).unwrap_err(), GetError);
            assert_eq!(calls::put(&q, 2), Err(PutError(2)));
            assert_eq!(calls::get(&q).unwrap_err(), GetError);
            assert_eq!(q.task_done(), Err(TaskDoneError));
            let stats = assert_settled(&q, 0, 0);
            assert_eq!((stats.put, stats.is_shutdown), (0, true));
        }
    });
}

/// `TestSyncManagerTypes.test_joinable_queue` (R1, R5, R11).
fn o44_joinable_queue<F: Flavour>() {
    within_limit(|| {
        let q: QueueOf<F, i32, 2> = F::bounded();
        calls::put(&q, 5).unwrap();
        calls::put(&q, 6).unwrap();
        let expected = match F::ORDER {
            Order::Fifo | Order::Priority => [5, 6],
            Order::Lifo => [6, 5],
        };
        thread::scope(|s| {
            s.spawn(|| {
                assert_eq!(q.len(), 2);
                assert!(q.is_full() && !q.is_empty());
                assert_eq!(calls::get(&q).unwrap().detach(), expected[0]);
                assert!(!q.is_empty() && !q.is_full());
                assert_eq!(calls::get(&q).unwrap().detach(), expected[1]);
                assert!(q.is_empty());
                assert_eq!(q.try_get().unwrap_err(), TryGetError::Empty);
            });
        });
        assert!(q.is_empty() && !q.is_full());
        assert_settled(&q, 0, 2);

        // What it is joinable for.
        thread::scope(|s| {
            let joiner = s.spawn(|| calls::join(&q));
            calls::wait_until(|| q.stats().waiting_joiners == 1);
            q.task_done().unwrap();
            assert_eq!(q.stats().waiting_joiners, 1);
            q.task_done().unwrap();
            joiner.join().unwrap();
        });
        assert_eq!(q.task_done(), Err(TaskDoneError));
        assert_settled(&q, 0, 0);
    });
}

for_every_flavour!(
    o42_put,
    o43_closed_queue_put_get_exceptions,
    o44_joinable_queue,
);
