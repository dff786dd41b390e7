//! The types through which the source reaches loom, alone: an ordering that is missing must show, and a
//! fresh object must raise no alarm, although it is made late.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;
use std::sync::Arc;

use loom::thread;

use modelled::atomic::{AtomicBool, AtomicPtr, AtomicUsize, Ordering, fence};
use modelled::{Lock, Slot, parking};

#[allow(unused_imports, unused_macros, reason = "a part of it is enough here")]
#[path = "../../../src/sync/modelled/mod.rs"]
mod modelled;

struct Shared {
    stamp: AtomicUsize,
    other: AtomicUsize,
    flag: AtomicBool,
    slot: Slot<u32>,
}

// SAFETY: loom runs all threads on one, and checks the slot.
unsafe impl Send for Shared {}
// SAFETY: as above.
unsafe impl Sync for Shared {}

/// Runs `ours` and `theirs` on a thread each, in every interleaving, and then `after` on what both
/// returned. Whether that went well.
fn holds<R: Copy + Send + 'static>(
    touch: bool,
    ours: fn(&Shared) -> R,
    theirs: fn(&Shared) -> R,
    after: fn(&Shared, R, R),
) -> bool {
    let run = || {
        loom::model(move || {
            if touch {
                AtomicUsize::new(0).load(Ordering::Relaxed);
            }
            let shared = Arc::new(Shared {
                stamp: AtomicUsize::new(7),
                other: AtomicUsize::new(1),
                flag: AtomicBool::new(true),
                slot: Slot::new(3),
            });
            let there = Arc::clone(&shared);
            let thread = thread::spawn(move || theirs(&there));
            let here = ours(&shared);
            let there = thread.join().unwrap();
            after(&shared, here, there);
        });
    };
    catch_unwind(AssertUnwindSafe(run)).is_ok()
}

/// In both, nothing else has used an object before the threads start, or something has.
const TOUCH: [bool; 2] = [false, true];

#[test]
fn fresh_objects_are_used_by_both_at_once() {
    for touch in TOUCH {
        let count = |shared: &Shared| {
            shared.stamp.fetch_add(1, Ordering::Relaxed);
            shared.flag.swap(false, Ordering::Relaxed)
        };
        assert!(holds(touch, count, count, |shared, here, there| {
            assert_eq!(shared.stamp.load(Ordering::Relaxed), 9);
            assert!(here ^ there);
        }));
    }
}

#[test]
fn a_release_publishes_and_a_relaxed_store_does_not() {
    let read = |shared: &Shared| match shared.stamp.load(Ordering::Acquire) {
        // SAFETY: loom checks that nobody writes.
        8 => shared.slot.with(|value| unsafe { *value }),
        _ => 0,
    };
    fn write(shared: &Shared, order: Ordering) -> u32 {
        // SAFETY: loom checks that nobody reads.
        shared.slot.with_mut(|value| unsafe { *value = 5 });
        shared.stamp.store(8, order);
        0
    }
    for touch in TOUCH {
        let released = |shared: &Shared| write(shared, Ordering::Release);
        let relaxed = |shared: &Shared| write(shared, Ordering::Relaxed);
        assert!(holds(touch, read, released, |_, here, _| assert!(
            [0, 5].contains(&here)
        )));
        assert!(!holds(touch, read, relaxed, |_, _, _| ()));
    }
}

#[test]
fn two_stores_and_two_loads_need_fences() {
    fn one(shared: &Shared, fenced: bool) -> bool {
        shared.stamp.store(8, Ordering::Relaxed);
        if fenced {
            fence(Ordering::SeqCst);
        }
        shared.other.load(Ordering::Relaxed) == 0
    }
    fn two(shared: &Shared, fenced: bool) -> bool {
        shared.other.store(0, Ordering::Relaxed);
        if fenced {
            fence(Ordering::SeqCst);
        }
        shared.stamp.load(Ordering::Relaxed) == 8
    }
    for touch in TOUCH {
        let one_sees_the_other = |_: &Shared, here: bool, there: bool| assert!(here || there);
        assert!(holds(
            touch,
            |shared| one(shared, true),
            |shared| two(shared, true),
            one_sees_the_other
        ));
        assert!(!holds(
            touch,
            |shared| one(shared, false),
            |shared| two(shared, true),
            one_sees_the_other
        ));
        assert!(!holds(
            touch,
            |shared| one(shared, true),
            |shared| two(shared, false),
            one_sees_the_other
        ));
    }
}

/// Whatever the initial value, operations do what `core`'s do; and exclusive access sees and sets the value.
#[test]
fn values_are_those_of_core() {
    loom::model(|| {
        for initial in [0, 6, usize::MAX] {
            let mut ours = AtomicUsize::new(initial);
            let mut theirs = core::sync::atomic::AtomicUsize::new(initial);
            macro_rules! same {
                ($($method:ident($($value:expr),*);)*) => {$(
                    assert_eq!(ours.$method($($value),*), theirs.$method($($value),*));
                )*};
            }
            let order = Ordering::AcqRel;
            for _ in 0..2 {
                same! {
                    load(Ordering::Acquire);
                    fetch_add(3, order);
                    fetch_sub(5, order);
                    fetch_or(0b1001, order);
                    fetch_and(0b1100, order);
                    fetch_xor(0b0110, order);
                    compare_exchange(77, 78, order, Ordering::Acquire);
                    swap(77, order);
                    compare_exchange(77, 78, order, Ordering::Acquire);
                    store(initial, Ordering::Release);
                    load(Ordering::Acquire);
                    get_mut();
                }
                *ours.get_mut() = 12;
                *theirs.get_mut() = 12;
            }
            same! { load(Ordering::Relaxed); }
            assert_eq!(ours.into_inner(), 12);
        }
        for initial in [false, true] {
            let ours = AtomicBool::new(initial);
            let theirs = core::sync::atomic::AtomicBool::new(initial);
            for value in [true, false, false, true, true] {
                let order = Ordering::AcqRel;
                assert_eq!(ours.fetch_or(value, order), theirs.fetch_or(value, order));
                assert_eq!(ours.fetch_and(value, order), theirs.fetch_and(value, order));
                assert_eq!(ours.swap(value, order), theirs.swap(value, order));
            }
            assert!(ours.into_inner());
        }
        let (mut a, mut b) = (1, 2);
        for initial in [ptr::null_mut(), &raw mut a] {
            let mut ours = AtomicPtr::new(initial);
            let order = Ordering::AcqRel;
            for value in [&raw mut b, ptr::null_mut(), &raw mut a, initial] {
                let old = ours.load(Ordering::Acquire);
                assert_eq!(ours.swap(value, order), old);
                assert_eq!(*ours.get_mut(), value);
                let exchanged = ours.compare_exchange(value, old, order, Ordering::Acquire);
                assert_eq!(exchanged, Ok(value));
                assert_eq!(ours.load(Ordering::Acquire), old);
                ours.store(value, Ordering::Release);
            }
            assert_eq!(ours.into_inner(), initial);
        }
        let mut slot = Slot::new(1);
        // SAFETY: there is no other thread.
        slot.with_mut(|value| unsafe { *value += 1 });
        *slot.get_mut() += 1;
        // SAFETY: as above.
        assert_eq!(slot.with(|value| unsafe { *value }), 3);
        assert_eq!(slot.into_inner(), 3);
    });
}

#[test]
fn a_lock_survives_a_panic_inside() {
    loom::model(|| {
        let lock = Arc::new(Lock::<u32, ()>::new(1));
        let there = Arc::clone(&lock);
        let thread = thread::spawn(move || {
            let inside = || there.with(|_| std::panic::resume_unwind(Box::new("inside")));
            let result: Result<(), _> = catch_unwind(AssertUnwindSafe(inside));
            assert!(result.is_err());
        });
        lock.with(|value| *value += 1);
        thread.join().unwrap();
        assert_eq!(lock.try_with(|value| *value), Some(2));
    });
}

/// It is kept for the next sleep, and does not disturb what the thread waits for meanwhile.
#[test]
fn an_unpark_may_come_late() {
    loom::model(|| {
        let here = parking::current();
        let thread = thread::spawn(move || here.unpark());
        thread.join().unwrap();
        assert!(parking::park_until(None));
    });
}
