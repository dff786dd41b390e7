//! No lock at all: so that a build without `std` and without `critical-section` ends with the one error
//! that says so, and not with what follows from it.

use core::marker::PhantomData;

pub(crate) struct Lock<T, L>(PhantomData<fn(T, L)>);

impl<T, L> Lock<T, L> {
    pub(crate) const fn new(_: T) -> Self {
        panic!("no lock")
    }

    pub(crate) fn with<R>(&self, _: impl FnOnce(&mut T) -> R) -> R {
        panic!("no lock")
    }

    pub(crate) fn try_with<R>(&self, _: impl FnOnce(&mut T) -> R) -> Option<R> {
        panic!("no lock")
    }
}
