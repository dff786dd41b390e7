//! A line of many waiters, against the plainest description of it: whoever is to be woken is the one who,
//! of all who are in line, began to wait first. No list is kept here, only who is in line and since when.

use std::sync::{Arc, Mutex};
use std::task::Poll;

use joinable_queue::JoinableQueue;
use joinable_queue::future::{Get, Join, Put};
use joinable_queue::storage::Storage;

use super::Bytes;
use crate::kit::*;

const MAX_STEPS: usize = 2000;
const MAX_WAITERS: usize = 250;
const CAPACITY: usize = 3;

/// Whose line it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Line {
    Getters,
    Putters,
    Joiners,
}

enum Future<'q, S: Storage> {
    Get(Waiter<Get<&'q JoinableQueue<S>>>),
    Put(Waiter<Put<&'q JoinableQueue<S>>>),
    Join(Waiter<Join<&'q JoinableQueue<S>>>),
}

impl<S: Storage<Item = u8>> Future<'_, S> {
    fn probe(&self) -> &Probe {
        match self {
            Self::Get(get) => get.probe(),
            Self::Put(put) => put.probe(),
            Self::Join(join) => join.probe(),
        }
    }

    fn renew_probe(&mut self) -> Probe {
        match self {
            Self::Get(get) => get.renew_probe(),
            Self::Put(put) => put.renew_probe(),
            Self::Join(join) => join.renew_probe(),
        }
    }

    /// Whether it is ready. What it brings is finished at once.
    fn poll(&mut self) -> bool {
        match self {
            Self::Get(get) => match get.poll() {
                Poll::Pending => false,
                Poll::Ready(task) => {
                    task.unwrap().done();
                    true
                }
            },
            Self::Put(put) => match put.poll() {
                Poll::Pending => false,
                Poll::Ready(result) => {
                    result.unwrap();
                    true
                }
            },
            Self::Join(join) => join.poll().is_ready(),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Idle,
    Queued,
    Woken,
}

struct Member<'q, S: Storage> {
    future: Future<'q, S>,
    id: usize,
    place: Place,
    /// When it began to wait.
    since: usize,
    lost: u32,
}

struct Waiting<'q, S: Storage> {
    queue: &'q JoinableQueue<S>,
    line: Line,
    members: Vec<Member<'q, S>>,
    /// Ever made, and ever begun to wait.
    made: usize,
    arrivals: usize,
    woken: Arc<Mutex<Vec<usize>>>,
}

pub(super) fn run(data: &[u8]) {
    let mut bytes = Bytes(data);
    let line = [Line::Getters, Line::Putters, Line::Joiners][bytes.next() % 3];
    if bytes.next() & 1 == 0 {
        waiters::<Fifo>(line, &mut bytes);
    } else {
        waiters::<FixedFifo>(line, &mut bytes);
    }
}

fn waiters<F: Flavour>(line: Line, bytes: &mut Bytes<'_>) {
    let queue: QueueOf<F, u8, CAPACITY> = F::bounded();
    let mut waiting = Waiting {
        queue: &queue,
        line,
        members: Vec::new(),
        made: 0,
        arrivals: 0,
        woken: Arc::default(),
    };
    if line == Line::Putters {
        queue.try_put_all(&mut [0; CAPACITY].into_iter()).unwrap();
    }
    for _ in 0..MAX_STEPS {
        if bytes.is_empty() {
            break;
        }
        waiting.step(bytes);
    }
    while !waiting.members.is_empty() {
        let last = bytes.next() % waiting.members.len();
        waiting.leave(last);
    }
    drain(&queue);
    assert_settled(&queue, 0, 0);
}

impl<S: Storage<Item = u8>> Waiting<'_, S> {
    /// How much there is of what they wait for. (Joiners wait for no amount of anything.)
    fn available(&self) -> usize {
        match self.line {
            Line::Getters => self.queue.len(),
            Line::Putters => CAPACITY - self.queue.len(),
            Line::Joiners => 0,
        }
    }

    fn count(&self, place: Place) -> usize {
        let there = |member: &&Member<S>| member.place == place;
        self.members.iter().filter(there).count()
    }

    /// Marks the first in line as woken.
    fn wake_first(&mut self) -> Option<usize> {
        let queued = self.members.iter_mut();
        let queued = queued.filter(|member| member.place == Place::Queued);
        let first = queued.min_by_key(|member| member.since)?;
        first.place = Place::Woken;
        Some(first.id)
    }

    /// These, and nobody else, were woken since the last time, in this order.
    #[track_caller]
    fn expect(&self, woken: impl IntoIterator<Item = usize>) {
        let expected: Vec<_> = woken.into_iter().collect();
        assert_eq!(*self.woken.lock().unwrap(), expected);
        self.woken.lock().unwrap().clear();
        let stats = self.queue.stats();
        let queued = stats.waiting_getters + stats.waiting_putters + stats.waiting_joiners;
        assert_eq!(queued, self.count(Place::Queued));
    }

    fn listen(&self, index: usize) {
        let (id, woken) = (self.members[index].id, Arc::clone(&self.woken));
        self.members[index].future.probe().on_event(move |event| {
            if event == Event::Wake {
                woken.lock().unwrap().push(id);
            }
        });
    }

    fn begin(&mut self) {
        let future = match self.line {
            Line::Getters => Future::Get(Waiter::new(self.queue.get())),
            Line::Putters => Future::Put(Waiter::new(self.queue.put(1))),
            Line::Joiners => Future::Join(Waiter::new(self.queue.join())),
        };
        self.members.push(Member {
            future,
            id: self.made,
            place: Place::Idle,
            since: 0,
            lost: 0,
        });
        self.made += 1;
        self.listen(self.members.len() - 1);
    }

    fn poll(&mut self, index: usize) {
        let (available, notified) = (self.available(), self.count(Place::Woken));
        let starved = self.members.iter().any(|member| member.lost >= 2);
        let unfinished = self.queue.unfinished();
        let member = &mut self.members[index];
        let ready = member.future.poll();
        let expected = match self.line {
            Line::Joiners => unfinished == 0 || member.place == Place::Woken,
            // Newcomers hold back if somebody was overtaken twice.
            _ => {
                let first = member.place == Place::Woken || member.lost >= 2;
                available > 0 && (first || !starved || available > notified)
            }
        };
        assert_eq!(ready, expected);
        if ready {
            self.members.remove(index);
        } else {
            if member.place == Place::Woken {
                member.lost += 1;
            } else if member.place == Place::Idle {
                member.since = self.arrivals;
                self.arrivals += 1;
            }
            member.place = Place::Queued;
        }
        self.expect([]);
    }

    fn leave(&mut self, index: usize) {
        let member = self.members.remove(index);
        let place = member.place;
        let probe = member.future.probe().clone();
        drop(member);
        assert_eq!(probe.alive(), 0, "a waker stays behind");
        let passes_on = place == Place::Woken && self.available() > 0;
        let next = if passes_on { self.wake_first() } else { None };
        self.expect(next);
    }

    /// What they wait for comes about.
    fn event(&mut self) {
        match self.line {
            Line::Getters => {
                if self.queue.try_put(2).is_ok() {
                    let first = self.wake_first();
                    self.expect(first);
                }
            }
            Line::Putters => {
                // Finishing it concerns joiners alone.
                if let Ok(task) = self.queue.try_get() {
                    task.done();
                    let first = self.wake_first();
                    self.expect(first);
                }
            }
            Line::Joiners => {
                if !drain(self.queue).is_empty() {
                    let woken: Vec<_> = std::iter::from_fn(|| self.wake_first()).collect();
                    self.expect(woken);
                }
            }
        }
    }

    /// Somebody who runs by takes it.
    fn theft(&mut self) {
        match self.line {
            Line::Getters => drop(self.queue.try_get()),
            Line::Putters | Line::Joiners => drop(self.queue.try_put(3)),
        }
        self.expect([]);
    }

    fn step(&mut self, bytes: &mut Bytes<'_>) {
        let members = self.members.len();
        match bytes.next() % 12 {
            0..4 if members < MAX_WAITERS => {
                self.begin();
                self.poll(members);
            }
            4 if members < MAX_WAITERS => self.begin(),
            0..5 => {}
            5 => {
                if let Some(index) = bytes.below(members) {
                    self.poll(index);
                }
            }
            6 => {
                if let Some(index) = bytes.below(members) {
                    let old = self.members[index].future.renew_probe();
                    self.listen(index);
                    self.poll(index);
                    assert_eq!(old.alive(), 0, "the old waker is kept");
                }
            }
            7 => {
                if let Some(index) = bytes.below(members) {
                    self.leave(index);
                }
            }
            8 => {
                let woken = |member: &Member<S>| member.place == Place::Woken;
                let woken: Vec<_> = (0..members).filter(|i| woken(&self.members[*i])).collect();
                if let Some(which) = bytes.below(woken.len()) {
                    self.poll(woken[which]);
                }
            }
            9 | 10 => self.event(),
            _ => self.theft(),
        }
    }
}
