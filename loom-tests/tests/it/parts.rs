//! Parts by themselves.

use std::sync::Arc;

use loom::thread;
use loom_tests::explore;
use loom_tests::parts::Counters;

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
