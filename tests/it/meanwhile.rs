//! What other operations do while a put allocates, as those of another thread may. Here they are the allocator's,
//! so that they come at that moment each time.

use std::cell::Cell;
use std::sync::LazyLock;

use joinable_queue::Queue;

use crate::kit::*;

/// Both allocate the first block, and one is of no use: it is kept for later.
#[test]
fn a_first_put_comes_into_a_first_put() {
    static QUEUE: Queue<u32> = Queue::unbounded();

    let ((), bytes) = retained(|| {
        on_next_allocation(|| QUEUE.try_put(1).unwrap());
        QUEUE.try_put(2).unwrap();
    });
    assert!(bytes > 0);
    assert_eq!(drain(&QUEUE), [1, 2]);
    // The other one is there for the second block, and none is lost.
    let put_more = || assert_eq!(QUEUE.try_put_all(&mut (0..31)), Ok(31));
    assert_eq!(allocations(put_more), 0);
    assert_eq!(drain(&QUEUE).len(), 31);
    assert_settled(&QUEUE, 0, 0);
}

/// A block that a put brought for nothing is freed if there are enough spare ones by then.
#[test]
fn a_queue_is_filled_and_emptied_within_a_put() {
    type Large = [u8; 512];
    const BLOCK: usize = 31 * (size_of::<Large>() + size_of::<usize>()) + size_of::<usize>();
    static QUEUE: Queue<Large> = Queue::unbounded();

    fn fill_and_empty() {
        // Four blocks are full then, and of no more use.
        let mut items = std::iter::repeat_n([0; 512], 100);
        assert_eq!(QUEUE.try_put_all(&mut items), Ok(100));
        while let Ok(task) = QUEUE.try_get() {
            task.done();
        }
    }

    let ((), bytes) = retained(|| {
        for item in 0..30 {
            QUEUE.try_put([item; 512]).unwrap();
        }
        // Whoever takes the last place of a block brings the next.
        on_next_allocation(fill_and_empty);
        QUEUE.try_put([30; 512]).unwrap();
    });
    assert_eq!(drain(&QUEUE), [[30; 512]]);
    assert_settled(&QUEUE, 0, 0);
    // The one in use, and two spare ones.
    assert_eq!(bytes.unsigned_abs(), 3 * BLOCK);
}

const LOCKED: &str = "JoinableQueue { state: <locked> }";

thread_local! {
    /// What was printed meanwhile.
    static SEEN: Cell<String> = const { Cell::new(String::new()) };
}

/// A requeue past the capacity allocates, and may not be seen half done: whoever prints the queue then does not
/// wait for its end, which here would not come.
#[test]
fn a_queue_is_printed_within_a_requeue() {
    static QUEUE: LazyLock<Queue<u32>> = LazyLock::new(|| Queue::bounded(1));

    within_limit(|| {
        QUEUE.try_put(1).unwrap();
        let task = QUEUE.try_get().unwrap();
        QUEUE.try_put(2).unwrap();
        on_next_allocation(|| SEEN.set(format!("{:?}", *QUEUE)));
        task.requeue().unwrap();
        assert_eq!(SEEN.take(), LOCKED);
        assert_eq!(drain(&QUEUE), [2, 1]);
        assert_settled(&QUEUE, 0, 0);
    });
}

/// The same for work found while working, which allocates inside of a lock.
#[test]
fn a_queue_is_printed_within_a_follow_up() {
    static QUEUE: LazyLock<Queue<u32>> = LazyLock::new(|| Queue::bounded(1));

    within_limit(|| {
        QUEUE.try_put(0).unwrap();
        let task = QUEUE.try_get().unwrap();
        // There is an overflow, so that its lock is asked for the number of items.
        task.put_follow_up(1).unwrap();
        task.put_follow_up(2).unwrap();
        on_next_allocation(|| SEEN.set(format!("{:?}", *QUEUE)));
        let (seen, put) = (3..)
            .find_map(|item| {
                task.put_follow_up(item).unwrap();
                Some((SEEN.take(), item)).filter(|(seen, _)| !seen.is_empty())
            })
            .unwrap();
        assert_eq!(seen, LOCKED);
        task.done();
        assert!(drain(&QUEUE).into_iter().eq(1..=put));
        assert_settled(&QUEUE, 0, 0);
    });
}
