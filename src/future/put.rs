//! One item on its way in.
#![forbid(unsafe_code)]

use core::fmt;
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll, ready};

use pin_project_lite::pin_project;

use super::waiting::Waiting;
use crate::error::PutError;
use crate::handle::Handle;
use crate::wait::Line;

pin_project! {
    /// Returned by [`put`](crate::JoinableQueue::put): resolves once the item is in the queue.
    #[must_use = "futures do nothing unless polled"]
    pub struct Put<H: Handle> {
        item: Option<H::Item>,
        #[pin]
        waiting: Waiting<H>,
    }
}

impl<H: Handle> Put<H> {
    #[inline]
    pub(crate) fn new(queue: H, item: H::Item) -> Self {
        Self {
            item: Some(item),
            waiting: Waiting::new(queue, Line::Putters),
        }
    }

    /// Puts the item if that can be done before waiting begins, which completes the future. Returns whether it
    /// did.
    #[inline]
    pub(crate) fn at_once(self: Pin<&mut Self>) -> bool {
        let this = self.project();
        match this.waiting.put_at_once(this.item) {
            Some(wake) => {
                wake.run();
                true
            }
            None => false,
        }
    }

    /// Gives up and takes the item back; `None` if the put has completed, either way.
    ///
    /// The future leaves the line at once, as if it were dropped, and must not be polled again.
    ///
    /// ```
    /// use std::pin::pin;
    /// use std::task::{Context, Waker};
    /// use joinable_queue::Queue;
    ///
    /// let queue = Queue::bounded(1);
    /// queue.try_put("first")?;
    /// let mut put = pin!(queue.put("second"));
    /// assert!(put.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    /// assert_eq!(put.into_item(), Some("second"));
    /// assert_eq!(queue.stats().waiting_putters, 0);
    /// # Ok::<(), joinable_queue::TryPutError<&str>>(())
    /// ```
    pub fn into_item(self: Pin<&mut Self>) -> Option<H::Item> {
        let this = self.project();
        let item = this.item.take();
        this.waiting.complete();
        item
    }
}

impl<H: Handle> Future for Put<H> {
    type Output = Result<(), PutError<H::Item>>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        if self.as_mut().at_once() {
            return Poll::Ready(Ok(()));
        }
        let this = self.project();
        poll_in_line(this.waiting, this.item, cx)
    }
}

#[inline(never)]
fn poll_in_line<H: Handle>(
    mut waiting: Pin<&mut Waiting<H>>,
    item: &mut Option<H::Item>,
    cx: &mut Context<'_>,
) -> Poll<Result<(), PutError<H::Item>>> {
    let (result, effects) = ready!(waiting.as_mut().poll_put(cx, item));
    waiting.complete();
    effects.run();
    Poll::Ready(match (result, item.take()) {
        (Err(_), Some(item)) => Err(PutError(item)),
        _ => Ok(()),
    })
}

impl<H: Handle> fmt::Debug for Put<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Put").finish_non_exhaustive()
    }
}
