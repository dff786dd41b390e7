//! What a page or a plug-in would do with a queue: one thread, an executor of a few lines, no `std`, no
//! allocator. `run.mjs` calls `scenario`, which returns the sum of what came out.
#![no_std]

use core::cell::Cell;
use core::future::Future;
use core::pin::{Pin, pin};
use core::task::{Context, Poll, RawWaker, RawWakerVTable, Waker};

use joinable_queue::heapless::{LifoQueue, PriorityQueue, Queue};
use joinable_queue::storage::Storage;
use joinable_queue::{JoinableQueue, TryGetError};

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    core::arch::wasm32::unreachable()
}

/// One thread, and no interrupts.
struct Alone;
critical_section::set_impl!(Alone);

// SAFETY: there is no other context.
unsafe impl critical_section::Impl for Alone {
    unsafe fn acquire() {}
    unsafe fn release((): ()) {}
}

static FIFO: Queue<u32, 4> = Queue::new();
static LIFO: LifoQueue<u32, 4> = LifoQueue::new();
static PRIORITY: PriorityQueue<u32, 4> = PriorityQueue::new();

/// The sum of what came out of the three queues, each of which gets 1, 2, ... 100. With another number
/// than 0, no queue is told that item `forgotten` is done.
#[unsafe(no_mangle)]
pub extern "C" fn scenario(forgotten: u32) -> u32 {
    let sum = Cell::new(0);
    workers(&FIFO, &sum, forgotten);
    workers(&LIFO, &sum, forgotten);
    workers(&PRIORITY, &sum, forgotten);
    sum.get()
}

fn workers<S: Storage<Item = u32>>(queue: &JoinableQueue<S>, sum: &Cell<u32>, forgotten: u32) {
    let work = || async {
        while let Ok(task) = queue.get().await {
            sum.set(sum.get() + *task);
            if *task == forgotten {
                task.detach();
            } else {
                task.done();
            }
        }
    };
    let produce = async {
        for item in 1..=100 {
            queue.put(item).await.unwrap();
        }
        let stats = queue.join().await;
        assert_eq!((stats.put, stats.done, stats.abandoned), (100, 100, 0));
        assert_eq!(stats.waiting_getters, 3);
        queue.shutdown();
    };
    let [first, second, third] = [work(), work(), work()];
    run([pin!(first), pin!(second), pin!(third), pin!(produce)]);
    assert_eq!(queue.try_get().err(), Some(TryGetError::ShutDown));
}

/// Polls each whenever it was woken, until all have ended.
fn run<const N: usize>(tasks: [Pin<&mut dyn Future<Output = ()>>; N]) {
    let woken: [Cell<bool>; N] = core::array::from_fn(|_| Cell::new(true));
    let mut tasks = tasks.map(Some);
    while tasks.iter().any(Option::is_some) {
        assert!(woken.iter().any(Cell::get), "everybody sleeps");
        for (task, woken) in tasks.iter_mut().zip(&woken) {
            let Some(at_work) = task else { continue };
            if woken.take() {
                let waker = waker(woken);
                if at_work.as_mut().poll(&mut Context::from_waker(&waker)) == Poll::Ready(()) {
                    *task = None;
                }
            }
        }
    }
}

/// Sets the flag, which outlives it.
fn waker(woken: &Cell<bool>) -> Waker {
    fn wake(woken: *const ()) {
        // SAFETY: a flag of `run`, whose tasks end before it does; and there is one thread.
        unsafe { &*woken.cast::<Cell<bool>>() }.set(true);
    }
    const VTABLE: RawWakerVTable =
        RawWakerVTable::new(|data| RawWaker::new(data, &VTABLE), wake, wake, |_| {});
    let data = core::ptr::from_ref(woken).cast();
    // SAFETY: the data is what the functions expect.
    unsafe { Waker::from_raw(RawWaker::new(data, &VTABLE)) }
}
