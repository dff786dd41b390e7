#![no_std]
#![no_main]

use embassy_sync::blocking_mutex::raw::CriticalSectionRawMutex;
use embassy_sync::priority_channel::{Min, PriorityChannel};
use joinable_queue_footprint::{block_on, input, output, program};

static QUEUE: PriorityChannel<CriticalSectionRawMutex, u32, Min, 8> = PriorityChannel::new();

program!({
    block_on(async {
        QUEUE.send(input()).await;
        output(QUEUE.receive().await);
    });
});
