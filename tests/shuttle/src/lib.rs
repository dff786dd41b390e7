//! What the models share: how one is run, the flavours it runs on, and what can be done with a future but to wait
//! for it.

#[cfg(not(shuttle))]
compile_error!(
    "run cargo inside of `tests/shuttle/` and without RUSTFLAGS: `.cargo/config.toml` there sets `--cfg shuttle`"
);

use std::env;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Poll;

use joinable_queue::storage::{self, Storage};
use joinable_queue::{JoinableQueue, LifoQueue, Queue, heapless};
use shuttle::Runner;
use shuttle::rand::{Rng, thread_rng};
use shuttle::scheduler::{PctScheduler, RandomScheduler, Scheduler};

/// An item: who put it, and as his which.
pub type Item = (usize, usize);

/// A way to make a queue with room for two items.
pub trait Flavour: 'static {
    type Storage: Storage<Item = Item> + Send + Sync + 'static;
    /// Whether the first in is the first out.
    const IN_ORDER: bool;
    /// Whether a follow-up always has room.
    const GROWS: bool;

    fn make() -> JoinableQueue<Self::Storage>;
}

pub type Shared<F> = Arc<JoinableQueue<<F as Flavour>::Storage>>;

macro_rules! flavours {
    ($($name:ident: $storage:ty, $make:expr, $in_order:expr, $grows:expr;)*) => {$(
        pub struct $name;

        impl Flavour for $name {
            type Storage = $storage;
            const IN_ORDER: bool = $in_order;
            const GROWS: bool = $grows;

            fn make() -> JoinableQueue<Self::Storage> {
                $make
            }
        }
    )*};
}

flavours! {
    Fifo: storage::Fifo<Item>, Queue::bounded(2), true, true;
    UnboundedFifo: storage::Fifo<Item>, Queue::unbounded(), true, true;
    Lifo: storage::Lifo<Item>, LifoQueue::bounded(2), false, true;
    FixedFifo: storage::FixedFifo<Item, 2>, heapless::Queue::new(), true, false;
}

/// A test for each flavour of each model.
#[macro_export]
macro_rules! models {
    ($($name:ident)*) => {$(
        mod $name {
            $crate::models! { @ $name: fifo Fifo, unbounded_fifo UnboundedFifo, lifo Lifo, fixed_fifo FixedFifo }
        }
    )*};
    (@ $name:ident: $($test:ident $flavour:ident),*) => {$(
        #[test]
        fn $test() {
            $crate::check::<$crate::$flavour>(super::$name::<$crate::$flavour>);
        }
    )*};
}

/// How many schedules of a model are run, unless `SCHEDULES` says.
const SCHEDULES: usize = 3_000;

/// Runs `body` again and again: half of the time whoever goes on is drawn by lot, half of the time priorities are,
/// and change at a few points only (PCT: finds each bug of that depth with a known probability).
pub fn check<F: Flavour>(body: fn(Shared<F>)) {
    let run = move || {
        let queue = Arc::new(F::make());
        body(Arc::clone(&queue));
        let stats = queue.stats();
        let waiting = (
            stats.waiting_getters,
            stats.waiting_putters,
            stats.waiting_joiners,
        );
        assert_eq!(waiting, (0, 0, 0), "somebody is still in line");
        assert_eq!(stats.put - stats.got, stats.len);
        assert_eq!(stats.got - stats.done, stats.in_flight);
    };
    if let Ok(schedule) = env::var("REPLAY") {
        return shuttle::replay(run, &schedule);
    }
    let schedules = env::var("SCHEDULES").map_or(SCHEDULES, |n| n.parse().unwrap());
    let half = schedules.div_ceil(2);
    let ran = Arc::new(AtomicUsize::new(0));
    for depth in [0, 3, 5] {
        let scheduler: Box<dyn Scheduler + Send> = match depth {
            0 => Box::new(RandomScheduler::new(half)),
            depth => Box::new(PctScheduler::new(depth, half.div_ceil(2))),
        };
        let mut config = shuttle::Config::default();
        config.stack_size = 0x20000;
        let ran = Arc::clone(&ran);
        Runner::new(scheduler, config).run(move || {
            ran.fetch_add(1, Ordering::Relaxed);
            run();
        });
    }
    assert!(ran.load(Ordering::Relaxed) >= schedules);
}

/// A number less than `n`, of this schedule.
pub fn any(n: usize) -> usize {
    thread_rng().gen_range(0..n)
}

/// What comes of `future` in at most `polls` polls, whether it was woken for them or not; then it is as it was left
/// by the last of them.
pub async fn within<F: Future>(polls: usize, mut future: Pin<&mut F>) -> Option<F::Output> {
    for _ in 0..polls {
        let poll = poll_fn(|cx| Poll::Ready(future.as_mut().poll(cx))).await;
        if let Poll::Ready(output) = poll {
            return Some(output);
        }
        shuttle::future::yield_now().await;
    }
    None
}

/// The same, and gives up then.
pub async fn give_up_after<F: Future>(polls: usize, future: F) -> Option<F::Output> {
    within(polls, pin!(future)).await
}
