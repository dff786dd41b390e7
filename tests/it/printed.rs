//! What `Debug` and `Display` show: numbers, and no item unless asked for.

use std::pin::pin;

use crate::kit::*;

fn futures_show_what_they_have_done<F: Flavour>() {
    let queue: QueueOf<F, u32, 2> = F::bounded();
    let mut taken = Vec::new();
    assert_eq!(format!("{:?}", queue.put(1)), "Put { .. }");
    assert_eq!(format!("{:?}", queue.get()), "Get { .. }");
    assert_eq!(format!("{:?}", queue.join()), "Join { .. }");
    let get_many = queue.get_many(3, &mut taken);
    assert_eq!(format!("{get_many:?}"), "GetMany { max: 3, .. }");
    drop(get_many);
    let mut put_all = pin!(queue.put_all(0..3));
    assert_eq!(format!("{put_all:?}"), "PutAll { put: 0, .. }");
    assert!(poll(put_all.as_mut()).is_pending());
    assert_eq!(format!("{put_all:?}"), "PutAll { put: 2, .. }");
}

fn a_task_shows_its_item_when_displayed_only<F: Flavour>() {
    let queue: QueueOf<F, u32, 2> = F::bounded();
    queue.try_put(7).unwrap();
    let task = queue.try_get().unwrap();
    assert_eq!(
        (format!("{task}"), format!("{task:>3}")),
        ("7".into(), "  7".into())
    );
    assert_eq!(format!("{task:?}"), "Task { .. }");
    let (_, ticket) = task.into_parts();
    assert_eq!(format!("{ticket:?}"), "Ticket { owed: 1, .. }");
}

fn what_a_shutdown_took_out_shows_how_many_are_left<F: Flavour>() {
    let queue: QueueOf<F, u32, 2> = F::bounded();
    queue.try_put_all(&mut (0..2)).unwrap();
    let mut remaining = queue.shutdown_now();
    assert_eq!(format!("{remaining:?}"), "Remaining { len: 2, .. }");
    remaining.next();
    assert_eq!(format!("{remaining:?}"), "Remaining { len: 1, .. }");
}

for_every_flavour!(
    futures_show_what_they_have_done,
    a_task_shows_its_item_when_displayed_only,
    what_a_shutdown_took_out_shows_how_many_are_left,
);
