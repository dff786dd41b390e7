//! A queue beside its model: every step is done to both, and compared.

use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex};
use std::task::Poll;

use joinable_queue::future::{Get, Join, Put, PutAll};
use joinable_queue::storage::Storage;
use joinable_queue::{
    GetError, JoinableQueue, RequeueError, Task, Ticket, TryGetError, TryPutError,
};

use super::model::{Batch, Id, Item, Model, Outcome, with_fuse};
use crate::kit::*;

/// One step of a script. Waiters, tasks and tickets are named by their index, the oldest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Op {
    /// Makes a future and polls it.
    Get,
    Put,
    Join,
    /// Of so many items.
    GetMany(usize),
    PutAll(usize),
    /// Makes one and does not poll it.
    LazyGet,
    LazyPut,
    LazyJoin,
    /// Whether it was woken or not.
    Poll(usize),
    /// With another waker than before.
    PollAnew(usize),
    Drop(usize),
    /// As `Drop`; a put gives its item back.
    GiveUp(usize),
    TryPut,
    TryPutAll(usize),
    TryGet,
    TryGetMany(usize),
    Finish(usize),
    Fail(usize),
    Abandon(usize),
    Detach(usize),
    TaskDone,
    FollowUp(usize),
    Requeue(usize),
    /// Finishes one item of a ticket.
    FinishOne(usize),
    /// Finishes the whole ticket.
    FinishAll(usize),
    ShutDown,
    ShutDownNow,
    /// The next step panics at its so-many-th comparison, if it comes to that.
    Fuse(usize),
}

type TaskOf<'q, S> = Task<&'q JoinableQueue<S>>;
type TicketOf<'q, S> = Ticket<&'q JoinableQueue<S>>;
type Taken<'q, S> = Result<(Vec<Item>, TicketOf<'q, S>), GetError>;

enum Future<'q, S: Storage> {
    Get(Waiter<Get<&'q JoinableQueue<S>>>),
    GetMany(
        Waiter<Pin<Box<dyn std::future::Future<Output = Taken<'q, S>> + 'q>>>,
        usize,
    ),
    Put(Waiter<Put<&'q JoinableQueue<S>>>, Batch),
    PutAll(
        Waiter<PutAll<&'q JoinableQueue<S>, std::vec::IntoIter<Item>>>,
        Batch,
    ),
    Join(Waiter<Join<&'q JoinableQueue<S>>>),
}

impl<S: Storage<Item = Item>> Future<'_, S> {
    fn line(&self) -> usize {
        match self {
            Self::Get(_) | Self::GetMany(..) => 0,
            Self::Put(..) | Self::PutAll(..) => 1,
            Self::Join(_) => 2,
        }
    }

    fn probe(&self) -> &Probe {
        match self {
            Self::Get(get) => get.probe(),
            Self::GetMany(get, _) => get.probe(),
            Self::Put(put, _) => put.probe(),
            Self::PutAll(put, _) => put.probe(),
            Self::Join(join) => join.probe(),
        }
    }

    fn renew_probe(&mut self) -> Probe {
        match self {
            Self::Get(get) => get.renew_probe(),
            Self::GetMany(get, _) => get.renew_probe(),
            Self::Put(put, _) => put.renew_probe(),
            Self::PutAll(put, _) => put.renew_probe(),
            Self::Join(join) => join.renew_probe(),
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
pub(crate) struct World<'q, S: Storage<Item = Item>> {
    queue: &'q JoinableQueue<S>,
    model: Model,
    members: Vec<Member<'q, S>>,
    tasks: Vec<TaskOf<'q, S>>,
    tickets: Vec<TicketOf<'q, S>>,
    next_id: Id,
    next_item: usize,
    /// Who was woken since it was last looked at, as it happened.
    log: Arc<Mutex<Vec<Id>>>,
    /// For the next step.
    fuse: Option<usize>,
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
    pub(crate) fn new<F: Flavour>(queue: &'q JoinableQueue<S>) -> Self {
        Self {
            queue,
            model: Model::new(F::ORDER, F::GROWS, queue.capacity().unwrap_or(usize::MAX)),
            members: Vec::new(),
            tasks: Vec::new(),
            tickets: Vec::new(),
            next_id: 0,
            next_item: 0,
            log: Arc::default(),
            fuse: None,
            script: Vec::new(),
        }
    }

    /// How many futures there are.
    pub(crate) fn members(&self) -> usize {
        self.members.len()
    }

    /// The first future that was woken and not polled since.
    pub(crate) fn first_woken(&self) -> Option<usize> {
        self.members.iter().position(|member| member.woken)
    }

    pub(crate) fn tasks(&self) -> usize {
        self.tasks.len()
    }

    pub(crate) fn tickets(&self) -> usize {
        self.tickets.len()
    }

    fn item(&mut self) -> Item {
        self.next_item += 1;
        Item {
            // Spread over three priorities, so that many are equal.
            priority: (self.next_item as u32).wrapping_mul(7) % 3,
            item: self.next_item,
        }
    }

    fn batch(&mut self, count: usize) -> Batch {
        Batch {
            items: (0..count).map(|_| self.item()).collect(),
            put: 0,
        }
    }

    /// Calls the queue with the fuse that is due; `None` if a comparison panicked.
    fn call<R>(&mut self, f: impl FnOnce(&mut Self) -> R) -> Option<R> {
        with_fuse(self.fuse.take(), || f(self))
    }

    fn add(&mut self, future: Future<'q, S>) -> usize {
        let id = self.next_id;
        self.next_id += 1;
        self.listen(&future, id);
        self.members.push(Member {
            id,
            future,
            polled: false,
            woken: false,
        });
        self.members.len() - 1
    }

    fn listen(&self, future: &Future<'q, S>, id: Id) {
        let log = Arc::clone(&self.log);
        future.probe().on_event(move |event| {
            if event == Event::Wake {
                log.lock().unwrap().push(id);
            }
        });
    }

    fn add_get(&mut self) -> usize {
        self.add(Future::Get(Waiter::new(self.queue.get())))
    }

    fn add_put(&mut self) -> usize {
        let batch = self.batch(1);
        let put = self.queue.put(batch.items[0]);
        self.add(Future::Put(Waiter::new(put), batch))
    }

    fn add_join(&mut self) -> usize {
        self.add(Future::Join(Waiter::new(self.queue.join())))
    }

    fn add_get_many(&mut self, max: usize) -> usize {
        let queue = self.queue;
        let taken = async move {
            let mut items = Vec::new();
            let ticket = queue.get_many(max, &mut items).await?;
            Ok((items, ticket))
        };
        self.add(Future::GetMany(Waiter::new(Box::pin(taken)), max))
    }

    fn add_put_all(&mut self, count: usize) -> usize {
        let batch = self.batch(count);
        let items = Vec::from_iter(batch.items.iter().copied());
        let put_all = self.queue.put_all(items);
        self.add(Future::PutAll(Waiter::new(put_all), batch))
    }

    fn took(&mut self, task: TaskOf<'q, S>) -> Outcome {
        let number = task.item;
        self.tasks.push(task);
        Outcome::Took(vec![number])
    }

    fn took_many(&mut self, items: &[Item], ticket: TicketOf<'q, S>) -> Outcome {
        assert_eq!(ticket.owed(), items.len());
        if !items.is_empty() {
            self.tickets.push(ticket);
        }
        Outcome::Took(items.iter().map(|item| item.item).collect())
    }

    /// With another waker; the queue must forget the old one.
    fn poll_anew(&mut self, index: usize) {
        // A comparison that panics would leave the old waker where it is.
        self.fuse = None;
        let member = &mut self.members[index];
        let id = member.id;
        let old = member.future.renew_probe();
        self.listen(&self.members[index].future, id);
        self.poll(index);
        assert_eq!(old.alive(), 0, "the old waker is kept");
    }

    fn poll(&mut self, index: usize) {
        let mut member = self.members.remove(index);
        if matches!(member.future, Future::GetMany(..) | Future::PutAll(..)) {
            // How far they come before a comparison panics is not in the model.
            self.fuse = None;
        }
        let waits = self.call(|this| {
            let outcome = this.poll_future(member.id, &mut member.future);
            (member.polled, member.woken) = (true, false);
            outcome == Outcome::Waits
        });
        // After a panic nothing has happened: it is where it was.
        if waits.unwrap_or(true) {
            self.members.insert(index, member);
        }
    }

    fn poll_future(&mut self, id: Id, future: &mut Future<'q, S>) -> Outcome {
        let (outcome, expected) = match future {
            Future::Get(get) => (
                match get.poll() {
                    Poll::Pending => Outcome::Waits,
                    Poll::Ready(Err(_)) => Outcome::ShutDown(0),
                    Poll::Ready(Ok(task)) => self.took(task),
                },
                self.model.poll_get(id, 1),
            ),
            Future::GetMany(get, max) => (
                match get.poll() {
                    Poll::Pending => Outcome::Waits,
                    Poll::Ready(Err(_)) => Outcome::ShutDown(0),
                    Poll::Ready(Ok((items, ticket))) => self.took_many(&items, ticket),
                },
                self.model.poll_get(id, *max),
            ),
            Future::Put(put, batch) => (
                match put.poll() {
                    Poll::Pending => Outcome::Waits,
                    Poll::Ready(Ok(())) => Outcome::Done(1),
                    Poll::Ready(Err(error)) => {
                        assert_eq!(error.into_inner().item, batch.items[0].item);
                        Outcome::ShutDown(0)
                    }
                },
                self.model.poll_put(id, batch),
            ),
            Future::PutAll(put, batch) => {
                let outcome = match put.poll() {
                    Poll::Pending => Outcome::Waits,
                    Poll::Ready(Ok(put)) => Outcome::Done(put),
                    Poll::Ready(Err(error)) => {
                        let refused = batch.items[error.put - batch.put];
                        assert_eq!(error.item.item, refused.item);
                        Outcome::ShutDown(error.put)
                    }
                };
                let expected = self.model.poll_put(id, batch);
                assert_eq!(put.future().put_so_far(), batch.put);
                (outcome, expected)
            }
            Future::Join(join) => (
                match join.poll() {
                    Poll::Pending => Outcome::Waits,
                    Poll::Ready(stats) => {
                        assert_eq!(stats, self.queue.stats());
                        Outcome::Done(0)
                    }
                },
                self.model.poll_join(id),
            ),
        };
        assert_eq!(outcome, expected);
        outcome
    }

    fn cancel(&mut self, index: usize, give_back: bool) {
        let mut member = self.members.remove(index);
        if give_back {
            let (back, item) = match &mut member.future {
                Future::Put(put, batch) => (put.future().into_item(), batch.items.front()),
                Future::PutAll(put, batch) => {
                    // Taken from the iterator by the first poll.
                    let item = batch.items.front().filter(|_| member.polled);
                    (put.future().into_item(), item)
                }
                _ => (None, None),
            };
            assert_eq!(back.map(|back| back.item), item.map(|item| item.item));
        }
        match member.future.line() {
            0 => self.model.drop_get(member.id),
            1 => self.model.drop_put(member.id),
            _ => self.model.drop_join(member.id),
        }
        drop(member);
    }

    fn run(&mut self, op: Op) {
        match op {
            Op::LazyGet => drop(self.add_get()),
            Op::LazyPut => drop(self.add_put()),
            Op::LazyJoin => drop(self.add_join()),
            Op::Get => {
                let index = self.add_get();
                self.poll(index);
            }
            Op::Put => {
                let index = self.add_put();
                self.poll(index);
            }
            Op::Join => {
                let index = self.add_join();
                self.poll(index);
            }
            Op::GetMany(max) => {
                let index = self.add_get_many(max);
                self.poll(index);
            }
            Op::PutAll(count) => {
                let index = self.add_put_all(count);
                self.poll(index);
            }
            Op::Poll(index) => self.poll(index),
            Op::PollAnew(index) => self.poll_anew(index),
            Op::Drop(index) => self.cancel(index, false),
            Op::GiveUp(index) => self.cancel(index, true),
            Op::TryPut => self.try_put(),
            Op::TryPutAll(count) => self.try_put_all(count),
            Op::TryGet => self.try_get(),
            Op::TryGetMany(max) => self.try_get_many(max),
            Op::Finish(index) => {
                self.tasks.remove(index).done();
                self.model.finish(1);
            }
            Op::Fail(index) => {
                self.tasks.remove(index).fail();
                self.model.failed += 1;
                self.model.finish(1);
            }
            Op::Abandon(index) => {
                drop(self.tasks.remove(index));
                self.model.abandoned += 1;
                self.model.finish(1);
            }
            Op::Detach(index) => {
                self.tasks.remove(index).detach();
                self.model.detached += 1;
            }
            Op::TaskDone => {
                let some = self.model.detached > 0;
                assert_eq!(self.queue.task_done().is_ok(), some);
                self.model.detached -= usize::from(some);
                self.model.finish(usize::from(some));
            }
            Op::FollowUp(index) => self.follow_up(index),
            Op::Requeue(index) => self.requeue(index),
            Op::FinishOne(index) => {
                assert!(self.tickets[index].done_one());
                if self.tickets[index].owed() == 0 {
                    drop(self.tickets.remove(index));
                }
                self.model.finish(1);
            }
            Op::FinishAll(index) => {
                let ticket = self.tickets.remove(index);
                self.model.finish(ticket.owed());
                ticket.done();
            }
            Op::ShutDown => {
                self.queue.shutdown();
                self.model.shut_down();
            }
            Op::ShutDownNow => {
                let left = self.call(|this| this.queue.shutdown_now());
                let left = left.expect("it compares nothing");
                let left: Vec<_> = left.map(|item| item.item).collect();
                assert_eq!(left, self.model.shut_down_now());
            }
            Op::Fuse(ticks) => self.fuse = Some(ticks),
        }
    }

    fn try_put(&mut self) {
        let item = self.item();
        if let Some(result) = self.call(|this| this.queue.try_put(item)) {
            assert_eq!(refusal(item, result), self.model.put_now(item, false));
        }
    }

    fn try_put_all(&mut self, count: usize) {
        let items = Vec::from(self.batch(count).items);
        let mut rest = items.iter().copied();
        let outcome = match self.queue.try_put_all(&mut rest) {
            Ok(put) => Outcome::Done(put),
            Err(error) => {
                assert_eq!(rest.len() + 1 + error.put, count);
                match refusal(items[error.put], Err(error.error)) {
                    Outcome::Full(_) => Outcome::Full(error.put),
                    _ => Outcome::ShutDown(error.put),
                }
            }
        };
        assert_eq!(outcome, self.model.put_all_now(&items));
    }

    fn try_get(&mut self) {
        let Some(result) = self.call(|this| this.queue.try_get()) else {
            return;
        };
        let outcome = match result {
            Ok(task) => self.took(task),
            Err(error) => nothing(error),
        };
        assert_eq!(outcome, self.model.get_now(1));
    }

    fn try_get_many(&mut self, max: usize) {
        let mut items = Vec::new();
        let outcome = match self.queue.try_get_many(max, &mut items) {
            Ok(ticket) => self.took_many(&items, ticket),
            Err(error) => nothing(error),
        };
        assert_eq!(outcome, self.model.get_now(max));
    }

    fn follow_up(&mut self, index: usize) {
        let item = self.item();
        if let Some(result) = self.call(|this| this.tasks[index].put_follow_up(item)) {
            assert_eq!(refusal(item, result), self.model.put_now(item, true));
        }
    }

    fn requeue(&mut self, index: usize) {
        let task = self.tasks.remove(index);
        let item = *task;
        let Some(result) = self.call(|_| task.requeue()) else {
            self.model.abandoned += 1;
            self.model.finish(1);
            return;
        };
        let (outcome, back) = match result {
            Ok(()) => (Outcome::Done(1), None),
            Err(RequeueError::Full(task)) => (Outcome::Full(0), Some(task)),
            Err(RequeueError::ShutDown(task)) => (Outcome::ShutDown(0), Some(task)),
        };
        assert_eq!(outcome, self.model.put_now(item, true));
        if let Some(task) = back {
            self.tasks.insert(index, task);
        } else {
            // Not `finish`: nobody sees a moment with nothing unfinished.
            self.model.done += 1;
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

        let (stats, model) = (self.queue.stats(), &self.model);
        assert_consistent(&stats);
        assert_eq!(stats.len, model.items.len());
        assert_eq!((stats.put, stats.done), (model.put, model.done));
        assert_eq!(
            (stats.failed, stats.abandoned),
            (model.failed, model.abandoned)
        );
        let owed: usize = self.tickets.iter().map(Ticket::owed).sum();
        assert_eq!(stats.in_flight, self.tasks.len() + owed + model.detached);
        assert_eq!(stats.is_shutdown, model.shut_down);
        assert_eq!(self.queue.is_full(), model.room() == 0);
        for (line, waiting, available) in [
            (0, stats.waiting_getters, stats.len),
            (1, stats.waiting_putters, model.room()),
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

    pub(crate) fn step(&mut self, op: Op) {
        self.script.push(op);
        self.run(op);
        if !matches!(op, Op::Fuse(_)) {
            self.fuse = None;
        }
        self.check();
    }

    /// Polls whoever is woken until nobody is, which must come to an end, and must leave nobody in line
    /// beside what he waits for. Then everybody goes, and everything is finished.
    pub(crate) fn settle(mut self, dropping: impl Fn(usize) -> usize) {
        self.fuse = None;
        // Each poll either ends a wait or uses up a wake-up, and each end wakes at most as many as it
        // puts or takes.
        let mut limit = 20 * self.members.len() + 1;
        while let Some(index) = self.first_woken() {
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
        while !self.tickets.is_empty() {
            self.step(Op::FinishAll(0));
        }
        while self.model.detached > 0 {
            self.step(Op::TaskDone);
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
    let (outcome, back) = match result {
        Ok(()) => return Outcome::Done(1),
        Err(TryPutError::Full(back)) => (Outcome::Full(0), back),
        Err(TryPutError::ShutDown(back)) => (Outcome::ShutDown(0), back),
    };
    assert_eq!(back.item, item.item);
    outcome
}

fn nothing(error: TryGetError) -> Outcome {
    match error {
        TryGetError::Empty => Outcome::Empty,
        TryGetError::ShutDown => Outcome::ShutDown(0),
    }
}
