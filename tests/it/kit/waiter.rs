//! A future together with the task that polls it.

use std::any::Any;
use std::future::Future;
use std::pin::Pin;
use std::sync::Mutex;
use std::task::Poll;

use super::{Probe, poll_as};

/// A pinned future and its probe. Dropping it cancels the future.
pub(crate) struct Waiter<F> {
    future: Pin<Box<F>>,
    probe: Probe,
}

impl<F: Future> Waiter<F> {
    /// Has not been polled yet.
    pub(crate) fn new(future: F) -> Self {
        Self {
            future: Box::pin(future),
            probe: Probe::new(),
        }
    }

    /// Was polled once, and had to wait.
    #[track_caller]
    pub(crate) fn queued(future: F) -> Self {
        let mut waiter = Self::new(future);
        waiter.waits();
        waiter
    }

    /// Polls once.
    pub(crate) fn poll(&mut self) -> Poll<F::Output> {
        poll_as(self.future.as_mut(), &self.probe.waker())
    }

    /// Polls once; there must be an output.
    #[track_caller]
    pub(crate) fn ready(&mut self) -> F::Output {
        match self.poll() {
            Poll::Ready(output) => output,
            Poll::Pending => panic!("the future is pending"),
        }
    }

    /// Polls once; it must have to wait.
    #[track_caller]
    pub(crate) fn waits(&mut self) {
        assert!(self.poll().is_pending(), "the future did not have to wait");
    }

    /// How often the task was woken.
    pub(crate) fn wakes(&self) -> usize {
        self.probe.wakes()
    }

    pub(crate) fn probe(&self) -> &Probe {
        &self.probe
    }

    /// Is polled with a waker of another task from now on. Returns the probe of the one before.
    pub(crate) fn renew_probe(&mut self) -> Probe {
        std::mem::take(&mut self.probe)
    }

    pub(crate) fn future(&mut self) -> Pin<&mut F> {
        self.future.as_mut()
    }
}

/// How often each of the tasks was woken.
pub(crate) fn wakes<F: Future>(waiters: &[Waiter<F>]) -> Vec<usize> {
    waiters.iter().map(Waiter::wakes).collect()
}

/// Keeps `value` until the end of the program, for futures that outlive their test's borrows: those
/// that a waker makes or drops. (It stays reachable, so that no leak is reported.)
pub(crate) fn forever<T: Send + Sync + 'static>(value: T) -> &'static T {
    static KEPT: Mutex<Vec<&'static (dyn Any + Send + Sync)>> = Mutex::new(Vec::new());
    let value: &'static T = Box::leak(Box::new(value));
    KEPT.lock().unwrap().push(value);
    value
}
