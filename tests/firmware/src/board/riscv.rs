use core::arch::asm;
use core::cell::Cell;

use critical_section::Mutex;
use riscv::interrupt::Interrupt;
pub use riscv_rt::entry;

const COMPARE: *mut u32 = 0x0200_4000 as *mut u32;
const NOW: *const u32 = 0x0200_bff8 as *const u32;

/// The distance between two ticks, while there are any.
static PERIOD: Mutex<Cell<u32>> = Mutex::new(Cell::new(0));

pub fn init() {
    stop();
    // SAFETY: the handler below is ready for it.
    unsafe {
        riscv::interrupt::enable_interrupt(Interrupt::MachineTimer);
        riscv::interrupt::enable();
    }
}

/// Programs run for less than the 429 s that the lower half of the timer counts.
fn arm(ticks: u32) {
    // SAFETY: the timer of the machine; the upper half is zero throughout.
    unsafe {
        COMPARE.write_volatile(NOW.read_volatile() + ticks);
        COMPARE.add(1).write_volatile(0);
    }
}

pub fn every(ticks: u32) {
    critical_section::with(|cs| PERIOD.borrow(cs).set(ticks));
    arm(ticks);
}

pub fn once(ticks: u32) {
    crate::time::stop_after_one();
    every(ticks);
}

pub fn stop() {
    // SAFETY: the timer of the machine.
    unsafe { COMPARE.add(1).write_volatile(u32::MAX) };
}

#[riscv_rt::core_interrupt(Interrupt::MachineTimer)]
fn on_timer() {
    arm(critical_section::with(|cs| PERIOD.borrow(cs).get()));
    crate::time::on_tick();
}

#[unsafe(export_name = "ExceptionHandler")]
fn on_exception(_: &riscv_rt::TrapFrame) -> ! {
    crate::println!("FAILED: a fault at {:#x}", riscv::register::mepc::read());
    crate::exit(102)
}

/// What a chip without the A extension must not get through: `lr.w a1, (a0)`.
pub fn load_exclusive() {
    let word = 0_u32;
    // SAFETY: reads a word that is there.
    unsafe {
        asm!(".4byte 0x100525af", in("a0") &word, out("a1") _, options(nostack, readonly));
    }
}
