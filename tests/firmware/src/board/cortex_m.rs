use core::arch::asm;

use cortex_m::Peripherals;
use cortex_m::interrupt::InterruptNumber;
use cortex_m::peripheral::scb::SystemHandler;
use cortex_m::peripheral::syst::SystClkSource;
use cortex_m::peripheral::{NVIC, SCB, SYST};
use cortex_m_rt::ExceptionFrame;
pub use cortex_m_rt::entry;

/// An interrupt line that nothing is connected to.
#[derive(Clone, Copy)]
pub struct Software;

// SAFETY: every machine here has this line.
unsafe impl InterruptNumber for Software {
    fn number(self) -> u16 {
        20
    }
}

/// The timer preempts the software interrupt, which preempts thread mode.
pub fn init() {
    // SAFETY: called once, before anything else uses them.
    let mut peripherals = unsafe { Peripherals::steal() };
    // SAFETY: no section is masked by priority.
    unsafe {
        peripherals.SCB.set_priority(SystemHandler::SysTick, 0x00);
        peripherals.NVIC.set_priority(Software, 0x80);
    }
}

fn timer() -> SYST {
    // SAFETY: used by one context at a time: thread mode while the timer is stopped, then the handler.
    unsafe { Peripherals::steal() }.SYST
}

pub fn every(ticks: u32) {
    let mut timer = timer();
    timer.set_clock_source(SystClkSource::Core);
    timer.set_reload(ticks);
    timer.clear_current();
    timer.enable_interrupt();
    timer.enable_counter();
}

pub fn once(ticks: u32) {
    crate::time::stop_after_one();
    every(ticks);
}

pub fn stop() {
    let mut timer = timer();
    timer.disable_counter();
    timer.disable_interrupt();
    SCB::clear_pendst();
}

/// Raises the software interrupt.
pub fn pend() {
    NVIC::pend(Software);
}

#[cortex_m_rt::exception]
fn SysTick() {
    crate::time::on_tick();
}

#[cortex_m_rt::exception]
unsafe fn HardFault(frame: &ExceptionFrame) -> ! {
    crate::println!("FAILED: a fault at {:#x}", frame.pc());
    crate::exit(102)
}

/// What a chip without compare-and-swap must not get through: `ldrex r1, [r0]`.
pub fn load_exclusive() {
    let word = 0_u32;
    // SAFETY: reads a word that is there.
    unsafe {
        asm!(".hword 0xe850, 0x1f00", in("r0") &word, out("r1") _, options(nostack, readonly));
    }
}
