//! Running a model: all of its interleavings, or an error.

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use joinable_queue::JoinableQueue;
use loom::thread::{self, JoinHandle};

use crate::flavour::Flavour;
use crate::hand::Tasks;
use crate::job::{Census, Job};
use crate::{Hand, ledger};

/// The queue of flavour `F` with room for `R` items.
pub type Queue<F, const R: usize> = JoinableQueue<<F as Flavour<R>>::Storage>;

/// What a model has at hand. Made anew for each interleaving.
pub struct World<F: Flavour<R>, const R: usize> {
    /// Lives until the model's function has returned, when all threads have ended.
    pub queue: &'static Queue<F, R>,
    made: RefCell<Vec<*mut Queue<F, R>>>,
    census: Census,
    tasks: Tasks,
    spawned: Cell<usize>,
    running: Arc<AtomicUsize>,
}

impl<F: Flavour<R>, const R: usize> World<F, R> {
    fn new() -> Self {
        let made = RefCell::default();
        let queue = make::<F, R>(&made);
        Self {
            queue,
            made,
            census: Census::default(),
            tasks: Tasks::default(),
            spawned: Cell::new(0),
            running: Arc::default(),
        }
    }

    /// A second queue, kept as long as the first.
    pub fn another_queue(&self) -> &'static Queue<F, R> {
        make::<F, R>(&self.made)
    }

    pub fn job(&self, id: u32) -> Job {
        self.census.job(id)
    }

    /// The jobs that were not dropped yet.
    pub fn alive(&self) -> Vec<u32> {
        self.census.alive()
    }

    pub fn hand<Fut: Future>(&self, future: Fut) -> Hand<Fut> {
        Hand::new(future, &self.tasks)
    }

    /// Starts a thread, which the model has to join.
    pub fn spawn<T: 'static>(&self, f: impl FnOnce() -> T + 'static) -> JoinHandle<T> {
        self.spawned.set(self.spawned.get() + 1);
        self.running.fetch_add(1, Ordering::Relaxed);
        let running = Arc::clone(&self.running);
        thread::spawn(move || {
            let result = f();
            running.fetch_sub(1, Ordering::Relaxed);
            result
        })
    }

    /// What holds at the end of every model.
    fn end(self, threads: usize) {
        assert_eq!(self.spawned.get() + 1, threads, "threads of this model");
        assert_eq!(self.running.load(Ordering::Relaxed), 0, "still running");
        for queue in self.made.take() {
            // SAFETY: made by `make`, and the threads that had a reference have ended.
            let queue = unsafe { Box::from_raw(queue) };
            let stats = queue.stats();
            let waiting = (
                stats.waiting_getters,
                stats.waiting_putters,
                stats.waiting_joiners,
            );
            assert_eq!(waiting, (0, 0, 0), "somebody is still in line");
            assert_eq!(stats.put - stats.got, stats.len);
            assert_eq!(stats.got - stats.done, stats.in_flight);
            assert_eq!(stats.len + stats.in_flight, stats.unfinished);
            drop(queue);
        }
        assert_eq!(self.census.alive(), [], "never dropped");
        assert_eq!(self.tasks.wakers(), 0, "wakers that nobody needs");
    }
}

fn make<F: Flavour<R>, const R: usize>(
    made: &RefCell<Vec<*mut Queue<F, R>>>,
) -> &'static Queue<F, R> {
    let queue = Box::into_raw(Box::new(F::make()));
    made.borrow_mut().push(queue);
    // SAFETY: just made; `end` frees it when nobody has it any more.
    let queue = unsafe { &*queue };
    // loom's objects are made at the first call: before there is a second thread.
    assert_eq!(queue.len(), 0);
    queue
}

/// More than any model here needs; one that needs more fails.
const MAX_BRANCHES: usize = 20_000;

/// Runs `body` on a [`World`], as [`explore`] does.
pub fn check<F: Flavour<R>, const R: usize>(
    name: &str,
    threads: usize,
    bound: Option<usize>,
    body: fn(&World<F, R>),
) {
    explore(name, threads, bound.or(F::BOUND), in_a_world(threads, body));
}

/// A model of `threads`, on a [`World`] of its own each time.
pub fn in_a_world<F: Flavour<R>, const R: usize>(
    threads: usize,
    body: impl Fn(&World<F, R>) + Send + Sync + 'static,
) -> impl Fn() + Send + Sync + 'static {
    move || {
        let world = World::new();
        body(&world);
        world.end(threads);
    }
}

/// Runs `body` in every interleaving of its `threads`, and compares the number of those with the
/// ledger's. With a `bound`, in every one with at most so many preemptions.
pub fn explore(
    name: &str,
    threads: usize,
    bound: Option<usize>,
    body: impl Fn() + Send + Sync + 'static,
) {
    explore_each(name, threads, bound, [body]);
}

/// As [`explore`], for each of `bodies`; the ledger has the number of all.
pub fn explore_each(
    name: &str,
    threads: usize,
    bound: Option<usize>,
    bodies: impl IntoIterator<Item = impl Fn() + Send + Sync + 'static>,
) {
    // loom takes reaching a limit for success.
    for limit in ["PERMUTATIONS", "DURATION", "PREEMPTIONS", "BRANCHES"] {
        let variable = format!("LOOM_MAX_{limit}");
        assert!(std::env::var_os(&variable).is_none(), "unset {variable}");
    }
    // To look further, or less far. (With `LEDGER=off`.)
    let bound = match std::env::var("BOUND").as_deref() {
        Ok("any") => None,
        Ok(most) => Some(most.parse().unwrap()),
        Err(_) => bound,
    };
    let iterations = Arc::new(AtomicUsize::new(0));
    let start = Instant::now();
    for body in bodies {
        let mut explore = loom::model::Builder::new();
        explore.max_threads = threads;
        explore.max_branches = MAX_BRANCHES;
        explore.preemption_bound = bound;
        explore.checkpoint_file = None;
        let count = Arc::clone(&iterations);
        explore.check(move || {
            count.fetch_add(1, Ordering::Relaxed);
            body();
        });
    }
    let iterations = iterations.load(Ordering::Relaxed);
    assert!(iterations > 1, "nothing was interleaved");
    ledger::enter(name, threads, bound, iterations, start.elapsed());
}
