//! Operations of threads that race are linearizable: whatever three threads are told, a queue on which
//! everything happens one after another could have told them, in an order that agrees with the clock.
//!
//! Random scenarios: each of three threads does three operations, at once, on a queue that begins with
//! some items, and is stopped in the middle of them now and then. When nobody can go on, whoever still
//! waits must have to: a wake-up that was lost shows here. Then the tasks that are left are finished, the
//! queue is emptied, and all of it is judged by the checker, `kit::history`.
//!
//! What it takes to be one instant is what is documented as one: a batch is several operations, and
//! `shutdown_now` closes, gets what is left, and finishes that. That a future has to wait is no statement about
//! the queue (it may hold back for others), and neither is a cancelled one: they leave no trace.

mod actor;
mod checker;
mod item;
mod preempt;
mod run;
mod scenario;
mod stage;

use std::ops::Range;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use joinable_queue::JoinableQueue;
use joinable_queue::storage::Storage;
use rand::SeedableRng;
use rand::rngs::SmallRng;

use crate::kit::history::{Spec, is_linearizable, listing};
use crate::kit::*;
use item::{Item, priority};
use preempt::Preemption;
use run::Run;
use scenario::Scenario;
use stage::Alarm;

const THREADS: usize = 3;
const OPERATIONS: usize = 3;
/// Of each flavour.
const SCENARIOS: u64 = many(1020) as u64;
/// Of each scenario.
const RUNS: usize = 10;
/// What threads do before the race happens from 1 to 2.
const BEGIN: u64 = 3;
/// After whatever races.
const AFTER_RACE: u64 = 1000;

/// Three threads at a time, or they do not race: the tests take turns.
static TURN: Mutex<()> = Mutex::new(());

/// Runs the scenarios of these seeds, each several times, on queues that `make` makes.
fn check<F: Flavour, S: Storage<Item = Item>>(
    make: impl Fn() -> JoinableQueue<S>,
    seeds: Range<u64>,
) {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let capacity = make().capacity();
    let spec = Spec {
        order: F::ORDER,
        grows: F::GROWS,
        capacity,
        priority,
    };
    let is_over = Arc::new(AtomicBool::new(false));
    let scenarios = seeds.map(|seed| Scenario::random(seed, capacity.unwrap_or(2) as u32));
    let runs: Vec<_> = scenarios
        .flat_map(|scenario| std::iter::repeat_n(scenario, effort(RUNS)))
        .map(|scenario| (Run::new(make(), &scenario, F::GROWS, &is_over), scenario))
        .collect();
    let actors = thread::scope(|scope| {
        let threads = [0, 1, 2].map(|thread| {
            let runs = runs.iter();
            let alarm = Alarm(Arc::clone(&is_over));
            scope.spawn(move || {
                let _alarm = alarm;
                let preemption = Preemption::new();
                let mut random = SmallRng::seed_from_u64(thread as u64);
                let mut actors = Vec::new();
                for (run, scenario) in runs {
                    actors.push(run.act(scenario, thread, &preemption, &mut random));
                }
                actors.into_iter()
            })
        });
        threads.map(|thread| thread.join().unwrap())
    });
    let [mut first, mut second, mut third] = actors;
    for (run, scenario) in &runs {
        let mut next = || Some([first.next()?, second.next()?, third.next()?]);
        let threads = run.finish(next().unwrap());
        assert!(
            is_linearizable(&spec, &threads),
            "{spec:?}: no order explains\n{}{scenario:?}",
            listing(&threads)
        );
    }
}

/// How many scenarios may take a minute and no longer.
const PART: u64 = 100;

fn check_all<F: Flavour, S: Storage<Item = Item>>(
    make: impl Fn() -> JoinableQueue<S> + Copy + Send + 'static,
    seeds: Range<u64>,
) {
    let end = seeds.end;
    for begin in seeds.step_by(PART as usize) {
        within_limit(move || check::<F, S>(make, begin..end.min(begin + PART)));
    }
}

fn what_racing_threads_see_is_linearizable<F: Flavour>() {
    let third = SCENARIOS / 3;
    check_all::<F, _>(F::bounded::<Item, 1>, 0..third);
    check_all::<F, _>(F::bounded::<Item, 2>, third..2 * third);
    check_all::<F, _>(F::bounded::<Item, 3>, 2 * third..3 * third);
}

#[cfg(feature = "alloc")]
fn without_a_limit_it_is_linearizable_too<F: Unbounded>() {
    check_all::<F, _>(F::unbounded::<Item>, 0..SCENARIOS);
}

for_every_flavour!(what_racing_threads_see_is_linearizable);
for_every_unbounded_flavour!(without_a_limit_it_is_linearizable_too);
