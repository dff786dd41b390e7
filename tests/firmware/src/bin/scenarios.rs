//! What tasks of one executor do with a queue; polls are counted exactly.
#![no_std]
#![no_main]

use core::array::from_fn;
use core::cell::{Cell, RefCell};
use core::future::Future;
use core::pin::pin;
use core::task::{Context, Waker};

use embassy_executor::{Executor, Spawner};
use embassy_futures::select::{Either, select};
use embassy_futures::yield_now;
use joinable_queue::heapless::{LifoQueue, PriorityQueue, Queue};
use joinable_queue::storage::Storage;
use joinable_queue::{
    GetError, JoinableQueue, Prioritized, PutError, RequeueError, TaskDoneError, TryGetError,
    TryPutError,
};
use joinable_queue_firmware::crew::Crew;
use joinable_queue_firmware::{
    Counter, board, broken, counted, entry, exit, loud_panics, println, settle, time,
};

loud_panics!();

#[entry]
fn start() -> ! {
    board::init();
    let mut executor = Executor::new();
    // SAFETY: this function never returns.
    let executor: &'static mut Executor = unsafe { core::mem::transmute(&mut executor) };
    executor.run(|spawner| spawner.spawn(all(spawner).unwrap()));
}

/// Runs the scenarios in turn, and says how many there were.
macro_rules! run {
    ($($scenario:expr => $name:literal),+ $(,)?) => {{
        let mut count = 0;
        $(
            $scenario.await;
            println!("ok: {}", $name);
            count += 1;
        )+
        count
    }};
}

#[embassy_executor::task]
async fn all(spawner: Spawner) {
    if broken("atomics") {
        board::load_exclusive();
    }
    let fifo = Queue::<u32, 4>::new();
    let lifo = LifoQueue::<u32, 4>::new();
    let priority = PriorityQueue::<u32, 4>::new();
    let count = run![
        producer_and_consumers(spawner, &fifo) => "producer and consumers, first in first out",
        producer_and_consumers(spawner, &lifo) => "producer and consumers, last in first out",
        producer_and_consumers(spawner, &priority) => "producer and consumers, smallest first",
        sixteen_getters(spawner) => "16 wait in get, and each put wakes one",
        sixteen_putters(spawner) => "16 wait in put, and each get wakes one",
        polls_per_message::<1>(spawner) => "2 polls per message with 1 that waits",
        polls_per_message::<2>(spawner) => "2 polls per message with 2 that wait",
        polls_per_message::<4>(spawner) => "2 polls per message with 4 that wait",
        polls_per_message::<16>(spawner) => "2 polls per message with 16 that wait",
        joiners(spawner) => "16 wait in join, and the last finish wakes each once",
        shutdown(spawner) => "shutdown",
        shutdown_now(spawner) => "shutdown_now",
        shutdown_now_with_waiters(spawner) => "shutdown_now wakes everybody who waits, once",
        cancelled_get(spawner) => "a cancelled get passes its notice on",
        cancelled_put(spawner) => "a cancelled put passes its notice on",
        cancelled_join(spawner) => "a cancelled join leaves the others in line",
        overtaken(spawner) => "whoever lost twice is not overtaken again",
        priorities() => "priorities, equal ones in order",
        priorities_of_waiters(spawner) => "those who wait get the smallest there is when they run",
        follow_ups() => "follow-ups and requeued tasks",
        follow_ups_of_workers(spawner) => "workers that make more work, and a join of all of it",
        abandoned(spawner) => "abandoned and failed tasks",
        detached(spawner) => "detached tasks",
        batches(spawner) => "batches",
        forgotten_future(spawner) => "a future that is kept and not polled",
    ];
    println!("{count} scenarios");
    exit(0)
}

async fn producer_and_consumers<S: Storage<Item = u32>>(
    spawner: Spawner,
    queue: &JoinableQueue<S>,
) {
    const ITEMS: u32 = 100;
    let times_seen = RefCell::new([0_u8; ITEMS as usize]);
    let consumers = pin!(from_fn::<_, 3, _>(|_| async {
        while let Ok(task) = queue.get().await {
            times_seen.borrow_mut()[*task as usize] += 1;
            yield_now().await;
            task.done();
        }
    }));
    let crew = Crew::new(spawner);
    crew.add(consumers);
    for item in 0..ITEMS {
        assert_eq!(queue.put(item).await, Ok(()));
    }
    let stats = queue.join().await;
    assert_eq!((stats.put, stats.got, stats.done), (100, 100, 100));
    assert_eq!((stats.failed, stats.abandoned, stats.len), (0, 0, 0));
    queue.shutdown();
    crew.finished().await;
    assert!(times_seen.borrow().iter().all(|times| *times == 1));
    let stats = queue.stats();
    assert_eq!((stats.waiting_getters, stats.waiting_putters), (0, 0));
}

async fn sixteen_getters(spawner: Spawner) {
    let queue = Queue::<u32, 8>::new();
    let polls = Counter::new();
    let order = RefCell::new(heapless::Vec::<(u32, u32), 16>::new());
    let getters = pin!(from_fn::<_, 16, _>(|index| {
        let (queue, polls, order) = (&queue, &polls, &order);
        async move {
            let task = counted(polls, queue.get()).await.unwrap();
            order.borrow_mut().push((index as u32, *task)).unwrap();
            task.done();
        }
    }));
    let crew = Crew::new(spawner);
    crew.add(getters);
    settle().await;
    assert_eq!((queue.stats().waiting_getters, polls.get()), (16, 16));
    board::every(20_000);
    time::sleep(4).await;
    board::stop();
    assert_eq!(polls.get(), 16, "polled while nothing happens");
    let polls_before = 16 - u32::from(broken("polls"));
    for item in 0..16 {
        queue.try_put(item).unwrap();
        assert_eq!(queue.stats().waiting_getters, 15 - item as usize);
        settle().await;
        assert_eq!(
            polls.get(),
            polls_before + item + 1,
            "a put wakes exactly one"
        );
    }
    crew.finished().await;
    // First come, first served: whichever the order in which the tasks began, it is kept.
    let order = order.borrow();
    assert!(
        order
            .iter()
            .enumerate()
            .all(|(nth, (_, item))| nth as u32 == *item)
    );
    let mut indices: heapless::Vec<u32, 16> = order.iter().map(|(index, _)| *index).collect();
    let up = indices.is_sorted();
    indices.reverse();
    assert!(up || indices.is_sorted());
    assert_eq!(queue.unfinished(), 0);
}

async fn sixteen_putters(spawner: Spawner) {
    let queue = Queue::<u32, 2>::new();
    let polls = Counter::new();
    let next = Cell::new(2);
    queue.try_put_all(&mut (0..2)).unwrap();
    let putters = pin!(from_fn::<_, 16, _>(|_| {
        async {
            let item = next.replace(next.get() + 1);
            counted(&polls, queue.put(item)).await.unwrap();
        }
    }));
    let crew = Crew::new(spawner);
    crew.add(putters);
    settle().await;
    assert_eq!((queue.stats().waiting_putters, polls.get()), (16, 16));
    board::every(20_000);
    time::sleep(4).await;
    board::stop();
    assert_eq!(polls.get(), 16, "polled while nothing happens");
    for item in 0..18 {
        let task = queue.try_get().unwrap();
        assert_eq!(*task, item);
        task.done();
        settle().await;
        let woken = (item + 1).min(16);
        assert_eq!(polls.get(), 16 + woken, "a get wakes exactly one");
        assert_eq!(queue.stats().waiting_putters as u32, 16 - woken);
    }
    crew.finished().await;
    assert!(queue.is_empty());
}

async fn polls_per_message<const WAITING: usize>(spawner: Spawner) {
    const MESSAGES: u32 = 64;
    let queue = Queue::<u32, 8>::new();
    let polls = Counter::new();
    let received = Cell::new(0);
    let getters = pin!(from_fn::<_, WAITING, _>(|_| async {
        while let Ok(task) = counted(&polls, queue.get()).await {
            received.set(received.get() + 1);
            task.done();
        }
    }));
    let crew = Crew::new(spawner);
    crew.add(getters);
    settle().await;
    let before = polls.get();
    assert_eq!(before, WAITING as u32);
    for item in 0..MESSAGES {
        queue.try_put(item).unwrap();
        settle().await;
    }
    assert_eq!(received.get(), MESSAGES);
    assert_eq!(polls.get() - before, 2 * MESSAGES);
    queue.shutdown();
    crew.finished().await;
}

async fn joiners(spawner: Spawner) {
    let queue = Queue::<u32, 4>::new();
    // Nothing was ever put: nothing to wait for.
    assert_eq!(queue.join().await.put, 0);
    for round in 1..=3 {
        let polls = Counter::new();
        queue.try_put(0).unwrap();
        queue.try_put(1).unwrap();
        let joiners = pin!(from_fn::<_, 16, _>(|_| async {
            assert_eq!(counted(&polls, queue.join()).await.done, 2 * round);
        }));
        let crew = Crew::new(spawner);
        crew.add(joiners);
        settle().await;
        assert_eq!((queue.stats().waiting_joiners, crew.at_work()), (16, 16));
        queue.try_get().unwrap().done();
        let last = queue.try_get().unwrap();
        settle().await;
        // Empty is not finished.
        assert!(queue.is_empty());
        assert_eq!((polls.get(), crew.at_work()), (16, 16));
        if broken("done") {
            last.detach();
        } else {
            last.done();
        }
        crew.finished().await;
        assert_eq!((polls.get(), queue.stats().waiting_joiners), (32, 0));
    }
}

async fn shutdown(spawner: Spawner) {
    let queue = Queue::<u32, 2>::new();
    let polls = Counter::new();
    let waiting_gets = pin!(from_fn::<_, 3, _>(|_| async {
        let result = counted(&polls, queue.get()).await;
        assert_eq!(result.unwrap_err(), GetError);
    }));
    let crew = Crew::new(spawner);
    crew.add(waiting_gets);
    settle().await;
    assert_eq!((crew.at_work(), polls.get()), (3, 3));
    queue.shutdown();
    queue.shutdown();
    crew.finished().await;
    assert_eq!(polls.take(), 6);
    assert!(queue.is_shutdown());
    assert_eq!(queue.try_put(1), Err(TryPutError::ShutDown(1)));
    assert_eq!(queue.put(2).await, Err(PutError(2)));
    assert_eq!(queue.try_get().unwrap_err(), TryGetError::ShutDown);
    assert_eq!(queue.join().await.put, 0);

    let queue = Queue::<u32, 2>::new();
    queue.try_put(0).unwrap();
    queue.try_put(1).unwrap();
    let waiting_puts = pin!(from_fn::<_, 3, _>(|index| {
        let (queue, polls) = (&queue, &polls);
        async move {
            let item = 10 + index as u32;
            assert_eq!(counted(polls, queue.put(item)).await, Err(PutError(item)));
        }
    }));
    let joiner_polls = Counter::new();
    let joiner = pin!([async {
        assert_eq!(counted(&joiner_polls, queue.join()).await.done, 2);
    }]);
    let crew = Crew::new(spawner);
    crew.add(waiting_puts);
    crew.add(joiner);
    settle().await;
    assert_eq!((crew.at_work(), polls.get()), (4, 3));
    queue.shutdown();
    settle().await;
    // The putters have given up; what is left can still be taken, and the join waits for it.
    assert_eq!((crew.at_work(), polls.get()), (1, 6));
    assert_eq!(queue.get().await.unwrap().done(), 0);
    settle().await;
    assert_eq!(crew.at_work(), 1);
    assert_eq!(queue.get().await.unwrap().done(), 1);
    assert_eq!(queue.get().await.unwrap_err(), GetError);
    crew.finished().await;
    assert_eq!(joiner_polls.get(), 2);
}

async fn shutdown_now(spawner: Spawner) {
    async fn check<S: Storage<Item = u32>>(
        spawner: Spawner,
        queue: &JoinableQueue<S>,
        left: [u32; 3],
    ) {
        for item in [9, 5, 7, 6] {
            queue.try_put(item).unwrap();
        }
        let in_flight = queue.try_get().unwrap();
        let joiner = pin!([async {
            assert_eq!(queue.join().await.done, 4);
        }]);
        let crew = Crew::new(spawner);
        crew.add(joiner);
        settle().await;
        let remaining = queue.shutdown_now();
        assert_eq!(remaining.len(), 3);
        let taken: heapless::Vec<u32, 4> = remaining.collect();
        assert_eq!(taken, left);
        settle().await;
        assert_eq!((crew.at_work(), queue.unfinished()), (1, 1));
        in_flight.done();
        crew.finished().await;
        assert_eq!(queue.shutdown_now().len(), 0);
    }
    check(spawner, &Queue::<u32, 4>::new(), [5, 7, 6]).await;
    check(spawner, &LifoQueue::<u32, 4>::new(), [7, 5, 9]).await;
    check(spawner, &PriorityQueue::<u32, 4>::new(), [6, 7, 9]).await;
}

async fn shutdown_now_with_waiters(spawner: Spawner) {
    let queue = Queue::<u32, 2>::new();
    let polls = Counter::new();
    queue.try_put_all(&mut (0..2)).unwrap();
    let putters = pin!(from_fn::<_, 8, _>(|index| {
        let (queue, polls) = (&queue, &polls);
        async move {
            let item = 10 + index as u32;
            assert_eq!(counted(polls, queue.put(item)).await, Err(PutError(item)));
        }
    }));
    let joiners = pin!(from_fn::<_, 8, _>(|_| async {
        assert_eq!(counted(&polls, queue.join()).await.done, 2);
    }));
    let crew = Crew::new(spawner);
    crew.add(putters);
    crew.add(joiners);
    settle().await;
    assert_eq!((crew.at_work(), polls.get()), (16, 16));
    // Nothing is in flight: what comes out is finished, and the joins are over.
    assert!(queue.shutdown_now().eq(0..2));
    crew.finished().await;
    assert_eq!((polls.take(), queue.unfinished()), (32, 0));

    let queue = Queue::<u32, 2>::new();
    queue.try_put(0).unwrap();
    let in_flight = queue.try_get().unwrap();
    let getters = pin!(from_fn::<_, 8, _>(|_| async {
        let result = counted(&polls, queue.get()).await;
        assert_eq!(result.unwrap_err(), GetError);
    }));
    let joiners = pin!(from_fn::<_, 8, _>(|_| async {
        assert_eq!(counted(&polls, queue.join()).await.done, 1);
    }));
    let crew = Crew::new(spawner);
    crew.add(getters);
    crew.add(joiners);
    settle().await;
    assert_eq!((crew.at_work(), polls.get()), (16, 16));
    assert_eq!(queue.shutdown_now().len(), 0);
    settle().await;
    // The joins wait for what is in flight.
    assert_eq!((crew.at_work(), polls.get()), (8, 24));
    in_flight.done();
    crew.finished().await;
    assert_eq!(polls.get(), 32);
}

/// Two wait; the first is woken and, before it runs, has something better to do.
async fn cancelled_get(spawner: Spawner) {
    let queue = Queue::<u32, 2>::new();
    let stop = Queue::<(), 1>::new();
    let polls = Counter::new();
    let first = pin!([async {
        match select(stop.get(), queue.get()).await {
            Either::First(task) => task.unwrap().done(),
            Either::Second(_) => panic!("the stop came first"),
        };
    }]);
    let second = pin!([async {
        assert_eq!(counted(&polls, queue.get()).await.unwrap().done(), 7);
    }]);
    let crew = Crew::new(spawner);
    crew.add(first);
    settle().await;
    crew.add(second);
    settle().await;
    assert_eq!(queue.stats().waiting_getters, 2);
    queue.try_put(7).unwrap();
    stop.try_put(()).unwrap();
    crew.finished().await;
    assert_eq!(polls.get(), 2);
    assert_eq!((queue.unfinished(), queue.stats().waiting_getters), (0, 0));

    // Cancelled before it is woken: out of the line.
    let cancelled = pin!([async {
        select(stop.get(), queue.get()).await;
    }]);
    crew.add(cancelled);
    settle().await;
    assert_eq!(queue.stats().waiting_getters, 1);
    stop.try_put(()).unwrap();
    crew.finished().await;
    assert_eq!(queue.stats().waiting_getters, 0);
    queue.try_put(8).unwrap();
    assert_eq!(queue.get().await.unwrap().done(), 8);
}

async fn cancelled_put(spawner: Spawner) {
    let queue = Queue::<u32, 1>::new();
    let stop = Queue::<(), 1>::new();
    queue.try_put(0).unwrap();
    let first = pin!([async {
        match select(stop.get(), queue.put(1)).await {
            Either::First(task) => task.unwrap().done(),
            Either::Second(_) => panic!("the stop came first"),
        };
    }]);
    let second = pin!([async {
        queue.put(2).await.unwrap();
    }]);
    let crew = Crew::new(spawner);
    crew.add(first);
    settle().await;
    crew.add(second);
    settle().await;
    assert_eq!(queue.stats().waiting_putters, 2);
    assert_eq!(queue.try_get().unwrap().done(), 0);
    stop.try_put(()).unwrap();
    crew.finished().await;
    assert_eq!(queue.get().await.unwrap().done(), 2);
    assert!(queue.is_empty());
}

async fn cancelled_join(spawner: Spawner) {
    let queue = Queue::<u32, 1>::new();
    let stop = Queue::<(), 1>::new();
    let polls = Counter::new();
    queue.try_put(0).unwrap();
    let first = pin!([async {
        match select(stop.get(), queue.join()).await {
            Either::First(task) => task.unwrap().done(),
            Either::Second(_) => panic!("the stop came first"),
        };
    }]);
    let others = pin!(from_fn::<_, 2, _>(|_| async {
        assert_eq!(counted(&polls, queue.join()).await.done, 1);
    }));
    let crew = Crew::new(spawner);
    crew.add(first);
    crew.add(others);
    settle().await;
    // Polled for other reasons as well, as by a `select`.
    let mut context = Context::from_waker(Waker::noop());
    let mut polled_often = pin!(queue.join());
    assert!(polled_often.as_mut().poll(&mut context).is_pending());
    assert_eq!(queue.stats().waiting_joiners, 4);
    stop.try_put(()).unwrap();
    settle().await;
    assert_eq!((queue.stats().waiting_joiners, polls.get()), (3, 2));
    assert!(polled_often.as_mut().poll(&mut context).is_pending());
    queue.try_get().unwrap().done();
    crew.finished().await;
    assert!(polled_often.poll(&mut context).is_ready());
    assert_eq!((queue.stats().waiting_joiners, polls.get()), (0, 4));
}

/// A task takes what another was woken for, again and again.
async fn overtaken(spawner: Spawner) {
    let queue = Queue::<u32, 1>::new();
    let polls = Counter::new();
    let waiter = pin!([async {
        assert_eq!(counted(&polls, queue.get()).await.unwrap().done(), 2);
    }]);
    let crew = Crew::new(spawner);
    crew.add(waiter);
    settle().await;
    for item in 0..2 {
        queue.try_put(item).unwrap();
        // The waiter is woken, and has not run yet.
        assert_eq!(queue.get().await.unwrap().done(), item);
        settle().await;
        assert_eq!(polls.get(), 2 + item);
    }
    queue.try_put(2).unwrap();
    {
        let newcomer = pin!(queue.get());
        let mut context = Context::from_waker(Waker::noop());
        assert!(newcomer.poll(&mut context).is_pending());
    }
    crew.finished().await;
    assert_eq!(polls.get(), 4);
}

async fn priorities() {
    let queue = PriorityQueue::<Prioritized<u8, u32>, 16>::new();
    for n in 0..15 {
        queue.try_put(Prioritized::new((n % 3) as u8, n)).unwrap();
    }
    // Some out and some in, so that sequence numbers do more than count up.
    for n in [0, 3] {
        assert_eq!(queue.try_get().unwrap().done().item, n);
    }
    queue.try_put(Prioritized::new(0, 15)).unwrap();
    for n in [6, 9, 12, 15, 1, 4, 7, 10, 13, 2, 5, 8, 11, 14] {
        assert_eq!(queue.get().await.unwrap().done().item, n);
    }
    assert_eq!(queue.join().await.done, 16);
}

async fn priorities_of_waiters(spawner: Spawner) {
    let queue = PriorityQueue::<Prioritized<u8, u32>, 4>::new();
    let polls = Counter::new();
    let seen = RefCell::new(heapless::Vec::<u32, 4>::new());
    let getters = pin!(from_fn::<_, 3, _>(|_| async {
        let item = counted(&polls, queue.get()).await.unwrap().done().item;
        seen.borrow_mut().push(item).unwrap();
    }));
    let crew = Crew::new(spawner);
    crew.add(getters);
    settle().await;
    for (priority, item) in [(3, 0), (1, 1), (2, 2)] {
        queue.try_put(Prioritized::new(priority, item)).unwrap();
    }
    crew.finished().await;
    assert_eq!(
        (seen.borrow().as_slice(), polls.take()),
        (&[1, 2, 0][..], 6)
    );

    // Those who wait for room are served in their order, whatever they bring.
    queue
        .try_put_all(&mut (0..4).map(|n| Prioritized::new(5, n)))
        .unwrap();
    let putters = pin!(from_fn::<_, 2, _>(|_| async {
        let item = queue.stats().waiting_putters as u32;
        let put = queue.put(Prioritized::new(4 - item as u8, 10 + item));
        counted(&polls, put).await.unwrap();
    }));
    crew.add(putters);
    settle().await;
    for item in [0, 10, 11, 1, 2, 3] {
        assert_eq!(queue.try_get().unwrap().done().item, item);
        settle().await;
    }
    crew.finished().await;
    assert_eq!(polls.get(), 4);
}

async fn follow_ups() {
    let queue = Queue::<u32, 4>::new();
    queue.try_put(1).unwrap();
    let mut pages = 0;
    while let Ok(page) = queue.try_get() {
        pages += 1;
        if *page < 4 {
            page.put_follow_up(2 * *page).unwrap();
            page.put_follow_up(2 * *page + 1).unwrap();
        }
        assert_eq!(queue.unfinished(), queue.len() + 1);
        page.done();
    }
    assert_eq!((pages, queue.join().await.done), (7, 7));

    let task = {
        queue.try_put(0).unwrap();
        queue.try_get().unwrap()
    };
    for item in 1..=4 {
        queue.try_put(item).unwrap();
    }
    // No room: refused, as on every queue of fixed capacity.
    assert_eq!(task.put_follow_up(5), Err(TryPutError::Full(5)));
    let task = match task.requeue() {
        Err(RequeueError::Full(task)) => task,
        _ => panic!("there is no room"),
    };
    assert_eq!(queue.try_get().unwrap().done(), 1);
    let unfinished = queue.unfinished();
    task.requeue().unwrap();
    assert_eq!((queue.unfinished(), queue.len()), (unfinished, 4));
    for item in [2, 3, 4, 0] {
        assert_eq!(queue.try_get().unwrap().done(), item);
    }
    queue.join().await;
}

/// A tree of 31 tasks, from one: whoever finds a follow-up has been woken for it, once.
async fn follow_ups_of_workers(spawner: Spawner) {
    let queue = LifoQueue::<u32, 8>::new();
    let (polls, joiner_polls) = (Counter::new(), Counter::new());
    let workers = pin!(from_fn::<_, 2, _>(|_| async {
        while let Ok(page) = counted(&polls, queue.get()).await {
            if *page < 16 {
                page.put_follow_up(2 * *page).unwrap();
                page.put_follow_up(2 * *page + 1).unwrap();
            }
            yield_now().await;
            page.done();
        }
    }));
    let joiner = pin!([async {
        assert_eq!(counted(&joiner_polls, queue.join()).await.done, 31);
        queue.shutdown();
    }]);
    let crew = Crew::new(spawner);
    crew.add(workers);
    settle().await;
    assert_eq!(polls.get(), 2);
    queue.try_put(1).unwrap();
    crew.add(joiner);
    crew.finished().await;
    assert_eq!((queue.stats().put, joiner_polls.get()), (31, 2));
    // Once for each, and once more for each wait: of both at the beginning, and of both at the end.
    assert_eq!(polls.get(), 31 + 2 + 2 * 2);
}

async fn abandoned(spawner: Spawner) {
    let queue = Queue::<u32, 4>::new();
    let stop = Queue::<(), 1>::new();
    let worker = pin!([async {
        let work = async {
            let _task = queue.get().await.unwrap();
            core::future::pending::<()>().await;
        };
        select(stop.get(), work).await;
    }]);
    let polls = Counter::new();
    let joiner = pin!([async {
        let stats = counted(&polls, queue.join()).await;
        assert_eq!((stats.done, stats.failed, stats.abandoned), (3, 1, 2));
    }]);
    for item in 0..3 {
        queue.try_put(item).unwrap();
    }
    let crew = Crew::new(spawner);
    crew.add(worker);
    crew.add(joiner);
    settle().await;
    assert_eq!(queue.try_get().unwrap().fail(), 1);
    drop(queue.try_get().unwrap());
    settle().await;
    assert_eq!(crew.at_work(), 2);
    // The worker is cancelled with a task in its hands.
    stop.try_put(()).unwrap();
    crew.finished().await;
    assert_eq!(polls.get(), 2);
}

async fn detached(spawner: Spawner) {
    let queue = Queue::<u32, 4>::new();
    assert_eq!(queue.task_done(), Err(TaskDoneError));
    queue.try_put(1).unwrap();
    queue.try_put(2).unwrap();
    let joiner = pin!([async {
        assert_eq!(queue.join().await.done, 2);
    }]);
    let crew = Crew::new(spawner);
    crew.add(joiner);
    assert_eq!(queue.get().await.unwrap().detach(), 1);
    assert_eq!(queue.get().await.unwrap().detach(), 2);
    assert_eq!(queue.task_done(), Ok(()));
    settle().await;
    assert_eq!((crew.at_work(), queue.in_flight()), (1, 1));
    assert_eq!(queue.task_done(), Ok(()));
    assert_eq!(queue.task_done(), Err(TaskDoneError));
    crew.finished().await;
}

async fn batches(spawner: Spawner) {
    let queue = Queue::<u32, 3>::new();
    let producer = pin!([async {
        assert_eq!(queue.put_all(0..10).await, Ok(10));
        queue.shutdown();
    }]);
    let crew = Crew::new(spawner);
    crew.add(producer);
    let mut seen = heapless::Vec::<u32, 16>::new();
    while let Ok(mut ticket) = queue.get_many(3, &mut seen).await {
        assert!(ticket.done_one());
        ticket.done();
    }
    crew.finished().await;
    assert!(seen.iter().copied().eq(0..10));
    assert_eq!(queue.stats().done, 10);
}

/// Documented: it stays in line, what it was woken for waits for whoever asks, the next wake-up is the
/// next one's, and dropping it serves one more.
async fn forgotten_future(spawner: Spawner) {
    let queue = Queue::<u32, 2>::new();
    let polls = Counter::new();
    let mut kept = pin!(Some(queue.get()));
    let mut context = Context::from_waker(Waker::noop());
    assert!(
        kept.as_mut()
            .as_pin_mut()
            .unwrap()
            .poll(&mut context)
            .is_pending()
    );
    let next = Cell::new(0);
    let others = pin!(from_fn::<_, 2, _>(|_| async {
        let task = counted(&polls, queue.get()).await.unwrap();
        assert_eq!(task.done(), next.replace(next.get() + 1));
    }));
    let crew = Crew::new(spawner);
    crew.add(others);
    settle().await;
    assert_eq!((queue.stats().waiting_getters, polls.get()), (3, 2));
    queue.try_put(0).unwrap();
    settle().await;
    assert_eq!((crew.at_work(), queue.len(), polls.get()), (2, 1, 2));
    queue.try_put(1).unwrap();
    settle().await;
    assert_eq!((crew.at_work(), queue.len(), polls.get()), (1, 1, 3));
    kept.set(None);
    crew.finished().await;
    assert_eq!((queue.len(), polls.get()), (0, 4));
}
