//! An interrupt finds work, two workers do it, and the main task sleeps until all of it is done.
#![no_std]
#![no_main]

use cortex_m::peripheral::syst::SystClkSource;
use embassy_executor::Spawner;
use joinable_queue::heapless::Queue;
use semihosting::println;

#[derive(Clone, Copy)]
enum Job {
    Measure(u8),
    Report,
}

static JOBS: Queue<Job, 8> = Queue::new();
/// Tells the main task of an interrupt; a press more, while there is one to be looked at, changes nothing.
static PRESSED: Queue<(), 1> = Queue::new();

/// The timer stands for a button, so that this runs without one.
#[cortex_m_rt::exception]
fn SysTick() {
    for job in [Job::Measure(0), Job::Measure(1), Job::Report] {
        // Without room, the job comes back in the error.
        if JOBS.try_put(job).is_err() {
            println!("one job too many");
        }
    }
    let _ = PRESSED.try_put(());
}

#[embassy_executor::task(pool_size = 2)]
async fn worker(name: char) {
    while let Ok(task) = JOBS.get().await {
        match *task {
            Job::Measure(channel) => println!("{name} measures channel {channel}"),
            Job::Report => println!("{name} reports"),
        }
        // A task that is dropped instead, by a `?` or a cancelled worker, is counted as abandoned, and
        // nobody waits for it either.
        task.done();
    }
    println!("{name} goes home");
}

#[embassy_executor::main]
async fn main(spawner: Spawner) {
    for name in ['a', 'b'] {
        spawner.spawn(worker(name).unwrap());
    }
    let mut timer = cortex_m::Peripherals::take().unwrap().SYST;
    timer.set_clock_source(SystClkSource::Core);
    timer.set_reload(1_000_000);
    timer.clear_current();
    timer.enable_interrupt();
    timer.enable_counter();

    for _ in 0..3 {
        // The core sleeps in here.
        let Ok(press) = PRESSED.get().await else {
            break;
        };
        press.done();
        let stats = JOBS.join().await;
        println!("all {} jobs are done: sleep", stats.done);
    }

    timer.disable_counter();
    JOBS.shutdown();
    let stats = JOBS.join().await;
    assert_eq!((stats.done, stats.abandoned), (stats.put, 0));
    semihosting::process::exit(0)
}

#[panic_handler]
fn panic(info: &core::panic::PanicInfo<'_>) -> ! {
    println!("{info}");
    semihosting::process::exit(101)
}
