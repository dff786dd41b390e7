//! tokio's mpsc with tokio-util's `TaskTracker`: every item carries a token, and the one receiver is
//! shared behind tokio's mutex. Bounded and unbounded are two peers of one name, as for the channel.

use std::marker::PhantomData;
use std::sync::Arc;

use tokio::sync::Mutex;
use tokio_util::task::TaskTracker;
use tokio_util::task::task_tracker::TaskTrackerToken;

use crate::item::Item;
use crate::peer::{Capacity, Consumer, GetAsync, Got, Join, Peer, Plain, Producer, PutAsync};

/// The channel of `P`, whose items carry tokens.
pub struct TokenTracked<P>(PhantomData<P>);

/// An item and the token that holds up the join.
#[derive(Clone)]
pub struct WithToken<T>(T, Option<TaskTrackerToken>);

impl<T: Item> Default for WithToken<T> {
    fn default() -> Self {
        Self::new(0)
    }
}

impl<T: Item> Item for WithToken<T> {
    fn new(number: u64) -> Self {
        Self(T::new(number), None)
    }

    fn number(&self) -> u64 {
        self.0.number()
    }
}

/// The sending end, with the tracker.
#[derive(Clone)]
pub struct Tx<E> {
    end: E,
    tracker: TaskTracker,
}

/// The receiving end, shared.
pub struct Rx<E>(Arc<Mutex<E>>);

/// The item, until its token is dropped.
pub struct Tokened<T>(WithToken<T>);

impl<T, P> Peer<T> for TokenTracked<P>
where
    T: Item,
    P: Peer<WithToken<T>, Producer: PutAsync<WithToken<T>> + Sync, Consumer: ReceivesTokens<T>>,
{
    type Producer = Tx<P::Producer>;
    type Consumer = Rx<P::Consumer>;

    fn name() -> String {
        format!("{} + TaskTracker", P::name())
    }

    fn open(capacity: Capacity) -> Option<(Self::Producer, Self::Consumer)> {
        let (end, consumer) = P::open(capacity)?;
        let tracker = TaskTracker::new();
        Some((Tx { end, tracker }, Rx(Arc::new(Mutex::new(consumer)))))
    }
}

/// A consumer of items that own all they have, so that they outlive the guard of the mutex.
pub trait ReceivesTokens<T>:
    GetAsync<WithToken<T>> + for<'a> Consumer<WithToken<T>, Got<'a> = Plain<WithToken<T>>>
{
}
impl<T, E> ReceivesTokens<T> for E where
    E: GetAsync<WithToken<T>> + for<'a> Consumer<WithToken<T>, Got<'a> = Plain<WithToken<T>>>
{
}

impl<T: Item, E: Producer<WithToken<T>>> Producer<T> for Tx<E> {
    #[inline]
    fn try_put(&self, item: T) -> bool {
        self.end
            .try_put(WithToken(item, Some(self.tracker.token())))
    }
}

impl<T: Item, E: ReceivesTokens<T>> Consumer<T> for Rx<E> {
    type Got<'a> = Tokened<T>;

    #[inline]
    fn try_get(&mut self) -> Option<Tokened<T>> {
        let Plain(item) = self.0.try_lock().ok()?.try_get()?;
        Some(Tokened(item))
    }

    fn share(&self) -> Option<Self> {
        Some(Self(Arc::clone(&self.0)))
    }
}

impl<T> Got<T> for Tokened<T> {
    #[inline]
    fn finish(self) -> T {
        let WithToken(item, token) = self.0;
        drop(token);
        item
    }
}

impl<T: Item, E: PutAsync<WithToken<T>> + Sync> PutAsync<T> for Tx<E> {
    async fn put(&self, item: T) {
        self.end
            .put(WithToken(item, Some(self.tracker.token())))
            .await;
    }
}

impl<T: Item, E: ReceivesTokens<T>> GetAsync<T> for Rx<E> {
    async fn get(&mut self) -> Tokened<T> {
        let Plain(item) = self.0.lock().await.get().await;
        Tokened(item)
    }
}

impl<E: Sync> Join for Tx<E> {
    async fn join(&self) {
        self.tracker.close();
        self.tracker.wait().await;
        self.tracker.reopen();
    }
}
