//! The same job on every kind of executor, on threads, and on both at once: a queue needs none of them
//! in particular.

use std::future::Future;
use std::mem;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

use futures::channel::oneshot;

use crate::kit::*;

const PRODUCERS: u64 = 4;
const CONSUMERS: usize = 3;
const ITEMS: u64 = many(500) as u64;
const CAPACITY: usize = 3;

type Job = Pin<Box<dyn Future<Output = ()> + Send>>;

/// The parts of the job: put, get and finish `PRODUCERS * ITEMS` numbers, join, shut down, check.
struct Work<F: Flavour> {
    queue: QueueOf<F, u64, CAPACITY>,
    sum: AtomicU64,
    /// One for each producer, which drops the other end when it has put its items.
    producing: Mutex<Vec<oneshot::Receiver<()>>>,
}

impl<F: Flavour> Work<F> {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            queue: F::bounded(),
            sum: AtomicU64::new(0),
            producing: Mutex::default(),
        })
    }

    fn producer(self: &Arc<Self>, producer: u64) -> Job {
        let work = Arc::clone(self);
        let (done, producing) = oneshot::channel();
        self.producing.lock().unwrap().push(producing);
        Box::pin(async move {
            let _done = done;
            for n in 0..ITEMS {
                work.queue.put(producer * ITEMS + n).await.unwrap();
            }
        })
    }

    fn consumer(self: &Arc<Self>) -> Job {
        let work = Arc::clone(self);
        Box::pin(async move {
            while let Ok(task) = work.queue.get().await {
                let number = task.done();
                work.sum.fetch_add(number, Ordering::Relaxed);
            }
        })
    }

    /// All producers and consumers, consumers first.
    fn jobs(self: &Arc<Self>) -> Vec<Job> {
        let consumers = (0..CONSUMERS).map(|_| self.consumer());
        let producers = (0..PRODUCERS).map(|producer| self.producer(producer));
        consumers.chain(producers).collect()
    }

    /// Waits until all has been put, joins, and lets the consumers go.
    async fn finish(self: Arc<Self>) {
        let producing = mem::take(&mut *self.producing.lock().unwrap());
        for producer in producing {
            producer.await.unwrap_err();
        }
        let stats = self.queue.join().await;
        assert_eq!(stats.done, (PRODUCERS * ITEMS) as usize);
        self.queue.shutdown();
    }

    fn check(&self) {
        let count = PRODUCERS * ITEMS;
        let stats = assert_settled(&self.queue, 0, 0);
        assert_eq!((stats.put, stats.done), (count as usize, count as usize));
        assert_eq!((stats.failed, stats.abandoned), (0, 0));
        assert_eq!(self.sum.load(Ordering::SeqCst), count * (count - 1) / 2);
    }
}

/// The least that can run a future.
fn block_on<T>(future: impl Future<Output = T>) -> T {
    struct Unpark(Thread);

    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }

    let mut future = pin!(future);
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(output) => return output,
            Poll::Pending => thread::park(),
        }
    }
}

fn on_tokio<F: Flavour>(runtime: tokio::runtime::Runtime) {
    let work = Work::<F>::new();
    runtime.block_on(async {
        let tasks: Vec<_> = work.jobs().into_iter().map(tokio::spawn).collect();
        Arc::clone(&work).finish().await;
        for task in tasks {
            task.await.unwrap();
        }
    });
    work.check();
}

fn on_a_tokio_current_thread_runtime<F: Flavour>() {
    within_limit(|| {
        on_tokio::<F>(
            tokio::runtime::Builder::new_current_thread()
                .build()
                .unwrap(),
        );
    });
}

fn on_a_tokio_multi_thread_runtime<F: Flavour>() {
    within_limit(|| {
        on_tokio::<F>(
            tokio::runtime::Builder::new_multi_thread()
                .worker_threads(2)
                .build()
                .unwrap(),
        );
    });
}

fn on_smol<F: Flavour>() {
    within_limit(|| {
        let work = Work::<F>::new();
        smol::block_on(async {
            let tasks: Vec<_> = work.jobs().into_iter().map(smol::spawn).collect();
            Arc::clone(&work).finish().await;
            for task in tasks {
                task.await;
            }
        });
        work.check();
    });
}

fn on_an_async_executor_with_two_threads<F: Flavour>() {
    within_limit(|| {
        let work = Work::<F>::new();
        let executor = async_executor::Executor::new();
        let tasks: Vec<_> = work
            .jobs()
            .into_iter()
            .map(|job| executor.spawn(job))
            .collect();
        let all = async {
            Arc::clone(&work).finish().await;
            for task in tasks {
                task.await;
            }
        };
        let (stop, stopped) = oneshot::channel::<()>();
        thread::scope(|s| {
            s.spawn(|| block_on(executor.run(stopped)));
            block_on(executor.run(all));
            drop(stop);
        });
        work.check();
    });
}

fn on_a_local_pool<F: Flavour>() {
    within_limit(|| {
        use futures::task::SpawnExt;

        let work = Work::<F>::new();
        let mut pool = futures::executor::LocalPool::new();
        let spawner = pool.spawner();
        for job in work.jobs() {
            spawner.spawn(job).unwrap();
        }
        pool.run_until(Arc::clone(&work).finish());
        pool.run();
        work.check();
    });
}

fn in_one_future_without_any_executor<F: Flavour>() {
    within_limit(|| {
        let work = Work::<F>::new();
        let jobs = futures::future::join_all(work.jobs());
        block_on(futures::future::join(jobs, Arc::clone(&work).finish()));
        work.check();
    });
}

fn on_one_thread_for_each<F: Flavour>() {
    within_limit(|| {
        let work = Work::<F>::new();
        thread::scope(|s| {
            for job in work.jobs() {
                s.spawn(|| block_on(job));
            }
            block_on(Arc::clone(&work).finish());
        });
        work.check();
    });
}

/// Producers on threads, consumers on two different executors, the join on a third.
fn on_threads_and_executors_at_once<F: Flavour>() {
    within_limit(|| {
        let work = Work::<F>::new();
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .build()
            .unwrap();
        let on_tokio = runtime.spawn(work.consumer());
        let on_smol = smol::spawn(work.consumer());
        thread::scope(|s| {
            for producer in 0..PRODUCERS {
                let job = work.producer(producer);
                s.spawn(|| block_on(job));
            }
            futures::executor::block_on(Arc::clone(&work).finish());
        });
        runtime.block_on(on_tokio).unwrap();
        smol::block_on(on_smol);
        work.check();
    });
}

for_every_flavour!(
    on_a_tokio_current_thread_runtime,
    on_a_tokio_multi_thread_runtime,
    on_smol,
    on_an_async_executor_with_two_threads,
    on_a_local_pool,
    in_one_future_without_any_executor,
    on_one_thread_for_each,
    on_threads_and_executors_at_once,
);

/// The blocking calls on threads, against tasks on an executor, both ways.
#[cfg(feature = "std")]
mod with_blocking_calls {
    use super::*;

    fn threads_put_and_tasks_get<F: Flavour>() {
        within_limit(|| {
            let work = Work::<F>::new();
            let runtime = tokio::runtime::Builder::new_current_thread()
                .build()
                .unwrap();
            thread::scope(|s| {
                for producer in 0..PRODUCERS {
                    let work = &work;
                    let (done, producing) = oneshot::channel();
                    work.producing.lock().unwrap().push(producing);
                    s.spawn(move || {
                        for n in 0..ITEMS {
                            work.queue.put_blocking(producer * ITEMS + n).unwrap();
                        }
                        drop(done);
                    });
                }
                runtime.block_on(async {
                    let consumers: Vec<_> = (0..CONSUMERS)
                        .map(|_| tokio::spawn(work.consumer()))
                        .collect();
                    Arc::clone(&work).finish().await;
                    for consumer in consumers {
                        consumer.await.unwrap();
                    }
                });
            });
            work.check();
        });
    }

    fn tasks_put_and_threads_get<F: Flavour>() {
        within_limit(|| {
            let work = Work::<F>::new();
            thread::scope(|s| {
                for _ in 0..CONSUMERS {
                    s.spawn(|| {
                        while let Ok(task) = work.queue.get_blocking() {
                            work.sum.fetch_add(*task, Ordering::Relaxed);
                            task.done();
                        }
                    });
                }
                let producers = (0..PRODUCERS).map(|producer| smol::spawn(work.producer(producer)));
                for producer in producers.collect::<Vec<_>>() {
                    smol::block_on(producer);
                }
                assert_eq!(
                    work.queue.join_blocking().done,
                    (PRODUCERS * ITEMS) as usize
                );
                work.queue.shutdown();
            });
            work.check();
        });
    }

    for_every_flavour!(threads_put_and_tasks_get, tasks_put_and_threads_get);
}
