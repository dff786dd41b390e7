//! The tickets and cells of the lock-free queue by themselves, in every interleaving of two threads: what is put is
//! got once, in order, and `Full`, `Empty`, `ShutDown` and the numbers are true.

use std::sync::Arc;

use joinable_queue::{TryGetError, TryPutError};
use loom::thread::{self, JoinHandle};
use loom_tests::explore;
use loom_tests::parts::Cells;

/// A ring of so many cells, or segments.
type Make = fn() -> Cells;

fn ring<const CAPACITY: usize>() -> Cells {
    Cells::ring(CAPACITY)
}

fn model(name: &str, threads: usize, bound: Option<usize>, make: Make, body: fn(&Arc<Cells>)) {
    explore(name, threads, bound, move || {
        let cells = Arc::new(make());
        // loom's objects are made when they are first used: before there is a second thread.
        assert_eq!((cells.len(), cells.room() > 0), (0, true));
        body(&cells);
        assert!(cells.get().is_err(), "something is left");
        assert_eq!(cells.len(), 0);
    });
}

fn spawn<T: 'static>(cells: &Arc<Cells>, f: impl FnOnce(&Cells) -> T + 'static) -> JoinHandle<T> {
    let cells = Arc::clone(cells);
    thread::spawn(move || f(&cells))
}

/// Gets what is there, up to `most`; then it was empty.
fn get_some(cells: &Cells, most: usize) -> Vec<u32> {
    let mut got = Vec::new();
    while got.len() < most {
        match cells.get() {
            Ok(item) => got.push(item),
            Err(error) => {
                assert_eq!(error, TryGetError::Empty);
                break;
            }
        }
    }
    got
}

/// `Empty` only before the put.
fn put_beside_get(cells: &Arc<Cells>) {
    let putter = spawn(cells, |cells| cells.put(1).unwrap());
    let early = cells.get();
    putter.join().unwrap();
    match early {
        Ok(item) => assert_eq!(item, 1),
        Err(error) => {
            assert_eq!(error, TryGetError::Empty);
            assert_eq!(cells.get(), Ok(1));
        }
    }
}

/// From the end of a block into the next one.
fn puts_beside_gets(cells: &Arc<Cells>) {
    for item in 0..2 {
        cells.put(item).unwrap();
    }
    assert_eq!(cells.get(), Ok(0));
    let putter = spawn(cells, |cells| {
        cells.put(2).unwrap();
        cells.put(3).unwrap();
    });
    let mut got = get_some(cells, 2);
    putter.join().unwrap();
    got.extend(get_some(cells, 3));
    assert_eq!(got, [1, 2, 3]);
}

/// From a lap to the next: `Full` only before the get.
fn put_beside_get_of_the_last(cells: &Arc<Cells>) {
    cells.put(1).unwrap();
    let putter = spawn(cells, |cells| cells.put(2));
    assert_eq!(cells.get(), Ok(1));
    let put = putter.join().unwrap();
    assert!(matches!(put, Ok(()) | Err(TryPutError::Full(2))));
    assert_eq!(cells.len(), usize::from(put.is_ok()));
    get_some(cells, 1);
}

/// Both go in, if there is room for both; otherwise one comes back.
fn put_beside_put(cells: &Arc<Cells>) {
    // Past the first block's beginning, and to its end.
    cells.put(0).unwrap();
    assert_eq!(cells.get(), Ok(0));
    let room = cells.room();
    let other = spawn(cells, |cells| cells.put(1));
    let here = cells.put(2);
    let there = other.join().unwrap();
    let mut got = get_some(cells, 2);
    for refused in [here, there].into_iter().filter_map(Result::err) {
        assert_eq!((room, matches!(refused, TryPutError::Full(_))), (1, true));
        got.push(refused.into_inner());
    }
    got.sort_unstable();
    assert_eq!(got, [1, 2]);
}

/// Each brings a block, and one of the two is used.
fn first_puts(cells: &Arc<Cells>) {
    let other = spawn(cells, |cells| cells.put(1).unwrap());
    cells.put(2).unwrap();
    other.join().unwrap();
    assert_eq!(get_some(cells, 3).len(), 2);
}

/// Each gets one.
fn get_beside_get(cells: &Arc<Cells>) {
    cells.put(1).unwrap();
    cells.put(2).unwrap();
    let other = spawn(cells, |cells| cells.get().unwrap());
    let mut got = [cells.get().unwrap(), other.join().unwrap()];
    got.sort_unstable();
    assert_eq!(got, [1, 2]);
}

/// One gets it, and the other finds it gone.
fn two_gets_beside_one_item(cells: &Arc<Cells>) {
    cells.put(1).unwrap();
    let other = spawn(cells, Cells::get);
    let mut got = [cells.get(), other.join().unwrap()];
    got.sort_unstable_by_key(Result::is_err);
    assert_eq!(got, [Ok(1), Err(TryGetError::Empty)]);
}

/// The put is in, or comes back, and then nothing follows.
fn close_beside_put(cells: &Arc<Cells>) {
    let closer = spawn(cells, Cells::close);
    let put = cells.put(1);
    closer.join().unwrap();
    assert_eq!(cells.put(2), Err(TryPutError::ShutDown(2)));
    match put {
        Ok(()) => assert_eq!(cells.get(), Ok(1)),
        Err(error) => assert_eq!(error, TryPutError::ShutDown(1)),
    }
    assert_eq!(cells.get(), Err(TryGetError::ShutDown));
}

/// What is there can be got before and after; `ShutDown` says that nothing is.
fn close_beside_get(cells: &Arc<Cells>) {
    cells.put(1).unwrap();
    let closer = spawn(cells, Cells::close);
    assert_eq!(cells.get(), Ok(1));
    let empty = cells.get().unwrap_err();
    closer.join().unwrap();
    assert!(matches!(empty, TryGetError::Empty | TryGetError::ShutDown));
    assert_eq!(cells.get(), Err(TryGetError::ShutDown));
}

/// Past the capacity, or where there is room by now; behind what is there in either case.
fn exempt_put_beside_get(cells: &Arc<Cells>) {
    cells.put(1).unwrap();
    let putter = spawn(cells, |cells| cells.put_exempt(2).unwrap());
    assert_eq!(cells.get(), Ok(1));
    putter.join().unwrap();
    assert_eq!(cells.get(), Ok(2));
}

/// There is no room for the other one, while the exempt one is in.
fn exempt_put_beside_put(cells: &Arc<Cells>) {
    cells.put(1).unwrap();
    let putter = spawn(cells, |cells| cells.put_exempt(2).unwrap());
    assert_eq!(cells.put(3), Err(TryPutError::Full(3)));
    putter.join().unwrap();
    assert_eq!(cells.put(3), Err(TryPutError::Full(3)));
    assert_eq!((cells.len(), get_some(cells, 3)), (2, vec![1, 2]));
    cells.put(3).unwrap();
    assert_eq!(cells.get(), Ok(3));
}

fn exempt_put_beside_close(cells: &Arc<Cells>) {
    cells.put(1).unwrap();
    let closer = spawn(cells, Cells::close);
    let put = cells.put_exempt(2);
    closer.join().unwrap();
    assert_eq!(cells.put_exempt(3), Err(3));
    assert_eq!(cells.get(), Ok(1));
    if put.is_ok() {
        assert_eq!(cells.get(), Ok(2));
    }
    assert_eq!(cells.get(), Err(TryGetError::ShutDown));
}

/// Two that find the overflow: what is in it comes out once, and in order.
fn overflow_beside_two_gets(cells: &Arc<Cells>) {
    cells.put(1).unwrap();
    cells.put_exempt(2).unwrap();
    let other = spawn(cells, |cells| cells.get().unwrap());
    let mut got = [cells.get().unwrap(), other.join().unwrap()];
    got.sort_unstable();
    assert_eq!(got, [1, 2]);
}

/// What was put before is counted, and what is put meanwhile once.
fn numbers_beside_put(cells: &Arc<Cells>) {
    cells.put(1).unwrap();
    let putter = spawn(cells, |cells| cells.put(2).unwrap());
    let (before, room) = (cells.len(), cells.room());
    assert!(before == 1 || before == 2);
    assert!(room <= 1 || room == usize::MAX);
    assert!(before == 1 || room != 1, "it was in");
    putter.join().unwrap();
    assert_eq!((cells.len(), get_some(cells, 2)), (2, vec![1, 2]));
}

fn numbers_beside_get(cells: &Arc<Cells>) {
    cells.put(1).unwrap();
    let getter = spawn(cells, |cells| assert_eq!(cells.get(), Ok(1)));
    let (was_empty, after) = (cells.is_empty(), cells.len());
    assert!(after <= 1);
    assert!(!was_empty || after == 0, "it was out");
    getter.join().unwrap();
    assert!(cells.is_empty());
}

/// A full ring with one get and one put is never empty, and never holds two.
fn len_beside_get_and_put(cells: &Arc<Cells>) {
    cells.put(1).unwrap();
    let other = spawn(cells, |cells| {
        assert_eq!(cells.get(), Ok(1));
        cells.put(2).unwrap();
    });
    assert!(cells.len() <= 1);
    other.join().unwrap();
    assert_eq!(get_some(cells, 2), [2]);
}

/// As above, and the item is in the overflow at first.
fn len_beside_get_of_overflow_and_put(cells: &Arc<Cells>) {
    cells.put(1).unwrap();
    cells.put_exempt(2).unwrap();
    assert_eq!(cells.get(), Ok(1));
    let other = spawn(cells, |cells| {
        assert_eq!(cells.get(), Ok(2));
        cells.put(3).unwrap();
    });
    assert!(cells.len() <= 1);
    other.join().unwrap();
    assert_eq!(get_some(cells, 2), [3]);
}

fn two_puts_beside_get(cells: &Arc<Cells>) {
    let putters = [1, 2].map(|item| spawn(cells, move |cells| cells.put(item)));
    let mut got = get_some(cells, 1);
    for putter in putters {
        if let Err(error) = putter.join().unwrap() {
            assert!(matches!(error, TryPutError::Full(_)));
            got.push(error.into_inner());
        }
    }
    got.extend(get_some(cells, 2));
    got.sort_unstable();
    assert_eq!(got, [1, 2]);
}

fn two_gets_beside_put(cells: &Arc<Cells>) {
    cells.put(1).unwrap();
    let getters = [(); 2].map(|()| spawn(cells, Cells::get));
    let put = cells.put(2);
    let mut got: Vec<_> = getters
        .into_iter()
        .filter_map(|getter| getter.join().unwrap().ok())
        .collect();
    assert_ne!(got, [], "one was there all the time");
    got.extend(get_some(cells, 2));
    got.extend(put.err().map(TryPutError::into_inner));
    got.sort_unstable();
    assert_eq!(got, [1, 2]);
}

/// Tests of one model: on a ring of `$ring` cells, which the ledger calls `fifo`, and on segments.
macro_rules! cells {
    ($($threads:literal $bound:expr; $($name:ident $($ring:literal)? $($segments:ident)?;)*)*) => {$($(
        mod $name {
            $(
            #[test]
            fn fifo() {
                super::model(concat!(stringify!($name), "::fifo"), $threads, $bound, super::ring::<$ring>, super::$name);
            }
            )?
            $(
            #[test]
            fn unbounded_fifo() {
                let name = concat!(stringify!($name), "::unbounded_fifo");
                super::model(name, $threads, $bound, loom_tests::parts::Cells::$segments, super::$name);
            }
            )?
        }
    )*)*};
}

cells! {
    2 None;
    put_beside_get 1 segments;
    puts_beside_gets segments;
    put_beside_get_of_the_last 1;
    put_beside_put 1 segments;
    first_puts segments;
    get_beside_get 2 segments;
    two_gets_beside_one_item 1 segments;
    close_beside_put 1 segments;
    close_beside_get 1 segments;
    exempt_put_beside_get 1;
    exempt_put_beside_put 1;
    exempt_put_beside_close 1;
    overflow_beside_two_gets 1;
    numbers_beside_put 2 segments;
    numbers_beside_get 1 segments;
    len_beside_get_and_put 1 segments;
    len_beside_get_of_overflow_and_put 1;
    3 Some(3);
    two_puts_beside_get 1 segments;
    two_gets_beside_put 1 segments;
}
