//! Errors: what they say, what they give back, and that they ask nothing of the items.

use std::error::Error;
use std::fmt::{Debug, Display};

use joinable_queue::{
    GetError, GetTimeoutError, JoinTimeoutError, PutAllError, PutError, PutTimeoutError,
    RequeueError, TaskDoneError, TryGetError, TryPutAllError, TryPutError,
};

use crate::kit::*;

/// Has nothing: no `Debug`, no `Clone`, no `PartialEq`.
struct Opaque;

/// Checks `Display` and `Debug`, through the trait that programs use.
#[track_caller]
fn says(error: impl Error, display: &str, debug: &str) {
    fn both(error: &dyn Error) -> (String, String) {
        (error.to_string(), format!("{error:?}"))
    }

    assert_eq!(both(&error), (display.into(), debug.into()));
    assert!(error.source().is_none());
    assert!(display.starts_with(char::is_lowercase) && !display.ends_with('.'));
}

#[test]
fn every_error_is_a_lower_case_clause_and_shows_no_item() {
    says(PutError(Opaque), "queue is shut down", "PutError(..)");
    says(TryPutError::Full(Opaque), "queue is full", "Full(..)");
    says(
        TryPutError::ShutDown(Opaque),
        "queue is shut down",
        "ShutDown(..)",
    );
    says(
        PutAllError {
            put: 3,
            item: Opaque,
        },
        "queue is shut down (3 items of the batch were put)",
        "PutAllError { put: 3, .. }",
    );
    says(
        TryPutAllError {
            put: 2,
            error: TryPutError::Full(Opaque),
        },
        "queue is full (2 items of the batch were put)",
        "TryPutAllError { put: 2, error: Full(..) }",
    );
    says(
        PutTimeoutError::TimedOut(Opaque),
        "timed out waiting for room in the queue",
        "TimedOut(..)",
    );
    says(
        PutTimeoutError::ShutDown(Opaque),
        "queue is shut down",
        "ShutDown(..)",
    );
    says(RequeueError::Full(Opaque), "queue is full", "Full(..)");
    says(
        RequeueError::ShutDown(Opaque),
        "queue is shut down",
        "ShutDown(..)",
    );
    says(GetError, "queue is shut down and empty", "GetError");
    says(TryGetError::Empty, "queue is empty", "Empty");
    says(
        TryGetError::ShutDown,
        "queue is shut down and empty",
        "ShutDown",
    );
    says(
        GetTimeoutError::TimedOut,
        "timed out waiting for an item",
        "TimedOut",
    );
    says(
        GetTimeoutError::ShutDown,
        "queue is shut down and empty",
        "ShutDown",
    );
    says(
        JoinTimeoutError,
        "timed out waiting for unfinished tasks",
        "JoinTimeoutError",
    );
    says(
        TaskDoneError,
        "no detached task is unfinished",
        "TaskDoneError",
    );
}

#[test]
fn every_error_tells_its_kind_and_gives_its_item_back() {
    assert_eq!(PutError(1).into_inner(), 1);
    let (full, shut) = (TryPutError::Full(2), TryPutError::ShutDown(3));
    assert_eq!((full.is_full(), full.is_shutdown()), (true, false));
    assert_eq!((shut.is_full(), shut.is_shutdown()), (false, true));
    assert_eq!((full.into_inner(), shut.into_inner()), (2, 3));
    assert_eq!(PutAllError { put: 9, item: 4 }.into_inner(), 4);
    for error in [full, shut] {
        let all = TryPutAllError { put: 9, error };
        assert_eq!(all.is_full(), error.is_full());
        assert_eq!(all.is_shutdown(), error.is_shutdown());
        assert_eq!(all.into_inner(), error.into_inner());
    }
    let (late, shut) = (PutTimeoutError::TimedOut(5), PutTimeoutError::ShutDown(6));
    assert_eq!((late.is_timeout(), late.is_shutdown()), (true, false));
    assert_eq!((shut.is_timeout(), shut.is_shutdown()), (false, true));
    assert_eq!((late.into_inner(), shut.into_inner()), (5, 6));
    let (full, shut) = (RequeueError::Full(7), RequeueError::ShutDown(8));
    assert_eq!((full.is_full(), full.is_shutdown()), (true, false));
    assert_eq!((shut.is_full(), shut.is_shutdown()), (false, true));
    assert_eq!((full.into_inner(), shut.into_inner()), (7, 8));
    let (empty, shut) = (TryGetError::Empty, TryGetError::ShutDown);
    assert_eq!((empty.is_empty(), empty.is_shutdown()), (true, false));
    assert_eq!((shut.is_empty(), shut.is_shutdown()), (false, true));
    let (late, shut) = (GetTimeoutError::TimedOut, GetTimeoutError::ShutDown);
    assert_eq!((late.is_timeout(), late.is_shutdown()), (true, false));
    assert_eq!((shut.is_timeout(), shut.is_shutdown()), (false, true));
}

#[test]
fn errors_compare_by_kind_and_item() {
    fn differ<T: PartialEq + Debug + Copy>(errors: &[T]) {
        for (i, a) in errors.iter().enumerate() {
            for (k, b) in errors.iter().enumerate() {
                assert_eq!(a == b, i == k, "{a:?} {b:?}");
            }
        }
    }

    differ(&[PutError(1), PutError(2)]);
    differ(&[
        TryPutError::Full(1),
        TryPutError::Full(2),
        TryPutError::ShutDown(1),
    ]);
    differ(&[
        PutAllError { put: 1, item: 1 },
        PutAllError { put: 2, item: 1 },
        PutAllError { put: 1, item: 2 },
    ]);
    differ(&[
        PutTimeoutError::TimedOut(1),
        PutTimeoutError::ShutDown(1),
        PutTimeoutError::ShutDown(2),
    ]);
    differ(&[RequeueError::Full(1), RequeueError::ShutDown(1)]);
    differ(&[TryGetError::Empty, TryGetError::ShutDown]);
    differ(&[GetTimeoutError::TimedOut, GetTimeoutError::ShutDown]);
}

/// The errors as the operations return them, with the question mark of a program that boxes them.
fn operations_return_them<F: Flavour>() {
    fn boxed<T, E: Error + 'static>(result: Result<T, E>) -> String {
        let result: Result<T, Box<dyn Error>> = result.map_err(Into::into);
        result.err().map_or_else(String::new, |e| e.to_string())
    }

    let queue = F::bounded::<u32, 1>();
    assert_eq!(boxed(queue.try_get().map(drop)), "queue is empty");
    assert_eq!(boxed(queue.task_done()), "no detached task is unfinished");
    queue.try_put(1).unwrap();
    assert_eq!(queue.try_put(2), Err(TryPutError::Full(2)));
    let error = queue.try_put_all(&mut [3, 4].into_iter()).unwrap_err();
    let expected = TryPutAllError {
        put: 0,
        error: TryPutError::Full(3),
    };
    assert_eq!(error, expected);
    let task = queue.try_get().unwrap();
    queue.shutdown();
    assert_eq!(boxed(queue.try_put(5)), "queue is shut down");
    assert_eq!(
        boxed(ready(std::pin::pin!(queue.put(6)))),
        "queue is shut down"
    );
    let error = ready(std::pin::pin!(queue.put_all([7, 8]))).unwrap_err();
    assert_eq!(error, PutAllError { put: 0, item: 7 });
    assert_eq!(task.put_follow_up(9), Err(TryPutError::ShutDown(9)));
    // Not a boxed one: the task in it borrows the queue.
    let error = task.requeue().unwrap_err();
    assert_eq!(shown(&error), "queue is shut down");
    assert!(error.is_shutdown());
    assert_eq!(error.into_inner().done(), 1);
    assert_eq!(
        boxed(queue.try_get().map(drop)),
        "queue is shut down and empty"
    );
    let get = ready(std::pin::pin!(queue.get())).map(drop);
    assert_eq!(boxed(get), "queue is shut down and empty");
    assert_settled(&queue, 0, 0);
}

fn shown(error: &impl Display) -> String {
    error.to_string()
}

for_every_flavour!(operations_return_them);

/// An error of a call that waits turns into that of one that does not, or not for ever, so that `?` passes
/// it on.
#[test]
fn the_errors_of_waiting_calls_convert() {
    assert_eq!(TryPutError::from(PutError(1)), TryPutError::ShutDown(1));
    assert_eq!(
        PutTimeoutError::from(PutError(1)),
        PutTimeoutError::ShutDown(1)
    );
    assert_eq!(TryGetError::from(GetError), TryGetError::ShutDown);
    assert_eq!(GetTimeoutError::from(GetError), GetTimeoutError::ShutDown);
}
