//! A build server: jobs by urgency, jobs found on the way, and jobs that fail and are tried again.

use std::cmp::Reverse;

use joinable_queue::{Prioritized, PriorityQueue, RequeueError, Task, TryPutError};

/// Smaller is more urgent. The job is not compared: equal priorities leave in the order they came.
type Jobs = PriorityQueue<Prioritized<u32, Job>>;
type JobTask<'q> = Task<&'q Jobs>;

const ATTEMPTS: u32 = 3;

#[derive(Debug)]
struct Job {
    name: &'static str,
    /// How often it fails before it succeeds.
    flaky: u32,
    attempt: u32,
}

fn main() -> Result<(), TryPutError<Prioritized<u32, Job>>> {
    let jobs = Jobs::unbounded();
    jobs.try_put(job(5, "docs", 0))?;
    jobs.try_put(job(1, "fix", 0))?;
    jobs.try_put(job(5, "lints", 0))?;
    jobs.try_put(job(3, "tests", 1))?;
    jobs.try_put(job(4, "deploy", ATTEMPTS))?;

    println!("most urgent first:");
    while let Ok(task) = jobs.try_get() {
        build(task);
    }
    let stats = jobs.stats();
    println!(
        "{} puts, {} done, {} of them failed, {} unfinished",
        stats.put, stats.done, stats.failed, stats.unfinished
    );

    largest_first();
    Ok(())
}

fn job(priority: u32, name: &'static str, flaky: u32) -> Prioritized<u32, Job> {
    let attempt = 1;
    Prioritized::new(
        priority,
        Job {
            name,
            flaky,
            attempt,
        },
    )
}

fn build(mut task: JobTask<'_>) {
    let priority = task.priority;
    let Job {
        name,
        flaky,
        attempt,
    } = task.item;
    if attempt > flaky {
        println!("  {priority} {name}: built");
        if name == "fix" {
            announce(&task);
        }
        task.done();
    } else if attempt < ATTEMPTS {
        println!("  {priority} {name}: attempt {attempt} failed, once more");
        task.item.attempt += 1;
        // Let the others go first.
        task.priority += 1;
        // One step: nobody who joins the queue can see it finished in between. Only a queue that was
        // shut down gives the task back.
        if let Err(RequeueError::ShutDown(task) | RequeueError::Full(task)) = task.requeue() {
            task.fail();
        }
    } else {
        println!("  {priority} {name}: attempt {attempt} failed, given up");
        task.fail();
    }
}

/// What was fixed must be announced, before the docs: a job that was found while working on another.
fn announce(task: &JobTask<'_>) {
    // Never waits, so that even the workers of a full queue can feed it.
    if task.put_follow_up(job(2, "announcement", 0)).is_err() {
        println!("  the queue is shut down: no announcement");
    }
}

/// `Reverse` turns the order round. Ties still leave in the order they came.
fn largest_first() {
    println!("largest first:");
    let parcels = PriorityQueue::unbounded();
    for (weight, name) in [(2, "book"), (9, "anvil"), (2, "kettle"), (7, "chair")] {
        // Nobody shuts this queue down, and it has no limit: it takes everything.
        let _ = parcels.try_put(Prioritized::new(Reverse(weight), name));
    }
    while let Ok(task) = parcels.try_get() {
        let Prioritized {
            priority: Reverse(weight),
            item,
        } = task.done();
        println!("  {weight} {item}");
    }
}
