#![no_std]
#![no_main]

use joinable_queue::heapless::LifoQueue;
use joinable_queue_footprint::{input, output, program};

static QUEUE: LifoQueue<u32, 8> = LifoQueue::new();

program!({
    let _ = QUEUE.try_put(input());
    if let Ok(task) = QUEUE.try_get() {
        output(task.done());
    }
});
