//! What the tests share.

mod allocations;
mod bomb;
mod effort;
#[macro_use]
mod flavour;
pub(crate) mod history;
mod ledger;
mod probe;
mod tour;
mod waiter;

use std::fmt::Debug;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Mutex, mpsc};
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::Duration;

use joinable_queue::storage::Storage;
use joinable_queue::{JoinableQueue, Stats};

#[cfg(feature = "alloc")]
pub(crate) use allocations::on_next_allocation;
pub(crate) use allocations::{allocations, retained};
pub(crate) use bomb::{Bomb, at_every_tick, attempt};
pub(crate) use effort::{effort, many};
pub(crate) use flavour::*;
pub(crate) use ledger::{Item, Ledger, ranks};
pub(crate) use probe::{Event, Probe};
pub(crate) use tour::{End, Slot, assert_works, tour};
pub(crate) use waiter::{Waiter, forever, wakes};

/// Polls once with a waker that does nothing.
pub(crate) fn poll<F: Future + ?Sized>(future: Pin<&mut F>) -> Poll<F::Output> {
    poll_as(future, Waker::noop())
}

/// Polls once with `waker`.
pub(crate) fn poll_as<F: Future + ?Sized>(future: Pin<&mut F>, waker: &Waker) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(waker))
}

/// Polls once and returns the output, which must be there.
#[track_caller]
pub(crate) fn ready<F: Future + ?Sized>(future: Pin<&mut F>) -> F::Output {
    match poll(future) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("the future is pending"),
    }
}

/// Polls once with `waker`; the future must have to wait.
#[track_caller]
pub(crate) fn pending<F: Future + ?Sized>(future: Pin<&mut F>, waker: &Waker) {
    assert!(
        poll_as(future, waker).is_pending(),
        "the future did not have to wait"
    );
}

/// How long a test may take that does not hang. Miri has a clock of its own, and runs on it.
const LIMIT: Duration = Duration::from_secs(if cfg!(miri) { 6000 } else { 60 });

/// Runs `test` on a thread of its own; one that takes longer than `LIMIT` hangs, and so fails.
#[track_caller]
pub(crate) fn within_limit<R: Send + 'static>(test: impl FnOnce() -> R + Send + 'static) -> R {
    let (sender, receiver) = mpsc::channel();
    let thread = thread::spawn(move || {
        let result = test();
        let _ = sender.send(());
        result
    });
    // An error means that the test panicked: `join` says so.
    if receiver.recv_timeout(LIMIT) == Err(mpsc::RecvTimeoutError::Timeout) {
        panic!("hangs");
    }
    match thread.join() {
        Ok(result) => result,
        Err(panic) => std::panic::resume_unwind(panic),
    }
}

/// Checks that nobody waits, that the numbers agree with each other, and that the queue has `len` items
/// and `unfinished` unfinished ones.
#[track_caller]
pub(crate) fn assert_settled<S: Storage>(
    queue: &JoinableQueue<S>,
    len: usize,
    unfinished: usize,
) -> Stats {
    let stats = queue.stats();
    assert_eq!(
        (
            stats.waiting_getters,
            stats.waiting_putters,
            stats.waiting_joiners
        ),
        (0, 0, 0),
        "somebody waits: {stats:?}"
    );
    assert_eq!(
        (stats.len, stats.unfinished),
        (len, unfinished),
        "{stats:?}"
    );
    assert_consistent(&stats);
    stats
}

/// Checks that the numbers agree with each other.
#[track_caller]
pub(crate) fn assert_consistent(stats: &Stats) {
    assert_eq!(stats.len, stats.put - stats.got, "{stats:?}");
    assert_eq!(stats.in_flight, stats.got - stats.done, "{stats:?}");
    assert_eq!(stats.unfinished, stats.put - stats.done, "{stats:?}");
    assert!(stats.failed + stats.abandoned <= stats.done, "{stats:?}");
}

/// Takes everything that is there and finishes it.
pub(crate) fn drain<S: Storage>(queue: &JoinableQueue<S>) -> Vec<S::Item> {
    std::iter::from_fn(|| queue.try_get().ok())
        .map(|task| task.done())
        .collect()
}

/// Runs `f`, which must panic, and returns what it said.
#[track_caller]
pub(crate) fn panics<R: Debug>(f: impl FnOnce() -> R) -> String {
    let panic = std::panic::catch_unwind(std::panic::AssertUnwindSafe(f))
        .expect_err("should have panicked");
    match panic.downcast::<String>() {
        Ok(message) => *message,
        Err(panic) => panic
            .downcast_ref::<&str>()
            .map_or_else(String::new, |message| (*message).to_owned()),
    }
}

/// Every address in here counts as used for a tool that looks for leaks.
static KEPT: Mutex<Vec<usize>> = Mutex::new(Vec::new());

/// Keeps `value` until the process ends, so that hooks may hold references to it, or futures that do.
pub(crate) fn keep<T>(value: T) -> &'static T {
    let kept: &'static T = Box::leak(Box::new(value));
    KEPT.lock().unwrap().push(std::ptr::from_ref(kept).addr());
    kept
}

/// Forgets a future where it lies.
pub(crate) fn forget<F: Future>(future: Pin<Box<F>>) {
    let address = std::ptr::from_ref(&*future).addr();
    KEPT.lock().unwrap().push(address);
    std::mem::forget(future);
}
