//! loom's objects, in stock.
//!
//! Our constructors are `const`, and loom's are not: what they make belongs to one execution of a
//! model. So each of our types holds its initial value, and gets the object at its first use. If it
//! made one then, loom would take that for an access, which all others have to happen after, and would
//! complain about two threads that use a fresh atomic at once. Nor may the making be ordered before those
//! others: that would hide orderings that are missing. So objects are made in advance, all of them
//! when the first is needed, and that alone is ordered before every use. It should happen before the
//! model starts its threads, where it hides nothing: any call of any queue will do. The objects hold
//! zero, null or nothing; our types say what that stands for.

extern crate alloc;

use core::array;
use core::cell::{Cell, OnceCell};
use core::marker::PhantomData;

use loom::cell::UnsafeCell;
use loom::sync::Mutex;
use loom::sync::atomic::{AtomicPtr, AtomicUsize, Ordering};

use self::alloc::rc::Rc;

/// How many objects of a kind an execution has. Those of a dropped queue are not used again.
const STOCK: usize = 80;

struct Pool {
    words: Stock<AtomicUsize>,
    pointers: Stock<AtomicPtr<()>>,
    cells: Stock<UnsafeCell<()>>,
    locks: Stock<Mutex<()>>,
    fences: AtomicUsize,
}

pub(super) struct Stock<K> {
    objects: [K; STOCK],
    used: Cell<usize>,
}

impl<K> Stock<K> {
    fn new(object: impl Fn() -> K) -> Self {
        Self {
            objects: array::from_fn(|_| object()),
            used: Cell::new(0),
        }
    }

    fn take(&self) -> usize {
        let at = self.used.get();
        assert!(
            at < STOCK,
            "this model uses more than {STOCK} atomics, cells or locks of joinable-queue"
        );
        self.used.set(at + 1);
        at
    }
}

impl Pool {
    fn new() -> Rc<Self> {
        Rc::new(Self {
            words: Stock::new(|| AtomicUsize::new(0)),
            pointers: Stock::new(AtomicPtr::default),
            cells: Stock::new(|| UnsafeCell::new(())),
            locks: Stock::new(Mutex::default),
            fences: AtomicUsize::new(0),
        })
    }
}

loom::lazy_static! {
    /// Of the execution that is running. loom orders its making before what comes after each look at it.
    static ref POOL: Rc<Pool> = Pool::new();
}

/// To be called before a fence. loom does not take two fences for dependent on each other, and so would not try
/// another order of them, nor let anybody in between a fence and the access before it. See `turns`.
pub(super) fn take_turn_at_fences() {
    POOL.fences.store(0, Ordering::Relaxed);
}

/// A kind of object.
pub(super) trait Kind: Sized {
    #[allow(private_interfaces, reason = "it is for the functions below")]
    fn stock(pool: &Pool) -> &Stock<Self>;
}

macro_rules! kinds {
    ($($kind:ty: $field:ident,)*) => {$(
        impl Kind for $kind {
            #[allow(private_interfaces, reason = "as in the trait")]
            fn stock(pool: &Pool) -> &Stock<Self> {
                &pool.$field
            }
        }
    )*};
}

kinds! {
    AtomicUsize: words,
    AtomicPtr<()>: pointers,
    UnsafeCell<()>: cells,
    Mutex<()>: locks,
}

/// An object of kind `K`, once it is needed.
pub(super) struct Object<K> {
    claim: OnceCell<(Rc<Pool>, usize)>,
    kind: PhantomData<K>,
}

// SAFETY: loom runs all threads of an execution on one thread of the system, and lets another
// go on only within a call of its own, none of which happens while the cells here are borrowed.
unsafe impl<K> Send for Object<K> {}
// SAFETY: as above.
unsafe impl<K> Sync for Object<K> {}

impl<K: Kind> Object<K> {
    pub(super) const fn new() -> Self {
        Self {
            claim: OnceCell::new(),
            kind: PhantomData,
        }
    }

    pub(super) fn get(&self) -> &K {
        let now: &Rc<Pool> = &POOL;
        let (pool, at) = self
            .claim
            .get_or_init(|| (Rc::clone(now), K::stock(now).take()));
        assert!(
            Rc::ptr_eq(pool, now),
            "a queue outlived its loom model: make statics by `loom::lazy_static!`"
        );
        &K::stock(pool).objects[*at]
    }

    /// Lets `f` use the object for the last time, if it was ever needed: the next use is that of a new
    /// one.
    pub(super) fn retire<R>(&mut self, f: impl FnOnce(&K) -> R) -> Option<R> {
        self.claim.get()?;
        let result = f(self.get());
        self.claim.take();
        Some(result)
    }
}
