//! One item on its way out.
#![forbid(unsafe_code)]

use core::fmt;
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll, ready};

use pin_project_lite::pin_project;

use super::waiting::{Waiting, polled_after_completion};
use crate::error::GetError;
use crate::handle::Handle;
use crate::task::Task;
use crate::wait::Line;

pin_project! {
    /// Returned by [`get`](crate::JoinableQueue::get): resolves to a [`Task`].
    #[must_use = "futures do nothing unless polled"]
    pub struct Get<H: Handle> {
        #[pin]
        waiting: Waiting<H>,
    }
}

impl<H: Handle> Get<H> {
    #[inline]
    pub(crate) fn new(queue: H) -> Self {
        Self {
            waiting: Waiting::new(queue, Line::Getters),
        }
    }

    /// The task, if it is to be had before waiting begins: that completes the future.
    #[inline]
    pub(crate) fn at_once(self: Pin<&mut Self>) -> Option<Task<H>> {
        let (queue, item, wake) = self.project().waiting.get_at_once()?;
        // The task first: if a waker panics, its item is dropped as an abandoned task.
        let task = Task::new(queue, item);
        wake.run();
        Some(task)
    }
}

impl<H: Handle> Future for Get<H> {
    type Output = Result<Task<H>, GetError>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match self.as_mut().at_once() {
            Some(task) => Poll::Ready(Ok(task)),
            None => poll_in_line(self.project().waiting, cx),
        }
    }
}

#[inline(never)]
fn poll_in_line<H: Handle>(
    mut waiting: Pin<&mut Waiting<H>>,
    cx: &mut Context<'_>,
) -> Poll<Result<Task<H>, GetError>> {
    let (result, effects) = ready!(waiting.as_mut().poll_get(cx));
    let Some(queue) = waiting.complete() else {
        polled_after_completion()
    };
    // The task first, as above.
    let result = result.map(|item| Task::new(queue, item));
    effects.run();
    Poll::Ready(result)
}

impl<H: Handle> fmt::Debug for Get<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Get").finish_non_exhaustive()
    }
}
