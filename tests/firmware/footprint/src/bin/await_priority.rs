#![no_std]
#![no_main]

use joinable_queue::heapless::PriorityQueue;
use joinable_queue_footprint::{block_on, input, output, program};

static QUEUE: PriorityQueue<u32, 8> = PriorityQueue::new();

program!({
    block_on(async {
        let _ = QUEUE.put(input()).await;
        if let Ok(task) = QUEUE.get().await {
            output(task.done());
        }
    });
});
