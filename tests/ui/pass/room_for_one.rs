//! The smallest queues there are. (A case that has to run makes the others be built, not only checked:
//! some mistakes are found that late.)

use joinable_queue::heapless::{LifoQueue, PriorityQueue, Queue};

fn main() {
    assert!(Queue::<u32, 1>::new().try_put(1).is_ok());
    assert!(LifoQueue::<u32, 1>::new().try_put(1).is_ok());
    assert!(PriorityQueue::<u32, 1>::new().try_put(1).is_ok());
}
