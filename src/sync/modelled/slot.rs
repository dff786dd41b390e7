//! A cell whose accesses loom checks: a read while somebody writes, or a write while anybody reads or
//! writes, and whatever no ordering keeps from being so.

use core::cell::UnsafeCell;

use loom::cell;

use super::objects::Object;

/// See the table in [`crate::sync`]. The object stands for the value in all that loom checks.
pub(crate) struct Slot<T> {
    value: UnsafeCell<T>,
    checked: Object<cell::UnsafeCell<()>>,
}

impl<T> Slot<T> {
    pub(crate) const fn new(value: T) -> Self {
        Self {
            value: UnsafeCell::new(value),
            checked: Object::new(),
        }
    }

    pub(crate) fn with<R>(&self, f: impl FnOnce(*const T) -> R) -> R {
        self.checked.get().with(|_| f(self.value.get()))
    }

    pub(crate) fn with_mut<R>(&self, f: impl FnOnce(*mut T) -> R) -> R {
        self.checked.get().with_mut(|_| f(self.value.get()))
    }

    pub(crate) fn get_mut(&mut self) -> &mut T {
        self.checked.retire(|checked| checked.with_mut(|_| ()));
        self.value.get_mut()
    }

    pub(crate) fn into_inner(mut self) -> T {
        self.get_mut();
        self.value.into_inner()
    }
}

impl<T> core::fmt::Debug for Slot<T> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.pad("Slot")
    }
}
