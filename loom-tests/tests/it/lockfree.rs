//! What only a queue without a lock can get wrong: tickets and cells, the overflow of a ring, the seams of
//! segments (three items long in a model), and looks that miss each other.

use loom::future::block_on;
use loom_tests::{Flavour, World, models};

models! {
    // With `BOUND=5` it sees a handshake of requeue and snapshot that is missing, and takes some minutes.
    room 2 threads 2 preemptions 4, lockfree: unfinished_stays_twice;
    room 2 threads 2 preemptions 3, lockfree: never_empty joiner_registers_vs_done witness_vs_finisher
        joiner_witness_vs_finisher two_puts_in_order unfinished_stays requeue_vs_get_and_two_joins
        witness_vs_new_joiner of_one_instant;
    room 2 threads 2 preemptions 3, ring: never_full laps no_more_than_fit;
    room 1 threads 2 preemptions 3, ring: one_place follow_up_vs_get follow_up_vs_two_gets follow_up_vs_put
        follow_up_vs_putter follow_up_vs_getter follow_up_vs_shutdown follow_up_vs_shutdown_now two_follow_ups
        unfinished_stays_past_the_capacity put_vs_overflowing_get;
    room 1 threads 2 preemptions 2, ring: put_past_a_slow_get get_past_a_slow_put get_at_once_vs_waiting_put
        waiting_get_vs_waiting_put waiting_put_vs_waiting_get;
    room 1 threads 2 preemptions 2, lockfree: put_at_once_vs_waiting_get;
    room 2 threads 2 preemptions 2, lockfree: printer_vs_finisher printer_vs_requeue
        printer_vs_new_joiner;
    room 1 threads 2 preemptions 2, ring: printer_vs_overflow;
    room 2 threads 2 preemptions 3, segments: first_puts first_put_vs_get append_vs_get append_vs_put
        pass_vs_get retire_vs_reader retire_vs_claimant used_again used_again_at_once;
    room 2 threads 3 preemptions 2, ring: room_beside_an_overflow;
    room 2 threads 3 preemptions 2, segments: nothing_of_a_former_life;
}

/// A task, and a ring that is full: what is put for the task flows over.
macro_rules! full_ring {
    ($w:ident, $queue:ident, $task:ident) => {
        let $queue = $w.queue;
        $queue.try_put($w.job(1)).unwrap();
        let $task = $queue.try_get().unwrap();
        $queue.try_put($w.job(2)).unwrap();
    };
}

/// There is an item all the time, so that nobody is told that there is none.
fn never_empty<F: Flavour<2>>(w: &World<F, 2>) {
    let (queue, job) = (w.queue, w.job(2));
    queue.try_put(w.job(1)).unwrap();
    let other = w.spawn(move || {
        queue.try_put(job).unwrap();
        queue.try_get().unwrap().done().id()
    });
    let here = queue.try_get().unwrap().done().id();
    assert_eq!(here + other.join().unwrap(), 3);
}

/// There is room all the time, so that nobody is told that there is none.
fn never_full<F: Flavour<2>>(w: &World<F, 2>) {
    let (queue, job) = (w.queue, w.job(3));
    queue.try_put(w.job(1)).unwrap();
    queue.try_put(w.job(2)).unwrap();
    queue.try_get().unwrap().done();
    let other = w.spawn(move || {
        let id = queue.try_get().unwrap().done().id();
        queue.try_put(job).unwrap();
        id
    });
    queue.try_put(w.job(4)).unwrap();
    assert_eq!(other.join().unwrap(), 2);
    let rest = [(); 2].map(|()| queue.try_get().unwrap().done().id());
    assert_eq!(rest[0] + rest[1], 7);
}

/// Twice round.
fn laps<F: Flavour<2>>(w: &World<F, 2>) {
    let (queue, jobs) = (w.queue, [w.job(3), w.job(4)]);
    for id in [1, 2] {
        queue.try_put(w.job(id)).unwrap();
    }
    let putter = w.spawn(move || jobs.map(|job| queue.try_put(job).is_ok()));
    let mut ids = vec![queue.try_get().unwrap().done().id()];
    ids.push(queue.try_get().unwrap().done().id());
    let was_put = putter.join().unwrap();
    while let Ok(task) = queue.try_get() {
        ids.push(task.done().id());
    }
    let expected = [true, true, was_put[0], was_put[1]];
    let expected = (1..)
        .zip(expected)
        .filter_map(|(id, put)| put.then_some(id));
    assert!(ids.into_iter().eq(expected));
}

/// One place that changes hands.
fn one_place<F: Flavour<1>>(w: &World<F, 1>) {
    let (queue, job) = (w.queue, w.job(2));
    queue.try_put(w.job(1)).unwrap();
    let putter = w.spawn(move || queue.try_put(job).is_ok());
    assert_eq!(queue.try_get().unwrap().done().id(), 1);
    let again = queue.try_put(w.job(3)).is_ok();
    let was_put = putter.join().unwrap();
    assert_ne!(was_put, again, "one of them had room");
    let id = queue.try_get().unwrap().done().id();
    assert_eq!(id, if was_put { 2 } else { 3 });
    assert!(queue.try_get().is_err());
}

/// What one puts in order comes out in order, whatever comes in between.
fn two_puts_in_order<F: Flavour<2>>(w: &World<F, 2>) {
    let (queue, jobs) = (w.queue, [w.job(1), w.job(2)]);
    let putter = w.spawn(move || jobs.map(|job| queue.try_put(job).unwrap()));
    let mut ids = Vec::new();
    for _ in 0..2 {
        ids.extend(queue.try_get().map(|task| task.done().id()));
    }
    putter.join().unwrap();
    while let Ok(task) = queue.try_get() {
        ids.push(task.done().id());
    }
    assert_eq!(ids, [1, 2]);
}

/// The joiner looks, finds work, and begins to wait, while that is finished.
fn joiner_registers_vs_done<F: Flavour<2>>(w: &World<F, 2>) {
    let queue = w.queue;
    queue.try_put(w.job(1)).unwrap();
    let task = queue.try_get().unwrap();
    let worker = w.spawn(move || task.done().id());
    let mut join = w.hand(queue.join());
    join.poll();
    assert_eq!(worker.join().unwrap(), 1);
    join.output();
}

/// Who has seen that everything is finished has seen an instant that lets joiners go, whatever is put then.
fn witness_vs_finisher<F: Flavour<2>>(w: &World<F, 2>) {
    let queue = w.queue;
    queue.try_put(w.job(1)).unwrap();
    let task = queue.try_get().unwrap();
    let mut join = w.hand(queue.join());
    join.begins_to_wait();
    let worker = w.spawn(move || task.done().id());
    let was_finished = queue.unfinished() == 0;
    queue.try_put(w.job(2)).unwrap();
    assert_eq!(worker.join().unwrap(), 1);
    if was_finished {
        join.output();
    }
}

/// The same, where the witness is another joiner.
fn joiner_witness_vs_finisher<F: Flavour<2>>(w: &World<F, 2>) {
    let queue = w.queue;
    queue.try_put(w.job(1)).unwrap();
    let task = queue.try_get().unwrap();
    let mut early = w.hand(queue.join());
    early.begins_to_wait();
    let worker = w.spawn(move || task.done().id());
    let mut late = w.hand(queue.join());
    let was_finished = late.poll();
    queue.try_put(w.job(2)).unwrap();
    assert_eq!(worker.join().unwrap(), 1);
    if was_finished {
        early.output();
    }
}

/// An instant that was seen before a joiner came does not let it go.
fn witness_vs_new_joiner<F: Flavour<2>>(w: &World<F, 2>) {
    let queue = w.queue;
    let witness = w.spawn(move || queue.stats());
    queue.try_put(w.job(1)).unwrap();
    let mut join = w.hand(queue.join());
    join.begins_to_wait();
    witness.join().unwrap();
    assert!(!join.is_woken() && !join.poll());
    queue.try_get().unwrap().done();
    join.output();
}

/// The same, where the witness prints the queue.
fn printer_vs_new_joiner<F: Flavour<2>>(w: &World<F, 2>) {
    let queue = w.queue;
    let printer = w.spawn(move || format!("{queue:?}"));
    queue.try_put(w.job(1)).unwrap();
    let mut join = w.hand(queue.join());
    join.begins_to_wait();
    printer.join().unwrap();
    assert!(!join.is_woken() && !join.poll());
    queue.try_get().unwrap().done();
    join.output();
}

/// Numbers that were true together.
fn of_one_instant<F: Flavour<2>>(w: &World<F, 2>) {
    let (queue, jobs) = (w.queue, [w.job(2), w.job(3)]);
    queue.try_put(w.job(1)).unwrap();
    let other = w.spawn(move || {
        let [second, third] = jobs;
        let task = queue.try_get().unwrap();
        queue.try_put(second).unwrap();
        task.done();
        queue.try_put(third).unwrap();
    });
    let stats = queue.stats();
    let instants = [(1, 0, 0), (1, 1, 0), (2, 1, 0), (2, 1, 1), (3, 1, 1)];
    assert!(instants.contains(&(stats.put, stats.got, stats.done)));
    other.join().unwrap();
}

/// The puts that come in between are not too many, since there were gets.
fn no_more_than_fit<F: Flavour<2>>(w: &World<F, 2>) {
    let (queue, jobs) = (w.queue, [w.job(2), w.job(3)]);
    queue.try_put(w.job(1)).unwrap();
    let other = w.spawn(move || {
        queue.try_get().unwrap().done();
        for job in jobs {
            queue.try_put(job).unwrap();
        }
    });
    assert!(queue.len() <= 2);
    other.join().unwrap();
}

/// The item of a requeue is finished by another before the requeue is: that lets everybody go.
fn requeue_vs_get_and_two_joins<F: Flavour<2>>(w: &World<F, 2>) {
    let queue = w.queue;
    queue.try_put(w.job(1)).unwrap();
    let task = queue.try_get().unwrap();
    let mut joins = [w.hand(queue.join()), w.hand(queue.join())];
    for join in &mut joins {
        join.begins_to_wait();
    }
    let worker = w.spawn(move || task.requeue().unwrap());
    let is_finished = queue.try_get().map(|task| task.done()).is_ok();
    worker.join().unwrap();
    if !is_finished {
        queue.try_get().unwrap().done();
    }
    for join in joins {
        join.output();
    }
}

/// The same, where the witness prints the queue, which waits for nobody.
fn printer_vs_finisher<F: Flavour<2>>(w: &World<F, 2>) {
    let queue = w.queue;
    queue.try_put(w.job(1)).unwrap();
    let task = queue.try_get().unwrap();
    let mut join = w.hand(queue.join());
    join.begins_to_wait();
    let worker = w.spawn(move || task.done().id());
    let printed = format!("{queue:?}");
    let is_silent = |word| !printed.contains(word);
    let was_finished = ["unfinished", "locked"].into_iter().all(is_silent);
    queue.try_put(w.job(2)).unwrap();
    assert_eq!(worker.join().unwrap(), 1);
    if was_finished {
        join.output();
    }
}

/// A requeue moves nothing but the item, for who prints the queue as well, if that tells any numbers.
fn printer_vs_requeue<F: Flavour<2>>(w: &World<F, 2>) {
    let queue = w.queue;
    queue.try_put(w.job(1)).unwrap();
    let task = queue.try_get().unwrap();
    let worker = w.spawn(move || task.requeue().unwrap());
    let printed = format!("{queue:?}");
    let is_true = ["unfinished: 1", "locked"].map(|word| printed.contains(word));
    assert!(is_true.contains(&true), "{printed}");
    worker.join().unwrap();
}

/// The same, of an overflow.
fn printer_vs_overflow<F: Flavour<1>>(w: &World<F, 1>) {
    full_ring!(w, queue, task);
    let job = w.job(3);
    let worker = w.spawn(move || {
        task.put_follow_up(job).unwrap();
        task
    });
    let printed = format!("{queue:?}");
    let is_true = ["len: 1, unfinished: 2", "len: 2, unfinished: 3", "locked"]
        .map(|word| printed.contains(word));
    assert!(is_true.contains(&true), "{printed}");
    drop(worker.join().unwrap());
}

/// A requeue moves nothing but the item.
fn unfinished_stays<F: Flavour<2>>(w: &World<F, 2>) {
    let queue = w.queue;
    queue.try_put(w.job(1)).unwrap();
    let task = queue.try_get().unwrap();
    let worker = w.spawn(move || task.requeue().unwrap());
    assert_eq!(queue.unfinished(), 1);
    worker.join().unwrap();
}

/// The same, while one requeue follows another.
fn unfinished_stays_twice<F: Flavour<2>>(w: &World<F, 2>) {
    let queue = w.queue;
    queue.try_put(w.job(1)).unwrap();
    let task = queue.try_get().unwrap();
    let worker = w.spawn(move || {
        task.requeue().unwrap();
        queue.try_get().unwrap().requeue().unwrap();
    });
    assert_eq!(queue.unfinished(), 1);
    worker.join().unwrap();
}

/// The same, into the overflow.
fn unfinished_stays_past_the_capacity<F: Flavour<1>>(w: &World<F, 1>) {
    let queue = w.queue;
    queue.try_put(w.job(1)).unwrap();
    let task = queue.try_get().unwrap();
    queue.try_put(w.job(2)).unwrap();
    let worker = w.spawn(move || task.requeue().unwrap());
    assert_eq!(queue.unfinished(), 2);
    worker.join().unwrap();
}

fn follow_up_vs_get<F: Flavour<1>>(w: &World<F, 1>) {
    full_ring!(w, queue, task);
    let job = w.job(3);
    let worker = w.spawn(move || {
        task.put_follow_up(job).unwrap();
        task.done();
    });
    assert_eq!(queue.try_get().unwrap().done().id(), 2);
    worker.join().unwrap();
    assert_eq!((queue.len(), queue.is_full()), (1, true));
    assert_eq!(queue.try_get().unwrap().done().id(), 3);
    queue.try_put(w.job(4)).unwrap();
}

fn follow_up_vs_two_gets<F: Flavour<1>>(w: &World<F, 1>) {
    full_ring!(w, queue, task);
    let job = w.job(3);
    let worker = w.spawn(move || {
        task.put_follow_up(job).unwrap();
        task.done();
    });
    assert_eq!(queue.try_get().unwrap().done().id(), 2);
    let early = queue.try_get().map(|task| task.done().id());
    worker.join().unwrap();
    match early {
        Ok(id) => assert_eq!(id, 3),
        Err(_) => assert_eq!(queue.try_get().unwrap().done().id(), 3),
    }
}

/// The put has no room before both are taken, and room then.
fn follow_up_vs_put<F: Flavour<1>>(w: &World<F, 1>) {
    full_ring!(w, queue, task);
    task.put_follow_up(w.job(3)).unwrap();
    let getter = w.spawn(move || {
        let ids = [(); 2].map(|()| queue.try_get().unwrap().done().id());
        task.done();
        ids
    });
    let was_put = queue.try_put(w.job(4)).is_ok();
    assert_eq!(getter.join().unwrap(), [2, 3]);
    assert_eq!(queue.len(), usize::from(was_put));
}

/// Whoever makes the room that counts tells the putter.
fn follow_up_vs_putter<F: Flavour<1>>(w: &World<F, 1>) {
    full_ring!(w, queue, task);
    let job = w.job(3);
    let mut put = w.hand(queue.put(w.job(4)));
    put.begins_to_wait();
    let worker = w.spawn(move || {
        task.put_follow_up(job).unwrap();
        task.done();
    });
    assert_eq!(queue.try_get().unwrap().done().id(), 2);
    worker.join().unwrap();
    // The room may have been there in between.
    put.poll();
    assert_eq!(queue.try_get().unwrap().done().id(), 3);
    put.output().unwrap();
    assert_eq!(queue.try_get().unwrap().done().id(), 4);
}

/// A getter begins to wait while the only item comes past the capacity, or into the ring.
fn follow_up_vs_getter<F: Flavour<1>>(w: &World<F, 1>) {
    full_ring!(w, queue, task);
    let job = w.job(3);
    let worker = w.spawn(move || {
        task.put_follow_up(job).unwrap();
        task.done();
    });
    assert_eq!(queue.try_get().unwrap().done().id(), 2);
    let mut get = w.hand(queue.get());
    get.poll();
    worker.join().unwrap();
    assert_eq!(get.output().unwrap().done().id(), 3);
}

fn follow_up_vs_shutdown<F: Flavour<1>>(w: &World<F, 1>) {
    full_ring!(w, queue, task);
    let job = w.job(3);
    let worker = w.spawn(move || task.put_follow_up(job).is_ok());
    queue.shutdown();
    let len = queue.len();
    let was_put = worker.join().unwrap();
    assert_eq!((len, queue.len()), (1 + usize::from(was_put), len));
    assert_eq!(queue.try_get().unwrap().done().id(), 2);
    assert_eq!(queue.try_get().is_ok(), was_put);
    assert!(queue.try_get().unwrap_err().is_shutdown());
}

fn follow_up_vs_shutdown_now<F: Flavour<1>>(w: &World<F, 1>) {
    full_ring!(w, queue, task);
    let job = w.job(3);
    let worker = w.spawn(move || task.put_follow_up(job).is_ok());
    let taken = queue.shutdown_now().count();
    assert_eq!(taken, 1 + usize::from(worker.join().unwrap()));
    assert_eq!(queue.unfinished(), 0);
}

fn two_follow_ups<F: Flavour<1>>(w: &World<F, 1>) {
    full_ring!(w, queue, task);
    let job = w.job(3);
    let worker = w.spawn(move || {
        task.put_follow_up(job).unwrap();
        task.done();
    });
    let task = queue.try_get().unwrap();
    assert_eq!(task.id(), 2);
    task.put_follow_up(w.job(4)).unwrap();
    task.done();
    worker.join().unwrap();
    assert_eq!(queue.len(), 2);
    let ids = [(); 2].map(|()| queue.try_get().unwrap().done().id());
    assert_eq!(ids[0] + ids[1], 7);
    assert_eq!(queue.stats().unfinished, 0);
}

/// What is beyond the capacity is older than a put that comes in time for its place.
fn put_vs_overflowing_get<F: Flavour<1>>(w: &World<F, 1>) {
    full_ring!(w, queue, task);
    task.put_follow_up(w.job(3)).unwrap();
    let getter = w.spawn(move || queue.try_get().unwrap().done().id());
    assert!(
        queue.try_put(w.job(4)).is_err(),
        "there are two or one, and one fits"
    );
    task.done();
    assert_eq!(getter.join().unwrap(), 2);
    assert_eq!(queue.try_get().unwrap().done().id(), 3);
}

/// Both find no block.
fn first_puts<F: Flavour<2>>(w: &World<F, 2>) {
    let (queue, job) = (w.queue, w.job(1));
    let putter = w.spawn(move || queue.try_put(job).unwrap());
    queue.try_put(w.job(2)).unwrap();
    putter.join().unwrap();
    let ids = [(); 2].map(|()| queue.try_get().unwrap().done().id());
    assert_eq!(ids[0] + ids[1], 3);
}

fn first_put_vs_get<F: Flavour<2>>(w: &World<F, 2>) {
    let (queue, job) = (w.queue, w.job(1));
    let putter = w.spawn(move || queue.try_put(job).unwrap());
    let early = queue.try_get().map(|task| task.done().id());
    putter.join().unwrap();
    assert_eq!(
        early.unwrap_or_else(|_| queue.try_get().unwrap().done().id()),
        1
    );
}

/// The last item of a block, and the first of the next.
fn append_vs_get<F: Flavour<2>>(w: &World<F, 2>) {
    let (queue, jobs) = (w.queue, [w.job(3), w.job(4)]);
    for id in [1, 2] {
        queue.try_put(w.job(id)).unwrap();
        queue.try_get().unwrap().done();
    }
    let putter = w.spawn(move || jobs.map(|job| queue.try_put(job).unwrap()));
    let mut ids = Vec::new();
    for _ in 0..2 {
        ids.extend(queue.try_get().map(|task| task.done().id()));
    }
    putter.join().unwrap();
    while let Ok(task) = queue.try_get() {
        ids.push(task.done().id());
    }
    assert_eq!(ids, [3, 4]);
}

/// Both want to append.
fn append_vs_put<F: Flavour<2>>(w: &World<F, 2>) {
    let (queue, job) = (w.queue, w.job(3));
    for id in [1, 2] {
        queue.try_put(w.job(id)).unwrap();
    }
    let putter = w.spawn(move || queue.try_put(job).unwrap());
    queue.try_put(w.job(4)).unwrap();
    putter.join().unwrap();
    let ids = [(); 4].map(|()| queue.try_get().unwrap().done().id());
    assert_eq!((ids[0], ids[1], ids[2] + ids[3]), (1, 2, 7));
}

/// One passes on to the next block, the other comes behind it.
fn pass_vs_get<F: Flavour<2>>(w: &World<F, 2>) {
    let queue = w.queue;
    for id in [1, 2, 3, 4] {
        queue.try_put(w.job(id)).unwrap();
    }
    for _ in 0..2 {
        queue.try_get().unwrap().done();
    }
    let getter = w.spawn(move || queue.try_get().unwrap().done().id());
    let here = queue.try_get().unwrap().done().id();
    assert_eq!(here + getter.join().unwrap(), 7);
}

/// A block is used again only when nobody reads in it any more.
fn retire_vs_reader<F: Flavour<2>>(w: &World<F, 2>) {
    let queue = w.queue;
    for id in [1, 2, 3, 4] {
        queue.try_put(w.job(id)).unwrap();
    }
    queue.try_get().unwrap().done();
    let getter = w.spawn(move || queue.try_get().unwrap().done().id());
    let mut ids = vec![queue.try_get().unwrap().done().id()];
    ids.push(queue.try_get().unwrap().done().id());
    // Into the second block, and with its last item to a third one: the first again, if it is free.
    for id in [5, 6, 7] {
        queue.try_put(w.job(id)).unwrap();
    }
    ids.push(getter.join().unwrap());
    while let Ok(task) = queue.try_get() {
        ids.push(task.done().id());
    }
    assert_eq!(ids.iter().sum::<u32>(), 27);
}

/// A cell that is used again shows nothing of its former life.
fn used_again<F: Flavour<2>>(w: &World<F, 2>) {
    let queue = w.queue;
    // Two blocks are spent, and linked, and so is one place of the third.
    for id in 1..=7 {
        queue.try_put(w.job(10 + id)).unwrap();
    }
    for _ in 1..=7 {
        queue.try_get().unwrap().done();
    }
    let jobs = [w.job(5), w.job(6), w.job(7)];
    let putter = w.spawn(move || jobs.map(|job| queue.try_put(job).unwrap()));
    let mut ids = Vec::new();
    for _ in 0..3 {
        ids.extend(queue.try_get().map(|task| task.done().id()));
    }
    putter.join().unwrap();
    while let Ok(task) = queue.try_get() {
        ids.push(task.done().id());
    }
    assert_eq!(ids, [5, 6, 7]);
}

/// Who claims the last place of a block retires it, and the other still reads in it, and puts then.
fn retire_vs_claimant<F: Flavour<2>>(w: &World<F, 2>) {
    let queue = w.queue;
    for id in [1, 2, 3, 4, 5] {
        queue.try_put(w.job(id)).unwrap();
    }
    queue.try_get().unwrap().done();
    let getter = w.spawn(move || queue.try_get().unwrap().done().id());
    let here = queue.try_get().unwrap().done().id();
    // The last place of the second block: the third is the first one again, if nobody reads in it.
    for id in [6, 7, 8] {
        queue.try_put(w.job(id)).unwrap();
    }
    assert_eq!(here + getter.join().unwrap(), 5);
    for id in [4, 5, 6, 7, 8] {
        assert_eq!(queue.try_get().unwrap().done().id(), id);
    }
}

/// The other takes what is left of a block, and puts into it once more.
fn used_again_at_once<F: Flavour<2>>(w: &World<F, 2>) {
    let queue = w.queue;
    for id in [1, 2, 3, 4] {
        queue.try_put(w.job(id)).unwrap();
    }
    for _ in 0..2 {
        queue.try_get().unwrap().done();
    }
    let jobs = [w.job(5), w.job(6), w.job(7)];
    let other = w.spawn(move || {
        let id = queue.try_get().map_or(0, |task| task.done().id());
        for job in jobs {
            queue.try_put(job).unwrap();
        }
        id
    });
    let mut ids = Vec::new();
    for _ in 0..3 {
        ids.extend(queue.try_get().map(|task| task.done().id()));
    }
    ids.push(other.join().unwrap());
    while let Ok(task) = queue.try_get() {
        ids.push(task.done().id());
    }
    assert_eq!(ids.iter().sum::<u32>(), 25);
}

/// A block that is used again is spent only once it is spent again: not while somebody waits for a put.
fn nothing_of_a_former_life<F: Flavour<2>>(w: &World<F, 2>) {
    let queue = w.queue;
    // The third block is the first one again.
    for id in 1..=6 {
        queue.try_put(w.job(10 + id)).unwrap();
        queue.try_get().unwrap().done();
    }
    let get = move || queue.try_get().map_or(0, |task| task.done().id());
    let getter = w.spawn(get);
    let (early, late) = ([2, 3, 4].map(|id| w.job(id)), [5, 6, 7].map(|id| w.job(id)));
    let worker = w.spawn(move || {
        // The rest of the block, and the first place of the next.
        for job in early {
            queue.try_put(job).unwrap();
        }
        let sum = get() + get();
        // Into the block once more, if it were free.
        for job in late {
            queue.try_put(job).unwrap();
        }
        sum
    });
    queue.try_put(w.job(1)).unwrap();
    let mut sum = getter.join().unwrap() + worker.join().unwrap();
    while let Ok(task) = queue.try_get() {
        sum += task.done().id();
    }
    assert_eq!(sum, 28);
}

/// Two have claimed and not handed on, so that what is beyond the capacity cannot come in: there is room all the
/// same.
fn room_beside_an_overflow<F: Flavour<2>>(w: &World<F, 2>) {
    let queue = w.queue;
    queue.try_put(w.job(1)).unwrap();
    let task = queue.try_get().unwrap();
    queue.try_put(w.job(2)).unwrap();
    queue.try_put(w.job(3)).unwrap();
    task.put_follow_up(w.job(4)).unwrap();
    let getters = [(); 2].map(|()| w.spawn(move || queue.try_get().unwrap().done().id()));
    let had_room = queue.len() < 2;
    let was_put = queue.try_put(w.job(5)).is_ok();
    assert!(was_put || !had_room);
    assert_eq!(
        getters
            .map(|getter| getter.join().unwrap())
            .iter()
            .sum::<u32>(),
        5
    );
    assert_eq!(queue.len(), 1 + usize::from(was_put));
}

/// A put waits for a get that has claimed its cell, and then wakes the other, which waits again by then.
fn put_past_a_slow_get<F: Flavour<1>>(w: &World<F, 1>) {
    let queue = w.queue;
    queue.try_put(w.job(1)).unwrap();
    let getter = w.spawn(move || {
        queue.try_get().unwrap().done();
        block_on(queue.get()).unwrap().done().id()
    });
    match queue.try_put(w.job(2)) {
        Ok(()) => {}
        Err(error) => block_on(queue.put(error.into_inner())).unwrap(),
    }
    assert_eq!(getter.join().unwrap(), 2);
}

/// A get waits for a put that has claimed its cell, and then wakes the other, which waits for room by then.
fn get_past_a_slow_put<F: Flavour<1>>(w: &World<F, 1>) {
    let (queue, jobs) = (w.queue, [w.job(1), w.job(2)]);
    let putter = w.spawn(move || {
        let [first, second] = jobs;
        queue.try_put(first).unwrap();
        block_on(queue.put(second)).unwrap();
    });
    let first = match queue.try_get() {
        Ok(task) => task,
        Err(_) => block_on(queue.get()).unwrap(),
    };
    assert_eq!(first.done().id(), 1);
    putter.join().unwrap();
    assert_eq!(queue.try_get().unwrap().done().id(), 2);
}

/// A future that is ready at its first poll wakes whoever has waited for that.
fn get_at_once_vs_waiting_put<F: Flavour<1>>(w: &World<F, 1>) {
    let (queue, job) = (w.queue, w.job(2));
    queue.try_put(w.job(1)).unwrap();
    let putter = w.spawn(move || block_on(queue.put(job)).unwrap());
    assert_eq!(block_on(queue.get()).unwrap().done().id(), 1);
    putter.join().unwrap();
    assert_eq!(queue.try_get().unwrap().done().id(), 2);
}

/// As well.
fn put_at_once_vs_waiting_get<F: Flavour<1>>(w: &World<F, 1>) {
    let queue = w.queue;
    let getter = w.spawn(move || block_on(queue.get()).unwrap().done().id());
    block_on(queue.put(w.job(1))).unwrap();
    assert_eq!(getter.join().unwrap(), 1);
}

/// A get that had to wait makes room, and wakes whoever waits for that.
fn waiting_get_vs_waiting_put<F: Flavour<1>>(w: &World<F, 1>) {
    let queue = w.queue;
    let getter = w.spawn(move || block_on(queue.get()).unwrap().done().id());
    queue.try_put(w.job(1)).unwrap();
    block_on(queue.put(w.job(2))).unwrap();
    assert_eq!(getter.join().unwrap(), 1);
    assert_eq!(queue.try_get().unwrap().done().id(), 2);
}

/// A put that had to wait brings an item, and wakes whoever waits for that.
fn waiting_put_vs_waiting_get<F: Flavour<1>>(w: &World<F, 1>) {
    let (queue, job) = (w.queue, w.job(2));
    queue.try_put(w.job(1)).unwrap();
    let putter = w.spawn(move || block_on(queue.put(job)).unwrap());
    assert_eq!(queue.try_get().unwrap().done().id(), 1);
    assert_eq!(block_on(queue.get()).unwrap().done().id(), 2);
    putter.join().unwrap();
}
