#![no_std]
#![no_main]

use core::ptr::addr_of_mut;

use heapless::spsc::Queue;
use joinable_queue_footprint::{input, output, program};

static mut QUEUE: Queue<u32, 8> = Queue::new();

program!({
    // SAFETY: the one reference to it.
    let (mut producer, mut consumer) = unsafe { &mut *addr_of_mut!(QUEUE) }.split();
    loop {
        let _ = producer.enqueue(input());
        if let Some(item) = consumer.dequeue() {
            output(item);
        }
    }
});
