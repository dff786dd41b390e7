use super::items::{Items, Refused, Taken};
use crate::sync::handshake;

/// Two queues without those who wait for them. In a whole queue whoever claims looks for waiters next, and finds in a
/// model the fence that stands for the order of that look. Here it looks at the tickets next.
pub struct Pair([Items<u32>; 2]);

impl Pair {
    pub fn bounded() -> Self {
        Self([Items::bounded(1), Items::bounded(1)])
    }

    /// With an item in each.
    pub fn filled(self) -> Self {
        assert!(self.0.iter().all(|items| items.push(1).is_ok()));
        self
    }

    pub fn unbounded() -> Self {
        Self([Items::unbounded(), Items::unbounded()])
    }

    /// Puts into one, and finds the other empty.
    pub fn puts_and_finds_empty(&self, at: usize) -> bool {
        self.puts_and(at, |other| matches!(other.pop(), Taken::Empty))
    }

    /// Puts into one, and finds that nothing was put into the other.
    pub fn puts_and_counts_none(&self, at: usize) -> bool {
        self.puts_and(at, |other| other.put_count() == 0)
    }

    fn puts_and(&self, at: usize, look: impl Fn(&Items<u32>) -> bool) -> bool {
        assert!(self.0[at].push(1).is_ok());
        handshake();
        look(&self.0[1 - at])
    }

    /// Gets from one, and finds the other full.
    pub fn gets_and_finds_full(&self, at: usize) -> bool {
        self.gets_and(at, |other| matches!(other.push(2), Err((Refused::Full, _))))
    }

    /// Gets from one, and finds that nothing was taken from the other.
    pub fn gets_and_counts_none(&self, at: usize) -> bool {
        self.gets_and(at, |other| other.got_count() == 0)
    }

    fn gets_and(&self, at: usize, look: impl Fn(&Items<u32>) -> bool) -> bool {
        assert!(matches!(self.0[at].pop(), Taken::Item(_)));
        handshake();
        look(&self.0[1 - at])
    }

    /// Closes one, and finds the other open.
    pub fn closes_and_finds_open(&self, at: usize) -> bool {
        self.0[at].close();
        handshake();
        !self.0[1 - at].is_closed()
    }
}
