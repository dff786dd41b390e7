//! Many gets that wait on an empty queue, and the clock for each step of their lives.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::time::{Duration, Instant};

use super::{Fault, refused};
use crate::peer::{Capacity, Consumer, Peer};

/// An end to put with, and `number` ends to wait at.
pub(super) struct Open<P, C> {
    pub(super) producer: P,
    pub(super) consumers: Vec<C>,
}

/// Unbounded where the peer can be, so that one put per waiter fits.
pub(super) fn open<P: Peer<u64>>(number: usize) -> Result<Open<P::Producer, P::Consumer>, Fault> {
    let (producer, consumer) = P::open(Capacity::Unbounded)
        .or_else(|| P::open(Capacity::Bounded(number)))
        .ok_or(Fault::Absent)?;
    let mut consumers = vec![consumer];
    while consumers.len() < number {
        let another = consumers[0].share().ok_or(Fault::Absent)?;
        consumers.push(another);
    }
    Ok(Open {
        producer,
        consumers,
    })
}

/// A future in the heap, so that it may be moved about while it waits.
pub(super) type Waiting<F> = Pin<Box<F>>;

/// Counts how often it is woken.
#[derive(Default)]
pub(super) struct Wakes(AtomicUsize);

impl Wakes {
    pub(super) fn waker(self: &Arc<Self>) -> Waker {
        Waker::from(Arc::clone(self))
    }

    pub(super) fn count(&self) -> usize {
        // Ordering: Relaxed; everything is on one thread.
        self.0.load(Ordering::Relaxed)
    }
}

impl Wake for Wakes {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// Polls all of them, none of which may be ready.
pub(super) fn poll_pending<F: Future>(
    waiting: &mut [Waiting<F>],
    waker: &Waker,
) -> Result<Duration, Fault> {
    let mut cx = Context::from_waker(waker);
    let start = Instant::now();
    for future in waiting {
        if future.as_mut().poll(&mut cx).is_ready() {
            return Err(Fault::Wrong("a get of nothing was ready".into()));
        }
    }
    Ok(start.elapsed())
}

/// Polls all of them, each of which must be ready; the sum of what they give.
pub(super) fn poll_ready<F: Future>(
    waiting: &mut [Waiting<F>],
    waker: &Waker,
    number: impl Fn(F::Output) -> u64,
) -> Result<(Duration, u64), Fault> {
    let mut cx = Context::from_waker(waker);
    let start = Instant::now();
    let mut sum = 0;
    for future in waiting {
        match future.as_mut().poll(&mut cx) {
            Poll::Ready(output) => sum += number(output),
            Poll::Pending => return Err(refused("a get that waited for an item that is there")),
        }
    }
    Ok((start.elapsed(), sum))
}
