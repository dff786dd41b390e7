//! Foreign code that panics: wakers, the items' `Ord` and `Drop`, iterators and collections. The panic
//! reaches the caller, and that is all: the others are woken, no stored item is lost or dropped twice, the
//! numbers are true, and the queue goes on. And what the library panics for itself.

use std::fmt::Debug;
use std::future::Future;
use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::Waker;

use joinable_queue::JoinableQueue;
use joinable_queue::storage::Storage;
use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};

use crate::kit::*;

/// Lets `bomb` tick at each `event` of `probe`.
fn mine(probe: &Probe, event: Event, bomb: &Bomb) {
    let bomb = bomb.clone();
    probe.on_event(move |happens| {
        if happens == event {
            bomb.tick();
        }
    });
}

/// Lets `bomb` tick at each comparison of items.
fn mine_comparisons(ledger: &Ledger, bomb: &Bomb) {
    let bomb = bomb.clone();
    ledger.compare_by(move |a, b| {
        bomb.tick();
        a.cmp(&b)
    });
}

/// Lets `bomb` tick at each drop of an item.
fn mine_drops(ledger: &Ledger, bomb: &Bomb) {
    let bomb = bomb.clone();
    ledger.on_drop(move |_| bomb.tick());
}

fn a_waker_may_panic_at_any_moment<F: Flavour>() {
    for event in [Event::Clone, Event::Wake, Event::Drop] {
        for end in [End::Open, End::ShutDown, End::ShutDownNow] {
            let times = at_every_tick(|bomb| {
                let ledger = Ledger::new();
                let queue = F::bounded::<Item, 2>();
                let probes = [Probe::new(), Probe::new()];
                let wakers = probes.each_ref().map(Probe::waker);
                probes.iter().for_each(|probe| mine(probe, event, bomb));
                let seen = tour(&queue, &ledger, wakers.each_ref(), end);
                probes.iter().for_each(Probe::off);

                // The panic came back from the step that caused it.
                assert_eq!(seen.panics, usize::from(bomb.went_off()));
                let taken = queue.stats().got - seen.removed;
                let drained = drain(&queue).len();
                let stats = assert_settled(&queue, 0, 0);
                // An item that did not reach the caller was abandoned, and there was at most one.
                assert_eq!(stats.abandoned, taken - seen.tasks);
                assert!(stats.abandoned <= seen.panics);
                assert_eq!(stats.got, taken + drained + seen.removed);
                assert_eq!(stats.failed, 0);
                assert_eq!(ledger.alive(), 0);
                assert_eq!(probes.each_ref().map(Probe::alive), [1, 1]);
                if end == End::Open {
                    assert_works(&queue, &ledger);
                }
            });
            assert!(times > 3, "{event:?} {end:?}: {times}");
        }
    }
}

/// Three joiners, two of them behind or before the one whose waker panics.
fn every_joiner_is_woken_although_one_waker_panics<F: Flavour>() {
    let times = at_every_tick(|bomb| {
        let ledger = Ledger::new();
        let queue = F::bounded::<Item, 2>();
        queue.try_put(ledger.item(1)).unwrap();
        let probes = [(); 3].map(|()| Probe::new());
        let mut joins = [(); 3].map(|()| Box::pin(queue.join()));
        for (join, probe) in joins.iter_mut().zip(&probes) {
            pending(join.as_mut(), &probe.waker());
            mine(probe, Event::Wake, bomb);
        }
        let task = queue.try_get().unwrap();
        let item = attempt(|| task.done());
        assert_eq!(item.is_none(), bomb.went_off());
        drop(item);
        assert_eq!(probes.each_ref().map(Probe::wakes), [1, 1, 1]);
        assert_eq!(probes.each_ref().map(Probe::alive), [0, 0, 0]);
        // Finished, not abandoned: the caller said so before anything panicked.
        let stats = assert_settled(&queue, 0, 0);
        assert_eq!((stats.done, stats.abandoned), (1, 0));
        for join in &mut joins {
            assert_eq!(ready(join.as_mut()).done, 1);
        }
        assert_eq!(ledger.alive(), 0);
        assert_works(&queue, &ledger);
    });
    assert_eq!(times, 3);
}

fn a_shutdown_wakes_everybody_although_one_waker_panics<F: Flavour>() {
    for now in [false, true] {
        // Two joiners and three getters.
        let times = at_every_tick(|bomb| {
            let ledger = Ledger::new();
            let queue = F::bounded::<Item, 2>();
            queue.try_put(ledger.item(1)).unwrap();
            let task = queue.try_get().unwrap();
            let probes = [(); 5].map(|()| Probe::new());
            let mut joins = [(); 2].map(|()| Box::pin(queue.join()));
            let mut gets = [(); 3].map(|()| Box::pin(queue.get()));
            for (join, probe) in joins.iter_mut().zip(&probes) {
                pending(join.as_mut(), &probe.waker());
            }
            for (get, probe) in gets.iter_mut().zip(&probes[2..]) {
                pending(get.as_mut(), &probe.waker());
            }
            probes.iter().for_each(|p| mine(p, Event::Wake, bomb));
            let first = attempt(|| {
                if now {
                    assert_eq!(queue.shutdown_now().len(), 0);
                } else {
                    queue.shutdown();
                }
            });
            assert_eq!(probes.each_ref().map(Probe::wakes), [0, 0, 1, 1, 1]);
            let second = attempt(|| task.done());
            assert_eq!(first.is_none() || second.is_none(), bomb.went_off());
            drop(second);
            assert_eq!(probes.each_ref().map(Probe::wakes), [1; 5]);
            assert_eq!(probes.each_ref().map(Probe::alive), [0; 5]);
            for join in &mut joins {
                ready(join.as_mut());
            }
            for get in &mut gets {
                assert!(ready(get.as_mut()).is_err());
            }
            let stats = assert_settled(&queue, 0, 0);
            assert!(stats.is_shutdown && stats.abandoned == 0);
            assert_eq!(ledger.alive(), 0);
        });
        assert_eq!(times, 5);

        // Three putters; `shutdown_now` takes out the last unfinished items, so that it wakes joiners, too.
        let times = at_every_tick(|bomb| {
            let ledger = Ledger::new();
            let queue = F::bounded::<Item, 2>();
            queue.try_put(ledger.item(1)).unwrap();
            queue.try_put(ledger.item(2)).unwrap();
            let probes = [(); 5].map(|()| Probe::new());
            let mut joins = [(); 2].map(|()| Box::pin(queue.join()));
            let mut puts = [3, 4, 5].map(|rank| Box::pin(queue.put(ledger.item(rank))));
            for (join, probe) in joins.iter_mut().zip(&probes) {
                pending(join.as_mut(), &probe.waker());
            }
            for (put, probe) in puts.iter_mut().zip(&probes[2..]) {
                pending(put.as_mut(), &probe.waker());
            }
            probes.iter().for_each(|p| mine(p, Event::Wake, bomb));
            let closed = attempt(|| {
                if now {
                    assert_eq!(queue.shutdown_now().len(), 2);
                } else {
                    queue.shutdown();
                }
            });
            let released = usize::from(now);
            assert_eq!(
                probes.each_ref().map(Probe::wakes),
                [released, released, 1, 1, 1]
            );
            assert_eq!(closed.is_none(), bomb.went_off());
            for (put, rank) in puts.iter_mut().zip(3..) {
                assert_eq!(ready(put.as_mut()).unwrap_err().into_inner().rank, rank);
            }
            probes.iter().for_each(Probe::off);
            assert_eq!(drain(&queue).len(), if now { 0 } else { 2 });
            for join in &mut joins {
                ready(join.as_mut());
            }
            assert_eq!(probes.each_ref().map(Probe::alive), [0; 5]);
            let stats = assert_settled(&queue, 0, 0);
            assert_eq!((stats.put, stats.done, stats.abandoned), (2, 2, 0));
            assert_eq!(ledger.alive(), 0);
        });
        assert_eq!(times, if now { 5 } else { 3 });
    }
}

/// A future whose waker panics when it is cloned can be polled again, or dropped.
fn a_waker_that_panics_when_cloned_leaves_the_future_as_it_was<F: Flavour>() {
    fn check<T: Future<Output: Debug>>(
        mut future: std::pin::Pin<Box<T>>,
        waiting: impl Fn() -> usize,
        release: impl FnOnce(),
    ) {
        let [good, bad] = [(); 2].map(|()| Probe::new());
        let (good_waker, bad_waker) = (good.waker(), bad.waker());
        let bomb = Bomb::at(1);
        mine(&bad, Event::Clone, &bomb);
        assert!(attempt(|| poll_as(future.as_mut(), &bad_waker)).is_none());
        assert_eq!((waiting(), bad.alive()), (0, 1));
        pending(future.as_mut(), &good_waker);
        assert_eq!((waiting(), good.alive()), (1, 2));
        // Already in line: it stays there, with the waker that it has.
        mine(&bad, Event::Clone, &Bomb::at(1));
        assert!(attempt(|| poll_as(future.as_mut(), &bad_waker)).is_none());
        assert_eq!((waiting(), good.alive(), bad.alive()), (1, 2, 1));
        release();
        assert_eq!((waiting(), good.wakes(), bad.wakes()), (0, 1, 0));
        // Woken, and to go back into the line if it finds nothing; here it is ready.
        assert!(poll_as(future.as_mut(), &bad_waker).is_ready());
        assert_eq!((good.alive(), bad.alive()), (1, 1));
    }

    let queue = F::bounded::<u32, 1>();
    check(
        Box::pin(queue.get()),
        || queue.stats().waiting_getters,
        || queue.try_put(1).unwrap(),
    );
    queue.try_put(2).unwrap();
    check(
        Box::pin(queue.put(3)),
        || queue.stats().waiting_putters,
        || assert_eq!(queue.try_get().unwrap().done(), 2),
    );
    check(
        Box::pin(queue.join()),
        || queue.stats().waiting_joiners,
        || assert_eq!(queue.try_get().unwrap().done(), 3),
    );
    assert_settled(&queue, 0, 0);
}

/// A woken getter finds nothing, and panics on the way back into the line: the notice is not lost with it.
fn a_woken_future_that_panics_passes_its_notice_on_when_dropped<F: Flavour>() {
    let queue = F::bounded::<u32, 2>();
    let probes = [(); 3].map(|()| Probe::new());
    let wakers = probes.each_ref().map(Probe::waker);
    let mut gets = [(); 3].map(|()| Slot::new(queue.get()));
    for (get, waker) in gets.iter_mut().zip(&wakers) {
        assert!(get.step(waker).is_none());
    }
    queue.try_put(1).unwrap();
    assert_eq!(queue.try_get().unwrap().done(), 1);
    let mut first = gets[0].0.take().unwrap();
    mine(&probes[0], Event::Clone, &Bomb::at(1));
    assert!(attempt(|| poll_as(first.as_mut(), &wakers[0])).is_none());
    queue.try_put(2).unwrap();
    assert_eq!(probes.each_ref().map(Probe::wakes), [1, 1, 0]);
    drop(first);
    assert_eq!(probes.each_ref().map(Probe::wakes), [1, 1, 1]);
    assert_eq!(gets[2].step(&wakers[2]).unwrap().unwrap().done(), 2);
    drop(gets);
    assert_settled(&queue, 0, 0);
}

fn a_waker_that_panics_when_dropped_changes_nothing<F: Flavour>() {
    let ledger = Ledger::new();
    let queue = F::bounded::<Item, 1>();
    let [old, new] = [(); 2].map(|()| Probe::new());
    let (old_waker, new_waker) = (old.waker(), new.waker());
    let mined = || mine(&old, Event::Drop, &Bomb::at(1));

    // Displaced: the future has the new waker.
    let mut get = Box::pin(queue.get());
    pending(get.as_mut(), &old_waker);
    mined();
    assert!(attempt(|| poll_as(get.as_mut(), &new_waker)).is_none());
    assert_eq!((old.alive(), new.alive()), (1, 2));
    queue.try_put(ledger.item(1)).unwrap();
    assert_eq!((old.wakes(), new.wakes()), (0, 1));
    drop(ready(get.as_mut()).unwrap().done());

    // Cancelled: the future is out of the line.
    let mut get = Box::pin(queue.get());
    pending(get.as_mut(), &old_waker);
    mined();
    assert!(attempt(|| drop(get)).is_none());
    assert_settled(&queue, 0, 0);

    // Taken out by the future's own success: the item does not reach the caller, and is abandoned.
    let mut first = Box::pin(queue.get());
    let mut second = Box::pin(queue.get());
    pending(first.as_mut(), &new_waker);
    pending(second.as_mut(), &old_waker);
    queue.try_put(ledger.item(2)).unwrap();
    mined();
    assert!(attempt(|| poll_as(second.as_mut(), &old_waker)).is_none());
    assert_eq!(queue.stats().abandoned, 1);
    assert_eq!(ledger.alive(), 0);
    assert_eq!(queue.stats().unfinished, 0);
    let message = panics(|| ready(second.as_mut()).is_ok());
    assert_eq!(message, COMPLETED);
    drop(first);

    // A put in the same place: the item is in.
    queue.try_put(ledger.item(3)).unwrap();
    let mut first = Box::pin(queue.put(ledger.item(4)));
    let mut second = Box::pin(queue.put(ledger.item(5)));
    pending(first.as_mut(), &new_waker);
    pending(second.as_mut(), &old_waker);
    drop(queue.try_get().unwrap().done());
    mined();
    assert!(attempt(|| poll_as(second.as_mut(), &old_waker)).is_none());
    assert_eq!(second.as_mut().into_item(), None);
    drop(first);
    assert_eq!(ranks(&drain(&queue)), [5]);

    // A give-up, a join that is cancelled, and a wait that has become unnecessary while the waker was
    // being cloned.
    queue.try_put(ledger.item(6)).unwrap();
    let mut put = Box::pin(queue.put(ledger.item(7)));
    pending(put.as_mut(), &old_waker);
    mined();
    assert!(attempt(|| put.as_mut().into_item()).is_none());
    drop(put);
    let mut join = Box::pin(queue.join());
    pending(join.as_mut(), &old_waker);
    mined();
    assert!(attempt(|| drop(join)).is_none());
    assert_eq!(ranks(&drain(&queue)), [6]);

    let stats = assert_settled(&queue, 0, 0);
    assert_eq!(stats.abandoned, 1);
    assert_eq!(ledger.alive(), 0);
    old.off();
    assert_eq!((old.alive(), new.alive()), (1, 1));
    queue.try_put(ledger.item(8)).unwrap();
    assert_eq!(ranks(&drain(&queue)), [8]);
}

/// The clone that a poll brings is not needed when an item arrives while it is made; dropping it panics.
fn a_waker_that_was_not_needed_and_panics_when_dropped_leaves_an_abandoned_task<F: Flavour>() {
    within_limit(|| {
        let queue = keep(F::bounded::<u32, 1>());
        let probe = Probe::new();
        let bomb = Bomb::at(1);
        let armed = bomb.clone();
        probe.on_event(move |event| match event {
            Event::Clone => queue.try_put(1).unwrap(),
            Event::Drop => armed.tick(),
            Event::Wake | Event::WakeByRef => {}
        });
        let waker = probe.waker();
        let mut get = Box::pin(queue.get());
        assert!(attempt(|| poll_as(get.as_mut(), &waker)).is_none());
        probe.off();
        let stats = assert_settled(queue, 0, 0);
        assert_eq!((stats.got, stats.done, stats.abandoned), (1, 1, 1));
        assert_eq!(panics(|| ready(get.as_mut()).is_ok()), COMPLETED);
        assert_eq!(probe.alive(), 1);
    });
}

/// The waker of a putter panics when a get makes room for it: whatever the get was about to return is
/// dropped, and counted as abandoned.
fn an_item_that_a_panicking_get_had_taken_is_abandoned<F: Flavour>() {
    type Get<S> = fn(&JoinableQueue<S>);
    let gets: [Get<F::Storage<Item, 2>>; 4] = [
        |queue| drop(queue.try_get().map(|task| task.detach())),
        |queue| drop(ready(pin!(queue.get())).map(|task| task.detach())),
        |queue| queue.try_get_many(2, &mut Vec::new()).unwrap().detach(),
        |queue| {
            let ticket = ready(pin!(queue.get_many(2, &mut Vec::new()))).unwrap();
            ticket.detach();
        },
    ];
    for (get, most) in gets.into_iter().zip([1, 1, 2, 2]) {
        let times = at_every_tick(|bomb| {
            let ledger = Ledger::new();
            let queue = F::bounded::<Item, 2>();
            queue.try_put(ledger.item(1)).unwrap();
            queue.try_put(ledger.item(1)).unwrap();
            let probes = [(); 3].map(|()| Probe::new());
            let mut puts = [(); 3].map(|()| Box::pin(queue.put(ledger.item(2))));
            let mut join = Box::pin(queue.join());
            pending(join.as_mut(), Waker::noop());
            for (put, probe) in puts.iter_mut().zip(&probes) {
                pending(put.as_mut(), &probe.waker());
                mine(probe, Event::Wake, bomb);
            }
            let panicked = attempt(|| get(&queue)).is_none();
            assert_eq!(panicked, bomb.went_off());
            let stats = queue.stats();
            assert_eq!(stats.got, 2 - stats.len);
            if panicked {
                assert!((1..=most).contains(&stats.got));
                assert_eq!(stats.abandoned, stats.got);
                assert_eq!(stats.done, stats.abandoned);
            } else {
                assert_eq!((stats.got, stats.abandoned), (most, 0));
            }
            assert_eq!(ledger.alive(), stats.len + 3);
            // As many putters were woken as there are free places.
            assert_eq!(probes.iter().map(Probe::wakes).sum::<usize>(), stats.got);
            for put in puts.iter_mut().take(stats.got) {
                ready(put.as_mut()).unwrap();
            }
            probes.iter().for_each(Probe::off);
            drop(puts);
            while queue.task_done().is_ok() {}
            assert_eq!(drain(&queue).len(), 2);
            ready(join.as_mut());
            assert_settled(&queue, 0, 0);
            assert_eq!(ledger.alive(), 0);
            assert_works(&queue, &ledger);
        });
        assert_eq!(times, most);
    }
}

/// A waker panics in a put: the item is in, and everything else as after any other put.
fn an_item_whose_put_panicked_in_a_waker_is_in_the_queue<F: Flavour>() {
    type Act<S> = fn(&JoinableQueue<S>, Item);
    let acts: [Act<F::Storage<Item, 2>>; 4] = [
        |queue, item| queue.try_put(item).unwrap(),
        |queue, item| ready(pin!(queue.put(item))).unwrap(),
        |queue, item| drop(queue.try_put_all(&mut [item].into_iter())),
        |queue, item| drop(ready(pin!(queue.put_all([item])))),
    ];
    for act in acts {
        let ledger = Ledger::new();
        let queue = F::bounded::<Item, 2>();
        let probe = Probe::new();
        let mut get = Box::pin(queue.get());
        pending(get.as_mut(), &probe.waker());
        mine(&probe, Event::Wake, &Bomb::at(1));
        assert!(attempt(|| act(&queue, ledger.item(1))).is_none());
        assert_eq!((probe.wakes(), queue.len()), (1, 1));
        assert_eq!(ready(get.as_mut()).unwrap().done().rank, 1);
        let stats = assert_settled(&queue, 0, 0);
        assert_eq!((stats.put, stats.abandoned), (1, 0));
        assert_eq!(ledger.alive(), 0);
        assert_works(&queue, &ledger);
    }
}

fn a_requeue_or_follow_up_whose_waker_panics_is_done<F: Flavour>() {
    for requeues in [false, true] {
        let ledger = Ledger::new();
        let queue = F::bounded::<Item, 2>();
        queue.try_put(ledger.item(1)).unwrap();
        let task = queue.try_get().unwrap();
        let probe = Probe::new();
        let mut get = Box::pin(queue.get());
        pending(get.as_mut(), &probe.waker());
        mine(&probe, Event::Wake, &Bomb::at(1));
        if requeues {
            assert!(attempt(|| task.requeue()).is_none());
            let stats = queue.stats();
            assert_eq!((stats.put, stats.done, stats.abandoned), (2, 1, 0));
            assert_eq!((stats.len, stats.unfinished), (1, 1));
        } else {
            let item = ledger.item(2);
            assert!(attempt(|| task.put_follow_up(item)).is_none());
            let stats = queue.stats();
            assert_eq!((stats.put, stats.done, stats.abandoned), (2, 0, 0));
            assert_eq!((stats.len, stats.unfinished), (1, 2));
            drop(task.done());
        }
        assert_eq!(probe.wakes(), 1);
        drop(ready(get.as_mut()).unwrap().done());
        assert_settled(&queue, 0, 0);
        assert_eq!(ledger.alive(), 0);
        assert_works(&queue, &ledger);
    }
}

/// A queue of room for eight, with `ranks` in it, whose comparisons then make `bomb` tick.
fn mined_queue<F: Flavour>(
    ledger: &Ledger,
    ranks: impl IntoIterator<Item = u32>,
    bomb: &Bomb,
) -> QueueOf<F, Item, 8> {
    let queue = F::bounded();
    queue
        .try_put_all(&mut ledger.items(ranks).into_iter())
        .unwrap();
    mine_comparisons(ledger, bomb);
    queue
}

/// Checks that the queue has `expected`, gives it in order, and has nothing unfinished then.
#[track_caller]
fn assert_holds<S: Storage<Item = Item>>(
    queue: &JoinableQueue<S>,
    ledger: &Ledger,
    mut expected: Vec<u32>,
) {
    ledger.off();
    assert_eq!(ledger.alive(), expected.len());
    assert_eq!(queue.len(), expected.len());
    expected.sort_unstable();
    assert_eq!(ranks(&drain(queue)), expected);
    assert_settled(queue, 0, 0);
    assert_eq!(ledger.alive(), 0);
    queue.try_put(ledger.item(2)).unwrap();
    queue.try_put(ledger.item(1)).unwrap();
    assert_eq!(ranks(&drain(queue)), [1, 2]);
}

const RANKS: [u32; 7] = [6, 2, 5, 1, 7, 3, 4];

/// How often a put behind `RANKS` compares: to the top of three levels of a heap; or a binary search among
/// seven that are sorted.
fn comparisons_of_a_put<F: Flavour>() -> usize {
    if F::GROWS { 3 } else { 4 }
}

/// Taking items out of a heap compares, at least so often; taking the first of those sorted does not.
#[track_caller]
fn assert_compared<F: Flavour>(times: usize, least: usize) {
    if F::GROWS {
        assert!(times >= least, "{times}");
    } else {
        assert_eq!(times, 0);
    }
}

fn a_comparison_that_panics_in_try_put_leaves_the_queue_as_it_was<F: Flavour>() {
    let times = at_every_tick(|bomb| {
        let ledger = Ledger::new();
        let queue = mined_queue::<F>(&ledger, RANKS, bomb);
        let before = queue.stats();
        let done = attempt(|| queue.try_put(ledger.item(0)));
        let mut expected = RANKS.to_vec();
        if done.is_none() {
            assert_eq!(queue.stats(), before);
        } else {
            expected.push(0);
        }
        assert_eq!(done.is_none(), bomb.went_off());
        assert_holds(&queue, &ledger, expected);
    });
    assert_eq!(times, comparisons_of_a_put::<F>());
}

/// The future of a put still has its item after a comparison that panicked: it can be polled again, or
/// asked for the item.
fn a_comparison_that_panics_in_a_put_leaves_the_item_in_the_future<F: Flavour>() {
    for again in [false, true] {
        let times = at_every_tick(|bomb| {
            let ledger = Ledger::new();
            let queue = mined_queue::<F>(&ledger, RANKS, bomb);
            let before = queue.stats();
            let mut put = Box::pin(queue.put(ledger.item(0)));
            let mut expected = RANKS.to_vec();
            if attempt(|| ready(put.as_mut())).is_some() {
                expected.push(0);
            } else {
                assert_eq!(queue.stats(), before);
                if again {
                    assert!(ready(put.as_mut()).is_ok());
                    expected.push(0);
                } else {
                    assert_eq!(put.as_mut().into_item().unwrap().rank, 0);
                }
            }
            assert_holds(&queue, &ledger, expected);
        });
        assert_eq!(times, comparisons_of_a_put::<F>());
    }
}

/// A put that is about to go into line finds room after all, and its comparison panics: the waker that it
/// has brought is not the one that waits when it is polled again.
fn a_put_that_panicked_on_its_way_into_line_wakes_who_polls_it_next<F: Flavour>() {
    let ledger = Ledger::new();
    let queue = Arc::new(F::bounded::<Item, 2>());
    let items = ledger.items([1, 2]);
    queue.try_put_all(&mut items.into_iter()).unwrap();
    let probes = [(); 2].map(|()| Probe::new());
    let mut put = Box::pin(queue.put(ledger.item(0)));
    let (other, inside) = (Arc::clone(&queue), ledger.clone());
    probes[0].on_event(move |event| {
        if event == Event::Clone {
            drop(other.try_get().unwrap().done());
            mine_comparisons(&inside, &Bomb::at(1));
        }
    });
    assert!(attempt(|| poll_as(put.as_mut(), &probes[0].waker())).is_none());
    probes[0].off();
    ledger.off();
    assert_eq!(probes[0].alive(), 0);
    queue.try_put(ledger.item(3)).unwrap();
    pending(put.as_mut(), &probes[1].waker());
    drop(queue.try_get().unwrap().done());
    assert_eq!(probes.each_ref().map(Probe::wakes), [0, 1]);
    ready(put.as_mut()).unwrap();
    drop(put);
    assert_holds(&queue, &ledger, vec![0, 3]);
}

/// A putter that was woken fails, and is dropped: the next one is woken for the room.
fn a_comparison_that_panics_in_a_woken_put_does_not_lose_the_notice<F: Flavour>() {
    for gives_up in [false, true] {
        let times = at_every_tick(|bomb| {
            let ledger = Ledger::new();
            let queue = F::bounded::<Item, 8>();
            let start = ledger.items(1..=8);
            queue.try_put_all(&mut start.into_iter()).unwrap();
            let probes = [(); 2].map(|()| Probe::new());
            let [mut first, mut second] = [0, 9].map(|rank| Box::pin(queue.put(ledger.item(rank))));
            pending(first.as_mut(), &probes[0].waker());
            pending(second.as_mut(), &probes[1].waker());
            drop(queue.try_get().unwrap().done());
            assert_eq!(probes.each_ref().map(Probe::wakes), [1, 0]);

            mine_comparisons(&ledger, bomb);
            let mut expected: Vec<u32> = (2..=8).collect();
            if attempt(|| ready(first.as_mut())).is_some() {
                assert_eq!(probes[1].wakes(), 0);
                expected.push(0);
            } else {
                assert_eq!((queue.len(), queue.stats().put), (7, 8));
                if gives_up {
                    assert_eq!(first.as_mut().into_item().unwrap().rank, 0);
                } else {
                    drop(first);
                }
                assert_eq!(probes[1].wakes(), 1);
                ready(second.as_mut()).unwrap();
                expected.push(9);
            }
            drop(second);
            assert_eq!(queue.stats().waiting_putters, 0);
            assert_holds(&queue, &ledger, expected);
        });
        assert_eq!(times, comparisons_of_a_put::<F>());
    }
}

fn a_comparison_that_panics_in_a_get_leaves_the_item_in_the_queue<F: Flavour>() {
    type Get<S> = fn(&JoinableQueue<S>) -> u32;
    let gets: [Get<F::Storage<Item, 8>>; 4] = [
        |queue| queue.try_get().unwrap().done().rank,
        |queue| ready(pin!(queue.get())).unwrap().done().rank,
        |queue| {
            let mut into = Vec::new();
            queue.try_get_many(1, &mut into).unwrap().done();
            into[0].rank
        },
        |queue| {
            let mut into = Vec::new();
            ready(pin!(queue.get_many(1, &mut into))).unwrap().done();
            into[0].rank
        },
    ];
    for get in gets {
        let times = at_every_tick(|bomb| {
            let ledger = Ledger::new();
            let queue = mined_queue::<F>(&ledger, RANKS, bomb);
            let before = queue.stats();
            let mut expected = RANKS.to_vec();
            match attempt(|| get(&queue)) {
                Some(rank) => {
                    assert_eq!(rank, 1);
                    expected.retain(|&rank| rank != 1);
                }
                None => assert_eq!(queue.stats(), before),
            }
            assert_holds(&queue, &ledger, expected);
        });
        assert_compared::<F>(times, 3);
    }
}

fn a_comparison_that_panics_in_a_woken_get_does_not_lose_the_notice<F: Flavour>() {
    let times = at_every_tick(|bomb| {
        let ledger = Ledger::new();
        let queue = F::bounded::<Item, 8>();
        let probes = [(); 5].map(|()| Probe::new());
        let mut gets = probes.each_ref().map(|probe| {
            let mut get = Box::pin(queue.get());
            pending(get.as_mut(), &probe.waker());
            Some(get)
        });
        let items = ledger.items([4, 2, 3, 1]);
        queue.try_put_all(&mut items.into_iter()).unwrap();
        assert_eq!(probes.each_ref().map(Probe::wakes), [1, 1, 1, 1, 0]);

        mine_comparisons(&ledger, bomb);
        let mut first = gets[0].take().unwrap();
        let mut expected = vec![4, 2, 3, 1];
        if let Some(task) = attempt(|| ready(first.as_mut()).unwrap()) {
            assert_eq!(task.done().rank, 1);
            expected.pop();
        } else {
            // Polled again it would take the item; dropped, it leaves that to the one in line.
            assert_eq!(queue.len(), 4);
            drop(first);
            assert_eq!(probes[4].wakes(), 1);
            let task = ready(gets[4].take().unwrap().as_mut()).unwrap();
            assert_eq!(task.done().rank, 1);
            expected.pop();
        }
        drop(gets);
        assert_holds(&queue, &ledger, expected);
    });
    assert_compared::<F>(times, 2);
}

/// In the middle of a batch: what was taken before is abandoned with its ticket.
fn a_comparison_that_panics_in_a_batch_loses_nothing_stored<F: Flavour>() {
    for waits in [false, true] {
        let times = at_every_tick(|bomb| {
            let ledger = Ledger::new();
            let queue = mined_queue::<F>(&ledger, RANKS, bomb);
            let mut batch = Vec::new();
            let ticket = attempt(|| {
                if waits {
                    ready(pin!(queue.get_many(4, &mut batch))).unwrap()
                } else {
                    queue.try_get_many(4, &mut batch).unwrap()
                }
            });
            let taken = 7 - queue.len();
            let stats = queue.stats();
            if let Some(ticket) = ticket {
                assert_eq!((taken, ticket.owed(), batch.len()), (4, 4, 4));
                ticket.done();
            } else {
                assert_eq!(
                    (stats.got, stats.done, stats.abandoned),
                    (taken, taken, taken)
                );
                assert!(batch.len() <= taken);
            }
            batch.clear();
            let mut expected = RANKS.to_vec();
            expected.sort_unstable();
            assert_holds(&queue, &ledger, expected.split_off(taken));
        });
        assert_compared::<F>(times, 8);
    }
}

fn a_comparison_that_panics_in_a_requeue_leaves_an_abandoned_task<F: Flavour>() {
    let times = at_every_tick(|bomb| {
        let ledger = Ledger::new();
        let queue = F::bounded::<Item, 8>();
        queue.try_put(ledger.item(0)).unwrap();
        let task = queue.try_get().unwrap();
        let items = ledger.items(RANKS);
        queue.try_put_all(&mut items.into_iter()).unwrap();
        mine_comparisons(&ledger, bomb);
        let mut expected = RANKS.to_vec();
        let requeued = attempt(|| task.requeue().is_ok());
        let stats = queue.stats();
        if requeued.is_some() {
            expected.push(0);
            assert_eq!((stats.put, stats.done, stats.abandoned), (9, 1, 0));
        } else {
            assert_eq!((stats.put, stats.done, stats.abandoned), (8, 1, 1));
        }
        assert_holds(&queue, &ledger, expected);
    });
    assert_eq!(times, comparisons_of_a_put::<F>());
}

fn a_comparison_that_panics_in_a_follow_up_leaves_the_queue_as_it_was<F: Flavour>() {
    let times = at_every_tick(|bomb| {
        let ledger = Ledger::new();
        let queue = F::bounded::<Item, 8>();
        queue.try_put(ledger.item(8)).unwrap();
        let task = queue.try_get().unwrap();
        let items = ledger.items(RANKS);
        queue.try_put_all(&mut items.into_iter()).unwrap();
        mine_comparisons(&ledger, bomb);
        let mut expected = RANKS.to_vec();
        let item = ledger.item(0);
        if attempt(|| task.put_follow_up(item).is_ok()).is_some() {
            expected.push(0);
        }
        assert_eq!(queue.stats().unfinished, expected.len() + 1);
        drop(task.done());
        assert_holds(&queue, &ledger, expected);
    });
    assert_eq!(times, comparisons_of_a_put::<F>());
}

/// Taking everything out compares nothing, and so releases everybody. Iterating over it may compare, and
/// keeps what it has when that panics.
fn shutdown_now_compares_nothing_and_its_iterator_keeps_every_item<F: Flavour>() {
    let times = at_every_tick(|bomb| {
        let ledger = Ledger::new();
        let silent = Bomb::at(1);
        let queue = mined_queue::<F>(&ledger, RANKS, &silent);
        let mut remaining = queue.shutdown_now();
        assert!(!silent.went_off());
        assert_settled(&queue, 0, 0);
        mine_comparisons(&ledger, bomb);
        let mut came = Vec::new();
        for _ in 0..7 {
            let len = remaining.len();
            match attempt(|| remaining.next()) {
                Some(item) => came.push(item.unwrap().rank),
                None => assert_eq!(remaining.len(), len),
            }
        }
        let panicked = usize::from(bomb.went_off());
        assert_eq!(came.len() + remaining.len(), 7);
        assert_eq!(remaining.len(), panicked);
        ledger.off();
        came.extend(remaining.by_ref().map(|item| item.rank));
        assert_eq!(came, [1, 2, 3, 4, 5, 6, 7]);
        drop(remaining);
        assert_eq!(ledger.alive(), 0);
    });
    assert_compared::<F>(times, 8);
}

/// One that answers at random: the order is any, and every item comes out once.
fn an_inconsistent_order_loses_nothing<F: Flavour>() {
    for seed in 0..many(50) as u64 {
        let ledger = Ledger::new();
        let answers = Mutex::new(SmallRng::seed_from_u64(seed));
        ledger.compare_by(move |_, _| answers.lock().unwrap().random_range(-1..=1).cmp(&0));
        let mut random = SmallRng::seed_from_u64(seed);
        let queue = F::bounded::<Item, 64>();
        let mut stored = Vec::new();
        for rank in 0..200 {
            if random.random_ratio(2, 3) && queue.try_put(ledger.item(rank)).is_ok() {
                stored.push(rank);
            } else if let Ok(task) = queue.try_get() {
                let rank = task.done().rank;
                let place = stored.iter().position(|&stored| stored == rank);
                stored.swap_remove(place.expect("came out twice"));
            }
            assert_eq!(queue.len(), stored.len());
        }
        let mut rest = if seed % 2 == 0 {
            ranks(&drain(&queue))
        } else {
            queue.shutdown_now().map(|item| item.rank).collect()
        };
        rest.sort_unstable();
        stored.sort_unstable();
        assert_eq!(rest, stored);
        assert_settled(&queue, 0, 0);
        assert_eq!(ledger.alive(), 0);
    }
}

/// A comparison that uses the queue it is made for gets a panic that says so; and the queue is as it was.
#[cfg(feature = "critical-section")]
fn a_comparison_that_uses_its_queue_panics<F: Flavour>() {
    type Act<S> = fn(&'static JoinableQueue<S>, &Ledger);
    let acts: [Act<F::Storage<Item, 4>>; 8] = [
        |queue, _| assert_eq!(queue.stats().len, 3),
        |queue, _| assert!(!queue.is_empty()),
        |queue, ledger| drop(queue.try_put(ledger.item(9))),
        |queue, _| drop(queue.try_get()),
        |queue, _| assert!(queue.task_done().is_err()),
        |queue, _| queue.shutdown(),
        |queue, _| drop(queue.shutdown_now()),
        |queue, _| drop(queue.try_get_many(1, &mut Vec::new())),
    ];
    for act in acts {
        let ledger = Ledger::new();
        let queue = keep(F::bounded::<Item, 4>());
        let items = ledger.items([3, 1, 2]);
        queue.try_put_all(&mut items.into_iter()).unwrap();
        let before = queue.stats();
        let own = ledger.clone();
        ledger.compare_by(move |a, b| {
            act(queue, &own);
            a.cmp(&b)
        });
        assert_eq!(panics(|| queue.try_put(ledger.item(0))), MESSAGE);
        if F::GROWS {
            assert_eq!(panics(|| queue.try_get().map(|task| task.done())), MESSAGE);
        }
        assert_eq!(queue.stats(), before);
        ledger.off();
        assert_eq!(ledger.alive(), 3);
        assert_eq!(ranks(&drain(queue)), [1, 2, 3]);
        assert_settled(queue, 0, 0);
    }
}

#[cfg(feature = "critical-section")]
const MESSAGE: &str =
    "a queue was used from within itself: by the `Ord` of its items, or by the allocator";

/// Runs the test called `name`, for flavour `F`, in a process of its own, and returns what
/// that says on standard error; or calls `play`, if this is that process.
#[cfg(feature = "critical-section")]
fn in_another_process<F: Flavour>(name: &str, play: impl FnOnce()) -> Option<String> {
    const CHILD: &str = "JOINABLE_QUEUE_TEST_CHILD";

    if std::env::var_os(CHILD).is_some() {
        play();
        return None;
    }
    let flavour = if F::GROWS { "heap" } else { "fixed_heap" };
    let output = std::process::Command::new(std::env::current_exe().unwrap())
        .args([&format!("panics::reentrant::{flavour}::{name}"), "--exact"])
        .args(["--nocapture", "--test-threads=1"])
        .env(CHILD, "")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains(MESSAGE), "{output:?}");
    Some(said)
}

/// A future that a comparison polls is dropped while the panic unwinds, and needs the lock for that: the
/// process may abort there, but it has said why.
#[cfg(feature = "critical-section")]
fn a_comparison_that_polls_a_future_of_its_queue_panics_or_aborts<F: Flavour>() {
    let name = "a_comparison_that_polls_a_future_of_its_queue_panics_or_aborts";
    in_another_process::<F>(name, || {
        let ledger = Ledger::new();
        let queue = keep(F::bounded::<Item, 4>());
        queue.try_put(ledger.item(2)).unwrap();
        ledger.compare_by(move |a, b| {
            drop(poll(pin!(queue.get())));
            a.cmp(&b)
        });
        panics(|| queue.try_put(ledger.item(1)));
        ledger.off();
        assert_eq!(ranks(&drain(queue)), [2]);
    });
}

/// A comparison drops a future that is in line. Its memory is free afterwards, so that the line must not
/// lead there any more: either the future has left, or the process has ended.
#[cfg(feature = "critical-section")]
fn a_future_that_a_comparison_drops_is_not_left_in_line<F: Flavour>() {
    const LEFT: &str = "a dropped future is in line";

    let name = "a_future_that_a_comparison_drops_is_not_left_in_line";
    let said = in_another_process::<F>(name, || {
        let ledger = Ledger::new();
        let queue = keep(F::bounded::<Item, 4>());
        queue.try_put(ledger.item(2)).unwrap();
        let mut join = Box::pin(queue.join());
        pending(join.as_mut(), Waker::noop());
        let join = Mutex::new(Some(join));
        ledger.compare_by(move |a, b| {
            drop(join.lock().unwrap().take());
            a.cmp(&b)
        });
        panics(|| queue.try_put(ledger.item(1)));
        assert_eq!(queue.stats().waiting_joiners, 0, "{LEFT}");
    });
    if let Some(said) = said {
        assert!(!said.contains(LEFT), "{said}");
    }
}

/// Printing the queue is the one thing that a comparison may do: it sees the lock taken.
fn a_comparison_may_print_its_queue<F: Flavour>() {
    within_limit(|| {
        let ledger = Ledger::new();
        let queue = keep(F::bounded::<Item, 4>());
        queue.try_put(ledger.item(2)).unwrap();
        ledger.compare_by(move |a, b| {
            assert_eq!(format!("{queue:?}"), LOCKED);
            a.cmp(&b)
        });
        queue.try_put(ledger.item(1)).unwrap();
        ledger.off();
        assert_eq!(ranks(&drain(queue)), [1, 2]);
    });
}

const LOCKED: &str = "JoinableQueue { state: <locked> }";

/// Another thread compares, and so is inside of the lock, until it is let go.
#[cfg(all(feature = "std", not(feature = "critical-section")))]
fn printing_a_queue_does_not_wait_for_its_lock<F: Flavour>() {
    use std::sync::mpsc;

    within_limit(|| {
        let ledger = Ledger::new();
        let queue = keep(F::bounded::<Item, 4>());
        queue.try_put(ledger.item(2)).unwrap();
        let get = Box::pin(queue.get());
        let (entered, has_entered) = mpsc::channel();
        let (let_go, may_leave) = mpsc::channel::<()>();
        let may_leave = Mutex::new(may_leave);
        ledger.compare_by(move |a, b| {
            entered.send(()).unwrap();
            may_leave.lock().unwrap().recv().unwrap();
            a.cmp(&b)
        });
        let item = ledger.item(1);
        let thread = std::thread::spawn(move || queue.try_put(item).is_ok());
        has_entered.recv().unwrap();
        assert_eq!(format!("{queue:?}"), LOCKED);
        assert_eq!(format!("{get:?}"), "Get { .. }");
        let_go.send(()).unwrap();
        assert!(thread.join().unwrap());
        ledger.off();
        assert_eq!(
            format!("{queue:?}"),
            "JoinableQueue { capacity: Some(4), len: 2, unfinished: 2, .. }"
        );
        assert_eq!(ranks(&drain(queue)), [1, 2]);
    });
}

/// A panic inside of the lock, on another thread: nobody else notices.
fn there_is_no_poison<F: Flavour>() {
    let ledger = Ledger::new();
    let queue = F::bounded::<Item, 4>();
    let items = ledger.items([3, 1, 2]);
    queue.try_put_all(&mut items.into_iter()).unwrap();
    mine_comparisons(&ledger, &Bomb::at(1));
    std::thread::scope(|scope| {
        let item = ledger.item(0);
        let queue = &queue;
        assert!(scope.spawn(move || queue.try_put(item)).join().is_err());
        if F::GROWS {
            mine_comparisons(&ledger, &Bomb::at(1));
            let get = || queue.try_get().map(|task| task.done());
            assert!(scope.spawn(get).join().is_err());
        }
    });
    ledger.off();
    assert_eq!(
        format!("{queue:?}"),
        "JoinableQueue { capacity: Some(4), len: 3, unfinished: 3, .. }"
    );
    assert_eq!(ranks(&drain(&queue)), [1, 2, 3]);
    assert_settled(&queue, 0, 0);
    assert_eq!(ledger.alive(), 0);
}

/// A thread that dies of a waker, a drop or its own doing leaves nothing behind that others could see.
fn a_thread_that_panics_leaves_the_queue_to_the_others<F: Flavour>() {
    let ledger = Ledger::new();
    let queue = F::bounded::<Item, 2>();
    let probe = Probe::new();
    let mut get = Box::pin(queue.get());
    pending(get.as_mut(), &probe.waker());
    mine(&probe, Event::Wake, &Bomb::at(1));
    std::thread::scope(|scope| {
        let item = ledger.item(1);
        let queue = &queue;
        assert!(scope.spawn(move || queue.try_put(item)).join().is_err());
        let worker = move || {
            let _task = queue.try_get().unwrap();
            std::panic::resume_unwind(Box::new("at work"));
        };
        assert!(scope.spawn(worker).join().is_err());
    });
    assert_eq!(queue.stats().abandoned, 1);
    drop(get);
    assert_settled(&queue, 0, 0);
    assert_eq!(ledger.alive(), 0);
    assert_works(&queue, &ledger);
}

/// Futures, tasks and tickets that are dropped because something else panics.
fn unwinding_cancels_and_abandons<F: Flavour>() {
    let queue = F::bounded::<u32, 2>();
    let probe = Probe::new();
    let mut next = Box::pin(queue.get());
    let unwound = attempt(|| {
        let mut get = Box::pin(queue.get());
        pending(get.as_mut(), Waker::noop());
        pending(next.as_mut(), &probe.waker());
        // Woken when it is dropped.
        queue.try_put(1).unwrap();
        Bomb::at(1).tick();
    });
    assert!(unwound.is_none());
    assert_eq!(probe.wakes(), 1);
    assert_eq!(ready(next.as_mut()).unwrap().done(), 1);

    let probe = Probe::new();
    let mut join = Box::pin(queue.join());
    queue.try_put(2).unwrap();
    queue.try_put(3).unwrap();
    pending(join.as_mut(), &probe.waker());
    let unwound = attempt(|| {
        let mut put = Box::pin(queue.put(4));
        pending(put.as_mut(), Waker::noop());
        let mut other = Box::pin(queue.join());
        pending(other.as_mut(), Waker::noop());
        let _task = queue.try_get().unwrap();
        let (_, _ticket) = queue.try_get().unwrap().into_parts();
        Bomb::at(1).tick();
    });
    assert!(unwound.is_none());
    assert_eq!(probe.wakes(), 1);
    assert_eq!(ready(join.as_mut()).abandoned, 2);
    assert_settled(&queue, 0, 0);
}

/// Drops what `make` returns, with a bomb at the k-th drop of an item, for every k: the others are dropped,
/// too, each once. Returns how many drops there are.
fn drops<T>(ledger: &Ledger, make: impl Fn() -> T) -> usize {
    at_every_tick(|bomb| {
        let thing = make();
        let before = ledger.made();
        mine_drops(ledger, bomb);
        assert_eq!(attempt(|| drop(thing)).is_none(), bomb.went_off());
        ledger.off();
        assert_eq!(ledger.alive(), 0);
        assert_eq!(ledger.made(), before);
    })
}

fn a_drop_that_panics_does_not_keep_the_others_from_being_dropped<F: Flavour>() {
    let ledger = Ledger::new();
    // Wrapped around, so that a ring has two parts.
    let filled = || {
        let queue = F::bounded::<Item, 5>();
        let items = ledger.items([2, 1, 3]);
        queue.try_put_all(&mut items.into_iter()).unwrap();
        assert_eq!(drain(&queue).len(), 3);
        let items = ledger.items([5, 4, 8, 6, 7]);
        queue.try_put_all(&mut items.into_iter()).unwrap();
        queue
    };
    assert_eq!(drops(&ledger, filled), 5);
    assert_eq!(drops(&ledger, || filled().shutdown_now()), 5);
    let begun = || {
        let mut remaining = filled().shutdown_now();
        drop(remaining.next());
        remaining
    };
    assert_eq!(drops(&ledger, begun), 4);
    let closed = || {
        let queue = filled();
        queue.shutdown();
        drop(queue.try_get().unwrap().done());
        queue
    };
    assert_eq!(drops(&ledger, closed), 4);
}

fn an_abandoned_task_is_counted_although_its_item_panics_when_dropped<F: Flavour>() {
    let ledger = Ledger::new();
    let queue = F::bounded::<Item, 2>();
    queue.try_put(ledger.item(1)).unwrap();
    let probe = Probe::new();
    let mut join = Box::pin(queue.join());
    pending(join.as_mut(), &probe.waker());
    let task = queue.try_get().unwrap();
    mine_drops(&ledger, &Bomb::at(1));
    assert!(attempt(|| drop(task)).is_none());
    ledger.off();
    assert_eq!(probe.wakes(), 1);
    assert_eq!(ready(join.as_mut()).abandoned, 1);
    assert_settled(&queue, 0, 0);
    assert_eq!(ledger.alive(), 0);
    assert_works(&queue, &ledger);
}

/// An item panics when it is dropped with the put that waits with it: the put leaves the line all the same.
fn a_cancelled_put_leaves_the_line_although_its_item_panics_when_dropped<F: Flavour>() {
    for woken in [false, true] {
        let ledger = Ledger::new();
        let queue = F::bounded::<Item, 1>();
        queue.try_put(ledger.item(1)).unwrap();
        let probe = Probe::new();
        let [mut first, mut second] = [2, 3].map(|rank| Box::pin(queue.put(ledger.item(rank))));
        pending(first.as_mut(), Waker::noop());
        pending(second.as_mut(), &probe.waker());
        if woken {
            assert_eq!(drain(&queue).len(), 1);
        }
        mine_drops(&ledger, &Bomb::at(1));
        assert!(attempt(|| drop(first)).is_none());
        ledger.off();
        if !woken {
            assert_eq!(drain(&queue).len(), 1);
        }
        assert_eq!(probe.wakes(), 1);
        ready(second.as_mut()).unwrap();
        assert_eq!(ranks(&drain(&queue)), [3]);
        assert_settled(&queue, 0, 0);
        assert_eq!(ledger.alive(), 0);
    }
}

/// An item's drop uses the queue, which is in order already: everything counted, nobody waiting.
fn a_drop_may_use_its_queue<F: Flavour>() {
    within_limit(|| {
        let ledger = Ledger::new();
        let queue = keep(F::bounded::<Item, 4>());
        let times = Arc::new(AtomicUsize::new(0));
        let uses = |check: fn(&QueueOf<F, Item, 4>)| {
            let times = Arc::clone(&times);
            ledger.on_drop(move |_| {
                times.fetch_add(1, Ordering::SeqCst);
                check(queue);
            });
        };
        let fill = || {
            let items = ledger.items(1..=4);
            queue.try_put_all(&mut items.into_iter()).unwrap();
        };

        // Abandoned: dropped first, then counted.
        fill();
        uses(|queue| assert_eq!((queue.in_flight(), queue.stats().abandoned), (1, 0)));
        drop(queue.try_get().unwrap());
        ledger.off();
        assert_eq!(queue.stats().abandoned, 1);

        // Requeues all there is, from within.
        uses(|queue| {
            while let Ok(task) = queue.try_get() {
                drop(task.detach());
                queue.task_done().unwrap();
            }
        });
        drop(queue.try_get().unwrap());
        ledger.off();
        assert_settled(queue, 0, 0);

        // A putter that is being cancelled makes room itself, is woken for it, and passes that on.
        fill();
        let probe = Probe::new();
        let [mut first, mut second] = [(); 2].map(|()| Box::pin(queue.put(ledger.item(9))));
        pending(first.as_mut(), Waker::noop());
        pending(second.as_mut(), &probe.waker());
        let once = Mutex::new(Some(()));
        ledger.on_drop(move |_| {
            if once.lock().unwrap().take().is_some() {
                drop(queue.try_get().unwrap().done());
            }
        });
        drop(first);
        ledger.off();
        assert_eq!((queue.len(), probe.wakes()), (3, 1));
        ready(second.as_mut()).unwrap();

        // Taken out by `shutdown_now`: counted before the first of them is dropped.
        times.store(0, Ordering::SeqCst);
        uses(|queue| {
            assert_settled(queue, 0, 0);
            assert!(queue.is_shutdown());
            queue.shutdown();
            assert_eq!(queue.shutdown_now().len(), 0);
            assert!(queue.try_get().unwrap_err().is_shutdown());
        });
        drop(queue.shutdown_now());
        ledger.off();
        assert_eq!(times.load(Ordering::SeqCst), 4);
        assert_settled(queue, 0, 0);
        assert_eq!(ledger.alive(), 0);
    });
}

const COMPLETED: &str = "a future of joinable-queue was polled after completion";

/// Checks that a completed future panics when polled, and again, and that nothing else happens.
fn assert_completed<S: Storage, T: Future<Output: Debug>>(
    queue: &JoinableQueue<S>,
    mut future: std::pin::Pin<Box<T>>,
) {
    let before = queue.stats();
    let probe = Probe::new();
    for _ in 0..2 {
        let message = panics(|| poll_as(future.as_mut(), &probe.waker()));
        assert_eq!(message, COMPLETED);
    }
    assert_eq!((probe.clones(), probe.wakes(), probe.alive()), (0, 0, 0));
    assert_eq!(queue.stats(), before);
    drop(future);
    assert_eq!(queue.stats(), before);
}

fn a_future_that_is_polled_after_completion_panics<F: Flavour>() {
    let queue = F::bounded::<u32, 4>();

    // Ready at once.
    let mut put = Box::pin(queue.put(0));
    ready(put.as_mut()).unwrap();
    assert_completed(&queue, put);
    queue.try_get().unwrap().done();
    let mut put = Box::pin(queue.put(1));
    ready(put.as_mut()).unwrap();
    assert_eq!(put.as_mut().into_item(), None);
    assert_completed(&queue, put);
    let mut put_all = Box::pin(queue.put_all([2, 3, 4]));
    assert_eq!(ready(put_all.as_mut()), Ok(3));
    assert_completed(&queue, put_all);

    // Not polled at all, and asked for the item.
    let mut put = Box::pin(queue.put(5));
    assert_eq!(put.as_mut().into_item(), Some(5));
    assert_eq!(put.as_mut().into_item(), None);
    assert_completed(&queue, put);
    let mut put_all = Box::pin(queue.put_all([5, 6]));
    assert_eq!(put_all.as_mut().into_item(), None);
    assert_completed(&queue, put_all);

    // In line, and asked for the item.
    let mut put = Box::pin(queue.put(5));
    pending(put.as_mut(), Waker::noop());
    assert_eq!(put.as_mut().into_item(), Some(5));
    assert_completed(&queue, put);
    let mut put_all = Box::pin(queue.put_all([5, 6]));
    pending(put_all.as_mut(), Waker::noop());
    assert_eq!(put_all.as_mut().into_item(), Some(5));
    assert_completed(&queue, put_all);

    let mut get = Box::pin(queue.get());
    ready(get.as_mut()).unwrap().done();
    assert_completed(&queue, get);
    for max in [0, 2] {
        let mut batch = Vec::new();
        let mut get_many = Box::pin(queue.get_many(max, &mut batch));
        ready(get_many.as_mut()).unwrap().done();
        assert_completed(&queue, get_many);
        assert_eq!(batch.len(), max);
    }

    // After a wait.
    let mut join = Box::pin(queue.join());
    pending(join.as_mut(), Waker::noop());
    assert_eq!(drain(&queue).len(), 1);
    ready(join.as_mut());
    assert_completed(&queue, join);
    let mut get = Box::pin(queue.get());
    pending(get.as_mut(), Waker::noop());
    queue.shutdown();
    assert!(ready(get.as_mut()).is_err());
    assert_completed(&queue, get);
    let mut put = Box::pin(queue.put(7));
    assert_eq!(ready(put.as_mut()).unwrap_err().into_inner(), 7);
    assert_completed(&queue, put);
    let mut batch = Vec::<u32>::new();
    let mut get_many = Box::pin(queue.get_many(2, &mut batch));
    assert!(ready(get_many.as_mut()).is_err());
    assert_completed(&queue, get_many);
    let mut put_all = Box::pin(queue.put_all([8, 9]));
    assert_eq!(ready(put_all.as_mut()).unwrap_err().into_inner(), 8);
    assert_completed(&queue, put_all);
    assert_settled(&queue, 0, 0);
}

/// Takes items in, and lets a bomb tick before each.
struct Into<'a>(Vec<Item>, &'a Bomb);

impl Extend<Item> for Into<'_> {
    fn extend<I: IntoIterator<Item = Item>>(&mut self, items: I) {
        for item in items {
            self.1.tick();
            self.0.push(item);
        }
    }
}

fn a_collection_that_panics_in_a_batch_leaves_what_was_taken_abandoned<F: Flavour>() {
    for waits in [false, true] {
        let times = at_every_tick(|bomb| {
            let ledger = Ledger::new();
            let queue = F::bounded::<Item, 5>();
            let items = ledger.items(1..=5);
            queue.try_put_all(&mut items.into_iter()).unwrap();
            let mut into = Into(Vec::new(), bomb);
            let ticket = attempt(|| {
                if waits {
                    ready(pin!(queue.get_many(3, &mut into))).unwrap()
                } else {
                    queue.try_get_many(3, &mut into).unwrap()
                }
            });
            let (taken, kept) = (5 - queue.len(), into.0.len());
            if let Some(ticket) = ticket {
                assert_eq!((taken, kept, ticket.owed()), (3, 3, 3));
                ticket.done();
            } else {
                let stats = queue.stats();
                assert_eq!(
                    (taken, stats.abandoned, stats.done),
                    (kept + 1, taken, taken)
                );
                assert_eq!(ledger.alive(), 5 - 1);
            }
            drop(into);
            assert_eq!(drain(&queue).len(), 5 - taken);
            assert_settled(&queue, 0, 0);
            assert_eq!(ledger.alive(), 0);
        });
        assert_eq!(times, 3);
    }
}

fn an_iterator_that_panics_in_a_batch_leaves_what_was_put<F: Flavour>() {
    for waits in [false, true] {
        let times = at_every_tick(|bomb| {
            let ledger = Ledger::new();
            let queue = F::bounded::<Item, 5>();
            let mut items = (1..=3).map(|rank| {
                bomb.tick();
                ledger.item(rank)
            });
            let mut future = Box::pin(queue.put_all(items.by_ref()));
            let put = attempt(|| {
                if waits {
                    ready(future.as_mut()).unwrap()
                } else {
                    let mut more = (1..=3).map(|rank| {
                        bomb.tick();
                        ledger.item(rank)
                    });
                    queue.try_put_all(&mut more).unwrap()
                }
            });
            if waits && put.is_none() {
                // It goes on from there; the iterator had moved on already.
                let so_far = future.put_so_far();
                assert_eq!(queue.len(), so_far);
                assert_eq!(ready(future.as_mut()), Ok(2));
            }
            drop(future);
            let stats = assert_settled(&queue, queue.len(), queue.len());
            assert_eq!(ledger.alive(), stats.put);
            assert_eq!(drain(&queue).len(), stats.put);
            assert_settled(&queue, 0, 0);
        });
        assert_eq!(times, 3);
    }
}

for_every_flavour!(
    a_waker_may_panic_at_any_moment,
    every_joiner_is_woken_although_one_waker_panics,
    a_shutdown_wakes_everybody_although_one_waker_panics,
    a_waker_that_panics_when_cloned_leaves_the_future_as_it_was,
    a_woken_future_that_panics_passes_its_notice_on_when_dropped,
    a_waker_that_panics_when_dropped_changes_nothing,
    a_waker_that_was_not_needed_and_panics_when_dropped_leaves_an_abandoned_task,
    an_item_that_a_panicking_get_had_taken_is_abandoned,
    an_item_whose_put_panicked_in_a_waker_is_in_the_queue,
    a_requeue_or_follow_up_whose_waker_panics_is_done,
    a_thread_that_panics_leaves_the_queue_to_the_others,
    unwinding_cancels_and_abandons,
    a_drop_that_panics_does_not_keep_the_others_from_being_dropped,
    an_abandoned_task_is_counted_although_its_item_panics_when_dropped,
    a_cancelled_put_leaves_the_line_although_its_item_panics_when_dropped,
    a_drop_may_use_its_queue,
    a_future_that_is_polled_after_completion_panics,
    a_collection_that_panics_in_a_batch_leaves_what_was_taken_abandoned,
    an_iterator_that_panics_in_a_batch_leaves_what_was_put,
);

for_every_priority_flavour!(
    a_comparison_that_panics_in_try_put_leaves_the_queue_as_it_was,
    a_put_that_panicked_on_its_way_into_line_wakes_who_polls_it_next,
    a_comparison_that_panics_in_a_put_leaves_the_item_in_the_future,
    a_comparison_that_panics_in_a_woken_put_does_not_lose_the_notice,
    a_comparison_that_panics_in_a_get_leaves_the_item_in_the_queue,
    a_comparison_that_panics_in_a_woken_get_does_not_lose_the_notice,
    a_comparison_that_panics_in_a_batch_loses_nothing_stored,
    a_comparison_that_panics_in_a_requeue_leaves_an_abandoned_task,
    a_comparison_that_panics_in_a_follow_up_leaves_the_queue_as_it_was,
    shutdown_now_compares_nothing_and_its_iterator_keeps_every_item,
    an_inconsistent_order_loses_nothing,
    a_comparison_may_print_its_queue,
    there_is_no_poison,
);

/// An item whose comparison panics, with what to do when it is dropped.
struct Nosy {
    rank: u32,
    on_drop: Option<Box<dyn Fn()>>,
}

thread_local! {
    static NO_COMPARISONS: std::cell::Cell<bool> = const { std::cell::Cell::new(false) };
}

impl PartialEq for Nosy {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Nosy {}

impl PartialOrd for Nosy {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Nosy {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        assert!(!NO_COMPARISONS.get(), "compared");
        self.rank.cmp(&other.rank)
    }
}

impl Drop for Nosy {
    fn drop(&mut self) {
        if let Some(on_drop) = &self.on_drop {
            on_drop();
        }
    }
}

/// An item that is dropped because its comparison panicked is dropped outside the lock: its `Drop` may
/// use the queue, in a `try_put` and in a `requeue`.
fn what_a_comparison_that_panics_costs_is_dropped_outside_the_lock<F: Flavour>() {
    within_limit(|| {
        let queue: &'static QueueOf<F, Nosy, 4> = keep(F::bounded());
        let lengths: &'static std::cell::RefCell<Vec<usize>> = keep(std::cell::RefCell::default());
        let nosy = |rank| Nosy {
            rank,
            on_drop: Some(Box::new(|| lengths.borrow_mut().push(queue.len()))),
        };
        let plain = |rank| Nosy {
            rank,
            on_drop: None,
        };
        queue.try_put(nosy(1)).ok().unwrap();
        let task = queue.try_get().unwrap();
        queue.try_put(plain(2)).ok().unwrap();

        NO_COMPARISONS.set(true);
        assert_eq!(panics(|| queue.try_put(nosy(3)).is_ok()), "compared");
        assert_eq!(lengths.take(), [1]);
        assert_eq!(panics(|| task.requeue().is_ok()), "compared");
        assert_eq!(lengths.take(), [1]);
        NO_COMPARISONS.set(false);

        let stats = assert_settled(queue, 1, 1);
        assert_eq!((stats.put, stats.abandoned), (2, 1));
        assert_eq!(drain(queue).len(), 1);
    });
}

/// A put that is given up is over, also if the waker of the next in line panics meanwhile: polled again,
/// it panics as every finished future does, and puts nothing.
fn a_put_that_was_given_up_stays_given_up<F: Flavour>() {
    let queue: QueueOf<F, i32, 1> = F::bounded();
    queue.try_put(1).unwrap();
    let next = Probe::new();
    let mut given_up = Box::pin(queue.put(2));
    let mut waiting = Box::pin(queue.put(3));
    pending(given_up.as_mut(), &Probe::new().waker());
    pending(waiting.as_mut(), &next.waker());
    assert_eq!(queue.try_get().unwrap().done(), 1);
    next.on_event(|event| assert_ne!(event, Event::Wake, "bomb"));
    assert!(panics(|| given_up.as_mut().into_item()).contains("bomb"));
    next.off();
    assert!(panics(|| poll(given_up.as_mut())).contains("polled after completion"));
    assert_eq!(ready(waiting.as_mut()), Ok(()));
    assert_eq!(drain(&queue), [3]);
    assert_settled(&queue, 0, 0);
}

mod given_up {
    use super::*;

    for_every_flavour!(a_put_that_was_given_up_stays_given_up);
}

mod nosy {
    use super::*;

    for_every_priority_flavour!(what_a_comparison_that_panics_costs_is_dropped_outside_the_lock);
}

/// The allocator runs inside the lock where a queue on the heap has to grow. One that uses that queue
/// (to log, say) is turned away: it would have the queue's state to itself a second time.
#[cfg(all(feature = "alloc", feature = "critical-section"))]
#[test]
fn an_allocator_that_uses_the_queue_that_grows_is_turned_away() {
    use std::cell::Cell;

    static QUEUE: joinable_queue::Queue<u32> = joinable_queue::Queue::unbounded();

    thread_local! {
        static TURNED_AWAY: Cell<bool> = const { Cell::new(false) };
    }

    on_next_allocation(|| {
        TURNED_AWAY.set(panics(|| QUEUE.try_put(2)).contains("from within itself"))
    });
    QUEUE.try_put(1).unwrap();
    assert!(TURNED_AWAY.get());
    assert_eq!(drain(&QUEUE), [1]);
    assert_settled(&QUEUE, 0, 0);
}

#[cfg(feature = "critical-section")]
mod reentrant {
    use super::*;

    for_every_priority_flavour!(
        a_comparison_that_uses_its_queue_panics,
        a_comparison_that_polls_a_future_of_its_queue_panics_or_aborts,
        a_future_that_a_comparison_drops_is_not_left_in_line,
    );
}

#[cfg(all(feature = "std", not(feature = "critical-section")))]
mod locked {
    use super::*;

    for_every_priority_flavour!(printing_a_queue_does_not_wait_for_its_lock);
}
