//! [`AtomicPtr`] on loom's.

use core::ptr;

use loom::sync::atomic::AtomicPtr as Pointer;
use loom::sync::atomic::Ordering;

use super::objects::Object;
use super::seq_cst;
use super::turns::Turn;

/// In the object, null and the initial value have changed places.
pub(crate) struct AtomicPtr<T> {
    initial: *mut T,
    pointer: Object<Pointer<()>>,
    turn: Turn,
}

// SAFETY: as `core`'s: sharing the pointer gives no access to what it points to.
unsafe impl<T> Send for AtomicPtr<T> {}
// SAFETY: as above.
unsafe impl<T> Sync for AtomicPtr<T> {}

impl<T> AtomicPtr<T> {
    pub(crate) const fn new(initial: *mut T) -> Self {
        Self {
            initial,
            pointer: Object::new(),
            turn: Turn::new(),
        }
    }

    fn pointer(&self) -> &Pointer<()> {
        self.turn.take();
        self.pointer.get()
    }

    /// There and back.
    fn swapped(&self, pointer: *mut T) -> *mut T {
        if pointer.is_null() {
            self.initial
        } else if pointer == self.initial {
            ptr::null_mut()
        } else {
            pointer
        }
    }

    fn outside(&self, pointer: *mut ()) -> *mut T {
        self.swapped(pointer.cast())
    }

    fn inside(&self, pointer: *mut T) -> *mut () {
        self.swapped(pointer).cast()
    }

    pub(crate) fn load(&self, order: Ordering) -> *mut T {
        let order = seq_cst::load(order);
        self.outside(self.pointer().load(order))
    }

    pub(crate) fn store(&self, value: *mut T, order: Ordering) {
        self.pointer().store(self.inside(value), order);
        seq_cst::write(order);
    }

    pub(crate) fn swap(&self, value: *mut T, order: Ordering) -> *mut T {
        let old = self.outside(self.pointer().swap(self.inside(value), order));
        seq_cst::write(order);
        old
    }

    pub(crate) fn compare_exchange(
        &self,
        current: *mut T,
        new: *mut T,
        success: Ordering,
        failure: Ordering,
    ) -> Result<*mut T, *mut T> {
        let (current, new) = (self.inside(current), self.inside(new));
        let result = self
            .pointer()
            .compare_exchange(current, new, success, failure);
        seq_cst::write(success);
        match result {
            Ok(pointer) => Ok(self.outside(pointer)),
            Err(pointer) => Err(self.outside(pointer)),
        }
    }

    /// Never fails for no reason.
    pub(crate) fn compare_exchange_weak(
        &self,
        current: *mut T,
        new: *mut T,
        success: Ordering,
        failure: Ordering,
    ) -> Result<*mut T, *mut T> {
        self.compare_exchange(current, new, success, failure)
    }

    pub(crate) fn get_mut(&mut self) -> &mut *mut T {
        // SAFETY: nobody else has access; loom checks that it was so before.
        let pointer = self
            .pointer
            .retire(|pointer| unsafe { pointer.unsync_load() });
        self.initial = self.outside(pointer.unwrap_or(ptr::null_mut()));
        &mut self.initial
    }

    pub(crate) fn into_inner(mut self) -> *mut T {
        *self.get_mut()
    }
}

impl<T> core::fmt::Debug for AtomicPtr<T> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.pad("AtomicPtr")
    }
}
