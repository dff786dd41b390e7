//! The checker itself: each history that it must refuse stands beside one that it must accept and that
//! differs in as little as can be.

use super::item::priority;
use crate::kit::Order;
use crate::kit::history::{Act, Event, Spec, Wait, is_linearizable};
use Act::*;

const FIFO: Spec = Spec {
    order: Order::Fifo,
    grows: true,
    capacity: Some(2),
    priority,
};

/// `(start, end, act)` for each thread.
fn judge(spec: &Spec, threads: &[&[(u64, u64, Act)]]) -> bool {
    let thread = |events: &&[(u64, u64, Act)]| {
        let event = |(start, end, act): &(u64, u64, Act)| Event {
            act: act.clone(),
            start: *start,
            end: *end,
        };
        events.iter().map(event).collect()
    };
    is_linearizable(spec, &threads.iter().map(thread).collect::<Vec<_>>())
}

/// One act after another, on one thread.
fn in_a_row(spec: &Spec, acts: &[Act]) -> bool {
    let events: Vec<_> = (1..)
        .zip(acts)
        .map(|(at, act)| (at, at, act.clone()))
        .collect();
    judge(spec, &[&events])
}

#[test]
fn order() {
    let lifo = Spec {
        order: Order::Lifo,
        ..FIFO
    };
    let smallest_first = Spec {
        order: Order::Priority,
        ..FIFO
    };
    let first = [Put(5), Put(3), Got(5), Got(3)];
    let last = [Put(5), Put(3), Got(3), Got(5)];
    assert!(in_a_row(&FIFO, &first) && !in_a_row(&FIFO, &last));
    assert!(in_a_row(&lifo, &last) && !in_a_row(&lifo, &first));
    assert!(in_a_row(&smallest_first, &last) && !in_a_row(&smallest_first, &first));
    // Equal priorities.
    let first = [Put(6), Put(3), Got(6), Got(3)];
    let last = [Put(6), Put(3), Got(3), Got(6)];
    assert!(in_a_row(&smallest_first, &first) && !in_a_row(&smallest_first, &last));
}

#[test]
fn order_of_puts_that_overlap_is_open_and_of_others_is_not() {
    let gets: [(u64, u64, Act); 2] = [(7, 8, Got(2)), (9, 10, Got(1))];
    assert!(judge(&FIFO, &[&[(1, 4, Put(1))], &[(3, 6, Put(2))], &gets]));
    assert!(!judge(
        &FIFO,
        &[&[(1, 2, Put(1))], &[(3, 6, Put(2))], &gets]
    ));
    // The order within a thread counts also where the stamps say nothing.
    assert!(judge(&FIFO, &[&[(1, 9, Put(2)), (1, 9, Put(1))], &gets]));
    assert!(!judge(&FIFO, &[&[(1, 9, Put(1)), (1, 9, Put(2))], &gets]));
}

#[test]
fn items_are_neither_lost_nor_doubled_nor_made_up() {
    assert!(in_a_row(&FIFO, &[Put(1), Got(1), Empty]));
    assert!(!in_a_row(&FIFO, &[Put(1), Empty]));
    assert!(!in_a_row(&FIFO, &[Put(1), Got(1), Got(1)]));
    assert!(!in_a_row(&FIFO, &[Got(1)]));
    assert!(!judge(&FIFO, &[&[(1, 2, Got(1))], &[(3, 4, Put(1))]]));
    assert!(judge(&FIFO, &[&[(1, 3, Got(1))], &[(2, 4, Put(1))]]));
}

#[test]
fn empty_and_full_are_true_at_some_instant() {
    let put_two: [(u64, u64, Act); 2] = [(1, 2, Put(1)), (5, 6, Put(2))];
    // Between the get of 1 and the put of 2 it was empty.
    let taker: [(u64, u64, Act); 2] = [(3, 4, Got(1)), (9, 10, Got(2))];
    assert!(judge(&FIFO, &[&put_two, &taker, &[(3, 8, Empty)]]));
    assert!(!judge(&FIFO, &[&put_two, &taker, &[(7, 8, Empty)]]));
    // It never was, although no single item was there all the time.
    let taker: [(u64, u64, Act); 2] = [(7, 8, Got(1)), (9, 10, Got(2))];
    assert!(!judge(&FIFO, &[&put_two, &taker, &[(3, 8, Empty)]]));
    // The same for room, of which there is none with two items.
    assert!(judge(&FIFO, &[&put_two, &taker, &[(3, 8, Full)]]));
    assert!(!judge(&FIFO, &[&put_two, &taker, &[(3, 4, Full)]]));
    assert!(!in_a_row(&FIFO, &[Put(1), Put(2), Put(3)]));
    assert!(in_a_row(
        &FIFO,
        &[Put(1), Put(2), Got(1), FollowUp(3), FollowUp(4), Full]
    ));
    let fixed = Spec {
        grows: false,
        ..FIFO
    };
    assert!(!in_a_row(&fixed, &[Put(1), Put(2), FollowUp(3)]));
    assert!(in_a_row(&fixed, &[Put(1), Put(2), FollowUpFull]));
    assert!(!in_a_row(&FIFO, &[Put(1), Put(2), FollowUpFull]));
}

#[test]
fn shutdown_is_final() {
    assert!(in_a_row(
        &FIFO,
        &[Put(1), Close, PutRefused, Got(1), GetRefused]
    ));
    assert!(!in_a_row(&FIFO, &[Close, Put(1)]));
    assert!(!in_a_row(&FIFO, &[PutRefused, Close]));
    assert!(!in_a_row(&FIFO, &[Put(1), Close, GetRefused]));
    assert!(!in_a_row(&FIFO, &[Close, Empty]));
    assert!(!in_a_row(&FIFO, &[Put(1), Put(2), Close, Full]));
    assert!(in_a_row(
        &FIFO,
        &[Put(1), Put(2), Close, Removed(1), Removed(2), NothingLeft]
    ));
    assert!(!in_a_row(
        &FIFO,
        &[Put(1), Put(2), Close, Removed(1), NothingLeft]
    ));
    assert!(!judge(
        &FIFO,
        &[
            &[(1, 2, Close)],
            &[(1, 3, Put(1)), (3, 4, IsShutDown(false))]
        ]
    ));
}

#[test]
fn finishing_is_counted() {
    assert!(in_a_row(
        &FIFO,
        &[Put(1), Got(1), Unfinished(1), Finish, Unfinished(0)]
    ));
    assert!(!in_a_row(&FIFO, &[Put(1), Got(1), Finish, Finish]));
    assert!(!in_a_row(&FIFO, &[Put(1), Got(1), Unfinished(0)]));
    assert!(in_a_row(
        &FIFO,
        &[Put(1), Got(1), Detach, TaskDone(true), TaskDone(false)]
    ));
    assert!(!in_a_row(&FIFO, &[Put(1), Got(1), TaskDone(true)]));
    assert!(!in_a_row(&FIFO, &[Put(1), Got(1), Detach, TaskDone(false)]));
    // Two calls, one detached task.
    let work: [(u64, u64, Act); 3] = [(1, 1, Put(1)), (2, 2, Got(1)), (3, 3, Detach)];
    let one = |done| [(4, 9, TaskDone(done))];
    assert!(judge(&FIFO, &[&work, &one(true), &one(false)]));
    assert!(!judge(&FIFO, &[&work, &one(true), &one(true)]));
    // Between the two halves of a requeue there is no instant.
    let work: [(u64, u64, Act); 3] = [(1, 1, Put(1)), (2, 2, Got(1)), (3, 9, Requeue(1))];
    assert!(!judge(&FIFO, &[&work, &[(4, 8, Unfinished(0))]]));
    assert!(!judge(&FIFO, &[&work, &[(4, 8, Unfinished(2))]]));
    assert!(judge(
        &FIFO,
        &[&work, &[(4, 8, Unfinished(1)), (4, 8, Len(0))]]
    ));
}

#[test]
fn join_needs_an_instant_with_nothing_unfinished() {
    let work: [(u64, u64, Act); 4] = [
        (1, 2, Put(1)),
        (3, 4, Got(1)),
        (5, 6, Finish),
        (7, 8, Put(2)),
    ];
    let join = |start, begun, end| [(start, begun, JoinBegins), (start, end, JoinEnds)];
    assert!(judge(&FIFO, &[&work, &join(3, 4, 9)]));
    assert!(judge(&FIFO, &[&work, &join(6, 7, 9)]));
    assert!(!judge(&FIFO, &[&work, &join(9, 10, 12)]));
    assert!(!judge(&FIFO, &[&work, &join(3, 3, 4)]));
}

#[test]
fn whoever_waits_in_the_end_has_to() {
    let ends = |acts: &[Act], wait| {
        let mut acts = acts.to_vec();
        acts.push(Quiet(vec![(0, wait)]));
        in_a_row(&FIFO, &acts)
    };
    assert!(ends(&[Put(1), Got(1)], Wait::Get));
    assert!(!ends(&[Put(1)], Wait::Get));
    assert!(!ends(&[Close], Wait::Get));
    assert!(ends(&[Put(1), Put(2)], Wait::Put));
    assert!(!ends(&[Put(1), Put(2), Got(1)], Wait::Put));
    assert!(!ends(&[Put(1), Put(2), Close], Wait::Put));
    assert!(ends(&[Put(1), JoinBegins, Got(1)], Wait::Join));
    // It was released, whatever came then.
    assert!(!ends(
        &[Put(1), JoinBegins, Got(1), Finish, Put(2)],
        Wait::Join
    ));
}
