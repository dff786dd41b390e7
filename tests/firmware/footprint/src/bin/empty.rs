#![no_std]
#![no_main]

use joinable_queue_footprint::{input, output, program};

program!({
    output(input());
});
