//! Two threads, two operations each, drawn at random: whatever they are told can be explained by a queue on which one
//! thing happens after another. The checker is the one of the tests with real threads.
//!
//! `SCENARIOS=1000` draws so many (with `LEDGER=off`). What looks at the numbers of a queue while they change is
//! left out: how often it looks before it is content with less is cut down to once in a model.

use std::ops::Range;
use std::sync::Arc;

use joinable_queue::{RequeueError, Task, TryGetError, TryPutError};
use loom::sync::atomic::{AtomicUsize, Ordering};
use loom_tests::{Flavour, Job, Queue, World, explore_each, in_a_world};

#[allow(dead_code, reason = "a part of it is enough here")]
#[path = "../../../tests/it/kit/history.rs"]
mod history;

use history::{Act, Event, Spec, is_linearizable, listing};

#[derive(Clone, Copy, Debug)]
enum Order {
    Fifo,
    Lifo,
    Priority,
}

/// Of every queue here.
const ROOM: usize = 2;
const OPERATIONS: usize = 2;

#[derive(Clone, Copy, Debug)]
enum Op {
    TryPut,
    TryGet,
    Done,
    Detach,
    TaskDone,
    Requeue,
    FollowUp,
    ShutDown,
    ShutDownNow,
    IsShutDown,
}

use Op::*;

/// Puts and gets most often.
const OPS: [Op; 16] = [
    TryPut,
    TryPut,
    TryPut,
    TryPut,
    TryGet,
    TryGet,
    TryGet,
    TryGet,
    Done,
    Detach,
    TaskDone,
    Requeue,
    FollowUp,
    ShutDown,
    ShutDownNow,
    IsShutDown,
];

#[derive(Clone, Copy, Debug)]
struct Scenario {
    /// So many items are put first.
    items: u32,
    /// Whether each of the threads has taken one of them.
    holds: [bool; 2],
    threads: [[Op; OPERATIONS]; 2],
}

impl Scenario {
    /// Any numbers will do, and the same ones in each run: G. Marsaglia, "Xorshift RNGs", 2003.
    fn all() -> impl Iterator<Item = Self> {
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        let mut below = move |limit: usize| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 16) as usize % limit
        };
        std::iter::repeat_with(move || {
            let held = below(4);
            Self {
                items: below(4) as u32,
                holds: [held & 1 != 0, held & 2 != 0],
                threads: [(); 2].map(|()| [(); OPERATIONS].map(|()| OPS[below(OPS.len())])),
            }
        })
    }
}

/// One thread of a scenario, and what it was told.
struct Actor<F: Flavour<ROOM>> {
    queue: &'static Queue<F, ROOM>,
    clock: Arc<AtomicUsize>,
    grows: bool,
    jobs: Vec<Job>,
    tasks: Vec<Task<&'static Queue<F, ROOM>>>,
    events: Vec<Event>,
}

impl<F: Flavour<ROOM>> Actor<F> {
    fn new(w: &World<F, ROOM>, clock: &Arc<AtomicUsize>, grows: bool, ids: Range<u32>) -> Self {
        Self {
            queue: w.queue,
            clock: Arc::clone(clock),
            grows,
            jobs: ids.rev().map(|id| w.job(id)).collect(),
            tasks: Vec::new(),
            events: Vec::new(),
        }
    }

    /// What one operation has ended with is seen by those that begin later; that is what it means to be later.
    fn now(&self) -> u64 {
        self.clock.fetch_add(1, Ordering::AcqRel) as u64
    }

    fn record(&mut self, f: impl FnOnce(&mut Self) -> Vec<Act>) {
        let start = self.now();
        let acts = f(self);
        let end = self.now();
        let events = acts.into_iter().map(|act| Event { act, start, end });
        self.events.extend(events);
    }

    fn take(&mut self) -> Act {
        match self.queue.try_get() {
            Ok(task) => {
                let act = Act::Got(task.id());
                self.tasks.push(task);
                act
            }
            Err(TryGetError::Empty) => Act::Empty,
            Err(TryGetError::ShutDown) => Act::GetRefused,
        }
    }

    fn run(&mut self, op: Op) {
        // Whoever has no task to finish does nothing.
        if matches!(op, Done | Detach | Requeue | FollowUp) && self.tasks.is_empty() {
            return;
        }
        self.record(|this| match op {
            TryPut => {
                let job = this.jobs.pop().unwrap();
                let id = job.id();
                vec![match this.queue.try_put(job) {
                    Ok(()) => Act::Put(id),
                    Err(TryPutError::Full(_)) => Act::Full,
                    Err(TryPutError::ShutDown(_)) => Act::PutRefused,
                }]
            }
            TryGet => vec![this.take()],
            Done => {
                this.tasks.remove(0).done();
                vec![Act::Finish]
            }
            Detach => {
                this.tasks.remove(0).detach();
                vec![Act::Detach]
            }
            TaskDone => vec![Act::TaskDone(this.queue.task_done().is_ok())],
            Requeue => {
                let task = this.tasks.remove(0);
                let id = task.id();
                vec![match task.requeue() {
                    Ok(()) => Act::Requeue(id),
                    Err(RequeueError::Full(task)) => {
                        this.tasks.push(task);
                        Act::FollowUpFull
                    }
                    Err(RequeueError::ShutDown(task)) => {
                        this.tasks.push(task);
                        Act::PutRefused
                    }
                }]
            }
            FollowUp => {
                let job = this.jobs.pop().unwrap();
                let id = job.id();
                vec![match this.tasks[0].put_follow_up(job) {
                    Ok(()) => Act::FollowUp(id),
                    Err(TryPutError::Full(_)) => Act::FollowUpFull,
                    Err(TryPutError::ShutDown(_)) => Act::PutRefused,
                }]
            }
            ShutDown => {
                this.queue.shutdown();
                vec![Act::Close]
            }
            ShutDownNow => {
                let rest: Vec<_> = this.queue.shutdown_now().map(|job| job.id()).collect();
                let got = rest.into_iter().map(Act::Got);
                let mut acts = vec![Act::Close];
                if this.grows {
                    let finished = vec![Act::Finish; got.len()];
                    acts.extend(got);
                    acts.push(Act::NothingLeft);
                    acts.extend(finished);
                } else {
                    // Each is taken out and finished in a step.
                    acts.extend(got.flat_map(|got| [got, Act::Finish]));
                    acts.push(Act::NothingLeft);
                }
                acts
            }
            IsShutDown => vec![Act::IsShutDown(this.queue.is_shutdown())],
        });
    }
}

fn play<F: Flavour<ROOM>>(w: &World<F, ROOM>, spec: &Spec, scenario: Scenario) {
    let clock = Arc::new(AtomicUsize::new(0));
    let mut main = Actor::<F>::new(w, &clock, spec.grows, 1..scenario.items + 1);
    (0..scenario.items).for_each(|_| main.run(TryPut));
    let [mut here, mut there] =
        [10..12, 20..22].map(|ids| Actor::<F>::new(w, &clock, spec.grows, ids));
    for (actor, holds) in [&mut here, &mut there].into_iter().zip(scenario.holds) {
        if holds {
            actor.run(TryGet);
        }
    }
    let [ours, theirs] = scenario.threads;
    let other = w.spawn(move || {
        theirs.into_iter().for_each(|op| there.run(op));
        there
    });
    ours.into_iter().for_each(|op| here.run(op));
    let there = other.join().unwrap();
    main.record(|main| {
        let (len, unfinished) = (main.queue.len(), main.queue.unfinished());
        vec![Act::Len(len), Act::Unfinished(unfinished)]
    });
    while !main.queue.is_empty() {
        main.run(TryGet);
    }
    main.run(TryGet);
    let history = [here.events, there.events, main.events];
    assert!(
        is_linearizable(spec, &history),
        "{scenario:?}\n{}",
        listing(&history)
    );
}

fn explore<F: Flavour<ROOM>>(name: &str, order: Order, grows: bool, capacity: Option<usize>) {
    let spec = Spec {
        order,
        grows,
        capacity,
        priority: |id| id,
    };
    let scenarios = std::env::var("SCENARIOS").map_or(100, |number| number.parse().unwrap());
    let bodies = Scenario::all()
        .take(scenarios)
        .map(|scenario| in_a_world::<F, ROOM>(2, move |w| play(w, &spec, scenario)));
    explore_each(name, 2, F::BOUND, bodies);
}

/// Named as the models are.
macro_rules! flavours {
    ($($name:ident $flavour:ident $order:ident $grows:literal $capacity:expr;)*) => {
        mod two_operations_each {$(
            #[test]
            fn $name() {
                let name = concat!("two_operations_each::", stringify!($name));
                super::explore::<loom_tests::$flavour>(name, super::Order::$order, $grows, $capacity);
            }
        )*}
    };
}

flavours! {
    fifo Fifo Fifo true Some(2);
    unbounded_fifo UnboundedFifo Fifo true None;
    lifo Lifo Lifo true Some(2);
    unbounded_lifo UnboundedLifo Lifo true None;
    priority Priority Priority true Some(2);
    fixed_fifo FixedFifo Fifo false Some(2);
    fixed_lifo FixedLifo Lifo false Some(2);
    fixed_priority FixedPriority Priority false Some(2);
}
