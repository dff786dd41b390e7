//! Two tasks and two queues with room for one: a number goes over and comes back.

use super::{Asynchronous, Fault, Measured, per_item};
use crate::executors::{Kind, Work, run};
use crate::peer::{AsyncPeer, Capacity, GetAsync, Got, PutAsync};

/// Round trips between tasks.
pub struct PingPong {
    /// Who runs them.
    pub executor: Kind,
}

impl Asynchronous<u64> for PingPong {
    fn run<P: AsyncPeer<u64>>(&self, items: u64) -> Measured {
        let room = Capacity::Bounded(1);
        let (serve, mut receive) = P::open(room).ok_or(Fault::Absent)?;
        let (reply, mut replies) = P::open(room).ok_or(Fault::Absent)?;
        let ping: Work<u64> = Box::pin(async move {
            let mut sum = 0;
            for number in 0..items {
                serve.put(number).await;
                sum += replies.get().await.finish();
            }
            sum
        });
        let pong: Work<u64> = Box::pin(async move {
            for _ in 0..items {
                let number = receive.get().await.finish();
                reply.put(number).await;
            }
            0
        });
        let (took, sums) = run(self.executor, vec![pong, ping]);
        per_item(took, items, sums.iter().sum())
    }
}
