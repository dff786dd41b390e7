//! An engine that is known to be shareable wherever its items may be sent.

use core::ops::Deref;

use super::{EngineOf, Storage};

/// The engine of `S`.
///
/// `Send` and `Sync` follow from the item type alone, so that code that is generic over the storage
/// needs no other bound than `S::Item: Send` to share a queue between threads.
pub(crate) struct Shared<S: Storage>(EngineOf<S>);

// SAFETY: implementors of `Engine` promise this for `Item: Send`.
// - `Item: Send`, because items come out on other threads than they went in, and are dropped there.
// - not `Item: Sync`: an engine hands out no references to items.
unsafe impl<S: Storage> Send for Shared<S> where S::Item: Send {}
// SAFETY: as above.
unsafe impl<S: Storage> Sync for Shared<S> where S::Item: Send {}

impl<S: Storage> Shared<S> {
    pub(crate) const fn new(engine: EngineOf<S>) -> Self {
        Self(engine)
    }
}

impl<S: Storage> Deref for Shared<S> {
    type Target = EngineOf<S>;

    #[inline]
    fn deref(&self) -> &EngineOf<S> {
        &self.0
    }
}
