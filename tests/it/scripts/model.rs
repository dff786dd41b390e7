//! The sequential queue: a `Vec` of items, and a `VecDeque` for each line of waiters.

use std::cell::RefCell;
use std::cmp::Ordering;
use std::collections::{BTreeMap, VecDeque};

use crate::kit::*;

/// The number makes each unique; the priority takes part in the order alone.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Item {
    pub(super) priority: u32,
    pub(super) item: usize,
}

thread_local! {
    /// Ticks whenever two items are compared.
    static FUSE: RefCell<Option<Bomb>> = const { RefCell::new(None) };
}

/// Runs `f`, in which the so-many-th comparison panics, if there is a number; `None` if it did.
pub(super) fn with_fuse<R>(fuse: Option<usize>, f: impl FnOnce() -> R) -> Option<R> {
    FUSE.set(fuse.map(Bomb::at));
    let result = attempt(f);
    FUSE.set(None);
    result
}

impl Ord for Item {
    fn cmp(&self, other: &Self) -> Ordering {
        FUSE.with_borrow(|fuse| fuse.iter().for_each(Bomb::tick));
        self.priority.cmp(&other.priority)
    }
}

impl PartialOrd for Item {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Item {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Item {}

/// Names a waiter; never used twice.
pub(super) type Id = usize;

/// How an operation that may have to wait, or may be refused, ended. Puts say how many items went in.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Done(usize),
    /// The numbers of the items.
    Took(Vec<usize>),
    Waits,
    Full(usize),
    Empty,
    ShutDown(usize),
}

/// What a future that puts still has to put, and how many it has put.
#[derive(Debug)]
pub(super) struct Batch {
    pub(super) items: VecDeque<Item>,
    pub(super) put: usize,
}

/// A line of getters or putters.
#[derive(Default)]
struct Line {
    queued: VecDeque<Id>,
    woken: Vec<Id>,
    /// How often each of the two above was woken and found nothing.
    lost: BTreeMap<Id, u32>,
    /// When each of them began to wait.
    arrival: BTreeMap<Id, usize>,
    arrivals: usize,
}

impl Line {
    fn wake_one(&mut self) -> Option<Id> {
        let first = self.queued.pop_front()?;
        self.woken.push(first);
        Some(first)
    }

    /// Whether somebody who is not in line need not let others go first, with so many items (or so much
    /// room).
    fn admits_newcomers(&self, available: usize) -> bool {
        let somebody_is_starved = self.lost.values().any(|lost| *lost >= 2);
        !somebody_is_starved || available > self.woken.len()
    }

    fn may_take(&self, id: Id, available: usize) -> bool {
        let has_lost = self.lost.get(&id).is_some_and(|lost| *lost >= 2);
        self.admits_newcomers(available) || self.woken.contains(&id) || has_lost
    }

    fn wait(&mut self, id: Id) {
        if self.queued.contains(&id) {
            return;
        }
        if !self.woken.contains(&id) {
            self.lost.insert(id, 0);
            self.arrival.insert(id, self.arrivals);
            self.arrivals += 1;
            self.queued.push_back(id);
            return;
        }
        // Where it was: behind those that were there before it.
        let arrival = |id: &Id| self.arrival[id];
        let place = self
            .queued
            .partition_point(|other| arrival(other) < arrival(&id));
        self.queued.insert(place, id);
        self.woken.retain(|woken| *woken != id);
        self.lost.entry(id).and_modify(|lost| *lost += 1);
    }

    /// Returns whether `id` had been woken.
    fn leave(&mut self, id: Id) -> bool {
        let woken = self.woken.contains(&id);
        self.queued.retain(|queued| *queued != id);
        self.woken.retain(|woken| *woken != id);
        self.lost.remove(&id);
        self.arrival.remove(&id);
        woken
    }
}

pub(super) struct Model {
    order: Order,
    grows: bool,
    capacity: usize,
    /// In the order in which they were put.
    pub(super) items: Vec<Item>,
    pub(super) put: usize,
    pub(super) done: usize,
    pub(super) failed: usize,
    pub(super) abandoned: usize,
    pub(super) detached: usize,
    pub(super) shut_down: bool,
    getters: Line,
    putters: Line,
    joiners: VecDeque<Id>,
    let_go: Vec<Id>,
    /// Whom the current step has woken so far.
    pub(super) wakes: Vec<Id>,
}

impl Model {
    pub(super) fn new(order: Order, grows: bool, capacity: usize) -> Self {
        Self {
            order,
            grows,
            capacity,
            items: Vec::new(),
            put: 0,
            done: 0,
            failed: 0,
            abandoned: 0,
            detached: 0,
            shut_down: false,
            getters: Line::default(),
            putters: Line::default(),
            joiners: VecDeque::new(),
            let_go: Vec::new(),
            wakes: Vec::new(),
        }
    }

    pub(super) fn room(&self) -> usize {
        self.capacity.saturating_sub(self.items.len())
    }

    fn push(&mut self, item: Item) {
        self.items.push(item);
        self.put += 1;
        self.wakes.extend(self.getters.wake_one());
    }

    fn pop(&mut self) -> Option<Item> {
        let last = self.items.len().checked_sub(1)?;
        let first = match self.order {
            Order::Fifo => 0,
            Order::Lifo => last,
            // The first of those equal.
            Order::Priority => (0..=last).min_by_key(|i| self.items[*i].priority)?,
        };
        let item = self.items.remove(first);
        self.offer_room();
        Some(item)
    }

    fn offer_room(&mut self) {
        if self.room() > 0 && !self.shut_down {
            self.wakes.extend(self.putters.wake_one());
        }
    }

    pub(super) fn put_now(&mut self, item: Item, exempt: bool) -> Outcome {
        if self.shut_down {
            Outcome::ShutDown(0)
        } else if self.room() == 0 && !(exempt && self.grows) {
            Outcome::Full(0)
        } else {
            self.push(item);
            Outcome::Done(1)
        }
    }

    pub(super) fn put_all_now(&mut self, items: &[Item]) -> Outcome {
        for (put, item) in items.iter().enumerate() {
            match self.put_now(*item, false) {
                Outcome::Done(_) => {}
                Outcome::Full(_) => return Outcome::Full(put),
                _ => return Outcome::ShutDown(put),
            }
        }
        Outcome::Done(items.len())
    }

    pub(super) fn get_now(&mut self, max: usize) -> Outcome {
        let taken: Vec<_> = (0..max).map_while(|_| self.pop()).collect();
        self.taken(&taken, max)
    }

    fn taken(&self, items: &[Item], max: usize) -> Outcome {
        if max == 0 || !items.is_empty() {
            Outcome::Took(items.iter().map(|item| item.item).collect())
        } else if self.shut_down {
            Outcome::ShutDown(0)
        } else {
            Outcome::Empty
        }
    }

    pub(super) fn poll_put(&mut self, id: Id, batch: &mut Batch) -> Outcome {
        while let Some(item) = batch.items.front() {
            let may_put = self.room() > 0 && self.putters.may_take(id, self.room());
            if !self.shut_down && !may_put {
                self.putters.wait(id);
                return Outcome::Waits;
            }
            self.putters.leave(id);
            if self.shut_down {
                return Outcome::ShutDown(batch.put);
            }
            self.push(*item);
            batch.items.pop_front();
            batch.put += 1;
        }
        Outcome::Done(batch.put)
    }

    pub(super) fn poll_get(&mut self, id: Id, max: usize) -> Outcome {
        if max == 0 {
            return self.taken(&[], max);
        }
        let available = self.items.len();
        let may_take = available > 0 && self.getters.may_take(id, available);
        if !self.shut_down && !may_take {
            self.getters.wait(id);
            return Outcome::Waits;
        }
        self.getters.leave(id);
        let mut taken = Vec::from_iter(self.pop());
        let more = (1..max).map_while(|_| {
            let may_take = self.shut_down || self.getters.admits_newcomers(self.items.len());
            if may_take { self.pop() } else { None }
        });
        taken.extend(more);
        self.taken(&taken, max)
    }

    pub(super) fn poll_join(&mut self, id: Id) -> Outcome {
        if self.put == self.done || self.let_go.contains(&id) {
            self.drop_join(id);
            Outcome::Done(0)
        } else {
            if !self.joiners.contains(&id) {
                self.joiners.push_back(id);
            }
            Outcome::Waits
        }
    }

    pub(super) fn finish(&mut self, count: usize) {
        self.done += count;
        if count > 0 && self.put == self.done {
            self.wakes.extend(&self.joiners);
            self.let_go.extend(self.joiners.drain(..));
        }
    }

    pub(super) fn drop_get(&mut self, id: Id) {
        if self.getters.leave(id) && !self.items.is_empty() {
            self.wakes.extend(self.getters.wake_one());
        }
    }

    pub(super) fn drop_put(&mut self, id: Id) {
        if self.putters.leave(id) {
            self.offer_room();
        }
    }

    pub(super) fn drop_join(&mut self, id: Id) {
        self.joiners.retain(|joiner| *joiner != id);
        self.let_go.retain(|joiner| *joiner != id);
    }

    pub(super) fn shut_down(&mut self) {
        self.shut_down = true;
        while let Some(id) = self.getters.wake_one().or_else(|| self.putters.wake_one()) {
            self.wakes.push(id);
        }
    }

    pub(super) fn shut_down_now(&mut self) -> Vec<usize> {
        self.shut_down();
        let items: Vec<_> = std::iter::from_fn(|| self.pop()).collect();
        self.finish(items.len());
        items.into_iter().map(|item| item.item).collect()
    }
}
