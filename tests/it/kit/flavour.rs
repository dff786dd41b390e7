//! The six flavours, as a parameter of test bodies.

use joinable_queue::JoinableQueue;
use joinable_queue::storage::Storage;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    Fifo,
    Lifo,
    Priority,
}

impl Order {
    /// The order in which what was put as `items` comes out, all at once.
    pub(crate) fn of<T: Ord>(self, mut items: Vec<T>) -> Vec<T> {
        match self {
            Self::Fifo => {}
            Self::Lifo => items.reverse(),
            Self::Priority => items.sort(),
        }
        items
    }
}

pub(crate) trait Flavour: 'static {
    const ORDER: Order;
    /// Whether follow-ups may exceed the capacity.
    const GROWS: bool;

    type Storage<T: Ord + 'static, const N: usize>: Storage<Item = T> + 'static;

    /// A queue with room for `N`.
    fn bounded<T: Ord + 'static, const N: usize>() -> QueueOf<Self, T, N>;
}

/// The queue of flavour `F` with room for `N` items of type `T`.
pub(crate) type QueueOf<F, T, const N: usize> = JoinableQueue<<F as Flavour>::Storage<T, N>>;

/// Those flavours that have a form without a limit.
pub(crate) trait Unbounded: Flavour {
    fn unbounded<T: Ord + 'static>() -> QueueOf<Self, T, 0>;
}

macro_rules! growable {
    ($name:ident, $queue:ident, $storage:ident) => {
        #[cfg(feature = "alloc")]
        pub(crate) struct $name;

        #[cfg(feature = "alloc")]
        impl Flavour for $name {
            const ORDER: Order = Order::$storage;
            const GROWS: bool = true;
            type Storage<T: Ord + 'static, const N: usize> = joinable_queue::storage::$storage<T>;

            fn bounded<T: Ord + 'static, const N: usize>() -> QueueOf<Self, T, N> {
                joinable_queue::$queue::bounded(N)
            }
        }

        #[cfg(feature = "alloc")]
        impl Unbounded for $name {
            fn unbounded<T: Ord + 'static>() -> QueueOf<Self, T, 0> {
                joinable_queue::$queue::unbounded()
            }
        }
    };
}

growable!(Fifo, Queue, Fifo);
growable!(Lifo, LifoQueue, Lifo);
growable!(Priority, PriorityQueue, Priority);

macro_rules! fixed {
    ($name:ident, $queue:ident, $order:ident) => {
        #[cfg(feature = "heapless")]
        pub(crate) struct $name;

        #[cfg(feature = "heapless")]
        impl Flavour for $name {
            const ORDER: Order = Order::$order;
            const GROWS: bool = false;
            type Storage<T: Ord + 'static, const N: usize> = joinable_queue::storage::$name<T, N>;

            fn bounded<T: Ord + 'static, const N: usize>() -> QueueOf<Self, T, N> {
                joinable_queue::heapless::$queue::new()
            }
        }
    };
}

fixed!(FixedFifo, Queue, Fifo);
fixed!(FixedLifo, LifoQueue, Lifo);
fixed!(FixedPriority, PriorityQueue, Priority);

/// Makes each of the named functions, generic over a [`Flavour`], a test for every one of the six.
macro_rules! for_every_flavour {
    ($($test:ident),+ $(,)?) => {
        #[cfg(feature = "alloc")]
        mod fifo { $(#[test] fn $test() { super::$test::<crate::kit::Fifo>(); })+ }
        #[cfg(feature = "alloc")]
        mod lifo { $(#[test] fn $test() { super::$test::<crate::kit::Lifo>(); })+ }
        #[cfg(feature = "alloc")]
        mod priority { $(#[test] fn $test() { super::$test::<crate::kit::Priority>(); })+ }
        #[cfg(feature = "heapless")]
        mod fixed_fifo { $(#[test] fn $test() { super::$test::<crate::kit::FixedFifo>(); })+ }
        #[cfg(feature = "heapless")]
        mod fixed_lifo { $(#[test] fn $test() { super::$test::<crate::kit::FixedLifo>(); })+ }
        #[cfg(feature = "heapless")]
        mod fixed_priority { $(#[test] fn $test() { super::$test::<crate::kit::FixedPriority>(); })+ }
    };
}

/// The same for functions generic over an [`Unbounded`] flavour.
macro_rules! for_every_unbounded_flavour {
    ($($test:ident),+ $(,)?) => {
        #[cfg(feature = "alloc")]
        mod unbounded_fifo { $(#[test] fn $test() { super::$test::<crate::kit::Fifo>(); })+ }
        #[cfg(feature = "alloc")]
        mod unbounded_lifo { $(#[test] fn $test() { super::$test::<crate::kit::Lifo>(); })+ }
        #[cfg(feature = "alloc")]
        mod unbounded_priority { $(#[test] fn $test() { super::$test::<crate::kit::Priority>(); })+ }
    };
}

/// The same for functions that are of interest only where items are compared.
macro_rules! for_every_priority_flavour {
    ($($test:ident),+ $(,)?) => {
        #[cfg(feature = "alloc")]
        mod heap { $(#[test] fn $test() { super::$test::<crate::kit::Priority>(); })+ }
        #[cfg(feature = "heapless")]
        mod fixed_heap { $(#[test] fn $test() { super::$test::<crate::kit::FixedPriority>(); })+ }
    };
}
