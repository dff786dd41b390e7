#![no_std]
#![no_main]

use heapless::mpmc::Queue;
use joinable_queue_footprint::{input, output, program};

#[allow(deprecated)]
static QUEUE: Queue<u32, 8> = Queue::new();

program!({
    let _ = QUEUE.enqueue(input());
    if let Some(item) = QUEUE.dequeue() {
        output(item);
    }
});
