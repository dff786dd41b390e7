//! Wakers that misbehave: they use the queue that clones, wakes or drops them, another queue, or a lock
//! of their own. No foreign code runs while a queue's lock is held, so all of that is harmless.

use std::pin::pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};

use crate::kit::*;

type Small<F> = QueueOf<F, Item, 2>;

/// Something that a waker does to its own queue.
type Use<F> = fn(&'static Small<F>, &Ledger);

fn uses<F: Flavour>() -> Vec<(&'static str, Use<F>)> {
    vec![
        ("looks at it", |queue, _| {
            assert_consistent(&queue.stats());
            assert!(queue.len() <= 2 && queue.unfinished() >= queue.len());
            assert!(!format!("{queue:?}").contains("locked"));
        }),
        ("puts", |queue, ledger| drop(queue.try_put(ledger.item(7)))),
        ("gets", |queue, _| {
            drop(queue.try_get().map(|task| task.done()));
        }),
        ("gets and requeues", |queue, _| {
            drop(queue.try_get().map(|task| task.requeue()));
        }),
        ("detaches and finishes", |queue, _| {
            drop(queue.try_get().map(|task| task.detach()));
            let _ = queue.task_done();
        }),
        ("shuts down", |queue, _| queue.shutdown()),
        ("shuts down and clears", |queue, _| {
            drop(queue.shutdown_now());
        }),
        ("polls a get", |queue, _| drop(poll(pin!(queue.get())))),
        ("polls a put", |queue, ledger| {
            drop(poll(pin!(queue.put(ledger.item(8)))));
        }),
        ("polls a join", |queue, _| {
            let _ = poll(pin!(queue.join()));
        }),
    ]
}

/// Takes the tour with two wakers that apply `action` whenever `event` happens to them, and leaves the
/// queue empty; returns how often that was.
fn tour_with<F: Flavour>(event: Event, end: End, action: Use<F>) -> usize {
    let ledger = Ledger::new();
    let queue = keep(F::bounded::<Item, 2>());
    let probes = [Probe::new(), Probe::new()];
    let wakers = probes.each_ref().map(Probe::waker);
    let times = Arc::new(AtomicUsize::new(0));
    let busy = Arc::new(AtomicBool::new(false));
    for probe in &probes {
        let (ledger, times, busy) = (ledger.clone(), Arc::clone(&times), Arc::clone(&busy));
        probe.on_event(move |happens| {
            // What the action causes does not act again.
            if happens == event && !busy.swap(true, Ordering::SeqCst) {
                times.fetch_add(1, Ordering::SeqCst);
                action(queue, &ledger);
                busy.store(false, Ordering::SeqCst);
            }
        });
    }
    tour(queue, &ledger, wakers.each_ref(), end);
    probes.iter().for_each(Probe::off);

    drain(queue);
    while queue.task_done().is_ok() {}
    let stats = assert_settled(queue, 0, 0);
    assert_eq!(ledger.alive(), 0);
    // The probe's own waker, and none of the queue's.
    assert_eq!(probes.each_ref().map(Probe::alive), [1, 1]);
    if !stats.is_shutdown {
        assert_works(queue, &ledger);
    }
    times.load(Ordering::SeqCst)
}

const EVENTS: [Event; 3] = [Event::Clone, Event::Wake, Event::Drop];
const ENDS: [End; 3] = [End::Open, End::ShutDown, End::ShutDownNow];

fn a_waker_may_use_its_own_queue_whatever_happens_to_it<F: Flavour>() {
    within_limit(|| {
        for (name, action) in uses::<F>() {
            for event in EVENTS {
                for end in ENDS {
                    let times = tour_with::<F>(event, end, action);
                    assert!(times > 0, "no waker ever {name} on {event:?}");
                }
            }
        }
    });
}

fn no_waker_is_called_while_the_lock_is_held<F: Flavour>() {
    within_limit(|| {
        for event in EVENTS {
            for end in ENDS {
                let times = tour_with::<F>(event, end, |queue, ledger| {
                    let ledger = ledger.clone();
                    // Hangs if this thread, which waits for the other one, holds the lock.
                    within_limit(move || {
                        assert_consistent(&queue.stats());
                        if queue.try_put(ledger.item(6)).is_ok() {
                            drop(queue.try_get().map(|task| task.done()));
                        }
                    });
                });
                assert!(times > 0);
            }
        }
    });
}

/// A future that somebody else than its owner polls or drops.
type Shared<T> = Arc<Mutex<Slot<T>>>;

fn shared<T: Future>(future: T) -> Shared<T> {
    Arc::new(Mutex::new(Slot::new(future)))
}

fn step<T: Future>(slot: &Shared<T>, probe: &Probe) -> Option<T::Output> {
    slot.lock().unwrap().step(&probe.waker())
}

fn a_waker_may_poll_another_waiting_getter<F: Flavour>() {
    within_limit(|| {
        let queue = keep(F::bounded::<u32, 2>());
        let probes = [(); 3].map(|()| Probe::new());
        let gets = [(); 3].map(|()| shared(queue.get()));
        for (get, probe) in gets.iter().zip(&probes) {
            assert!(step(get, probe).is_none());
        }
        let (second, probe) = (Arc::clone(&gets[1]), probes[1].clone());
        probes[0].on_event(move |event| {
            if event == Event::Wake
                && let Some(task) = step(&second, &probe)
            {
                assert_eq!(task.unwrap().done(), 1);
            }
        });
        queue.try_put(1).unwrap();
        let wakes = || probes.each_ref().map(Probe::wakes);
        // The second took the item, unwoken, inside the first one's wake.
        assert_eq!(wakes(), [1, 0, 0]);
        assert_settled_but_for_waiters(queue, [1, 0, 0]);
        probes[0].off();
        // The first keeps its place in front of the third.
        assert!(step(&gets[0], &probes[0]).is_none());
        queue.try_put(2).unwrap();
        assert_eq!(wakes(), [2, 0, 0]);
        assert_eq!(step(&gets[0], &probes[0]).unwrap().unwrap().done(), 2);
        queue.try_put(3).unwrap();
        assert_eq!(wakes(), [2, 0, 1]);
        assert_eq!(step(&gets[2], &probes[2]).unwrap().unwrap().done(), 3);
        assert_settled(queue, 0, 0);
    });
}

/// Checks how many getters, putters and joiners wait on a queue that is empty and has nothing unfinished.
#[track_caller]
fn assert_settled_but_for_waiters<S: joinable_queue::storage::Storage>(
    queue: &joinable_queue::JoinableQueue<S>,
    waiting: [usize; 3],
) {
    let stats = queue.stats();
    assert_consistent(&stats);
    assert_eq!((stats.len, stats.unfinished), (0, 0));
    assert_eq!(
        [
            stats.waiting_getters,
            stats.waiting_putters,
            stats.waiting_joiners
        ],
        waiting
    );
}

fn a_waker_may_poll_another_waiting_putter<F: Flavour>() {
    within_limit(|| {
        let queue = keep(F::bounded::<u32, 1>());
        queue.try_put(0).unwrap();
        let probes = [(); 2].map(|()| Probe::new());
        let puts = [1, 2].map(|item| shared(queue.put(item)));
        for (put, probe) in puts.iter().zip(&probes) {
            assert!(step(put, probe).is_none());
        }
        let (second, probe) = (Arc::clone(&puts[1]), probes[1].clone());
        probes[0].on_event(move |event| {
            if event == Event::Wake {
                assert_eq!(step(&second, &probe), Some(Ok(())));
            }
        });
        assert_eq!(queue.try_get().unwrap().done(), 0);
        probes[0].off();
        assert_eq!(probes.each_ref().map(Probe::wakes), [1, 0]);
        assert!(step(&puts[0], &probes[0]).is_none());
        assert_eq!(queue.try_get().unwrap().done(), 2);
        assert_eq!(probes.each_ref().map(Probe::wakes), [2, 0]);
        assert_eq!(step(&puts[0], &probes[0]), Some(Ok(())));
        assert_eq!(drain(queue), [1]);
        assert_settled(queue, 0, 0);
    });
}

fn a_waker_may_poll_another_released_joiner<F: Flavour>() {
    within_limit(|| {
        let queue = keep(F::bounded::<u32, 1>());
        queue.try_put(0).unwrap();
        let probes = [(); 3].map(|()| Probe::new());
        let joins = [(); 3].map(|()| shared(queue.join()));
        for (join, probe) in joins.iter().zip(&probes) {
            assert!(step(join, probe).is_none());
        }
        let (second, probe) = (Arc::clone(&joins[1]), probes[1].clone());
        probes[0].on_event(move |event| {
            if event == Event::Wake {
                // Released already, and not woken any more; a new item does not bring it back.
                queue.try_put(9).unwrap();
                assert_eq!(step(&second, &probe).unwrap().done, 1);
            }
        });
        assert_eq!(queue.try_get().unwrap().done(), 0);
        probes[0].off();
        assert_eq!(probes.each_ref().map(Probe::wakes), [1, 0, 1]);
        for i in [0, 2] {
            assert_eq!(step(&joins[i], &probes[i]).unwrap().done, 1);
        }
        assert_eq!(drain(queue), [9]);
        assert_settled(queue, 0, 0);
    });
}

fn a_waker_may_drop_the_next_in_line_during_a_shutdown<F: Flavour>() {
    within_limit(|| {
        for now in [false, true] {
            let queue = keep(F::bounded::<u32, 1>());
            let probes = [(); 4].map(|()| Probe::new());
            let gets = [(); 4].map(|()| shared(queue.get()));
            for (get, probe) in gets.iter().zip(&probes) {
                assert!(step(get, probe).is_none());
            }
            let (next, last) = (Arc::clone(&gets[1]), Arc::clone(&gets[2]));
            let probe = probes[2].clone();
            probes[0].on_event(move |event| {
                if event == Event::Wake {
                    next.lock().unwrap().0 = None;
                    assert!(step(&last, &probe).unwrap().is_err());
                    queue.shutdown();
                }
            });
            if now {
                assert_eq!(queue.shutdown_now().count(), 0);
            } else {
                queue.shutdown();
            }
            probes[0].off();
            assert_eq!(probes.each_ref().map(Probe::wakes), [1, 0, 0, 1]);
            for i in [0, 3] {
                assert!(step(&gets[i], &probes[i]).unwrap().is_err());
            }
            assert!(assert_settled(queue, 0, 0).is_shutdown);
        }
    });
}

/// Ten thousand getters in a row are each dropped just after they were woken.
fn a_notice_is_handed_on_through_a_long_line<F: Flavour>() {
    const WAITERS: usize = many(10_000);
    let queue = F::bounded::<u32, 1>();
    let probe = Probe::new();
    let waker = probe.waker();
    let mut gets: Vec<_> = (0..WAITERS).map(|_| Box::pin(queue.get())).collect();
    for get in &mut gets {
        pending(get.as_mut(), &waker);
    }
    queue.try_put(1).unwrap();
    // From the front: each has just been woken when it is dropped.
    gets.drain(..WAITERS - 1).for_each(drop);
    assert_eq!(probe.wakes(), WAITERS);
    assert_eq!(ready(gets.remove(0).as_mut()).unwrap().done(), 1);
    assert_settled(&queue, 0, 0);
}

fn two_queues_may_be_used_from_each_others_wakers<F: Flavour>() {
    within_limit(|| {
        let queues = [(); 2].map(|()| keep(F::bounded::<u32, 4>()));
        let probes = [(); 2].map(|()| Probe::new());
        for (probe, other) in probes.iter().zip([queues[1], queues[0]]) {
            let busy = AtomicBool::new(false);
            probe.on_event(move |_| {
                if !busy.swap(true, Ordering::SeqCst) {
                    // Wakes whoever waits there, which then uses this queue.
                    let _ = other.try_put(1);
                    let _ = other.try_get().map(|task| task.done());
                    busy.store(false, Ordering::SeqCst);
                }
            });
        }
        // Each thread uses its own queue, and through the wakers the other one's.
        std::thread::scope(|scope| {
            for (queue, probe) in queues.into_iter().zip(&probes) {
                scope.spawn(move || {
                    let waker = probe.waker();
                    for _ in 0..many(1000) {
                        let mut get = Slot::new(queue.get());
                        drop(get.step(&waker));
                        let _ = queue.try_put(2);
                        drop(get.step(&waker));
                        drop(get);
                        let _ = queue.try_get().map(|task| task.done());
                    }
                });
            }
        });
        for (queue, probe) in queues.iter().zip(&probes) {
            probe.off();
            drain(queue);
            assert_settled(queue, 0, 0);
            assert_eq!(probe.alive(), 0);
        }
    });
}

fn what_a_waker_announces_is_there_already<F: Flavour>() {
    within_limit(|| {
        let queue = keep(F::bounded::<u32, 1>());
        let seen = Arc::new(AtomicUsize::new(0));
        let woken = |check: fn(&QueueOf<F, u32, 1>)| {
            let probe = Probe::new();
            let seen = Arc::clone(&seen);
            probe.on_event(move |event| {
                if event == Event::Wake {
                    check(queue);
                    seen.fetch_add(1, Ordering::SeqCst);
                }
            });
            probe.waker()
        };

        let mut get = Slot::new(queue.get());
        get.step(&woken(|queue| {
            assert_eq!(queue.try_get().unwrap().done(), 1);
        }));
        queue.try_put(1).unwrap();
        drop(get);

        queue.try_put(2).unwrap();
        let mut put = Slot::new(queue.put(3));
        put.step(&woken(|queue| queue.try_put(4).unwrap()));
        assert_eq!(queue.try_get().unwrap().done(), 2);
        drop(put);

        let mut join = Slot::new(queue.join());
        join.step(&woken(|queue| assert_eq!(queue.unfinished(), 0)));
        assert_eq!(drain(queue), [4]);
        assert!(join.step(std::task::Waker::noop()).is_some());

        let mut get = Slot::new(queue.get());
        get.step(&woken(|queue| assert!(queue.is_shutdown())));
        queue.shutdown();
        assert!(get.step(std::task::Waker::noop()).unwrap().is_err());
        assert_eq!(seen.load(Ordering::SeqCst), 4);
        assert_settled(queue, 0, 0);
    });
}

fn a_waker_is_released_as_soon_as_nobody_can_need_it<F: Flavour>() {
    let queue = F::bounded::<u32, 1>();
    let [old, new] = [(); 2].map(|()| Probe::new());
    let alive = || [old.alive(), new.alive()];

    // Ready at once: not even cloned.
    queue.try_put(1).unwrap();
    drop(poll_as(pin!(queue.get()), &old.waker()));
    assert_eq!((alive(), old.clones()), ([0, 0], 0));
    assert!(poll_as(pin!(queue.join()), &old.waker()).is_ready());
    assert!(poll_as(pin!(queue.put(2)), &old.waker()).is_ready());
    assert_eq!((alive(), old.clones()), ([0, 0], 0));

    // A putter is given another waker, and woken: a wake consumes the waker.
    let mut put = Box::pin(queue.put(3));
    pending(put.as_mut(), &old.waker());
    assert_eq!(alive(), [1, 0]);
    pending(put.as_mut(), &new.waker());
    assert_eq!(alive(), [0, 1]);
    // The same waker again is neither cloned nor dropped.
    let again = new.waker();
    pending(put.as_mut(), &again);
    assert_eq!((new.clones(), new.drops()), (1, 1));
    drop(again);
    queue.try_get().unwrap().done();
    assert_eq!((alive(), new.wakes()), ([0, 0], 1));
    ready(put.as_mut()).unwrap();

    // A putter gives up.
    let mut put = Box::pin(queue.put(4));
    pending(put.as_mut(), &old.waker());
    assert_eq!(alive(), [1, 0]);
    assert_eq!(put.as_mut().into_item(), Some(4));
    assert_eq!(alive(), [0, 0]);

    // A joiner is given another waker, then released; another one is dropped.
    let mut join = Box::pin(queue.join());
    pending(join.as_mut(), &old.waker());
    pending(join.as_mut(), &new.waker());
    let mut dropped = Box::pin(queue.join());
    pending(dropped.as_mut(), &old.waker());
    assert_eq!(alive(), [1, 1]);
    drop(dropped);
    assert_eq!(alive(), [0, 1]);
    assert_eq!(drain(&queue), [3]);
    assert_eq!(alive(), [0, 0]);
    ready(join.as_mut());

    // A getter finds what another one was woken for, and completes without having been woken.
    let mut first = Box::pin(queue.get());
    let mut second = Box::pin(queue.get());
    pending(first.as_mut(), &old.waker());
    pending(second.as_mut(), &new.waker());
    queue.try_put(5).unwrap();
    assert_eq!(alive(), [0, 1]);
    assert_eq!(ready(second.as_mut()).unwrap().done(), 5);
    assert_eq!(alive(), [0, 0]);

    // Shutdown.
    pending(first.as_mut(), &old.waker());
    assert_eq!(alive(), [1, 0]);
    queue.shutdown();
    assert_eq!(alive(), [0, 0]);
    assert!(ready(first.as_mut()).is_err());
    assert_settled(&queue, 0, 0);
}

/// The waker enters a region that another thread is in, which uses the queue there: with the queue's lock
/// held around the waker, each would wait for the other.
fn no_lock_order_with_a_lock_of_the_waker<F: Flavour>(lock: fn(&mut dyn FnMut())) {
    for event in EVENTS {
        within_limit(move || {
            let ledger = Ledger::new();
            let queue = keep(F::bounded::<Item, 2>());
            let (entering, has_entered) = mpsc::channel();
            let (holding, is_held) = mpsc::channel();
            let is_held = Mutex::new(is_held);
            let probes = [Probe::new(), Probe::new()];
            let wakers = probes.each_ref().map(Probe::waker);
            let hook = Arc::new(move |happens| {
                if happens == event {
                    entering.send(()).unwrap();
                    is_held.lock().unwrap().recv().unwrap();
                    lock(&mut || ());
                }
            });
            for probe in &probes {
                let hook = Arc::clone(&hook);
                probe.on_event(move |happens| hook(happens));
            }
            drop(hook);
            let other = std::thread::spawn(move || {
                // Ends when the hooks are gone.
                let mut times = 0;
                while has_entered.recv().is_ok() {
                    lock(&mut || {
                        holding.send(()).unwrap();
                        assert_consistent(&queue.stats());
                        times += 1;
                    });
                }
                times
            });
            tour(queue, &ledger, wakers.each_ref(), End::ShutDown);
            probes.iter().for_each(Probe::off);
            assert!(other.join().unwrap() > 3);
            drain(queue);
            assert_settled(queue, 0, 0);
            assert_eq!(ledger.alive(), 0);
        });
    }
}

fn a_waker_may_take_a_mutex<F: Flavour>() {
    static MUTEX: Mutex<()> = Mutex::new(());
    no_lock_order_with_a_lock_of_the_waker::<F>(|inside| {
        let guard = MUTEX.lock().unwrap();
        inside();
        drop(guard);
    });
}

fn a_waker_may_enter_a_critical_section<F: Flavour>() {
    no_lock_order_with_a_lock_of_the_waker::<F>(|inside| critical_section::with(|_| inside()));
}

for_every_flavour!(
    a_waker_may_use_its_own_queue_whatever_happens_to_it,
    no_waker_is_called_while_the_lock_is_held,
    a_waker_may_poll_another_waiting_getter,
    a_waker_may_poll_another_waiting_putter,
    a_waker_may_poll_another_released_joiner,
    a_waker_may_drop_the_next_in_line_during_a_shutdown,
    a_notice_is_handed_on_through_a_long_line,
    two_queues_may_be_used_from_each_others_wakers,
    what_a_waker_announces_is_there_already,
    a_waker_is_released_as_soon_as_nobody_can_need_it,
    a_waker_may_take_a_mutex,
    a_waker_may_enter_a_critical_section,
);
