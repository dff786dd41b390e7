//! Futures polled by hand, so that a model says when, and sees every wake-up.

use std::cell::RefCell;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};

use loom::sync::atomic::{AtomicUsize, Ordering};
use loom::thread::{self, ThreadId};

/// Counts. By loom's atomic, so that a poll may begin before a wake-up or after it; but relaxed, so that
/// nothing is ordered by it.
#[derive(Default)]
pub(crate) struct Wakes {
    count: AtomicUsize,
    /// Who polls at the moment, and how often that one has woken meanwhile. (`std`'s mutex: loom has nothing
    /// to explore here.)
    own: Mutex<(Option<ThreadId>, usize)>,
}

impl Wakes {
    fn count(&self) -> usize {
        // The latest, other than what a load finds.
        self.count.fetch_add(0, Ordering::Relaxed)
    }

    fn poller(&self, poller: Option<ThreadId>) {
        self.own.lock().unwrap().0 = poller;
    }
}

impl Wake for Wakes {
    fn wake(self: Arc<Self>) {
        {
            let mut own = self.own.lock().unwrap();
            own.1 += usize::from(own.0 == Some(thread::current().id()));
        }
        self.count.fetch_add(1, Ordering::Relaxed);
    }
}

/// Of every task of a model one handle, by which the number of its wakers is known.
#[derive(Clone, Default)]
pub(crate) struct Tasks(Rc<RefCell<Vec<Arc<Wakes>>>>);

impl Tasks {
    fn begin(&self) -> Arc<Wakes> {
        let wakes = Arc::<Wakes>::default();
        self.0.borrow_mut().push(Arc::clone(&wakes));
        wakes
    }

    /// How many wakers there are, of tasks that have ended.
    pub(crate) fn wakers(&self) -> usize {
        let tasks = self.0.borrow();
        tasks.iter().map(|task| Arc::strong_count(task) - 1).sum()
    }
}

pub struct Hand<F: Future> {
    future: Pin<Box<F>>,
    output: Option<F::Output>,
    tasks: Tasks,
    wakes: Arc<Wakes>,
    /// At the latest poll.
    wakes_seen: usize,
}

impl<F: Future> Hand<F> {
    pub(crate) fn new(future: F, tasks: &Tasks) -> Self {
        Self {
            future: Box::pin(future),
            output: None,
            tasks: tasks.clone(),
            wakes: tasks.begin(),
            wakes_seen: 0,
        }
    }

    /// Polls, unless it was ready before, and says whether it is now.
    pub fn poll(&mut self) -> bool {
        if self.output.is_none() {
            self.wakes_seen = self.wakes.count();
            let waker = Waker::from(Arc::clone(&self.wakes));
            self.wakes.poller(Some(thread::current().id()));
            let poll = self.future.as_mut().poll(&mut Context::from_waker(&waker));
            self.wakes.poller(None);
            match poll {
                Poll::Ready(output) => self.output = Some(output),
                Poll::Pending => {}
            }
        }
        self.output.is_some()
    }

    /// Polls with a waker that no poll has seen; only that one counts from now on.
    pub fn poll_anew(&mut self) -> bool {
        if self.output.is_none() {
            self.wakes = self.tasks.begin();
        }
        self.poll()
    }

    /// Whether it has to be polled: it was woken since the latest poll.
    pub fn is_woken(&self) -> bool {
        self.wakes.count() > self.wakes_seen
    }

    /// Whether a poll has woken it, and nobody else: it met somebody who had claimed an item or a place, and
    /// not handed it on.
    pub fn woke_itself(&self) -> bool {
        let own = self.wakes.own.lock().unwrap().1;
        own > 0 && self.wakes.count() == own
    }

    /// The first poll, which does not succeed.
    #[track_caller]
    pub fn begins_to_wait(&mut self) {
        assert!(!self.poll(), "should have to wait");
    }

    /// What the queue's executor would get: polls it if it was woken, and only then.
    #[track_caller]
    pub fn output(mut self) -> F::Output {
        if self.output.is_none() {
            assert!(self.is_woken(), "a wake-up was lost");
            assert!(self.poll(), "woken for nothing");
        }
        match self.output.take() {
            Some(output) => output,
            None => unreachable!("it is ready"),
        }
    }

    /// As [`Put::into_item`](joinable_queue::future::Put::into_item) and the like.
    pub fn pinned(&mut self) -> Pin<&mut F> {
        self.future.as_mut()
    }
}
