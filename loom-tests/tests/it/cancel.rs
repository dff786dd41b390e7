//! A future that is dropped leaves the queue as if it had never been polled, and passes on what it was
//! woken for.

use loom::future::block_on;
use loom_tests::{Flavour, World, models};

models! {
    room 1 threads 2 preemptions any, bounded: putter_vs_room put_that_was_given_up putter_vs_putter;
    room 2 threads 2 preemptions any, all: getter_vs_put lone_getter_vs_put getter_vs_getter two_getters_vs_two_puts
        newcomer_vs_woken joiner_vs_done;
    room 2 threads 3 preemptions any, some: getter_vs_put_vs_getter;
}

/// Whether or not the first was woken already, the second gets the item.
fn getter_vs_put<F: Flavour<2>>(w: &World<F, 2>) {
    let (queue, job) = (w.queue, w.job(1));
    let mut first = w.hand(queue.get());
    let mut second = w.hand(queue.get());
    first.begins_to_wait();
    second.begins_to_wait();
    let putter = w.spawn(move || queue.try_put(job).unwrap());
    drop(first);
    putter.join().unwrap();
    second.output().unwrap().done();
}

/// The same for putters.
fn putter_vs_room<F: Flavour<1>>(w: &World<F, 1>) {
    let queue = w.queue;
    queue.try_put(w.job(1)).unwrap();
    let mut first = w.hand(queue.put(w.job(2)));
    let mut second = w.hand(queue.put(w.job(3)));
    first.begins_to_wait();
    second.begins_to_wait();
    let getter = w.spawn(move || queue.try_get().unwrap().done().id());
    drop(first);
    assert_eq!(getter.join().unwrap(), 1);
    second.output().unwrap();
    assert_eq!(queue.try_get().unwrap().done().id(), 3);
}

/// The item stays.
fn lone_getter_vs_put<F: Flavour<2>>(w: &World<F, 2>) {
    let (queue, job) = (w.queue, w.job(1));
    let mut get = w.hand(queue.get());
    get.begins_to_wait();
    let putter = w.spawn(move || queue.try_put(job).unwrap());
    drop(get);
    putter.join().unwrap();
    assert_eq!(queue.try_get().unwrap().done().id(), 1);
}

/// The other begins to wait before or after the first is woken and goes.
fn getter_vs_getter<F: Flavour<2>>(w: &World<F, 2>) {
    let queue = w.queue;
    let mut first = w.hand(queue.get());
    first.begins_to_wait();
    let second = w.spawn(move || block_on(queue.get()).unwrap().done().id());
    queue.try_put(w.job(1)).unwrap();
    drop(first);
    assert_eq!(second.join().unwrap(), 1);
}

/// The same for putters.
fn putter_vs_putter<F: Flavour<1>>(w: &World<F, 1>) {
    let (queue, job) = (w.queue, w.job(3));
    queue.try_put(w.job(1)).unwrap();
    let mut first = w.hand(queue.put(w.job(2)));
    first.begins_to_wait();
    let second = w.spawn(move || block_on(queue.put(job)).unwrap());
    assert_eq!(queue.try_get().unwrap().done().id(), 1);
    drop(first);
    second.join().unwrap();
    assert_eq!(queue.try_get().unwrap().done().id(), 3);
}

/// Two that were woken, or will be, go; two others get the items.
fn two_getters_vs_two_puts<F: Flavour<2>>(w: &World<F, 2>) {
    let (queue, jobs) = (w.queue, [w.job(1), w.job(2)]);
    let mut gets = [(); 4].map(|()| w.hand(queue.get()));
    gets.iter_mut().for_each(|get| get.begins_to_wait());
    let putter = w.spawn(move || {
        for job in jobs {
            queue.try_put(job).unwrap();
        }
    });
    let [first, second, third, fourth] = gets;
    drop(first);
    drop(second);
    putter.join().unwrap();
    let ids = [third, fourth].map(|get| get.output().unwrap().done().id());
    assert_eq!(ids.iter().sum::<u32>(), 3);
}

/// A newcomer takes what the first was woken for; that one has nothing to pass on then, and no wake-up is
/// owed to the second.
fn newcomer_vs_woken<F: Flavour<2>>(w: &World<F, 2>) {
    let queue = w.queue;
    let mut first = w.hand(queue.get());
    let mut second = w.hand(queue.get());
    first.begins_to_wait();
    second.begins_to_wait();
    queue.try_put(w.job(1)).unwrap();
    let newcomer = w.spawn(move || queue.try_get().map(|task| task.done().id()));
    drop(first);
    newcomer.join().unwrap().unwrap();
    assert!(!second.poll());
    assert_eq!(queue.stats().waiting_getters, 1);
}

/// The item comes back, or was put: never both, never neither.
fn put_that_was_given_up<F: Flavour<1>>(w: &World<F, 1>) {
    let queue = w.queue;
    queue.try_put(w.job(1)).unwrap();
    let mut put = w.hand(queue.put(w.job(2)));
    put.begins_to_wait();
    let getter = w.spawn(move || queue.try_get().unwrap().done().id());
    let was_put = put.poll();
    let back = put.pinned().into_item();
    assert_eq!(back.is_some(), !was_put);
    assert_eq!(queue.stats().waiting_putters, 0);
    assert_eq!(getter.join().unwrap(), 1);
    assert_eq!(queue.len(), usize::from(was_put));
    assert_eq!(queue.stats().put, 1 + usize::from(was_put));
}

/// What one joiner does is nothing to another.
fn joiner_vs_done<F: Flavour<2>>(w: &World<F, 2>) {
    let queue = w.queue;
    queue.try_put(w.job(1)).unwrap();
    let task = queue.try_get().unwrap();
    let mut first = w.hand(queue.join());
    let mut second = w.hand(queue.join());
    first.begins_to_wait();
    second.begins_to_wait();
    let worker = w.spawn(move || task.done().id());
    drop(first);
    assert_eq!(worker.join().unwrap(), 1);
    assert_eq!(second.output().done, 1);
}

/// The second waits on a thread of its own.
fn getter_vs_put_vs_getter<F: Flavour<2>>(w: &World<F, 2>) {
    let (queue, job) = (w.queue, w.job(1));
    let mut first = w.hand(queue.get());
    first.begins_to_wait();
    let second = w.spawn(move || block_on(queue.get()).unwrap().done().id());
    let putter = w.spawn(move || queue.try_put(job).unwrap());
    drop(first);
    putter.join().unwrap();
    assert_eq!(second.join().unwrap(), 1);
}
