//! A queue under RTIC, whose tasks are run by interrupts of their priorities and preempt each other: two
//! workers above the one who sends and joins, and a hardware task that puts above them all.
#![no_std]
#![no_main]

use joinable_queue::heapless::Queue;
use semihosting::{println, process};

#[panic_handler]
fn panic(info: &core::panic::PanicInfo<'_>) -> ! {
    println!("FAILED: {info}");
    process::exit(101)
}

/// Whether the emulator was told to break this, so that the image is seen to fail; see `../run`.
fn broken(what: &str) -> bool {
    let args = semihosting::experimental::env::args::<64>();
    let is_broken = args.is_ok_and(|args| (&args).any(|arg| arg == Ok(what)));
    if is_broken {
        println!("broken on purpose: {what}");
    }
    is_broken
}

const ITEMS: u32 = 1000;
/// One more from the hardware task after every so many.
const EVERY: u32 = 10;

static JOBS: Queue<u32, 4> = Queue::new();

#[rtic::app(device = lm3s6965, dispatchers = [SSI0, QEI0])]
mod app {
    use super::*;

    #[shared]
    struct Shared {
        sum: u32,
        ended: u32,
    }

    #[local]
    struct Local {}

    #[init]
    fn init(_: init::Context) -> (Shared, Local) {
        above::spawn(0).unwrap();
        also_above::spawn(0).unwrap();
        send::spawn().unwrap();
        (Shared { sum: 0, ended: 0 }, Local {})
    }

    #[task(priority = 2, shared = [sum, ended])]
    async fn above(cx: above::Context, _: u32) {
        let (mut sum, mut ended) = (cx.shared.sum, cx.shared.ended);
        use rtic::Mutex;
        let forgets = broken("done");
        while let Ok(task) = JOBS.get().await {
            sum.lock(|sum| *sum += *task);
            if forgets {
                task.detach();
            } else {
                task.done();
            }
        }
        ended.lock(|ended| *ended += 1);
    }

    #[task(priority = 2, shared = [sum, ended])]
    async fn also_above(cx: also_above::Context, _: u32) {
        let (mut sum, mut ended) = (cx.shared.sum, cx.shared.ended);
        use rtic::Mutex;
        while let Ok(task) = JOBS.get().await {
            sum.lock(|sum| *sum += *task);
            task.done();
        }
        ended.lock(|ended| *ended += 1);
    }

    #[task(binds = GPIOA, priority = 3)]
    fn button(_: button::Context) {
        JOBS.try_put(1_000_000)
            .expect("the workers are above the sender, so there is room");
    }

    #[task(priority = 1, shared = [sum, ended])]
    async fn send(cx: send::Context) {
        let (mut sum, mut ended) = (cx.shared.sum, cx.shared.ended);
        use rtic::Mutex;
        for item in 1..=ITEMS {
            JOBS.put(item).await.unwrap();
            if item % EVERY == 0 {
                rtic::pend(lm3s6965::Interrupt::GPIOA);
            }
        }
        let stats = JOBS.join().await;
        let from_above = ITEMS / EVERY;
        assert_eq!(stats.done as u32, ITEMS + from_above);
        assert_eq!((stats.abandoned, stats.waiting_getters), (0, 2));
        let expected = ITEMS * (ITEMS + 1) / 2 + from_above * 1_000_000 - u32::from(broken("sum"));
        assert_eq!(sum.lock(|sum| *sum), expected);
        JOBS.shutdown();
        // They run at once, above this one.
        assert_eq!(ended.lock(|ended| *ended), 2);
        println!(
            "ok: two workers above the sender, a hardware task above all, {} items",
            stats.done
        );
        process::exit(0)
    }
}
