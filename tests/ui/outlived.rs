//! A queue of references that lives longer than what they refer to.

use joinable_queue::Queue;

fn main() {
    let queue = Queue::bounded(1);
    {
        let job = String::from("a job");
        queue.try_put(&job).unwrap();
    }
    queue.shutdown();
}
