//! What runs inside a critical section, and what does not: nobody's code but the crate's; and a section of the
//! caller's stays one.

#[macro_use]
#[allow(
    dead_code,
    unused_imports,
    unused_macros,
    reason = "the tests use more of it"
)]
#[path = "../../it/kit/mod.rs"]
mod kit;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use joinable_queue_interrupts::is_masked;

use kit::*;

/// Takes the tour of all that wakers and items go through, and looks in each of them whether `holds`.
fn tour_on_which<F: Flavour>(holds: fn() -> bool, queue: &QueueOf<F, Item, 2>, end: End) {
    let ledger = Ledger::new();
    let looks = Arc::<[AtomicUsize; 2]>::default();
    let look = {
        let looks = Arc::clone(&looks);
        move || _ = looks[usize::from(holds())].fetch_add(1, Ordering::Relaxed)
    };
    let probes = [Probe::new(), Probe::new()];
    for probe in &probes {
        let look = look.clone();
        probe.on_event(move |_| look());
    }
    ledger.on_drop(move |_| look());
    tour(
        queue,
        &ledger,
        probes.each_ref().map(Probe::waker).each_ref(),
        end,
    );
    drain(queue);
    assert_settled(queue, 0, 0);
    assert_eq!(ledger.alive(), 0);
    probes.iter().for_each(Probe::off);
    let [no, yes] = looks.each_ref().map(|looks| looks.load(Ordering::Relaxed));
    assert!(no == 0 && yes > 30, "{no} against {yes}");
}

const ENDS: [End; 3] = [End::Open, End::ShutDown, End::ShutDownNow];

fn wakers_and_drops_run_outside_of_sections<F: Flavour>() {
    for end in ENDS {
        let queue = F::bounded::<Item, 2>();
        tour_on_which::<F>(|| !is_masked(), &queue, end);
    }
}

/// It is used as anywhere else, and interrupts stay away until the caller lets them in again.
fn a_queue_may_be_used_inside_a_section_of_the_callers<F: Flavour>() {
    for end in ENDS {
        let queue = F::bounded::<Item, 2>();
        critical_section::with(|_| {
            tour_on_which::<F>(is_masked, &queue, end);
            assert!(is_masked());
        });
        assert!(!is_masked());
    }
}

for_every_flavour!(
    wakers_and_drops_run_outside_of_sections,
    a_queue_may_be_used_inside_a_section_of_the_callers,
);
