//! What the types are by themselves: `Send`, `Sync`, `Unpin`, `UnwindSafe`, `Error`, and made in constants.

use std::cell::Cell;
use std::error::Error;
use std::marker::PhantomData;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::rc::Rc;

use joinable_queue::{
    GetError, GetTimeoutError, JoinTimeoutError, Prioritized, PutAllError, PutError,
    PutTimeoutError, RequeueError, Stats, TaskDoneError, TryGetError, TryPutAllError, TryPutError,
};
use static_assertions::{assert_impl_all, assert_not_impl_any};

use crate::kit::*;

/// Has nothing, is `Send` and `Sync`.
struct Opaque;

/// Ordered, and `Send` and `Sync` as far as `T` is. (A `MutexGuard`, for one, is not ordered itself.)
struct Ordered<T>(PhantomData<T>);

impl<T> PartialEq for Ordered<T> {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl<T> Eq for Ordered<T> {}

impl<T> PartialOrd for Ordered<T> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl<T> Ord for Ordered<T> {
    fn cmp(&self, _: &Self) -> std::cmp::Ordering {
        std::cmp::Ordering::Equal
    }
}

type Shareable = Ordered<u32>;
/// `Send`, not `Sync`.
type Sendable = Ordered<Cell<u32>>;
/// `Sync`, not `Send`.
type Guard = Ordered<std::sync::MutexGuard<'static, u32>>;
/// Neither.
type Local = Ordered<Rc<u32>>;
/// Neither.
type Pointer = Ordered<*const u32>;

/// The matrix, for a queue and its storage as types in `T`.
macro_rules! matrix {
    ($name:ident: $queue:ty, $storage:ty) => {
        mod $name {
            use super::*;
            use joinable_queue::future::{Get, GetMany, Join, Put, PutAll};
            use joinable_queue::{Remaining, Task, Ticket};

            type Q<T> = $queue;
            type S<T> = $storage;
            type Ref<T> = &'static Q<T>;
            type Many<T> = GetMany<'static, Ref<T>, Vec<T>>;
            type All<T> = PutAll<Ref<T>, std::vec::IntoIter<T>>;

            // Queues can be shared and sent if the items can be sent.
            assert_impl_all!(Q<Shareable>: Send, Sync);
            assert_impl_all!(Q<Sendable>: Send, Sync);
            assert_not_impl_any!(Q<Guard>: Send, Sync);
            assert_not_impl_any!(Q<Local>: Send, Sync);
            assert_not_impl_any!(Q<Pointer>: Send, Sync);
            assert_impl_all!(Q<Local>: UnwindSafe, RefUnwindSafe);
            assert_impl_all!(Q<Sendable>: UnwindSafe, RefUnwindSafe);

            assert_impl_all!(Get<Ref<Shareable>>: UnwindSafe, RefUnwindSafe);
            assert_impl_all!(Put<Ref<Shareable>>: UnwindSafe, RefUnwindSafe);
            assert_impl_all!(Join<Ref<Local>>: UnwindSafe, RefUnwindSafe);
            assert_impl_all!(Task<Ref<Shareable>>: UnwindSafe, RefUnwindSafe);
            assert_impl_all!(Ticket<Ref<Local>>: UnwindSafe, RefUnwindSafe);
            assert_impl_all!(Remaining<S<Shareable>>: UnwindSafe, RefUnwindSafe);

            // Futures can be sent if the items can be sent, and never be moved once polled.
            assert_impl_all!(Get<Ref<Sendable>>: Send);
            assert_impl_all!(Put<Ref<Sendable>>: Send);
            assert_impl_all!(Join<Ref<Sendable>>: Send);
            assert_impl_all!(Many<Sendable>: Send);
            assert_impl_all!(All<Sendable>: Send);
            assert_impl_all!(Get<Ref<Shareable>>: Send, Sync);
            assert_impl_all!(Put<Ref<Shareable>>: Send, Sync);
            assert_impl_all!(Join<Ref<Shareable>>: Send, Sync);
            assert_not_impl_any!(Put<Ref<Sendable>>: Sync);
            assert_not_impl_any!(Get<Ref<Local>>: Send, Sync);
            assert_not_impl_any!(Get<Ref<Guard>>: Send);
            assert_not_impl_any!(Put<Ref<Local>>: Send, Sync);
            assert_not_impl_any!(Put<Ref<Guard>>: Send);
            assert_not_impl_any!(Join<Ref<Local>>: Send, Sync);
            assert_not_impl_any!(Many<Local>: Send, Sync);
            assert_not_impl_any!(All<Local>: Send, Sync);
            assert_not_impl_any!(Get<Ref<Shareable>>: Unpin);
            assert_not_impl_any!(Put<Ref<Shareable>>: Unpin);
            assert_not_impl_any!(Join<Ref<Shareable>>: Unpin);
            assert_not_impl_any!(Many<Shareable>: Unpin);
            assert_not_impl_any!(All<Shareable>: Unpin);

            // A task lends its item out, so that it can be shared only if the item can.
            assert_impl_all!(Task<Ref<Shareable>>: Send, Sync, Unpin);
            assert_impl_all!(Task<Ref<Sendable>>: Send);
            assert_not_impl_any!(Task<Ref<Sendable>>: Sync);
            assert_not_impl_any!(Task<Ref<Guard>>: Send);
            assert_not_impl_any!(Task<Ref<Local>>: Send, Sync);
            assert_impl_all!(Ticket<Ref<Sendable>>: Send, Sync, Unpin);
            assert_not_impl_any!(Ticket<Ref<Guard>>: Send);
            assert_not_impl_any!(Ticket<Ref<Local>>: Send, Sync);
            assert_impl_all!(Remaining<S<Shareable>>: Send, Sync);
            assert_impl_all!(Remaining<S<Sendable>>: Send);
            assert_not_impl_any!(Remaining<S<Guard>>: Send);
            assert_not_impl_any!(Remaining<S<Local>>: Send, Sync);
        }
    };
}

#[cfg(feature = "alloc")]
matrix!(fifo_types:
    joinable_queue::Queue<T>,
    joinable_queue::storage::Fifo<T>
);
#[cfg(feature = "alloc")]
matrix!(lifo_types:
    joinable_queue::LifoQueue<T>,
    joinable_queue::storage::Lifo<T>
);
#[cfg(feature = "alloc")]
matrix!(priority_types:
    joinable_queue::PriorityQueue<T>,
    joinable_queue::storage::Priority<T>
);
#[cfg(feature = "heapless")]
matrix!(fixed_fifo_types:
    joinable_queue::heapless::Queue<T, 4>,
    joinable_queue::storage::FixedFifo<T, 4>
);
#[cfg(feature = "heapless")]
matrix!(fixed_lifo_types:
    joinable_queue::heapless::LifoQueue<T, 4>,
    joinable_queue::storage::FixedLifo<T, 4>
);
#[cfg(feature = "heapless")]
matrix!(fixed_priority_types:
    joinable_queue::heapless::PriorityQueue<T, 4>,
    joinable_queue::storage::FixedPriority<T, 4>
);

// Errors are errors whatever the item is, and as sendable as it.
assert_impl_all!(PutError<Opaque>: Error, Send, Sync);
assert_impl_all!(TryPutError<Opaque>: Error, Send, Sync);
assert_impl_all!(PutAllError<Opaque>: Error, Send, Sync);
assert_impl_all!(TryPutAllError<Opaque>: Error, Send, Sync);
assert_impl_all!(PutTimeoutError<Opaque>: Error, Send, Sync);
assert_impl_all!(RequeueError<Opaque>: Error, Send, Sync);
assert_not_impl_any!(TryPutError<Local>: Send, Sync);
assert_impl_all!(GetError: Error, Copy, Eq, Send, Sync);
assert_impl_all!(TryGetError: Error, Copy, Eq, Send, Sync);
assert_impl_all!(GetTimeoutError: Error, Copy, Eq, Send, Sync);
assert_impl_all!(JoinTimeoutError: Error, Copy, Eq, Send, Sync);
assert_impl_all!(TaskDoneError: Error, Copy, Eq, Send, Sync);
assert_impl_all!(Stats: Copy, Eq, std::hash::Hash, std::fmt::Debug, Send, Sync);
// Ordered by the priority, whatever the item is.
assert_impl_all!(Prioritized<u8, Opaque>: Ord, Send, Sync);
assert_not_impl_any!(Prioritized<u8, Local>: Send, Sync);

/// Futures of a generic queue can be sent as soon as its items can: no other bound is needed.
fn generic_code_may_send_queues_and_futures<F: Flavour>() {
    fn sends<T: Send>(thing: T) -> T {
        thing
    }

    fn generic<S: joinable_queue::storage::Storage<Item: Send>>(
        queue: &joinable_queue::JoinableQueue<S>,
        item: S::Item,
    ) {
        let queue = sends(queue);
        let put = sends(async { queue.put(item).await.is_ok() });
        assert!(ready(std::pin::pin!(put)));
        let task = sends(queue.try_get()).unwrap();
        drop(sends(task.into_parts()));
        drop(sends(queue.get()));
        drop(sends(queue.join()));
        drop(queue.shutdown_now());
    }

    let queue = F::bounded::<u32, 2>();
    generic(&queue, 1);
    assert_eq!(assert_settled(&queue, 0, 0).abandoned, 1);
}

fn a_queue_is_unwind_safe_and_usable_after_a_panic<F: Flavour>() {
    let queue = F::bounded::<u32, 2>();
    // No `AssertUnwindSafe`.
    let caught = std::panic::catch_unwind(|| {
        queue.try_put(1).unwrap();
        let _task = queue.try_get().unwrap();
        std::panic::resume_unwind(Box::new(()));
    });
    assert!(caught.is_err());
    assert_eq!(assert_settled(&queue, 0, 0).abandoned, 1);
    queue.try_put(2).unwrap();
    assert_eq!(drain(&queue), [2]);
}

for_every_flavour!(
    generic_code_may_send_queues_and_futures,
    a_queue_is_unwind_safe_and_usable_after_a_panic,
);

/// A static of each kind that a constant can make.
macro_rules! statics {
    ($($test:ident: $queue:ty = $new:expr, $capacity:expr;)+) => {
        $(#[test] fn $test() {
            static QUEUE: $queue = $new;

            assert_eq!(QUEUE.capacity(), $capacity);
            std::thread::scope(|scope| {
                scope.spawn(|| QUEUE.try_put(2).unwrap());
            });
            let probe = Probe::new();
            let mut join = Box::pin(QUEUE.join());
            pending(join.as_mut(), &probe.waker());
            std::thread::spawn(|| assert_eq!(QUEUE.try_get().unwrap().done(), 2))
                .join()
                .unwrap();
            assert_eq!(probe.wakes(), 1);
            assert_eq!(ready(join.as_mut()).done, 1);
            assert_settled(&QUEUE, 0, 0);
        })+
    };
}

#[cfg(feature = "alloc")]
mod growable_statics {
    use super::*;
    use joinable_queue::{LifoQueue, PriorityQueue, Queue};

    statics! {
        an_unbounded_queue_can_be_static: Queue<u32> = Queue::unbounded(), None;
        an_unbounded_lifo_queue_can_be_static: LifoQueue<u32> = LifoQueue::unbounded(), None;
        an_unbounded_priority_queue_can_be_static:
            PriorityQueue<u32> = PriorityQueue::unbounded(), None;
    }
}

#[cfg(feature = "heapless")]
mod fixed_statics {
    use super::*;
    use joinable_queue::heapless::{LifoQueue, PriorityQueue, Queue};

    statics! {
        a_queue_can_be_static: Queue<u32, 3> = Queue::new(), Some(3);
        a_lifo_queue_can_be_static: LifoQueue<u32, 3> = LifoQueue::new(), Some(3);
        a_priority_queue_can_be_static: PriorityQueue<u32, 3> = PriorityQueue::new(), Some(3);
    }
}
