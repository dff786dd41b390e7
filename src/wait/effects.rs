//! What is left to do once the lock is free again.

use core::mem;
use core::task::Waker;

/// Who is to be woken for what an operation has changed.
///
/// An operation that returns an item makes the [`Task`](crate::Task) first and wakes then, so that a waker that
/// panics leaves an abandoned task behind, and nothing uncounted.
#[derive(Debug)]
#[must_use]
pub struct Wake(pub(crate) Option<Waker>);

impl Wake {
    #[inline]
    pub(crate) fn run(self) {
        if let Some(waker) = self.0 {
            waker.wake();
        }
    }
}

/// What leaves the lock with the outcome of a wait: as [`Wake`], and the wakers that nobody needs any more.
#[derive(Debug)]
#[must_use]
pub struct Effects {
    pub(crate) wake: Wake,
    /// The waiter's own waker, out of its node.
    pub(crate) own: Option<Waker>,
    /// A clone that the waiter brought and that was not needed, or what it displaced.
    pub(crate) spare: Option<Waker>,
}

impl From<Wake> for Effects {
    #[inline]
    fn from(wake: Wake) -> Self {
        Self {
            wake,
            own: None,
            spare: None,
        }
    }
}

impl Effects {
    /// Wakes, then drops.
    #[inline]
    pub(crate) fn run(self) {
        let Self { wake, own, spare } = self;
        wake.run();
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_asked_for_after_the_last() {
        let mut asked = 0;
        wake_each(Some(Waker::noop().clone()), || {
            asked += 1;
            (asked < 3).then(|| Waker::noop().clone())
        });
        assert_eq!(asked, 3);
    }
}
