//! One run of a scenario.

use std::hint;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use joinable_queue::JoinableQueue;
use joinable_queue::storage::Storage;
use rand::Rng;
use rand::rngs::SmallRng;

use super::actor::Actor;
use super::item::Item;
use super::preempt::Preemption;
use super::scenario::{Op, Scenario};
use super::stage::Stage;
use super::{AFTER_RACE, BEGIN, THREADS};
use crate::kit::assert_consistent;
use crate::kit::history::{Act, Event};

/// In how many nanoseconds most threads are through.
const LONGEST_RACE: u32 = 5000;

/// One run of a scenario.
pub(super) struct Run<S: Storage> {
    queue: JoinableQueue<S>,
    stage: Arc<Stage>,
    grows: bool,
    before: Vec<Event>,
}

impl<S: Storage<Item = Item>> Run<S> {
    pub(super) fn new(
        queue: JoinableQueue<S>,
        scenario: &Scenario,
        grows: bool,
        is_over: &Arc<AtomicBool>,
    ) -> Self {
        let mut before = Vec::new();
        for number in 0..scenario.items {
            assert!(queue.try_put(Item::new(number)).is_ok());
            before.push(Act::Put(number));
        }
        for _ in 0..scenario.detached.min(scenario.items) {
            let number = queue.try_get().unwrap().detach().number();
            before.extend([Act::Got(number), Act::Detach]);
        }
        let instant = |act| Event {
            act,
            start: 0,
            end: 0,
        };
        Self {
            queue,
            stage: Arc::new(Stage::new(is_over)),
            grows,
            before: before.into_iter().map(instant).collect(),
        }
    }

    /// The part of one thread.
    pub(super) fn act(
        &self,
        scenario: &Scenario,
        thread: usize,
        preemption: &Preemption,
        random: &mut SmallRng,
    ) -> Actor<'_, S> {
        let stage = &self.stage;
        let mut actor = Actor::new(&self.queue, stage, thread, scenario.dawdles, self.grows);
        for _ in 0..scenario.held {
            let act = actor.try_get();
            actor.record(BEGIN - 2, BEGIN - 1, [act]);
        }
        actor.stamped = scenario.stamped;
        stage.meet();
        if random.random() {
            preemption.arm(random.random_range(0..LONGEST_RACE));
        }
        for op in &scenario.threads[thread] {
            let turns = [0, 0, 10, 50][random.random_range(0..4)];
            (0..turns).for_each(|_| hint::spin_loop());
            actor.run(*op);
            if actor.pending.is_some() {
                return actor;
            }
        }
        stage.rest();
        actor
    }

    /// When all threads are through: everything that is left is finished and taken out, in the name of
    /// the first of them. Returns the history.
    pub(super) fn finish(&self, mut actors: [Actor<'_, S>; THREADS]) -> [Vec<Event>; THREADS] {
        let waits = actors.iter().map(|actor| actor.pending);
        let waits = waits.enumerate().filter_map(|(i, wait)| Some((i, wait?)));
        let waits = waits.collect();
        let [first, others @ ..] = &mut actors;
        self.stage.clock.fetch_max(AFTER_RACE, Ordering::AcqRel);
        first.stamped = true;
        first.instant(|_| [Act::Quiet(waits)]);
        for other in others {
            first.tasks.append(&mut other.tasks);
        }
        while !first.tasks.is_empty() {
            first.run(Op::Done);
        }
        loop {
            first.run(Op::TryGet);
            if first.tasks.is_empty() {
                break;
            }
            first.run(Op::Done);
        }
        first.run(Op::Unfinished);
        while self.queue.unfinished() > 0 {
            first.run(Op::TaskDone);
        }
        first.run(Op::TaskDone);
        let stats = self.queue.stats();
        let waiting = stats.waiting_getters + stats.waiting_putters + stats.waiting_joiners;
        assert_eq!((waiting, stats.in_flight), (0, 0), "{stats:?}");
        assert_consistent(&stats);
        first.events.splice(0..0, self.before.iter().cloned());
        actors.map(|actor| actor.events)
    }
}
