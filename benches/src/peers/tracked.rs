//! Any channel with a count of unfinished items beside it: what people build today to join.

use std::future::Future;
use std::marker::PhantomData;
use std::sync::Arc;

use crate::item::Item;
use crate::peer::{Capacity, Consumer, GetAsync, Got, Join, Peer, Producer, PutAsync};

/// Counts what is unfinished.
pub trait Completion: Default + Send + Sync + 'static {
    /// As the tables call it.
    const NAME: &'static str;

    /// One more.
    fn add(&self);

    /// One less.
    fn done(&self);

    /// Resolves at zero. One at a time.
    fn wait(&self) -> impl Future<Output = ()> + Send;
}

/// The channel of `P` with the count of `C`.
pub struct Tracked<P, C>(PhantomData<(P, C)>);

/// One end of a channel, with the count that both share.
pub struct End<E, C> {
    end: E,
    unfinished: Arc<C>,
}

/// An item that is counted until it is finished.
pub struct Counted<'a, G, C> {
    got: G,
    unfinished: &'a C,
}

impl<T: Item, P: Peer<T>, C: Completion> Peer<T> for Tracked<P, C> {
    type Producer = End<P::Producer, C>;
    type Consumer = End<P::Consumer, C>;

    fn name() -> String {
        format!("{} + {}", P::name(), C::NAME)
    }

    fn open(capacity: Capacity) -> Option<(Self::Producer, Self::Consumer)> {
        let (producer, consumer) = P::open(capacity)?;
        let unfinished = Arc::new(C::default());
        let producer = End {
            end: producer,
            unfinished: Arc::clone(&unfinished),
        };
        let consumer = End {
            end: consumer,
            unfinished,
        };
        Some((producer, consumer))
    }
}

impl<E: Clone, C> Clone for End<E, C> {
    fn clone(&self) -> Self {
        Self {
            end: self.end.clone(),
            unfinished: Arc::clone(&self.unfinished),
        }
    }
}

impl<T, E: Producer<T>, C: Completion> Producer<T> for End<E, C> {
    #[inline]
    fn try_put(&self, item: T) -> bool {
        // Before the item can be seen, or it might be finished before it is counted.
        self.unfinished.add();
        let put = self.end.try_put(item);
        if !put {
            self.unfinished.done();
        }
        put
    }
}

impl<T, E: Consumer<T>, C: Completion> Consumer<T> for End<E, C> {
    type Got<'a> = Counted<'a, E::Got<'a>, C>;

    #[inline]
    fn try_get(&mut self) -> Option<Self::Got<'_>> {
        Some(Counted {
            got: self.end.try_get()?,
            unfinished: &self.unfinished,
        })
    }

    fn share(&self) -> Option<Self> {
        Some(Self {
            end: self.end.share()?,
            unfinished: Arc::clone(&self.unfinished),
        })
    }
}

impl<T, G: Got<T>, C: Completion> Got<T> for Counted<'_, G, C> {
    #[inline]
    fn finish(self) -> T {
        let item = self.got.finish();
        self.unfinished.done();
        item
    }
}

impl<T: Item, E: PutAsync<T> + Sync, C: Completion> PutAsync<T> for End<E, C> {
    async fn put(&self, item: T) {
        self.unfinished.add();
        self.end.put(item).await;
    }
}

impl<T: Item, E: GetAsync<T>, C: Completion> GetAsync<T> for End<E, C> {
    async fn get(&mut self) -> Self::Got<'_> {
        Counted {
            got: self.end.get().await,
            unfinished: &self.unfinished,
        }
    }
}

impl<E: Sync, C: Completion> Join for End<E, C> {
    async fn join(&self) {
        self.unfinished.wait().await;
    }
}
