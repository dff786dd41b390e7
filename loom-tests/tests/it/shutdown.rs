//! A shutdown lets everybody go and strands nothing.

use joinable_queue::GetError;
use loom::future::block_on;
use loom_tests::{Flavour, World, models};

models! {
    room 1 threads 2 preemptions any, bounded: shutdown_vs_waiting_put shutdown_now_vs_waiting_put;
    room 2 threads 2 preemptions any, all: shutdown_vs_get shutdown_vs_waiting_gets shutdown_vs_put
        nothing_is_left_behind shut_down_is_true shutdown_now_vs_get shutdown_now_vs_put shutdown_now_vs_done
        two_shutdowns;
    room 2 threads 3 preemptions 3, some: shutdown_vs_put_vs_get shutdown_now_vs_put_vs_get;
    room 1 threads 4 preemptions 3, few: shutdown_vs_all;
}

/// It looks, finds nothing, and begins to wait, while the queue closes.
fn shutdown_vs_get<F: Flavour<2>>(w: &World<F, 2>) {
    let queue = w.queue;
    let getter = w.spawn(move || block_on(queue.get()).map(|task| task.done().id()));
    queue.shutdown();
    assert_eq!(getter.join().unwrap(), Err(GetError));
}

/// One waits, the other begins to; both are told.
fn shutdown_vs_waiting_gets<F: Flavour<2>>(w: &World<F, 2>) {
    let queue = w.queue;
    let mut first = w.hand(queue.get());
    first.begins_to_wait();
    let closer = w.spawn(move || queue.shutdown());
    let mut second = w.hand(queue.get());
    second.poll();
    closer.join().unwrap();
    assert!(first.output().is_err());
    assert!(second.output().is_err());
}

/// The item comes back.
fn shutdown_vs_waiting_put<F: Flavour<1>>(w: &World<F, 1>) {
    let (queue, job) = (w.queue, w.job(2));
    queue.try_put(w.job(1)).unwrap();
    let putter = w.spawn(move || block_on(queue.put(job)).unwrap_err().into_inner().id());
    queue.shutdown();
    assert_eq!(putter.join().unwrap(), 2);
    assert_eq!(queue.try_get().unwrap().done().id(), 1);
    assert!(queue.try_get().unwrap_err().is_shutdown());
}

/// No put succeeds once the shutdown has returned, and one that succeeded is delivered.
fn shutdown_vs_put<F: Flavour<2>>(w: &World<F, 2>) {
    let (queue, job) = (w.queue, w.job(1));
    let putter = w.spawn(move || queue.try_put(job).is_ok());
    queue.shutdown();
    let len = queue.len();
    let was_put = putter.join().unwrap();
    assert_eq!((len, queue.len()), (usize::from(was_put), len));
    assert_eq!(queue.try_get().is_ok(), was_put);
    assert!(queue.try_get().unwrap_err().is_shutdown());
}

/// "Shut down" is not said while an item is there.
fn nothing_is_left_behind<F: Flavour<2>>(w: &World<F, 2>) {
    let (queue, job) = (w.queue, w.job(1));
    let producer = w.spawn(move || {
        queue.try_put(job).unwrap();
        queue.shutdown();
    });
    let mut got = 0;
    while let Ok(task) = block_on(queue.get()) {
        got += task.done().id();
    }
    assert_eq!(got, 1);
    producer.join().unwrap();
}

/// Nor is it by those who do not wait.
fn shut_down_is_true<F: Flavour<2>>(w: &World<F, 2>) {
    let (queue, job) = (w.queue, w.job(1));
    let producer = w.spawn(move || {
        queue.try_put(job).unwrap();
        queue.shutdown();
    });
    let mut got = 0;
    for _ in 0..2 {
        match queue.try_get() {
            Ok(task) => got += task.done().id(),
            Err(error) => assert!(!error.is_shutdown() || got == 1),
        }
    }
    producer.join().unwrap();
    while let Ok(task) = queue.try_get() {
        got += task.done().id();
    }
    assert_eq!(got, 1);
}

/// One of them has the item.
fn shutdown_now_vs_get<F: Flavour<2>>(w: &World<F, 2>) {
    let queue = w.queue;
    queue.try_put(w.job(1)).unwrap();
    let getter = w.spawn(move || match block_on(queue.get()) {
        Ok(task) => task.done().id(),
        Err(GetError) => 0,
    });
    let taken = queue.shutdown_now().map(|job| job.id()).sum::<u32>();
    assert_eq!(taken + getter.join().unwrap(), 1);
    assert_eq!(queue.stats().done, 1);
}

/// The item is taken out or comes back.
fn shutdown_now_vs_put<F: Flavour<2>>(w: &World<F, 2>) {
    let (queue, job) = (w.queue, w.job(1));
    let putter = w.spawn(move || {
        queue
            .try_put(job)
            .map_err(|error| error.into_inner())
            .is_ok()
    });
    let taken = queue.shutdown_now().count();
    assert_eq!(usize::from(putter.join().unwrap()), taken);
    let stats = queue.stats();
    assert_eq!((stats.len, stats.put, stats.done), (0, taken, taken));
}

/// The same for one that waits.
fn shutdown_now_vs_waiting_put<F: Flavour<1>>(w: &World<F, 1>) {
    let queue = w.queue;
    queue.try_put(w.job(1)).unwrap();
    let mut put = w.hand(queue.put(w.job(2)));
    put.begins_to_wait();
    let closer = w.spawn(move || queue.shutdown_now().map(|job| job.id()).sum::<u32>());
    put.poll();
    assert_eq!(closer.join().unwrap(), 1);
    assert_eq!(put.output().unwrap_err().into_inner().id(), 2);
    assert!(queue.is_empty());
}

/// What is taken out and what is finished meanwhile are counted once each, and the joiner is let go by
/// whichever comes last.
fn shutdown_now_vs_done<F: Flavour<2>>(w: &World<F, 2>) {
    let queue = w.queue;
    queue.try_put(w.job(1)).unwrap();
    queue.try_put(w.job(2)).unwrap();
    let task = queue.try_get().unwrap();
    let mut join = w.hand(queue.join());
    join.begins_to_wait();
    let worker = w.spawn(move || {
        task.done();
    });
    assert_eq!(queue.shutdown_now().count(), 1);
    worker.join().unwrap();
    assert_eq!(join.output().done, 2);
}

/// Both kinds at once do what each does.
fn two_shutdowns<F: Flavour<2>>(w: &World<F, 2>) {
    let queue = w.queue;
    queue.try_put(w.job(1)).unwrap();
    let task = queue.try_get().unwrap();
    let mut get = w.hand(queue.get());
    let mut join = w.hand(queue.join());
    get.begins_to_wait();
    join.begins_to_wait();
    let closer = w.spawn(move || queue.shutdown());
    assert_eq!(queue.shutdown_now().count(), 0);
    closer.join().unwrap();
    assert!(get.output().is_err());
    assert!(!join.is_woken());
    task.done();
    join.output();
}

/// A put, a get and the end of it.
fn shutdown_vs_put_vs_get<F: Flavour<2>>(w: &World<F, 2>) {
    let (queue, job) = (w.queue, w.job(1));
    let putter = w.spawn(move || queue.try_put(job).is_ok());
    let getter = w.spawn(move || block_on(queue.get()).map(|task| task.done().id()).is_ok());
    queue.shutdown();
    assert_eq!(getter.join().unwrap(), putter.join().unwrap());
    assert!(queue.is_empty());
}

/// The same, and what is left is taken out: the item is got, or taken out, or was never put.
fn shutdown_now_vs_put_vs_get<F: Flavour<2>>(w: &World<F, 2>) {
    let (queue, job) = (w.queue, w.job(1));
    let putter = w.spawn(move || queue.try_put(job).is_ok());
    let getter = w.spawn(move || block_on(queue.get()).map(|task| task.done().id()).is_ok());
    let taken = queue.shutdown_now().count();
    let got = usize::from(getter.join().unwrap());
    assert_eq!(taken + got, usize::from(putter.join().unwrap()));
    let stats = queue.stats();
    assert_eq!((stats.put, stats.done), (taken + got, taken + got));
}

/// A putter, a getter and a joiner, each waiting or about to.
fn shutdown_vs_all<F: Flavour<1>>(w: &World<F, 1>) {
    let (queue, job) = (w.queue, w.job(2));
    queue.try_put(w.job(1)).unwrap();
    let putter = w.spawn(move || block_on(queue.put(job)).is_ok());
    let getter = w.spawn(move || block_on(queue.get()).unwrap().done().id());
    let joiner = w.spawn(move || block_on(queue.join()).done);
    queue.shutdown();
    let was_put = putter.join().unwrap();
    let got = getter.join().unwrap();
    match queue.try_get() {
        Ok(task) => assert_eq!(task.done().id() + got, 3),
        Err(error) => assert!(error.is_shutdown() && (!was_put || got == 2)),
    }
    // One of the two, if the put came in only after it was finished.
    assert!((1..=2).contains(&joiner.join().unwrap()));
}
