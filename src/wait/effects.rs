//! What is left to do once the lock is free again.

use core::mem;
use core::task::Waker;

/// The wakers that leave the lock with the outcome of an operation.
///
/// An operation that returns an item makes the [`Task`](crate::Task) first and runs the effects then,
/// so that a waker that panics leaves an abandoned task behind, and nothing uncounted.
#[derive(Debug)]
#[must_use]
pub struct Effects {
    /// Somebody else, to be woken.
    wake: Option<Waker>,
    /// The waiter's own waker, out of its node.
    own: Option<Waker>,
    /// The clone that the waiter brought and that was not needed.
    spare: Option<Waker>,
}

impl Effects {
    #[inline]
    pub(crate) fn wake(wake: Option<Waker>) -> Self {
        Self::leave(wake, None)
    }

    #[inline]
    pub(crate) fn leave(wake: Option<Waker>, own: Option<Waker>) -> Self {
        Self {
            wake,
            own,
            spare: None,
        }
    }

    pub(crate) fn with_spare(self, spare: Option<Waker>) -> Self {
        Self { spare, ..self }
    }

    /// Wakes, then drops.
    #[inline]
    pub(crate) fn run(self) {
        let Self { wake, own, spare } = self;
        if let Some(waker) = wake {
            waker.wake();
        }
        drop(own);
        drop(spare);
    }
}

/// Wakes `first` and then what `next` yields, until it yields nothing.
///
/// If one of them panics, the others are woken all the same, and the panic goes on to the caller
/// then. A second panic meanwhile aborts, as any panic during unwinding does.
pub(crate) fn wake_each(first: Option<Waker>, next: impl FnMut() -> Option<Waker>) {
    struct Rest<F: FnMut() -> Option<Waker>>(F);

    impl<F: FnMut() -> Option<Waker>> Rest<F> {
        fn wake(&mut self) {
            while let Some(waker) = (self.0)() {
                waker.wake();
            }
        }
    }

    impl<F: FnMut() -> Option<Waker>> Drop for Rest<F> {
        fn drop(&mut self) {
            self.wake();
        }
    }

    let Some(first) = first else { return };
    let mut rest = Rest(next);
    first.wake();
    rest.wake();
    // Nobody is left to be woken.
    mem::forget(rest);
}
