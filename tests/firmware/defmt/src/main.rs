//! Every error of a queue, and its numbers, through `defmt`, to a logger that keeps what is written.
#![no_std]
#![no_main]

use core::cell::{Cell, RefCell};
use core::pin::pin;
use core::task::{Context, Poll, Waker};

use critical_section::Mutex;
use defmt::Format;
use heapless::Vec;
use joinable_queue::heapless::Queue;
use joinable_queue::{GetTimeoutError, JoinTimeoutError, PutTimeoutError};
use joinable_queue_firmware::{broken, entry, exit, loud_panics, println};

loud_panics!();

type Frame = Vec<u8, 128>;

static FRAME: Mutex<RefCell<Frame>> = Mutex::new(RefCell::new(Vec::new()));
static IS_MUTE: Mutex<Cell<bool>> = Mutex::new(Cell::new(false));

#[defmt::global_logger]
struct Logger;

// SAFETY: there is thread mode alone, so that a frame is written by one context; and `write` logs nothing.
unsafe impl defmt::Logger for Logger {
    fn acquire() {
        critical_section::with(|cs| FRAME.borrow_ref_mut(cs).clear());
    }

    unsafe fn flush() {}

    unsafe fn release() {}

    unsafe fn write(bytes: &[u8]) {
        critical_section::with(|cs| {
            if !IS_MUTE.borrow(cs).get() {
                let mut frame = FRAME.borrow_ref_mut(cs);
                frame.extend_from_slice(bytes).expect("a longer frame");
            }
        });
    }
}

/// What has no `Format` of its own.
struct Opaque;

/// What is written for `value`: the number of its string, and the arguments of that.
///
/// Around that in the frame are the numbers of "{}" and of "a sequence of strings", and the end of the
/// sequence.
#[track_caller]
fn logged(value: &impl Format) -> (u16, Frame) {
    defmt::println!("{}", value);
    let frame = critical_section::with(|cs| FRAME.borrow_ref(cs).clone());
    let [_, _, _, _, low, high, arguments @ .., 0, 0] = frame.as_slice() else {
        panic!("this is no frame: {frame:?}")
    };
    let string = u16::from_le_bytes([*low, *high]);
    assert_ne!(string, 0, "a sequence without a string");
    (string, Vec::from_slice(arguments).unwrap())
}

/// The bytes of these arguments.
fn words(numbers: &[u32]) -> Frame {
    numbers.iter().flat_map(|n| n.to_le_bytes()).collect()
}

#[entry]
fn start() -> ! {
    critical_section::with(|cs| IS_MUTE.borrow(cs).set(broken("logger")));
    errors();
    numbers();
    exit(0)
}

/// Each as a queue returns it, but for those of the blocking operations, which are not to be had here.
fn errors() {
    let mut strings = Vec::<u16, 32>::new();
    let mut check = |name: &str, (string, arguments): (u16, Frame)| {
        assert!(arguments.is_empty(), "{name} shows {arguments:?}");
        assert!(!strings.contains(&string), "{name} has a string of another");
        strings.push(string).unwrap();
    };

    let queue = Queue::<Opaque, 1>::new();
    check("TaskDoneError", logged(&queue.task_done().unwrap_err()));
    check("TryGetError::Empty", logged(&queue.try_get().unwrap_err()));
    queue.try_put(Opaque).unwrap();
    let task = queue.try_get().unwrap();
    queue.try_put(Opaque).unwrap();
    let full = queue.try_put(Opaque).unwrap_err();
    check("TryPutError::Full", logged(&full));
    let full = task.requeue().map_err(|error| (logged(&error), error));
    let (frame, error) = full.unwrap_err();
    check("RequeueError::Full", frame);
    let task = error.into_inner();

    queue.shutdown();
    let shut_down = queue.try_put(Opaque).unwrap_err();
    check("TryPutError::ShutDown", logged(&shut_down));
    let shut_down = task.requeue().unwrap_err();
    check("RequeueError::ShutDown", logged(&shut_down));
    let shut_down = ready(queue.put(Opaque)).unwrap_err();
    check("PutError", logged(&shut_down));
    queue.try_get().unwrap().done();
    check(
        "TryGetError::ShutDown",
        logged(&queue.try_get().unwrap_err()),
    );
    check("GetError", logged(&ready(queue.get()).unwrap_err()));

    check(
        "PutTimeoutError",
        logged(&PutTimeoutError::TimedOut(Opaque)),
    );
    check(
        "PutTimeoutError",
        logged(&PutTimeoutError::ShutDown(Opaque)),
    );
    check("GetTimeoutError", logged(&GetTimeoutError::TimedOut));
    check("GetTimeoutError", logged(&GetTimeoutError::ShutDown));
    check("JoinTimeoutError", logged(&JoinTimeoutError));
    let count = strings.len();

    // The two that have arguments: how many were put, and, nested, why no more.
    let queue = Queue::<Opaque, 2>::new();
    let mut three = [(); 3].into_iter().map(|()| Opaque);
    let (string, arguments) = logged(&queue.try_put_all(&mut three).unwrap_err());
    assert!(!strings.contains(&string));
    let [put @ .., tag_low, tag_high, full_low, full_high, 0, 0] = arguments.as_slice() else {
        panic!("TryPutAllError shows {arguments:?}")
    };
    assert_eq!(put, words(&[2]));
    assert_ne!([*tag_low, *tag_high], [0, 0]);
    // The string that stands for `TryPutError::Full` above.
    assert_eq!(u16::from_le_bytes([*full_low, *full_high]), strings[2]);
    queue.shutdown();
    let shut_down = ready(queue.put_all([Opaque])).unwrap_err();
    let (string, arguments) = logged(&shut_down);
    assert!(!strings.contains(&string));
    assert_eq!(arguments, words(&[0]));
    println!("ok: {} errors, each with a string of its own", count + 2);
}

fn numbers() {
    let queue = Queue::<Opaque, 9>::new();
    queue.try_put_all(&mut (0..8).map(|_| Opaque)).ok().unwrap();
    let mut tasks = core::iter::from_fn(|| queue.try_get().ok());
    for task in tasks.by_ref().take(2) {
        task.done();
    }
    for task in tasks.by_ref().take(2) {
        task.fail();
    }
    drop(tasks.next());
    let task = tasks.next().unwrap();
    let (string, arguments) = logged(&queue.stats());
    assert_ne!(string, 0);
    // put, got, done, failed, abandoned, len, in flight, unfinished, and three lines of waiters.
    let counts = words(&[8, 6, 5, 2, 1, 2, 1, 3, 0, 0, 0]);
    assert!(arguments.starts_with(&counts), "{arguments:?}");
    // Then the capacity, which is there, and no shutdown.
    assert_eq!(arguments.last(), Some(&0));
    let capacity = words(&[9]);
    let rest = &arguments[counts.len()..];
    assert!(rest.windows(4).any(|part| part == capacity), "{rest:?}");
    task.done();
    queue.shutdown();
    assert_eq!(logged(&queue.stats()).1.last(), Some(&1));
    println!(
        "ok: every number of the stats, in {} bytes",
        arguments.len()
    );
}

/// What a future returns that has nothing to wait for.
fn ready<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("there is something to wait for"),
    }
}
