//! How many items fit: exactly as many as was said; and what a queue says of itself meanwhile.

#[cfg(feature = "alloc")]
use std::thread;

use joinable_queue::storage::Storage;
use joinable_queue::{JoinableQueue, TryPutError};

use crate::kit::*;

/// Fills a new queue to the brim and empties it, twice, so that a ring starts somewhere else the
/// second time, and looks at what it says of itself at each step.
#[track_caller]
fn assert_holds_exactly<S: Storage<Item = usize>>(queue: &JoinableQueue<S>, capacity: usize) {
    assert_eq!(queue.capacity(), Some(capacity));
    assert_eq!(queue.stats().capacity, Some(capacity));
    // Off the start of the buffer by one.
    queue.try_put(0).unwrap();
    assert_eq!(drain(queue), [0]);
    for round in 0..2 {
        for len in 0..capacity {
            assert_eq!(queue.len(), len);
            assert_eq!(queue.is_empty(), len == 0);
            assert!(!queue.is_full() && !queue.stats().is_full());
            queue.try_put(len).unwrap();
        }
        assert!(queue.is_full() && queue.stats().is_full() && !queue.is_empty());
        assert_eq!(queue.try_put(capacity), Err(TryPutError::Full(capacity)));
        let mut put = Box::pin(queue.put(capacity));
        assert!(poll(put.as_mut()).is_pending());
        drop(put);
        let stats = assert_settled(queue, capacity, capacity);
        assert_eq!(stats.put, 1 + round + capacity * (round + 1));

        // A task in flight takes no room.
        let task = queue.try_get().unwrap();
        assert!(!queue.is_full());
        assert_eq!((queue.len(), queue.in_flight()), (capacity - 1, 1));
        assert_eq!(queue.unfinished(), capacity);
        queue.try_put(task.done()).unwrap();
        assert!(queue.is_full());

        let mut seen = drain(queue);
        seen.sort_unstable();
        assert!(seen.into_iter().eq(0..capacity));
        assert!(queue.is_empty());
    }
    assert_settled(queue, 0, 0);
}

/// Powers of two, their neighbours and others: no size is rounded, on any flavour.
fn exactly_the_capacity_fits<F: Flavour>() {
    assert_holds_exactly(&F::bounded::<usize, 1>(), 1);
    assert_holds_exactly(&F::bounded::<usize, 2>(), 2);
    assert_holds_exactly(&F::bounded::<usize, 3>(), 3);
    assert_holds_exactly(&F::bounded::<usize, 5>(), 5);
    assert_holds_exactly(&F::bounded::<usize, 127>(), 127);
    assert_holds_exactly(&F::bounded::<usize, 128>(), 128);
    assert_holds_exactly(&F::bounded::<usize, 255>(), 255);
    assert_holds_exactly(&F::bounded::<usize, 256>(), 256);
    assert_holds_exactly(&F::bounded::<usize, 257>(), 257);
    assert_holds_exactly(&F::bounded::<usize, 1000>(), 1000);
}

/// Items without a size have a number all the same.
fn items_of_no_size_are_counted_like_others<F: Flavour>() {
    let queue: QueueOf<F, (), 3> = F::bounded();
    assert_eq!(queue.capacity(), Some(3));
    for _ in 0..2 {
        for _ in 0..3 {
            queue.try_put(()).unwrap();
        }
        assert_eq!(queue.try_put(()), Err(TryPutError::Full(())));
        assert!(queue.is_full());
        assert_eq!(drain(&queue).len(), 3);
        assert_settled(&queue, 0, 0);
    }
}

/// A bounded queue has all of its room from the beginning: filling and emptying it allocates nothing.
fn the_room_of_a_bounded_queue_is_there_from_the_beginning<F: Flavour>() {
    let queue: QueueOf<F, usize, 100> = F::bounded();
    let count = allocations(|| {
        for _ in 0..3 {
            for item in 0..100 {
                queue.try_put(item).unwrap();
            }
            while let Ok(task) = queue.try_get() {
                task.done();
            }
        }
    });
    assert_eq!(count, 0);
}

/// The observers of a queue that is shut down still tell what is in it.
fn observers_go_on_telling_the_truth_after_shutdown<F: Flavour>() {
    let queue: QueueOf<F, i32, 2> = F::bounded();
    assert!(!queue.is_shutdown() && !queue.stats().is_shutdown);
    queue.try_put_all(&mut [1, 2].into_iter()).unwrap();
    queue.shutdown();
    assert!(queue.is_shutdown() && queue.stats().is_shutdown);
    assert!(queue.is_full());
    assert_eq!((queue.len(), queue.unfinished()), (2, 2));
    let task = queue.try_get().unwrap();
    assert!(!queue.is_full());
    assert_eq!((queue.len(), queue.in_flight()), (1, 1));
    assert_eq!(queue.shutdown_now().len(), 1);
    assert!(queue.is_empty() && queue.is_shutdown());
    assert_eq!((queue.in_flight(), queue.unfinished()), (1, 1));
    task.done();
    assert_eq!(queue.capacity(), Some(2));
    assert_settled(&queue, 0, 0);
}

/// A shared queue of room for two, as another thread sees it.
/// (Python: `TestSyncManagerTypes.test_joinable_queue`.)
fn another_thread_sees_the_same_numbers<F: Flavour>() {
    let queue: QueueOf<F, i32, 2> = F::bounded();
    queue.try_put_all(&mut [5, 6].into_iter()).unwrap();
    let shared = &queue;
    std::thread::scope(|s| {
        s.spawn(move || {
            assert_eq!(shared.len(), 2);
            assert!(shared.is_full() && !shared.is_empty());
            let expected = F::ORDER.of(vec![5, 6]);
            assert_eq!(shared.try_get().unwrap().done(), expected[0]);
            assert!(!shared.is_full() && !shared.is_empty());
            assert_eq!(shared.try_get().unwrap().done(), expected[1]);
            assert!(shared.is_empty());
        });
    });
    assert!(queue.is_empty() && !queue.is_full());
    assert_settled(&queue, 0, 0);
}

/// A capacity that is known only at run time is as exact, whether the queue is filled by one thread or
/// by several.
#[cfg(feature = "alloc")]
#[test]
fn a_capacity_of_run_time_is_exact() {
    use joinable_queue::{LifoQueue, PriorityQueue, Queue};

    /// All that several threads can get in.
    fn fill<S: Storage<Item = usize>>(queue: &JoinableQueue<S>) -> usize {
        thread::scope(|s| {
            let threads: Vec<_> = (0..3)
                .map(|_| {
                    s.spawn(|| {
                        (0..)
                            .take_while(|item| queue.try_put(*item).is_ok())
                            .count()
                    })
                })
                .collect();
            threads.into_iter().map(|t| t.join().unwrap()).sum()
        })
    }

    for capacity in [1, 2, 3, 5, 127, 128, 255, 256, 257, 1000] {
        assert_holds_exactly(&Queue::bounded(capacity), capacity);
        assert_holds_exactly(&LifoQueue::bounded(capacity), capacity);
        assert_holds_exactly(&PriorityQueue::bounded(capacity), capacity);
        assert_eq!(fill(&Queue::bounded(capacity)), capacity);
        assert_eq!(fill(&LifoQueue::bounded(capacity)), capacity);
        assert_eq!(fill(&PriorityQueue::bounded(capacity)), capacity);
    }
}

/// No room at all is refused, and the message says what to write instead. (There is no rendezvous, and
/// zero does not mean "without a limit".)
#[cfg(feature = "alloc")]
#[test]
fn a_capacity_of_zero_panics_and_the_message_names_unbounded() {
    use joinable_queue::{LifoQueue, PriorityQueue, Queue};

    for message in [
        panics(|| Queue::<i32>::bounded(0)),
        panics(|| LifoQueue::<i32>::bounded(0)),
        panics(|| PriorityQueue::<i32>::bounded(0)),
    ] {
        assert!(message.contains("`unbounded()`"), "{message}");
        assert!(message.contains("at least one item"), "{message}");
    }
}

/// The largest capacity there is, where the items take no memory: nothing that is computed from it overflows.
fn assert_holds_more_than_it_gets<S: Storage<Item = ()>>(queue: &JoinableQueue<S>) {
    assert_eq!(queue.capacity(), Some(usize::MAX));
    for _ in 0..2 {
        assert_eq!(queue.try_put_all(&mut [(); 3].into_iter()), Ok(3));
        assert!(!queue.is_full());
        assert!(poll(std::pin::pin!(queue.put(()))).is_ready());
        queue.try_get().unwrap().requeue().unwrap();
        assert_eq!(drain(queue).len(), 4);
    }
    assert_settled(queue, 0, 0);
    queue.try_put(()).unwrap();
    assert_eq!(queue.shutdown_now().count(), 1);
    assert_settled(queue, 0, 0);
}

#[cfg(feature = "heapless")]
#[test]
fn a_fixed_capacity_may_be_the_largest() {
    use joinable_queue::heapless::{LifoQueue, PriorityQueue, Queue};

    assert_holds_more_than_it_gets(&Queue::<(), { usize::MAX }>::new());
    assert_holds_more_than_it_gets(&LifoQueue::<(), { usize::MAX }>::new());
    assert_holds_more_than_it_gets(&PriorityQueue::<(), { usize::MAX }>::new());
}

/// On the heap as well; and what cannot be had is refused when the queue is made.
#[cfg(feature = "alloc")]
#[test]
fn a_capacity_on_the_heap_may_be_the_largest_that_takes_no_memory() {
    use joinable_queue::{LifoQueue, PriorityQueue, Queue};

    assert_holds_more_than_it_gets(&LifoQueue::bounded(usize::MAX));
    for message in [
        panics(|| Queue::<u64>::bounded(usize::MAX)),
        panics(|| LifoQueue::<u64>::bounded(usize::MAX)),
        panics(|| PriorityQueue::<u64>::bounded(usize::MAX)),
    ] {
        assert_eq!(message, "capacity overflow");
    }
}

/// Making a queue without a limit allocates nothing; that is why it can be `const`.
#[cfg(feature = "alloc")]
fn an_unbounded_queue_begins_without_memory<F: Unbounded>() {
    let count = allocations(|| drop(F::unbounded::<u64>()));
    assert_eq!(count, 0);
}

/// What a queue in a `static` has to be able to do: everything.
fn works_as_a_static<S: Storage<Item = i32>>(queue: &'static JoinableQueue<S>, order: Order) {
    queue.try_put_all(&mut [2, 1, 3].into_iter()).unwrap();
    let other = std::thread::spawn(move || drain(queue));
    assert_eq!(other.join().unwrap(), order.of(vec![2, 1, 3]));
    assert_eq!(ready(Box::pin(queue.join()).as_mut()).done, 3);
    assert_settled(queue, 0, 0);
}

#[cfg(feature = "alloc")]
mod statics {
    use joinable_queue::{LifoQueue, PriorityQueue, Queue};

    use super::*;

    static FIFO: Queue<i32> = Queue::unbounded();
    static LIFO: LifoQueue<i32> = LifoQueue::unbounded();
    static PRIORITY: PriorityQueue<i32> = PriorityQueue::unbounded();

    /// The constructors without a limit are `const`: such a queue can be a `static`.
    #[test]
    fn without_a_word_a_queue_is_unbounded() {
        assert_eq!(Queue::<i32>::default().capacity(), None);
        assert_eq!(LifoQueue::<i32>::default().capacity(), None);
        assert_eq!(PriorityQueue::<i32>::default().capacity(), None);
    }

    #[test]
    fn an_unbounded_queue_can_be_a_static() {
        works_as_a_static(&FIFO, Order::Fifo);
        works_as_a_static(&LIFO, Order::Lifo);
        works_as_a_static(&PRIORITY, Order::Priority);
        assert_eq!(FIFO.capacity(), None);
        assert_eq!(LIFO.capacity(), None);
        assert_eq!(PRIORITY.capacity(), None);
    }
}

#[cfg(feature = "heapless")]
mod fixed_statics {
    use joinable_queue::Prioritized;
    use joinable_queue::heapless::{LifoQueue, PriorityQueue, Queue};

    use super::*;

    static FIFO: Queue<i32, 3> = Queue::new();
    static LIFO: LifoQueue<i32, 4> = LifoQueue::new();
    static PRIORITY: PriorityQueue<i32, 5> = PriorityQueue::new();
    static MANY: [Queue<i32, 2>; 3] = [const { Queue::new() }; 3];

    /// All constructors of fixed capacity are `const`.
    #[test]
    fn a_queue_of_fixed_capacity_can_be_a_static() {
        works_as_a_static(&FIFO, Order::Fifo);
        works_as_a_static(&LIFO, Order::Lifo);
        works_as_a_static(&PRIORITY, Order::Priority);
        assert_eq!(FIFO.capacity(), Some(3));
        assert_eq!(LIFO.capacity(), Some(4));
        assert_eq!(PRIORITY.capacity(), Some(5));
    }

    /// And an array of them too: each is a queue of its own.
    #[test]
    fn queues_in_a_static_array_have_nothing_in_common() {
        MANY[1].try_put(1).unwrap();
        assert_eq!(MANY.each_ref().map(JoinableQueue::len), [0, 1, 0]);
        assert_eq!(drain(&MANY[1]), [1]);
    }

    /// `Default` is `new`.
    #[test]
    fn a_default_queue_is_a_new_one() {
        assert_holds_exactly(&Queue::<usize, 2>::default(), 2);
        assert_holds_exactly(&LifoQueue::<usize, 2>::default(), 2);
        assert_holds_exactly(&PriorityQueue::<usize, 2>::default(), 2);
        let queue = PriorityQueue::<Prioritized<u8, &str>, 2>::default();
        assert!(queue.is_empty());
    }
}

for_every_flavour!(
    another_thread_sees_the_same_numbers,
    exactly_the_capacity_fits,
    items_of_no_size_are_counted_like_others,
    observers_go_on_telling_the_truth_after_shutdown,
    the_room_of_a_bounded_queue_is_there_from_the_beginning,
);

for_every_unbounded_flavour!(an_unbounded_queue_begins_without_memory);
