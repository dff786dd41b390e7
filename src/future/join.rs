//! The wait for an instant at which everything is finished.
#![forbid(unsafe_code)]

use core::fmt;
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll, ready};

use pin_project_lite::pin_project;

use super::waiting::Waiting;
use crate::handle::Handle;
use crate::stats::Stats;
use crate::wait::Line;

pin_project! {
    /// Returned by [`join`](crate::JoinableQueue::join): resolves to the queue's [`Stats`].
    #[must_use = "futures do nothing unless polled"]
    pub struct Join<H: Handle> {
        #[pin]
        waiting: Waiting<H>,
    }
}

impl<H: Handle> Join<H> {
    pub(crate) fn new(queue: H) -> Self {
        Self {
            waiting: Waiting::new(queue, Line::Joiners),
        }
    }
}

impl<H: Handle> Future for Join<H> {
    type Output = Stats;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Stats> {
        let mut waiting = self.project().waiting;
        let (stats, effects) = ready!(waiting.as_mut().poll_join(cx));
        waiting.complete();
        effects.run();
        Poll::Ready(stats)
    }
}

impl<H: Handle> fmt::Debug for Join<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Join").finish_non_exhaustive()
    }
}
