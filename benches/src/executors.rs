//! The executors that tasks run on.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::mpsc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use futures_lite::future;
use tokio::runtime::{Builder, Runtime};

/// The threads that run tasks, where an executor has more than one.
const THREADS: usize = 2;

/// A task, boxed, so that tasks of different types go in one list; the cost is the same for all peers.
pub type Work<R> = Pin<Box<dyn Future<Output = R> + Send>>;

/// Which executor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// tokio on two threads.
    Tokio,
    /// tokio on one thread.
    TokioCurrent,
    /// async-executor on two threads.
    AsyncExecutor,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Tokio => "tokio",
            Self::TokioCurrent => "tokio current_thread",
            Self::AsyncExecutor => "async-executor",
        })
    }
}

/// Runs all tasks to their ends on a new executor: the time from the first spawn, and what they return, in
/// the order in which they ended.
///
/// # Panics
///
/// If a task does.
pub fn run<R: Send + 'static>(kind: Kind, tasks: Vec<Work<R>>) -> (Duration, Vec<R>) {
    match kind {
        Kind::Tokio => run_on(&tokio_on_two_threads(), tasks),
        Kind::TokioCurrent => run_current(tasks),
        Kind::AsyncExecutor => run_on(&Pool::start(), tasks),
    }
}

/// An executor that runs tasks on threads of its own.
trait Spawn {
    fn spawn(&self, task: Work<()>);
}

fn run_on<R: Send + 'static>(executor: &impl Spawn, tasks: Vec<Work<R>>) -> (Duration, Vec<R>) {
    let number = tasks.len();
    let (report, reports) = mpsc::channel();
    let start = Instant::now();
    for task in tasks {
        let report = report.clone();
        executor.spawn(Box::pin(async move {
            // Cannot fail: the receiver below waits for all.
            let _ = report.send(task.await);
        }));
    }
    drop(report);
    let results: Vec<R> = reports.iter().collect();
    let took = start.elapsed();
    assert_eq!(results.len(), number, "a task panicked");
    (took, results)
}

fn tokio_on_two_threads() -> Runtime {
    Builder::new_multi_thread()
        .worker_threads(THREADS)
        .build()
        .expect("a runtime starts")
}

impl Spawn for Runtime {
    fn spawn(&self, task: Work<()>) {
        Runtime::spawn(self, task);
    }
}

fn run_current<R: Send + 'static>(tasks: Vec<Work<R>>) -> (Duration, Vec<R>) {
    let runtime = Builder::new_current_thread()
        .build()
        .expect("a runtime starts");
    let start = Instant::now();
    let handles: Vec<_> = tasks.into_iter().map(|task| runtime.spawn(task)).collect();
    let results = runtime.block_on(async {
        let mut results = Vec::new();
        for handle in handles {
            results.push(handle.await.expect("no task panics"));
        }
        results
    });
    (start.elapsed(), results)
}

/// async-executor, and the threads that run it until it is dropped.
struct Pool {
    executor: Arc<async_executor::Executor<'static>>,
    stop: Option<async_channel::Sender<()>>,
    threads: Vec<JoinHandle<()>>,
}

impl Pool {
    fn start() -> Self {
        let executor = Arc::new(async_executor::Executor::new());
        let (stop, stopped) = async_channel::bounded::<()>(1);
        let threads = (0..THREADS)
            .map(|_| {
                let (executor, stopped) = (Arc::clone(&executor), stopped.clone());
                thread::spawn(move || {
                    // An error: the sender is gone, which is the signal.
                    let _ = future::block_on(executor.run(stopped.recv()));
                })
            })
            .collect();
        Self {
            executor,
            stop: Some(stop),
            threads,
        }
    }
}

impl Spawn for Pool {
    fn spawn(&self, task: Work<()>) {
        self.executor.spawn(task).detach();
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.stop = None;
        for thread in self.threads.drain(..) {
            // A task that panicked took its thread along; `run_on` has said so.
            let _ = thread.join();
        }
    }
}
