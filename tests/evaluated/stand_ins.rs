//! What takes the place of library types whose methods are not `const`.

use core::fmt;

/// Says whose it is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Waker(pub(crate) u8);

impl Waker {
    pub(crate) const fn will_wake(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

/// The same pointer, with the two traits that the list needs.
pub(crate) struct NonNull<T>(core::ptr::NonNull<T>);

impl<T> fmt::Debug for NonNull<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<T> Clone for NonNull<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for NonNull<T> {}

impl<T> NonNull<T> {
    /// # Safety
    ///
    /// As for the real one.
    pub(crate) const unsafe fn as_ref<'a>(&self) -> &'a T {
        // SAFETY: passed on to the caller.
        unsafe { self.0.as_ref() }
    }
}

impl<T> const From<&T> for NonNull<T> {
    fn from(place: &T) -> Self {
        Self(core::ptr::NonNull::from_ref(place))
    }
}

impl<T> const PartialEq for NonNull<T> {
    fn eq(&self, other: &Self) -> bool {
        let (this, other) = (self.0.as_ptr(), other.0.as_ptr());
        // SAFETY: the nodes of a test lie in one array, or this is an error.
        unsafe { this.offset_from(other) == 0 }
    }
}

impl<T> Eq for NonNull<T> {}
