//! What the timer interrupt does.

use core::cell::{Cell, RefCell};
use core::future::poll_fn;
use core::task::{Poll, Waker};

use critical_section::Mutex;

use crate::board;

struct Clock {
    ticks: Cell<u32>,
    one_shot: Cell<bool>,
    hook: Cell<fn()>,
    sleeper: RefCell<Option<Waker>>,
}

static CLOCK: Mutex<Clock> = Mutex::new(Clock {
    ticks: Cell::new(0),
    one_shot: Cell::new(false),
    hook: Cell::new(nothing),
    sleeper: RefCell::new(None),
});

fn nothing() {}

/// How often the timer has struck.
pub fn ticks() -> u32 {
    critical_section::with(|cs| CLOCK.borrow(cs).ticks.get())
}

/// What every tick does from now on, in the interrupt.
pub fn set_hook(hook: fn()) {
    critical_section::with(|cs| CLOCK.borrow(cs).hook.set(hook));
}

pub fn clear_hook() {
    set_hook(nothing);
}

pub(crate) fn stop_after_one() {
    critical_section::with(|cs| CLOCK.borrow(cs).one_shot.set(true));
}

pub(crate) fn on_tick() {
    let (hook, sleeper) = critical_section::with(|cs| {
        let clock = CLOCK.borrow(cs);
        clock.ticks.set(clock.ticks.get() + 1);
        if clock.one_shot.replace(false) {
            board::stop();
        }
        (clock.hook.get(), clock.sleeper.take())
    });
    hook();
    if let Some(sleeper) = sleeper {
        sleeper.wake();
    }
}

/// Waits until the timer has struck `count` times. For one task at a time.
pub async fn sleep(count: u32) {
    let end = ticks() + count;
    poll_fn(|context| {
        critical_section::with(|cs| {
            let clock = CLOCK.borrow(cs);
            if clock.ticks.get() >= end {
                return Poll::Ready(());
            }
            clock.sleeper.replace(Some(context.waker().clone()));
            Poll::Pending
        })
    })
    .await
}
