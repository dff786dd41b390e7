//! Wakers that count what happens to them, and do things when it does.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{RawWaker, RawWakerVTable, Waker};

/// What happens to a waker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    Clone,
    Wake,
    WakeByRef,
    Drop,
}

type Hook = Arc<dyn Fn(Event) + Send + Sync>;

#[derive(Default)]
struct Shared {
    clones: AtomicUsize,
    wakes: AtomicUsize,
    drops: AtomicUsize,
    hook: Mutex<Option<Hook>>,
}

/// Makes wakers, all of one task, and counts what happens to them.
#[derive(Clone, Default)]
pub(crate) struct Probe(Arc<Shared>);

impl Probe {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Calls `hook` at every event from now on, in the middle of it; it may panic, or use a queue.
    pub(crate) fn on_event(&self, hook: impl Fn(Event) + Send + Sync + 'static) {
        *self.0.hook.lock().unwrap() = Some(Arc::new(hook));
    }

    /// Stops that.
    pub(crate) fn off(&self) {
        let hook = self.0.hook.lock().unwrap().take();
        drop(hook);
    }

    /// A waker of this task; is not counted as a clone.
    pub(crate) fn waker(&self) -> Waker {
        let data = Arc::into_raw(Arc::clone(&self.0));
        // SAFETY: the functions of the table treat the pointer as what it is, an `Arc<Shared>`, and
        // `Shared` is `Send + Sync`.
        unsafe { Waker::from_raw(RawWaker::new(data.cast(), &TABLE)) }
    }

    /// How often a waker was cloned.
    pub(crate) fn clones(&self) -> usize {
        self.0.clones.load(Ordering::SeqCst)
    }

    /// How often the task was woken.
    pub(crate) fn wakes(&self) -> usize {
        self.0.wakes.load(Ordering::SeqCst)
    }

    /// How often a waker was dropped without having been woken by value.
    pub(crate) fn drops(&self) -> usize {
        self.0.drops.load(Ordering::SeqCst)
    }

    /// How many wakers of this task there are now. (Clone the probe itself, and it counts as well.)
    pub(crate) fn alive(&self) -> usize {
        Arc::strong_count(&self.0) - 1
    }
}

impl Shared {
    fn event(&self, event: Event) {
        let count = match event {
            Event::Clone => &self.clones,
            Event::Wake | Event::WakeByRef => &self.wakes,
            Event::Drop => &self.drops,
        };
        count.fetch_add(1, Ordering::SeqCst);
        // Cloned out, so that the hook may cause events itself.
        let hook = self.hook.lock().unwrap().clone();
        if let Some(hook) = hook {
            hook(event);
        }
    }
}

static TABLE: RawWakerVTable = RawWakerVTable::new(clone, wake, wake_by_ref, drop_waker);

unsafe fn clone(data: *const ()) -> RawWaker {
    let data = data.cast::<Shared>();
    // SAFETY: `data` is from `Arc::into_raw`, and the waker that it belongs to is borrowed.
    unsafe { &*data }.event(Event::Clone);
    // SAFETY: as above.
    unsafe { Arc::increment_strong_count(data) };
    RawWaker::new(data.cast(), &TABLE)
}

unsafe fn wake(data: *const ()) {
    // SAFETY: `data` is from `Arc::into_raw`, and the waker that it belongs to is consumed.
    let shared = unsafe { Arc::from_raw(data.cast::<Shared>()) };
    shared.event(Event::Wake);
}

unsafe fn wake_by_ref(data: *const ()) {
    // SAFETY: `data` is from `Arc::into_raw`, and the waker that it belongs to is borrowed.
    unsafe { &*data.cast::<Shared>() }.event(Event::WakeByRef);
}

unsafe fn drop_waker(data: *const ()) {
    // SAFETY: `data` is from `Arc::into_raw`, and the waker that it belongs to is consumed.
    let shared = unsafe { Arc::from_raw(data.cast::<Shared>()) };
    shared.event(Event::Drop);
}
