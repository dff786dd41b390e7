//! Every operation, interrupted at every point by a put, a get, a `task_done` or a look at the numbers, and that again: whatever
//! they are told must be what a queue could have told them on which each happens at one instant; and whoever
//! waits in the end must have to.

#[macro_use]
#[allow(
    dead_code,
    unused_imports,
    unused_macros,
    reason = "the tests use more of it"
)]
#[path = "../../it/kit/mod.rs"]
mod kit;

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::task::Poll;

use joinable_queue::future::{Get, Join, Put};
use joinable_queue::storage::Storage;
use joinable_queue::{JoinableQueue, Prioritized, RequeueError, Task, TryGetError, TryPutError};
use joinable_queue_interrupts::{LEVELS, interrupted, point};

use kit::history::{Act, Event, Spec, Wait, is_linearizable, listing};
use kit::{Flavour, Probe, QueueOf, Waiter};

const CAPACITY: usize = 2;
const NEVER: usize = usize::MAX;

type Item = Prioritized<u32, u32>;

fn priority(item: u32) -> u32 {
    item % 3
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Op {
    TryPut,
    TryGet,
    TaskDone,
    Get,
    Put,
    Join,
    /// The oldest future.
    Poll,
    Drop,
    Done,
    Abandon,
    Detach,
    Requeue,
    FollowUp,
    ShutDown,
    ShutDownNow,
    Len,
    Unfinished,
}

use Op::*;

const OPERATIONS: [Op; 17] = [
    TryPut,
    TryGet,
    TaskDone,
    Get,
    Put,
    Join,
    Poll,
    Drop,
    Done,
    Abandon,
    Detach,
    Requeue,
    FollowUp,
    ShutDown,
    ShutDownNow,
    Len,
    Unfinished,
];

const INTERRUPTS: [Op; 4] = [TryPut, TryGet, TaskDone, Unfinished];

/// What came before.
const SITUATIONS: [&[Op]; 14] = [
    &[],
    &[TryPut],
    &[TryPut, TryPut],
    &[TryPut, TryGet],
    &[TryPut, TryGet, Detach, Join],
    &[TryPut, TryGet, TryPut, Join],
    &[Get],
    &[Get, Get],
    &[Get, Get, TryPut],
    &[Get, Get, TryPut, TryPut],
    &[TryPut, TryPut, Put, Put],
    &[TryPut, TryPut, Put, Put, TryGet],
    &[TryPut, TryPut, Put, Put, TryGet, TryGet, Detach],
    &[Get, TryPut, TryGet, Detach, Join, Get],
];

enum Future<S: Storage<Item = Item> + 'static> {
    Get(Waiter<Get<&'static JoinableQueue<S>>>),
    Put(Waiter<Put<&'static JoinableQueue<S>>>, u32),
    Join(Waiter<Join<&'static JoinableQueue<S>>>),
}

impl<S: Storage<Item = Item>> Future<S> {
    fn probe(&self) -> &Probe {
        match self {
            Self::Get(get) => get.probe(),
            Self::Put(put, _) => put.probe(),
            Self::Join(join) => join.probe(),
        }
    }

    fn wait(&self) -> Wait {
        match self {
            Self::Get(_) => Wait::Get,
            Self::Put(..) => Wait::Put,
            Self::Join(_) => Wait::Join,
        }
    }
}

struct Member<S: Storage<Item = Item> + 'static> {
    future: Future<S>,
    /// Its thread in the history.
    thread: usize,
    wakes_seen: usize,
}

/// Shared by an operation and those that interrupt it.
struct World<S: Storage<Item = Item> + 'static> {
    queue: &'static JoinableQueue<S>,
    clock: Cell<u64>,
    items: Cell<u32>,
    /// The first three are the levels; then the futures.
    threads: RefCell<Vec<Vec<Event>>>,
    tasks: RefCell<Vec<Task<&'static JoinableQueue<S>>>>,
    members: RefCell<Vec<Member<S>>>,
}

impl<S: Storage<Item = Item>> World<S> {
    fn now(&self) -> u64 {
        self.clock.replace(self.clock.get() + 1)
    }

    fn item(&self) -> Item {
        let number = self.items.replace(self.items.get() + 1);
        Prioritized::new(priority(number), number)
    }

    fn record(&self, thread: usize, start: u64, acts: impl IntoIterator<Item = Act>) {
        let end = self.now();
        let events = acts.into_iter().map(|act| Event { act, start, end });
        self.threads.borrow_mut()[thread].extend(events);
    }

    fn took(&self, task: Task<&'static JoinableQueue<S>>) -> Act {
        let act = Act::Got(task.item);
        self.tasks.borrow_mut().push(task);
        act
    }

    fn add(&self, future: Future<S>) {
        future.probe().on_event(|_| point());
        self.threads.borrow_mut().push(Vec::new());
        let thread = self.threads.borrow().len() - 1;
        let member = Member {
            future,
            thread,
            wakes_seen: 0,
        };
        self.poll(member, true);
    }

    fn poll(&self, mut member: Member<S>, first: bool) {
        let start = self.now();
        member.wakes_seen = member.future.probe().wakes();
        let act = match &mut member.future {
            Future::Get(get) => get.poll().map(|result| match result {
                Ok(task) => self.took(task),
                Err(_) => Act::GetRefused,
            }),
            Future::Put(put, item) => put.poll().map(|result| match result {
                Ok(()) => Act::Put(*item),
                Err(_) => Act::PutRefused,
            }),
            Future::Join(join) => {
                let result = join.poll();
                if first {
                    self.record(member.thread, start, [Act::JoinBegins]);
                }
                result.map(|_| Act::JoinEnds)
            }
        };
        match act {
            Poll::Ready(act) => self.record(member.thread, start, [act]),
            Poll::Pending => self.members.borrow_mut().push(member),
        }
    }

    /// Does `op` on one level.
    fn run(&self, level: usize, op: Op) {
        let task = || {
            let mut tasks = self.tasks.borrow_mut();
            (!tasks.is_empty()).then(|| tasks.remove(0))
        };
        let member = || {
            let mut members = self.members.borrow_mut();
            (!members.is_empty()).then(|| members.remove(0))
        };
        let start = self.now();
        let mut acts = Vec::new();
        match op {
            TryPut => {
                let item = self.item();
                acts.push(match self.queue.try_put(item) {
                    Ok(()) => Act::Put(item.item),
                    Err(TryPutError::Full(_)) => Act::Full,
                    Err(TryPutError::ShutDown(_)) => Act::PutRefused,
                });
            }
            TryGet => acts.push(match self.queue.try_get() {
                Ok(task) => self.took(task),
                Err(TryGetError::Empty) => Act::Empty,
                Err(TryGetError::ShutDown) => Act::GetRefused,
            }),
            TaskDone => acts.push(Act::TaskDone(self.queue.task_done().is_ok())),
            Get => self.add(Future::Get(Waiter::new(self.queue.get()))),
            Put => {
                let item = self.item();
                self.add(Future::Put(Waiter::new(self.queue.put(item)), item.item));
            }
            Join => self.add(Future::Join(Waiter::new(self.queue.join()))),
            Poll => {
                if let Some(member) = member() {
                    self.poll(member, false);
                }
            }
            Drop => drop(member()),
            Done | Abandon | Detach => {
                if let Some(task) = task() {
                    match op {
                        Done => drop(task.done()),
                        Abandon => drop(task),
                        _ => drop(task.detach()),
                    }
                    acts.push(if op == Detach {
                        Act::Detach
                    } else {
                        Act::Finish
                    });
                }
            }
            Requeue => {
                if let Some(task) = task() {
                    let number = task.item;
                    let (act, back) = match task.requeue() {
                        Ok(()) => (Act::Requeue(number), None),
                        Err(RequeueError::Full(task)) => (Act::FollowUpFull, Some(task)),
                        Err(RequeueError::ShutDown(task)) => (Act::PutRefused, Some(task)),
                    };
                    acts.push(act);
                    self.tasks.borrow_mut().extend(back);
                }
            }
            FollowUp => {
                if let Some(task) = task() {
                    let item = self.item();
                    acts.push(match task.put_follow_up(item) {
                        Ok(()) => Act::FollowUp(item.item),
                        Err(TryPutError::Full(_)) => Act::FollowUpFull,
                        Err(TryPutError::ShutDown(_)) => Act::PutRefused,
                    });
                    self.tasks.borrow_mut().push(task);
                }
            }
            ShutDown => {
                self.queue.shutdown();
                acts.push(Act::Close);
            }
            ShutDownNow => {
                let removed = self.queue.shutdown_now().map(|item| item.item);
                acts.push(Act::Close);
                acts.extend(removed.map(Act::Removed));
                acts.push(Act::NothingLeft);
            }
            Len => acts.push(Act::Len(self.queue.len())),
            Unfinished => acts.push(Act::Unfinished(self.queue.unfinished())),
        }
        self.record(level, start, acts);
    }

    /// Polls whoever is woken until nobody is; then finishes and takes out all that is left.
    fn settle(&self) {
        loop {
            let woken = |member: &Member<S>| member.future.probe().wakes() > member.wakes_seen;
            let place = self.members.borrow().iter().position(woken);
            let Some(place) = place else { break };
            let member = self.members.borrow_mut().remove(place);
            self.poll(member, false);
        }
        let members = self.members.take();
        let waits = members
            .iter()
            .map(|member| (member.thread, member.future.wait()));
        let start = self.now();
        self.record(0, start, [Act::Quiet(waits.collect())]);
        drop(members);
        while !self.tasks.borrow().is_empty() {
            self.run(0, Done);
        }
        loop {
            self.run(0, TryGet);
            if self.tasks.borrow().is_empty() {
                break;
            }
            self.run(0, Done);
        }
        self.run(0, Unfinished);
        while self.queue.unfinished() > 0 {
            self.run(0, TaskDone);
        }
        self.run(0, TaskDone);
    }
}

/// One run; returns how many points there were.
fn check<F: Flavour>(
    situation: &[Op],
    op: Op,
    interrupts: [Op; LEVELS],
    at: [usize; LEVELS],
) -> [usize; LEVELS] {
    let spec = Spec {
        order: F::ORDER,
        grows: F::GROWS,
        capacity: Some(CAPACITY),
        priority,
    };
    let queue: Box<QueueOf<F, Item, CAPACITY>> = Box::new(F::bounded());
    let queue = Box::into_raw(queue);
    let world = Rc::new(World {
        // SAFETY: the queue is freed below, when the world is gone.
        queue: unsafe { &*queue },
        clock: Cell::new(0),
        items: Cell::new(0),
        threads: RefCell::new(vec![Vec::new(); 1 + LEVELS]),
        tasks: RefCell::default(),
        members: RefCell::default(),
    });
    for op in situation {
        world.run(0, *op);
    }
    let handler = {
        let world = Rc::clone(&world);
        move |level: usize| world.run(1 + level, interrupts[level])
    };
    let ((), points) = interrupted(at, handler, || world.run(0, op));
    world.settle();
    let threads = world.threads.take();
    assert!(
        is_linearizable(&spec, &threads),
        "{situation:?}, then {op:?}, interrupted by {interrupts:?} at {at:?}: no order explains\n{}",
        listing(&threads)
    );
    assert!(Rc::into_inner(world).is_some(), "nobody else has it");
    // SAFETY: from `into_raw`, and no longer borrowed.
    drop(unsafe { Box::from_raw(queue) });
    points
}

fn every_operation_can_be_interrupted_at_every_point<F: Flavour>() {
    let mut runs = 0;
    for situation in SITUATIONS {
        for op in OPERATIONS {
            let [points, _] = check::<F>(situation, op, [TryPut; LEVELS], [NEVER; LEVELS]);
            for first in INTERRUPTS {
                for at in 0..points {
                    let [_, points] = check::<F>(situation, op, [first; LEVELS], [at, NEVER]);
                    runs += 1;
                    for second in INTERRUPTS {
                        for inner in 0..points {
                            check::<F>(situation, op, [first, second], [at, inner]);
                            runs += 1;
                        }
                    }
                }
            }
        }
    }
    println!("{runs} runs");
    assert!(runs > 10_000, "{runs}: did the interrupts come?");
}

for_every_flavour!(every_operation_can_be_interrupted_at_every_point);
