//! One thread of a run: does its operations, and writes down what it was told.

use std::future::Future;
use std::hint;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll, Waker};

use joinable_queue::storage::Storage;
use joinable_queue::{JoinableQueue, RequeueError, Task, TryGetError, TryPutError};

use super::item::Item;
use super::scenario::Op;
use super::stage::Stage;
use super::{AFTER_RACE, BEGIN};
use crate::kit::history::{Act, Event, Wait};
use crate::kit::{Event as WakerEvent, *};

type Tasks<'q, S> = Vec<Task<&'q JoinableQueue<S>>>;

/// One thread of a run.
pub(super) struct Actor<'q, S: Storage<Item = Item>> {
    queue: &'q JoinableQueue<S>,
    stage: &'q Arc<Stage>,
    thread: usize,
    pub(super) stamped: bool,
    dawdles: u32,
    grows: bool,
    pub(super) tasks: Tasks<'q, S>,
    next_item: u32,
    pub(super) events: Vec<Event>,
    /// What it still waits for when nobody is left.
    pub(super) pending: Option<Wait>,
}

impl<'q, S: Storage<Item = Item>> Actor<'q, S> {
    pub(super) fn new(
        queue: &'q JoinableQueue<S>,
        stage: &'q Arc<Stage>,
        thread: usize,
        dawdles: u32,
        grows: bool,
    ) -> Self {
        Self {
            queue,
            stage,
            thread,
            stamped: true,
            dawdles,
            grows,
            tasks: Vec::new(),
            next_item: 100 * (thread as u32 + 1),
            events: Vec::new(),
            pending: None,
        }
    }

    fn now(&self) -> u64 {
        self.stage.clock.fetch_add(1, Ordering::AcqRel)
    }

    fn start(&self) -> u64 {
        if self.stamped { self.now() } else { BEGIN }
    }

    fn end(&self) -> u64 {
        if self.stamped {
            self.now()
        } else {
            AFTER_RACE - 1
        }
    }

    pub(super) fn record(&mut self, start: u64, end: u64, acts: impl IntoIterator<Item = Act>) {
        let events = acts.into_iter().map(|act| Event { act, start, end });
        self.events.extend(events);
    }

    /// Records what `f` says it has done.
    pub(super) fn instant<A: IntoIterator<Item = Act>>(&mut self, f: impl FnOnce(&mut Self) -> A) {
        let start = self.start();
        let acts = f(self);
        let end = self.end();
        self.record(start, end, acts);
    }

    /// A waker of this thread, which takes its time whatever the queue does with it: between a check and
    /// what is done about it others get their chance.
    fn waker(&self) -> Waker {
        let (stage, thread, dawdles) = (Arc::clone(self.stage), self.thread, self.dawdles);
        let probe = Probe::new();
        probe.on_event(move |event| {
            if matches!(event, WakerEvent::Wake | WakerEvent::WakeByRef) {
                stage.wake(thread);
            }
            match dawdles {
                0 => {}
                1 => (0..100).for_each(|_| hint::spin_loop()),
                _ => std::thread::yield_now(),
            }
        });
        probe.waker()
    }

    /// Drives `future` until it is ready, or nobody is left who could wake it.
    fn wait<F: Future>(&mut self, mut future: Pin<&mut F>, wait: Wait) -> Option<F::Output> {
        let waker = self.waker();
        loop {
            if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
                return Some(output);
            }
            if !self.stage.park(self.thread) {
                self.pending = Some(wait);
                return None;
            }
        }
    }

    /// Polls so often, each time with another waker, and leaves a while after each for it to be woken.
    fn poll<F: Future>(&self, mut future: Pin<&mut F>, polls: u32) -> Option<F::Output> {
        for _ in 0..polls {
            let waker = self.waker();
            if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
                return Some(output);
            }
            (0..100).for_each(|_| hint::spin_loop());
        }
        None
    }

    fn new_item(&mut self) -> Item {
        self.next_item += 1;
        Item::new(self.next_item)
    }

    fn took(&mut self, task: Task<&'q JoinableQueue<S>>) -> Act {
        let act = Act::Got(task.number());
        self.tasks.push(task);
        act
    }

    pub(super) fn try_get(&mut self) -> Act {
        match self.queue.try_get() {
            Ok(task) => self.took(task),
            Err(TryGetError::Empty) => Act::Empty,
            Err(TryGetError::ShutDown) => Act::GetRefused,
        }
    }

    /// The oldest task, if there is one: whoever has none does nothing.
    fn with_task(&mut self, f: impl FnOnce(Task<&'q JoinableQueue<S>>) -> Act) {
        if !self.tasks.is_empty() {
            self.instant(|this| [f(this.tasks.remove(0))]);
        }
    }

    pub(super) fn run(&mut self, op: Op) {
        match op {
            Op::TryPut => self.instant(|this| {
                let item = this.new_item();
                [match this.queue.try_put(item) {
                    Ok(()) => Act::Put(item.number()),
                    Err(TryPutError::Full(_)) => Act::Full,
                    Err(TryPutError::ShutDown(_)) => Act::PutRefused,
                }]
            }),
            Op::TryPutTwo => self.instant(|this| {
                let two = [this.new_item(), this.new_item()];
                let (put, refusal) = match this.queue.try_put_all(&mut two.into_iter()) {
                    Ok(put) => (put, None),
                    Err(error) if error.is_full() => (error.put, Some(Act::Full)),
                    Err(error) => (error.put, Some(Act::PutRefused)),
                };
                let puts = two
                    .into_iter()
                    .take(put)
                    .map(|item| Act::Put(item.number()));
                puts.chain(refusal).collect::<Vec<_>>()
            }),
            Op::Put => {
                let item = self.new_item();
                let start = self.start();
                let queue = self.queue;
                if let Some(result) = self.wait(pin!(queue.put(item)), Wait::Put) {
                    let end = self.end();
                    self.record(start, end, [put_act(item, result.is_ok())]);
                }
            }
            Op::PutOrGiveUp(polls) => self.instant(|this| {
                let item = this.new_item();
                let mut put = pin!(this.queue.put(item));
                let result = this.poll(put.as_mut(), polls);
                // Every second time the future is merely dropped.
                if result.is_none() && polls & 1 == 1 {
                    assert_eq!(
                        put.into_item().map(|item| item.number()),
                        Some(item.number())
                    );
                }
                result.map(|result| put_act(item, result.is_ok()))
            }),
            Op::TryGet => self.instant(|this| [this.try_get()]),
            Op::TryGetTwo => self.instant(|this| [this.try_get(), this.try_get()]),
            Op::Get => {
                let start = self.start();
                let queue = self.queue;
                if let Some(result) = self.wait(pin!(queue.get()), Wait::Get) {
                    let end = self.end();
                    let act = result.map_or(Act::GetRefused, |task| self.took(task));
                    self.record(start, end, [act]);
                }
            }
            Op::GetOrGiveUp(polls) => self.instant(|this| {
                let queue = this.queue;
                let result = this.poll(pin!(queue.get()), polls)?;
                Some(result.map_or(Act::GetRefused, |task| this.took(task)))
            }),
            Op::Done => self.with_task(|task| {
                task.done();
                Act::Finish
            }),
            Op::Fail => self.with_task(|task| {
                task.fail();
                Act::Finish
            }),
            Op::Abandon => self.with_task(|task| {
                drop(task);
                Act::Finish
            }),
            Op::Detach => self.with_task(|task| {
                task.detach();
                Act::Detach
            }),
            Op::TaskDone => self.instant(|this| [Act::TaskDone(this.queue.task_done().is_ok())]),
            Op::Requeue => {
                let mut back = None;
                self.with_task(|task| {
                    let number = task.number();
                    match task.requeue() {
                        Ok(()) => Act::Requeue(number),
                        Err(RequeueError::Full(task)) => {
                            back = Some(task);
                            Act::FollowUpFull
                        }
                        Err(RequeueError::ShutDown(task)) => {
                            back = Some(task);
                            Act::PutRefused
                        }
                    }
                });
                self.tasks.extend(back);
            }
            Op::FollowUp if self.tasks.is_empty() => {}
            Op::FollowUp => self.instant(|this| {
                let item = this.new_item();
                [match this.tasks[0].put_follow_up(item) {
                    Ok(()) => Act::FollowUp(item.number()),
                    Err(TryPutError::Full(_)) => Act::FollowUpFull,
                    Err(TryPutError::ShutDown(_)) => Act::PutRefused,
                }]
            }),
            Op::Join => {
                let start = self.start();
                let queue = self.queue;
                let mut join = pin!(queue.join());
                let first = self.poll(join.as_mut(), 1);
                // What counts is whether nothing was unfinished at some instant since the first poll.
                let begun = self.end();
                self.record(start, begun, [Act::JoinBegins]);
                if first.is_some() || self.wait(join, Wait::Join).is_some() {
                    let end = if first.is_some() { begun } else { self.end() };
                    self.record(start, end, [Act::JoinEnds]);
                }
            }
            Op::JoinOrGiveUp(polls) => self.instant(|this| {
                let queue = this.queue;
                let result = this.poll(pin!(queue.join()), polls);
                let acts = result.map(|_| [Act::JoinBegins, Act::JoinEnds]);
                acts.into_iter().flatten()
            }),
            Op::ShutDown => self.instant(|this| {
                this.queue.shutdown();
                [Act::Close]
            }),
            Op::ShutDownNow => self.instant(|this| {
                let rest = this.queue.shutdown_now();
                let got: Vec<_> = rest.map(|item| Act::Got(item.number())).collect();
                shut_down_now(got, this.grows)
            }),
            Op::Len => self.instant(|this| [Act::Len(this.queue.len())]),
            Op::Unfinished => self.instant(|this| [Act::Unfinished(this.queue.unfinished())]),
            Op::IsShutDown => self.instant(|this| [Act::IsShutDown(this.queue.is_shutdown())]),
        }
    }
}

fn put_act(item: Item, done: bool) -> Act {
    if done {
        Act::Put(item.number())
    } else {
        Act::PutRefused
    }
}

/// A queue that grows is emptied first, and then what was in it is finished; one of fixed capacity does both for
/// each item in a step.
fn shut_down_now(got: Vec<Act>, grows: bool) -> Vec<Act> {
    let mut acts = vec![Act::Close];
    if grows {
        let finished = vec![Act::Finish; got.len()];
        acts.extend(got);
        acts.push(Act::NothingLeft);
        acts.extend(finished);
    } else {
        acts.extend(got.into_iter().flat_map(|got| [got, Act::Finish]));
        acts.push(Act::NothingLeft);
    }
    acts
}
