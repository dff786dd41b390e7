//! A queue of what must stay on its thread, sent to another one.

use std::rc::Rc;

use joinable_queue::Queue;

fn main() {
    let queue = Queue::<Rc<u32>>::bounded(1);
    std::thread::spawn(move || queue.shutdown());
}
