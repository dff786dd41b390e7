//! Every adapter does what its traits say, and comes through every workload with all items.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use futures_lite::future;
use joinable_queue_benches::cases;
use joinable_queue_benches::peer::{
    Capacity, Consumer, GetAsync, Got, Join, JoiningPeer, Peer, Producer, PutAsync,
};
use joinable_queue_benches::peers::roster::{self, Contestant};
use joinable_queue_benches::workloads::{Fault, Joining, Measured, Polling};

/// A case that takes longer hangs.
const LIMIT: Duration = Duration::from_secs(60);

/// Enough to go round every queue that is not larger.
const ITEMS: u64 = 3_000;

const EVERYBODY: [&str; 20] = [
    "ArrayQueue, polled",
    "Mutex<VecDeque> + Notify",
    "Mutex<VecDeque> + Notify + counter",
    "SegQueue, polled",
    "async-channel",
    "async-channel + counter",
    "concurrent-queue, polled",
    "crossbeam-channel",
    "crossfire",
    "crossfire + WaitGroup",
    "embassy-sync",
    "flume",
    "joinable-queue",
    "kanal",
    "kanal + counter",
    "std mpsc",
    "tachyonix",
    "thingbuf",
    "tokio mpsc",
    "tokio mpsc + TaskTracker",
];

/// Those who took part.
fn succeed(what: &str, contestants: &[Contestant]) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for Contestant { name, run } in contestants {
        match run(ITEMS) {
            Ok(figures) => {
                assert!(figures.iter().all(|f| f.is_finite()), "{what}, {name}");
                names.insert(name.clone());
            }
            Err(Fault::Absent) => {}
            Err(Fault::Wrong(text)) => panic!("{what}, {name}: {text}"),
        }
    }
    names
}

#[test]
fn everybody_comes_through_every_case() {
    let mut names = BTreeSet::new();
    for (number, case) in cases::all().into_iter().enumerate() {
        // Takes flume minutes without optimisation: giving up takes it a walk along all who wait.
        if case.name.starts_with("100000 ") {
            continue;
        }
        let (tell, told) = mpsc::channel();
        let running = thread::spawn(move || {
            let case = cases::all().swap_remove(number);
            let names = succeed(&case.full_name(), &case.contestants);
            // The receiver is gone if this comes too late.
            let _ = tell.send(names);
        });
        match told.recv_timeout(LIMIT) {
            Ok(part) => names.extend(part),
            Err(mpsc::RecvTimeoutError::Disconnected) => running.join().expect("the case"),
            Err(mpsc::RecvTimeoutError::Timeout) => {
                panic!("{} hangs", case.full_name())
            }
        }
    }
    assert!(names.iter().eq(EVERYBODY), "{names:?}");
}

/// Room for exactly as many as were asked for, and out as they came in.
struct Bounds;

impl Polling<u64> for Bounds {
    fn run<P: Peer<u64>>(&self, _items: u64) -> Measured {
        let room = 16;
        let (producer, mut consumer) =
            P::open(Capacity::Bounded(room as usize)).ok_or(Fault::Absent)?;
        for round in 0..3 {
            let numbers = round * room..(round + 1) * room;
            assert!(numbers.clone().all(|number| producer.try_put(number)));
            assert!(!producer.try_put(u64::MAX), "a put into a full queue");
            for number in numbers {
                assert_eq!(consumer.try_get().map(Got::finish), Some(number));
            }
            assert!(consumer.try_get().is_none(), "a get of nothing");
        }
        Ok(Vec::new())
    }
}

#[test]
fn bounded_queues_are_exact_and_first_in_first_out() {
    let names = succeed("bounds", &roster::polling(Bounds));
    assert_eq!(names.len(), 14, "{names:?}");
}

#[test]
fn so_are_those_with_completion() {
    let names = succeed("bounds", &roster::counting(Bounds));
    assert_eq!(names.len(), 6, "{names:?}");
}

/// A join returns when the last item is finished, and not when it is taken.
struct JoinWaits;

impl Joining<u64> for JoinWaits {
    fn run<P: JoiningPeer<u64>>(&self, _items: u64) -> Measured {
        let (producer, mut consumer) = P::open(Capacity::Bounded(16)).ok_or(Fault::Absent)?;
        let finished = Arc::new(AtomicU64::new(0));
        let counted = Arc::clone(&finished);
        let worker = async move {
            loop {
                let got = consumer.get().await;
                for _ in 0..3 {
                    future::yield_now().await;
                }
                counted.fetch_add(1, Ordering::Relaxed);
                got.finish();
            }
        };
        let feeder = async {
            for batch in 1..=3 {
                for number in 0..40 {
                    producer.put(number).await;
                }
                producer.join().await;
                assert_eq!(finished.load(Ordering::Relaxed), 40 * batch);
            }
        };
        future::block_on(future::or(feeder, worker));
        Ok(Vec::new())
    }
}

#[test]
fn a_join_waits_for_the_last_done() {
    let names = succeed("join", &roster::joining(JoinWaits));
    assert_eq!(names.len(), 6, "{names:?}");
}
