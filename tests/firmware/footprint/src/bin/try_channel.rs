#![no_std]
#![no_main]

use embassy_sync::blocking_mutex::raw::CriticalSectionRawMutex;
use embassy_sync::channel::Channel;
use joinable_queue_footprint::{input, output, program};

static QUEUE: Channel<CriticalSectionRawMutex, u32, 8> = Channel::new();

program!({
    let _ = QUEUE.try_send(input());
    if let Ok(item) = QUEUE.try_receive() {
        output(item);
    }
});
