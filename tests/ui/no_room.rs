//! Queues that could hold nothing.

use joinable_queue::heapless::{LifoQueue, PriorityQueue};

fn main() {
    let _ = LifoQueue::<u32, 0>::new();
    let _ = PriorityQueue::<u32, 0>::new();
}
