//! A future that outlives its queue.

use joinable_queue::Queue;

fn main() {
    let get = {
        let queue = Queue::<u32>::bounded(1);
        queue.get()
    };
    drop(get);
}
