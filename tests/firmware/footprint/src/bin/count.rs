//! Counts instructions, the longest critical section, polls and bytes, and prints a line for each.
#![no_std]
#![no_main]

use core::cell::Cell;
use core::future::Future;
use core::hint::black_box;
use core::mem::{size_of, size_of_val};
use core::pin::{Pin, pin};
use core::task::{Context, Poll, RawWaker, RawWakerVTable, Waker};

use embassy_sync::blocking_mutex::raw::CriticalSectionRawMutex;
use embassy_sync::channel::Channel;
use embassy_sync::priority_channel::{Min, PriorityChannel};
use joinable_queue::JoinableQueue;
use joinable_queue::heapless::{LifoQueue, PriorityQueue, Queue};
use joinable_queue::storage::Storage;
use joinable_queue_footprint::{entry, mask, unmask};
use semihosting::println;

#[panic_handler]
fn panic(info: &core::panic::PanicInfo<'_>) -> ! {
    println!("FAILED: {info}");
    semihosting::process::exit(101)
}

/// The emulator takes 2^10 ns of virtual time for each instruction, which is many ticks.
#[cfg(target_arch = "arm")]
mod clock {
    use cortex_m::Peripherals;
    use cortex_m::peripheral::syst::SystClkSource;

    pub fn start() {
        // SAFETY: the only use.
        let mut timer = unsafe { Peripherals::steal() }.SYST;
        timer.set_clock_source(SystClkSource::Core);
        timer.set_reload(0x00ff_ffff);
        timer.clear_current();
        timer.enable_counter();
    }

    #[inline(always)]
    pub fn now() -> u32 {
        0x00ff_ffff - cortex_m::peripheral::SYST::get_current()
    }

    #[inline(always)]
    pub fn since(start: u32) -> u32 {
        now().wrapping_sub(start) & 0x00ff_ffff
    }
}

/// Counts them itself.
#[cfg(target_arch = "riscv32")]
mod clock {
    pub fn start() {}

    #[inline(always)]
    pub fn now() -> u32 {
        riscv::register::minstret::read() as u32
    }

    #[inline(always)]
    pub fn since(start: u32) -> u32 {
        now().wrapping_sub(start)
    }
}

/// Ticks for 400 instructions.
#[inline(never)]
fn calibrate() -> u32 {
    let start = clock::now();
    // SAFETY: does nothing.
    unsafe { core::arch::asm!(".rept 400", "nop", ".endr") };
    let full = clock::since(start);
    let start = clock::now();
    full - clock::since(start)
}

struct Sections;
critical_section::set_impl!(Sections);

/// What metering sections costs is left out of the instructions: so it is a build of its own.
#[cfg(not(feature = "sections"))]
mod sections {
    use super::*;

    // SAFETY: one core, and masked between the two.
    unsafe impl critical_section::Impl for Sections {
        unsafe fn acquire() -> critical_section::RawRestoreState {
            mask()
        }

        unsafe fn release(masked: critical_section::RawRestoreState) {
            // SAFETY: passed on.
            unsafe { unmask(masked) };
        }
    }

    pub fn reset() {}

    pub fn longest() -> u32 {
        0
    }
}

#[cfg(feature = "sections")]
mod sections {
    use core::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    static ENTERED: AtomicU32 = AtomicU32::new(0);
    static LONGEST: AtomicU32 = AtomicU32::new(0);

    // SAFETY: one core, and masked between the two. (The outermost section is timed.)
    unsafe impl critical_section::Impl for Sections {
        #[inline(never)]
        unsafe fn acquire() -> critical_section::RawRestoreState {
            let masked = mask();
            if !masked {
                ENTERED.store(clock::now(), Ordering::Relaxed);
            }
            masked
        }

        #[inline(never)]
        unsafe fn release(masked: critical_section::RawRestoreState) {
            if !masked {
                let took = clock::since(ENTERED.load(Ordering::Relaxed));
                if took > longest() {
                    LONGEST.store(took, Ordering::Relaxed);
                }
            }
            // SAFETY: passed on.
            unsafe { unmask(masked) };
        }
    }

    pub fn reset() {
        LONGEST.store(0, Ordering::Relaxed);
    }

    pub fn longest() -> u32 {
        LONGEST.load(Ordering::Relaxed)
    }
}

struct Meter {
    /// Ticks for 400 instructions.
    scale: u32,
    /// What calling nothing takes.
    empty: u32,
    /// What masking nothing takes.
    empty_section: u32,
}

impl Meter {
    fn new() -> Self {
        let scale = calibrate();
        let mut meter = Self {
            scale,
            empty: 0,
            empty_section: 0,
        };
        meter.empty = meter.run(|| ()).0;
        meter.empty_section = meter.run(|| critical_section::with(|_| ())).1;
        meter
    }

    /// Ticks, and those of the longest section.
    #[inline(never)]
    fn run(&self, mut work: impl FnMut()) -> (u32, u32) {
        let mut least = u32::MAX;
        let mut longest = 0;
        for _ in 0..16 {
            sections::reset();
            let start = clock::now();
            work();
            least = least.min(clock::since(start));
            longest = longest.max(sections::longest());
        }
        (least, longest)
    }

    fn instructions(&self, ticks: u32) -> u32 {
        (ticks * 400 + self.scale / 2) / self.scale
    }

    #[inline(never)]
    fn report(&self, who: &str, what: &str, work: impl FnMut()) {
        let (ticks, section) = self.run(work);
        if cfg!(feature = "sections") {
            let instructions = self.instructions(section.saturating_sub(self.empty_section));
            println!("section {who} {what} {instructions}");
        } else {
            println!(
                "count {who} {what} {}",
                self.instructions(ticks - self.empty)
            );
        }
    }
}

#[inline(never)]
fn poll<F: Future>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

#[entry]
fn start() -> ! {
    clock::start();
    // SAFETY: nothing is enabled.
    unsafe { unmask(false) };
    let meter = Meter::new();

    let fifo = Queue::<u32, 8>::new();
    let lifo = LifoQueue::<u32, 8>::new();
    let priority = PriorityQueue::<u32, 8>::new();
    ours(&meter, "fifo", &fifo);
    ours(&meter, "lifo", &lifo);
    ours(&meter, "priority", &priority);
    peers(&meter);
    sizes(&fifo);
    println!("done");
    semihosting::process::exit(0)
}

/// Each measurement as a function of its own, so that all are compiled alike.
fn ours<S: Storage<Item = u32>>(meter: &Meter, name: &str, queue: &JoinableQueue<S>) {
    meter.report(name, "try_pair", || {
        let _ = queue.try_put(black_box(1));
        if let Ok(task) = queue.try_get() {
            black_box(*task);
            core::mem::forget(task);
        }
    });
    meter.report(name, "try_pair_done", || {
        let _ = queue.try_put(black_box(1));
        if let Ok(task) = queue.try_get() {
            black_box(task.done());
        }
    });
    meter.report(name, "await_pair", || {
        let _ = poll(pin!(queue.put(black_box(1))));
        if let Poll::Ready(Ok(task)) = poll(pin!(queue.get())) {
            black_box(*task);
            core::mem::forget(task);
        }
    });
    meter.report(name, "wait_cycle", || {
        let mut get = pin!(queue.get());
        let _ = poll(get.as_mut());
        let _ = queue.try_put(black_box(1));
        if let Poll::Ready(Ok(task)) = poll(get) {
            black_box(*task);
            core::mem::forget(task);
        }
    });
    meter.report(name, "cancel", || {
        let mut get = pin!(queue.get());
        let _ = poll(get.as_mut());
    });
    for n in 0..7 {
        let _ = queue.try_put(7 - n);
    }
    meter.report(name, "try_pair_7_inside", || {
        let _ = queue.try_put(black_box(4));
        if let Ok(task) = queue.try_get() {
            black_box(*task);
            core::mem::forget(task);
        }
    });
    drop(queue.shutdown_now());
}

fn peers(meter: &Meter) {
    let channel = Channel::<CriticalSectionRawMutex, u32, 8>::new();
    meter.report("channel", "try_pair", || {
        let _ = channel.try_send(black_box(1));
        let _ = black_box(channel.try_receive());
    });
    meter.report("channel", "await_pair", || {
        let _ = poll(pin!(channel.send(black_box(1))));
        let _ = black_box(poll(pin!(channel.receive())));
    });
    meter.report("channel", "wait_cycle", || {
        let mut get = pin!(channel.receive());
        let _ = poll(get.as_mut());
        let _ = channel.try_send(black_box(1));
        let _ = black_box(poll(get));
    });
    let channel = PriorityChannel::<CriticalSectionRawMutex, u32, Min, 8>::new();
    meter.report("priority_channel", "try_pair", || {
        let _ = channel.try_send(black_box(1));
        let _ = black_box(channel.try_receive());
    });
    meter.report("priority_channel", "await_pair", || {
        let _ = poll(pin!(channel.send(black_box(1))));
        let _ = black_box(poll(pin!(channel.receive())));
    });
    meter.report("priority_channel", "wait_cycle", || {
        let mut get = pin!(channel.receive());
        let _ = poll(get.as_mut());
        let _ = channel.try_send(black_box(1));
        let _ = black_box(poll(get));
    });
    for n in 0..7 {
        let _ = channel.try_send(7 - n);
    }
    meter.report("priority_channel", "try_pair_7_inside", || {
        let _ = channel.try_send(black_box(4));
        let _ = black_box(channel.try_receive());
    });
    #[allow(deprecated, reason = "it is still the peer that people compare with")]
    let mpmc = heapless::mpmc::Queue::<u32, 8>::new();
    meter.report("mpmc", "try_pair", || {
        let _ = mpmc.enqueue(black_box(1));
        let _ = black_box(mpmc.dequeue());
    });
    let mut spsc = heapless::spsc::Queue::<u32, 8>::new();
    let (mut producer, mut consumer) = spsc.split();
    meter.report("spsc", "try_pair", || {
        let _ = producer.enqueue(black_box(1));
        let _ = black_box(consumer.dequeue());
    });
}

fn sizes(queue: &Queue<u32, 8>) {
    println!("bytes fifo static {}", size_of::<Queue<u32, 8>>());
    println!("bytes lifo static {}", size_of::<LifoQueue<u32, 8>>());
    println!(
        "bytes priority static {}",
        size_of::<PriorityQueue<u32, 8>>()
    );
    for (what, bytes) in [
        ("put", size_of_val(&queue.put(1))),
        ("get", size_of_val(&queue.get())),
        ("join", size_of_val(&queue.join())),
    ] {
        println!("bytes fifo {what} {bytes}");
    }
    type Fifo = Channel<CriticalSectionRawMutex, u32, 8>;
    type Sorted = PriorityChannel<CriticalSectionRawMutex, u32, Min, 8>;
    let channel = Fifo::new();
    let sorted = Sorted::new();
    println!("bytes channel static {}", size_of::<Fifo>());
    println!("bytes channel put {}", size_of_val(&channel.send(1)));
    println!("bytes channel get {}", size_of_val(&channel.receive()));
    println!("bytes priority_channel static {}", size_of::<Sorted>());
    println!(
        "bytes priority_channel put {}",
        size_of_val(&sorted.send(1))
    );
    println!(
        "bytes priority_channel get {}",
        size_of_val(&sorted.receive())
    );
    #[allow(deprecated, reason = "as above")]
    let mpmc = size_of::<heapless::mpmc::Queue<u32, 8>>();
    println!("bytes mpmc static {mpmc}");
    println!(
        "bytes spsc static {}",
        size_of::<heapless::spsc::Queue<u32, 8>>()
    );

    polls::<1>();
    polls::<2>();
    polls::<4>();
    polls::<16>();
}

/// Polls of the receiving future for each of 32 messages to one of `WAITING` tasks, when every task that
/// was woken is polled until none is; at 1000 the executor is taken not to come to rest.
fn polls<const WAITING: usize>() {
    let queue = Queue::<u32, 8>::new();
    let polls = Cell::new(0);
    let receive = || async {
        while let Ok(task) = counted(&polls, queue.get()).await {
            task.done();
        }
    };
    let polls = until_idle::<_, WAITING>(&polls, receive, || queue.try_put(1).is_ok());
    println!("polls fifo {WAITING} {polls}");
    let channel = Channel::<CriticalSectionRawMutex, u32, 8>::new();
    let polls = Cell::new(0);
    let receive = || async {
        loop {
            black_box(counted(&polls, channel.receive()).await);
        }
    };
    let polls = until_idle::<_, WAITING>(&polls, receive, || channel.try_send(1).is_ok());
    println!("polls channel {WAITING} {polls}");
}

fn until_idle<F: Future<Output = ()>, const WAITING: usize>(
    polls: &Cell<u32>,
    task: impl Fn() -> F,
    mut send: impl FnMut() -> bool,
) -> u32 {
    const MESSAGES: u32 = 32;
    const LIMIT: u32 = 1000;
    let woken: [Cell<bool>; WAITING] = core::array::from_fn(|_| Cell::new(true));
    let mut tasks = pin!(core::array::from_fn::<F, WAITING, _>(|_| task()));
    let mut run = || {
        polls.set(0);
        while woken.iter().any(Cell::get) && polls.get() < LIMIT {
            for (index, woken) in woken.iter().enumerate() {
                if woken.take() {
                    // SAFETY: an element of a pinned array is pinned.
                    let task =
                        unsafe { tasks.as_mut().map_unchecked_mut(|tasks| &mut tasks[index]) };
                    let _ = task.poll(&mut Context::from_waker(&flag(woken)));
                }
            }
        }
        polls.get().min(LIMIT)
    };
    run();
    let mut sum = 0;
    for _ in 0..MESSAGES {
        assert!(send());
        sum += run();
    }
    assert_eq!(sum % MESSAGES, 0, "it is not the same for every message");
    sum / MESSAGES
}

async fn counted<F: Future>(polls: &Cell<u32>, work: F) -> F::Output {
    let mut work = pin!(work);
    core::future::poll_fn(|context| {
        polls.set(polls.get() + 1);
        work.as_mut().poll(context)
    })
    .await
}

/// A waker that sets the flag, which outlives it.
fn flag(woken: &Cell<bool>) -> Waker {
    fn wake(woken: *const ()) {
        // SAFETY: a flag of `until_idle`, where all of this happens.
        unsafe { &*woken.cast::<Cell<bool>>() }.set(true);
    }
    const VTABLE: RawWakerVTable =
        RawWakerVTable::new(|data| RawWaker::new(data, &VTABLE), wake, wake, |_| {});
    let data = core::ptr::from_ref(woken).cast();
    // SAFETY: the data is what the functions expect.
    unsafe { Waker::from_raw(RawWaker::new(data, &VTABLE)) }
}
