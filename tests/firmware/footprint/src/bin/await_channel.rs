#![no_std]
#![no_main]

use embassy_sync::blocking_mutex::raw::CriticalSectionRawMutex;
use embassy_sync::channel::Channel;
use joinable_queue_footprint::{block_on, input, output, program};

static QUEUE: Channel<CriticalSectionRawMutex, u32, 8> = Channel::new();

program!({
    block_on(async {
        QUEUE.send(input()).await;
        output(QUEUE.receive().await);
    });
});
