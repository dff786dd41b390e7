//! A batch on its way out.
#![forbid(unsafe_code)]

use core::fmt;
use core::future::Future;
use core::iter;
use core::pin::Pin;
use core::task::{Context, Poll, ready};

use pin_project_lite::pin_project;

use super::waiting::{Waiting, polled_after_completion};
use crate::error::GetError;
use crate::handle::Handle;
use crate::storage::{Engine, EngineOf};
use crate::ticket::Ticket;
use crate::wait::{Effects, Line, Wake};

pin_project! {
    /// Returned by [`get_many`](crate::JoinableQueue::get_many): resolves to the [`Ticket`] of the
    /// items that were taken.
    #[must_use = "futures do nothing unless polled"]
    pub struct GetMany<'e, H: Handle, E> {
        max: usize,
        into: &'e mut E,
        #[pin]
        waiting: Waiting<H>,
    }
}

impl<'e, H: Handle, E> GetMany<'e, H, E> {
    pub(crate) fn new(queue: H, max: usize, into: &'e mut E) -> Self {
        Self {
            max,
            into,
            waiting: Waiting::new(queue, Line::Getters),
        }
    }
}

impl<H: Handle, E: Extend<H::Item>> Future for GetMany<'_, H, E> {
    type Output = Result<Ticket<H>, GetError>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        if *this.max == 0 {
            let Some(queue) = this.waiting.complete() else {
                polled_after_completion()
            };
            return Poll::Ready(Ok(Ticket::new(queue, 0)));
        }
        let (queue, first) = match this.waiting.as_mut().get_at_once() {
            Some((queue, item, wake)) => (queue, (item, wake.into())),
            None => {
                let (result, effects) = ready!(this.waiting.as_mut().poll_get(cx));
                let Some(queue) = this.waiting.complete() else {
                    polled_after_completion()
                };
                match result {
                    Ok(item) => (queue, (item, effects)),
                    Err(error) => {
                        effects.run();
                        return Poll::Ready(Err(error));
                    }
                }
            }
        };
        let more = Engine::get_more;
        Poll::Ready(Ok(take_more(queue, first, more, *this.max, *this.into)))
    }
}

impl<H: Handle, E> fmt::Debug for GetMany<'_, H, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GetMany")
            .field("max", &self.max)
            .finish_non_exhaustive()
    }
}

/// Hands `first` and what `next` yields, at most `max` items in all, to `into`, and returns the ticket
/// for them.
pub(crate) fn take_more<H, E>(
    queue: H,
    (first, effects): (H::Item, Effects),
    next: impl Fn(&EngineOf<H::Storage>) -> Option<(H::Item, Wake)>,
    max: usize,
    into: &mut E,
) -> Ticket<H>
where
    H: Handle,
    E: Extend<H::Item>,
{
    // The ticket counts an item before foreign code runs (a waker, `extend`), so that whatever
    // panics leaves it abandoned.
    let mut ticket = Ticket::new(queue, 1);
    // Declared behind the ticket, so that it is dropped before it is counted.
    let first = first;
    effects.run();
    let more = iter::from_fn(|| {
        let (item, wake) = next(ticket.queue().engine())?;
        ticket.add_one();
        wake.run();
        Some(item)
    });
    into.extend(iter::once(first).chain(more.take(max - 1)));
    ticket
}
