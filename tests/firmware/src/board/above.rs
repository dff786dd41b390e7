//! An executor of a few lines in the software interrupt, for where embassy has none: it preempts thread
//! mode, and nothing but the timer's interrupt waits for it.

use core::cell::Cell;
use core::future::Future;
use core::mem::transmute;
use core::pin::Pin;
use core::sync::atomic::{AtomicBool, Ordering};
use core::task::{Context, Poll, RawWaker, RawWakerVTable, Waker};

use critical_section::Mutex;
use riscv::interrupt::Interrupt;

/// Writing 1 there raises the software interrupt of this hart, 0 takes it back.
const SOFTWARE: *mut u32 = 0x0200_0000 as *mut u32;

type Task = Pin<&'static mut (dyn Future<Output = ()> + Send)>;

struct Slot {
    task: Mutex<Cell<Option<Task>>>,
    woken: AtomicBool,
}

static SLOTS: [Slot; 4] = [const {
    Slot {
        task: Mutex::new(Cell::new(None)),
        woken: AtomicBool::new(false),
    }
}; 4];

/// Runs `tasks` above thread mode, at once, until they wait; and then whenever they are woken.
///
/// # Safety
///
/// They must have ended before they are dropped.
pub unsafe fn run_above<const N: usize>(tasks: Pin<&mut [impl Future<Output = ()> + Send; N]>) {
    // SAFETY: the elements of a pinned array are pinned.
    for task in unsafe { tasks.get_unchecked_mut() } {
        // SAFETY: as above, and the caller keeps them.
        let task = unsafe {
            transmute::<Pin<&mut (dyn Future<Output = ()> + Send)>, Task>(Pin::new_unchecked(task))
        };
        let slot = SLOTS
            .iter()
            .find(|slot| {
                critical_section::with(|cs| {
                    let cell = slot.task.borrow(cs);
                    let inside = cell.take();
                    let is_free = inside.is_none();
                    cell.set(inside);
                    is_free
                })
            })
            .expect("too many tasks");
        critical_section::with(|cs| slot.task.borrow(cs).set(Some(task)));
        wake(core::ptr::from_ref(slot).cast());
    }
    // SAFETY: the handler below is ready for it.
    unsafe { riscv::interrupt::enable_interrupt(Interrupt::MachineSoft) };
}

fn wake(slot: *const ()) {
    // SAFETY: one of the static slots.
    let slot = unsafe { &*slot.cast::<Slot>() };
    // Ordering: Relaxed, one hart.
    slot.woken.store(true, Ordering::Relaxed);
    // SAFETY: the register of the machine.
    unsafe { SOFTWARE.write_volatile(1) };
}

const VTABLE: RawWakerVTable =
    RawWakerVTable::new(|slot| RawWaker::new(slot, &VTABLE), wake, wake, |_| {});

#[riscv_rt::core_interrupt(Interrupt::MachineSoft)]
fn on_software() {
    // Before it looks: who is woken meanwhile raises it again.
    // SAFETY: the register of the machine.
    unsafe { SOFTWARE.write_volatile(0) };
    for slot in &SLOTS {
        // Ordering: Relaxed, and two steps: nothing interrupts this handler.
        if !slot.woken.load(Ordering::Relaxed) {
            continue;
        }
        slot.woken.store(false, Ordering::Relaxed);
        let Some(mut task) = critical_section::with(|cs| slot.task.borrow(cs).take()) else {
            continue;
        };
        // SAFETY: the functions of the table expect a slot.
        let waker =
            unsafe { Waker::from_raw(RawWaker::new(core::ptr::from_ref(slot).cast(), &VTABLE)) };
        if task.as_mut().poll(&mut Context::from_waker(&waker)) == Poll::Pending {
            critical_section::with(|cs| slot.task.borrow(cs).set(Some(task)));
        }
    }
}
