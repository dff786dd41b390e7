use joinable_queue::{TryGetError, TryPutError};

use super::items::{Items, Refused, Taken};
use crate::sync::Backoff;

/// The tickets and the cells of a queue, without those who wait.
pub struct Cells(Items<u32>);

impl Cells {
    pub fn ring(capacity: usize) -> Self {
        Self(Items::bounded(capacity))
    }

    pub fn segments() -> Self {
        Self(Items::unbounded())
    }

    /// Comes back while somebody is in the middle of it, as a queue does.
    pub fn put(&self, item: u32) -> Result<(), TryPutError<u32>> {
        let mut backoff = Backoff::new();
        loop {
            match self.0.push(item) {
                Ok(()) => return Ok(()),
                Err((Refused::Full, item)) => return Err(TryPutError::Full(item)),
                Err((Refused::Closed, item)) => return Err(TryPutError::ShutDown(item)),
                Err((Refused::Busy, _)) => backoff.snooze(),
            }
        }
    }

    pub fn put_exempt(&self, item: u32) -> Result<(), u32> {
        self.0.push_exempt(item)
    }

    /// Comes back as `put` does.
    pub fn get(&self) -> Result<u32, TryGetError> {
        let mut backoff = Backoff::new();
        loop {
            match self.0.pop() {
                Taken::Item(item) => return Ok(item),
                Taken::Empty => return Err(TryGetError::Empty),
                Taken::Closed => return Err(TryGetError::ShutDown),
                Taken::Busy => backoff.snooze(),
            }
        }
    }

    pub fn close(&self) {
        self.0.close();
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn room(&self) -> usize {
        self.0.room()
    }
}
