//! Every way in which a task ends.

use joinable_queue::TryGetError;
use loom::future::block_on;
use loom_tests::{Data, Flavour, World, models};

models! {
    room 2 threads 2 preemptions any, all: abandoned_vs_join requeue_vs_join requeue_vs_counters follow_up_vs_join
        task_done_vs_join two_task_done task_done_after_get requeue_vs_waiting_get detach_vs_task_done
        requeue_vs_get_and_join requeue_vs_waiting_get_and_join;
    room 1 threads 2 preemptions any, bounded: requeue_vs_put;
}

/// The item is gone when `join` returns.
fn abandoned_vs_join<F: Flavour<2>>(w: &World<F, 2>) {
    let queue = w.queue;
    queue.try_put(w.job(1)).unwrap();
    let task = queue.try_get().unwrap();
    let worker = w.spawn(move || drop(task));
    let stats = block_on(queue.join());
    assert_eq!((stats.done, stats.abandoned), (1, 1));
    assert_eq!(w.alive(), []);
    worker.join().unwrap();
}

/// `join` does not slip through between the completion and the put.
fn requeue_vs_join<F: Flavour<2>>(w: &World<F, 2>) {
    let queue = w.queue;
    queue.try_put(w.job(1)).unwrap();
    let task = queue.try_get().unwrap();
    let mut early = w.hand(queue.join());
    early.begins_to_wait();
    let worker = w.spawn(move || task.requeue().unwrap());
    let mut late = w.hand(queue.join());
    late.begins_to_wait();
    worker.join().unwrap();
    assert!(!early.is_woken() && !early.poll());
    assert!(!late.is_woken() && !late.poll());
    queue.try_get().unwrap().done();
    assert_eq!(early.output().done, 2);
    late.output();
}

/// No observer sees it half done.
fn requeue_vs_counters<F: Flavour<2>>(w: &World<F, 2>) {
    let queue = w.queue;
    queue.try_put(w.job(1)).unwrap();
    let task = queue.try_get().unwrap();
    let worker = w.spawn(move || task.requeue().unwrap());
    let stats = queue.stats();
    assert_eq!((stats.unfinished, stats.len), (1, stats.done), "{stats:?}");
    worker.join().unwrap();
    queue.try_get().unwrap().done();
}

/// Somebody waits for an item, whichever way it comes.
fn requeue_vs_waiting_get<F: Flavour<2>>(w: &World<F, 2>) {
    let queue = w.queue;
    queue.try_put(w.job(1)).unwrap();
    let task = queue.try_get().unwrap();
    let worker = w.spawn(move || task.requeue().unwrap());
    let mut get = w.hand(queue.get());
    get.poll();
    worker.join().unwrap();
    assert_eq!(get.output().unwrap().done().id(), 1);
}

/// Both want the last place. The requeue gets one anyway, where the queue can grow; where not, the task
/// is still there.
fn requeue_vs_put<F: Flavour<1>>(w: &World<F, 1>) {
    let (queue, job) = (w.queue, w.job(2));
    queue.try_put(w.job(1)).unwrap();
    let task = queue.try_get().unwrap();
    let putter = w.spawn(move || queue.try_put(job).is_ok());
    let requeued = match task.requeue() {
        Ok(()) => true,
        Err(error) => {
            assert!(error.is_full());
            error.into_inner().done();
            false
        }
    };
    let was_put = putter.join().unwrap();
    assert!(was_put || requeued);
    assert_eq!(queue.len(), usize::from(was_put) + usize::from(requeued));
    while let Ok(task) = queue.try_get() {
        task.done();
    }
}

/// Work found while working holds up `join` as the work itself does.
fn follow_up_vs_join<F: Flavour<2>>(w: &World<F, 2>) {
    let (queue, job) = (w.queue, w.job(2));
    queue.try_put(w.job(1)).unwrap();
    let task = queue.try_get().unwrap();
    let worker = w.spawn(move || {
        task.put_follow_up(job).unwrap();
        task.done();
    });
    let mut join = w.hand(queue.join());
    join.begins_to_wait();
    worker.join().unwrap();
    assert!(!join.is_woken() && !join.poll());
    queue.try_get().unwrap().done();
    assert_eq!(join.output().done, 2);
}

/// Python's manual mode.
fn task_done_vs_join<F: Flavour<2>>(w: &World<F, 2>) {
    let queue = w.queue;
    queue.try_put(w.job(1)).unwrap();
    queue.try_get().unwrap().detach();
    let worker = w.spawn(move || queue.task_done().unwrap());
    assert_eq!(block_on(queue.join()).done, 1);
    worker.join().unwrap();
}

/// One task is finished once.
fn two_task_done<F: Flavour<2>>(w: &World<F, 2>) {
    let queue = w.queue;
    queue.try_put(w.job(1)).unwrap();
    queue.try_get().unwrap().detach();
    let other = w.spawn(move || queue.task_done().is_ok());
    let here = queue.task_done().is_ok();
    assert_ne!(other.join().unwrap(), here);
    assert_eq!(queue.stats().done, 1);
}

/// An item is counted when it can be got, so that finishing it never comes too early.
fn task_done_after_get<F: Flavour<2>>(w: &World<F, 2>) {
    let (queue, job) = (w.queue, w.job(1));
    let putter = w.spawn(move || queue.try_put(job).unwrap());
    let got = match queue.try_get() {
        Ok(task) => {
            assert_eq!(queue.unfinished(), 1);
            task.detach();
            queue.task_done().unwrap();
            assert_eq!(queue.unfinished(), 0);
            true
        }
        Err(TryGetError::Empty) => false,
        Err(TryGetError::ShutDown) => unreachable!(),
    };
    putter.join().unwrap();
    if !got {
        queue.try_get().unwrap().done();
    }
}

/// What was done before a task was detached is done for whoever finishes it.
fn detach_vs_task_done<F: Flavour<2>>(w: &World<F, 2>) {
    let (queue, data) = (w.queue, Data::new());
    queue.try_put(w.job(1)).unwrap();
    let task = queue.try_get().unwrap();
    let written = data.clone();
    let worker = w.spawn(move || {
        written.write(7);
        task.detach();
    });
    let is_finished = queue.task_done().is_ok();
    if is_finished {
        assert_eq!(data.read(), 7);
    }
    worker.join().unwrap();
    assert_eq!(queue.task_done().is_ok(), !is_finished);
}

/// The item is finished by another before the requeue is: that was the last then, and lets the join go.
fn requeue_vs_get_and_join<F: Flavour<2>>(w: &World<F, 2>) {
    let queue = w.queue;
    queue.try_put(w.job(1)).unwrap();
    let task = queue.try_get().unwrap();
    let mut join = w.hand(queue.join());
    join.begins_to_wait();
    let worker = w.spawn(move || task.requeue().unwrap());
    let is_finished = queue.try_get().map(|task| task.done()).is_ok();
    worker.join().unwrap();
    if !is_finished {
        queue.try_get().unwrap().done();
    }
    assert!(join.is_woken());
    assert_eq!(join.output().done, 2);
}

/// Whoever joins does not take the getter's wake-up.
fn requeue_vs_waiting_get_and_join<F: Flavour<2>>(w: &World<F, 2>) {
    let queue = w.queue;
    queue.try_put(w.job(1)).unwrap();
    let task = queue.try_get().unwrap();
    let mut join = w.hand(queue.join());
    join.begins_to_wait();
    let worker = w.spawn(move || task.requeue().unwrap());
    block_on(queue.get()).unwrap().done();
    worker.join().unwrap();
    assert!(join.is_woken());
    assert_eq!(join.output().done, 2);
}
