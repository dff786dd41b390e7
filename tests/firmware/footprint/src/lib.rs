//! What the measured programs share: as little as can be.
#![no_std]

use core::future::Future;
use core::hint::black_box;
use core::pin::pin;
use core::task::{Context, Poll, Waker};

#[cfg(target_arch = "arm")]
pub use cortex_m_rt::entry;
#[cfg(target_arch = "riscv32")]
pub use riscv_rt::entry;

/// Masks interrupts; returns whether they were masked before.
#[inline]
pub fn mask() -> bool {
    #[cfg(target_arch = "arm")]
    {
        let masked = cortex_m::register::primask::read().is_inactive();
        cortex_m::interrupt::disable();
        masked
    }
    #[cfg(target_arch = "riscv32")]
    {
        let masked = !riscv::register::mstatus::read().mie();
        riscv::interrupt::disable();
        masked
    }
}

/// # Safety
///
/// `masked` comes from [`mask`].
#[inline]
pub unsafe fn unmask(masked: bool) {
    if !masked {
        // SAFETY: they were not masked, as the caller says.
        unsafe {
            #[cfg(target_arch = "arm")]
            cortex_m::interrupt::enable();
            #[cfg(target_arch = "riscv32")]
            riscv::interrupt::enable();
        }
    }
}

/// A whole program that runs this over and over, with nothing but plain critical sections, and a panic
/// handler that can be found in the image if anything refers to it.
#[macro_export]
macro_rules! program {
    ($body:block) => {
        struct Sections;
        critical_section::set_impl!(Sections);

        // SAFETY: one core, and masked between the two.
        unsafe impl critical_section::Impl for Sections {
            unsafe fn acquire() -> critical_section::RawRestoreState {
                $crate::mask()
            }

            unsafe fn release(masked: critical_section::RawRestoreState) {
                // SAFETY: from `acquire`.
                unsafe { $crate::unmask(masked) }
            }
        }

        #[panic_handler]
        #[inline(never)]
        fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
            loop {}
        }

        #[$crate::entry]
        fn start() -> ! {
            loop {
                $body
            }
        }
    };
}

/// From where the optimiser cannot know it.
pub fn input() -> u32 {
    black_box(1)
}

/// To where the optimiser cannot see it.
pub fn output(item: u32) {
    black_box(item);
}

/// An executor of the least kind.
pub fn block_on<F: Future>(work: F) -> F::Output {
    let mut work = pin!(work);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(output) = work.as_mut().poll(&mut context) {
            return output;
        }
    }
}
