//! Items that say whether they were dropped.

use std::cmp::Ordering;
use std::fmt;
use std::sync::{Arc, Mutex};

/// An item of its model's queue. The smaller one comes first in a priority queue.
pub struct Job {
    id: u32,
    census: Census,
}

/// Which jobs there are. (`std`'s mutex: loom has nothing to explore here.)
#[derive(Clone, Default)]
pub(crate) struct Census(Arc<Mutex<Vec<u32>>>);

impl Census {
    pub(crate) fn job(&self, id: u32) -> Job {
        self.0.lock().unwrap().push(id);
        Job {
            id,
            census: self.clone(),
        }
    }

    /// Those that were not dropped.
    pub(crate) fn alive(&self) -> Vec<u32> {
        self.0.lock().unwrap().clone()
    }
}

impl Job {
    pub fn id(&self) -> u32 {
        self.id
    }
}

impl Drop for Job {
    fn drop(&mut self) {
        let mut alive = self.census.0.lock().unwrap();
        match alive.iter().position(|id| *id == self.id) {
            Some(at) => {
                alive.swap_remove(at);
            }
            None if std::thread::panicking() => {}
            None => panic!("job {} was dropped twice", self.id),
        }
    }
}

impl PartialEq for Job {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for Job {}

impl PartialOrd for Job {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Job {
    fn cmp(&self, other: &Self) -> Ordering {
        self.id.cmp(&other.id)
    }
}

impl fmt::Debug for Job {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "job {}", self.id)
    }
}
