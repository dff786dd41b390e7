//! Who takes part in which kind of workload. joinable-queue comes first: it is what the others are
//! compared with.
//!
//! A peer that cannot do a workload after all (no such capacity, one consumer only) says so when it is
//! run, and is left out.

use std::sync::Arc;

use concurrent_queue::ConcurrentQueue;
use crossbeam_queue::{ArrayQueue, SegQueue};

use super::async_channel::AsyncChannel;
use super::counter::Counter;
use super::crossbeam_channel::CrossbeamChannel;
use super::crossfire::{CrossfireArray, CrossfireList};
use super::embassy::Embassy;
use super::floor::Addition;
use super::flume::Flume;
use super::joinable::Joinable;
use super::kanal::Kanal;
use super::notify_deque::NotifyDeque;
use super::polled::End as Raw;
use super::std_mpsc::{StdBounded, StdUnbounded};
use super::tachyonix::Tachyonix;
use super::task_tracker::TokenTracked;
use super::thingbuf::{Thingbuf, ThingbufBlocking};
use super::tokio_mpsc::{TokioBounded, TokioUnbounded};
use super::tracked::Tracked;
use super::wait_group::WaitGroup;
use crate::item::Item;
use crate::peer::{AsyncPeer, BlockingPeer, JoiningPeer, Peer};
use crate::workloads::{Asynchronous, Blocking, Joining, Measured, Polling};

/// A peer with a workload.
pub struct Contestant {
    /// The peer's name.
    pub name: String,
    /// Does the workload for about this many items.
    pub run: Box<dyn Fn(u64) -> Measured>,
}

/// Everybody.
pub fn polling<T: Item, W: Polling<T> + 'static>(workload: W) -> Vec<Contestant> {
    let w = &Arc::new(workload);
    vec![
        polls::<Joinable, _, _>(w),
        polls::<AsyncChannel, _, _>(w),
        polls::<Flume, _, _>(w),
        polls::<Kanal, _, _>(w),
        polls::<CrossfireArray, _, _>(w),
        polls::<CrossfireList, _, _>(w),
        polls::<TokioBounded, _, _>(w),
        polls::<TokioUnbounded, _, _>(w),
        polls::<Thingbuf, _, _>(w),
        polls::<Tachyonix, _, _>(w),
        polls::<Embassy<1>, _, _>(w),
        polls::<Embassy<16>, _, _>(w),
        polls::<Embassy<1024>, _, _>(w),
        polls::<CrossbeamChannel, _, _>(w),
        polls::<StdBounded, _, _>(w),
        polls::<StdUnbounded, _, _>(w),
        polls::<NotifyDeque, _, _>(w),
        polls::<Raw<ArrayQueue<T>>, _, _>(w),
        polls::<Raw<SegQueue<T>>, _, _>(w),
        polls::<Raw<ConcurrentQueue<T>>, _, _>(w),
    ]
}

/// Those with futures, and the storages, polled.
pub fn asynchronous<T: Item, W: Asynchronous<T> + 'static>(workload: W) -> Vec<Contestant> {
    let w = &Arc::new(workload);
    let mut all = waiting_with(w);
    all.extend([
        awaits::<Raw<ArrayQueue<T>>, _, _>(w),
        awaits::<Raw<SegQueue<T>>, _, _>(w),
        awaits::<Raw<ConcurrentQueue<T>>, _, _>(w),
    ]);
    all
}

/// Those with futures that wait: what is polled has no waiters.
pub fn waiting<T: Item, W: Asynchronous<T> + 'static>(workload: W) -> Vec<Contestant> {
    waiting_with(&Arc::new(workload))
}

fn waiting_with<T: Item, W: Asynchronous<T> + 'static>(w: &Arc<W>) -> Vec<Contestant> {
    vec![
        awaits::<Joinable, _, _>(w),
        awaits::<AsyncChannel, _, _>(w),
        awaits::<Flume, _, _>(w),
        awaits::<Kanal, _, _>(w),
        awaits::<CrossfireArray, _, _>(w),
        awaits::<CrossfireList, _, _>(w),
        awaits::<TokioBounded, _, _>(w),
        awaits::<TokioUnbounded, _, _>(w),
        awaits::<Thingbuf, _, _>(w),
        awaits::<Tachyonix, _, _>(w),
        awaits::<Embassy<1>, _, _>(w),
        awaits::<Embassy<16>, _, _>(w),
        awaits::<Embassy<1024>, _, _>(w),
        awaits::<NotifyDeque, _, _>(w),
    ]
}

/// Those for threads, and the storages, polled.
pub fn blocking<T: Item, W: Blocking<T> + 'static>(workload: W) -> Vec<Contestant> {
    let w = &Arc::new(workload);
    vec![
        blocks::<Joinable, _, _>(w),
        blocks::<AsyncChannel, _, _>(w),
        blocks::<Flume, _, _>(w),
        blocks::<Kanal, _, _>(w),
        blocks::<CrossfireArray, _, _>(w),
        blocks::<CrossfireList, _, _>(w),
        blocks::<TokioBounded, _, _>(w),
        blocks::<TokioUnbounded, _, _>(w),
        blocks::<ThingbufBlocking, _, _>(w),
        blocks::<CrossbeamChannel, _, _>(w),
        blocks::<StdBounded, _, _>(w),
        blocks::<StdUnbounded, _, _>(w),
        blocks::<Raw<ArrayQueue<T>>, _, _>(w),
        blocks::<Raw<SegQueue<T>>, _, _>(w),
        blocks::<Raw<ConcurrentQueue<T>>, _, _>(w),
    ]
}

/// Those that know when the work is done, in workloads that ask them.
pub fn joining<T: Item, W: Joining<T> + 'static>(workload: W) -> Vec<Contestant> {
    let w = &Arc::new(workload);
    vec![
        joins::<Joinable, _, _>(w),
        joins::<Tracked<AsyncChannel, Counter>, _, _>(w),
        joins::<Tracked<Kanal, Counter>, _, _>(w),
        joins::<Tracked<CrossfireArray, WaitGroup>, _, _>(w),
        joins::<Tracked<CrossfireList, WaitGroup>, _, _>(w),
        joins::<TokenTracked<TokioBounded>, _, _>(w),
        joins::<TokenTracked<TokioUnbounded>, _, _>(w),
        joins::<Tracked<NotifyDeque, Counter>, _, _>(w),
    ]
}

/// Those that know when the work is done, in workloads that only poll them.
pub fn counting<T: Item, W: Polling<T> + 'static>(workload: W) -> Vec<Contestant> {
    let w = &Arc::new(workload);
    vec![
        polls::<Joinable, _, _>(w),
        polls::<Tracked<AsyncChannel, Counter>, _, _>(w),
        polls::<Tracked<Kanal, Counter>, _, _>(w),
        polls::<Tracked<CrossfireArray, WaitGroup>, _, _>(w),
        polls::<Tracked<CrossfireList, WaitGroup>, _, _>(w),
        polls::<TokenTracked<TokioBounded>, _, _>(w),
        polls::<TokenTracked<TokioUnbounded>, _, _>(w),
        polls::<Tracked<NotifyDeque, Counter>, _, _>(w),
        polls::<Tracked<Raw<ArrayQueue<T>>, Addition>, _, _>(w),
        polls::<Tracked<Raw<SegQueue<T>>, Addition>, _, _>(w),
    ]
}

fn polls<P: Peer<T>, T: Item, W: Polling<T> + 'static>(workload: &Arc<W>) -> Contestant {
    contestant::<P, T, W>(workload, |workload, items| workload.run::<P>(items))
}

fn awaits<P: AsyncPeer<T>, T: Item, W: Asynchronous<T> + 'static>(workload: &Arc<W>) -> Contestant {
    contestant::<P, T, W>(workload, |workload, items| workload.run::<P>(items))
}

fn blocks<P: BlockingPeer<T>, T: Item, W: Blocking<T> + 'static>(workload: &Arc<W>) -> Contestant {
    contestant::<P, T, W>(workload, |workload, items| workload.run::<P>(items))
}

fn joins<P: JoiningPeer<T>, T: Item, W: Joining<T> + 'static>(workload: &Arc<W>) -> Contestant {
    contestant::<P, T, W>(workload, |workload, items| workload.run::<P>(items))
}

fn contestant<P: Peer<T>, T: Item, W: 'static>(
    workload: &Arc<W>,
    run: fn(&W, u64) -> Measured,
) -> Contestant {
    let workload = Arc::clone(workload);
    Contestant {
        name: P::name(),
        run: Box::new(move |items| run(&workload, items)),
    }
}
