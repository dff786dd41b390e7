//! Parts by themselves.

use std::sync::Arc;

use loom::thread;
use loom_tests::explore;
use loom_tests::parts::{Counters, Pair};

/// An observer that keeps requeues away, beside some of them, sees none half done.
fn hold_vs_requeue(name: &str, bound: Option<usize>, requeues: u32) {
    explore(name, 2, bound, move || {
        let counters = Arc::new(Counters::new());
        let there = Arc::clone(&counters);
        let other = thread::spawn(move || (0..requeues).for_each(|_| there.requeue()));
        assert!(counters.hold() <= requeues);
        other.join().unwrap();
        assert_eq!(counters.hold(), requeues);
    });
}

mod hold_vs_requeue {
    #[test]
    fn fifo() {
        super::hold_vs_requeue("hold_vs_requeue::fifo", None, 1);
    }
}

mod hold_vs_two_requeues {
    #[test]
    fn fifo() {
        super::hold_vs_requeue("hold_vs_two_requeues::fifo", Some(3), 2);
    }
}

/// Of two that claim, and look where the other claims, one at least sees the other.
fn in_one_order(name: &str, make: fn() -> Pair, claims_and_misses: fn(&Pair, usize) -> bool) {
    explore(name, 2, Some(3), move || {
        let pair = Arc::new(make());
        let there = Arc::clone(&pair);
        let other = thread::spawn(move || claims_and_misses(&there, 1));
        let here = claims_and_misses(&pair, 0);
        assert!(!(other.join().unwrap() && here));
    });
}

mod empty_in_one_order {
    use super::*;

    #[test]
    fn fifo() {
        let name = "empty_in_one_order::fifo";
        in_one_order(name, Pair::bounded, Pair::puts_and_finds_empty);
    }

    #[test]
    fn unbounded_fifo() {
        let name = "empty_in_one_order::unbounded_fifo";
        in_one_order(name, Pair::unbounded, Pair::puts_and_finds_empty);
    }
}

mod full_in_one_order {
    use super::*;

    #[test]
    fn fifo() {
        let name = "full_in_one_order::fifo";
        let full = || Pair::bounded().filled();
        in_one_order(name, full, Pair::gets_and_finds_full);
    }
}

mod puts_in_one_order {
    use super::*;

    #[test]
    fn fifo() {
        let name = "puts_in_one_order::fifo";
        in_one_order(name, Pair::bounded, Pair::puts_and_counts_none);
    }

    #[test]
    fn unbounded_fifo() {
        let name = "puts_in_one_order::unbounded_fifo";
        in_one_order(name, Pair::unbounded, Pair::puts_and_counts_none);
    }
}

mod gets_in_one_order {
    use super::*;

    #[test]
    fn fifo() {
        let name = "gets_in_one_order::fifo";
        let full = || Pair::bounded().filled();
        in_one_order(name, full, Pair::gets_and_counts_none);
    }
}

mod closed_in_one_order {
    use super::*;

    #[test]
    fn fifo() {
        let name = "closed_in_one_order::fifo";
        in_one_order(name, Pair::bounded, Pair::closes_and_finds_open);
    }
}
