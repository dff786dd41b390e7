//! `join` returns when everything is finished, not before, and brings along what the workers wrote.

use loom::future::block_on;
use loom_tests::{Data, Flavour, World, models};

models! {
    room 2 threads 2 preemptions any, all: join_vs_last_done waiting_join_vs_last_done join_vs_put_and_done
        zero_crossing_then_put two_joiners_by_hand not_before_the_last
        released_in_line;
    room 2 threads 3 preemptions 3, some: two_workers two_joiners;
}

/// The join looks, finds work, and begins to wait, while that is finished. What the worker wrote is read.
fn join_vs_last_done<F: Flavour<2>>(w: &World<F, 2>) {
    let (queue, data) = (w.queue, Data::new());
    queue.try_put(w.job(1)).unwrap();
    let task = queue.try_get().unwrap();
    let written = data.clone();
    let worker = w.spawn(move || {
        written.write(7);
        task.done().id()
    });
    let stats = block_on(queue.join());
    assert_eq!(data.read(), 7);
    assert_eq!((stats.done, stats.unfinished), (1, 0));
    assert_eq!(worker.join().unwrap(), 1);
}

/// It waits already.
fn waiting_join_vs_last_done<F: Flavour<2>>(w: &World<F, 2>) {
    let queue = w.queue;
    queue.try_put(w.job(1)).unwrap();
    let task = queue.try_get().unwrap();
    let mut join = w.hand(queue.join());
    join.begins_to_wait();
    let worker = w.spawn(move || task.fail().id());
    join.poll_anew();
    assert_eq!(worker.join().unwrap(), 1);
    assert_eq!(join.output().failed, 1);
}

/// Ready at once, as long as nothing was put, and else not before that is finished.
fn join_vs_put_and_done<F: Flavour<2>>(w: &World<F, 2>) {
    let (queue, job) = (w.queue, w.job(1));
    let worker = w.spawn(move || {
        queue.try_put(job).unwrap();
        queue.try_get().unwrap().done();
    });
    let stats = block_on(queue.join());
    assert_eq!(stats.put, stats.done);
    worker.join().unwrap();
}

/// Everything was finished for an instant: a joiner that was waiting then is let go, though there is new
/// work when it is polled.
fn zero_crossing_then_put<F: Flavour<2>>(w: &World<F, 2>) {
    let (queue, job) = (w.queue, w.job(2));
    queue.try_put(w.job(1)).unwrap();
    let task = queue.try_get().unwrap();
    let mut join = w.hand(queue.join());
    join.begins_to_wait();
    let worker = w.spawn(move || {
        task.done();
        queue.try_put(job).unwrap();
    });
    join.poll();
    worker.join().unwrap();
    join.output();
    let mut late = w.hand(queue.join());
    late.begins_to_wait();
    queue.try_get().unwrap().done();
    late.output();
}

/// One waits, the other begins to.
fn two_joiners_by_hand<F: Flavour<2>>(w: &World<F, 2>) {
    let queue = w.queue;
    queue.try_put(w.job(1)).unwrap();
    let task = queue.try_get().unwrap();
    let mut first = w.hand(queue.join());
    first.begins_to_wait();
    let worker = w.spawn(move || task.done().id());
    let mut second = w.hand(queue.join());
    second.poll();
    assert_eq!(worker.join().unwrap(), 1);
    first.output();
    second.output();
}

/// Everything was finished, so both are let go at that instant, although one after the other is woken; new
/// work does not hold up the second.
fn released_in_line<F: Flavour<2>>(w: &World<F, 2>) {
    let queue = w.queue;
    queue.try_put(w.job(1)).unwrap();
    let task = queue.try_get().unwrap();
    let mut first = w.hand(queue.join());
    let mut second = w.hand(queue.join());
    first.begins_to_wait();
    second.begins_to_wait();
    let worker = w.spawn(move || task.done().id());
    if queue.stats().done == 1 {
        queue.try_put(w.job(2)).unwrap();
        assert!(second.poll());
        queue.try_get().unwrap().done();
    }
    assert_eq!(worker.join().unwrap(), 1);
    first.output();
    second.output();
}

/// The last but one lets nobody go.
fn not_before_the_last<F: Flavour<2>>(w: &World<F, 2>) {
    let queue = w.queue;
    queue.try_put(w.job(1)).unwrap();
    queue.try_put(w.job(2)).unwrap();
    let task = queue.try_get().unwrap();
    let worker = w.spawn(move || task.done().id());
    let mut join = w.hand(queue.join());
    join.begins_to_wait();
    worker.join().unwrap();
    assert!(!join.is_woken() && !join.poll());
    queue.try_get().unwrap().done();
    assert_eq!(join.output().done, 2);
}

/// Both write before they finish; the join has seen both.
fn two_workers<F: Flavour<2>>(w: &World<F, 2>) {
    let queue = w.queue;
    queue.try_put(w.job(1)).unwrap();
    queue.try_put(w.job(2)).unwrap();
    let work = [1, 2].map(|n| {
        let (task, data) = (queue.try_get().unwrap(), Data::new());
        let written = data.clone();
        let worker = w.spawn(move || {
            written.write(n);
            drop(task);
        });
        (worker, data)
    });
    let stats = block_on(queue.join());
    assert_eq!((stats.done, stats.abandoned), (2, 2));
    assert_eq!(work[0].1.read() + work[1].1.read(), 3);
    for (worker, _) in work {
        worker.join().unwrap();
    }
}

/// Each on a thread of its own.
fn two_joiners<F: Flavour<2>>(w: &World<F, 2>) {
    let queue = w.queue;
    queue.try_put(w.job(1)).unwrap();
    let task = queue.try_get().unwrap();
    let joiners = [(); 2].map(|()| w.spawn(move || block_on(queue.join()).done));
    task.done();
    assert_eq!(joiners.map(|joiner| joiner.join().unwrap()), [1, 1]);
}
