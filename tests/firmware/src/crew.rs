//! Tasks of the executor that work on what a scenario has on its own stack.

use core::cell::{Cell, RefCell};
use core::future::{Future, poll_fn};
use core::mem::transmute;
use core::pin::Pin;
use core::task::{Poll, Waker};

use embassy_executor::Spawner;

type Work<'a> = Pin<&'a mut dyn Future<Output = ()>>;

/// Tasks that all end before the scenario does: dropping a crew at work is a failure.
pub struct Crew {
    spawner: Spawner,
    at_work: Cell<u32>,
    waiting: RefCell<Option<Waker>>,
}

impl Crew {
    pub fn new(spawner: Spawner) -> Self {
        Self {
            spawner,
            at_work: Cell::new(0),
            waiting: RefCell::new(None),
        }
    }

    /// Makes a task of its own of each.
    pub fn add<'a, const N: usize>(&'a self, works: Pin<&'a mut [impl Future<Output = ()>; N]>) {
        // SAFETY: the elements of a pinned array are pinned.
        let works = unsafe { works.get_unchecked_mut() };
        for work in works {
            // SAFETY: as above.
            let work: Work<'_> = unsafe { Pin::new_unchecked(work) };
            // SAFETY: the task ends before `work` and `self` do, or else the drop below ends the
            // program.
            let (work, crew) = unsafe {
                (
                    transmute::<Work<'_>, Work<'static>>(work),
                    transmute::<&Self, &Self>(self),
                )
            };
            self.at_work.set(self.at_work.get() + 1);
            self.spawner
                .spawn(member(work, crew).expect("too many tasks"));
        }
    }

    /// Waits until all of them have ended.
    pub async fn finished(&self) {
        poll_fn(|context| {
            if self.at_work.get() == 0 {
                return Poll::Ready(());
            }
            self.waiting.replace(Some(context.waker().clone()));
            Poll::Pending
        })
        .await
    }

    pub fn at_work(&self) -> u32 {
        self.at_work.get()
    }
}

impl Drop for Crew {
    fn drop(&mut self) {
        assert_eq!(self.at_work.get(), 0, "tasks outlive their scenario");
    }
}

#[embassy_executor::task(pool_size = 20)]
async fn member(work: Work<'static>, crew: &'static Crew) {
    work.await;
    crew.at_work.set(crew.at_work.get() - 1);
    if let Some(waiting) = crew.waiting.take() {
        waiting.wake();
    }
}
