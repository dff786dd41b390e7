//! A cell whose accesses have a beginning and an end, so that the other side can check them.
#![allow(dead_code, reason = "not every build has a flavour that uses it")]

use core::cell::UnsafeCell;

/// See the table in [`crate::sync`]. Not `Sync`: whoever shares it says why it may.
#[derive(Debug)]
pub(crate) struct Slot<T>(UnsafeCell<T>);

impl<T> Slot<T> {
    pub(crate) const fn new(value: T) -> Self {
        Self(UnsafeCell::new(value))
    }

    /// Nobody may write while `f` runs. The pointer must not be used afterwards.
    #[inline(always)]
    pub(crate) fn with<R>(&self, f: impl FnOnce(*const T) -> R) -> R {
        f(self.0.get())
    }

    /// Nobody may read or write while `f` runs. The pointer must not be used afterwards.
    #[inline(always)]
    pub(crate) fn with_mut<R>(&self, f: impl FnOnce(*mut T) -> R) -> R {
        f(self.0.get())
    }

    #[inline(always)]
    pub(crate) fn get_mut(&mut self) -> &mut T {
        self.0.get_mut()
    }

    #[inline(always)]
    pub(crate) fn into_inner(self) -> T {
        self.0.into_inner()
    }
}
