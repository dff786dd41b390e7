//! What is written to a `defmt` logger. (Strings go as numbers, so that what can be seen of them here is
//! whether they are the same.)

use joinable_queue::{
    GetError, GetTimeoutError, JoinTimeoutError, PutAllError, PutError, PutTimeoutError, Queue,
    RequeueError, TaskDoneError, TryGetError, TryPutAllError, TryPutError,
};

/// What has no `Format` of its own.
struct Opaque;

/// The bytes between the number that says "a sequence of strings" and the zero that ends it.
fn logged(value: &impl defmt::Format) -> Vec<u8> {
    defmt::export::fmt(value);
    let mut bytes = defmt::export::fetch_bytes().split_off(2);
    assert_eq!(bytes.split_off(bytes.len() - 2), [0, 0]);
    bytes
}

fn words(numbers: &[u32]) -> Vec<u8> {
    numbers.iter().flat_map(|n| n.to_le_bytes()).collect()
}

#[test]
fn stats_show_every_number_in_order() {
    let queue = Queue::unbounded();
    queue.try_put_all(&mut (0..9)).unwrap();
    let task = queue.try_get().unwrap();
    queue.try_get().unwrap().done();
    queue.try_get().unwrap().fail();
    drop(queue.try_get().unwrap());
    let bytes = logged(&queue.stats());
    // put, got, done, failed, abandoned, len, in flight, unfinished, and three lines of waiters; behind the
    // string of the whole.
    let expected = words(&[9, 4, 3, 1, 1, 5, 1, 6, 0, 0, 0]);
    assert!(
        bytes.windows(expected.len()).any(|part| part == expected),
        "{bytes:?}"
    );
    assert_eq!(bytes.last(), Some(&0), "not shut down");
    queue.shutdown();
    assert_eq!(logged(&queue.stats()).last(), Some(&1));
    drop(task);
}

#[test]
fn batch_errors_show_how_many_were_put() {
    let error = PutAllError {
        put: 7,
        item: Opaque,
    };
    assert!(logged(&error).ends_with(&words(&[7])));
    let error = TryPutAllError {
        put: 8,
        error: TryPutError::Full(Opaque),
    };
    let bytes = logged(&error);
    let put = words(&[8]);
    assert!(bytes.windows(4).any(|part| part == put), "{bytes:?}");
}

#[test]
fn every_error_can_be_logged_whatever_the_item() {
    fn each_writes(errors: &[&dyn Fn() -> Vec<u8>]) {
        for error in errors {
            // The number of its string, and nothing of the item.
            assert_eq!(error().len(), 2);
        }
    }
    each_writes(&[
        &|| logged(&PutError(Opaque)),
        &|| logged(&TryPutError::Full(Opaque)),
        &|| logged(&TryPutError::ShutDown(Opaque)),
        &|| logged(&RequeueError::Full(Opaque)),
        &|| logged(&RequeueError::ShutDown(Opaque)),
        &|| logged(&PutTimeoutError::TimedOut(Opaque)),
        &|| logged(&PutTimeoutError::ShutDown(Opaque)),
        &|| logged(&GetError),
        &|| logged(&TryGetError::Empty),
        &|| logged(&TryGetError::ShutDown),
        &|| logged(&GetTimeoutError::TimedOut),
        &|| logged(&GetTimeoutError::ShutDown),
        &|| logged(&TaskDoneError),
        &|| logged(&JoinTimeoutError),
    ]);
}
