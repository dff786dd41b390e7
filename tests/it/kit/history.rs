//! A checker of linearizability: whether a recorded history of operations that overlap in time can be
//! explained by a queue on which they happen one after another.
//!
//! Wing and Gong's search with Lowe's memory: take any operation that nothing has to come before, try it
//! on the sequential queue, go on with the rest, and never look at the same remainder in the same
//! state twice.

use std::collections::{HashMap, HashSet};

use super::Order;

/// One atomic effect on a queue, together with what the caller was told. Items are numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Act {
    Put(u32),
    /// A put that may exceed the capacity where the flavour grows.
    FollowUp(u32),
    Full,
    FollowUpFull,
    PutRefused,
    Got(u32),
    Empty,
    GetRefused,
    Finish,
    Detach,
    TaskDone(bool),
    /// One more put and one more completion, at once.
    Requeue(u32),
    Close,
    /// Taken out by `shutdown_now`, from wherever it is, and finished.
    Removed(u32),
    /// The end of a `shutdown_now`: nothing is left.
    NothingLeft,
    JoinBegins,
    JoinEnds,
    Len(usize),
    Unfinished(usize),
    IsShutDown(bool),
    /// Nobody is running and nobody has been woken: whoever waits here must have to. By thread.
    Quiet(Vec<(usize, Wait)>),
}

/// What a pending operation waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wait {
    Get,
    Put,
    Join,
}

/// An act that took effect at some instant between its stamps.
#[derive(Clone, Debug)]
pub(crate) struct Event {
    pub(crate) act: Act,
    pub(crate) start: u64,
    pub(crate) end: u64,
}

/// What the sequential queue needs to know.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spec {
    pub(crate) order: Order,
    pub(crate) grows: bool,
    pub(crate) capacity: Option<usize>,
    pub(crate) priority: fn(u32) -> u32,
}

/// The sequential queue.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
struct State {
    /// In the order in which they were put.
    items: Vec<u32>,
    in_flight: usize,
    detached: usize,
    closed: bool,
    /// The joiners that have not been released, a bit for each thread.
    joining: u64,
}

impl State {
    fn unfinished(&self) -> usize {
        self.items.len() + self.in_flight + self.detached
    }

    fn is_full(&self, spec: &Spec) -> bool {
        spec.capacity
            .is_some_and(|capacity| self.items.len() >= capacity)
    }

    fn next(&self, spec: &Spec) -> Option<usize> {
        let last = self.items.len().checked_sub(1)?;
        Some(match spec.order {
            Order::Fifo => 0,
            Order::Lifo => last,
            Order::Priority => (0..=last).min_by_key(|i| (spec.priority)(self.items[*i]))?,
        })
    }

    fn waits(&self, spec: &Spec, thread: usize, wait: Wait) -> bool {
        match wait {
            Wait::Get => self.items.is_empty() && !self.closed,
            Wait::Put => self.is_full(spec) && !self.closed,
            Wait::Join => self.joining & (1 << thread) != 0,
        }
    }

    /// Does `act`; `false` if the queue would have answered something else.
    fn apply(&mut self, spec: &Spec, thread: usize, act: &Act) -> bool {
        let possible = match act {
            Act::Put(item) => {
                let room = !self.closed && !self.is_full(spec);
                self.items.push(*item);
                room
            }
            Act::FollowUp(item) => {
                let room = !self.closed && (spec.grows || !self.is_full(spec));
                self.items.push(*item);
                room
            }
            Act::Full => !self.closed && self.is_full(spec),
            Act::FollowUpFull => !self.closed && !spec.grows && self.is_full(spec),
            Act::PutRefused => self.closed,
            Act::Got(item) => {
                let next = self.next(spec).map(|next| self.items.remove(next));
                self.in_flight += 1;
                next == Some(*item)
            }
            Act::Empty => self.items.is_empty() && !self.closed,
            Act::GetRefused => self.items.is_empty() && self.closed,
            Act::Finish => {
                let owed = self.in_flight > 0;
                self.in_flight = self.in_flight.saturating_sub(1);
                owed
            }
            Act::Detach => {
                let owed = self.in_flight > 0;
                self.in_flight = self.in_flight.saturating_sub(1);
                self.detached += 1;
                owed
            }
            Act::TaskDone(done) => {
                let some = self.detached > 0;
                self.detached = self.detached.saturating_sub(1);
                some == *done
            }
            Act::Requeue(item) => {
                let room = !self.closed && (spec.grows || !self.is_full(spec));
                let owed = self.in_flight > 0;
                self.in_flight = self.in_flight.saturating_sub(1);
                self.items.push(*item);
                room && owed
            }
            Act::Close => {
                self.closed = true;
                true
            }
            Act::Removed(item) => {
                let place = self.items.iter().position(|other| other == item);
                place.map(|place| self.items.remove(place)).is_some() && self.closed
            }
            Act::NothingLeft => self.items.is_empty() && self.closed,
            Act::JoinBegins => {
                self.joining |= 1 << thread;
                true
            }
            Act::JoinEnds => self.joining & (1 << thread) == 0,
            Act::Len(len) => self.items.len() == *len,
            Act::Unfinished(unfinished) => self.unfinished() == *unfinished,
            Act::IsShutDown(closed) => self.closed == *closed,
            Act::Quiet(waiting) => waiting
                .iter()
                .all(|(thread, wait)| self.waits(spec, *thread, *wait)),
        };
        if self.unfinished() == 0 {
            self.joining = 0;
        }
        possible
    }
}

/// Where in the history each item is got, of those that come and go once only.
struct Exits<'a> {
    threads: &'a [Vec<Event>],
    exits: HashMap<u32, Option<(usize, usize)>>,
}

impl<'a> Exits<'a> {
    fn new(threads: &'a [Vec<Event>]) -> Self {
        let mut exits = HashMap::new();
        for (thread, events) in threads.iter().enumerate() {
            for (index, event) in events.iter().enumerate() {
                if let Act::Got(item) = event.act {
                    let exit = exits.entry(item).or_insert(None);
                    *exit = exit.is_none().then_some((thread, index));
                }
            }
        }
        for event in threads.iter().flatten() {
            if let Act::Requeue(item) | Act::Removed(item) = event.act {
                exits.insert(item, None);
            }
        }
        Self { threads, exits }
    }

    fn is_known_to_leave_first(&self, first: u32, second: u32) -> bool {
        let exit = |item: u32| self.exits.get(&item).copied().flatten();
        let (Some(first), Some(second)) = (exit(first), exit(second)) else {
            return false;
        };
        let event = |(thread, index): (usize, usize)| &self.threads[thread][index];
        (first.0 == second.0 && first.1 < second.1) || event(first).end < event(second).start
    }

    /// Whether the last of `items`, together with another one, would have to leave in an order in which
    /// they do not. So nobody has to try how else the story could go on: without this the orders in which
    /// many puts can be told are too many.
    fn contradict(&self, spec: &Spec, items: &[u32]) -> bool {
        let Some((new, others)) = items.split_last() else {
            return false;
        };
        others.iter().any(|old| {
            let new_first = match spec.order {
                Order::Fifo => false,
                Order::Lifo => true,
                Order::Priority => (spec.priority)(*new) < (spec.priority)(*old),
            };
            let (first, second) = if new_first { (new, old) } else { (old, new) };
            self.is_known_to_leave_first(*second, *first)
        })
    }
}

/// Whether there is an order of all events, given for each thread in the order in which it caused them,
/// that agrees with their stamps and with the sequential queue.
pub(crate) fn is_linearizable(spec: &Spec, threads: &[Vec<Event>]) -> bool {
    let exits = Exits::new(threads);
    let mut seen: HashSet<(Vec<usize>, State)> = HashSet::new();
    let mut open = vec![(vec![0; threads.len()], State::default())];
    while let Some((at, state)) = open.pop() {
        let next = || {
            let nexts = threads.iter().zip(&at).enumerate();
            nexts.filter_map(|(thread, (events, at))| Some((thread, events.get(*at)?)))
        };
        // Whatever begins after this must not come yet.
        let Some(limit) = next().map(|(_, event)| event.end).min() else {
            return true;
        };
        for (thread, event) in next().filter(|(_, event)| event.start <= limit) {
            let mut state = state.clone();
            let is_put = matches!(event.act, Act::Put(_) | Act::FollowUp(_));
            if state.apply(spec, thread, &event.act)
                && !(is_put && exits.contradict(spec, &state.items))
            {
                let mut at = at.clone();
                at[thread] += 1;
                if seen.insert((at.clone(), state.clone())) {
                    open.push((at, state));
                }
            }
        }
    }
    false
}

/// A line for each event, by their start.
pub(crate) fn listing(threads: &[Vec<Event>]) -> String {
    let mut events: Vec<_> = threads
        .iter()
        .enumerate()
        .flat_map(|(thread, events)| events.iter().map(move |event| (thread, event)))
        .collect();
    events.sort_by_key(|(_, event)| event.start);
    events
        .iter()
        .map(|(thread, event)| {
            let Event { act, start, end } = event;
            format!("  {start:>4} to {end:>4}  thread {thread}: {act:?}\n")
        })
        .collect()
}
