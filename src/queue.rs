//! The public type; its operations are in `operations.rs` and `blocking.rs`, its constructors with the
//! flavours.
#![forbid(unsafe_code)]

use core::fmt;
use core::panic::{RefUnwindSafe, UnwindSafe};

use crate::error::TryPutError;
use crate::storage::{Engine, EngineOf, Lane, Refusal, Shared, Storage};

/// A queue that can be joined, over a [`Storage`] that says in which order and where it keeps items.
///
/// You write one of the six names: `Queue`, `LifoQueue`, `PriorityQueue`, and their namesakes in
/// `heapless`. The constructors are there; the operations, which are the same for all, are here. Every
/// one takes `&self`: share a queue by reference, in an `Arc`, or as a `static`. It is `Send` and `Sync`
/// if the items are `Send`.
///
/// # Three counters
///
/// A queue counts what was ever [put](crate::Stats::put), [got](crate::Stats::got) and
/// [done](crate::Stats::done). `len` is put − got, and [`join`](Self::join) waits for put − done to be
/// zero.
///
/// # Waiting
///
/// Waiters are served first come, first served. A running task may be faster than one that was woken
/// but has not run yet; that one then goes back to the *front* of its line, and once it has
/// lost twice, new `get` (or `put`) futures queue behind it. The `try_` functions may always take what
/// is there. One event wakes at most one waiter of a line; a shutdown wakes all, and so does, for
/// joiners, the last completion. Registering, waking and cancelling a waiter takes constant time, however
/// many there are, and allocates nothing. (Going back into line takes constant time, too, if those who
/// were overtaken do so in the order in which they were woken; at worst a step for each of them.)
///
/// # Cost
///
/// `Queue` on 64-bit targets with `std` and without `critical-section` is *lock-free*: a put, a get and
/// a finish are one atomic read-modify-write each, as long as nobody waits. Everywhere else there is one lock
/// for all of a queue: a mutex, or a critical section with that feature.
///
/// | | locks | lock-free `Queue` |
/// |---|---|---|
/// | an operation that need not wait | 1 | none; 1 if it wakes somebody; unbounded, 1 every 31 items |
/// | a wait | 2 when it begins, 1 when it succeeds or is cancelled, 2 each time it was overtaken | the same |
/// | a batch | 1 for each item, and 1 to find that there are no more | as for single items |
/// | finishing | 1, and 1 more for each joiner that it wakes | none; with joiners in line 1, and 1 more for each that it wakes |
/// | `shutdown`, `shutdown_now` | a fixed number, and 1 more for each waiter; `shutdown_now` of fixed-capacity flavours 1 more for each item | up to 3 for each waiter |
/// | past the capacity: follow-ups, requeued tasks | 1 | 1, also for puts and gets while there are such |
///
/// Before a `get` or `put` future begins to wait there, it spins for as long as that was worthwhile lately:
/// up to 120 pauses of the processor; where it never is, 8 of them in one wait of 33. A thread that has to wait
/// without a deadline yields up to 60 times before it parks, unless a yield has taken more than 0.5 ms lately,
/// as it does where other threads keep all processors busy.
///
/// "Lock-free" is said of the way without waiting; the algorithm is not so in the strict sense. A thread that
/// is stopped in the few instructions between claiming a cell and handing it on holds up whoever needs that
/// very cell: a `try_` function spins for a moment and then yields the thread until it goes on, a future wakes
/// itself. So do not mix threads of different real-time priorities on one core on such a queue.
///
/// Inside a lock at most one item is moved; in a priority queue as many as the logarithm of the length, or,
/// in a put into one of fixed capacity, those that go before its item; and all of them when a queue on the
/// heap grows or gives memory back. No waker is called and no item dropped inside. What foreign code runs inside is `Ord::cmp` of the items of a priority queue,
/// and the global allocator where a queue on the heap grows or shrinks: neither may use the same queue.
///
/// # Panics in foreign code
///
/// A waker, a `Drop` or an `Ord` that panics leaves the queue usable and its numbers true, and loses no
/// stored item; the panic reaches the caller after everybody else who was due has been woken. A get that
/// panics drops the item that it was about to return, and counts it as an abandoned task. A put or a
/// finish whose waker panics has happened. When `Ord` panics nothing has happened, but a `try_put` drops
/// its item, and a `requeue` its task; a [`Put`](crate::future::Put) still holds its item. (If a second
/// waker or `Drop` panics while the first panic unwinds, the process aborts, as always in Rust.)
pub struct JoinableQueue<S: Storage> {
    engine: Shared<S>,
}

impl<S: Storage> JoinableQueue<S> {
    pub(crate) const fn from_engine(engine: EngineOf<S>) -> Self {
        Self {
            engine: Shared::new(engine),
        }
    }

    #[inline]
    pub(crate) fn engine(&self) -> &EngineOf<S> {
        &self.engine
    }

    #[inline]
    pub(crate) fn put_in(&self, item: S::Item, lane: Lane) -> Result<(), TryPutError<S::Item>> {
        match self.engine.try_put(item, lane) {
            Ok(wake) => {
                wake.run();
                Ok(())
            }
            Err((Refusal::Full, item)) => Err(TryPutError::Full(item)),
            Err((Refusal::ShutDown, item)) => Err(TryPutError::ShutDown(item)),
        }
    }
}

/// Shows the capacity, and every other number when it is not zero. Needs no `Debug` of the items and never
/// waits for anybody: it prints a placeholder instead where [`stats`](JoinableQueue::stats) would wait, or
/// finds no instant at which nothing changes.
impl<S: Storage> fmt::Debug for JoinableQueue<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("JoinableQueue");
        let Some(stats) = self.engine.try_stats() else {
            return out.field("state", &format_args!("<locked>")).finish();
        };
        out.field("capacity", &stats.capacity);
        for (name, number) in [
            ("len", stats.len),
            ("waiting_getters", stats.waiting_getters),
            ("waiting_putters", stats.waiting_putters),
            ("waiting_joiners", stats.waiting_joiners),
            ("unfinished", stats.unfinished),
        ] {
            if number != 0 {
                out.field(name, &number);
            }
        }
        if stats.is_shutdown {
            out.field("is_shutdown", &true);
        }
        out.finish_non_exhaustive()
    }
}

// A panic leaves nothing half done (see "Panics in foreign code" above).
impl<S: Storage> UnwindSafe for JoinableQueue<S> {}
impl<S: Storage> RefUnwindSafe for JoinableQueue<S> {}
