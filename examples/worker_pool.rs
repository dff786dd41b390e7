//! The example of Python's `asyncio.Queue`: three workers sleep through twenty naps.
//!
//! There, the workers wait for ever and are cancelled at the end. Here, `shutdown` tells them that
//! nothing will come any more, and they return.

use std::time::{Duration, Instant};

use joinable_queue::Queue;
use rand::Rng;
use tokio::task::JoinSet;
use tokio::time::sleep;

/// Lives as long as the program, so that tasks can borrow it; an `Arc<Queue<_>>` would do as well.
static NAPS: Queue<Duration> = Queue::unbounded();

async fn worker(name: String) {
    while let Ok(nap) = NAPS.get().await {
        sleep(*nap).await;
        let slept = nap.done();
        println!("{name} has slept for {:.2} s", slept.as_secs_f64());
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut expected = Duration::ZERO;
    for _ in 0..20 {
        let nap = Duration::from_secs_f64(rand::rng().random_range(0.05..1.0));
        expected += nap;
        NAPS.put(nap).await?;
    }

    let started = Instant::now();
    let workers: JoinSet<()> = (0..3).map(|n| worker(format!("worker-{n}"))).collect();

    // The queue is empty long before the last nap is over: this waits for the naps.
    let stats = NAPS.join().await;
    let slept = started.elapsed();

    NAPS.shutdown();
    workers.join_all().await;

    println!("====");
    println!(
        "3 workers slept in parallel for {:.2} s",
        slept.as_secs_f64()
    );
    println!("total expected sleep time: {:.2} s", expected.as_secs_f64());
    assert_eq!((stats.done, stats.abandoned), (20, 0));
    Ok(())
}
