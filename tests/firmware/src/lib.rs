//! What the firmware images share: the machine, and what scenarios are made of.
#![no_std]

pub mod board;
pub mod crew;
pub mod time;

pub use board::entry;
pub use semihosting::println;

use core::cell::Cell;
use core::future::{Future, poll_fn};
use core::pin::pin;

use critical_section::Mutex;
use semihosting::experimental::env::args;

/// A panic is printed, and the emulator exits with a failure.
#[macro_export]
macro_rules! loud_panics {
    () => {
        #[panic_handler]
        fn panic(info: &core::panic::PanicInfo<'_>) -> ! {
            $crate::println!("FAILED: {info}");
            $crate::exit(101)
        }
    };
}

/// Ends the emulation with this exit status.
pub fn exit(status: i32) -> ! {
    semihosting::process::exit(status)
}

/// Whether the emulator was told to break this, so that the image is seen to fail; see `../run`.
pub fn broken(what: &str) -> bool {
    let is_broken = args::<64>().is_ok_and(|args| (&args).any(|arg| arg == Ok(what)));
    if is_broken {
        println!("broken on purpose: {what}");
    }
    is_broken
}

/// A number for interrupts and thread mode alike.
pub struct Counter(Mutex<Cell<u32>>);

impl Counter {
    #[allow(clippy::new_without_default, reason = "for statics")]
    pub const fn new() -> Self {
        Self(Mutex::new(Cell::new(0)))
    }

    pub fn get(&self) -> u32 {
        critical_section::with(|cs| self.0.borrow(cs).get())
    }

    pub fn add(&self, more: u32) {
        critical_section::with(|cs| {
            let cell = self.0.borrow(cs);
            cell.set(cell.get() + more);
        });
    }

    /// Back to zero.
    pub fn take(&self) -> u32 {
        critical_section::with(|cs| self.0.borrow(cs).take())
    }
}

/// `work`, and how often it was polled.
pub async fn counted<F: Future>(polls: &Counter, work: F) -> F::Output {
    let mut work = pin!(work);
    poll_fn(|context| {
        polls.add(1);
        work.as_mut().poll(context)
    })
    .await
}

/// Lets every other task run until none has anything to do.
pub async fn settle() {
    for _ in 0..8 {
        embassy_futures::yield_now().await;
    }
}
