#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| joinable_queue_fuzz::run("list", data));
