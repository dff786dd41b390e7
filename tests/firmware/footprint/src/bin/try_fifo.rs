#![no_std]
#![no_main]

use joinable_queue::heapless::Queue;
use joinable_queue_footprint::{input, output, program};

static QUEUE: Queue<u32, 8> = Queue::new();

program!({
    let _ = QUEUE.try_put(input());
    if let Ok(task) = QUEUE.try_get() {
        output(task.done());
    }
});
