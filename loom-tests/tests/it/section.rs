//! A section of the user's around operations of a queue: nobody comes in between.

use loom_tests::{Flavour, World, models};

models! {
    room 2 threads 2 preemptions any, all: two_puts_at_once_vs_snapshot get_and_done_at_once_vs_join;
}

fn two_puts_at_once_vs_snapshot<F: Flavour<2>>(w: &World<F, 2>) {
    let (queue, jobs) = (w.queue, [w.job(1), w.job(2)]);
    let putter = w.spawn(move || {
        critical_section::with(|_| {
            for job in jobs {
                queue.try_put(job).unwrap();
            }
        });
    });
    let stats = queue.stats();
    assert!(
        matches!((stats.put, stats.len), (0, 0) | (2, 2)),
        "{stats:?}"
    );
    putter.join().unwrap();
}

/// Also for whoever is let go by it, and woken inside.
fn get_and_done_at_once_vs_join<F: Flavour<2>>(w: &World<F, 2>) {
    let queue = w.queue;
    queue.try_put(w.job(1)).unwrap();
    let worker = w.spawn(move || {
        critical_section::with(|_| queue.try_get().unwrap().done().id());
    });
    let mut join = w.hand(queue.join());
    join.poll();
    assert_eq!(queue.stats().in_flight, 0);
    worker.join().unwrap();
    join.output();
}
