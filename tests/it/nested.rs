//! Foreign code other than wakers that uses the queue in the middle of one of its operations: the items'
//! `Drop`, the iterator of a batch, the collection that takes one. (Wakers: `wakers`.)

use std::pin::pin;
use std::sync::{Arc, Mutex};

use crate::kit::*;

/// Takes items in, and does something before each.
struct Acts<A> {
    items: Vec<i32>,
    act: A,
}

impl<A: FnMut(i32)> Acts<A> {
    fn new(act: A) -> Self {
        let items = Vec::new();
        Self { items, act }
    }
}

impl<A: FnMut(i32)> Extend<i32> for Acts<A> {
    fn extend<I: IntoIterator<Item = i32>>(&mut self, iter: I) {
        for item in iter {
            (self.act)(item);
            self.items.push(item);
        }
    }
}

/// What the collection puts comes out in the same batch; and it sees what was taken as taken.
fn a_collection_may_feed_the_queue_that_fills_it<F: Flavour>() {
    within_limit(|| {
        for waits in [false, true] {
            let queue: QueueOf<F, i32, 2> = F::bounded();
            queue.try_put_all(&mut [1, 2].into_iter()).unwrap();
            let mut taken = 0;
            let mut into = Acts::new(|item| {
                taken += 1;
                assert_eq!(queue.in_flight(), taken);
                assert!(poll(pin!(queue.join())).is_pending());
                if item < 10 {
                    queue.try_put(item + 10).unwrap();
                }
            });
            let ticket = if waits {
                ready(pin!(queue.get_many(9, &mut into))).unwrap()
            } else {
                queue.try_get_many(9, &mut into).unwrap()
            };
            into.items.sort_unstable();
            assert_eq!((ticket.owed(), into.items), (4, vec![1, 2, 11, 12]));
            ticket.done();
            assert_settled(&queue, 0, 0);
        }
    });
}

/// A collection that takes everything out of the queue, or closes it, gets nothing more.
fn a_collection_may_empty_the_queue_that_fills_it<F: Flavour>() {
    within_limit(|| {
        for now in [false, true] {
            let queue: QueueOf<F, i32, 4> = F::bounded();
            queue.try_put_all(&mut [1, 2, 3].into_iter()).unwrap();
            let mut waits = Waiter::queued(queue.join());
            let mut into = Acts::new(|_| {
                let others = if now {
                    queue.shutdown_now().count()
                } else {
                    drain(&queue).len()
                };
                assert_eq!(others, 2);
            });
            let ticket = ready(pin!(queue.get_many(3, &mut into))).unwrap();
            assert_eq!(into.items, F::ORDER.of(vec![1, 2, 3])[..1]);
            assert_eq!((ticket.owed(), waits.wakes()), (1, 0));
            ticket.done();
            assert_eq!((waits.wakes(), waits.ready().done), (1, 3));
            assert_settled(&queue, 0, 0);
        }
    });
}

/// The iterator closes the queue before it gives its second item: that one comes back.
fn an_iterator_may_close_the_queue_that_it_feeds<F: Flavour>() {
    within_limit(|| {
        for waits in [false, true] {
            let queue: QueueOf<F, i32, 4> = F::bounded();
            let mut getters = [(); 2].map(|()| Waiter::queued(queue.get()));
            let mut items = (1..=3).inspect(|item| {
                if *item == 2 {
                    queue.shutdown();
                }
            });
            let (put, item) = if waits {
                let error = ready(pin!(queue.put_all(items.by_ref()))).unwrap_err();
                (error.put, error.into_inner())
            } else {
                let error = queue.try_put_all(&mut items).unwrap_err();
                (error.put, error.into_inner())
            };
            assert_eq!((put, item, items.next()), (1, 2, Some(3)));
            assert_eq!(getters.each_ref().map(Waiter::wakes), [1, 1]);
            assert_eq!(getters[0].ready().unwrap().done(), 1);
            assert!(getters[1].ready().is_err());
            assert_settled(&queue, 0, 0);
        }
    });
}

/// An item owns a future that waits on the queue that the item is in. Wherever the item is dropped, the
/// future leaves its line, and passes on what it was woken for.
fn an_item_may_own_a_future_of_its_queue<F: Flavour>() {
    within_limit(|| {
        let ledger = Ledger::new();
        let queue = keep(F::bounded::<Item, 1>());
        // The next item that is dropped owns `future`.
        let owns = |future: Box<dyn Send>| {
            let future = Mutex::new(Some(future));
            ledger.on_drop(move |_| {
                let future = future.lock().unwrap().take();
                drop(future);
            });
        };

        // With its task, which is abandoned: a joiner, and a getter that was woken.
        queue.try_put(ledger.item(1)).unwrap();
        let task = queue.try_get().unwrap();
        let (get, join) = (Waiter::queued(queue.get()), Waiter::queued(queue.join()));
        let mut next = Waiter::queued(queue.get());
        queue.try_put(ledger.item(2)).unwrap();
        assert_eq!((get.wakes(), next.wakes()), (1, 0));
        owns(Box::new((get, join)));
        drop(task);
        assert_eq!((next.wakes(), queue.stats().waiting_joiners), (1, 0));
        drop(next.ready().unwrap().done());
        assert_eq!(assert_settled(queue, 0, 0).abandoned, 1);

        // With a put that was woken, and is cancelled: the put behind it, so that the one behind that is woken.
        queue.try_put(ledger.item(3)).unwrap();
        let [first, second, mut third] =
            [4, 5, 6].map(|rank| Waiter::queued(queue.put(ledger.item(rank))));
        drop(queue.try_get().unwrap().done());
        assert_eq!((first.wakes(), second.wakes(), third.wakes()), (1, 0, 0));
        owns(Box::new(second));
        drop(first);
        assert_eq!(third.wakes(), 1);
        third.ready().unwrap();

        // With what a shutdown took out: a joiner that it has let go.
        owns(Box::new(Waiter::queued(queue.join())));
        drop(queue.shutdown_now());
        ledger.off();
        assert!(assert_settled(queue, 0, 0).is_shutdown);
        assert_eq!(ledger.alive(), 0);
    });
}

/// A future that is replaced where it is pinned was dropped there: it leaves its line, and the new one is at the
/// end.
fn a_future_that_is_replaced_leaves_the_line<F: Flavour>() {
    let queue: QueueOf<F, i32, 1> = F::bounded();
    let mut first = Waiter::queued(queue.get());
    let mut second = Waiter::queued(queue.get());
    queue.try_put(1).unwrap();
    assert_eq!((first.wakes(), second.wakes()), (1, 0));
    first.future().set(queue.get());
    assert_eq!((first.wakes(), second.wakes()), (1, 1));
    assert_eq!(second.ready().unwrap().done(), 1);
    first.waits();
    let mut third = Waiter::queued(queue.get());
    first.future().set(queue.get());
    assert_eq!(queue.stats().waiting_getters, 1);
    first.waits();
    queue.try_put(2).unwrap();
    assert_eq!((first.wakes(), third.wakes()), (1, 1));
    assert_eq!(third.ready().unwrap().done(), 2);
    drop(first);
    assert_settled(&queue, 0, 0);
}

/// The waker of a getter drops another one that was woken for an item and has not come for it: the next is
/// woken, inside of that wake-up.
fn a_waker_may_drop_another_that_was_woken<F: Flavour>() {
    within_limit(|| {
        let queue = keep(F::bounded::<u32, 2>());
        let woken = Waiter::queued(queue.get());
        let drops = Waiter::queued(queue.get());
        let mut next = Waiter::queued(queue.get());
        queue.try_put(1).unwrap();
        let woken = Mutex::new(Some(woken));
        let seen = Arc::new(Mutex::new(None));
        let (probe, looks) = (next.probe().clone(), Arc::clone(&seen));
        drops.probe().on_event(move |event| {
            if event == Event::Wake {
                let woken = woken.lock().unwrap().take();
                drop(woken);
                *looks.lock().unwrap() = Some(probe.wakes());
            }
        });
        queue.try_put(2).unwrap();
        assert_eq!(*seen.lock().unwrap(), Some(1));
        drops.probe().off();
        let item = next.ready().unwrap().done();
        drop(drops);
        assert_eq!(item + drain(queue)[0], 3);
        assert_settled(queue, 0, 0);
    });
}

for_every_flavour!(
    a_collection_may_feed_the_queue_that_fills_it,
    a_collection_may_empty_the_queue_that_fills_it,
    an_iterator_may_close_the_queue_that_it_feeds,
    an_item_may_own_a_future_of_its_queue,
    a_future_that_is_replaced_leaves_the_line,
    a_waker_may_drop_another_that_was_woken,
);
