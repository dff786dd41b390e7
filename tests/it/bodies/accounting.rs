//! The counters never disagree, with each other or with what has happened, and every item is dropped
//! once; in whatever way items come, go, are finished, batched, requeued, left or leaked to an iterator,
//! and if dropping them panics.

use std::task::Poll;

use joinable_queue::future::{Get, Join, Put};
use joinable_queue::storage::Storage;
use joinable_queue::{JoinableQueue, Task, Ticket};

use super::{Body, Bytes};
use crate::kit::*;

const MAX_STEPS: usize = 300;
const MAX_HELD: usize = 12;

/// What the numbers should be.
#[derive(Debug, Default)]
struct Numbers {
    put: usize,
    got: usize,
    done: usize,
    failed: usize,
    abandoned: usize,
    detached: usize,
    shut_down: bool,
    /// How often nothing was unfinished all of a sudden.
    releases: usize,
}

impl Numbers {
    fn finish(&mut self, count: usize) {
        self.done += count;
        if count > 0 && self.put == self.done {
            self.releases += 1;
        }
    }

    fn len(&self) -> usize {
        self.put - self.got
    }
}

type QueueRef<'q, S> = &'q JoinableQueue<S>;

struct Account<'q, S: Storage<Item = Item>> {
    queue: QueueRef<'q, S>,
    capacity: usize,
    grows: bool,
    ledger: Ledger,
    numbers: Numbers,
    tasks: Vec<Task<QueueRef<'q, S>>>,
    /// Receipts of items that we keep apart, or that are gone.
    tickets: Vec<Ticket<QueueRef<'q, S>>>,
    items: Vec<Item>,
    gets: Vec<Waiter<Get<QueueRef<'q, S>>>>,
    puts: Vec<Waiter<Put<QueueRef<'q, S>>>>,
    /// And how many releases there had been when it was polled first.
    joins: Vec<(Waiter<Join<QueueRef<'q, S>>>, usize)>,
}

pub(super) struct Accounting;

impl Body for Accounting {
    type Item = Item;

    fn run<F: Flavour, S: Storage<Item = Item>>(queue: JoinableQueue<S>, bytes: &[u8]) {
        let bytes = &mut Bytes(bytes);
        let ledger = Ledger::new();
        let mut account = Account {
            queue: &queue,
            capacity: queue.capacity().unwrap_or(usize::MAX),
            grows: F::GROWS,
            ledger: ledger.clone(),
            numbers: Numbers::default(),
            tasks: Vec::new(),
            tickets: Vec::new(),
            items: Vec::new(),
            gets: Vec::new(),
            puts: Vec::new(),
            joins: Vec::new(),
        };
        for _ in 0..MAX_STEPS {
            if bytes.is_empty() {
                break;
            }
            account.step(bytes);
            account.check();
        }
        // What is in the queue then is dropped with it.
        drop(account);
        assert_eq!(ledger.alive(), queue.len());
        drop(queue);
        assert_eq!(ledger.alive(), 0);
    }
}

impl<S: Storage<Item = Item>> Account<'_, S> {
    fn item(&self, rank: usize) -> Item {
        self.ledger.item(rank as u32 % 4)
    }

    fn room(&self) -> usize {
        self.capacity.saturating_sub(self.numbers.len())
    }

    /// Nobody waits who may have to be let go first.
    fn is_fair_game(&self) -> bool {
        self.gets.is_empty() && self.puts.is_empty()
    }

    fn check(&self) {
        let stats = self.queue.stats();
        assert_consistent(&stats);
        let numbers = &self.numbers;
        assert_eq!(
            (stats.put, stats.got, stats.done),
            (numbers.put, numbers.got, numbers.done)
        );
        assert_eq!(
            (stats.failed, stats.abandoned),
            (numbers.failed, numbers.abandoned)
        );
        let owed: usize = self.tickets.iter().map(Ticket::owed).sum();
        assert_eq!(stats.in_flight, self.tasks.len() + owed + numbers.detached);
        assert_eq!(stats.is_shutdown, numbers.shut_down);
        assert_eq!(self.queue.len(), stats.len);
        assert_eq!(self.queue.unfinished(), stats.unfinished);
        assert_eq!(self.queue.is_empty(), stats.len == 0);
        assert_eq!(self.queue.is_full(), stats.len >= self.capacity);
        let held = self.tasks.len() + self.items.len() + self.puts.len();
        assert_eq!(self.ledger.alive(), stats.len + held);
    }

    /// Drops `what`, whatever item of it panics.
    fn drop_with_bomb<T>(&self, bytes: &mut Bytes<'_>, what: T) {
        let bomb = Bomb::at(1 + bytes.next() % 4);
        self.ledger.on_drop(move |_| bomb.tick());
        attempt(|| drop(what));
        self.ledger.off();
    }

    fn took(&mut self, task: Task<QueueRef<'_, S>>) {
        // Ends here: whoever keeps it does so in `tasks`.
        task.detach();
        self.numbers.got += 1;
        self.numbers.detached += 1;
    }

    fn poll_get(&mut self, index: usize) {
        let has_items = self.numbers.len() > 0;
        match self.gets[index].poll() {
            Poll::Pending => assert!(!self.numbers.shut_down),
            Poll::Ready(result) => {
                drop(self.gets.remove(index));
                assert_eq!(result.is_ok(), has_items);
                if let Ok(task) = result {
                    self.took(task);
                } else {
                    assert!(self.numbers.shut_down);
                }
            }
        }
    }

    fn poll_put(&mut self, index: usize) {
        let room = self.room();
        match self.puts[index].poll() {
            Poll::Pending => assert!(!self.numbers.shut_down),
            Poll::Ready(result) => {
                drop(self.puts.remove(index));
                assert_eq!(result.is_err(), self.numbers.shut_down);
                if result.is_ok() {
                    assert!(room > 0);
                    self.numbers.put += 1;
                }
            }
        }
    }

    fn poll_join(&mut self, index: usize) {
        let numbers = &self.numbers;
        let (join, since) = &mut self.joins[index];
        let released = numbers.put == numbers.done || numbers.releases > *since;
        match join.poll() {
            Poll::Pending => assert!(!released),
            Poll::Ready(stats) => {
                assert!(released);
                assert_eq!((stats.put, stats.done), (numbers.put, numbers.done));
                self.joins.remove(index);
            }
        }
    }

    /// What a refused or successful exempt put does.
    fn exempt(&mut self, is_full: bool, is_shutdown: bool) -> bool {
        assert_eq!(is_shutdown, self.numbers.shut_down);
        let no_room = !self.grows && self.room() == 0 && !is_shutdown;
        assert_eq!(is_full, no_room);
        !is_full && !is_shutdown
    }

    fn step(&mut self, bytes: &mut Bytes<'_>) {
        match bytes.next() % 24 {
            0 | 1 => self.try_put(bytes),
            2 => self.try_put_all(bytes),
            3 | 4 => self.try_get(),
            5 => self.try_get_many(bytes),
            6 => self.wait(bytes),
            7 => self.poll(bytes),
            8 => self.cancel(bytes),
            9..16 => self.end_a_task(bytes),
            16..19 => self.end_a_ticket(bytes),
            19 => {
                let some = self.numbers.detached > 0;
                assert_eq!(self.queue.task_done().is_ok(), some);
                if some {
                    self.numbers.detached -= 1;
                    self.numbers.finish(1);
                }
            }
            20 => self.items.clear(),
            21 => self.batches(bytes),
            22 if bytes.next().is_multiple_of(8) => {
                self.queue.shutdown();
                self.numbers.shut_down = true;
            }
            23 if bytes.next().is_multiple_of(8) => self.shut_down_now(bytes),
            _ => {}
        }
    }

    fn try_put(&mut self, bytes: &mut Bytes<'_>) {
        let result = self.queue.try_put(self.item(bytes.next()));
        match &result {
            Ok(()) => assert!(!self.numbers.shut_down && self.room() > 0),
            Err(error) if error.is_shutdown() => assert!(self.numbers.shut_down),
            Err(_) => assert!(!self.numbers.shut_down && self.room() == 0),
        }
        self.numbers.put += usize::from(result.is_ok());
    }

    fn try_put_all(&mut self, bytes: &mut Bytes<'_>) {
        let count = bytes.next() % 5;
        let fit = if self.numbers.shut_down {
            0
        } else {
            self.room()
        };
        let mut items = self.ledger.items(0..count as u32).into_iter();
        let put = match self.queue.try_put_all(&mut items) {
            Ok(put) => {
                assert_eq!(items.len(), 0);
                put
            }
            Err(error) => {
                assert_eq!(items.len() + 1 + error.put, count);
                error.put
            }
        };
        assert_eq!(put, count.min(fit));
        self.numbers.put += put;
    }

    fn try_get(&mut self) {
        let result = self.queue.try_get();
        match &result {
            Ok(_) => assert!(self.numbers.len() > 0),
            Err(error) => {
                assert_eq!(self.numbers.len(), 0);
                assert_eq!(error.is_shutdown(), self.numbers.shut_down);
            }
        }
        if let Ok(task) = result {
            self.numbers.got += 1;
            if self.tasks.len() < MAX_HELD {
                self.tasks.push(task);
            } else {
                task.done();
                self.numbers.finish(1);
            }
        }
    }

    fn try_get_many(&mut self, bytes: &mut Bytes<'_>) {
        let max = bytes.next() % 5;
        let before = self.items.len();
        match self.queue.try_get_many(max, &mut self.items) {
            Ok(ticket) => {
                let count = self.items.len() - before;
                assert_eq!(ticket.owed(), count);
                assert_eq!(count, max.min(self.numbers.len()));
                self.numbers.got += count;
                self.tickets.push(ticket);
            }
            Err(_) => assert!(self.numbers.len() == 0 && max > 0),
        }
        if self.tickets.len() > MAX_HELD {
            self.numbers.finish(self.tickets[0].owed());
            self.tickets.remove(0).done();
        }
        if self.items.len() > MAX_HELD {
            self.items.clear();
        }
    }

    fn wait(&mut self, bytes: &mut Bytes<'_>) {
        match bytes.next() % 3 {
            0 if self.gets.len() < MAX_HELD => {
                self.gets.push(Waiter::new(self.queue.get()));
                self.poll_get(self.gets.len() - 1);
            }
            1 if self.puts.len() < MAX_HELD => {
                let put = self.queue.put(self.item(bytes.next()));
                self.puts.push(Waiter::new(put));
                self.poll_put(self.puts.len() - 1);
            }
            2 if self.joins.len() < MAX_HELD => {
                let join = Waiter::new(self.queue.join());
                self.joins.push((join, self.numbers.releases));
                self.poll_join(self.joins.len() - 1);
            }
            _ => {}
        }
    }

    fn poll(&mut self, bytes: &mut Bytes<'_>) {
        if let Some(index) = bytes.below(self.gets.len()) {
            self.poll_get(index);
        }
        if let Some(index) = bytes.below(self.puts.len()) {
            self.poll_put(index);
        }
        if let Some(index) = bytes.below(self.joins.len()) {
            self.poll_join(index);
        }
    }

    fn cancel(&mut self, bytes: &mut Bytes<'_>) {
        match bytes.next() % 4 {
            0 => drop(bytes.below(self.gets.len()).map(|i| self.gets.remove(i))),
            1 => {
                let put = bytes.below(self.puts.len()).map(|i| self.puts.remove(i));
                self.drop_with_bomb(bytes, put);
            }
            2 => {
                if let Some(index) = bytes.below(self.puts.len()) {
                    let mut put = self.puts.remove(index);
                    let item = put.future().into_item();
                    self.items.push(item.expect("it has not completed"));
                }
            }
            _ => drop(bytes.below(self.joins.len()).map(|i| self.joins.remove(i))),
        }
    }

    fn end_a_task(&mut self, bytes: &mut Bytes<'_>) {
        let Some(index) = bytes.below(self.tasks.len()) else {
            return;
        };
        match bytes.next() % 8 {
            0 => {
                self.tasks.remove(index).done();
                self.numbers.finish(1);
            }
            1 => {
                self.tasks.remove(index).fail();
                self.numbers.failed += 1;
                self.numbers.finish(1);
            }
            2 => {
                let task = self.tasks.remove(index);
                self.drop_with_bomb(bytes, task);
                self.numbers.abandoned += 1;
                self.numbers.finish(1);
            }
            3 => {
                self.tasks.remove(index).detach();
                self.numbers.detached += 1;
            }
            4 => {
                let (item, ticket) = self.tasks.remove(index).into_parts();
                self.items.push(item);
                self.tickets.push(ticket);
            }
            5 | 6 if self.numbers.len() < 20 => {
                let error = self.tasks.remove(index).requeue().err();
                let is_full = error.as_ref().is_some_and(|error| error.is_full());
                let is_shutdown = error.as_ref().is_some_and(|error| error.is_shutdown());
                if self.exempt(is_full, is_shutdown) {
                    self.numbers.put += 1;
                    // Nobody sees a moment with nothing unfinished.
                    self.numbers.done += 1;
                }
                self.tasks.extend(error.map(|error| error.into_inner()));
            }
            7 if self.numbers.len() < 20 => {
                let item = self.item(bytes.next());
                let error = self.tasks[index].put_follow_up(item).err();
                let is_full = error.as_ref().is_some_and(|error| error.is_full());
                let is_shutdown = error.as_ref().is_some_and(|error| error.is_shutdown());
                self.numbers.put += usize::from(self.exempt(is_full, is_shutdown));
            }
            _ => {}
        }
    }

    fn end_a_ticket(&mut self, bytes: &mut Bytes<'_>) {
        let Some(index) = bytes.below(self.tickets.len()) else {
            return;
        };
        let owed = self.tickets[index].owed();
        match bytes.next() % 6 {
            0 => {
                self.tickets.remove(index).done();
                self.numbers.finish(owed);
            }
            1 => {
                self.tickets.remove(index).fail();
                self.numbers.failed += owed;
                self.numbers.finish(owed);
            }
            2 => {
                drop(self.tickets.remove(index));
                self.numbers.abandoned += owed;
                self.numbers.finish(owed);
            }
            3 => {
                self.tickets.remove(index).detach();
                self.numbers.detached += owed;
            }
            4 => {
                assert_eq!(self.tickets[index].done_one(), owed > 0);
                self.numbers.finish(owed.min(1));
            }
            _ => {
                assert_eq!(self.tickets[index].fail_one(), owed > 0);
                self.numbers.failed += owed.min(1);
                self.numbers.finish(owed.min(1));
            }
        }
    }

    /// Batch futures that are ready at once, or are given up.
    fn batches(&mut self, bytes: &mut Bytes<'_>) {
        if !self.is_fair_game() {
            return;
        }
        let count = bytes.next() % 5;
        if bytes.next() & 1 == 0 {
            let (open, room) = (!self.numbers.shut_down, self.room());
            let items = self.ledger.items(0..count as u32);
            let mut put_all = Waiter::new(self.queue.put_all(items));
            let put = match put_all.poll() {
                Poll::Ready(Ok(put)) => {
                    assert_eq!(put, count);
                    put
                }
                Poll::Ready(Err(error)) => {
                    assert!(!open && count > 0);
                    error.put
                }
                Poll::Pending => {
                    assert!(open && count > room);
                    self.items.extend(put_all.future().into_item());
                    room
                }
            };
            self.numbers.put += put;
        } else {
            let mut into = Vec::new();
            let (len, open) = (self.numbers.len(), !self.numbers.shut_down);
            let mut get_many = Waiter::new(self.queue.get_many(count, &mut into));
            let result = get_many.poll();
            drop(get_many);
            match result {
                Poll::Ready(Ok(ticket)) => {
                    assert_eq!(
                        (ticket.owed(), into.len()),
                        (len.min(count), len.min(count))
                    );
                    self.numbers.got += into.len();
                    self.tickets.push(ticket);
                }
                Poll::Ready(Err(_)) => assert!(len == 0 && !open),
                Poll::Pending => assert!(len == 0 && open && count > 0),
            }
        }
    }

    fn shut_down_now(&mut self, bytes: &mut Bytes<'_>) {
        let mut remaining = self.queue.shutdown_now();
        self.numbers.shut_down = true;
        let left = self.numbers.len();
        assert_eq!(remaining.len(), left);
        self.numbers.got += left;
        self.numbers.finish(left);
        let keep = bytes.next() % 4;
        self.items.extend(remaining.by_ref().take(keep));
        self.drop_with_bomb(bytes, remaining);
    }
}
