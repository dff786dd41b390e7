//! What asyncio's own queues did in random scripts (`tests/traces/generate.py` says how that was recorded
//! and how to read it), step by step on ours: the same results, the same numbers, and the same waiters
//! woken in the same order. Where the two are meant to differ, a trace ends: see [`Difference`].

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::task::Poll;

use joinable_queue::future::{Get, Join, Put};
use joinable_queue::storage::Storage;
use joinable_queue::{JoinableQueue, Prioritized, Task, TryGetError, TryPutError};

use crate::kit::*;

const TRACES: &str = include_str!("../traces/asyncio.txt");

type Item = Prioritized<u32, u32>;

/// Where ours is meant to do something else than the reference. What comes after it is not compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Difference {
    /// A waiter that was woken and found nothing goes back to its place; in Python to the end of the line.
    KeepsItsPlace,
    /// A new get or put lines up behind a waiter that has lost twice; in Python it never does.
    Overtaking,
    /// `task_done` is for tasks that somebody has taken; in Python also for items in the queue.
    TaskDoneOfStored,
    /// Items of equal priority come in the order they were put; in Python in any order.
    EqualPriorities,
}

/// `(length, unfinished, getters, putters, joiners)`
type Numbers = [usize; 5];

struct Step<'a> {
    op: &'a str,
    result: &'a str,
    numbers: Numbers,
    woken: Vec<usize>,
}

impl<'a> Step<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        let (op, rest) = text.split_once('=')?;
        let (result, rest) = rest.split_once(':')?;
        let mut parts = rest.split('>');
        let mut numbers = parts.next()?.split('.').map(|n| n.parse().unwrap());
        let numbers = std::array::from_fn(|_| numbers.next().unwrap());
        let woken = parts.map(|id| id.parse().unwrap()).collect();
        Some(Self {
            op,
            result,
            numbers,
            woken,
        })
    }
}

enum Future<'q, S: Storage> {
    Get(Waiter<Get<&'q JoinableQueue<S>>>),
    Put(Waiter<Put<&'q JoinableQueue<S>>>),
    Join(Waiter<Join<&'q JoinableQueue<S>>>),
}

impl<S: Storage<Item = Item>> Future<'_, S> {
    fn line(&self) -> usize {
        match self {
            Self::Get(_) => 0,
            Self::Put(_) => 1,
            Self::Join(_) => 2,
        }
    }

    fn probe(&self) -> &Probe {
        match self {
            Self::Get(get) => get.probe(),
            Self::Put(put) => put.probe(),
            Self::Join(join) => join.probe(),
        }
    }

    /// What it says, as it is written in a trace.
    fn poll(&mut self) -> String {
        match self {
            Self::Get(get) => match get.poll() {
                Poll::Pending => "_".to_owned(),
                Poll::Ready(Ok(task)) => take(task),
                Poll::Ready(Err(_)) => "S".to_owned(),
            },
            Self::Put(put) => match put.poll() {
                Poll::Pending => "_".to_owned(),
                Poll::Ready(Ok(())) => "ok".to_owned(),
                Poll::Ready(Err(_)) => "S".to_owned(),
            },
            Self::Join(join) => match join.poll() {
                Poll::Pending => "_".to_owned(),
                Poll::Ready(_) => "ok".to_owned(),
            },
        }
    }
}

/// Python's way with tasks.
fn take<S: Storage<Item = Item>>(task: Task<&JoinableQueue<S>>) -> String {
    task.detach().item.to_string()
}

struct Replay<'q, S: Storage<Item = Item>> {
    queue: &'q JoinableQueue<S>,
    order: Order,
    futures: BTreeMap<usize, Future<'q, S>>,
    /// How often each of them has been woken and found nothing.
    lost: BTreeMap<usize, usize>,
    woken: Arc<Mutex<Vec<usize>>>,
    waiters: usize,
    items: u32,
    /// Priorities of what is in the queue.
    stored: Vec<u32>,
}

impl<'q, S: Storage<Item = Item>> Replay<'q, S> {
    fn new(queue: &'q JoinableQueue<S>, order: Order) -> Self {
        Self {
            queue,
            order,
            futures: BTreeMap::new(),
            lost: BTreeMap::new(),
            woken: Arc::default(),
            waiters: 0,
            items: 0,
            stored: Vec::new(),
        }
    }

    fn item(&mut self) -> Item {
        let number = self.items;
        self.items += 1;
        Prioritized::new(number * 7 % 11, number)
    }

    fn add(&mut self, kind: &str) -> usize {
        let future = match kind {
            "g" => Future::Get(Waiter::new(self.queue.get())),
            "p" => {
                let item = self.item();
                Future::Put(Waiter::new(self.queue.put(item)))
            }
            _ => Future::Join(Waiter::new(self.queue.join())),
        };
        let id = self.waiters;
        self.waiters += 1;
        let woken = Arc::clone(&self.woken);
        future.probe().on_event(move |event| {
            if event == Event::Wake {
                woken.lock().unwrap().push(id);
            }
        });
        self.futures.insert(id, future);
        id
    }

    fn poll(&mut self, id: usize) -> String {
        let result = self.futures.get_mut(&id).unwrap().poll();
        if result != "_" {
            self.futures.remove(&id);
            self.lost.remove(&id);
        }
        result
    }

    /// What is meant to be different about this step.
    fn difference(&self, step: &Step<'_>) -> Option<Difference> {
        let stats = self.queue.stats();
        let lost_twice = |line| {
            let lost = self.lost.iter().filter(|(_, lost)| **lost >= 2);
            lost.filter(|(id, _)| self.futures[id].line() == line)
                .count()
                > 0
        };
        let overtakes = |line| !stats.is_shutdown && lost_twice(line);
        if (step.op == "g" && overtakes(0)) || (step.op == "p" && overtakes(1)) {
            return Some(Difference::Overtaking);
        }
        if let Some(id) = step.op.strip_prefix('.') {
            let id: usize = id.parse().unwrap();
            let future = &self.futures[&id];
            let line = future.line();
            let was_woken = future.probe().wakes() > 0;
            if !was_woken && overtakes(line) {
                return Some(Difference::Overtaking);
            }
            let others = [stats.waiting_getters, stats.waiting_putters, 0][line];
            if was_woken && step.result == "_" && others > 0 {
                return Some(Difference::KeepsItsPlace);
            }
        }
        if step.op == "d" && stats.in_flight == 0 && stats.unfinished > 0 {
            return Some(Difference::TaskDoneOfStored);
        }
        if self.order == Order::Priority && step.result.parse::<u32>().is_ok() {
            let least = self.stored.iter().min();
            let equal = self.stored.iter().filter(|p| Some(*p) == least);
            if equal.count() > 1 {
                return Some(Difference::EqualPriorities);
            }
        }
        None
    }

    fn run(&mut self, op: &str) -> String {
        match op {
            "g" | "p" | "j" => {
                let id = self.add(op);
                self.poll(id)
            }
            "lg" | "lp" | "lj" => {
                self.add(&op[1..]);
                "ok".to_owned()
            }
            "tp" => {
                let item = self.item();
                match self.queue.try_put(item) {
                    Ok(()) => "ok",
                    Err(TryPutError::Full(_)) => "F",
                    Err(TryPutError::ShutDown(_)) => "S",
                }
                .to_owned()
            }
            "tg" => match self.queue.try_get() {
                Ok(task) => take(task),
                Err(TryGetError::Empty) => "E".to_owned(),
                Err(TryGetError::ShutDown) => "S".to_owned(),
            },
            "d" => match self.queue.task_done() {
                Ok(()) => "ok".to_owned(),
                Err(_) => "V".to_owned(),
            },
            "s" => {
                self.queue.shutdown();
                "ok".to_owned()
            }
            "S" => {
                drop(self.queue.shutdown_now());
                "ok".to_owned()
            }
            _ => {
                let id = op[1..].parse().unwrap();
                if op.starts_with('x') {
                    self.futures.remove(&id);
                    self.lost.remove(&id);
                    return "ok".to_owned();
                }
                let was_woken = self.futures[&id].probe().wakes() > 0;
                let result = self.poll(id);
                if result == "_" && was_woken {
                    *self.lost.entry(id).or_default() += 1;
                }
                result
            }
        }
    }

    /// Keeps count of the priorities in the queue.
    fn book(&mut self, before: usize, items: u32, result: &str) {
        let priority = |number: u32| number * 7 % 11;
        let after = self.queue.len();
        if let Ok(number) = result.parse() {
            let place = self.stored.iter().position(|p| *p == priority(number));
            self.stored.swap_remove(place.unwrap());
        } else if after > before {
            // A put that waited has an older number: only how many are equal matters, and which.
            self.stored.push(priority(items));
        } else if after == 0 {
            self.stored.clear();
        }
    }
}

/// Replays a trace; returns how many steps were the same, and what ended it.
fn replay<S: Storage<Item = Item>>(
    queue: &JoinableQueue<S>,
    order: Order,
    steps: &[&str],
) -> (usize, Option<Difference>) {
    let mut replay = Replay::new(queue, order);
    // Which item each put that waits has.
    let mut item_of: BTreeMap<usize, u32> = BTreeMap::new();
    for (at, text) in steps.iter().enumerate() {
        let step = Step::parse(text).unwrap();
        let difference = replay.difference(&step);
        if difference.is_some() {
            return (at, difference);
        }
        let (before, waiters, items) = (queue.len(), replay.waiters, replay.items);
        let result = replay.run(step.op);
        if step.op.ends_with('p') && replay.waiters > waiters {
            item_of.insert(waiters, items);
        }
        let polled = step.op.strip_prefix('.').map(|id| id.parse().unwrap());
        let item = polled.map_or(items, |id: usize| item_of.get(&id).copied().unwrap_or(0));
        replay.book(before, item, &result);

        let woken = std::mem::take(&mut *replay.woken.lock().unwrap());
        let stats = queue.stats();
        assert_consistent(&stats);
        let numbers = [
            stats.len,
            stats.unfinished,
            stats.waiting_getters,
            stats.waiting_putters,
            stats.waiting_joiners,
        ];
        // Which line is woken first is no promise; the order within each is.
        let by_line = |mut woken: Vec<usize>| {
            woken.sort_by_key(|id| replay.futures.get(id).map(Future::line));
            woken
        };
        assert_eq!(
            (result.as_str(), numbers, by_line(woken)),
            (step.result, step.numbers, by_line(step.woken)),
            "step {at}, {text}, of {steps:?}"
        );
    }
    (steps.len(), None)
}

/// Replays every trace of this order.
fn replay_all<F: Flavour>() -> BTreeMap<Option<Difference>, usize> {
    let mut compared = 0;
    let mut recorded = 0;
    let mut ends: BTreeMap<Option<Difference>, usize> = BTreeMap::new();
    for trace in TRACES.lines().filter(|line| !line.starts_with('#')) {
        let mut words = trace.split(' ');
        let order = match words.next().unwrap() {
            "fifo" => Order::Fifo,
            "lifo" => Order::Lifo,
            _ => Order::Priority,
        };
        if order != F::ORDER {
            continue;
        }
        let capacity: usize = words.next().unwrap().parse().unwrap();
        let steps: Vec<_> = words.collect();
        let (same, end) = match capacity {
            // As good as without a limit.
            0 => replay(&F::bounded::<Item, 40>(), order, &steps),
            1 => replay(&F::bounded::<Item, 1>(), order, &steps),
            2 => replay(&F::bounded::<Item, 2>(), order, &steps),
            _ => replay(&F::bounded::<Item, 3>(), order, &steps),
        };
        compared += same;
        recorded += steps.len();
        *ends.entry(end).or_default() += 1;
    }
    println!("{compared} of {recorded} steps compared; traces ended by {ends:?}");
    assert!(
        recorded > 3000 && 5 * compared > 4 * recorded,
        "{compared} of {recorded}"
    );
    ends
}

fn the_reference_does_the_same<F: Flavour>() {
    replay_all::<F>();
}

/// No row of the table is there for nothing.
#[cfg(feature = "alloc")]
#[test]
fn every_difference_is_met() {
    let ends = [
        replay_all::<Fifo>(),
        replay_all::<Lifo>(),
        replay_all::<Priority>(),
    ];
    for difference in [
        Difference::KeepsItsPlace,
        Difference::Overtaking,
        Difference::TaskDoneOfStored,
        Difference::EqualPriorities,
    ] {
        let met = |ends: &BTreeMap<_, _>| ends.contains_key(&Some(difference));
        assert!(ends.iter().any(met), "never: {difference:?}");
    }
}

for_every_flavour!(the_reference_does_the_same);
