//! What is seen of a queue's parts in a log, and what a queue is if nothing is said about it.

use joinable_queue::{LifoQueue, PriorityQueue, Queue};

/// Has no `Debug`.
struct Opaque;

#[test]
fn tasks_and_batches_show_their_numbers_and_no_item() {
    let queue = Queue::unbounded();
    queue.try_put_all(&mut (0..6).map(|_| Opaque)).unwrap();
    let task = queue.try_get().unwrap();
    assert_eq!(format!("{task:?}"), "Task { .. }");
    let ticket = queue.try_get_many(3, &mut Vec::new()).unwrap();
    assert_eq!(format!("{ticket:?}"), "Ticket { owed: 3, .. }");
    let remaining = queue.shutdown_now();
    assert_eq!(format!("{remaining:?}"), "Remaining { len: 2, .. }");
}

#[test]
fn a_task_is_displayed_as_its_item_is() {
    let queue = Queue::unbounded();
    queue.try_put(7).unwrap();
    let task = queue.try_get().unwrap();
    assert_eq!(format!("{task}, {task:>3}"), "7,   7");
}

#[test]
fn futures_show_what_they_are() {
    let queue = Queue::<Opaque>::unbounded();
    let mut batch = Vec::new();
    assert_eq!(format!("{:?}", queue.get()), "Get { .. }");
    assert_eq!(format!("{:?}", queue.put(Opaque)), "Put { .. }");
    assert_eq!(format!("{:?}", queue.join()), "Join { .. }");
    let get_many = queue.get_many(3, &mut batch);
    assert_eq!(format!("{get_many:?}"), "GetMany { max: 3, .. }");
    let put_all = queue.put_all([Opaque]);
    assert_eq!(format!("{put_all:?}"), "PutAll { put: 0, .. }");
}

#[test]
fn a_queue_is_unbounded_unless_it_is_said_how_large_it_is() {
    let (fifo, lifo) = (Queue::<u8>::default(), LifoQueue::<u8>::default());
    let heap = PriorityQueue::<u8>::default();
    for capacity in [fifo.capacity(), lifo.capacity(), heap.capacity()] {
        assert_eq!(capacity, None);
    }
}
