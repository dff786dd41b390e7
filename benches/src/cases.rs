//! All cases: which workload with which parameters, in the order of the report.

use std::marker::PhantomData;

use crate::executors::Kind;
use crate::item::{Item, Payload};
use crate::peer::Capacity::{self, Bounded, Unbounded};
use crate::peers::roster::{self, Contestant};
use crate::workloads::PER_ITEM;
use crate::workloads::burst::Burst;
use crate::workloads::cancelled::{self, Cancelled};
use crate::workloads::fairness::{self, Fairness};
use crate::workloads::pair::Pair;
use crate::workloads::ping_pong::PingPong;
use crate::workloads::ping_pong_threads::PingPongThreads;
use crate::workloads::polled::Polled;
use crate::workloads::pool::Pool;
use crate::workloads::served::{self, Served};
use crate::workloads::solo::Solo;
use crate::workloads::tasks::Tasks;
use crate::workloads::threads::Threads;

const CAPACITIES: [Capacity; 4] = [Bounded(1), Bounded(16), Bounded(1024), Unbounded];

/// The executors with two threads.
const EXECUTORS: [Kind; 2] = [Kind::Tokio, Kind::AsyncExecutor];

/// A workload with its parameters and all who take part.
pub struct Case {
    /// Cases of one group share a table, a chart and a geometric mean.
    pub group: String,
    /// Within the group.
    pub name: String,
    /// What the figures of the contestants are, in order.
    pub metrics: &'static [&'static str],
    /// joinable-queue first.
    pub contestants: Vec<Contestant>,
}

impl Case {
    fn new(group: impl Into<String>, name: String, contestants: Vec<Contestant>) -> Self {
        Self {
            group: group.into(),
            name,
            metrics: PER_ITEM,
            contestants,
        }
    }

    fn with_metrics(mut self, metrics: &'static [&'static str]) -> Self {
        self.metrics = metrics;
        self
    }

    /// Group and name: what filters look at.
    pub fn full_name(&self) -> String {
        format!("{}: {}", self.group, self.name)
    }
}

/// All of them.
pub fn all() -> Vec<Case> {
    let mut cases = Vec::new();
    cases.extend(one_thread());
    cases.extend(tracked());
    cases.extend(tasks());
    cases.extend(threads());
    cases.extend(ping_pong());
    cases.extend(pool());
    cases.extend(waiters());
    cases.extend(payload());
    cases.extend(fairness());
    cases.extend(growth());
    cases
}

fn one_thread() -> Vec<Case> {
    let mut cases = Vec::new();
    for capacity in [Bounded(1024), Unbounded] {
        let mut add = |name: &str, contestants| {
            let name = format!("{name} {capacity}");
            cases.push(Case::new("w1 one thread", name, contestants));
        };
        let item = PhantomData::<u64>;
        add("pair", roster::polling(Pair { capacity, item }));
        add("burst of 512", roster::polling(Burst { capacity }));
        add("polled futures", roster::asynchronous(Polled { capacity }));
    }
    cases
}

fn tracked() -> Vec<Case> {
    let case = |capacity| {
        let item = PhantomData::<u64>;
        let contestants = roster::counting(Pair { capacity, item });
        let name = format!("put, get, done {capacity}");
        Case::new("w1 one thread, with completion", name, contestants)
    };
    [Bounded(1024), Unbounded].map(case).into()
}

fn tasks() -> Vec<Case> {
    let mut cases = Vec::new();
    for executor in EXECUTORS {
        for (producers, consumers) in [(1, 1), (4, 1), (4, 4)] {
            for capacity in CAPACITIES {
                let contestants = roster::asynchronous(Tasks::<u64> {
                    executor,
                    producers,
                    consumers,
                    capacity,
                    item: PhantomData,
                });
                let name = format!("{producers}x{consumers} {capacity}");
                cases.push(Case::new(
                    format!("w2 tasks, {executor}"),
                    name,
                    contestants,
                ));
            }
        }
    }
    cases
}

fn threads() -> Vec<Case> {
    let mut cases = Vec::new();
    for (producers, consumers) in [(1, 1), (4, 1), (2, 2), (4, 4)] {
        for capacity in CAPACITIES {
            let contestants = roster::blocking(Threads {
                producers,
                consumers,
                capacity,
            });
            let name = format!("{producers}x{consumers} {capacity}");
            cases.push(Case::new("w3 threads", name, contestants));
        }
    }
    cases
}

fn ping_pong() -> Vec<Case> {
    let group = "w4 ping-pong";
    let mut cases: Vec<Case> = [Kind::TokioCurrent, Kind::Tokio, Kind::AsyncExecutor]
        .map(|executor| {
            let contestants = roster::asynchronous(PingPong { executor });
            Case::new(group, executor.to_string(), contestants)
        })
        .into();
    let contestants = roster::blocking(PingPongThreads);
    cases.push(Case::new(group, "threads".into(), contestants));
    cases
}

fn pool() -> Vec<Case> {
    let mut cases = Vec::new();
    for executor in EXECUTORS {
        for capacity in [Bounded(16), Bounded(1024), Unbounded] {
            for batch in [10, 1000] {
                let contestants = roster::joining(Pool {
                    executor,
                    batch,
                    capacity,
                });
                let name = format!("batch={batch} {capacity}");
                let group = format!("w5 pool with join, {executor}");
                cases.push(Case::new(group, name, contestants));
            }
        }
    }
    cases
}

fn waiters() -> Vec<Case> {
    let mut cases = Vec::new();
    for waiters in [1, 100, 10_000, 100_000] {
        let group = "w6 waiting gets";
        let served = roster::waiting(Served { waiters });
        let name = format!("{waiters} served");
        cases.push(Case::new(group, name, served).with_metrics(served::METRICS));
        let cancelled = roster::waiting(Cancelled { waiters });
        let name = format!("{waiters} given up");
        cases.push(Case::new(group, name, cancelled).with_metrics(cancelled::METRICS));
    }
    cases
}

fn payload() -> Vec<Case> {
    let mut cases = Vec::new();
    cases.extend(payload_of::<u64>());
    cases.extend(payload_of::<Payload<8>>());
    cases.extend(payload_of::<Payload<64>>());
    cases.extend(payload_of::<Payload<512>>());
    cases
}

fn payload_of<T: Item>() -> [Case; 2] {
    let capacity = Bounded(16);
    let bytes = size_of::<T>();
    let pair = roster::polling(Pair::<T> {
        capacity,
        item: PhantomData,
    });
    let tasks = roster::asynchronous(Tasks::<T> {
        executor: Kind::Tokio,
        producers: 1,
        consumers: 1,
        capacity,
        item: PhantomData,
    });
    [
        Case::new("payload, one thread", format!("{bytes} bytes"), pair),
        Case::new("payload, tokio 1x1", format!("{bytes} bytes"), tasks),
    ]
}

fn fairness() -> Vec<Case> {
    let case = |executor| {
        let contestants = roster::asynchronous(Fairness {
            executor,
            capacity: Bounded(16),
        });
        let name = format!("{executor}, 16 producers cap=16");
        Case::new("fairness", name, contestants).with_metrics(fairness::METRICS)
    };
    EXECUTORS.map(case).into()
}

fn growth() -> Vec<Case> {
    let (executor, capacity) = (Kind::Tokio, Bounded(16));
    let group = "growth, tokio";
    let alone = roster::asynchronous(Solo { executor, capacity });
    let mut cases = vec![Case::new(group, "1 task".into(), alone)];
    for half in [1, 2, 4, 8, 16, 32] {
        let contestants = roster::asynchronous(Tasks::<u64> {
            executor,
            producers: half,
            consumers: half,
            capacity,
            item: PhantomData,
        });
        let name = format!("{} tasks", 2 * half);
        cases.push(Case::new(group, name, contestants));
    }
    cases
}
