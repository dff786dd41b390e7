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
use crate::wait::{Effects, Line};

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
}

impl<H: Handle> Future for Get<H> {
    type Output = Result<Task<H>, GetError>;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut waiting = self.project().waiting;
        if let Some((item, effects)) = waiting.get_at_once() {
            return Poll::Ready(complete(waiting, Ok(item), effects));
        }
        let (result, effects) = ready!(waiting.as_mut().poll_get(cx));
        Poll::Ready(complete(waiting, result, effects))
    }
}

#[inline]
fn complete<H: Handle>(
    waiting: Pin<&mut Waiting<H>>,
    result: Result<H::Item, GetError>,
    effects: Effects,
) -> Result<Task<H>, GetError> {
    let Some(queue) = waiting.complete() else {
        polled_after_completion()
    };
    // The task first: if a waker panics, its item is dropped as an abandoned task.
    let result = result.map(|item| Task::new(queue, item));
    effects.run();
    result
}

impl<H: Handle> fmt::Debug for Get<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Get").finish_non_exhaustive()
    }
}
