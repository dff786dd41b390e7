//! The same operations for threads: the same futures, driven on a thread that parks.
#![forbid(unsafe_code)]

use alloc::sync::Arc;
use alloc::task::Wake;
use core::cell::Cell;
use core::future::Future;
use core::pin::{Pin, pin};
use core::task::{Context, Poll, Waker};
use core::time::Duration;
use std::time::Instant;

use crate::error::{GetError, GetTimeoutError, JoinTimeoutError, PutError, PutTimeoutError};
use crate::queue::JoinableQueue;
use crate::stats::Stats;
use crate::storage::Storage;
use crate::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use crate::sync::parking::{Thread, current, park_until, pause_until, thread_local};
use crate::sync::{SPINS, yield_thread};
use crate::task::Task;

/// Blocking calls, for threads. Threads and async tasks mix freely on one queue.
///
/// Do not call them from async code, whose executor they would stop. They panic only where the futures
/// do. Waiting allocates nothing, except once per thread.
///
/// The queue is looked at once more at the deadline: what is there then is taken, and a shutdown is
/// reported, even if the time is up. A timeout of zero does not wait.
impl<S: Storage> JoinableQueue<S> {
    /// As [`put`](Self::put), blocking the thread.
    ///
    /// # Errors
    ///
    /// [`PutError`] gives the item back if the queue is shut down.
    pub fn put_blocking(&self, item: S::Item) -> Result<(), PutError<S::Item>> {
        let mut put = pin!(self.put(item));
        if put.as_mut().at_once() {
            return Ok(());
        }
        block_on(put)
    }

    /// As [`put_blocking`](Self::put_blocking), for at most `timeout`.
    ///
    /// # Errors
    ///
    /// [`PutTimeoutError`] gives the item back, and says whether the time ran out or the queue was
    /// shut down.
    ///
    /// ```
    /// use std::time::Duration;
    /// use joinable_queue::{PutTimeoutError, Queue};
    ///
    /// let queue = Queue::bounded(1);
    /// queue.put_timeout(1, Duration::ZERO)?;
    /// assert_eq!(
    ///     queue.put_timeout(2, Duration::from_millis(5)),
    ///     Err(PutTimeoutError::TimedOut(2))
    /// );
    /// # Ok::<(), PutTimeoutError<i32>>(())
    /// ```
    pub fn put_timeout(
        &self,
        item: S::Item,
        timeout: Duration,
    ) -> Result<(), PutTimeoutError<S::Item>> {
        self.put_until(item, after(timeout))
    }

    /// As [`put_timeout`](Self::put_timeout), until `deadline`.
    ///
    /// # Errors
    ///
    /// As for `put_timeout`.
    pub fn put_deadline(
        &self,
        item: S::Item,
        deadline: Instant,
    ) -> Result<(), PutTimeoutError<S::Item>> {
        self.put_until(item, Some(deadline))
    }

    fn put_until(
        &self,
        item: S::Item,
        deadline: Option<Instant>,
    ) -> Result<(), PutTimeoutError<S::Item>> {
        let mut put = pin!(self.put(item));
        if put.as_mut().at_once() {
            return Ok(());
        }
        match block_until(put.as_mut(), deadline) {
            Some(Ok(())) => Ok(()),
            Some(Err(error)) => Err(error.into()),
            None => put
                .into_item()
                .map_or(Ok(()), |item| Err(PutTimeoutError::TimedOut(item))),
        }
    }

    /// As [`get`](Self::get), blocking the thread.
    ///
    /// # Errors
    ///
    /// [`GetError`] once the queue is shut down and empty.
    ///
    /// ```
    /// use joinable_queue::Queue;
    ///
    /// let queue = Queue::<u32>::bounded(4);
    /// std::thread::scope(|s| {
    ///     s.spawn(|| {
    ///         while let Ok(task) = queue.get_blocking() {
    ///             task.done();
    ///         }
    ///     });
    ///     for n in 0..100 {
    ///         queue.put_blocking(n).unwrap();
    ///     }
    ///     assert_eq!(queue.join_blocking().done, 100);
    ///     queue.shutdown();
    /// });
    /// ```
    pub fn get_blocking(&self) -> Result<Task<&Self>, GetError> {
        let mut get = pin!(self.get());
        match get.as_mut().at_once() {
            Some(task) => Ok(task),
            None => block_on(get),
        }
    }

    /// As [`get_blocking`](Self::get_blocking), for at most `timeout`.
    ///
    /// # Errors
    ///
    /// [`GetTimeoutError`] says whether the time ran out, or the queue was shut down and is empty.
    pub fn get_timeout(&self, timeout: Duration) -> Result<Task<&Self>, GetTimeoutError> {
        self.get_until(after(timeout))
    }

    /// As [`get_timeout`](Self::get_timeout), until `deadline`.
    ///
    /// # Errors
    ///
    /// As for `get_timeout`.
    pub fn get_deadline(&self, deadline: Instant) -> Result<Task<&Self>, GetTimeoutError> {
        self.get_until(Some(deadline))
    }

    fn get_until(&self, deadline: Option<Instant>) -> Result<Task<&Self>, GetTimeoutError> {
        let mut get = pin!(self.get());
        if let Some(task) = get.as_mut().at_once() {
            return Ok(task);
        }
        match block_until(get, deadline) {
            Some(Ok(task)) => Ok(task),
            Some(Err(error)) => Err(error.into()),
            None => Err(GetTimeoutError::TimedOut),
        }
    }

    /// As [`join`](Self::join), blocking the thread.
    pub fn join_blocking(&self) -> Stats {
        block_on(pin!(self.join()))
    }

    /// As [`join_blocking`](Self::join_blocking), for at most `timeout`.
    ///
    /// # Errors
    ///
    /// [`JoinTimeoutError`] if something was unfinished all the time.
    pub fn join_timeout(&self, timeout: Duration) -> Result<Stats, JoinTimeoutError> {
        block_until(pin!(self.join()), after(timeout)).ok_or(JoinTimeoutError)
    }

    /// As [`join_timeout`](Self::join_timeout), until `deadline`.
    ///
    /// # Errors
    ///
    /// As for `join_timeout`.
    pub fn join_deadline(&self, deadline: Instant) -> Result<Stats, JoinTimeoutError> {
        block_until(pin!(self.join()), Some(deadline)).ok_or(JoinTimeoutError)
    }
}

/// `None`: so far away that it is never.
fn after(timeout: Duration) -> Option<Instant> {
    Instant::now().checked_add(timeout)
}

fn block_on<F: Future>(mut future: Pin<&mut F>) -> F::Output {
    loop {
        // Without a deadline it comes back with the output, the first time round.
        if let Some(output) = block_until(future.as_mut(), None) {
            return output;
        }
    }
}

/// Drives `future` on this thread; `None` if it was not ready at the deadline, at which it is polled
/// once more: success and shutdown beat the deadline.
fn block_until<F: Future>(mut future: Pin<&mut F>, deadline: Option<Instant>) -> Option<F::Output> {
    with_signal(|parked| {
        let mut cx = Context::from_waker(&parked.waker);
        let mut expired = false;
        loop {
            match future.as_mut().poll(&mut cx) {
                Poll::Ready(output) => return Some(output),
                Poll::Pending if expired => return None,
                Poll::Pending => expired = !parked.signal.wait(deadline),
            }
        }
    })
}

/// How often a thread lets others run before it parks: for 25 us at most, where there are none. That is longer
/// than it takes to wake a thread, so that two which wait for each other in turn soon stop parking; and who
/// shares a processor with the one it waits for must not spin. (In a model none.)
const YIELDS: u32 = SPINS * 10;

/// A yield that takes longer gave the processor to somebody with other work, for as long as the system lets
/// that run: milliseconds, where a parked thread would have been woken at once.
const LONG: Duration = Duration::from_micros(500);

/// After a long yield a thread parks at once so many times: the fewest after a single one, twice as many after
/// each that follows without a yield that was of use in between.
const FEWEST: usize = 16;
const MOST: usize = 1024;

/// Wakes a thread out of [`wait`](Self::wait).
struct Signal {
    thread: Thread,
    raised: AtomicBool,
    /// How many more times the thread parks at once. Its own, as the next one.
    without_yields: AtomicUsize,
    /// How many times it will after the next long yield.
    penalty: AtomicUsize,
}

impl Signal {
    /// Of this thread.
    fn new() -> Self {
        Self {
            thread: current(),
            raised: AtomicBool::new(false),
            without_yields: AtomicUsize::new(0),
            penalty: AtomicUsize::new(FEWEST),
        }
    }

    /// Waits until the signal is raised, and lowers it; `false` if it was not raised by the deadline.
    fn wait(&self, deadline: Option<Instant>) -> bool {
        let mut has_waited = false;
        // Ordering: Acquire pairs with the Release in `wake_by_ref`. (What the waker did before is
        // seen through the queue's lock anyway.)
        while !self.raised.swap(false, Ordering::Acquire) {
            has_waited = true;
            // Who has a deadline does not risk a long yield.
            let is_near = deadline.is_none() && self.is_about_to_be_raised();
            if !is_near && !park_until(deadline) {
                return false;
            }
        }
        // Raised before it waited, and most likely by the future itself, which met somebody who is in the middle of
        // an operation, perhaps not even running, and wants to look again.
        has_waited || pause_until(deadline)
    }

    /// Waits for a moment, which may save both sides a call of the system.
    #[allow(clippy::reversed_empty_ranges, reason = "in a model `YIELDS` is 0")]
    fn is_about_to_be_raised(&self) -> bool {
        if YIELDS == 0 {
            return false;
        }
        // Ordering: Relaxed, here and below; the thread's own.
        let without = self.without_yields.load(Ordering::Relaxed);
        if without > 0 {
            self.without_yields.store(without - 1, Ordering::Relaxed);
            return false;
        }
        let mut last = Instant::now();
        for _ in 0..YIELDS {
            yield_thread();
            let now = Instant::now();
            let is_long = now.duration_since(last) > LONG;
            last = now;
            // Ordering: Relaxed; `wait` reads it again.
            let is_raised = self.raised.load(Ordering::Relaxed);
            if is_long {
                self.give_up_yielding();
                return is_raised;
            }
            if is_raised {
                self.penalty.store(FEWEST, Ordering::Relaxed);
                return true;
            }
        }
        false
    }

    fn give_up_yielding(&self) {
        // Ordering: Relaxed; the thread's own.
        let penalty = self.penalty.load(Ordering::Relaxed);
        self.without_yields.store(penalty, Ordering::Relaxed);
        self.penalty
            .store((2 * penalty).min(MOST), Ordering::Relaxed);
    }
}

impl Wake for Signal {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        // Ordering: Release pairs with the Acquire in `wait`; the swap keeps a second wake from
        // unparking a thread that has a wake to come back to already.
        if !self.raised.swap(true, Ordering::Release) {
            self.thread.unpark();
        }
    }
}

/// A thread's signal, and the waker that raises it.
struct Parked {
    signal: Arc<Signal>,
    waker: Waker,
}

thread_local! {
    static PARKED: Cell<Option<Parked>> = const { Cell::new(None) };
}

/// Runs `f` with this thread's signal, which is made once per thread and taken out while in use: a
/// blocking call inside another one's poll (in a waker, say) finds none and makes its own, for it
/// must not swallow the wake-up that the outer one waits for.
fn with_signal<R>(f: impl FnOnce(&Parked) -> R) -> R {
    // The thread-local is gone while the thread's locals are being dropped: make one then, too.
    let parked = PARKED.try_with(Cell::take).ok().flatten();
    let parked = parked.unwrap_or_else(|| {
        let signal = Arc::new(Signal::new());
        Parked {
            waker: Waker::from(Arc::clone(&signal)),
            signal,
        }
    });
    let result = f(&parked);
    // An error again means that there is nowhere to keep it.
    let _ = PARKED.try_with(|kept| kept.set(Some(parked)));
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As a future of the queue, while somebody else is stopped in the middle of an operation.
    struct WakesItself {
        polls: usize,
    }

    impl Future for WakesItself {
        type Output = ();

        fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
            self.polls += 1;
            cx.waker().wake_by_ref();
            Poll::Pending
        }
    }

    #[test]
    fn a_future_that_wakes_itself_does_not_outlive_its_deadline() {
        let mut future = pin!(WakesItself { polls: 0 });
        assert!(block_until(future.as_mut(), Some(Instant::now())).is_none());
        assert_eq!(future.polls, 2);
        assert!(block_until(future.as_mut(), after(Duration::from_millis(5))).is_none());
        assert!(future.polls >= 4, "once more at the deadline");
    }

    #[test]
    fn a_signal_that_nobody_raises_is_waited_for_until_the_deadline() {
        let deadline = after(Duration::from_millis(5));
        with_signal(|parked| assert!(!parked.signal.wait(deadline)));
        assert!(Some(Instant::now()) >= deadline);
    }

    #[test]
    fn a_signal_that_is_raised_is_seen_at_the_deadline_and_lowered() {
        with_signal(|parked| {
            parked.waker.wake_by_ref();
            assert!(parked.signal.wait(None));
            parked.waker.wake_by_ref();
            assert!(
                !parked.signal.wait(Some(Instant::now())),
                "polled once more"
            );
            assert!(!parked.signal.wait(Some(Instant::now())), "lowered");
        });
    }
    /// Where a yield may take too long.
    #[test]
    fn whoever_has_a_deadline_parks_at_once() {
        let signal = Signal::new();
        signal.give_up_yielding();
        assert!(!signal.wait(after(Duration::from_millis(1))));
        assert_eq!(signal.without_yields.load(Ordering::Relaxed), FEWEST);
    }

    #[test]
    fn a_yield_that_was_of_use_makes_the_penalty_the_least_again() {
        let signal = Signal::new();
        signal.raised.store(true, Ordering::Relaxed);
        loop {
            signal.without_yields.store(0, Ordering::Relaxed);
            signal.penalty.store(MOST, Ordering::Relaxed);
            let start = Instant::now();
            assert!(signal.is_about_to_be_raised());
            // After a long one it is not; where the system is busy there are some.
            if start.elapsed() <= LONG {
                assert_eq!(signal.penalty.load(Ordering::Relaxed), FEWEST);
                break;
            }
        }
    }

    #[test]
    fn what_nobody_raises_is_not_about_to_be() {
        let signal = Signal::new();
        // Long yields, of which there are some where the system is busy, are another way.
        for _ in 0..200 {
            signal.without_yields.store(0, Ordering::Relaxed);
            assert!(!signal.is_about_to_be_raised());
        }
    }

    #[test]
    fn the_penalty_is_so_many_times_without_a_yield_and_grows() {
        let signal = Signal::new();
        signal.raised.store(true, Ordering::Relaxed);
        for (penalty, next) in [(FEWEST, 2 * FEWEST), (MOST / 2, MOST), (MOST, MOST)] {
            signal.penalty.store(penalty, Ordering::Relaxed);
            signal.give_up_yielding();
            assert_eq!(signal.penalty.load(Ordering::Relaxed), next);
            for _ in 0..penalty {
                assert!(!signal.is_about_to_be_raised());
            }
            assert!(signal.is_about_to_be_raised());
        }
    }
}
