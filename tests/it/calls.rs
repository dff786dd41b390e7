//! Waiting on a thread: by the blocking calls where the crate has them, and where it does not, by the
//! futures on a thread that parks, under a timer from outside.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use joinable_queue::storage::Storage;
use joinable_queue::{GetError, GetTimeoutError, JoinableQueue, PutError, PutTimeoutError, Task};

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Polls `future` whenever it is woken; `None` if it is not ready after `limit`.
pub(crate) fn drive<F: Future + ?Sized>(
    mut future: Pin<&mut F>,
    limit: Duration,
) -> Option<F::Output> {
    let deadline = Instant::now() + limit;
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
            return Some(output);
        }
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return None;
        }
        thread::park_timeout(left);
    }
}

/// Longer than any test may take.
pub(crate) const LONG: Duration = Duration::from_secs(600);

/// Looks again and again until `condition` holds.
pub(crate) fn wait_until(mut condition: impl FnMut() -> bool) {
    while !condition() {
        thread::yield_now();
    }
}

#[cfg(feature = "std")]
mod driver {
    use super::*;

    pub(crate) fn put<S: Storage>(
        queue: &JoinableQueue<S>,
        item: S::Item,
    ) -> Result<(), PutError<S::Item>> {
        queue.put_blocking(item)
    }

    pub(crate) fn put_for<S: Storage>(
        queue: &JoinableQueue<S>,
        item: S::Item,
        limit: Duration,
    ) -> Result<(), PutTimeoutError<S::Item>> {
        queue.put_timeout(item, limit)
    }

    pub(crate) fn get<S: Storage>(
        queue: &JoinableQueue<S>,
    ) -> Result<Task<&JoinableQueue<S>>, GetError> {
        queue.get_blocking()
    }

    pub(crate) fn get_for<S: Storage>(
        queue: &JoinableQueue<S>,
        limit: Duration,
    ) -> Result<Task<&JoinableQueue<S>>, GetTimeoutError> {
        queue.get_timeout(limit)
    }

    pub(crate) fn join<S: Storage>(queue: &JoinableQueue<S>) {
        queue.join_blocking();
    }
}

#[cfg(not(feature = "std"))]
mod driver {
    use std::pin::pin;

    use super::*;

    pub(crate) fn put<S: Storage>(
        queue: &JoinableQueue<S>,
        item: S::Item,
    ) -> Result<(), PutError<S::Item>> {
        drive(pin!(queue.put(item)), LONG).expect("still waits")
    }

    pub(crate) fn put_for<S: Storage>(
        queue: &JoinableQueue<S>,
        item: S::Item,
        limit: Duration,
    ) -> Result<(), PutTimeoutError<S::Item>> {
        let mut put = pin!(queue.put(item));
        match drive(put.as_mut(), limit) {
            Some(result) => result.map_err(|PutError(item)| PutTimeoutError::ShutDown(item)),
            None => Err(PutTimeoutError::TimedOut(put.into_item().unwrap())),
        }
    }

    pub(crate) fn get<S: Storage>(
        queue: &JoinableQueue<S>,
    ) -> Result<Task<&JoinableQueue<S>>, GetError> {
        drive(pin!(queue.get()), LONG).expect("still waits")
    }

    pub(crate) fn get_for<S: Storage>(
        queue: &JoinableQueue<S>,
        limit: Duration,
    ) -> Result<Task<&JoinableQueue<S>>, GetTimeoutError> {
        match drive(pin!(queue.get()), limit) {
            Some(result) => result.map_err(|GetError| GetTimeoutError::ShutDown),
            None => Err(GetTimeoutError::TimedOut),
        }
    }

    pub(crate) fn join<S: Storage>(queue: &JoinableQueue<S>) {
        drive(pin!(queue.join()), LONG).expect("still waits");
    }
}

pub(crate) use driver::*;
