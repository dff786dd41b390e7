//! A node together with the queue it waits on: what every future here is made around.
//!
//! The one file above the storages with `unsafe` in it: it upholds what the engines ask of whoever
//! polls, once for all futures.

use core::pin::Pin;
use core::task::{Context, Poll};

use pin_project_lite::pin_project;

use crate::error::GetError;
use crate::handle::Handle;
use crate::stats::Stats;
use crate::storage::{Engine, EngineOf, ShutDown};
use crate::wait::{Effects, Line, Node, Wake};

pin_project! {
    /// Invariants:
    ///
    /// - **W1** `node` is only ever used with the engine of `queue` (a [`Handle`] names one queue for
    ///   good) and for its line.
    /// - **W2** A node that is in a line is cancelled before it is dropped, and before the handle is.
    pub(super) struct Waiting<H: Handle> {
        // `None`: completed.
        queue: Option<H>,
        #[pin]
        node: Node,
    }

    impl<H: Handle> PinnedDrop for Waiting<H> {
        fn drop(this: Pin<&mut Self>) {
            this.complete();
        }
    }
}

impl<H: Handle> Waiting<H> {
    #[inline]
    pub(super) fn new(queue: H, line: Line) -> Self {
        Self {
            queue: Some(queue),
            node: Node::new(line),
        }
    }

    /// Completes: gives up the place in line, if there is one, and returns the queue unless completed
    /// before. A notice that was received is passed on.
    #[inline]
    pub(super) fn complete(self: Pin<&mut Self>) -> Option<H> {
        let this = self.project();
        // First, so that it is completed also if a waker that is woken here panics.
        let queue = this.queue.take();
        let node = this.node.into_ref();
        if let (Some(queue), true) = (&queue, node.is_in_line()) {
            // SAFETY: the node was used with this engine and this line only (W1).
            unsafe { queue.queue().engine().cancel(node) };
        }
        queue
    }

    pub(super) fn assert_not_completed(&self) {
        if self.queue.is_none() {
            polled_after_completion()
        }
    }

    /// The engine, and the node to be polled with it.
    #[inline]
    fn parts(self: Pin<&mut Self>) -> (&EngineOf<H::Storage>, Pin<&Node>) {
        let this = self.project();
        let Some(queue) = this.queue else {
            polled_after_completion()
        };
        (queue.queue().engine(), this.node.into_ref())
    }

    /// The item, if it is to be had before waiting begins. That completes it: nothing but the queue has to
    /// be taken out of it.
    #[inline]
    pub(super) fn get_at_once(self: Pin<&mut Self>) -> Option<(H, H::Item, Wake)> {
        let this = self.project();
        if this.node.is_in_line() {
            return None;
        }
        let (item, wake) = this.queue.as_ref()?.queue().engine().get_at_once()?;
        Some((this.queue.take()?, item, wake))
    }

    /// As `get_at_once`, for a put.
    #[inline]
    pub(super) fn put_at_once(
        mut self: Pin<&mut Self>,
        item: &mut Option<H::Item>,
    ) -> Option<Wake> {
        let wake = self.as_mut().put_one_at_once(item)?;
        *self.project().queue = None;
        Some(wake)
    }

    /// As `put_at_once`, with more to come.
    #[inline]
    pub(super) fn put_one_at_once(
        self: Pin<&mut Self>,
        item: &mut Option<H::Item>,
    ) -> Option<Wake> {
        let this = self.project();
        if this.node.is_in_line() {
            return None;
        }
        this.queue.as_ref()?.queue().engine().put_at_once(item)
    }

    #[inline]
    pub(super) fn poll_put(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        item: &mut Option<H::Item>,
    ) -> Poll<(Result<(), ShutDown>, Effects)> {
        debug_assert_eq!(self.node.line(), Line::Putters);
        let (engine, node) = self.parts();
        // SAFETY: one engine and one line (W1), cancelled before it is dropped (W2).
        unsafe { engine.poll_put(item, node, cx.waker()) }
    }

    #[inline]
    pub(super) fn poll_get(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<(Result<H::Item, GetError>, Effects)> {
        debug_assert_eq!(self.node.line(), Line::Getters);
        let (engine, node) = self.parts();
        // SAFETY: one engine and one line (W1), cancelled before it is dropped (W2).
        unsafe { engine.poll_get(node, cx.waker()) }
    }

    pub(super) fn poll_join(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<(Stats, Effects)> {
        debug_assert_eq!(self.node.line(), Line::Joiners);
        let (engine, node) = self.parts();
        // SAFETY: one engine and one line (W1), cancelled before it is dropped (W2).
        unsafe { engine.poll_join(node, cx.waker()) }
    }
}

#[cold]
#[inline(never)]
pub(super) fn polled_after_completion() -> ! {
    panic!("a future of joinable-queue was polled after completion")
}
