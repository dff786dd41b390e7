//! The same queue from interrupts and from thread mode: at every phase, and from executors of different
//! priority.
#![no_std]
#![no_main]

use core::future::Future;
use core::pin::{Pin, pin};
use core::task::{Context, Poll, RawWaker, RawWakerVTable, Waker};

use embassy_executor::{Executor, Spawner};
use embassy_futures::yield_now;
use joinable_queue::heapless::{LifoQueue, PriorityQueue, Queue};
use joinable_queue::storage::Storage;
use joinable_queue::{GetError, JoinableQueue, Stats};
use joinable_queue_firmware::crew::Crew;
use joinable_queue_firmware::{
    Counter, board, broken, counted, entry, exit, loud_panics, println, settle, time,
};

loud_panics!();

#[entry]
fn start() -> ! {
    board::init();
    phases::all();
    let mut executor = Executor::new();
    // SAFETY: this function never returns.
    let executor: &'static mut Executor = unsafe { core::mem::transmute(&mut executor) };
    executor.run(|spawner| spawner.spawn(all(spawner).unwrap()));
}

#[embassy_executor::task]
async fn all(spawner: Spawner) {
    a_timer_that_puts::<1>(spawner, &FROM_TIMER[0]).await;
    a_timer_that_puts::<2>(spawner, &FROM_TIMER[1]).await;
    a_timer_that_puts::<16>(spawner, &FROM_TIMER[2]).await;
    println!("ok: a timer puts, and 1, 2, 16 tasks get");
    a_timer_that_gets(spawner).await;
    println!("ok: tasks put, and a timer gets and finishes");
    priorities::all().await;
    exit(0)
}

/// What the timer's hook works on: a queue for each scenario, since a shut down one stays so.
static FROM_TIMER: [Queue<u32, 4>; 3] = [const { Queue::new() }; 3];

async fn a_timer_that_puts<const WAITING: usize>(spawner: Spawner, queue: &'static Queue<u32, 4>) {
    const MESSAGES: u32 = 100;
    let polls = Counter::new();
    let received = Counter::new();
    let getters = pin!(core::array::from_fn::<_, WAITING, _>(|_| async {
        while let Ok(task) = counted(&polls, queue.get()).await {
            received.add(1);
            task.done();
        }
    }));
    let crew = Crew::new(spawner);
    crew.add(getters);
    settle().await;
    assert_eq!(polls.take(), WAITING as u32);
    fn put() {
        let queue = FROM_TIMER
            .iter()
            .find(|queue| !queue.is_shutdown())
            .unwrap();
        queue.try_put(0).unwrap();
    }
    time::set_hook(put);
    board::every(20_000);
    time::sleep(MESSAGES).await;
    board::stop();
    time::clear_hook();
    let stats = queue.join().await;
    settle().await;
    assert_eq!((stats.put as u32, received.get()), (MESSAGES, MESSAGES));
    assert_eq!(polls.get(), 2 * MESSAGES, "polls per message, times 100");
    queue.shutdown();
    crew.finished().await;
}

static TO_TIMER: Queue<u32, 4> = Queue::new();

async fn a_timer_that_gets(spawner: Spawner) {
    let polls = Counter::new();
    let putters = pin!(core::array::from_fn::<_, 3, _>(|index| {
        let polls = &polls;
        async move {
            for n in 0..20 {
                counted(polls, TO_TIMER.put(100 * index as u32 + n))
                    .await
                    .unwrap();
            }
        }
    }));
    let crew = Crew::new(spawner);
    crew.add(putters);
    settle().await;
    assert_eq!(TO_TIMER.stats().waiting_putters, 3);
    fn get() {
        if let Ok(task) = TO_TIMER.try_get() {
            task.done();
        }
    }
    time::set_hook(get);
    board::every(20_000);
    crew.finished().await;
    let stats = TO_TIMER.join().await;
    board::stop();
    time::clear_hook();
    assert_eq!((stats.put, stats.done, stats.abandoned), (60, 60, 0));
    // Four found room at once; every other was woken once.
    assert_eq!(polls.get(), 60 + 56);
}

/// One interrupt, at each instruction of what thread mode does meanwhile.
mod phases {
    use core::cell::Cell;

    use critical_section::Mutex;

    use super::*;

    static WAKES: Counter = Counter::new();
    /// The interrupt has done its part.
    static STRUCK: Counter = Counter::new();

    fn counting_waker(wakes: &'static Counter) -> Waker {
        fn wake(wakes: *const ()) {
            // SAFETY: made from a reference below.
            unsafe { &*wakes.cast::<Counter>() }.add(1);
        }
        const VTABLE: RawWakerVTable =
            RawWakerVTable::new(|data| RawWaker::new(data, &VTABLE), wake, wake, |_| {});
        let data = core::ptr::from_ref(wakes).cast();
        // SAFETY: the data is what the functions expect.
        unsafe { Waker::from_raw(RawWaker::new(data, &VTABLE)) }
    }

    fn poll<F: Future>(future: Pin<&mut F>) -> Poll<F::Output> {
        poll_for(&WAKES, future)
    }

    /// With a waker that counts there.
    fn poll_for<F: Future>(wakes: &'static Counter, future: Pin<&mut F>) -> Poll<F::Output> {
        future.poll(&mut Context::from_waker(&counting_waker(wakes)))
    }

    /// The interrupt strikes later and later, until it strikes after all that `thread` does. Returns the
    /// number of phases.
    fn sweep(interrupt: fn(), mut thread: impl FnMut(&dyn Fn())) -> u32 {
        time::set_hook(interrupt);
        let mut delay = 1;
        let mut late = 0;
        while late < 3 {
            STRUCK.take();
            WAKES.take();
            let in_time = Cell::new(None);
            board::once(delay);
            thread(&|| {
                in_time.set(Some(STRUCK.get() > 0));
                while STRUCK.get() == 0 {}
            });
            if !in_time.get().expect("thread mode waits for the interrupt") {
                late += 1;
            }
            delay += 1;
        }
        time::clear_hook();
        // The program before and after the queue is a small part of this.
        assert!(delay > 150, "only {delay} phases: was it interrupted?");
        delay
    }

    #[track_caller]
    fn settled<S: Storage<Item = u32>>(queue: &JoinableQueue<S>) -> Stats {
        let stats = queue.stats();
        assert_eq!((stats.len, stats.unfinished), (0, 0));
        assert_eq!((stats.put, stats.got), (stats.done, stats.done));
        assert_eq!(stats.waiting_getters, 0);
        assert_eq!(stats.waiting_putters, 0);
        assert_eq!(stats.waiting_joiners, 0);
        stats
    }

    pub(super) fn all() {
        let phases = [
            everything(&FIFO, || everything_interrupt(&FIFO)),
            everything(&LIFO, || everything_interrupt(&LIFO)),
            everything(&PRIORITY, || everything_interrupt(&PRIORITY)),
        ];
        println!("ok: puts, gets and finishes at {phases:?} phases");
        println!(
            "ok: a put while a get begins to wait, {} phases",
            get_and_put()
        );
        println!(
            "ok: a get while a put begins to wait, {} phases",
            put_and_get()
        );
        println!(
            "ok: a finish while a join begins to wait, {} phases",
            join_and_finish()
        );
        println!(
            "ok: a shutdown while others begin to wait, {} phases",
            wait_and_shutdown()
        );
        println!(
            "ok: a put while a get is cancelled, {} phases",
            cancel_and_put()
        );
        println!(
            "ok: a get while a put is cancelled, {} phases",
            cancel_and_get()
        );
        println!(
            "ok: a finish while a join is cancelled, {} phases",
            cancel_and_finish()
        );
        println!(
            "ok: a put while a batch is taken, {} phases",
            batch_and_put()
        );
        println!(
            "ok: follow-ups, requeued, failed and abandoned tasks, {} phases",
            lives_of_tasks()
        );
        println!(
            "ok: a shutdown that takes everything, {} phases",
            everything_and_shutdown_now()
        );
    }

    static FIFO: Queue<u32, 3> = Queue::new();
    static LIFO: LifoQueue<u32, 3> = LifoQueue::new();
    static PRIORITY: PriorityQueue<u32, 3> = PriorityQueue::new();
    /// What went in and what came out, on both sides.
    static IN: Counter = Counter::new();
    static OUT: Counter = Counter::new();

    fn everything_interrupt<S: Storage<Item = u32>>(queue: &JoinableQueue<S>) {
        // Two in and one out: thread mode finds something.
        for item in [1_000, 2_000] {
            if queue.try_put(item).is_ok() {
                IN.add(item);
            }
        }
        if let Ok(task) = queue.try_get() {
            OUT.add(task.done());
        }
        let stats = queue.stats();
        assert_eq!(stats.put, stats.len + stats.in_flight + stats.done);
        STRUCK.add(1);
    }

    fn everything<S: Storage<Item = u32>>(queue: &JoinableQueue<S>, interrupt: fn()) -> u32 {
        sweep(interrupt, |struck| {
            for item in [1, 2] {
                if queue.try_put(item).is_ok() {
                    IN.add(item);
                }
            }
            if let Ok(task) = queue.try_get() {
                match task.requeue() {
                    Ok(()) => {}
                    Err(error) => OUT.add(error.into_inner().done()),
                }
            }
            if let Ok(task) = queue.try_get() {
                OUT.add(task.detach());
                queue.task_done().unwrap();
            }
            struck();
            while let Ok(task) = queue.try_get() {
                OUT.add(task.done());
            }
            settled(queue);
            assert_eq!(IN.take(), OUT.take(), "items in, items out");
        })
    }

    fn get_and_put() -> u32 {
        static QUEUE: PriorityQueue<u32, 2> = PriorityQueue::new();
        fn put() {
            QUEUE.try_put(7).unwrap();
            STRUCK.add(1);
        }
        let wakes = 1 + u32::from(broken("wakes"));
        sweep(put, |struck| {
            let mut get = pin!(QUEUE.get());
            let first = poll(get.as_mut());
            struck();
            let result = match first {
                Poll::Ready(result) => result,
                Poll::Pending => {
                    assert_eq!(WAKES.get(), wakes, "a wake-up is lost");
                    let Poll::Ready(result) = poll(get) else {
                        panic!("woken for nothing")
                    };
                    result
                }
            };
            assert_eq!(result.unwrap().done(), 7);
            settled(&QUEUE);
        })
    }

    fn put_and_get() -> u32 {
        static QUEUE: Queue<u32, 1> = Queue::new();
        fn get() {
            QUEUE.try_get().unwrap().done();
            STRUCK.add(1);
        }
        QUEUE.try_put(1).unwrap();
        sweep(get, |struck| {
            let mut put = pin!(QUEUE.put(2));
            let first = poll(put.as_mut());
            struck();
            if first.is_pending() {
                assert_eq!(WAKES.get(), 1, "a wake-up is lost");
                assert!(poll(put).is_ready(), "woken for nothing");
            }
            assert_eq!(QUEUE.try_get().unwrap().done(), 2);
            settled(&QUEUE);
            QUEUE.try_put(1).unwrap();
        })
    }

    fn join_and_finish() -> u32 {
        static QUEUE: Queue<u32, 1> = Queue::new();
        fn finish() {
            QUEUE.task_done().unwrap();
            STRUCK.add(1);
        }
        let owe_one = || {
            QUEUE.try_put(1).unwrap();
            QUEUE.try_get().unwrap().detach();
        };
        owe_one();
        sweep(finish, |struck| {
            let mut join = pin!(QUEUE.join());
            let first = poll(join.as_mut());
            struck();
            if first.is_pending() {
                assert_eq!(WAKES.get(), 1, "a wake-up is lost");
                assert!(poll(join).is_ready(), "woken for nothing");
            }
            settled(&QUEUE);
            owe_one();
        })
    }

    /// A shut down queue stays so: one for each phase, where the interrupt can find it.
    static CURRENT: Mutex<Cell<Option<&'static Queue<u32, 1>>>> = Mutex::new(Cell::new(None));

    /// # Safety
    ///
    /// The queue stays until [`unshare`].
    unsafe fn share(queue: &Queue<u32, 1>) {
        // SAFETY: as the caller says.
        let queue =
            unsafe { core::mem::transmute::<&Queue<u32, 1>, &'static Queue<u32, 1>>(queue) };
        critical_section::with(|cs| CURRENT.borrow(cs).set(Some(queue)));
    }

    fn unshare() {
        critical_section::with(|cs| CURRENT.borrow(cs).set(None));
    }

    fn wait_and_shutdown() -> u32 {
        fn shutdown() {
            if let Some(queue) = critical_section::with(|cs| CURRENT.borrow(cs).get()) {
                queue.shutdown();
            }
            STRUCK.add(1);
        }
        sweep(shutdown, |struck| {
            let queue = Queue::<u32, 1>::new();
            // SAFETY: `unshare` is called before the queue is dropped.
            unsafe { share(&queue) };
            let mut get = pin!(queue.get());
            let got = poll(get.as_mut());
            let mut put = None;
            if got.is_pending() {
                // The getter is in line and takes no notice of this item: a put may wait as well.
                if queue.try_put(1).is_ok() {
                    put = Some(queue.put(2));
                }
            }
            let mut put = pin!(put);
            let full = put.as_mut().as_pin_mut().map(poll);
            struck();
            unshare();
            queue.shutdown();
            if got.is_pending() {
                // Once by the put or by the shutdown.
                let puts = usize::from(full.as_ref().is_some_and(Poll::is_pending));
                assert_eq!(WAKES.get() as usize, 1 + puts, "a wake-up is lost");
                match poll(get) {
                    Poll::Ready(Ok(task)) => assert_eq!(task.done(), 1),
                    Poll::Ready(Err(GetError)) => {}
                    Poll::Pending => panic!("woken for nothing"),
                }
            }
            if let Some(Poll::Pending) = full {
                let put = put.as_mut().as_pin_mut().unwrap();
                assert!(matches!(poll(put), Poll::Ready(Err(error)) if error.0 == 2));
            }
            settled(&queue);
        })
    }

    /// Two wait, the first is dropped: the item is never left lying while the second sleeps.
    fn cancel_and_put() -> u32 {
        static SECOND: Counter = Counter::new();
        static QUEUE: Queue<u32, 2> = Queue::new();
        fn put() {
            QUEUE.try_put(7).unwrap();
            STRUCK.add(1);
        }
        sweep(put, |struck| {
            let mut first = pin!(Some(QUEUE.get()));
            let taken_by_first = poll(first.as_mut().as_pin_mut().unwrap());
            let mut second = pin!(Some(QUEUE.get()));
            SECOND.take();
            let taken_by_second = poll_for(&SECOND, second.as_mut().as_pin_mut().unwrap());
            first.set(None);
            struck();
            match (taken_by_first, taken_by_second) {
                (Poll::Ready(task), _) | (_, Poll::Ready(task)) => {
                    task.unwrap().done();
                }
                (Poll::Pending, Poll::Pending) => {
                    // The first as well, if it was still in line.
                    assert_eq!(SECOND.get(), 1, "a wake-up is lost");
                    let Poll::Ready(task) = poll(second.as_mut().as_pin_mut().unwrap()) else {
                        panic!("nobody has it")
                    };
                    task.unwrap().done();
                }
            }
            second.set(None);
            settled(&QUEUE);
        })
    }

    /// Two wait for room, the first is dropped: room is never left while the second sleeps.
    fn cancel_and_get() -> u32 {
        static SECOND: Counter = Counter::new();
        static QUEUE: Queue<u32, 1> = Queue::new();
        fn get() {
            QUEUE.try_get().unwrap().done();
            STRUCK.add(1);
        }
        QUEUE.try_put(1).unwrap();
        sweep(get, |struck| {
            let mut first = pin!(Some(QUEUE.put(2)));
            let first_is_in = poll(first.as_mut().as_pin_mut().unwrap()).is_ready();
            let mut second = pin!(QUEUE.put(3));
            SECOND.take();
            let second_is_in = poll_for(&SECOND, second.as_mut()).is_ready();
            first.set(None);
            struck();
            if first_is_in {
                assert!(!second_is_in && SECOND.get() == 0, "there is no room");
                assert_eq!(QUEUE.try_get().unwrap().done(), 2);
            }
            if !second_is_in {
                assert_eq!(SECOND.get(), 1, "a wake-up is lost");
                assert!(poll(second).is_ready(), "woken for nothing");
            }
            assert_eq!(QUEUE.try_get().unwrap().done(), 3);
            settled(&QUEUE);
            QUEUE.try_put(1).unwrap();
        })
    }

    fn cancel_and_finish() -> u32 {
        static SECOND: Counter = Counter::new();
        static QUEUE: Queue<u32, 1> = Queue::new();
        fn finish() {
            QUEUE.task_done().unwrap();
            STRUCK.add(1);
        }
        let owe_one = || {
            QUEUE.try_put(1).unwrap();
            QUEUE.try_get().unwrap().detach();
        };
        owe_one();
        sweep(finish, |struck| {
            let mut first = pin!(Some(QUEUE.join()));
            let _ = poll(first.as_mut().as_pin_mut().unwrap());
            let mut second = pin!(QUEUE.join());
            SECOND.take();
            let is_over = poll_for(&SECOND, second.as_mut()).is_ready();
            first.set(None);
            struck();
            if !is_over {
                assert_eq!(SECOND.get(), 1, "a wake-up is lost");
                assert!(poll(second).is_ready(), "woken for nothing");
            }
            settled(&QUEUE);
            owe_one();
        })
    }

    fn batch_and_put() -> u32 {
        static QUEUE: Queue<u32, 4> = Queue::new();
        fn put() {
            QUEUE.try_put(7).unwrap();
            STRUCK.add(1);
        }
        sweep(put, |struck| {
            QUEUE.try_put_all(&mut (0..3)).unwrap();
            let mut batch = heapless::Vec::<u32, 8>::new();
            QUEUE.try_get_many(8, &mut batch).unwrap().done();
            struck();
            if let Ok(ticket) = QUEUE.try_get_many(8, &mut batch) {
                ticket.done();
            }
            assert_eq!((batch.len(), batch.iter().sum::<u32>()), (4, 10));
            settled(&QUEUE);
        })
    }

    /// All that can become of a task, on both sides.
    fn lives_of_tasks() -> u32 {
        static QUEUE: Queue<u32, 4> = Queue::new();
        fn live() {
            if let Ok(task) = QUEUE.try_get() {
                if task.put_follow_up(1_000).is_ok() {
                    IN.add(1_000);
                }
                if let Err(error) = task.requeue() {
                    OUT.add(error.into_inner().done());
                }
            }
            if let Ok(task) = QUEUE.try_get() {
                OUT.add(task.fail());
            }
            if let Ok(task) = QUEUE.try_get() {
                OUT.add(*task);
                drop(task);
            }
            STRUCK.add(1);
        }
        sweep(live, |struck| {
            for item in [1, 2, 3] {
                QUEUE.try_put(item).unwrap();
                IN.add(item);
            }
            if let Ok(task) = QUEUE.try_get() {
                if task.put_follow_up(10).is_ok() {
                    IN.add(10);
                }
                if let Err(error) = task.requeue() {
                    OUT.add(error.into_inner().done());
                }
            }
            if let Ok(task) = QUEUE.try_get() {
                OUT.add(task.fail());
            }
            if let Ok(task) = QUEUE.try_get() {
                OUT.add(*task);
                drop(task);
            }
            struck();
            while let Ok(task) = QUEUE.try_get() {
                OUT.add(task.done());
            }
            settled(&QUEUE);
            assert_eq!(IN.take(), OUT.take(), "items in, items out");
        })
    }

    fn everything_and_shutdown_now() -> u32 {
        static JOINED: Counter = Counter::new();
        fn shutdown_now() {
            if let Some(queue) = critical_section::with(|cs| CURRENT.borrow(cs).get()) {
                queue.shutdown_now().for_each(|item| OUT.add(item));
            }
            STRUCK.add(1);
        }
        sweep(shutdown_now, |struck| {
            let queue = Queue::<u32, 1>::new();
            // SAFETY: `unshare` is called before the queue is dropped.
            unsafe { share(&queue) };
            JOINED.take();
            if queue.try_put(1).is_ok() {
                IN.add(1);
            }
            // Full, or shut down.
            let mut put = pin!(queue.put(2));
            let put_waits = poll(put.as_mut()).is_pending();
            let mut join = pin!(queue.join());
            let join_waits = poll_for(&JOINED, join.as_mut()).is_pending();
            if let Ok(task) = queue.try_get() {
                OUT.add(task.done());
            }
            struck();
            unshare();
            queue.shutdown_now().for_each(|item| OUT.add(item));
            if put_waits {
                assert_eq!(WAKES.get(), 1, "a wake-up is lost");
                assert!(matches!(poll(put), Poll::Ready(Err(error)) if error.0 == 2));
            }
            if join_waits {
                assert_eq!(JOINED.get(), 1, "a wake-up is lost");
                assert!(poll(join).is_ready(), "woken for nothing");
            }
            assert_eq!(queue.unfinished(), 0);
            assert_eq!(IN.take(), OUT.take(), "items in, items out");
        })
    }
}

/// An executor in an interrupt above thread mode, and the timer above both. (On RISC-V interrupts do not
/// preempt each other: there the timer is above thread mode alone.)
mod priorities {
    use super::*;

    /// embassy's.
    #[cfg(target_arch = "arm")]
    mod above {
        use embassy_executor::InterruptExecutor;

        use super::*;

        static ABOVE: InterruptExecutor = InterruptExecutor::new();

        #[cortex_m_rt::exception]
        unsafe fn DefaultHandler(line: i16) {
            assert_eq!(line, 20, "an interrupt that nobody asked for");
            // SAFETY: this is the handler, and the line is enabled by `start`.
            unsafe { ABOVE.on_interrupt() };
        }

        #[embassy_executor::task]
        async fn only_consumer() {
            consume_alone().await;
        }

        #[embassy_executor::task(pool_size = 2)]
        async fn consumer() {
            consume().await;
        }

        #[embassy_executor::task(pool_size = 2)]
        async fn producer() {
            produce().await;
        }

        pub fn start_only_consumer() {
            let spawner = ABOVE.start(board::Software);
            spawner.spawn(only_consumer().unwrap());
        }

        pub fn start_consumers() {
            for _ in 0..2 {
                ABOVE.spawner().spawn(consumer().unwrap());
            }
        }

        pub fn start_producers() {
            for _ in 0..2 {
                ABOVE.spawner().spawn(producer().unwrap());
            }
        }
    }

    static ALONE: Queue<u32, 4> = Queue::new();
    static ALONE_POLLS: Counter = Counter::new();
    /// Nonzero: the consumer wakes itself instead of waiting, as it must not.
    static LIVELOCK: Counter = Counter::new();

    async fn consume_alone() {
        while LIVELOCK.get() > 0 {
            yield_now().await;
        }
        while let Ok(task) = counted(&ALONE_POLLS, ALONE.get()).await {
            task.done();
        }
    }

    static UP: Queue<u32, 4> = Queue::new();
    static UP_ENDED: Counter = Counter::new();
    static UP_POLLS: Counter = Counter::new();
    static UP_SUM: Counter = Counter::new();
    static UP_FROM_TIMER: Counter = Counter::new();

    async fn consume() {
        while let Ok(task) = counted(&UP_POLLS, UP.get()).await {
            UP_SUM.add(task.done());
        }
        UP_ENDED.add(1);
    }

    static DOWN: PriorityQueue<u32, 4> = PriorityQueue::new();
    static DOWN_JOINED: Counter = Counter::new();
    static DOWN_POLLS: Counter = Counter::new();
    static DOWN_JOIN_POLLS: Counter = Counter::new();

    async fn produce() {
        for item in 1..=500 {
            counted(&DOWN_POLLS, DOWN.put(item)).await.unwrap();
        }
        counted(&DOWN_JOIN_POLLS, DOWN.join()).await;
        DOWN_JOINED.add(1);
    }

    pub(super) async fn all() {
        #[cfg(target_arch = "riscv32")]
        let (only_consumer, consumers, producers) = (
            pin!([consume_alone()]),
            pin!([consume(), consume()]),
            pin!([produce(), produce()]),
        );
        if broken("livelock") {
            LIVELOCK.add(1);
        }
        #[cfg(target_arch = "arm")]
        above::start_only_consumer();
        #[cfg(target_arch = "riscv32")]
        // SAFETY: it ends when the queue is shut down, below.
        unsafe {
            board::run_above(only_consumer);
        }
        for item in 1..=1000 {
            ALONE.put(item).await.unwrap();
        }
        assert_eq!(ALONE.join().await.done, 1000);
        assert_eq!(ALONE_POLLS.get(), 2 * 1000 + 1);
        ALONE.shutdown();
        println!("ok: one consumer above thread mode, 2001 polls for 1000 items");

        #[cfg(target_arch = "arm")]
        above::start_consumers();
        #[cfg(target_arch = "riscv32")]
        // SAFETY: they end when the queue is shut down, below.
        unsafe {
            board::run_above(consumers);
        }
        for item in 1..=1000 {
            UP.put(item).await.unwrap();
        }
        let stats = UP.join().await;
        assert_eq!((stats.done, stats.abandoned), (1000, 0));
        assert_eq!(UP_SUM.take(), 1000 * 1001 / 2);
        assert_eq!(
            UP_POLLS.take(),
            2 * 1000 + 2,
            "polls per message, times 1000"
        );
        println!("ok: two consumers above thread mode, 2002 polls for 1000 items");

        // The same while the timer, above all, puts into the same queue.
        time::set_hook(|| {
            if UP.try_put(1_000_000).is_ok() {
                UP_FROM_TIMER.add(1);
            }
        });
        board::every(4_999);
        for item in 1..=1000 {
            UP.put(item).await.unwrap();
        }
        board::stop();
        time::clear_hook();
        let stats = UP.join().await;
        let from_timer = UP_FROM_TIMER.get();
        assert!(from_timer > 20, "the timer put only {from_timer}");
        assert_eq!(UP_SUM.take(), 1000 * 1001 / 2 + from_timer * 1_000_000);
        assert_eq!(stats.done, 2000 + from_timer as usize);
        UP.shutdown();
        assert_eq!(
            UP_ENDED.get(),
            2,
            "shutting down preempts the one who does it"
        );
        println!("ok: and {from_timer} from the timer among 1000");

        #[cfg(target_arch = "arm")]
        above::start_producers();
        #[cfg(target_arch = "riscv32")]
        // SAFETY: they end when what they put is finished, below.
        unsafe {
            board::run_above(producers);
        }
        let mut sum = 0;
        let polls = Counter::new();
        for _ in 0..1000 {
            sum += counted(&polls, DOWN.get()).await.unwrap().done();
        }
        assert_eq!(sum, 500 * 501);
        // Whenever there was room, a producer has filled it before thread mode went on.
        assert_eq!(polls.get(), 1000);
        // Four found room at once; every other was woken once, and so was each join.
        assert_eq!(DOWN_POLLS.get(), 1000 + 996);
        assert_eq!(DOWN_JOIN_POLLS.get(), 2 * 2);
        assert_eq!(
            DOWN_JOINED.get(),
            2,
            "finishing the last preempts the one who does it"
        );
        println!("ok: two producers above thread mode, 1996 polls for 1000 items, and their join");
    }
}
