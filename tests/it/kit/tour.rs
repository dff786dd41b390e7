//! A tour of everything that clones, wakes or drops a waker.

use std::future::Future;
use std::pin::{Pin, pin};
use std::task::{Poll, Waker};

use joinable_queue::storage::Storage;
use joinable_queue::{JoinableQueue, Task};

use super::{Item, Ledger, Probe, assert_settled, attempt, drain, pending, poll_as, ready};

/// A future that is polled until it is ready and not after.
pub(crate) struct Slot<F: Future>(pub(crate) Option<Pin<Box<F>>>);

impl<F: Future> Slot<F> {
    pub(crate) fn new(future: F) -> Self {
        Self(Some(Box::pin(future)))
    }

    /// Polls once, if the future is still there, and keeps it only if it is pending.
    pub(crate) fn step(&mut self, waker: &Waker) -> Option<F::Output> {
        let mut future = self.0.take()?;
        match poll_as(future.as_mut(), waker) {
            Poll::Ready(output) => Some(output),
            Poll::Pending => {
                self.0 = Some(future);
                None
            }
        }
    }
}

/// How a tour ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// The queue stays open.
    Open,
    /// `shutdown`, while getters and joiners wait.
    ShutDown,
    /// `shutdown_now`, while putters and joiners wait.
    ShutDownNow,
}

/// What a tour has seen.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// How many of its steps a bomb ended.
    pub(crate) panics: usize,
    /// How many tasks came back and were finished.
    pub(crate) tasks: usize,
    /// How many items `shutdown_now` took out.
    pub(crate) removed: usize,
}

/// Waits in every line of an empty queue with room for two, with one waker and then with another, and
/// is woken, overtaken, cancelled, given up and shut down. Goes on where a bomb ends a step.
pub(crate) fn tour<S: Storage<Item = Item>>(
    queue: &JoinableQueue<S>,
    ledger: &Ledger,
    wakers: [&Waker; 2],
    end: End,
) -> Seen {
    let mut seen = Seen::default();
    let mut panics = 0;
    let mut run = |step: &mut dyn FnMut()| panics += usize::from(attempt(step).is_none());
    let finish = |tasks: &mut usize, task: Option<Task<&JoinableQueue<S>>>| {
        if let Some(task) = task {
            *tasks += 1;
            drop(task.done());
        }
    };
    let tasks = &mut seen.tasks;
    let put = |rank| drop(queue.try_put(ledger.item(rank)));

    let mut gets = [(); 4].map(|()| Slot::new(queue.get()));
    for waker in wakers {
        for get in &mut gets {
            run(&mut || finish(tasks, get.step(waker).and_then(Result::ok)));
        }
    }
    // Leaves while it is in line.
    run(&mut || gets[3].0 = None);
    run(&mut || put(5));
    // Takes what another one was woken for.
    run(&mut || finish(tasks, gets[1].step(wakers[1]).and_then(Result::ok)));
    run(&mut || finish(tasks, gets[0].step(wakers[0]).and_then(Result::ok)));
    run(&mut || put(5));
    run(&mut || put(5));
    // Passes its notice on.
    run(&mut || gets[0].0 = None);
    run(&mut || finish(tasks, gets[2].step(wakers[0]).and_then(Result::ok)));
    for get in &mut gets {
        run(&mut || get.0 = None);
    }

    for _ in 0..3 {
        run(&mut || put(5));
    }
    let mut puts = [(); 5].map(|()| Slot::new(queue.put(ledger.item(4))));
    for waker in wakers {
        for put in &mut puts {
            run(&mut || drop(put.step(waker)));
        }
    }
    // Two leave while they are in line.
    run(&mut || {
        if let Some(put) = &mut puts[3].0 {
            drop(put.as_mut().into_item());
        }
    });
    run(&mut || puts[4].0 = None);
    run(&mut || finish(tasks, queue.try_get().ok()));
    run(&mut || drop(puts[1].step(wakers[1])));
    run(&mut || drop(puts[0].step(wakers[0])));
    run(&mut || finish(tasks, queue.try_get().ok()));
    run(&mut || puts[0].0 = None);
    run(&mut || {
        if let Some(put) = &mut puts[2].0 {
            drop(put.as_mut().into_item());
        }
    });
    for put in &mut puts {
        run(&mut || put.0 = None);
    }

    run(&mut || put(5));
    let mut joins = [(); 3].map(|()| Slot::new(queue.join()));
    for waker in wakers {
        for join in &mut joins {
            run(&mut || {
                let _ = join.step(waker);
            });
        }
    }
    run(&mut || joins[0].0 = None);
    for _ in 0..4 {
        run(&mut || finish(tasks, queue.try_get().ok()));
    }
    for join in &mut joins {
        run(&mut || {
            let _ = join.step(wakers[0]);
        });
        run(&mut || join.0 = None);
    }

    let mut gets = [(); 3].map(|()| Slot::new(queue.get()));
    let mut puts = [(); 3].map(|()| Slot::new(queue.put(ledger.item(3))));
    let mut joins = [(); 2].map(|()| Slot::new(queue.join()));
    run(&mut || put(5));
    match end {
        End::Open => run(&mut || finish(tasks, queue.try_get().ok())),
        End::ShutDown => {
            let mut task = queue.try_get().ok();
            for get in &mut gets {
                run(&mut || finish(tasks, get.step(wakers[0]).and_then(Result::ok)));
            }
            for join in &mut joins {
                run(&mut || {
                    let _ = join.step(wakers[0]);
                });
            }
            run(&mut || queue.shutdown());
            run(&mut || finish(tasks, task.take()));
        }
        End::ShutDownNow => {
            run(&mut || put(5));
            for put in &mut puts {
                run(&mut || drop(put.step(wakers[0])));
            }
            for join in &mut joins {
                run(&mut || {
                    let _ = join.step(wakers[0]);
                });
            }
            let removed = &mut seen.removed;
            run(&mut || {
                *removed = queue.len();
                drop(queue.shutdown_now());
            });
        }
    }
    for get in &mut gets {
        run(&mut || finish(tasks, get.step(wakers[1]).and_then(Result::ok)));
        run(&mut || get.0 = None);
    }
    for put in &mut puts {
        run(&mut || drop(put.step(wakers[1])));
        run(&mut || put.0 = None);
    }
    for join in &mut joins {
        run(&mut || {
            let _ = join.step(wakers[1]);
        });
        run(&mut || join.0 = None);
    }
    for _ in 0..3 {
        run(&mut || finish(tasks, queue.try_get().ok()));
    }
    seen.panics = panics;
    seen
}

/// Checks that an empty, open queue of two places does all it should.
#[track_caller]
pub(crate) fn assert_works<S: Storage<Item = Item>>(queue: &JoinableQueue<S>, ledger: &Ledger) {
    let probe = Probe::new();
    let mut get = pin!(queue.get());
    pending(get.as_mut(), &probe.waker());
    queue.try_put(ledger.item(1)).unwrap();
    let task = ready(get).unwrap();
    queue.try_put(ledger.item(2)).unwrap();
    queue.try_put(ledger.item(3)).unwrap();
    let mut put = pin!(queue.put(ledger.item(4)));
    pending(put.as_mut(), &probe.waker());
    task.done();
    queue.try_get().unwrap().done();
    ready(put).unwrap();
    let mut join = pin!(queue.join());
    pending(join.as_mut(), &probe.waker());
    assert_eq!(drain(queue).len(), 2);
    ready(join);
    assert_eq!((probe.wakes(), probe.alive()), (3, 0));
    assert_settled(queue, 0, 0);
}
