//! Threads, with the number that `join` waits for: it goes up with every `put`, and down when a job is
//! *finished*, not when it is taken.
//!
//! The consumers stop because the queue is shut down. No job says "stop", so nobody has to know how many
//! consumers there are, and nobody can swallow a neighbour's.

use std::thread;
use std::time::Duration;

use joinable_queue::Queue;

const CONSUMERS: usize = 3;

fn main() {
    let queue = Queue::bounded(4);

    thread::scope(|scope| {
        for n in 1..=CONSUMERS {
            let queue = &queue;
            scope.spawn(move || consume(n, queue));
        }

        produce(&queue, 1..=8);
        let stats = queue.join_blocking();
        println!("all {} finished; they wait for more", stats.done);

        // The queue can be joined again and again.
        produce(&queue, 9..=12);
        let stats = queue.join_blocking();
        println!("all {} finished; that was all", stats.done);

        queue.shutdown();
    });
    println!("all consumers are gone");
}

fn produce(queue: &Queue<u64>, jobs: impl Iterator<Item = u64>) {
    for job in jobs {
        // Waits for room; fails only once the queue is shut down.
        if queue.put_blocking(job).is_err() {
            return;
        }
        println!(
            "put job {job:2}          unfinished: {}",
            queue.unfinished()
        );
    }
}

fn consume(name: usize, queue: &Queue<u64>) {
    while let Ok(task) = queue.get_blocking() {
        // The work; the number stays as it is meanwhile.
        thread::sleep(Duration::from_millis(10 * *task));
        let job = task.done();
        println!(
            "    finished job {job:2} unfinished: {}",
            queue.unfinished()
        );
    }
    println!("consumer {name} ends");
}
