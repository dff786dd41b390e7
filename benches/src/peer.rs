//! What a peer is to a workload: two ends, and what they can do.
//!
//! A peer is a type that is never made; it names the types of its two ends. Each ability is a trait of
//! its own, so that a workload asks for what it needs and a peer has what it has.

use std::fmt;
use std::future::Future;

use crate::item::Item;

/// How many items a queue is to hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Capacity {
    /// At most this many.
    Bounded(usize),
    /// Any number.
    Unbounded,
}

impl fmt::Display for Capacity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bounded(capacity) => write!(f, "cap={capacity}"),
            Self::Unbounded => f.write_str("cap=inf"),
        }
    }
}

/// A queue, a channel, or a storage that is polled.
pub trait Peer<T: Item>: 'static {
    /// The end that items go in at.
    type Producer: Producer<T>;
    /// The end that they come out of.
    type Consumer: Consumer<T>;

    /// As the tables call it. Two peers that share a name share no capacity.
    fn name() -> String;

    /// A new queue; `None` if the peer has none of this capacity.
    fn open(capacity: Capacity) -> Option<(Self::Producer, Self::Consumer)>;
}

/// Puts items; every peer here can have several.
pub trait Producer<T>: Clone + Send + 'static {
    /// Puts the item unless the queue is full; gives back nothing, for no workload retries with it.
    fn try_put(&self, item: T) -> bool;
}

/// Gets items.
pub trait Consumer<T>: Sized + Send + 'static {
    /// What a get resolves to.
    type Got<'a>: Got<T>
    where
        Self: 'a;

    /// Takes the next item if there is one.
    fn try_get(&mut self) -> Option<Self::Got<'_>>;

    /// One more consumer of the same queue; `None` if there can be only one.
    fn share(&self) -> Option<Self>;
}

/// An item that was taken, and is finished in the way of its peer.
pub trait Got<T> {
    /// Counts the item as finished, where the peer counts.
    fn finish(self) -> T;
}

/// An item of a peer that does not count.
pub struct Plain<T>(pub T);

impl<T> Got<T> for Plain<T> {
    #[inline]
    fn finish(self) -> T {
        self.0
    }
}

/// Puts that wait as a future.
pub trait PutAsync<T>: Producer<T> {
    /// Puts the item once there is room.
    fn put(&self, item: T) -> impl Future<Output = ()> + Send;

    /// The size of the peer's own future, without what the adapter adds to it.
    fn put_bytes(&self, _item: T) -> Option<usize> {
        None
    }
}

/// Gets that wait as a future.
pub trait GetAsync<T>: Consumer<T> {
    /// Takes the next item once there is one.
    fn get(&mut self) -> impl Future<Output = Self::Got<'_>> + Send;

    /// The size of the peer's own future, without what the adapter adds to it.
    fn get_bytes(&mut self) -> Option<usize> {
        None
    }
}

/// Puts that block the thread.
pub trait PutBlocking<T>: Producer<T> {
    /// Puts the item once there is room.
    fn put_blocking(&self, item: T);
}

/// Gets that block the thread.
pub trait GetBlocking<T>: Consumer<T> {
    /// Takes the next item once there is one.
    fn get_blocking(&mut self) -> Self::Got<'_>;
}

/// Waiting until everything put is finished. One at a time: some peers cannot have more.
pub trait Join {
    /// Resolves once nothing is unfinished.
    fn join(&self) -> impl Future<Output = ()> + Send;
}

/// Both ends can wait as futures.
pub trait AsyncPeer<T: Item>: Peer<T, Producer: PutAsync<T>, Consumer: GetAsync<T>> {}
impl<T: Item, P: Peer<T, Producer: PutAsync<T>, Consumer: GetAsync<T>>> AsyncPeer<T> for P {}

/// Both ends can block.
pub trait BlockingPeer<T: Item>:
    Peer<T, Producer: PutBlocking<T>, Consumer: GetBlocking<T>>
{
}
impl<T: Item, P: Peer<T, Producer: PutBlocking<T>, Consumer: GetBlocking<T>>> BlockingPeer<T>
    for P
{
}

/// Both ends can wait as futures, and the producer for all of the work.
pub trait JoiningPeer<T: Item>:
    Peer<T, Producer: PutAsync<T> + Join, Consumer: GetAsync<T>>
{
}
impl<T: Item, P: Peer<T, Producer: PutAsync<T> + Join, Consumer: GetAsync<T>>> JoiningPeer<T>
    for P
{
}
