//! First come, first served: who is woken when, who may overtake whom, and how often.
//!
//! A running task may take what a woken one has not come for yet. That one goes back to the front of
//! its line, and once it has lost twice, new futures line up behind it. (`scripts` compares the same with a
//! model, operation by operation.)

use std::pin::pin;

use crate::kit::*;
use joinable_queue::storage::Storage;
use joinable_queue::{JoinableQueue, TryPutError};

/// A task runs by and takes the item that `getter` was woken for; it looks, finds nothing, and is
/// back in line.
#[track_caller]
fn loses<S: Storage<Item = i32>, G: Future>(queue: &JoinableQueue<S>, getter: &mut Waiter<G>) {
    let before = getter.wakes();
    queue.try_put(0).unwrap();
    assert_eq!(getter.wakes(), before + 1, "is not at the front");
    assert_eq!(queue.try_get().unwrap().done(), 0);
    getter.waits();
}

/// A task runs by and takes the room in a full queue that `putter` was woken for; it looks, finds
/// none, and is back in line.
#[track_caller]
fn loses_room<S: Storage<Item = i32>, P: Future>(queue: &JoinableQueue<S>, putter: &mut Waiter<P>) {
    let before = putter.wakes();
    let item = queue.try_get().unwrap().done();
    assert_eq!(putter.wakes(), before + 1, "is not at the front");
    queue.try_put(item).unwrap();
    putter.waits();
}

/// Getters are woken in the order in which they began to wait, and so served when items come one at a
/// time; a get that starts with nobody in line goes to the end.
fn getters_are_served_first_come_first_served<F: Flavour>() {
    let queue: QueueOf<F, i32, 1> = F::bounded();
    let mut getters: Vec<_> = (0..6).map(|_| Waiter::queued(queue.get())).collect();
    for next in 0..6 {
        queue.try_put(7).unwrap();
        let woken: Vec<_> = (0..getters.len()).map(|i| usize::from(i <= next)).collect();
        assert_eq!(wakes(&getters), woken);
        assert_eq!(getters[next].ready().unwrap().done(), 7);
        getters.push(Waiter::queued(queue.get()));
    }
    drop(getters);
    assert_settled(&queue, 0, 0);
}

/// Putters are woken in the order in which they began to wait, and so are their items put when room
/// comes one at a time. (lilos once had it the wrong way round for years.)
fn putters_are_served_first_come_first_served<F: Flavour>() {
    let queue: QueueOf<F, i32, 1> = F::bounded();
    queue.try_put(-1).unwrap();
    let mut putters: Vec<_> = (0..6).map(|i| Waiter::queued(queue.put(i))).collect();
    assert_eq!(drain(&queue), [-1]);
    for next in 0..6 {
        let woken: Vec<_> = (0..6).map(|i| usize::from(i <= next)).collect();
        assert_eq!(wakes(&putters), woken);
        assert_eq!(putters[next].ready(), Ok(()));
        assert_eq!(drain(&queue), [next as i32]);
    }
    assert_settled(&queue, 0, 0);
}

/// With any number of waiters, one put wakes one and one get wakes one; and waiters alone, polled
/// again or dropped, never wake each other.
fn nobody_is_woken_without_an_event<F: Flavour>() {
    let queue: QueueOf<F, i32, 2> = F::bounded();
    let mut getters: Vec<_> = (0..10).map(|_| Waiter::queued(queue.get())).collect();
    for _ in 0..100 {
        getters.iter_mut().for_each(Waiter::waits);
    }
    getters.remove(4);
    getters.remove(0);
    assert_eq!(wakes(&getters), [0; 8]);
    queue.try_put(1).unwrap();
    assert_eq!(wakes(&getters).iter().sum::<usize>(), 1);
    queue.try_get().unwrap().done();
    for _ in 0..100 {
        getters.iter_mut().for_each(Waiter::waits);
    }
    assert_eq!(wakes(&getters).iter().sum::<usize>(), 1);
    drop(getters);

    queue.try_put_all(&mut (0..2)).unwrap();
    let mut putters: Vec<_> = (2..10).map(|i| Waiter::queued(queue.put(i))).collect();
    for _ in 0..100 {
        putters.iter_mut().for_each(Waiter::waits);
    }
    putters.remove(3);
    assert_eq!(wakes(&putters), [0; 7]);
    let task = queue.try_get().unwrap();
    assert_eq!(wakes(&putters).iter().sum::<usize>(), 1);
    queue.try_put(task.done()).unwrap();
    for _ in 0..100 {
        putters.iter_mut().for_each(Waiter::waits);
    }
    assert_eq!(wakes(&putters).iter().sum::<usize>(), 1);
    drop(putters);
    drain(&queue);
    assert_settled(&queue, 0, 0);
}

/// What is there may be taken by who runs, whether others wait or were woken for it: by `try_get`, by
/// a fresh `get`, and by a getter further back in line that happens to be polled. (asyncio:
/// gh-83055)
fn a_running_task_may_overtake_a_woken_getter<F: Flavour>() {
    let queue: QueueOf<F, i32, 1> = F::bounded();
    let mut woken = Waiter::queued(queue.get());
    let mut behind = Waiter::queued(queue.get());
    queue.try_put(1).unwrap();
    assert_eq!(queue.try_get().unwrap().done(), 1);
    woken.waits();
    queue.try_put(2).unwrap();
    assert_eq!(ready(pin!(queue.get())).unwrap().done(), 2);
    drop(woken);
    queue.try_put(3).unwrap();
    assert_eq!(behind.wakes(), 1);
    assert_eq!(behind.ready().unwrap().done(), 3);
    assert_settled(&queue, 0, 0);
}

/// And room by `try_put` and by a fresh `put`.
fn a_running_task_may_overtake_a_woken_putter<F: Flavour>() {
    let queue: QueueOf<F, i32, 1> = F::bounded();
    queue.try_put(0).unwrap();
    let mut woken = Waiter::queued(queue.put(1));
    assert_eq!(drain(&queue), [0]);
    assert_eq!(queue.try_put(2), Ok(()));
    woken.waits();
    assert_eq!(drain(&queue), [2]);
    assert_eq!(ready(pin!(queue.put(3))), Ok(()));
    assert_eq!(drain(&queue), [3]);
    assert_eq!((woken.wakes(), woken.ready()), (2, Ok(())));
    assert_eq!(drain(&queue), [1]);
    assert_settled(&queue, 0, 0);
}

/// A woken waiter that finds nothing is the next to be woken, before those that began to wait after
/// it. (asyncio: puts it at the end)
fn a_waiter_that_lost_keeps_its_place_at_the_front<F: Flavour>() {
    let queue: QueueOf<F, i32, 1> = F::bounded();
    let mut first = Waiter::queued(queue.get());
    let mut second = Waiter::queued(queue.get());
    for lost in 1..=5 {
        loses(&queue, &mut first);
        assert_eq!((first.wakes(), second.wakes()), (lost, 0));
    }
    queue.try_put(1).unwrap();
    assert_eq!((first.wakes(), second.wakes()), (6, 0));
    assert_eq!(first.ready().unwrap().done(), 1);
    queue.try_put(2).unwrap();
    assert_eq!((second.wakes(), second.ready().unwrap().done()), (1, 2));
    assert_settled(&queue, 0, 0);

    queue.try_put(0).unwrap();
    let mut first = Waiter::queued(queue.put(1));
    let mut second = Waiter::queued(queue.put(2));
    for lost in 1..=5 {
        loses_room(&queue, &mut first);
        assert_eq!((first.wakes(), second.wakes()), (lost, 0));
    }
    drain(&queue);
    assert_eq!((first.wakes(), first.ready()), (6, Ok(())));
    assert_eq!(second.wakes(), 0);
    assert_eq!(drain(&queue), [1]);
    assert_eq!((second.wakes(), second.ready()), (1, Ok(())));
    drain(&queue);
    assert_settled(&queue, 0, 0);
}

/// Several that were woken together and all lost stand in front in their old order, in whatever order
/// they found out, with any of them gone, and those never woken behind them.
fn several_that_lost_keep_their_order<F: Flavour>() {
    for gone in [None, Some(0), Some(1), Some(2), Some(3), Some(4)] {
        let queue: QueueOf<F, i32, 3> = F::bounded();
        let mut getters: Vec<_> = (0..5).map(|_| Waiter::queued(queue.get())).collect();
        queue.try_put_all(&mut (0..3)).unwrap();
        drain(&queue);
        for lost in [1, 2, 0] {
            getters[lost].waits();
        }
        assert_eq!(wakes(&getters), [1, 1, 1, 0, 0]);
        let mut expected = vec![1, 1, 1, 0, 0];
        if let Some(gone) = gone {
            getters.remove(gone);
            expected.remove(gone);
        }
        for next in 0..getters.len() {
            queue.try_put(7).unwrap();
            expected[next] += 1;
            assert_eq!(wakes(&getters), expected, "without {gone:?}");
            assert_eq!(getters[next].ready().unwrap().done(), 7);
        }
        assert_settled(&queue, 0, 0);
    }
}

/// When the last of those that came back gives up, the next to come back stands where it stood: behind
/// the others that lost, in front of those never woken.
fn one_that_lost_finds_its_place_when_others_have_gone<F: Flavour>() {
    for gone in 0..2 {
        let queue: QueueOf<F, i32, 3> = F::bounded();
        let mut getters: Vec<_> = (0..5).map(|_| Waiter::queued(queue.get())).collect();
        queue.try_put_all(&mut (0..3)).unwrap();
        drain(&queue);
        getters[0].waits();
        getters[1].waits();
        drop(getters.remove(gone));
        // Woken with the others; comes back only now.
        getters[1].waits();
        let mut expected = [1, 1, 0, 0];
        for next in 0..4 {
            queue.try_put(7).unwrap();
            expected[next] += 1;
            assert_eq!(wakes(&getters), expected, "without {gone}");
            assert_eq!(getters[next].ready().unwrap().done(), 7);
        }
        assert_settled(&queue, 0, 0);
    }
}

/// One that lost again goes in front of those that came later, also of one that came back while it was
/// away: here 1, while 0 was woken a second time.
fn whoever_lost_goes_back_to_where_it_was<F: Flavour>() {
    let queue: QueueOf<F, i32, 2> = F::bounded();
    let mut getters: Vec<_> = (0..3).map(|_| Waiter::queued(queue.get())).collect();
    queue.try_put_all(&mut (0..2)).unwrap();
    drain(&queue);
    getters[0].waits();
    queue.try_put(7).unwrap();
    assert_eq!(wakes(&getters), [2, 1, 0]);
    drain(&queue);
    getters[1].waits();
    getters[0].waits();
    for expected in [[3, 1, 0], [3, 2, 0]] {
        queue.try_put(7).unwrap();
        assert_eq!(wakes(&getters), expected);
    }
    drop(getters);
    assert_eq!(drain(&queue), [7, 7]);
    assert_settled(&queue, 0, 0);
}

/// How often a getter may be overtaken by fresh `get` futures: twice. The third stands behind it,
/// although there is an item, and is woken for the next.
fn a_getter_is_overtaken_twice_and_not_a_third_time<F: Flavour>() {
    let queue: QueueOf<F, i32, 1> = F::bounded();
    let mut patient = Waiter::queued(queue.get());
    for _ in 0..2 {
        queue.try_put(1).unwrap();
        assert!(ready(pin!(queue.get())).is_ok());
        patient.waits();
    }
    queue.try_put(2).unwrap();
    assert_eq!(patient.wakes(), 3);
    let mut newcomer = Waiter::queued(queue.get());
    let mut batch = Vec::new();
    let mut another = Waiter::queued(queue.get_many(2, &mut batch));
    newcomer.waits();
    assert_eq!((queue.len(), queue.stats().waiting_getters), (1, 2));
    assert_eq!(patient.ready().unwrap().done(), 2);
    assert_eq!((newcomer.wakes(), another.wakes()), (0, 0));

    // With that the bar is lifted: the newcomer is served like any other, and may be overtaken.
    queue.try_put(3).unwrap();
    assert_eq!((newcomer.wakes(), another.wakes()), (1, 0));
    assert_eq!(ready(pin!(queue.get())).unwrap().done(), 3);
    newcomer.waits();
    queue.try_put(4).unwrap();
    assert_eq!((newcomer.wakes(), newcomer.ready().unwrap().done()), (2, 4));
    queue.try_put(5).unwrap();
    another.ready().unwrap().done();
    drop(another);
    assert_eq!(batch, [5]);
    assert_settled(&queue, 0, 0);
}

/// The same for a putter and fresh `put` futures.
fn a_putter_is_overtaken_twice_and_not_a_third_time<F: Flavour>() {
    let queue: QueueOf<F, i32, 1> = F::bounded();
    queue.try_put(0).unwrap();
    let mut patient = Waiter::queued(queue.put(10));
    for i in 1..=2 {
        queue.try_get().unwrap().done();
        assert_eq!(ready(pin!(queue.put(i))), Ok(()));
        patient.waits();
    }
    assert_eq!(drain(&queue), [2]);
    assert_eq!(patient.wakes(), 3);
    let mut newcomer = Waiter::queued(queue.put(11));
    let mut another = Waiter::queued(queue.put_all(12..14));
    newcomer.waits();
    assert_eq!((queue.len(), queue.stats().waiting_putters), (0, 2));
    assert_eq!(patient.ready(), Ok(()));
    assert_eq!((newcomer.wakes(), another.wakes()), (0, 0));

    assert_eq!(drain(&queue), [10]);
    assert_eq!((newcomer.wakes(), another.wakes()), (1, 0));
    assert_eq!(ready(pin!(queue.put(3))), Ok(()));
    newcomer.waits();
    assert_eq!(drain(&queue), [3]);
    assert_eq!((newcomer.wakes(), newcomer.ready()), (2, Ok(())));
    assert_eq!(drain(&queue), [11]);
    another.waits();
    assert_eq!(drain(&queue), [12]);
    assert_eq!(another.ready(), Ok(2));
    assert_eq!(drain(&queue), [13]);
    assert_settled(&queue, 0, 0);
}

/// A batch is no way past a starved getter: a fresh `get_many` may take what is there beyond what the
/// woken ones can use, or wait, but leaves the starved one its item. (Else a consumer of batches could
/// overtake it for ever.)
fn a_fresh_batch_leaves_a_starved_getter_its_item<F: Flavour>() {
    let queue: QueueOf<F, i32, 3> = F::bounded();
    let mut starved = Waiter::queued(queue.get());
    loses(&queue, &mut starved);
    loses(&queue, &mut starved);
    queue.try_put_all(&mut [7, 7, 7].into_iter()).unwrap();
    assert_eq!(starved.wakes(), 3);
    let mut batch = Vec::new();
    let mut newcomer = Waiter::new(queue.get_many(3, &mut batch));
    drop(newcomer.poll());
    assert_eq!(starved.ready().unwrap().done(), 7);
    drop(newcomer);
    drain(&queue);
    assert_settled(&queue, 0, 0);
}

/// After shutdown no more puts are to come, and a batch holds back no longer: it takes all that is there, and the
/// starved getter, who was woken by the shutdown if by nothing else, need not wait for more.
fn after_shutdown_a_batch_holds_back_for_nobody<F: Flavour>() {
    let queue: QueueOf<F, i32, 3> = F::bounded();
    let mut starved = Waiter::queued(queue.get());
    loses(&queue, &mut starved);
    loses(&queue, &mut starved);
    queue.try_put_all(&mut [7, 7].into_iter()).unwrap();
    queue.shutdown();
    let mut batch = Vec::new();
    let ticket = ready(pin!(queue.get_many(3, &mut batch))).unwrap();
    ticket.done();
    assert_eq!(batch, [7, 7]);
    assert!(starved.ready().is_err());
    assert_settled(&queue, 0, 0);
}

/// `try_get` and `try_put` hold back for nobody: that there is nothing is true when they say it. Who
/// loses to them comes back to the front as before.
fn try_operations_take_what_is_there_even_past_a_starved_waiter<F: Flavour>() {
    let queue: QueueOf<F, i32, 1> = F::bounded();
    let mut starved = Waiter::queued(queue.get());
    let mut behind = Waiter::queued(queue.get());
    for _ in 0..10 {
        loses(&queue, &mut starved);
    }
    let mut batch = Vec::new();
    queue.try_put(5).unwrap();
    queue.try_get_many(1, &mut batch).unwrap().done();
    starved.waits();
    assert_eq!((batch, behind.wakes()), (vec![5], 0));
    queue.try_put(1).unwrap();
    assert_eq!(starved.ready().unwrap().done(), 1);
    queue.try_put(2).unwrap();
    assert_eq!(behind.ready().unwrap().done(), 2);
    assert_settled(&queue, 0, 0);

    queue.try_put(0).unwrap();
    let mut starved = Waiter::queued(queue.put(1));
    let behind = Waiter::queued(queue.put(2));
    for _ in 0..10 {
        loses_room(&queue, &mut starved);
    }
    assert_eq!(queue.try_put(3), Err(TryPutError::Full(3)));
    assert_eq!(behind.wakes(), 0);
    drain(&queue);
    assert_eq!(starved.ready(), Ok(()));
    drop(behind);
    drain(&queue);
    assert_settled(&queue, 0, 0);
}

/// While somebody is starved, newcomers still take what is there beyond what the woken ones can use;
/// with two items and one woken waiter, one is for whoever comes.
fn newcomers_take_what_the_woken_ones_cannot_use<F: Flavour>() {
    let queue: QueueOf<F, i32, 3> = F::bounded();
    let mut starved = Waiter::queued(queue.get());
    loses(&queue, &mut starved);
    loses(&queue, &mut starved);
    queue.try_put_all(&mut [7, 7, 7].into_iter()).unwrap();
    for _ in 0..2 {
        assert_eq!(ready(pin!(queue.get())).unwrap().done(), 7);
    }
    let mut newcomer = Waiter::queued(queue.get());
    // One more item, and it may go; it is woken for it, too.
    queue.try_put(7).unwrap();
    assert_eq!(newcomer.wakes(), 1);
    assert_eq!(newcomer.ready().unwrap().done(), 7);
    assert_eq!(starved.ready().unwrap().done(), 7);
    assert_settled(&queue, 0, 0);

    queue.try_put_all(&mut (0..3)).unwrap();
    let mut starved = Waiter::queued(queue.put(1));
    loses_room(&queue, &mut starved);
    loses_room(&queue, &mut starved);
    drain(&queue);
    assert_eq!(starved.wakes(), 3);
    for i in [2, 3] {
        assert_eq!(ready(pin!(queue.put(i))), Ok(()));
    }
    let newcomer = Waiter::queued(queue.put(4));
    assert_eq!(starved.ready(), Ok(()));
    assert!(queue.is_full());
    drop(newcomer);
    drain(&queue);
    assert_settled(&queue, 0, 0);
}

/// Only those woken and not back yet count for that: neither those that were served or dropped after
/// having been woken, nor those that lost.
fn newcomers_hold_back_for_living_waiters_only<F: Flavour>() {
    let queue: QueueOf<F, i32, 2> = F::bounded();
    let mut served = Waiter::queued(queue.get());
    queue.try_put(0).unwrap();
    served.ready().unwrap().done();
    let dropped = Waiter::queued(queue.get());
    queue.try_put(0).unwrap();
    drop(dropped);
    drain(&queue);
    let mut starved = Waiter::queued(queue.get());
    loses(&queue, &mut starved);
    loses(&queue, &mut starved);
    queue.try_put_all(&mut [7, 7].into_iter()).unwrap();
    assert_eq!(ready(pin!(queue.get())).unwrap().done(), 7);
    let newcomer = Waiter::queued(queue.get());
    assert_eq!(starved.ready().unwrap().done(), 7);
    drop(newcomer);
    assert_settled(&queue, 0, 0);

    queue.try_put_all(&mut (0..2)).unwrap();
    let mut served = Waiter::queued(queue.put(2));
    queue.try_get().unwrap().done();
    assert_eq!(served.ready(), Ok(()));
    let mut dropped = Waiter::queued(queue.put(3));
    let item = queue.try_get().unwrap().done();
    assert_eq!(dropped.future().into_item(), Some(3));
    queue.try_put(item).unwrap();
    let mut starved = Waiter::queued(queue.put(4));
    loses_room(&queue, &mut starved);
    loses_room(&queue, &mut starved);
    drain(&queue);
    assert_eq!(ready(pin!(queue.put(5))), Ok(()));
    let newcomer = Waiter::queued(queue.put(6));
    assert_eq!(starved.ready(), Ok(()));
    drop(newcomer);
    drain(&queue);
    assert_settled(&queue, 0, 0);
}

/// A newcomer that stands behind a starved waiter, with an item there, is woken when that waiter gives
/// up, woken or not: an item and somebody in line, and nobody woken, must never be.
fn the_bar_ends_with_the_starved_waiter<F: Flavour>() {
    // Dropped after it was woken: the notice goes to the newcomer.
    let queue: QueueOf<F, i32, 2> = F::bounded();
    let mut starved = Waiter::queued(queue.get());
    loses(&queue, &mut starved);
    loses(&queue, &mut starved);
    queue.try_put(1).unwrap();
    let mut newcomer = Waiter::queued(queue.get());
    drop(starved);
    assert_eq!((newcomer.wakes(), newcomer.ready().unwrap().done()), (1, 1));
    assert_settled(&queue, 0, 0);

    // Dropped while in line: no notice, but no bar either.
    let mut starved = Waiter::queued(queue.get());
    loses(&queue, &mut starved);
    loses(&queue, &mut starved);
    let mut newcomer = Waiter::queued(queue.get());
    drop(starved);
    assert_eq!(newcomer.wakes(), 0);
    queue.try_put(1).unwrap();
    assert_eq!(newcomer.wakes(), 1);
    assert_eq!(ready(pin!(queue.get())).unwrap().done(), 1);
    newcomer.waits();
    drop(newcomer);
    assert_settled(&queue, 0, 0);

    // The same for room.
    queue.try_put_all(&mut (0..2)).unwrap();
    let mut starved = Waiter::queued(queue.put(2));
    loses_room(&queue, &mut starved);
    loses_room(&queue, &mut starved);
    queue.try_get().unwrap().done();
    let mut newcomer = Waiter::queued(queue.put(3));
    drop(starved);
    assert_eq!((newcomer.wakes(), newcomer.ready()), (1, Ok(())));
    let mut starved = Waiter::queued(queue.put(4));
    loses_room(&queue, &mut starved);
    loses_room(&queue, &mut starved);
    assert_eq!(starved.future().into_item(), Some(4));
    queue.try_get().unwrap().done();
    assert_eq!(ready(pin!(queue.put(5))), Ok(()));
    drop((starved, newcomer));
    drain(&queue);
    assert_settled(&queue, 0, 0);
}

/// With two starved waiters the bar stays until both are gone, and does not come down with the first.
fn the_bar_stays_for_every_starved_waiter<F: Flavour>() {
    for dropped in [false, true] {
        let queue: QueueOf<F, i32, 2> = F::bounded();
        let mut starved = [Waiter::queued(queue.get()), Waiter::queued(queue.get())];
        for _ in 0..2 {
            queue.try_put_all(&mut (0..2)).unwrap();
            drain(&queue);
            for getter in &mut starved {
                getter.waits();
            }
        }
        let [mut first, mut second] = starved;
        queue.try_put(1).unwrap();
        assert_eq!((first.wakes(), second.wakes()), (3, 2));
        let mut newcomer = Waiter::queued(queue.get());
        if !dropped {
            assert_eq!(first.ready().unwrap().done(), 1);
            queue.try_put(1).unwrap();
        }
        drop(first);
        assert_eq!((second.wakes(), newcomer.wakes()), (3, 0));
        newcomer.waits();
        assert_eq!(second.ready().unwrap().done(), 1);
        queue.try_put(2).unwrap();
        assert_eq!(ready(pin!(queue.get())).unwrap().done(), 2);
        newcomer.waits();
        drop(newcomer);
        assert_settled(&queue, 0, 0);
    }
}

/// A starved waiter that is polled while it stands in line may take what is there, past others that
/// were woken: it has waited longest.
fn a_starved_waiter_need_not_hold_back<F: Flavour>() {
    let queue: QueueOf<F, i32, 1> = F::bounded();
    let mut starved = [Waiter::queued(queue.get()), Waiter::queued(queue.get())];
    for _ in 0..2 {
        for _ in 0..2 {
            queue.try_put(0).unwrap();
            queue.try_get().unwrap().done();
        }
        for getter in &mut starved {
            getter.waits();
        }
    }
    queue.try_put(1).unwrap();
    assert_eq!(wakes(&starved), [3, 2]);
    assert_eq!(starved[1].ready().unwrap().done(), 1);
    starved[0].waits();
    queue.try_put(2).unwrap();
    assert_eq!(starved[0].ready().unwrap().done(), 2);
    assert_settled(&queue, 0, 0);
}

/// One task that puts and gets in a loop, as fast as it can, cannot keep another from its item: after
/// two rounds it stands behind it.
fn a_busy_task_cannot_starve_a_waiting_one<F: Flavour>() {
    let queue: QueueOf<F, i32, 1> = F::bounded();
    let mut patient = Waiter::queued(queue.get());
    let mut answered = 0;
    let mut won = 0;
    let item = loop {
        assert!(won <= 2, "overtaken once too often");
        queue.try_put(won).unwrap();
        if poll(pin!(queue.get())).is_ready() {
            won += 1;
        }
        assert_eq!(patient.wakes(), answered + 1);
        answered += 1;
        if let std::task::Poll::Ready(task) = patient.poll() {
            break task.unwrap().done();
        }
    };
    assert_eq!((won, item), (2, 2));
    assert_settled(&queue, 0, 0);
}

/// The losses of a future are its own: what completes and waits again, as a batch of puts does for
/// each of its items, starts anew.
fn a_served_waiter_starts_anew<F: Flavour>() {
    let queue: QueueOf<F, i32, 1> = F::bounded();
    queue.try_put(0).unwrap();
    let mut batch = Waiter::queued(queue.put_all(10..12));
    loses_room(&queue, &mut batch);
    loses_room(&queue, &mut batch);
    assert_eq!(drain(&queue), [0]);
    batch.waits();
    assert_eq!(drain(&queue), [10]);
    assert_eq!(ready(pin!(queue.put(1))), Ok(()));
    batch.waits();
    assert_eq!(drain(&queue), [1]);
    assert_eq!(batch.ready(), Ok(2));
    assert_eq!(drain(&queue), [11]);
    assert_settled(&queue, 0, 0);
}

for_every_flavour!(
    getters_are_served_first_come_first_served,
    putters_are_served_first_come_first_served,
    nobody_is_woken_without_an_event,
    a_running_task_may_overtake_a_woken_getter,
    a_running_task_may_overtake_a_woken_putter,
    a_waiter_that_lost_keeps_its_place_at_the_front,
    several_that_lost_keep_their_order,
    one_that_lost_finds_its_place_when_others_have_gone,
    whoever_lost_goes_back_to_where_it_was,
    a_getter_is_overtaken_twice_and_not_a_third_time,
    a_putter_is_overtaken_twice_and_not_a_third_time,
    a_fresh_batch_leaves_a_starved_getter_its_item,
    after_shutdown_a_batch_holds_back_for_nobody,
    try_operations_take_what_is_there_even_past_a_starved_waiter,
    newcomers_take_what_the_woken_ones_cannot_use,
    newcomers_hold_back_for_living_waiters_only,
    the_bar_ends_with_the_starved_waiter,
    the_bar_stays_for_every_starved_waiter,
    a_starved_waiter_need_not_hold_back,
    a_busy_task_cannot_starve_a_waiting_one,
    a_served_waiter_starts_anew,
);
