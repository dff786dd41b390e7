//! Several items at once.

use loom::future::block_on;
use loom_tests::{Flavour, Job, World, models};

models! {
    room 2 threads 2 preemptions any, all: get_many_vs_puts batch_done_vs_join get_many_vs_getter;
    room 1 threads 2 preemptions any, bounded: put_all_vs_gets get_many_vs_putter;
}

/// Each item is in one batch, and one ticket finishes what is in it.
fn get_many_vs_puts<F: Flavour<2>>(w: &World<F, 2>) {
    let (queue, jobs) = (w.queue, [w.job(1), w.job(2)]);
    let putter = w.spawn(move || queue.try_put_all(&mut jobs.into_iter()).unwrap());
    let mut all: Vec<Job> = Vec::new();
    while all.len() < 2 {
        let before = all.len();
        let ticket = block_on(queue.get_many(2, &mut all)).unwrap();
        assert_eq!(ticket.owed(), all.len() - before);
        ticket.done();
    }
    assert_eq!(all.iter().map(Job::id).sum::<u32>(), 3);
    assert_eq!(putter.join().unwrap(), 2);
    assert_eq!(queue.stats().done, 2);
}

/// Each item is waited for.
fn put_all_vs_gets<F: Flavour<1>>(w: &World<F, 1>) {
    let (queue, jobs) = (w.queue, [w.job(1), w.job(2)]);
    let putter = w.spawn(move || block_on(queue.put_all(jobs)).unwrap());
    for expected in [1, 2] {
        assert_eq!(block_on(queue.get()).unwrap().done().id(), expected);
    }
    assert_eq!(putter.join().unwrap(), 2);
}

/// Finished one by one, by a ticket; let go by the last.
fn batch_done_vs_join<F: Flavour<2>>(w: &World<F, 2>) {
    let queue = w.queue;
    queue.try_put(w.job(1)).unwrap();
    queue.try_put(w.job(2)).unwrap();
    let mut jobs: Vec<Job> = Vec::new();
    let mut ticket = queue.try_get_many(2, &mut jobs).unwrap();
    let worker = w.spawn(move || {
        assert!(ticket.done_one());
        drop(ticket);
    });
    let stats = block_on(queue.join());
    assert_eq!((stats.done, stats.abandoned), (2, 1));
    worker.join().unwrap();
}

/// A batch leaves something for who waits, or nothing; and then nobody was woken in vain for ever.
fn get_many_vs_getter<F: Flavour<2>>(w: &World<F, 2>) {
    let (queue, jobs) = (w.queue, [w.job(1), w.job(2)]);
    let mut get = w.hand(queue.get());
    get.begins_to_wait();
    let putter = w.spawn(move || queue.try_put_all(&mut jobs.into_iter()).unwrap());
    let mut batch: Vec<Job> = Vec::new();
    if let Ok(ticket) = queue.try_get_many(2, &mut batch) {
        ticket.done();
    }
    assert_eq!(putter.join().unwrap(), 2);
    if batch.len() < 2 {
        get.output().unwrap().done();
    } else {
        assert!(!get.poll());
    }
    while let Ok(task) = queue.try_get() {
        task.done();
    }
}

/// A batch that takes the only item makes room for who waits.
fn get_many_vs_putter<F: Flavour<1>>(w: &World<F, 1>) {
    let queue = w.queue;
    queue.try_put(w.job(1)).unwrap();
    let getter = w.spawn(move || {
        let mut batch: Vec<Job> = Vec::new();
        let ticket = queue.try_get_many(2, &mut batch).unwrap();
        ticket.done();
        batch.len()
    });
    let mut put = w.hand(queue.put(w.job(2)));
    put.poll();
    let got = getter.join().unwrap();
    put.output().unwrap();
    assert_eq!(queue.len(), 2 - got);
    while let Ok(task) = queue.try_get() {
        task.done();
    }
}
