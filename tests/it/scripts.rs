//! Scripts of operations, step by step against a model: all short ones, and many long random ones.
//!
//! The model is the documentation in its plainest form: a `Vec` of items, and a `VecDeque` for each
//! line of waiters. It says how every operation ends and who is woken by it, in which order. After each
//! step the numbers are compared as well, and what must hold whatever the model says: nobody is woken
//! twice between two polls, and while somebody is in line, there are woken waiters for all that is
//! there to be taken.

use std::collections::{BTreeMap, VecDeque};
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::Poll;

use joinable_queue::future::{Get, Join, Put};
use joinable_queue::storage::Storage;
use joinable_queue::{JoinableQueue, Prioritized, RequeueError, Task, TryGetError, TryPutError};
use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};

use crate::kit::*;

/// The number makes each unique; the priority takes part in the order alone.
type Item = Prioritized<u32, usize>;

/// Names a waiter; never used twice.
type Id = usize;

/// How an operation that may have to wait, or may be refused, ended.
#[derive(Debug, PartialEq, Eq)]
enum Outcome {
    Done,
    /// The number of the item.
    Took(usize),
    Waits,
    Full,
    Empty,
    ShutDown,
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

    /// Whether `id` need not let others go first, with so many items (or so much room).
    fn may_take(&self, id: Id, available: usize) -> bool {
        let lost = |id| self.lost.get(&id).is_some_and(|lost| *lost >= 2);
        let somebody_is_starved = self.lost.keys().any(|id| lost(*id));
        !somebody_is_starved || available > self.woken.len() || self.woken.contains(&id) || lost(id)
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

struct Model {
    order: Order,
    grows: bool,
    capacity: usize,
    /// In the order in which they were put.
    items: Vec<Item>,
    put: usize,
    done: usize,
    shut_down: bool,
    getters: Line,
    putters: Line,
    joiners: VecDeque<Id>,
    let_go: Vec<Id>,
    /// Whom the current step has woken so far.
    wakes: Vec<Id>,
}

impl Model {
    fn new(order: Order, grows: bool, capacity: usize) -> Self {
        Self {
            order,
            grows,
            capacity,
            items: Vec::new(),
            put: 0,
            done: 0,
            shut_down: false,
            getters: Line::default(),
            putters: Line::default(),
            joiners: VecDeque::new(),
            let_go: Vec::new(),
            wakes: Vec::new(),
        }
    }

    fn room(&self) -> usize {
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

    fn put_now(&mut self, item: Item, exempt: bool) -> Outcome {
        if self.shut_down {
            Outcome::ShutDown
        } else if self.room() == 0 && !(exempt && self.grows) {
            Outcome::Full
        } else {
            self.push(item);
            Outcome::Done
        }
    }

    fn get_now(&mut self) -> Outcome {
        match self.pop() {
            Some(item) => Outcome::Took(item.item),
            None if self.shut_down => Outcome::ShutDown,
            None => Outcome::Empty,
        }
    }

    fn poll_put(&mut self, id: Id, item: Item) -> Outcome {
        if self.shut_down || (self.room() > 0 && self.putters.may_take(id, self.room())) {
            self.putters.leave(id);
            self.put_now(item, false)
        } else {
            self.putters.wait(id);
            Outcome::Waits
        }
    }

    fn poll_get(&mut self, id: Id) -> Outcome {
        let available = self.items.len();
        if self.shut_down || (available > 0 && self.getters.may_take(id, available)) {
            self.getters.leave(id);
            self.get_now()
        } else {
            self.getters.wait(id);
            Outcome::Waits
        }
    }

    fn poll_join(&mut self, id: Id) -> Outcome {
        if self.put == self.done || self.let_go.contains(&id) {
            self.drop_join(id);
            Outcome::Done
        } else {
            if !self.joiners.contains(&id) {
                self.joiners.push_back(id);
            }
            Outcome::Waits
        }
    }

    fn finish(&mut self, count: usize) {
        self.done += count;
        if count > 0 && self.put == self.done {
            self.wakes.extend(&self.joiners);
            self.let_go.extend(self.joiners.drain(..));
        }
    }

    fn drop_get(&mut self, id: Id) {
        if self.getters.leave(id) && !self.items.is_empty() {
            self.wakes.extend(self.getters.wake_one());
        }
    }

    fn drop_put(&mut self, id: Id) {
        if self.putters.leave(id) {
            self.offer_room();
        }
    }

    fn drop_join(&mut self, id: Id) {
        self.joiners.retain(|joiner| *joiner != id);
        self.let_go.retain(|joiner| *joiner != id);
    }

    fn shut_down(&mut self) {
        self.shut_down = true;
        while let Some(id) = self.getters.wake_one().or_else(|| self.putters.wake_one()) {
            self.wakes.push(id);
        }
    }

    fn shut_down_now(&mut self) -> Vec<usize> {
        self.shut_down();
        let items: Vec<_> = std::iter::from_fn(|| self.pop()).collect();
        self.finish(items.len());
        items.into_iter().map(|item| item.item).collect()
    }
}

/// One step of a script. Waiters and tasks are named by their index, the oldest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Op {
    /// Makes a future and polls it.
    Get,
    Put,
    Join,
    /// Makes one and does not poll it.
    LazyGet,
    LazyPut,
    LazyJoin,
    /// Whether it was woken or not.
    Poll(usize),
    Drop(usize),
    TryPut,
    TryGet,
    Finish(usize),
    FollowUp(usize),
    Requeue(usize),
    ShutDown,
    ShutDownNow,
}

enum Future<'q, S: Storage> {
    Get(Waiter<Get<&'q JoinableQueue<S>>>),
    Put(Waiter<Put<&'q JoinableQueue<S>>>, Item),
    Join(Waiter<Join<&'q JoinableQueue<S>>>),
}

impl<S: Storage<Item = Item>> Future<'_, S> {
    fn line(&self) -> usize {
        match self {
            Self::Get(_) => 0,
            Self::Put(..) => 1,
            Self::Join(_) => 2,
        }
    }

    fn probe(&self) -> &Probe {
        match self {
            Self::Get(get) => get.probe(),
            Self::Put(put, _) => put.probe(),
            Self::Join(join) => join.probe(),
        }
    }
}

struct Member<'q, S: Storage> {
    id: Id,
    future: Future<'q, S>,
    polled: bool,
    /// And not polled since.
    woken: bool,
}

/// A queue, its model, and everybody who waits on it.
struct World<'q, S: Storage<Item = Item>> {
    queue: &'q JoinableQueue<S>,
    model: Model,
    members: Vec<Member<'q, S>>,
    tasks: Vec<Task<&'q JoinableQueue<S>>>,
    next_id: Id,
    next_item: usize,
    /// Who was woken since it was last looked at, as it happened.
    log: Arc<Mutex<Vec<Id>>>,
    script: Vec<Op>,
}

impl<S: Storage<Item = Item>> Drop for World<'_, S> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let last = self.script.len().saturating_sub(40);
            eprintln!("at the end of ({last} steps..) {:?}", &self.script[last..]);
        }
    }
}

impl<'q, S: Storage<Item = Item>> World<'q, S> {
    fn new<F: Flavour>(queue: &'q JoinableQueue<S>) -> Self {
        Self {
            queue,
            model: Model::new(F::ORDER, F::GROWS, queue.capacity().unwrap()),
            members: Vec::new(),
            tasks: Vec::new(),
            next_id: 0,
            next_item: 0,
            log: Arc::default(),
            script: Vec::new(),
        }
    }

    fn item(&mut self) -> Item {
        self.next_item += 1;
        // Spread over three priorities, so that many are equal.
        Prioritized::new((self.next_item as u32).wrapping_mul(7) % 3, self.next_item)
    }

    fn add(&mut self, future: Future<'q, S>) -> usize {
        let id = self.next_id;
        self.next_id += 1;
        let log = Arc::clone(&self.log);
        future.probe().on_event(move |event| {
            if event == Event::Wake {
                log.lock().unwrap().push(id);
            }
        });
        self.members.push(Member {
            id,
            future,
            polled: false,
            woken: false,
        });
        self.members.len() - 1
    }

    fn took(&mut self, task: Task<&'q JoinableQueue<S>>) -> Outcome {
        let number = task.item;
        self.tasks.push(task);
        Outcome::Took(number)
    }

    fn poll(&mut self, index: usize) {
        let member = &mut self.members[index];
        member.polled = true;
        member.woken = false;
        let id = member.id;
        let mut task = None;
        let (outcome, expected) = match &mut member.future {
            Future::Get(get) => (
                match get.poll() {
                    Poll::Pending => Outcome::Waits,
                    Poll::Ready(Err(_)) => Outcome::ShutDown,
                    Poll::Ready(Ok(taken)) => Outcome::Took(task.insert(taken).item),
                },
                self.model.poll_get(id),
            ),
            Future::Put(put, item) => (
                match put.poll() {
                    Poll::Pending => Outcome::Waits,
                    Poll::Ready(Ok(())) => Outcome::Done,
                    Poll::Ready(Err(error)) => {
                        assert_eq!(error.into_inner().item, item.item);
                        Outcome::ShutDown
                    }
                },
                self.model.poll_put(id, *item),
            ),
            Future::Join(join) => (
                match join.poll() {
                    Poll::Pending => Outcome::Waits,
                    Poll::Ready(stats) => {
                        assert_eq!(stats, self.queue.stats());
                        Outcome::Done
                    }
                },
                self.model.poll_join(id),
            ),
        };
        assert_eq!(outcome, expected);
        self.tasks.extend(task);
        if outcome != Outcome::Waits {
            self.members.remove(index);
        }
    }

    fn run(&mut self, op: Op) {
        match op {
            Op::LazyGet => {
                self.add(Future::Get(Waiter::new(self.queue.get())));
            }
            Op::LazyPut => {
                let item = self.item();
                self.add(Future::Put(Waiter::new(self.queue.put(item)), item));
            }
            Op::LazyJoin => {
                self.add(Future::Join(Waiter::new(self.queue.join())));
            }
            Op::Get => {
                self.run(Op::LazyGet);
                self.poll(self.members.len() - 1);
            }
            Op::Put => {
                self.run(Op::LazyPut);
                self.poll(self.members.len() - 1);
            }
            Op::Join => {
                self.run(Op::LazyJoin);
                self.poll(self.members.len() - 1);
            }
            Op::Poll(index) => self.poll(index),
            Op::Drop(index) => {
                let member = self.members.remove(index);
                match member.future {
                    Future::Get(_) => self.model.drop_get(member.id),
                    Future::Put(..) => self.model.drop_put(member.id),
                    Future::Join(_) => self.model.drop_join(member.id),
                }
                drop(member);
            }
            Op::TryPut => {
                let item = self.item();
                let outcome = refusal(item, self.queue.try_put(item));
                assert_eq!(outcome, self.model.put_now(item, false));
            }
            Op::TryGet => {
                let outcome = match self.queue.try_get() {
                    Ok(task) => self.took(task),
                    Err(TryGetError::Empty) => Outcome::Empty,
                    Err(TryGetError::ShutDown) => Outcome::ShutDown,
                };
                assert_eq!(outcome, self.model.get_now());
            }
            Op::Finish(index) => {
                self.tasks.remove(index).done();
                self.model.finish(1);
            }
            Op::FollowUp(index) => {
                let item = self.item();
                let outcome = refusal(item, self.tasks[index].put_follow_up(item));
                assert_eq!(outcome, self.model.put_now(item, true));
            }
            Op::Requeue(index) => {
                let task = self.tasks.remove(index);
                let expected = self.model.put_now(*task, true);
                let outcome = match task.requeue() {
                    Ok(()) => {
                        // Not `finish`: nobody sees a moment with nothing unfinished.
                        self.model.done += 1;
                        Outcome::Done
                    }
                    Err(RequeueError::Full(task)) => {
                        self.tasks.insert(index, task);
                        Outcome::Full
                    }
                    Err(RequeueError::ShutDown(task)) => {
                        self.tasks.insert(index, task);
                        Outcome::ShutDown
                    }
                };
                assert_eq!(outcome, expected);
            }
            Op::ShutDown => {
                self.queue.shutdown();
                self.model.shut_down();
            }
            Op::ShutDownNow => {
                let left: Vec<_> = self.queue.shutdown_now().map(|item| item.item).collect();
                assert_eq!(left, self.model.shut_down_now());
            }
        }
    }

    /// Compares what there is to be seen from outside.
    fn check(&mut self) {
        let mut wakes: Vec<_> = self.log.lock().unwrap().drain(..).collect();
        for id in &wakes {
            let member = self.members.iter_mut().find(|member| member.id == *id);
            let member = member.expect("woken, and not there any more");
            assert!(member.polled, "woken before its first poll");
            assert!(!member.woken, "woken twice");
            member.woken = true;
        }
        // Which line is woken first is no promise; the order within each is.
        let line = |id: &Id| {
            let member = self.members.iter().find(|member| member.id == *id);
            member.map(|member| member.future.line())
        };
        wakes.sort_by_key(line);
        self.model.wakes.sort_by_key(line);
        assert_eq!(wakes, self.model.wakes, "woken");
        self.model.wakes.clear();

        let stats = self.queue.stats();
        assert_consistent(&stats);
        assert_eq!(stats.len, self.model.items.len());
        assert_eq!((stats.put, stats.done), (self.model.put, self.model.done));
        assert_eq!(stats.in_flight, self.tasks.len());
        assert_eq!(stats.is_shutdown, self.model.shut_down);
        let room = self.model.room();
        for (line, waiting, available) in [
            (0, stats.waiting_getters, stats.len),
            (1, stats.waiting_putters, room),
            (2, stats.waiting_joiners, 0),
        ] {
            let polled = |member: &&Member<S>| member.polled && member.future.line() == line;
            let polled: Vec<_> = self.members.iter().filter(polled).collect();
            let woken = polled.iter().filter(|member| member.woken).count();
            assert_eq!(waiting, polled.len() - woken, "in line {line}: {stats:?}");
            assert!(
                waiting == 0 || woken >= available,
                "line {line} sleeps on: {stats:?}"
            );
        }
    }

    fn step(&mut self, op: Op) {
        self.script.push(op);
        self.run(op);
        self.check();
    }

    /// Polls whoever is woken until nobody is, which must come to an end, and must leave nobody in line
    /// beside what he waits for. Then everybody goes.
    fn settle(mut self, dropping: impl Fn(usize) -> usize) {
        // Each poll either ends a wait or uses up a wake-up, and each end wakes at most one.
        let mut limit = 3 * self.members.len() + 1;
        while let Some(index) = self.members.iter().position(|member| member.woken) {
            limit = limit.checked_sub(1).expect("they keep waking each other");
            self.step(Op::Poll(index));
        }
        let stats = self.queue.stats();
        assert!(stats.len == 0 || stats.waiting_getters == 0, "{stats:?}");
        assert!(
            self.model.room() == 0 || stats.waiting_putters == 0,
            "{stats:?}"
        );
        while !self.members.is_empty() {
            self.step(Op::Drop(dropping(self.members.len())));
        }
        while !self.tasks.is_empty() {
            self.step(Op::Finish(0));
        }
        while !self.queue.is_empty() {
            self.step(Op::TryGet);
            self.step(Op::Finish(0));
        }
        assert_settled(self.queue, 0, 0);
        ready(pin!(self.queue.join()));
    }
}

fn refusal(item: Item, result: Result<(), TryPutError<Item>>) -> Outcome {
    match result {
        Ok(()) => Outcome::Done,
        Err(TryPutError::Full(back)) => {
            assert_eq!(back.item, item.item);
            Outcome::Full
        }
        Err(TryPutError::ShutDown(back)) => {
            assert_eq!(back.item, item.item);
            Outcome::ShutDown
        }
    }
}

/// Runs every script of `depth` steps that follows `opening`, with up to three waiters. Tasks are
/// finished as soon as they are taken.
fn run_all_after<F: Flavour>(opening: &[Op], depth: usize) {
    // Which of the steps that are possible is chosen at each depth, and how many are possible.
    let mut choices: Vec<(usize, usize)> = Vec::new();
    loop {
        let queue: QueueOf<F, Item, 1> = F::bounded();
        let mut world = World::new::<F>(&queue);
        for at in 0..opening.len() + depth {
            let op = match opening.get(at) {
                Some(op) => *op,
                None => {
                    let members = world.members.len();
                    let mut possible = vec![Op::TryPut, Op::TryGet];
                    possible.extend((0..members).map(Op::Poll));
                    possible.extend((0..members).map(Op::Drop));
                    if members < 3 {
                        possible.extend([Op::Get, Op::Put]);
                    }
                    let at = at - opening.len();
                    if at == choices.len() {
                        choices.push((0, possible.len()));
                    }
                    possible[choices[at].0]
                }
            };
            world.step(op);
            while !world.tasks.is_empty() {
                world.step(Op::Finish(0));
            }
        }
        world.settle(|_| 0);

        // The next script: the last choice that has another one.
        while let Some((chosen, possible)) = choices.pop() {
            if chosen + 1 < possible {
                choices.push((chosen + 1, possible));
                break;
            }
        }
        if choices.is_empty() {
            return;
        }
    }
}

/// Every script of a few steps agrees with the model, from the start and from situations that take long
/// to come about: waiters that lost once, and twice, in line and woken.
fn all_short_scripts_agree_with_the_model<F: Flavour>() {
    use Op::*;

    let lost_once = [Get, Get, TryPut, TryGet, Poll(0)];
    let lost_twice = [TryPut, TryGet, Poll(0)];
    let lost_room_once = [TryPut, Put, Put, TryGet, TryPut, Poll(0)];
    let lost_room_twice = [TryGet, TryPut, Poll(0)];
    let both_lost = [Get, Get, TryPut, TryGet, TryPut, TryGet, Poll(1), Poll(0)];
    for (opening, depth) in [
        (vec![], 5),
        ([&lost_once[..], &[TryPut]].concat(), 4),
        ([&lost_once[..], &lost_twice, &[TryPut]].concat(), 4),
        ([&lost_room_once[..], &[TryGet]].concat(), 4),
        (
            [&lost_room_once[..], &lost_room_twice, &[TryGet]].concat(),
            4,
        ),
        (both_lost.to_vec(), 4),
    ] {
        within_limit(move || run_all_after::<F>(&opening, depth));
    }
}

/// A walk of random steps; the weights of the steps are random as well, so that some walks are
/// crowded with waiters, some with items, and some see many give up.
fn random_walk<F: Flavour, const N: usize>(seed: u64, steps: usize) {
    let mut random = SmallRng::seed_from_u64(seed);
    let queue: QueueOf<F, Item, N> = F::bounded();
    let mut world = World::new::<F>(&queue);
    let weights: [u32; 13] = std::array::from_fn(|_| random.random_range(1..=8));
    let total = weights.iter().sum();
    let crowd = random.random_range(2..=9);
    let shut_down_at = match random.random_range(0..3) {
        0 => usize::MAX,
        _ => random.random_range(steps / 2..steps),
    };
    for at in 0..steps {
        let mut point = random.random_range(0..total);
        let kind = weights
            .iter()
            .position(|weight| match point.checked_sub(*weight) {
                Some(rest) => {
                    point = rest;
                    false
                }
                None => true,
            });
        let room_for_waiters = world.members.len() < crowd;
        let mut any = |len: usize| (len > 0).then(|| random.random_range(0..len));
        let op = match kind.unwrap() {
            _ if at == shut_down_at => Some(if seed & 1 == 0 {
                Op::ShutDown
            } else {
                Op::ShutDownNow
            }),
            0 if room_for_waiters => Some(Op::Get),
            1 if room_for_waiters => Some(Op::Put),
            2 if room_for_waiters => match any(4) {
                Some(0) => Some(Op::LazyGet),
                Some(1) => Some(Op::LazyPut),
                Some(2) => Some(Op::LazyJoin),
                _ => Some(Op::Join),
            },
            3 => any(world.members.len()).map(Op::Poll),
            // Those that were woken, as an executor would.
            4 | 5 => {
                let woken = world.members.iter().position(|member| member.woken);
                woken.map(Op::Poll)
            }
            6 => any(world.members.len()).map(Op::Drop),
            7 | 8 => Some(Op::TryPut),
            9 => Some(Op::TryGet),
            10 => any(world.tasks.len()).map(Op::Finish),
            11 if queue.len() < 2 * N => any(world.tasks.len()).map(Op::FollowUp),
            12 => any(world.tasks.len()).map(Op::Requeue),
            _ => None,
        };
        if let Some(op) = op {
            world.step(op);
        }
        // Tasks are not hoarded.
        if world.tasks.len() > 8 {
            world.step(Op::Finish(0));
        }
    }
    world.settle(|members| seed as usize % members);
}

/// Long random scripts agree with the model, and come to an end in which nobody hangs.
fn random_scripts_agree_with_the_model<F: Flavour>() {
    for capacity in 1..=3 {
        within_limit(move || {
            for seed in 0..100 {
                match capacity {
                    1 => random_walk::<F, 1>(seed, 3000),
                    2 => random_walk::<F, 2>(seed, 3000),
                    _ => random_walk::<F, 3>(seed, 3000),
                }
            }
        });
    }
}

for_every_flavour!(
    all_short_scripts_agree_with_the_model,
    random_scripts_agree_with_the_model,
);
