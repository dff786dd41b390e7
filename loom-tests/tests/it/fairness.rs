//! Who may go first, and who is woken for what.

use std::future::Future;

use joinable_queue::Task;
use loom::future::block_on;
use loom_tests::{Flavour, Hand, Job, World, models};

models! {
    room 2 threads 2 preemptions any, some: overtaken_getter_goes_first newcomer_vs_shutdown who_waits_owes_nothing
        nothing_to_pass_on;
    room 3 threads 2 preemptions any, few: batch_beside_an_overtaken_getter;
    room 1 threads 2 preemptions any, few: overtaken_putter_goes_first put_vs_shutdown woken_for_room_alone;
}

/// Begins to wait, and loses twice what it was woken for.
fn overtake_getter<F: Flavour<R>, const R: usize>(w: &World<F, R>, get: &mut Hand<impl Future>) {
    get.begins_to_wait();
    for _ in 0..2 {
        w.queue.try_put(w.job(9)).unwrap();
        w.queue.try_get().unwrap().done();
        assert!(get.is_woken() && !get.poll());
    }
}

/// The same, where the queue has room for one, and is full before and afterwards.
fn overtake_putter<F: Flavour<1>>(w: &World<F, 1>, put: &mut Hand<impl Future>) {
    put.begins_to_wait();
    for _ in 0..2 {
        w.queue.try_get().unwrap().done();
        w.queue.try_put(w.job(9)).unwrap();
        assert!(put.is_woken() && !put.poll());
    }
}

/// A newcomer leaves the item to the one that was woken for it.
fn overtaken_getter_goes_first<F: Flavour<2>>(w: &World<F, 2>) {
    let queue = w.queue;
    let mut first = w.hand(queue.get());
    overtake_getter(w, &mut first);
    queue.try_put(w.job(1)).unwrap();
    let mut newcomer = w.hand(queue.get());
    let other = w.spawn(move || {
        newcomer.begins_to_wait();
        newcomer
    });
    assert_eq!(first.output().unwrap().done().id(), 1);
    let newcomer = other.join().unwrap();
    queue.try_put(w.job(2)).unwrap();
    assert_eq!(newcomer.output().unwrap().done().id(), 2);
}

/// A newcomer leaves the room to the one that was woken for it.
fn overtaken_putter_goes_first<F: Flavour<1>>(w: &World<F, 1>) {
    let queue = w.queue;
    queue.try_put(w.job(1)).unwrap();
    let mut first = w.hand(queue.put(w.job(2)));
    overtake_putter(w, &mut first);
    queue.try_get().unwrap().done();
    let mut newcomer = w.hand(queue.put(w.job(3)));
    let other = w.spawn(move || {
        newcomer.begins_to_wait();
        newcomer
    });
    first.output().unwrap();
    let newcomer = other.join().unwrap();
    assert_eq!(queue.try_get().unwrap().done().id(), 2);
    newcomer.output().unwrap();
    assert_eq!(queue.try_get().unwrap().done().id(), 3);
}

/// So does a batch, which takes the others, and each makes room for one that waits.
fn batch_beside_an_overtaken_getter<F: Flavour<3>>(w: &World<F, 3>) {
    let queue = w.queue;
    let mut first = w.hand(queue.get());
    overtake_getter(w, &mut first);
    for id in [1, 2, 3] {
        queue.try_put(w.job(id)).unwrap();
    }
    let mut puts = [4, 5, 6].map(|id| w.hand(queue.put(w.job(id))));
    for put in &mut puts {
        put.begins_to_wait();
    }
    let other = w.spawn(move || {
        let mut batch: Vec<Job> = Vec::new();
        block_on(queue.get_many(3, &mut batch)).unwrap().done();
        batch.len()
    });
    first.output().unwrap().done();
    assert_eq!(other.join().unwrap(), 2);
    for put in puts {
        put.output().unwrap();
    }
    while let Ok(task) = queue.try_get() {
        task.done();
    }
}

/// After shutdown nobody holds back.
fn newcomer_vs_shutdown<F: Flavour<2>>(w: &World<F, 2>) {
    let queue = w.queue;
    let mut first = w.hand(queue.get());
    overtake_getter(w, &mut first);
    queue.try_put(w.job(1)).unwrap();
    let other = w.spawn(move || queue.shutdown());
    let mut newcomer = w.hand(queue.get());
    newcomer.poll();
    other.join().unwrap();
    assert_eq!(newcomer.output().unwrap().done().id(), 1);
    assert!(first.output().is_err());
}

/// The same for a put, which is refused.
fn put_vs_shutdown<F: Flavour<1>>(w: &World<F, 1>) {
    let queue = w.queue;
    queue.try_put(w.job(1)).unwrap();
    let mut first = w.hand(queue.put(w.job(2)));
    overtake_putter(w, &mut first);
    queue.try_get().unwrap().done();
    let other = w.spawn(move || queue.shutdown());
    let mut newcomer = w.hand(queue.put(w.job(3)));
    newcomer.poll();
    other.join().unwrap();
    assert!(newcomer.output().is_err());
    assert!(first.output().is_err());
}

/// Who leaves the line without having been woken has no wake-up to pass on.
fn who_waits_owes_nothing<F: Flavour<2>>(w: &World<F, 2>) {
    let queue = w.queue;
    let mut gets = [(); 3].map(|()| w.hand(queue.get()));
    for get in &mut gets {
        get.begins_to_wait();
    }
    queue.try_put(w.job(1)).unwrap();
    let [first, second, third] = gets;
    let other = w.spawn(move || drop(second));
    assert_eq!(first.output().unwrap().done().id(), 1);
    other.join().unwrap();
    assert!(!third.is_woken());
}

/// Nor has who was woken for an item that is gone.
fn nothing_to_pass_on<F: Flavour<2>>(w: &World<F, 2>) {
    let (queue, job) = (w.queue, w.job(1));
    let mut first = w.hand(queue.get());
    first.begins_to_wait();
    let other = w.spawn(move || {
        queue.try_put(job).unwrap();
        queue.try_get().map(Task::done).is_ok()
    });
    let mut second = w.hand(queue.get());
    let is_served = second.poll();
    assert_ne!(other.join().unwrap(), is_served);
    let woke_itself = second.woke_itself();
    drop(first);
    if is_served {
        second.output().unwrap().done();
    } else {
        assert_eq!(second.is_woken(), woke_itself);
    }
}

/// A get that leaves the queue full, because there was more in it than fits, wakes no putter.
fn woken_for_room_alone<F: Flavour<1>>(w: &World<F, 1>) {
    let queue = w.queue;
    queue.try_put(w.job(1)).unwrap();
    let task = queue.try_get().unwrap();
    queue.try_put(w.job(2)).unwrap();
    let is_too_much = task.put_follow_up(w.job(3)).is_ok();
    let mut put = w.hand(queue.put(w.job(4)));
    put.begins_to_wait();
    let other = w.spawn(move || queue.try_get().unwrap().done().id());
    task.done();
    let mut sum = other.join().unwrap();
    assert_eq!(put.is_woken(), !is_too_much);
    if is_too_much {
        sum += queue.try_get().unwrap().done().id();
    }
    put.output().unwrap();
    sum += queue.try_get().unwrap().done().id();
    assert_eq!(sum, if is_too_much { 9 } else { 6 });
}
