//! [`AtomicBool`] on a word of loom's.

use loom::sync::atomic::Ordering;

use super::words::AtomicUsize;

#[derive(Debug)]
pub(crate) struct AtomicBool(AtomicUsize);

impl AtomicBool {
    pub(crate) const fn new(initial: bool) -> Self {
        Self(AtomicUsize::new(initial as usize))
    }

    pub(crate) fn load(&self, order: Ordering) -> bool {
        self.0.load(order) != 0
    }

    pub(crate) fn store(&self, value: bool, order: Ordering) {
        self.0.store(usize::from(value), order);
    }

    pub(crate) fn swap(&self, value: bool, order: Ordering) -> bool {
        self.0.swap(usize::from(value), order) != 0
    }

    pub(crate) fn compare_exchange(
        &self,
        current: bool,
        new: bool,
        success: Ordering,
        failure: Ordering,
    ) -> Result<bool, bool> {
        let (current, new) = (usize::from(current), usize::from(new));
        match self.0.compare_exchange(current, new, success, failure) {
            Ok(value) => Ok(value != 0),
            Err(value) => Err(value != 0),
        }
    }

    /// Never fails for no reason.
    pub(crate) fn compare_exchange_weak(
        &self,
        current: bool,
        new: bool,
        success: Ordering,
        failure: Ordering,
    ) -> Result<bool, bool> {
        self.compare_exchange(current, new, success, failure)
    }

    pub(crate) fn fetch_or(&self, value: bool, order: Ordering) -> bool {
        if value {
            self.swap(true, order)
        } else {
            self.0.fetch_add(0, order) != 0
        }
    }

    pub(crate) fn fetch_and(&self, value: bool, order: Ordering) -> bool {
        if value {
            self.0.fetch_add(0, order) != 0
        } else {
            self.swap(false, order)
        }
    }

    pub(crate) fn into_inner(self) -> bool {
        self.0.into_inner() != 0
    }
}
