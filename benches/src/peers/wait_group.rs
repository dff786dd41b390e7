//! crossfire's own wait group, as the count beside its channel.

use crossfire::waitgroup::WaitGroupInline;

use crate::peers::tracked::Completion;

/// `crossfire::waitgroup::WaitGroupInline`.
pub struct WaitGroup(WaitGroupInline);

impl Default for WaitGroup {
    fn default() -> Self {
        Self(WaitGroupInline::new())
    }
}

impl Completion for WaitGroup {
    const NAME: &'static str = "WaitGroup";

    #[inline]
    fn add(&self) {
        self.0.add();
    }

    #[inline]
    fn done(&self) {
        // SAFETY: asks that the count does not go below zero; `Tracked` counts each item up once, then
        // down once.
        unsafe { self.0.done() };
    }

    async fn wait(&self) {
        // SAFETY: asks for one waiter at a time, as does `Completion::wait`.
        let zero = unsafe { self.0.wait_async() };
        zero.await;
    }
}
