//! A batch on its way in.
#![forbid(unsafe_code)]

use core::fmt;
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll, ready};

use pin_project_lite::pin_project;

use super::waiting::Waiting;
use crate::error::PutAllError;
use crate::handle::Handle;
use crate::wait::Line;

pin_project! {
    /// Returned by [`put_all`](crate::JoinableQueue::put_all): resolves to the number of items put.
    #[must_use = "futures do nothing unless polled"]
    pub struct PutAll<H: Handle, I> {
        iter: I,
        // Taken from `iter`, and not put yet.
        item: Option<H::Item>,
        put: usize,
        #[pin]
        waiting: Waiting<H>,
    }
}

impl<H: Handle, I> PutAll<H, I> {
    pub(crate) fn new(queue: H, iter: I) -> Self {
        Self {
            iter,
            item: None,
            put: 0,
            waiting: Waiting::new(queue, Line::Putters),
        }
    }

    /// How many items have been put so far.
    pub fn put_so_far(&self) -> usize {
        self.put
    }

    /// Gives up and takes back the item that is waiting for room, if one is: the only one that was
    /// taken from the iterator and not put.
    ///
    /// The future leaves the line at once, as if it were dropped, and must not be polled again.
    pub fn into_item(self: Pin<&mut Self>) -> Option<H::Item> {
        let this = self.project();
        let item = this.item.take();
        this.waiting.complete();
        item
    }
}

impl<H: Handle, I: Iterator<Item = H::Item>> Future for PutAll<H, I> {
    type Output = Result<usize, PutAllError<H::Item>>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        this.waiting.as_ref().assert_not_completed();
        loop {
            if this.item.is_none() {
                *this.item = this.iter.next();
            }
            if this.item.is_none() {
                this.waiting.complete();
                return Poll::Ready(Ok(*this.put));
            }
            if let Some(wake) = this.waiting.as_mut().put_one_at_once(this.item) {
                *this.put += 1;
                wake.run();
                continue;
            }
            let (result, effects) = ready!(this.waiting.as_mut().poll_put(cx, this.item));
            if result.is_ok() {
                *this.put += 1;
            }
            effects.run();
            if let (Err(_), Some(item)) = (result, this.item.take()) {
                this.waiting.complete();
                return Poll::Ready(Err(PutAllError {
                    put: *this.put,
                    item,
                }));
            }
        }
    }
}

impl<H: Handle, I> fmt::Debug for PutAll<H, I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PutAll")
            .field("put", &self.put)
            .finish_non_exhaustive()
    }
}
