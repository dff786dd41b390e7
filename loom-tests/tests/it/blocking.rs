//! The calls that block a thread. A model has no clock: a deadline may pass whenever a thread waits.

use std::time::Duration;

use joinable_queue::{GetTimeoutError, PutTimeoutError};
use loom::future::block_on;
use loom_tests::{Flavour, World, models};

models! {
    room 1 threads 2 preemptions any, bounded: blocked_putter_and_getter put_timeout_vs_get
        thread_and_task;
    room 2 threads 2 preemptions any, all: get_timeout_vs_put join_blocking_vs_done
        get_blocking_vs_shutdown;
    room 2 threads 3 preemptions 3, some: two_blocked_getters;
}

/// A second wait of a thread uses what the first has left.
fn blocked_putter_and_getter<F: Flavour<1>>(w: &World<F, 1>) {
    let (queue, jobs) = (w.queue, [w.job(1), w.job(2)]);
    let putter = w.spawn(move || {
        for job in jobs {
            queue.put_blocking(job).unwrap();
        }
    });
    for expected in [1, 2] {
        assert_eq!(queue.get_blocking().unwrap().done().id(), expected);
    }
    putter.join().unwrap();
}

/// One side is a thread, the other a task.
fn thread_and_task<F: Flavour<1>>(w: &World<F, 1>) {
    let (there, back) = (w.queue, w.another_queue());
    let thread = w.spawn(move || {
        let question = there.get_blocking().unwrap().done();
        back.put_blocking(question).unwrap();
    });
    block_on(there.put(w.job(1))).unwrap();
    assert_eq!(block_on(back.get()).unwrap().done().id(), 1);
    thread.join().unwrap();
}

/// The item is got, or stays.
fn get_timeout_vs_put<F: Flavour<2>>(w: &World<F, 2>) {
    let (queue, job) = (w.queue, w.job(1));
    let putter = w.spawn(move || queue.try_put(job).unwrap());
    let got = match queue.get_timeout(Duration::from_secs(1)) {
        Ok(task) => task.done().id() == 1,
        Err(GetTimeoutError::TimedOut) => false,
        Err(error) => unreachable!("{error}"),
    };
    putter.join().unwrap();
    assert_eq!(queue.len(), usize::from(!got));
    while let Ok(task) = queue.try_get() {
        task.done();
    }
}

/// The item is put, or comes back.
fn put_timeout_vs_get<F: Flavour<1>>(w: &World<F, 1>) {
    let queue = w.queue;
    queue.try_put(w.job(1)).unwrap();
    let getter = w.spawn(move || queue.try_get().unwrap().done().id());
    let was_put = match queue.put_timeout(w.job(2), Duration::from_secs(1)) {
        Ok(()) => true,
        Err(PutTimeoutError::TimedOut(job)) => {
            assert_eq!(job.id(), 2);
            false
        }
        Err(error) => unreachable!("{error}"),
    };
    assert_eq!(getter.join().unwrap(), 1);
    assert_eq!(queue.len(), usize::from(was_put));
    while let Ok(task) = queue.try_get() {
        task.done();
    }
}

fn join_blocking_vs_done<F: Flavour<2>>(w: &World<F, 2>) {
    let queue = w.queue;
    queue.try_put(w.job(1)).unwrap();
    let task = queue.try_get().unwrap();
    let worker = w.spawn(move || task.done().id());
    assert_eq!(queue.join_blocking().done, 1);
    assert_eq!(worker.join().unwrap(), 1);
}

fn get_blocking_vs_shutdown<F: Flavour<2>>(w: &World<F, 2>) {
    let queue = w.queue;
    let closer = w.spawn(move || queue.shutdown());
    assert!(queue.get_blocking().is_err());
    closer.join().unwrap();
}

fn two_blocked_getters<F: Flavour<2>>(w: &World<F, 2>) {
    let queue = w.queue;
    let getters = [(); 2].map(|()| w.spawn(move || queue.get_blocking().unwrap().done().id()));
    queue.put_blocking(w.job(1)).unwrap();
    queue.put_blocking(w.job(2)).unwrap();
    let ids = getters.map(|getter| getter.join().unwrap());
    assert_eq!(ids.iter().sum::<u32>(), 3);
}
