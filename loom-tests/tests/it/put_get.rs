//! Nobody sleeps through what it waits for, and everything arrives once.

use std::future::Future;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};

use joinable_queue::storage::Storage;
use joinable_queue::{JoinableQueue, TryGetError, TryPutError};
use loom::future::block_on;
use loom::sync::atomic::{AtomicBool, Ordering};
use loom_tests::{Data, Flavour, Job, World, models};

models! {
    room 1 threads 2 preemptions any, bounded: handoff waiting_put_vs_get full_is_true told_of_a_get ping;
    room 1 threads 3 preemptions 3, few: two_putters_one_getter;
    room 2 threads 2 preemptions any, all: get_vs_put waiting_get_vs_put two_gets_one_put changed_waker
        empty_is_true told_of_a_put what_was_written_before_a_put snapshots overtaken
        woken_outside_and_afterwards;
    room 2 threads 3 preemptions 3, some: changed_waker_vs_thief;
    room 2 threads 3 preemptions 3, some: two_getters_two_puts snapshots_of_two;
}

/// Everybody waits for everything.
fn handoff<F: Flavour<1>>(w: &World<F, 1>) {
    let (queue, jobs) = (w.queue, [w.job(1), w.job(2)]);
    let putter = w.spawn(move || {
        for job in jobs {
            block_on(queue.put(job)).unwrap();
        }
    });
    for expected in [1, 2] {
        assert_eq!(block_on(queue.get()).unwrap().done().id(), expected);
    }
    putter.join().unwrap();
}

/// The get looks, finds nothing, and begins to wait, while the item comes.
fn get_vs_put<F: Flavour<2>>(w: &World<F, 2>) {
    let (queue, job) = (w.queue, w.job(1));
    let putter = w.spawn(move || queue.try_put(job).unwrap());
    let mut get = w.hand(queue.get());
    get.poll();
    putter.join().unwrap();
    assert_eq!(get.output().unwrap().done().id(), 1);
}

/// The get waits already.
fn waiting_get_vs_put<F: Flavour<2>>(w: &World<F, 2>) {
    let (queue, job) = (w.queue, w.job(1));
    let mut get = w.hand(queue.get());
    get.begins_to_wait();
    let putter = w.spawn(move || queue.try_put(job).unwrap());
    // For no reason.
    get.poll();
    putter.join().unwrap();
    assert_eq!(get.output().unwrap().done().id(), 1);
}

/// The put looks, finds no room, and begins to wait, while room is made.
fn waiting_put_vs_get<F: Flavour<1>>(w: &World<F, 1>) {
    let queue = w.queue;
    queue.try_put(w.job(1)).unwrap();
    let getter = w.spawn(move || queue.try_get().unwrap().done().id());
    let mut put = w.hand(queue.put(w.job(2)));
    put.poll();
    assert_eq!(getter.join().unwrap(), 1);
    put.output().unwrap();
    assert_eq!(queue.try_get().unwrap().done().id(), 2);
}

/// One item wakes one, and is enough for one. (And whoever meets it half put wakes itself, to look again.)
fn two_gets_one_put<F: Flavour<2>>(w: &World<F, 2>) {
    let (queue, job) = (w.queue, w.job(1));
    let mut first = w.hand(queue.get());
    let mut second = w.hand(queue.get());
    first.begins_to_wait();
    let putter = w.spawn(move || queue.try_put(job).unwrap());
    second.poll();
    putter.join().unwrap();
    if first.is_woken() && second.is_woken() {
        // Without a lock, it may have come between claiming the cell and handing it on: before it was in line, or
        // when it looked again.
        assert!(second.woke_itself());
    }
    if second.poll() {
        // It was faster. The first was woken, and goes back into line.
        second.output().unwrap().done();
        assert!(!first.poll());
    } else {
        first.output().unwrap().done();
    }
}

/// The waker that counts is that of the latest poll.
fn changed_waker<F: Flavour<2>>(w: &World<F, 2>) {
    let (queue, job) = (w.queue, w.job(1));
    let mut get = w.hand(queue.get());
    get.begins_to_wait();
    let putter = w.spawn(move || queue.try_put(job).unwrap());
    get.poll_anew();
    putter.join().unwrap();
    get.output().unwrap().done();
}

/// Both leave the line together.
fn two_getters_two_puts<F: Flavour<2>>(w: &World<F, 2>) {
    let queue = w.queue;
    let getter = move || block_on(queue.get()).unwrap().done().id();
    let getters = [w.spawn(getter), w.spawn(getter)];
    block_on(queue.put(w.job(1))).unwrap();
    block_on(queue.put(w.job(2))).unwrap();
    let [a, b] = getters.map(|getter| getter.join().unwrap());
    assert_eq!(a + b, 3);
}

/// Room for one is given to two, one after the other.
fn two_putters_one_getter<F: Flavour<1>>(w: &World<F, 1>) {
    let queue = w.queue;
    let putters = [1, 2].map(|id| {
        let job = w.job(id);
        w.spawn(move || block_on(queue.put(job)).unwrap())
    });
    let a = block_on(queue.get()).unwrap().done().id();
    let b = block_on(queue.get()).unwrap().done().id();
    assert_eq!(a + b, 3);
    for putter in putters {
        putter.join().unwrap();
    }
}

/// `Full` only while the item is in.
fn full_is_true<F: Flavour<1>>(w: &World<F, 1>) {
    let queue = w.queue;
    queue.try_put(w.job(1)).unwrap();
    let getter = w.spawn(move || queue.try_get().unwrap().done().id());
    match queue.try_put(w.job(2)) {
        Ok(()) => assert_eq!(getter.join().unwrap(), 1),
        Err(TryPutError::Full(job)) => {
            assert_eq!(getter.join().unwrap(), 1);
            queue.try_put(job).unwrap();
        }
        Err(TryPutError::ShutDown(_)) => unreachable!(),
    }
    assert_eq!(queue.try_get().unwrap().done().id(), 2);
}

/// `Empty` only while there is nothing.
fn empty_is_true<F: Flavour<2>>(w: &World<F, 2>) {
    let queue = w.queue;
    let jobs = [w.job(1), w.job(2)];
    let putter = w.spawn(move || {
        for job in jobs {
            queue.try_put(job).unwrap();
        }
    });
    let mut got = 0;
    for _ in 0..2 {
        let stats = queue.stats();
        match queue.try_get() {
            Ok(task) => got += u32::from(task.done().id() > 0),
            Err(TryGetError::Empty) => assert_eq!(stats.len, 0),
            Err(TryGetError::ShutDown) => unreachable!(),
        }
    }
    putter.join().unwrap();
    for _ in got..2 {
        queue.try_get().unwrap().done();
    }
}

fn flag() -> Arc<AtomicBool> {
    Arc::new(AtomicBool::new(false))
}

/// Who hears by another way that an item was put, finds it.
fn told_of_a_put<F: Flavour<2>>(w: &World<F, 2>) {
    let (queue, job, told) = (w.queue, w.job(1), flag());
    let tell = told.clone();
    let putter = w.spawn(move || {
        queue.try_put(job).unwrap();
        tell.store(true, Ordering::Release);
    });
    let mut got = false;
    if told.load(Ordering::Acquire) {
        assert!(!queue.is_empty());
        queue.try_get().unwrap().done();
        got = true;
    }
    putter.join().unwrap();
    if !got {
        queue.try_get().unwrap().done();
    }
}

/// Who hears by another way that room was made, finds it.
fn told_of_a_get<F: Flavour<1>>(w: &World<F, 1>) {
    let (queue, told) = (w.queue, flag());
    queue.try_put(w.job(1)).unwrap();
    let tell = told.clone();
    let getter = w.spawn(move || {
        queue.try_get().unwrap().done();
        tell.store(true, Ordering::Release);
    });
    if told.load(Ordering::Acquire) {
        assert!(queue.is_empty());
        queue.try_put(w.job(2)).unwrap();
        queue.try_get().unwrap().done();
    }
    getter.join().unwrap();
}

/// An item brings along what its putter wrote.
fn what_was_written_before_a_put<F: Flavour<2>>(w: &World<F, 2>) {
    let (queue, job, data) = (w.queue, w.job(1), Data::new());
    let written = data.clone();
    let putter = w.spawn(move || {
        written.write(7);
        queue.try_put(job).unwrap();
    });
    if let Ok(task) = queue.try_get() {
        assert_eq!(data.read(), 7);
        task.done();
        putter.join().unwrap();
    } else {
        putter.join().unwrap();
        queue.try_get().unwrap().done();
    }
}

/// There and back, over two queues.
fn ping<F: Flavour<1>>(w: &World<F, 1>) {
    let (there, back) = (w.queue, w.another_queue());
    let answers = w.spawn(move || {
        let question = block_on(there.get()).unwrap().done();
        block_on(back.put(question)).unwrap();
    });
    block_on(there.put(w.job(1))).unwrap();
    assert_eq!(block_on(back.get()).unwrap().done().id(), 1);
    answers.join().unwrap();
    assert!(there.is_empty() && back.is_empty());
}

/// Every snapshot is one of an instant, and later ones are of later instants.
fn snapshots<F: Flavour<2>>(w: &World<F, 2>) {
    let (queue, job) = (w.queue, w.job(1));
    let worker = w.spawn(move || {
        queue.try_put(job).unwrap();
        queue.try_get().unwrap().done();
    });
    let mut before = (0, 0, 0);
    for _ in 0..2 {
        let now = queue.stats();
        assert!(now.put >= now.got && now.got >= now.done, "{now:?}");
        assert_eq!(now.len, now.put - now.got);
        assert_eq!(now.in_flight, now.got - now.done);
        assert_eq!(now.unfinished, now.put - now.done);
        assert!((now.put, now.got, now.done) >= before, "{now:?}");
        before = (now.put, now.got, now.done);
    }
    worker.join().unwrap();
    assert_eq!(queue.stats().done, 1);
}

/// The same, of two threads that put and get what they find.
fn snapshots_of_two<F: Flavour<2>>(w: &World<F, 2>) {
    let queue = w.queue;
    let workers = [1, 2].map(|id| {
        let job = w.job(id);
        w.spawn(move || {
            queue.try_put(job).unwrap();
            queue.try_get().unwrap().done();
        })
    });
    let now = queue.stats();
    assert!(now.put >= now.got && now.got >= now.done, "{now:?}");
    assert_eq!(now.len, now.put - now.got);
    assert_eq!(now.in_flight, now.got - now.done);
    for worker in workers {
        worker.join().unwrap();
    }
    assert_eq!(queue.stats().done, 2);
}

/// A waiter that was woken and found nothing, because somebody was faster, is served first the next time.
fn overtaken<F: Flavour<2>>(w: &World<F, 2>) {
    let (queue, [one, two]) = (w.queue, [w.job(1), w.job(2)]);
    let mut first = w.hand(queue.get());
    let mut second = w.hand(queue.get());
    first.begins_to_wait();
    second.begins_to_wait();
    let faster = w.spawn(move || {
        queue.try_put(one).unwrap();
        let is_faster = queue.try_get().map(|task| task.done()).is_ok();
        queue.try_put(two).unwrap();
        is_faster
    });
    first.poll();
    let is_faster = faster.join().unwrap();
    first.output().unwrap().done();
    if is_faster {
        assert!(!second.poll());
    } else {
        second.output().unwrap().done();
    }
}

/// Looks at its queue when it is woken.
struct Looks<S: Storage + 'static> {
    queue: &'static JoinableQueue<S>,
    seen: Mutex<Vec<(usize, usize)>>,
}

impl<S: Storage<Item = Job> + 'static> Wake for Looks<S> {
    fn wake(self: Arc<Self>) {
        let stats = self.queue.stats();
        let mut seen = self.seen.lock().unwrap();
        seen.push((stats.put, stats.done));
    }
}

/// A waker may use the queue, and finds there what it is woken for.
fn woken_outside_and_afterwards<F: Flavour<2>>(w: &World<F, 2>) {
    let (queue, job) = (w.queue, w.job(1));
    let looks = || {
        let seen = Mutex::default();
        Arc::new(Looks { queue, seen })
    };
    let (put, done) = (looks(), looks());
    let mut get = pin!(queue.get());
    let waker = Waker::from(Arc::clone(&put));
    assert!(
        get.as_mut()
            .poll(&mut Context::from_waker(&waker))
            .is_pending()
    );
    let worker = w.spawn(move || {
        queue.try_put(job).unwrap();
        queue.try_get().unwrap().done();
    });
    let mut join = pin!(queue.join());
    let waker = Waker::from(Arc::clone(&done));
    let was_ready = join
        .as_mut()
        .poll(&mut Context::from_waker(&waker))
        .is_ready();
    worker.join().unwrap();
    assert!(matches!(put.seen.lock().unwrap()[..], [(1, _)]));
    let seen = done.seen.lock().unwrap();
    assert!(matches!(
        (was_ready, &seen[..]),
        (true, []) | (false, [(1, 1)])
    ));
}

/// A waker whose clones do not say that they wake the same: each is at an address of its own.
mod aloof {
    use std::task::{RawWaker, RawWakerVTable, Waker};

    static VTABLE: RawWakerVTable = RawWakerVTable::new(clone, wake, wake_by_ref, dispose);

    pub(super) fn aloof(waker: Waker) -> Waker {
        let data = Box::into_raw(Box::new(waker));
        // SAFETY: the functions below take what is made here.
        unsafe { Waker::new(data.cast(), &VTABLE) }
    }

    unsafe fn clone(data: *const ()) -> RawWaker {
        // SAFETY: made by `aloof`, and there until it is woken or disposed of.
        let waker = unsafe { &*data.cast::<Waker>() };
        let waker = aloof(waker.clone());
        let raw = RawWaker::new(waker.data(), &VTABLE);
        std::mem::forget(waker);
        raw
    }

    unsafe fn wake(data: *const ()) {
        // SAFETY: made by `aloof`, and this is its end.
        unsafe { Box::from_raw(data.cast::<Waker>().cast_mut()) }.wake();
    }

    unsafe fn wake_by_ref(data: *const ()) {
        // SAFETY: made by `aloof`, and there.
        unsafe { &*data.cast::<Waker>() }.wake_by_ref();
    }

    unsafe fn dispose(data: *const ()) {
        // SAFETY: made by `aloof`, and this is its end.
        drop(unsafe { Box::from_raw(data.cast::<Waker>().cast_mut()) });
    }
}

/// A getter is polled with another waker, and looks again since an item has come; but that is gone. It keeps
/// the new waker.
fn changed_waker_vs_thief<F: Flavour<2>>(w: &World<F, 2>) {
    let (queue, job) = (w.queue, w.job(1));
    let (old, new) = (Arc::<Woken>::default(), Arc::<Woken>::default());
    let mut get = Box::pin(queue.get());
    let first = aloof::aloof(Waker::from(old));
    assert!(
        get.as_mut()
            .poll(&mut Context::from_waker(&first))
            .is_pending()
    );
    let putter = w.spawn(move || queue.try_put(job).unwrap());
    let thief = w.spawn(move || queue.try_get().map(|task| task.done()).is_ok());
    let second = aloof::aloof(Waker::from(Arc::clone(&new)));
    let mut cx = Context::from_waker(&second);
    let mut polled = get.as_mut().poll(&mut cx);
    putter.join().unwrap();
    if thief.join().unwrap() {
        queue.try_put(w.job(2)).unwrap();
    }
    if polled.is_pending() {
        assert!(new.is_woken(), "a wake-up was lost");
        polled = get.as_mut().poll(&mut cx);
    }
    match polled {
        Poll::Ready(task) => _ = task.unwrap().done(),
        Poll::Pending => panic!("woken for nothing"),
    }
}

/// Whether somebody has been woken.
#[derive(Default)]
struct Woken(loom::sync::atomic::AtomicBool);

impl Woken {
    fn is_woken(&self) -> bool {
        // The latest.
        self.0.fetch_or(false, Ordering::Relaxed)
    }
}

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}
