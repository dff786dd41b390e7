//! Eight to twelve tasks each. shuttle fails a model in which everybody sleeps and somebody is not done: a
//! wake-up that is lost.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::{Context, Wake, Waker};

use shuttle::future::{JoinHandle, block_on, spawn};
use shuttle::thread;
use shuttle_tests::{Flavour, Item, Shared, any, give_up_after, models, within};

models! {
    workers_and_a_join gets_are_given_up puts_are_given_up shutdown_amid_everything follow_ups requeues
    threads_and_tasks several_joins a_waiter_is_overtaken
}

fn all<T: 'static>(handles: impl IntoIterator<Item = JoinHandle<T>>) -> Vec<T> {
    handles
        .into_iter()
        .map(|handle| block_on(handle).unwrap())
        .collect()
}

/// Everybody's, `each` of them.
fn items(putters: usize, each: usize) -> Vec<Item> {
    let of_one = |putter| (0..each).map(move |n| (putter, n));
    (0..putters).flat_map(of_one).collect()
}

fn putters<F: Flavour>(queue: &Shared<F>, putters: usize, each: usize) -> Vec<JoinHandle<()>> {
    let putter = |putter| {
        let queue = Arc::clone(queue);
        spawn(async move {
            for n in 0..each {
                queue.put((putter, n)).await.unwrap();
            }
        })
    };
    (0..putters).map(putter).collect()
}

/// Until shutdown; returns what it got.
fn worker<F: Flavour>(queue: &Shared<F>) -> JoinHandle<Vec<Item>> {
    let queue = Arc::clone(queue);
    spawn(async move {
        let mut got = Vec::new();
        while let Ok(task) = queue.get().await {
            got.push(task.done());
        }
        got
    })
}

/// Each item once; and one worker gets what one putter put in the order of putting.
fn assert_all<F: Flavour>(got: Vec<Vec<Item>>, mut expected: Vec<Item>) {
    if F::IN_ORDER {
        for got in &got {
            for putter in 0..8 {
                let of_one = got.iter().filter(|item| item.0 == putter);
                assert!(of_one.is_sorted(), "{got:?}");
            }
        }
    }
    let mut got = got.concat();
    got.sort();
    expected.sort();
    assert_eq!(got, expected);
}

fn workers_and_a_join<F: Flavour>(queue: Shared<F>) {
    let workers = [(); 4].map(|()| worker::<F>(&queue));
    all(putters::<F>(&queue, 5, 2));
    let stats = block_on(queue.join());
    assert_eq!((stats.done, stats.unfinished), (10, 0));
    queue.shutdown();
    assert_all::<F>(all(workers), items(5, 2));
}

/// Nobody who stays sleeps through an item because somebody else was woken for it and went.
fn gets_are_given_up<F: Flavour>(queue: Shared<F>) {
    let fickle = [(); 4].map(|()| {
        let queue = Arc::clone(&queue);
        let polls = 1 + any(3);
        spawn(async move {
            let task = give_up_after(polls, queue.get()).await;
            task.map(|task| task.unwrap().done())
        })
    });
    let putters = putters::<F>(&queue, 3, 2);
    let patient = [(); 2].map(|()| {
        let queue = Arc::clone(&queue);
        spawn(async move { queue.get().await.unwrap().done() })
    });
    // Four items are there for two, whatever the others take.
    let mut got = all(patient);
    let mut rest = Vec::new();
    got.extend(all(fickle).into_iter().flatten());
    while got.len() + rest.len() < 6 {
        rest.push(block_on(queue.get()).unwrap().done());
    }
    all(putters);
    got.sort();
    assert!(queue.is_empty());
    got.extend(rest);
    got.sort();
    assert_eq!(got, items(3, 2));
}

/// An item comes back or was put, and room that one was woken for goes to another.
fn puts_are_given_up<F: Flavour>(queue: Shared<F>) {
    let fickle = [0, 1, 2, 3].map(|n| {
        let queue = Arc::clone(&queue);
        let polls = 1 + any(3);
        spawn(async move {
            let mut put = pin!(queue.put((9, n)));
            within(polls, put.as_mut()).await;
            put.into_item()
        })
    });
    let putters = putters::<F>(&queue, 4, 1);
    let worker = worker::<F>(&queue);
    let back: Vec<Item> = all(fickle).into_iter().flatten().collect();
    all(putters);
    queue.shutdown();
    let mut expected = items(4, 1);
    expected.extend([0, 1, 2, 3].map(|n| (9, n)));
    expected.retain(|item| !back.contains(item));
    assert_all::<F>(all([worker]), expected);
}

/// What was put is got, or among what is left; everybody is let go.
fn shutdown_amid_everything<F: Flavour>(queue: Shared<F>) {
    let putters = [0, 1, 2].map(|putter| {
        let queue = Arc::clone(&queue);
        spawn(async move {
            let mut put = Vec::new();
            for n in 0..2 {
                if queue.put((putter, n)).await.is_ok() {
                    put.push((putter, n));
                }
            }
            put
        })
    });
    let workers = [(); 3].map(|()| worker::<F>(&queue));
    let joiner = {
        let queue = Arc::clone(&queue);
        spawn(async move { queue.join().await })
    };
    let fickle = {
        let queue = Arc::clone(&queue);
        spawn(async move {
            let task = give_up_after(2, queue.get()).await;
            task.and_then(|task| Some(task.ok()?.done()))
        })
    };
    thread::yield_now();
    let mut everything = Vec::new();
    if any(2) == 0 {
        queue.shutdown();
    } else {
        everything.extend(queue.shutdown_now());
        assert!(queue.try_get().is_err());
    }
    assert!(queue.try_put((9, 9)).is_err());
    let mut put = all(putters).concat();
    put.sort();
    everything.extend(all([fickle]).into_iter().flatten());
    everything.extend(all(workers).concat());
    everything.sort();
    assert_eq!(everything, put);
    all([joiner]);
    assert_eq!(queue.stats().unfinished, 0);
}

/// A tree of work: `join` returns when there is no more of it.
fn follow_ups<F: Flavour>(queue: Shared<F>) {
    let done = Arc::new(AtomicUsize::new(0));
    let workers = [(); 5].map(|()| {
        let (queue, done) = (Arc::clone(&queue), Arc::clone(&done));
        spawn(async move {
            while let Ok(task) = queue.get().await {
                let (depth, n) = *task;
                for child in 0..2 * usize::from(depth < 2) {
                    if task.put_follow_up((depth + 1, 2 * n + child)).is_err() {
                        assert!(!F::GROWS, "there is room for work found while working");
                    } else {
                        done.fetch_add(1, Ordering::Relaxed);
                    }
                }
                task.done();
            }
        })
    });
    let joiners = [(); 2].map(|()| {
        let queue = Arc::clone(&queue);
        spawn(async move {
            queue.put((0, 0)).await.unwrap();
            let stats = queue.join().await;
            (stats.put, stats.done)
        })
    });
    for (put, finished) in all(joiners) {
        assert!(finished >= 1 && put >= finished);
    }
    let found = done.load(Ordering::Relaxed);
    let stats = queue.stats();
    assert_eq!((stats.put, stats.done), (found + 2, found + 2));
    assert!(!F::GROWS || found == 12);
    queue.shutdown();
    all(workers);
}

/// An item that goes back is unfinished all the time.
fn requeues<F: Flavour>(queue: Shared<F>) {
    queue.try_put((0, 0)).unwrap();
    queue.try_put((1, 0)).unwrap();
    let workers = [(); 4].map(|()| {
        let queue = Arc::clone(&queue);
        spawn(async move {
            let mut got = Vec::new();
            while let Ok(task) = queue.get().await {
                if any(2) == 0 {
                    if let Err(refused) = task.requeue() {
                        assert!(!F::GROWS, "there is room for what was there before");
                        got.push(refused.into_inner().done());
                    }
                } else {
                    got.push(task.done());
                }
            }
            got
        })
    });
    let watchers = [(); 2].map(|()| {
        let queue = Arc::clone(&queue);
        spawn(async move {
            let mut least = 2;
            for _ in 0..3 {
                let now = queue.unfinished();
                assert!(now <= least, "nothing is put from outside");
                least = now;
                shuttle::future::yield_now().await;
            }
        })
    });
    block_on(queue.join());
    queue.shutdown();
    let got = all(workers).concat();
    assert_eq!(got.len(), 2);
    all(watchers);
}

/// Threads that block, with and without a deadline, beside tasks.
fn threads_and_tasks<F: Flavour>(queue: Shared<F>) {
    let forever = std::time::Duration::from_secs(3_600);
    let getters = [(); 3].map(|()| {
        let queue = Arc::clone(&queue);
        thread::spawn(move || {
            let mut got = Vec::new();
            while let Ok(task) = queue.get_blocking() {
                got.push(task.done());
            }
            got
        })
    });
    let putters: Vec<_> = (0..3)
        .map(|putter| {
            let queue = Arc::clone(&queue);
            thread::spawn(move || {
                queue.put_blocking((putter, 0)).unwrap();
                let put = queue.put_timeout((putter, 1), forever).is_ok();
                if put { 2 } else { 1 }
            })
        })
        .collect();
    let timed = {
        let queue = Arc::clone(&queue);
        thread::spawn(move || queue.get_timeout(forever).map(|task| task.done()).ok())
    };
    let task = worker::<F>(&queue);
    let put: usize = putters
        .into_iter()
        .map(|putter| putter.join().unwrap())
        .sum();
    queue.join_blocking();
    queue.shutdown();
    let mut got = all([task]);
    got.extend(getters.map(|getter| getter.join().unwrap()));
    got.push(timed.join().unwrap().into_iter().collect());
    assert_eq!(got.concat().len(), put);
}

/// A join returns for an instant since it began at which nothing was unfinished, and each does.
fn several_joins<F: Flavour>(queue: Shared<F>) {
    let workers = [(); 2].map(|()| worker::<F>(&queue));
    let joiners = [(); 4].map(|()| {
        let queue = Arc::clone(&queue);
        spawn(async move {
            let before = queue.stats();
            let polls = any(6);
            let at = if polls == 0 {
                give_up_after(1, queue.join()).await?
            } else {
                queue.join().await
            };
            Some((before.done, at))
        })
    });
    all(putters::<F>(&queue, 3, 2));
    block_on(queue.join());
    queue.shutdown();
    for (before, at) in all(joiners).into_iter().flatten() {
        assert!(at.done >= before && at.put >= at.done);
    }
    assert_eq!(all(workers).concat().len(), 6);
}

/// Who waits is overtaken only so often, however greedy the others are: they end up behind it.
fn a_waiter_is_overtaken<F: Flavour>(queue: Shared<F>) {
    const GREEDY: usize = 3;
    /// After two losses nobody passes it but who was past already: each of the others may have been woken for
    /// an item that somebody else took, or be about to take one.
    const LOSSES: usize = 2 + 2 * GREEDY;
    let (waits, is_served) = (flag(), flag());
    let waiter = {
        let (queue, waits, is_served) = (queue.clone(), waits.clone(), is_served.clone());
        spawn(async move {
            let mut get = pin!(queue.get());
            let wakes = Arc::new(Wakes::default());
            let get = poll_fn(|cx| {
                let waker = Waker::from(Arc::new(Counting {
                    waker: cx.waker().clone(),
                    wakes: wakes.clone(),
                }));
                wakes.is_polling.store(true, Ordering::SeqCst);
                let poll = get.as_mut().poll(&mut Context::from_waker(&waker));
                wakes.is_polling.store(false, Ordering::SeqCst);
                waits.store(true, Ordering::SeqCst);
                poll
            });
            get.await.unwrap().done();
            is_served.store(true, Ordering::SeqCst);
            let wakes = wakes.count.load(Ordering::SeqCst);
            assert!(wakes <= LOSSES + 1, "woken {wakes} times");
        })
    };
    while !waits.load(Ordering::SeqCst) {
        thread::yield_now();
    }
    let greedy = [(); GREEDY].map(|()| worker::<F>(&queue));
    let mut n = 0;
    while !is_served.load(Ordering::SeqCst) {
        block_on(queue.put((0, n))).unwrap();
        n += 1;
        thread::yield_now();
    }
    block_on(queue.join());
    queue.shutdown();
    all([waiter]);
    assert_eq!(all(greedy).concat().len() + 1, n);
}

/// How often it was woken, other than by its own polls, which do so when they meet a claim that is not handed on.
/// (Polls do not tell: shuttle adds one to each wake-up.)
#[derive(Default)]
struct Wakes {
    count: AtomicUsize,
    is_polling: AtomicBool,
}

struct Counting {
    waker: Waker,
    wakes: Arc<Wakes>,
}

impl Wake for Counting {
    fn wake(self: Arc<Self>) {
        if !self.wakes.is_polling.load(Ordering::SeqCst) {
            self.wakes.count.fetch_add(1, Ordering::SeqCst);
        }
        self.waker.wake_by_ref();
    }
}

fn flag() -> Arc<AtomicBool> {
    Arc::new(AtomicBool::new(false))
}
