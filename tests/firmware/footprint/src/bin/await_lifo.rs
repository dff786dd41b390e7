#![no_std]
#![no_main]

use joinable_queue::heapless::LifoQueue;
use joinable_queue_footprint::{block_on, input, output, program};

static QUEUE: LifoQueue<u32, 8> = LifoQueue::new();

program!({
    block_on(async {
        let _ = QUEUE.put(input()).await;
        if let Ok(task) = QUEUE.get().await {
            output(task.done());
        }
    });
});
