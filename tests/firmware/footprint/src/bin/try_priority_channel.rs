#![no_std]
#![no_main]

use embassy_sync::blocking_mutex::raw::CriticalSectionRawMutex;
use embassy_sync::priority_channel::{Min, PriorityChannel};
use joinable_queue_footprint::{input, output, program};

static QUEUE: PriorityChannel<CriticalSectionRawMutex, u32, Min, 8> = PriorityChannel::new();

program!({
    let _ = QUEUE.try_send(input());
    if let Ok(item) = QUEUE.try_receive() {
        output(item);
    }
});
