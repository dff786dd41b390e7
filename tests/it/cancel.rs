//! A future that is dropped leaves the queue as if it had never been polled, at whatever moment: no
//! item is lost or doubled, nobody sleeps on beside an item or room, and no trace remains.

use std::pin::pin;
use std::sync::Arc;

use rand::rngs::SmallRng;
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};

use crate::kit::*;

/// A getter that was woken and is dropped before it runs passes the notice on to the next, which gets
/// the item. (asyncio: bpo-23812)
fn a_woken_getter_that_is_dropped_passes_the_notice_on<F: Flavour>() {
    let queue: QueueOf<F, i32, 1> = F::bounded();
    let first = Waiter::queued(queue.get());
    let mut second = Waiter::queued(queue.get());
    let third = Waiter::queued(queue.get());
    queue.try_put(1).unwrap();
    assert_eq!((first.wakes(), second.wakes(), third.wakes()), (1, 0, 0));
    drop(first);
    assert_eq!((second.wakes(), third.wakes(), queue.len()), (1, 0, 1));
    assert_eq!(second.ready().unwrap().done(), 1);
    drop(third);
    assert_settled(&queue, 0, 0);
    queue.try_put(2).unwrap();
    assert_eq!(ready(pin!(queue.get())).unwrap().done(), 2);
}

/// A putter that was woken and is dropped before it runs passes the notice on to the next, which gets
/// the room. (asyncio: bpo-23812)
fn a_woken_putter_that_is_dropped_passes_the_notice_on<F: Flavour>() {
    let queue: QueueOf<F, i32, 1> = F::bounded();
    queue.try_put(1).unwrap();
    let first = Waiter::queued(queue.put(2));
    let mut second = Waiter::queued(queue.put(3));
    let third = Waiter::queued(queue.put(4));
    assert_eq!(drain(&queue), [1]);
    assert_eq!((first.wakes(), second.wakes(), third.wakes()), (1, 0, 0));
    drop(first);
    assert_eq!((second.wakes(), third.wakes(), queue.len()), (1, 0, 0));
    assert_eq!(second.ready(), Ok(()));
    drop(third);
    assert_eq!(drain(&queue), [3]);
    assert_settled(&queue, 0, 0);
    assert_eq!(ready(pin!(queue.put(5))), Ok(()));
    assert_eq!(drain(&queue), [5]);
}

/// A woken waiter that is dropped after a newcomer was faster has nothing to pass on: nobody is woken
/// for nothing. (asyncio: python/asyncio#265, python/asyncio#268)
fn a_woken_waiter_that_is_dropped_too_late_wakes_nobody<F: Flavour>() {
    let queue: QueueOf<F, i32, 1> = F::bounded();
    let first = Waiter::queued(queue.get());
    let mut second = Waiter::queued(queue.get());
    queue.try_put(1).unwrap();
    assert_eq!(queue.try_get().unwrap().done(), 1);
    drop(first);
    assert_eq!((second.wakes(), queue.stats().waiting_getters), (0, 1));
    queue.try_put(2).unwrap();
    assert_eq!((second.wakes(), second.ready().unwrap().done()), (1, 2));
    assert_settled(&queue, 0, 0);

    queue.try_put(1).unwrap();
    let first = Waiter::queued(queue.put(2));
    let mut second = Waiter::queued(queue.put(3));
    assert_eq!(drain(&queue), [1]);
    queue.try_put(4).unwrap();
    drop(first);
    assert_eq!((second.wakes(), queue.stats().waiting_putters), (0, 1));
    assert_eq!(drain(&queue), [4]);
    assert_eq!((second.wakes(), second.ready()), (1, Ok(())));
    assert_eq!(drain(&queue), [3]);
    assert_settled(&queue, 0, 0);
}

/// Two getters, woken for two items, are both dropped: the next two are woken in their place, and the
/// items come out in the order of the queue as if the first two had never been there.
fn two_notices_given_up_reach_the_next_two<F: Flavour>() {
    for reversed in [false, true] {
        let queue: QueueOf<F, i32, 2> = F::bounded();
        let mut woken = vec![Waiter::queued(queue.get()), Waiter::queued(queue.get())];
        let mut others: Vec<_> = (0..3).map(|_| Waiter::queued(queue.get())).collect();
        queue.try_put(1).unwrap();
        queue.try_put(2).unwrap();
        assert_eq!((wakes(&woken), wakes(&others)), (vec![1, 1], vec![0, 0, 0]));
        if reversed {
            woken.reverse();
        }
        woken.remove(0);
        assert_eq!(wakes(&others), [1, 0, 0]);
        woken.remove(0);
        assert_eq!((wakes(&others), queue.len()), (vec![1, 1, 0], 2));
        let expected = F::ORDER.of(vec![1, 2]);
        assert_eq!(others[0].ready().unwrap().done(), expected[0]);
        assert_eq!(others[1].ready().unwrap().done(), expected[1]);
        others[2].waits();
        drop(others);
        assert_settled(&queue, 0, 0);
    }
}

/// The same where only one is left to be woken: it takes the first of the items, and the second stays.
fn with_more_notices_than_waiters_the_rest_stays_in_the_queue<F: Flavour>() {
    let queue: QueueOf<F, i32, 2> = F::bounded();
    let woken = [Waiter::queued(queue.get()), Waiter::queued(queue.get())];
    let mut third = Waiter::queued(queue.get());
    queue.try_put(1).unwrap();
    queue.try_put(2).unwrap();
    drop(woken);
    assert_eq!((third.wakes(), queue.len()), (1, 2));
    let expected = F::ORDER.of(vec![1, 2]);
    assert_eq!(third.ready().unwrap().done(), expected[0]);
    assert_eq!(drain(&queue), expected[1..]);
    assert_settled(&queue, 0, 0);
}

/// Passing on goes on until somebody takes what it is about: one item, and all of the getters but the
/// last are dropped, one after another or at once, woken first or woken last.
fn a_notice_is_passed_on_until_somebody_uses_it<F: Flavour>() {
    for order in [[0, 1, 2], [2, 1, 0], [1, 0, 2], [1, 2, 0]] {
        let queue: QueueOf<F, i32, 1> = F::bounded();
        let mut getters: Vec<_> = (0..3).map(|_| Some(Waiter::queued(queue.get()))).collect();
        let mut last = Waiter::queued(queue.get());
        queue.try_put(1).unwrap();
        for i in order {
            assert_eq!(last.wakes(), 0);
            getters[i] = None;
        }
        assert_eq!((last.wakes(), last.ready().unwrap().done()), (1, 1));
        assert_settled(&queue, 0, 0);

        queue.try_put(1).unwrap();
        let mut putters: Vec<_> = (0..3).map(|i| Some(Waiter::queued(queue.put(i)))).collect();
        let mut last = Waiter::queued(queue.put(9));
        assert_eq!(drain(&queue), [1]);
        for i in order {
            assert_eq!(last.wakes(), 0);
            putters[i] = None;
        }
        assert_eq!((last.wakes(), last.ready()), (1, Ok(())));
        assert_eq!(drain(&queue), [9]);
        assert_settled(&queue, 0, 0);
    }
}

/// Ten thousand woken waiters dropped one after another pass one notice along, each to the next, and
/// need no deep stack for it.
fn ten_thousand_waiters_dropped_in_a_row_pass_one_notice_along<F: Flavour>() {
    const WAITERS: usize = many(10_000);
    within_limit(|| {
        let queue: QueueOf<F, i32, 1> = F::bounded();
        let probe = Probe::new();
        let waker = probe.waker();
        let line = || {
            let mut line: Vec<_> = (0..WAITERS).map(|_| Box::pin(queue.get())).collect();
            for getter in &mut line {
                pending(getter.as_mut(), &waker);
            }
            line
        };

        let first_to_last = line();
        queue.try_put(1).unwrap();
        assert_eq!(probe.wakes(), 1);
        for (dropped, getter) in first_to_last.into_iter().enumerate() {
            assert_eq!(probe.wakes(), 1 + dropped);
            assert_eq!(queue.stats().waiting_getters, WAITERS - 1 - dropped);
            drop(getter);
        }
        assert_eq!((probe.wakes(), probe.alive()), (WAITERS, 1));
        assert_settled(&queue, 1, 1);
        assert_eq!(drain(&queue), [1]);

        // From the last to the first: the one that was woken is the last to go, with nobody left.
        let mut last_to_first = line();
        queue.try_put(2).unwrap();
        last_to_first.reverse();
        drop(last_to_first);
        assert_eq!((probe.wakes(), probe.alive()), (WAITERS + 1, 1));
        assert_settled(&queue, 1, 1);
        assert_eq!(drain(&queue), [2]);

        // In any order, with the notice somewhere among them.
        let mut any_order = line();
        queue.try_put(3).unwrap();
        any_order.shuffle(&mut SmallRng::seed_from_u64(1));
        drop(any_order);
        assert_eq!(probe.alive(), 1);
        assert_settled(&queue, 1, 1);
        assert_eq!(drain(&queue), [3]);
    });
}

/// Of several putters that one batch made room for, each that gives up makes room for one more of
/// those behind.
fn a_putter_woken_by_a_batch_passes_its_share_on<F: Flavour>() {
    let queue: QueueOf<F, i32, 3> = F::bounded();
    assert_eq!(queue.try_put_all(&mut (0..3)), Ok(3));
    let mut putters: Vec<_> = (10..16)
        .map(|i| Some(Waiter::queued(queue.put(i))))
        .collect();
    let mut batch = Vec::new();
    queue.try_get_many(3, &mut batch).unwrap().done();
    let woken = |putters: &[Option<Waiter<_>>]| -> Vec<usize> {
        let woken = putters.iter().flatten().map(Waiter::wakes);
        woken.collect()
    };
    assert_eq!(woken(&putters), [1, 1, 1, 0, 0, 0]);
    putters[1] = None;
    assert_eq!(woken(&putters), [1, 1, 1, 0, 0]);
    putters[0] = None;
    assert_eq!(woken(&putters), [1, 1, 1, 0]);
    for putter in putters.iter_mut().flatten().take(3) {
        assert_eq!(putter.ready(), Ok(()));
    }
    assert_eq!(drain(&queue), F::ORDER.of(vec![12, 13, 14]));
    assert_eq!(putters[5].as_mut().unwrap().ready(), Ok(()));
    assert_eq!(drain(&queue), [15]);
    assert_settled(&queue, 0, 0);
}

/// A getter that is dropped before it is woken takes nothing along, and the others keep their order,
/// wherever in the line it was. (asyncio: `test_get_cancelled_race`)
fn a_getter_that_gives_up_leaves_the_others_in_order<F: Flavour>() {
    for gone in 0..4 {
        let queue: QueueOf<F, i32, 1> = F::bounded();
        let mut getters: Vec<_> = (0..4).map(|_| Waiter::queued(queue.get())).collect();
        let probe = getters[gone].probe().clone();
        drop(getters.remove(gone));
        // One is `probe`.
        assert_eq!((probe.wakes(), probe.alive()), (0, 0));
        assert_eq!(queue.stats().waiting_getters, 3);
        for next in 0..3 {
            queue.try_put(7).unwrap();
            let woken: Vec<usize> = (0..3).map(|i| usize::from(i <= next)).collect();
            assert_eq!(wakes(&getters), woken);
            assert_eq!(getters[next].ready().unwrap().done(), 7);
        }
        assert_settled(&queue, 0, 0);
    }
}

/// A putter that is dropped before it is woken never puts its item, nothing is counted, and the others
/// keep their order, wherever in the line it was.
fn a_putter_that_gives_up_leaves_the_others_in_order<F: Flavour>() {
    for gone in 0..4 {
        let queue: QueueOf<F, usize, 1> = F::bounded();
        queue.try_put(100).unwrap();
        let mut putters: Vec<_> = (0..4).map(|i| Waiter::queued(queue.put(i))).collect();
        drop(putters.remove(gone));
        assert_eq!(queue.stats().waiting_putters, 3);
        assert_eq!(drain(&queue), [100]);
        for next in 0..3 {
            let woken: Vec<usize> = (0..3).map(|i| usize::from(i <= next)).collect();
            assert_eq!(wakes(&putters), woken);
            assert_eq!(putters[next].ready(), Ok(()));
            let expected = (0..4).filter(|i| *i != gone).nth(next).unwrap();
            assert_eq!(drain(&queue), [expected]);
        }
        assert_eq!(assert_settled(&queue, 0, 0).put, 4);
    }
}

/// Leaves the line as if by timeout at every moment there is; whatever the moment, the item was
/// either returned or is in the queue, in its place. (asyncio: python/asyncio#201, python/asyncio#343)
fn a_get_given_up_at_any_moment_loses_no_item<F: Flavour>() {
    /// When the get is dropped.
    #[derive(Clone, Copy, Debug, PartialEq)]
    enum When {
        BeforeItsFirstPoll,
        BeforeTheItemCame,
        WithTheItemThere,
        AfterASecondLook,
        AfterTheItemWasTaken,
        AfterItLost,
    }
    use When::*;

    for when in [
        BeforeItsFirstPoll,
        BeforeTheItemCame,
        WithTheItemThere,
        AfterASecondLook,
        AfterTheItemWasTaken,
        AfterItLost,
    ] {
        let queue: QueueOf<F, i32, 3> = F::bounded();
        let mut get = Waiter::new(queue.get());
        let probe = get.probe().clone();
        let mut returned = Vec::new();
        if when == BeforeItsFirstPoll {
            drop(get);
            queue.try_put_all(&mut [1, 2, 3].into_iter()).unwrap();
        } else {
            get.waits();
            if when == BeforeTheItemCame {
                drop(get);
                queue.try_put_all(&mut [1, 2, 3].into_iter()).unwrap();
                assert_eq!(probe.wakes(), 0);
            } else {
                queue.try_put_all(&mut [1, 2, 3].into_iter()).unwrap();
                assert_eq!(probe.wakes(), 1);
                match when {
                    AfterASecondLook => returned.push(get.ready().unwrap().done()),
                    AfterTheItemWasTaken => returned = drain(&queue),
                    AfterItLost => {
                        returned = drain(&queue);
                        get.waits();
                    }
                    _ => {}
                }
                drop(get);
            }
        }
        assert_eq!(probe.alive(), 0, "{when:?}");
        assert_settled(&queue, 3 - returned.len(), 3 - returned.len());
        returned.extend(drain(&queue));
        assert_eq!(returned, F::ORDER.of(vec![1, 2, 3]), "{when:?}");
        assert_settled(&queue, 0, 0);
    }
}

/// A put given up while it waits, or woken and not run, never puts its item: dropped, it drops it,
/// once; asked for it, it gives it back. Either way the next putter is served.
fn a_put_given_up_gives_its_item_back_or_drops_it<F: Flavour>() {
    for (woken, taken_back) in [(false, false), (false, true), (true, false), (true, true)] {
        let queue: QueueOf<F, Arc<i32>, 1> = F::bounded();
        queue.try_put(Arc::new(0)).unwrap();
        let item = Arc::new(1);
        let mut put = Waiter::queued(queue.put(Arc::clone(&item)));
        let mut next = Waiter::queued(queue.put(Arc::new(2)));
        if woken {
            drain(&queue);
        }
        assert_eq!((put.wakes(), next.wakes()), (usize::from(woken), 0));
        if taken_back {
            let back = put.future().into_item().unwrap();
            assert!(Arc::ptr_eq(&back, &item));
            // Out of the line at once, and not only when it is dropped.
            assert_eq!((put.probe().alive(), next.wakes()), (0, usize::from(woken)));
            assert_eq!(put.future().into_item(), None);
            assert_eq!(Arc::strong_count(&item), 2);
            drop(back);
        }
        drop(put);
        assert_eq!(Arc::strong_count(&item), 1);
        if !woken {
            assert_eq!(next.wakes(), 0);
            drain(&queue);
        }
        assert_eq!((next.wakes(), next.ready()), (1, Ok(())));
        assert_eq!(drain(&queue), [Arc::new(2)]);
        let stats = assert_settled(&queue, 0, 0);
        assert_eq!((stats.put, stats.abandoned), (2, 0));
    }
}

/// A put that has completed has no item to give back: it is in the queue, or in the error.
fn a_completed_put_has_no_item_to_give_back<F: Flavour>() {
    let queue: QueueOf<F, Arc<i32>, 1> = F::bounded();
    let item = Arc::new(1);
    let mut put = Box::pin(queue.put(Arc::clone(&item)));
    assert_eq!(ready(put.as_mut()), Ok(()));
    assert_eq!(put.as_mut().into_item(), None);
    drop(put);
    assert_eq!((Arc::strong_count(&item), queue.len()), (2, 1));

    let mut put = Waiter::queued(queue.put(Arc::clone(&item)));
    queue.shutdown();
    let refused = put.ready().unwrap_err().into_inner();
    assert!(Arc::ptr_eq(&refused, &item));
    assert_eq!(put.future().into_item(), None);
    drop((put, refused));
    drain(&queue);
    assert_eq!(Arc::strong_count(&item), 1);
    assert_settled(&queue, 0, 0);
}

/// A put of many items given up half-way leaves in the queue what was put, gives back the one item
/// that waits, leaves the others in the iterator, and lets the next putter go.
fn a_batch_given_up_half_way_keeps_its_rest<F: Flavour>() {
    for woken in [false, true] {
        let queue: QueueOf<F, i32, 2> = F::bounded();
        let mut items = 1..=5;
        let mut put = Waiter::queued(queue.put_all(items.by_ref()));
        let mut next = Waiter::queued(queue.put(9));
        assert_eq!((put.future().put_so_far(), queue.len()), (2, 2));
        if woken {
            queue.try_get().unwrap().done();
        }
        assert_eq!((put.wakes(), next.wakes()), (usize::from(woken), 0));
        assert_eq!(put.future().into_item(), Some(3));
        drop(put);
        assert_eq!(next.wakes(), usize::from(woken));
        drain(&queue);
        assert_eq!((next.wakes(), next.ready()), (1, Ok(())));
        assert_eq!(drain(&queue), [9]);
        assert_eq!(items.collect::<Vec<_>>(), [4, 5]);
        assert_settled(&queue, 0, 0);
    }
}

/// A waiting batch get that is dropped, woken or not, takes nothing and passes the notice on.
fn a_batch_get_given_up_takes_nothing<F: Flavour>() {
    for woken in [false, true] {
        let queue: QueueOf<F, i32, 2> = F::bounded();
        let mut batch = Vec::new();
        let get = Waiter::queued(queue.get_many(2, &mut batch));
        let mut next = Waiter::queued(queue.get());
        if woken {
            queue.try_put(1).unwrap();
        }
        assert_eq!((get.wakes(), next.wakes()), (usize::from(woken), 0));
        drop(get);
        if !woken {
            queue.try_put(1).unwrap();
        }
        assert_eq!((next.wakes(), next.ready().unwrap().done()), (1, 1));
        assert!(batch.is_empty());
        assert_settled(&queue, 0, 0);
    }
}

/// Dropping a woken waiter that nobody stands behind, or one that has completed, concerns nobody.
/// (asyncio: bpo-32574)
fn dropping_what_is_out_of_the_line_is_harmless<F: Flavour>() {
    let queue: QueueOf<F, i32, 1> = F::bounded();
    let get = Waiter::queued(queue.get());
    queue.try_put(1).unwrap();
    drop(get);
    assert_settled(&queue, 1, 1);

    let put = Waiter::queued(queue.put(2));
    assert_eq!(drain(&queue), [1]);
    drop(put);
    assert_settled(&queue, 0, 0);

    // A completed get does not take its notice along twice.
    let mut get = Waiter::queued(queue.get());
    let next = Waiter::queued(queue.get());
    queue.try_put(3).unwrap();
    let task = get.ready().unwrap();
    drop(get);
    assert_eq!(next.wakes(), 0);
    assert_eq!(task.done(), 3);
    drop(next);
    assert_settled(&queue, 0, 0);
}

/// Waiters released by a shutdown and dropped before they run have nothing to pass on, and those
/// dropped before it are not woken by it.
fn being_dropped_and_shut_down_agree<F: Flavour>() {
    for now in [false, true] {
        let queue: QueueOf<F, i32, 1> = F::bounded();
        let mut getters: Vec<_> = (0..4).map(|_| Waiter::queued(queue.get())).collect();
        let gone = getters.remove(1);
        let gone_probe = gone.probe().clone();
        drop(gone);
        if now {
            assert_eq!(queue.shutdown_now().len(), 0);
        } else {
            queue.shutdown();
        }
        assert_eq!((gone_probe.wakes(), wakes(&getters)), (0, vec![1, 1, 1]));
        drop(getters.remove(0));
        assert_eq!(wakes(&getters), [1, 1]);
        assert!(getters[1].ready().is_err());
        assert!(getters[0].ready().is_err());
        drop(getters);
        assert_settled(&queue, 0, 0);

        let queue: QueueOf<F, i32, 1> = F::bounded();
        queue.try_put(0).unwrap();
        let mut putters: Vec<_> = (1..5).map(|i| Waiter::queued(queue.put(i))).collect();
        let gone = putters.remove(1);
        let gone_probe = gone.probe().clone();
        drop(gone);
        if now {
            assert_eq!(queue.shutdown_now().collect::<Vec<_>>(), [0]);
        } else {
            queue.shutdown();
            assert_eq!(drain(&queue), [0]);
        }
        assert_eq!((gone_probe.wakes(), wakes(&putters)), (0, vec![1, 1, 1]));
        drop(putters.remove(0));
        assert_eq!(putters[0].future().into_item(), Some(3));
        assert_eq!(putters[1].ready().unwrap_err().into_inner(), 4);
        assert_eq!(wakes(&putters), [1, 1]);
        drop(putters);
        assert_settled(&queue, 0, 0);
    }
}

/// A waiter that looks once more when its time is up takes what it was woken for; one that does not
/// look passes it on. So an item that arrives together with a timeout is never stuck.
fn a_last_look_before_giving_up_uses_the_notice<F: Flavour>() {
    for looks in [false, true] {
        let queue: QueueOf<F, i32, 1> = F::bounded();
        let mut timed = Waiter::queued(queue.get());
        let mut patient = Waiter::queued(queue.get());
        queue.try_put(1).unwrap();
        if looks {
            assert_eq!(timed.ready().unwrap().done(), 1);
        }
        drop(timed);
        if looks {
            assert_eq!(patient.wakes(), 0);
            queue.try_put(1).unwrap();
        }
        assert_eq!((patient.wakes(), patient.ready().unwrap().done()), (1, 1));
        assert_settled(&queue, 0, 0);
    }
}

/// Waiters come and go in random order, woken and not: while items and getters are there, so is a
/// woken getter for each, and the links of the line hold.
fn a_line_survives_any_order_of_coming_and_going<F: Flavour>() {
    within_limit(|| {
        for seed in 0..many(50) as u64 {
            let mut random = SmallRng::seed_from_u64(seed);
            let queue: QueueOf<F, i32, 4> = F::bounded();
            // Each with the number of wake-ups that it has answered.
            let mut getters = Vec::new();
            for _ in 0..400 {
                match random.random_range(0..8) {
                    0..4 => {
                        let mut getter = Waiter::new(queue.get());
                        if getter.poll().is_pending() {
                            getters.push((getter, 0));
                        }
                    }
                    4..7 if !getters.is_empty() => {
                        let gone = random.random_range(0..getters.len());
                        getters.swap_remove(gone);
                    }
                    _ => {
                        let _ = queue.try_put(0);
                    }
                }
                let woken = getters
                    .iter()
                    .filter(|(getter, seen)| getter.wakes() > *seen);
                let (woken, stats) = (woken.count(), queue.stats());
                assert_eq!(stats.waiting_getters, getters.len() - woken);
                assert!(
                    stats.waiting_getters == 0 || woken >= stats.len,
                    "{stats:?}"
                );
                if random.random_range(0..4) == 0 {
                    getters.retain_mut(|(getter, seen)| {
                        *seen = getter.wakes();
                        getter.poll().is_pending()
                    });
                }
            }
            getters.shuffle(&mut random);
            drop(getters);
            drain(&queue);
            assert_settled(&queue, 0, 0);
        }
    });
}

for_every_flavour!(
    a_woken_getter_that_is_dropped_passes_the_notice_on,
    a_woken_putter_that_is_dropped_passes_the_notice_on,
    a_woken_waiter_that_is_dropped_too_late_wakes_nobody,
    two_notices_given_up_reach_the_next_two,
    with_more_notices_than_waiters_the_rest_stays_in_the_queue,
    a_notice_is_passed_on_until_somebody_uses_it,
    ten_thousand_waiters_dropped_in_a_row_pass_one_notice_along,
    a_putter_woken_by_a_batch_passes_its_share_on,
    a_getter_that_gives_up_leaves_the_others_in_order,
    a_putter_that_gives_up_leaves_the_others_in_order,
    a_get_given_up_at_any_moment_loses_no_item,
    a_put_given_up_gives_its_item_back_or_drops_it,
    a_completed_put_has_no_item_to_give_back,
    a_batch_given_up_half_way_keeps_its_rest,
    a_batch_get_given_up_takes_nothing,
    dropping_what_is_out_of_the_line_is_harmless,
    being_dropped_and_shut_down_agree,
    a_last_look_before_giving_up_uses_the_notice,
    a_line_survives_any_order_of_coming_and_going,
);
