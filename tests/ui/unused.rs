//! Tasks, tickets, futures and what was left, all thrown away.

#![deny(unused_must_use)]

use joinable_queue::{Queue, Task, Ticket};

fn task() -> Task<&'static Queue<u32>> {
    todo!()
}

fn ticket() -> Ticket<&'static Queue<u32>> {
    todo!()
}

fn main() {
    task();
    ticket();
    let queue = Queue::<u32>::bounded(1);
    queue.get();
    queue.put(1);
    queue.shutdown_now();
}
