//! Where the threads of a run meet, wait for each other, and find out that nothing will happen any more.

use std::hint;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use super::{BEGIN, THREADS};

/// Running, and not woken; also: has come to its end.
const RUNNING: u8 = 0;
const WOKEN: u8 = 1;
const PARKED: u8 = 2;

/// What threads and wakers of one run share.
pub(super) struct Stage {
    pub(super) clock: AtomicU64,
    /// How many threads are running or have been woken. At zero nothing happens any more.
    busy: AtomicUsize,
    arrived: AtomicUsize,
    states: [AtomicU8; THREADS],
    /// Some thread has panicked, and will not come.
    is_over: Arc<AtomicBool>,
}

/// Says so to the others if its thread panics.
pub(super) struct Alarm(pub(super) Arc<AtomicBool>);

impl Drop for Alarm {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.store(true, Ordering::Release);
        }
    }
}

/// Spins, lets others run if that takes long, and sleeps if they do not come to it.
fn spin_until(condition: impl Fn() -> bool) {
    let mut spins = 0_u32;
    while !condition() {
        spins = spins.saturating_add(1);
        match spins {
            0..100 => hint::spin_loop(),
            100..10_000 => thread::yield_now(),
            _ => thread::sleep(Duration::from_micros(50)),
        }
    }
}

impl Stage {
    pub(super) fn new(is_over: &Arc<AtomicBool>) -> Self {
        Self {
            clock: AtomicU64::new(BEGIN),
            busy: AtomicUsize::new(THREADS),
            arrived: AtomicUsize::new(0),
            states: [const { AtomicU8::new(RUNNING) }; THREADS],
            is_over: Arc::clone(is_over),
        }
    }

    fn wait_until(&self, condition: impl Fn() -> bool) {
        spin_until(|| condition() || self.is_over.load(Ordering::Acquire));
        assert!(
            !self.is_over.load(Ordering::Acquire),
            "another thread fails"
        );
    }

    pub(super) fn wake(&self, thread: usize) {
        // First, so that it is never counted too late: it may be running before this goes on.
        self.busy.fetch_add(1, Ordering::AcqRel);
        if self.states[thread].swap(WOKEN, Ordering::AcqRel) != PARKED {
            self.busy.fetch_sub(1, Ordering::AcqRel);
        }
    }

    /// Waits until every thread is there.
    pub(super) fn meet(&self) {
        self.arrived.fetch_add(1, Ordering::AcqRel);
        self.wait_until(|| self.arrived.load(Ordering::Acquire) == THREADS);
    }

    pub(super) fn rest(&self) {
        self.busy.fetch_sub(1, Ordering::AcqRel);
    }

    pub(super) fn is_quiet(&self) -> bool {
        self.busy.load(Ordering::Acquire) == 0
    }

    /// Sleeps until `thread` is woken; `false` if nobody is left who could do it.
    pub(super) fn park(&self, thread: usize) -> bool {
        let state = &self.states[thread];
        let parked = state.compare_exchange(RUNNING, PARKED, Ordering::AcqRel, Ordering::Acquire);
        if parked.is_ok() {
            self.rest();
            self.wait_until(|| state.load(Ordering::Acquire) == WOKEN || self.is_quiet());
        }
        state.swap(RUNNING, Ordering::AcqRel) == WOKEN
    }
}
